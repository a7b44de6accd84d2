"""Hourly matching: the mean of a zone's hourly factors over the hours of a run, weighted with the run's energy.

The energy of a run is spread over its hours by its own power series, else evenly over [start, end). Hours are counted in
UTC, so that neither time zones nor daylight saving move them. Hours without a factor are left out of the mean, counted,
and told by the check `hourly-gap`. A run that states its own grid factor is not matched.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from lca import units
from lca.activity import Activities
from lca.catalogue import series
from lca.catalogue.dimensions import FACTORS
from lca.catalogue.factor_set import KEYS, Factor
from lca.catalogue.grid_marks import holds_losses
from lca.catalogue.lookup import Choices
from lca.catalogue.lookups import LEVEL_NAMES, LEVELS, LOOKUPS, PERIODS
from lca.catalogue.resolve import Resolved
from lca.catalogue.store import Catalogue
from lca.errors import FactorError, shorten
from lca.language import said
from lca.resources import folder
from lca.time_parts import HOUR, between, shape_of

COLUMNS = tuple(series.COLUMNS)
#: why a row whose zone has a series is not matched: value of the column `<name>__why`
WHY = (
    "",
    said("the run does not say when it began and ended, so that its hours are not known"),
    said("the hourly series of the place holds none of the hours of the run"),
)
#: tier of the mean: by the run's own power series, and spread evenly, which is a model
_MEASURED, _EVEN = 1, 2
#: between the ids of the series that one factor stands for
_AND = " + "
_GEOGRAPHY = KEYS.index("geography")
#: share of a printed mean by which that of the file may differ beyond the last printed digit
_CLOSE = 1e-9


@dataclass(frozen=True)
class _Timeline:
    """All hours of one zone: values in kg/kWh, NaN where none is known, and the code of the factor that gives each."""

    first: int
    values: NDArray[np.float64]
    source: NDArray[np.int64]
    total: NDArray[np.float64]  # sum of the values before each hour
    known: NDArray[np.int64]  # how many of the hours before each are known
    changes: NDArray[np.int64]  # how often the source changes among the known hours up to each

    @staticmethod
    def of(catalogue: Catalogue, codes: Sequence[int]) -> _Timeline:
        """The hours of the factors `codes`, which share quantity and zone. Raises FactorError where two give one hour."""
        parts = [(code, *_hours(catalogue.factors[code])) for code in codes]
        first = min(int(read.hours[0]) for _, read, _ in parts)
        size = max(int(read.hours[-1]) for _, read, _ in parts) - first + 1
        values, source = np.full(size, np.nan), np.full(size, -1, np.int64)
        for code, read, got in parts:
            known = ~np.isnan(got)
            at = read.hours[known] - first
            twice = np.flatnonzero(source[at] >= 0)
            if len(twice):
                other, hour = catalogue.factors[int(source[at[twice[0]]])], int(at[twice[0]]) + first
                raise _twice(catalogue, catalogue.factors[code], other, hour)
            values[at], source[at] = got[known], code
        known = source >= 0
        order = source[known]
        changes = np.zeros(size, np.int64)
        changes[np.flatnonzero(known)[1:]] = order[1:] != order[:-1]
        return _Timeline(
            first, values, source, np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))]),
            np.concatenate([[0], np.cumsum(known)]), np.cumsum(changes),
        )  # fmt: skip

    def even(
        self, begin: NDArray[np.float64], end: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(mean, covered share) of windows given in hours since 1970; parts of hours count in part."""

        def upto(sums: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
            at = np.minimum(x.astype(np.int64), len(self.values) - 1)
            return sums[at] + (x - at) * (sums[at + 1] - sums[at])

        low, high = (np.clip(x - self.first, 0.0, float(len(self.values))) for x in (begin, end))
        known = self.known.astype(np.float64)
        hours = upto(known, high) - upto(known, low)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(hours > 0, (upto(self.total, high) - upto(self.total, low)) / hours, np.nan)
        return mean, hours / (end - begin)

    def shaped(self, first: int, energy: NDArray[np.float64]) -> tuple[float, float]:
        """(mean, covered share) of a run whose energy in each hour is known."""
        at = np.arange(first, first + len(energy)) - self.first
        inside = (at >= 0) & (at < len(self.values))
        values = np.where(inside, self.values[np.clip(at, 0, len(self.values) - 1)], np.nan)
        weight = np.where(np.isnan(values), 0.0, energy)
        covered = float(weight.sum())
        mean = float((weight * np.nan_to_num(values)).sum()) / covered if covered > 0 else np.nan
        return mean, covered / float(energy.sum())

    def lacking(self, first: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many of the hours from `first` up to `after` have no factor."""
        low, high = (np.clip(x - self.first, 0, len(self.values)) for x in (first, after))
        return (after - first) - (self.known[high] - self.known[low])

    def sources(self, first: int, after: int) -> list[int]:
        """Codes of the factors that give hours from `first` up to `after`."""
        part = slice(max(first - self.first, 0), min(max(after - self.first, 0), len(self.values)))
        where = np.flatnonzero(self.source[part] >= 0) + part.start
        if self.changes[where[-1]] == self.changes[where[0]]:
            return [int(self.source[where[0]])]
        return sorted(set(self.source[where].tolist()))


def _twice(catalogue: Catalogue, one: Factor, other: Factor, hour: int) -> FactorError:
    """Two series give one hour. Told of the user's file, which can be changed, not of a shipped one."""

    def is_shipped(factor: Factor) -> bool:
        return catalogue.set_of(factor).path.is_relative_to(folder("factors"))

    own, held = (other, one) if is_shipped(one) else (one, other)
    read = series.read(own.series)
    row = read.rows[int(np.searchsorted(read.hours, hour))]
    where, what = f"{own.series}: row {row}", f"the same hour of {held.key[_GEOGRAPHY]} for {held.quantity}"
    if is_shipped(held):
        remedy = (
            f"Name {held.id} in `replaces` of {own.id} to use your file alone, or take the hours out that both hold."
        )
        return FactorError(where, f"the shipped series {held.id} gives {what}", remedy, series.stamp(hour))
    remedy = f"Remove one of the two, or name {held.id} in `replaces`."
    return FactorError(where, f"{held.series} gives {what}", remedy, series.stamp(hour))


def _hours(factor: Factor) -> tuple[series.Series, NDArray[np.float64]]:
    """The series of a factor and its values in kg/kWh; its mean and its years must be those that the factor states."""
    read = series.read(factor.series)
    raw = read.column(factor.quantity)
    for zone, row in read.zones.items():
        if zone != factor.key[_GEOGRAPHY]:
            raise FactorError(f"{factor.series}: row {row}: zone", f"{factor.id} is of {factor.key[_GEOGRAPHY]}",
                              "Correct the zone, or give each zone a file of its own.", shorten(zone))  # fmt: skip
    mean = float(np.nanmean(raw))
    scale = units.to_canonical(units.unit_of(factor.printed), "intensity")
    stated = factor.value / scale
    if abs(mean - stated) > units.half_last_digit(factor.printed) + _CLOSE * stated + np.finfo(float).tiny:
        raise FactorError(factor.series, f"the mean of its hours is {mean:.6g}, but {factor.id} states {factor.printed}",
                          "Correct the value or the unit; leave the value empty to take the mean.")  # fmt: skip
    most = FACTORS[factor.quantity].maximum
    high = np.flatnonzero(raw * scale > most)
    if len(high):
        raise FactorError(f"{factor.series}: row {read.rows[high[0]]}", f"above {most} kgCO2e/kWh, more than any grid",
                          f"Correct the value, or the unit of {factor.id}.", f"{raw[high[0]]:g} {units.unit_of(factor.printed)}")  # fmt: skip
    if factor.first_year is not None:
        years = read.hours.astype("datetime64[h]").astype("datetime64[Y]").astype(np.int64) + 1970
        out = np.flatnonzero((years < factor.first_year) | (years > (factor.last_year or 9999)))
        if len(out):
            raise FactorError(f"{factor.series}: row {read.rows[out[0]]}", f"the hour lies outside the period of {factor.id}",
                              "Correct valid_from and valid_to, or the hour.", series.stamp(int(read.hours[out[0]])))  # fmt: skip
    return read, raw * scale


def match(
    activities: Activities, resolved: Resolved, choices: Choices, catalogue: Catalogue, wanted: Collection[str],
    by_the_hour: bool,
) -> None:  # fmt: skip
    """Fill the columns `hourly_lifecycle` and `hourly_direct`, as far as the plan wants them.

    Beside each: its factor, level and tier as for every factor, and how many hours the run has (`__hours`), how many of
    them have no factor (`__lacking`), the share of the energy that fell into those (`__gap`), and why a row whose zone
    has a series was not matched (`__why`). Series of the user's own are read whole, so that each fault in them is told.
    """
    zones: dict[tuple[str, str], list[int]] = {}
    for code in catalogue.hourly:
        factor = catalogue.factors[code]
        zones.setdefault((factor.quantity, factor.key[_GEOGRAPHY]), []).append(code)
    shipped = folder("factors")
    for codes in zones.values():
        if any(not catalogue.set_of(catalogue.factors[c]).path.is_relative_to(shipped) for c in codes):
            _Timeline.of(catalogue, codes)
    matcher = _Matcher(activities, resolved, catalogue)
    for lookup in LOOKUPS:
        if lookup.column in COLUMNS and lookup.column in wanted:
            levels = choices.fallback.get(lookup.quantity, lookup.levels)
            matcher.column(lookup.column, zones, [n for n in levels if n not in choices.forbidden_levels])
    if by_the_hour and "grid_stand_in" in activities.columns:  # the figure is direct: nothing stands in for it
        direct = ~np.isnan(activities.column("hourly_direct"))
        for name, nothing in (("grid_stand_in", np.nan), ("grid_stand_in__factor", -1)):
            activities.columns[name] = np.where(direct, nothing, activities.columns[name])
    if "hourly_loss_share" in activities.columns:
        _losses_inside(activities, resolved)


def _losses_inside(activities: Activities, resolved: Resolved) -> None:
    """Take the loss share from rows whose hourly factors are per kWh consumed, so that losses of the grid are in them."""
    columns = activities.columns
    rows = holds_losses(resolved.factors)[columns["hourly_lifecycle__factor"]]
    columns["hourly_losses_inside"] = np.where(rows, 1.0, np.nan)
    for name, nothing in (("hourly_loss_share", np.nan), ("hourly_loss_share__factor", -1)):
        columns[name] = np.where(rows, nothing, columns[name])


class _Matcher:
    """What both columns share: factors made of several series."""

    def __init__(self, activities: Activities, resolved: Resolved, catalogue: Catalogue) -> None:
        self.a, self.resolved, self.catalogue = activities, resolved, catalogue
        self.joined: dict[tuple[int, ...], int] = {}

    def column(self, name: str, zones: dict[tuple[str, str], list[int]], levels: Sequence[str]) -> None:
        columns, rows = self.a.columns, self.a.rows
        for key in (name, *(f"{name}__{part}" for part in ("factor", "level", "period", "tier"))):
            columns[key] = columns[key].copy()  # written to below
        for part in ("hours", "lacking", "gap"):
            columns[f"{name}__{part}"] = np.full(rows, np.nan)
        columns[f"{name}__why"] = np.zeros(rows, np.int8)
        for level in levels:
            key = LEVELS[level].keys.get("geography", "'")
            if key.startswith("'"):
                continue
            places = np.asarray([p[key] for p in self.resolved.places], object)
            todo = np.isnan(columns[name]) & np.isnan(self.a.column("stated_factor"))
            for zone in sorted(set(places.tolist())):
                if (name, zone) in zones:
                    here = np.flatnonzero(todo & (places == zone)[self.a.place_of_row])
                    self._zone(name, level, zones[name, zone], here)

    def _zone(self, name: str, level: str, codes: list[int], rows: NDArray[np.int64]) -> None:
        """Match the rows of one zone."""
        columns = self.a.columns
        with_series = np.zeros(len(self.a.runs), bool)
        with_series[self.a.having["power"]] = True
        far = self._far(codes, rows) & ~with_series[self.a.run_of_row[rows]]
        columns[f"{name}__why"][rows[far]] = 2
        rows = rows[~far]
        run = self.a.run_of_row[rows]
        begin, end = self.a.start_of_row[rows] / HOUR, self.a.end_of_row[rows] / HOUR
        dated = ~np.isnan(begin) & ~np.isnan(end)
        columns[f"{name}__why"][rows] = np.where(dated, 2, 1)
        rows, run, begin, end = rows[dated], run[dated], begin[dated], end[dated]
        codes = [c for c in codes if len(rows) and _overlaps(self.catalogue.factors[c], begin.min(), end.max())]
        if not codes:
            return
        line = _Timeline.of(self.catalogue, codes)
        mean, covered = line.even(begin, end)
        tier = np.full(len(rows), _EVEN, np.int8)
        for i in np.flatnonzero(with_series[run]).tolist():
            shape = shape_of(self.a.runs[int(run[i])])
            if shape is not None and int(rows[i]) in self.a.divided:
                shape = between(shape, begin[i] * HOUR, end[i] * HOUR)
            if shape is not None and sum(shape.energy) > 0:
                mean[i], covered[i] = line.shaped(shape.first, np.asarray(shape.energy))
                tier[i] = _MEASURED
        first, after = np.floor(begin).astype(np.int64), np.ceil(end).astype(np.int64)
        lacking = line.lacking(first, after)
        good = np.flatnonzero(~np.isnan(mean))
        at = rows[good]
        columns[name][at] = mean[good]
        columns[f"{name}__factor"][at] = self._factors(line, first[good], after[good])
        columns[f"{name}__level"][at] = LEVEL_NAMES.index(level)
        columns[f"{name}__period"][at] = PERIODS.index("exact")
        columns[f"{name}__tier"][at] = tier[good]
        columns[f"{name}__hours"][at] = (after - first)[good]
        columns[f"{name}__lacking"][at] = lacking[good]
        columns[f"{name}__gap"][at] = np.where(lacking[good] > 0, np.clip(1 - covered[good], 0.0, 1.0), 0.0)
        columns[f"{name}__why"][at] = 0

    def _far(self, codes: Sequence[int], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Rows of known time that lie years from all of the series, whose exact hours need not be known."""
        factors = [self.catalogue.factors[c] for c in codes]
        first = min(f.first_year or -math.inf for f in factors)
        last = max(f.last_year or math.inf for f in factors)
        year, years = self.a.year[rows], self.a.column("duration")[rows] / 8760
        return np.asarray((year + years + 2 < first) | (year - years - 2 > last), bool)

    def _factors(self, line: _Timeline, first: NDArray[np.int64], after: NDArray[np.int64]) -> list[int]:
        if not line.changes[-1]:
            return [int(line.source.max())] * len(first)
        held: dict[tuple[int, int], int] = {}
        out = []
        for pair in zip(first.tolist(), after.tolist(), strict=True):
            if pair not in held:
                codes = line.sources(*pair)
                held[pair] = codes[0] if len(codes) == 1 else self._join(tuple(codes))
            out.append(held[pair])
        return out

    def _join(self, codes: tuple[int, ...]) -> int:
        """The code of a factor that stands for the hours of several series: a run over the turn of the year."""
        if codes not in self.joined:
            parts = [self.catalogue.factors[c] for c in codes]
            head = parts[0]
            kinds = list(dict.fromkeys(units.unit_of(f.printed) for f in parts))
            self.joined[codes] = len(self.resolved.factors)
            self.resolved.factors.append(head._replace(
                id=_AND.join(f.id for f in parts), value=np.nan, low=np.nan, high=np.nan,
                printed=f"hours of {len(parts)} series in {' and '.join(kinds)}", evidence=max(f.evidence for f in parts),
                scope=" and ".join(dict.fromkeys(f.scope for f in parts)), notes="; ".join(f.notes for f in parts),
                first_year=min((f.first_year for f in parts if f.first_year), default=None),
                last_year=max((f.last_year for f in parts if f.last_year), default=None),
            ))  # fmt: skip
        return self.joined[codes]


def parts(catalogue: Catalogue, factor: Factor) -> list[Factor]:
    """The factors of the catalogue for which a factor stands: itself, or each of several series."""
    names = factor.id.split(_AND)
    if factor.id in catalogue.code_of or not all(name in catalogue.code_of for name in names):
        return [factor]
    return [catalogue.factors[catalogue.code_of[name]] for name in names]


def _overlaps(factor: Factor, begin: float, end: float) -> bool:
    """Whether the years of a series touch those from `begin` to `end` (hours since 1970)."""
    first, last = (datetime.fromtimestamp(x * 3600, UTC).year for x in (begin, end))
    return factor.first_year is None or (factor.first_year <= last and (factor.last_year or 9999) >= first)


def withheld(activities: Activities, name: str, row: int) -> str:
    """Why a row whose zone has a series is not matched, empty for any other column or row."""
    why = activities.columns.get(f"{name}__why") if name in COLUMNS else None
    return "" if why is None or not np.isnan(activities.column("stated_factor")[row]) else WHY[int(why[row])]


def told(activities: Activities, name: str, row: int) -> str:
    """How the mean of a row was made, for an explanation; empty for any other column or row."""
    hours = activities.columns.get(f"{name}__hours")
    if hours is None or np.isnan(hours[row]):
        return ""
    whole, lacking = int(hours[row]), int(activities.columns[f"{name}__lacking"][row])
    mean = said("mean over the {n} hours of the run", n=whole)
    if lacking:
        mean = said("{mean}, {n} of which have no factor and are left out", mean=mean, n=lacking)
    if activities.columns[f"{name}__tier"][row] == _MEASURED:
        return said("{mean}; energy spread over them by the power series of the run", mean=mean)
    return said("{mean}; energy spread over them evenly", mean=mean)
