"""One register of instruments over the whole inventory: what each covered, which criteria it meets, and why it counts or not."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.lookup import Choices
from lca.catalogue.markets import Markets
from lca.catalogue.resolve import Resolved
from lca.catalogue.store import Catalogue
from lca.engine.register import residual
from lca.engine.register.criteria import judge, lacking
from lca.engine.register.entries import Entry, collect
from lca.engine.register.instrument_messages import Teller, label
from lca.engine.register.intensities import Rates, Technologies, told
from lca.engine.register.matching import Candidate, Consumption, match
from lca.engine.register.notes import Note
from lca.engine.register.period_share import kept
from lca.engine.register.slices import Clock, Numbers, Rows, Slices, cut
from lca.engine.register.slots import Slots
from lca.engine.roles import OWN, roles
from lca.language import listed, said
from lca.numerals import spelled
from lca.profile import Profile

Mask = NDArray[np.bool_]


@dataclass
class Line:
    """One instrument of the register: how far it counts, and which criteria it meets."""

    entry: Entry
    rates: Rates
    covered: (
        float | None
    )  # kWh of consumption that count under it; None for a residual mix and where energy is not known
    is_counted: bool
    why: str  # why it is not counted, or not all of it
    criteria: dict[int, str]
    rows: Rows = field(default_factory=lambda: np.zeros(0, np.int64))
    parts: Numbers = field(default_factory=lambda: np.zeros(0))  # share of each of the rows that counts under it


class Register:
    """The instruments of an inventory. Residual mixes are stated before factors are looked up, the rest matched after."""

    def __init__(
        self, activities: Activities, resolved: Resolved, profile: Profile, catalogue: Catalogue, choices: Choices
    ) -> None:
        self.activities, self.resolved, self.profile, self.catalogue = activities, resolved, profile, catalogue
        self.markets = Markets(catalogue.sets)
        self.is_required = profile.instrument_evidence == "required"
        self.entries, self.notes = collect(activities, profile)
        self._line_of: dict[int, Line] = {}
        self._rows_of: dict[int, Rows] = {}
        self._technologies = Technologies(catalogue, choices)
        self._area = [self.markets.area(p["country"] or p["state"]) for p in resolved.places]
        self._mixes: list[residual.Mix] = []
        if self.entries:
            self._clock = Clock(activities)
            self._mixes = [
                self._mix(e) for e in self.entries if e.instrument.type == "residual" and e.instrument.factor
            ]
            self._mixes.sort(key=lambda mix: bool(mix.entry.holdings))  # what a run states stands before the profile
            self.notes += residual.state(self._mixes, activities)

    @property
    def lines(self) -> list[Line]:
        """The register, in the order of its instruments: those of the profile, then those of runs by their ids."""
        return [self._line_of[id(e)] for e in self.entries if id(e) in self._line_of]

    def match(self, energy: Numbers | None, location: Numbers | None) -> None:
        """Fill the columns `contract_share`, `contract_is_full`, `contract_is_none` and those of the slots.

        `energy` is the consumption per row in kWh, `location` its location-based emissions; None where there is no instrument.
        """
        share = np.zeros(self.activities.rows)
        columns = self.activities.columns
        if self.entries:
            assert energy is not None
            assert location is not None
            share = self._match(energy, location)
        covered = share > 0
        columns["contract_share"] = np.where(covered, share, np.nan)
        columns["contract_is_full"] = np.where(share >= 1.0 - residual.CLOSE, 1.0, np.nan)
        columns["contract_is_none"] = np.where(covered, np.nan, 1.0)

    def _match(self, energy: Numbers, location: Numbers) -> Numbers:
        activities = self.activities
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.where(energy > 0, location / energy, np.nan)
        mix = activities.column("residual_mix")
        rate = np.where(np.isnan(mix), rate, mix)
        reach = {id(e): self._rows(e) for e in self.entries if e.instrument.type != "residual"}
        held = [e for e in self.entries if id(e) in reach]
        slices = cut(self._clock, [(reach[id(e)], _limits(e)) for e in held])
        used = Consumption(energy[slices.row] * slices.share, rate[slices.row])
        candidates = []
        for entry in held:
            rates = self._technologies.rates(entry.instrument, self._year(entry, reach[id(entry)]))
            notes = told(entry, rates, self.catalogue)
            if rates.direct is None:
                self.notes += notes
                self._add(entry, rates, None, notes)
            else:
                candidate = self._candidate(entry, rates, slices, slices.of(reach[id(entry)]))
                candidate.inside = kept(entry, activities, self._clock, energy, self.profile.within())
                candidates.append((candidate, notes))
        left = match([c for c, _ in candidates], slices, used)
        self._tell(candidates, slices, used, left)
        share, slots = np.zeros(activities.rows), Slots(activities.rows)
        for candidate, _ in candidates:
            self._fill(candidate, slices, share, slots)
        activities.columns.update(slots.fill() if (share > 0).any() else {})
        share = np.where(share > 1.0 - residual.CLOSE, 1.0, share)
        free = 1.0 - np.bincount(slices.row, (1.0 - left) * slices.share, activities.rows)
        self.notes += residual.raise_to(self._mixes, activities, rate)
        for mixes in _by_run(self._mixes):
            self.notes += residual.remainder(mixes, energy, np.maximum(free, 0.0))
        for one in self._mixes:
            self._add_mix(one)
        return share

    def _rows(self, entry: Entry) -> Rows:
        """Rows of the runs that name an instrument, and of what the profile holds it for."""
        if id(entry) not in self._rows_of:
            self._rows_of[id(entry)] = self._find_rows(entry)
        return self._rows_of[id(entry)]

    def _find_rows(self, entry: Entry) -> Rows:
        of = self.activities.run_of_row
        found = [np.zeros(0, np.int64)]
        for number in (n for n in entry.runs if n >= 0):
            first, last = np.searchsorted(of, (number, number + 1))
            found.append(np.arange(first, last))
        for holding in entry.holdings:
            mask = np.ones(len(of), bool)
            if holding.site is not None:
                at = np.asarray([p["site"] == holding.site for p in self.resolved.places], bool)
                mask &= at[self.activities.place_of_row]
            if holding.system is not None:
                mask &= np.asarray([name == holding.system for name in self.activities.systems], bool)[of]
            if holding.site is None and holding.system is None:
                mask &= self._is_own
            found.append(np.flatnonzero(mask))
        return np.unique(np.concatenate(found))

    @cached_property
    def _is_own(self) -> Mask:
        """Rows whose electricity is scope 2 of whoever reports: what is held for nothing in particular serves these alone."""
        return np.asarray(roles(self.activities, self.resolved, self.profile).place == OWN)

    def _year(self, entry: Entry, rows: Rows) -> int | None:
        """The year for which the rates of an instrument are looked up: that of its vintage, else of what it is held for."""
        if entry.instrument.start is not None:
            return entry.instrument.start.year
        year = float(self.activities.year[rows[0]]) if len(rows) else math.nan
        return None if math.isnan(year) else int(year)

    def _in_market(self, entry: Entry, rows: Rows) -> tuple[Mask, Mask]:
        """Rows whose place is in the market, or may be; and those of which that is known."""
        if entry.instrument.type == "residual":
            return self._in_place(entry, rows)
        market = self.markets.area(entry.instrument.market or "")
        mine = np.asarray([not a or not market or a == market for a in self._area], bool)
        known = np.asarray([bool(a) and bool(market) for a in self._area], bool)
        place = self.activities.place_of_row[rows]
        return mine[place], known[place]

    def _in_place(self, entry: Entry, rows: Rows) -> tuple[Mask, Mask]:
        """The same for a residual mix, which is that of a country, a part of it or its market as a whole."""
        market = entry.instrument.market
        mine, known = [], []
        for p, area in zip(self.resolved.places, self._area, strict=True):
            here = {p["country"], p["subdivision"].upper(), p["grid_zone"].upper(), area}
            mine.append(not area or market is None or market in here)
            known.append(bool(area) and market is not None)
        place = self.activities.place_of_row[rows]
        return np.asarray(mine, bool)[place], np.asarray(known, bool)[place]

    def _in_period(self, entry: Entry, rows: Rows, begin: Numbers, end: Numbers) -> Mask:
        """Whether stretches of time lie in the period of an instrument, or may."""
        inside = np.ones(len(rows), bool)
        with np.errstate(invalid="ignore"):
            if entry.instrument.start is not None:
                inside &= ~(begin < self._clock.limit(entry.instrument.start, rows))
            if entry.instrument.end is not None:
                limit = self._clock.limit(entry.instrument.end, rows)
                inside &= ~((end > limit) | ((begin >= limit) & (begin == end)))
        return inside

    def _shown(self, entry: Entry, in_market: Mask, begin: Numbers) -> Mask:
        """Where an instrument is shown to meet the criteria, or need not be."""
        if not self.is_required:
            return np.ones(len(begin), bool)
        if lacking(entry.instrument) or entry.instrument.retired is False:
            return np.zeros(len(begin), bool)
        return in_market & ~np.isnan(begin)

    def _candidate(self, entry: Entry, rates: Rates, slices: Slices, mine: Rows) -> Candidate:
        rows, middle = slices.row[mine], slices.middle[mine]
        in_market, known = self._in_market(entry, rows)
        in_period = self._in_period(entry, rows, middle, middle)
        shown = self._shown(entry, known, middle)
        return Candidate(entry, rates, mine, in_market, in_period, shown)

    def _mix(self, entry: Entry) -> residual.Mix:
        rows = self._rows(entry)
        begin, end = self._clock.begin[rows], self._clock.end[rows]
        in_market, known = self._in_market(entry, rows)
        in_period = self._in_period(entry, rows, begin, end)
        shown = self._shown(entry, known, begin)
        besides = listed(self._unstated(entry, rows, bool(np.isnan(begin).any())))
        return residual.Mix(entry, rows, in_market, in_period, shown, self._places(rows[~in_market]), besides)

    def _unstated(self, entry: Entry, rows: Rows, is_undated: bool) -> list[str]:
        """What the runs of an instrument do not state, so that its market or period cannot be compared."""
        places = [self.resolved.places[n] for n in np.unique(self.activities.place_of_row[rows]).tolist()]
        several = bool(entry.holdings) or len(entry.runs) > 1
        told: list[str] = []
        if any(not (p["country"] or p["state"]) for p in places):
            told.append(said("runs name no place") if several else said("the run names no place"))
        if is_undated:
            told.append(said("runs have no date") if several else said("the run has no date"))
        return told

    def _places(self, rows: Rows) -> str:
        """Where rows lie, in words."""
        places = [self.resolved.places[c] for c in np.unique(self.activities.place_of_row[rows]).tolist()]
        return listed(sorted({p["subdivision"] or p["grid_zone"] or p["country"] for p in places}))

    def _tell(
        self, candidates: list[tuple[Candidate, list[Note]]], slices: Slices, used: Consumption, left: Numbers
    ) -> None:
        teller = Teller(used, left, self.is_required)
        for c, notes in candidates:
            elsewhere = self._places(slices.row[c.slices[~c.in_market]])
            besides, unchecked = self._not_compared(c, slices)
            mine = [
                *(notes if (c.part > 0).any() else []),
                *teller.tell(c, elsewhere, besides, _scope(c.entry), unchecked),
            ]
            self.notes += mine
            self._add(c.entry, c.rates, c, mine)

    def _not_compared(self, c: Candidate, slices: Slices) -> tuple[str, list[str]]:
        """What the runs do not state, so that market or period cannot be compared; and all that is not compared though it counts."""
        runs = self._unstated(c.entry, slices.row[c.slices], bool(np.isnan(slices.middle[c.slices]).any()))
        rows = slices.row[c.slices]
        instant = bool((self._clock.begin[rows] == self._clock.end[rows]).any())
        also: list[str] = [said("the run states no time of which both ends are known")] if instant else []
        instrument = c.entry.instrument
        missing: list[str] = []
        if instrument.market is None:
            missing.append(said("it states no market"))
        if instrument.start is None and instrument.end is None:
            missing.append(said("it states no period"))
        elif instrument.start is None or instrument.end is None:
            also.append(said("it states one end of its period alone"))
        return listed(runs), also if self.is_required else [*missing, *runs, *also]

    def _fill(self, c: Candidate, slices: Slices, share: Numbers, slots: Slots) -> None:
        """Add what an instrument covers to the columns, and to its line."""
        rows = slices.row[c.slices]
        touched, which = np.unique(rows, return_inverse=True)
        parts = np.bincount(which, c.part * slices.share[c.slices], len(touched)).astype(np.float64)
        touched, parts = touched[parts > 0], parts[parts > 0]
        assert c.rates.direct is not None
        share[touched] += parts
        slots.add(touched, parts, (c.rates.direct, c.rates.lifecycle))
        line = self._line_of[id(c.entry)]
        line.rows, line.parts = touched, parts

    def _add(self, entry: Entry, rates: Rates, c: Candidate | None, notes: list[Note]) -> None:
        """A line of the register."""
        counted = c is not None and bool((c.part > 0).any())
        reasons = [n.message for n in notes if n.code not in ("instrument-lifecycle", "instrument-evidence")]
        in_market, in_period = self._compared(entry, c)
        criteria = judge(
            entry, has_rate=rates.direct is not None, in_period=in_period, in_market=in_market,
            has_residual_mix=self._has_mix(entry),
        )  # fmt: skip
        covered = None if c is None or not c.has_energy else c.covered
        why = reasons[0] if reasons else "" if counted else said("there is no consumption that it could cover")
        self._line_of[id(entry)] = Line(entry, rates, covered, counted, why, criteria)

    def _add_mix(self, mix: residual.Mix) -> None:
        counted = bool(mix.counted.any())
        reasons = [
            n.message for n in self.notes if (n.run, n.position) == mix.entry.first and n.code != "instrument-excess"
        ]
        lacks = lacking(mix.entry.instrument)
        criteria = judge(
            mix.entry, has_rate=True, in_period=None if "period" in lacks else bool(mix.in_period.any()),
            in_market=None if "market" in lacks else bool(mix.in_market.any()), has_residual_mix=True,
        )  # fmt: skip
        rates = self._technologies.rates(mix.entry.instrument, None)
        why = reasons[0] if reasons else "" if counted else said("other instruments cover all of the consumption")
        self._line_of[id(mix.entry)] = Line(mix.entry, rates, None, counted, why, criteria)

    def _compared(self, entry: Entry, c: Candidate | None) -> tuple[bool | None, bool | None]:
        """Whether any consumption lies in market and period of an instrument; None where that is not known."""
        lacks = lacking(entry.instrument)
        if c is None or not len(c.slices):
            return None, None
        return (
            None if "market" in lacks else bool(c.in_market.any()),
            None if "period" in lacks else bool(c.in_period.any()),
        )

    def _has_mix(self, entry: Entry) -> bool:
        """Whether a residual mix is known for any of the rows for which an instrument is held."""
        rows = self._rows(entry)
        return bool((~np.isnan(self.activities.column("residual_mix")[rows])).any())

    def behind(self, column: str, row: int) -> str:
        """The instruments behind a share or rate of a row, each with the share that it covers."""
        factor = self.activities.columns.get(f"contract_{column.split('_')[1]}_factor")
        told: dict[bool, list[str]] = {True: [], False: []}
        for line in self.lines:
            at = int(np.searchsorted(line.rows, row))
            if at < len(line.rows) and line.rows[at] == row and line.rates.direct is not None:
                same = factor is not None and bool(line.rates.direct.value == factor[row])
                part = spelled(100 * float(line.parts[at]))
                told[same].append(said("{instrument} for {share} %", instrument=label(line.entry), share=part))
        return listed(told[True] or told[False])

    def why(self, column: str, row: int) -> str:
        """Why the life-cycle intensity of what covers a row is not determined; an empty string for any other column."""
        if not column.startswith("contract_") or not column.endswith("_lifecycle"):
            return ""
        for line in self.lines:
            if line.is_counted and line.rates.lifecycle is None and row in line.rows:
                instrument = line.entry.instrument
                if instrument.technology is None:
                    return said(
                        "the {type} states neither a life-cycle intensity nor a technology", type=instrument.type
                    )
                return said(
                    "the {type} states no life-cycle intensity, and none of {technology} is known at the tiers that the profile allows",
                    type=instrument.type, technology=instrument.technology,
                )  # fmt: skip
        return ""


def _limits(entry: Entry) -> list[datetime]:
    return [limit for limit in (entry.instrument.start, entry.instrument.end) if limit is not None]


def _by_run(mixes: list[residual.Mix]) -> list[list[residual.Mix]]:
    """Residual mixes of runs, those of one run together."""
    out: dict[int, list[residual.Mix]] = {}
    for mix in mixes:
        if not mix.entry.holdings:
            out.setdefault(mix.entry.first.run, []).append(mix)
    return list(out.values())


def _scope(entry: Entry) -> str:
    """For what the profile holds an instrument."""
    told = [
        said("the site {name}", name=h.site) if h.site is not None else said("the system {name}", name=h.system)
        for h in entry.holdings
        if h.site is not None or h.system is not None
    ]
    return listed(told) if told else said("all electricity of scope 2")
