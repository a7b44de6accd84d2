"""Which distribution each input has in each row, and under which name it is drawn.

One draw per factor row, whatever rows, partitions or machines use it; one per statement of a run that has an interval of
its own; and one per kind of statement whose width we give (all energies read from node meters, say), since what makes
such a statement wrong is common to all of its kind: drawn apart for each run, the width of a fleet would vanish.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lca.activity import DEFINED, Activities
from lca.catalogue.dimensions import FACTORS
from lca.catalogue.lookups import LEVEL_NAMES, LEVELS, LOOKUPS, PERIODS
from lca.catalogue.pedigree import BEST, Pedigree, Scores, Use, worse
from lca.catalogue.resolve import Resolved
from lca.distribution import KINDS, Distribution, lognormal
from lca.engine.kernel import Array
from lca.engine.plan import Plan

#: no draw lies beyond so many squared geometric standard deviations
FAR = 4
#: in `cell`: an input without width, and one whose run states an interval
CERTAIN, OWN = -1, -2
#: column of an input -> quantity that says what it can be
_QUANTITY = {lookup.column: lookup.quantity for lookup in LOOKUPS}
#: inputs of runs that are shares
_SHARES = frozenset({"utilisation", "efficiency", "lifetime_utilisation", "active_share"})


#: columns that hold one statement of a run, by the one that names it
_SAME = {
    "stated_factor_whole": "stated_factor", "stated_factor_direct": "stated_factor", "stated_factor_lifecycle": "stated_factor",
    "active_share": "lifetime_utilisation",
}  # fmt: skip


def field_of(column: str) -> str:
    """The name under which a statement is drawn: one for all columns that hold it."""
    return _SAME.get(column, column)


@dataclass(frozen=True)
class Source:
    """Something that is drawn once: a factor as it is used, or a kind of statement, whose distribution is around 1."""

    name: str
    column: str
    distribution: Distribution
    factor: int  # code of the factor, -1 for a kind of statement
    scores: Scores
    why: str
    limit: float = math.inf  # the most that a value can be, where its draws may come near it


@dataclass
class Spreads:
    """`cell` holds, per uncertain input, the index of its source in each row, or `CERTAIN` or `OWN`."""

    sources: list[Source] = field(default_factory=list)
    cell: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)  # codes of factors without a known width

    @cached_property
    def leaders(self) -> dict[str, NDArray[np.int64]]:
        """For each uncertain input the number of the first one that is drawn with it, in each row: itself where none is."""
        names: dict[str, int] = {}
        of_source = np.asarray([names.setdefault(s.name, len(names)) for s in self.sources] or [0], np.int64)
        drawn = {column: np.where(cell >= 0, of_source[np.maximum(cell, 0)], -1) for column, cell in self.cell.items()}
        out: dict[str, NDArray[np.int64]] = {}
        columns = list(drawn)
        for n, column in enumerate(columns):
            made = np.full(len(drawn[column]), n)
            for earlier in range(n - 1, -1, -1):
                same = (drawn[column] >= 0) & (drawn[columns[earlier]] == drawn[column])
                made[same] = earlier
            out[column] = made
        return out

    def limits(self, column: str) -> tuple[float, float]:
        """The least and the most that an input can be."""
        sized = FACTORS.get(_QUANTITY.get(column, column))
        if sized is not None:
            return sized.minimum, sized.maximum
        return 0.0, 1.0 if column in _SHARES else math.inf


def find(
    activities: Activities, resolved: Resolved, plan: Plan, used: Mapping[str, NDArray[np.bool_]], pedigree: Pedigree
) -> Spreads:
    """The distributions of all inputs, in the rows that use them."""
    made = Spreads()
    index: dict[tuple[str, int, Scores | Use], int] = {}
    for column in plan.inputs:
        values, uses = activities.columns.get(column), used.get(column)
        if values is None or uses is None or not uses.any():
            continue
        cell = np.full(len(values), CERTAIN, np.int32)
        rows = np.flatnonzero(uses & ~np.isnan(values))
        code = activities.columns.get(f"{column}__factor")
        of_factor = np.full(len(rows), -1) if code is None else code[rows].astype(np.int64)
        _factors(made, index, activities, resolved, pedigree, column, cell, rows, of_factor)
        _statements(made, index, activities, pedigree, column, cell, rows[of_factor < 0])
        if (cell != CERTAIN).any():
            made.cell[column] = cell
    return made


def uses(
    a: Activities, resolved: Resolved, pedigree: Pedigree, column: str, rows: NDArray[np.int64], code: NDArray[np.int64]
) -> tuple[list[tuple[int, Use]], NDArray[np.int64]]:
    """How factors are used in rows: (code of the factor, what follows from how it was found), and which of them in each row.

    Year, area and technology score by how far the factor is from what was asked for, whatever its own scores.
    """
    level, period = (a.columns[f"{column}__{part}"][rows].astype(np.int64) for part in ("level", "period"))
    year = np.nan_to_num(a.year[rows], nan=0).astype(np.int64)
    nearer = ("subdivision", "grid_zone", "region_zone", "unplaced")
    narrow = np.asarray([any(p[key] for key in nearer) for p in resolved.places])[a.place_of_row[rows]]
    stands_in = np.asarray([d is not None and bool(d.sibling_of) for d in resolved.devices])[a.device_of_row[rows]]
    stands_in &= level == LEVEL_NAMES.index("device")
    key = ((((code * len(LEVEL_NAMES) + level) * len(PERIODS) + period) * 4096 + year) * 2 + narrow) * 2 + stands_in
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    made: list[tuple[int, Use]] = []
    for c, found, p, y, n, sibling in np.stack([code, level, period, year, narrow, stands_in])[:, first].T.tolist():
        factor, name = resolved.factors[c], LEVEL_NAMES[found]
        is_wider = bool(n) and name == "country"
        geographical = 2 if is_wider else LEVELS[name].geographical
        gap = math.nan
        if PERIODS[p] == "exact" or PERIODS[p] == "undated":
            gap = 0.0
        elif PERIODS[p] in ("earlier", "later") and factor.first_year is not None:
            gap = max(factor.first_year - y, y - (factor.last_year or factor.first_year), 0)
        technological = 3 if sibling else LEVELS[name].technological  # another variant of the same family
        scores = (1, 1, pedigree.temporal(gap), geographical, technological)
        made.append((c, Use(scores, pedigree.stand_ins(factor, column, name, is_wider, gap))))
    return made, which.reshape(-1)


def _factors(
    made: Spreads, index: dict[tuple[str, int, Scores | Use], int], a: Activities, resolved: Resolved, pedigree: Pedigree,
    column: str, cell: NDArray[np.int32], rows: NDArray[np.int64], code: NDArray[np.int64],
) -> None:  # fmt: skip
    rows, code = rows[code >= 0], code[code >= 0]
    if not len(rows):
        return
    floor, ceiling = made.limits(column)
    kinds, which = uses(a, resolved, pedigree, column, rows, code)
    for number, (c, use) in enumerate(kinds):
        factor = resolved.factors[c]
        known = (column, c, use)
        if known not in index:
            distribution = pedigree.distribution(factor, use, floor, ceiling)
            if distribution is None:
                made.unknown.add(c)
            spec = pedigree.of_factor(factor)
            scores = BEST if spec is None else spec.scores
            worst = worse(scores, use.scores)
            if distribution is None or distribution.is_certain:
                index[known] = CERTAIN
            else:
                index[known] = len(made.sources)
                why = spec.why if spec else ""
                made.sources.append(Source(f"factor\0{factor.id}", column, distribution, c, worst, why))
        cell[rows[which == number]] = index[known]


def _statements(
    made: Spreads, index: dict[tuple[str, int, Scores | Use], int], a: Activities, pedigree: Pedigree, column: str,
    cell: NDArray[np.int32], rows: NDArray[np.int64],
) -> None:  # fmt: skip
    if column in DEFINED:  # what the definition sets is no statement
        rows = rows[a.columns[column][rows] != DEFINED[column]]
    if not len(rows):
        return
    low, high = a.columns.get(f"{column}__low"), a.columns.get(f"{column}__high")
    own = np.zeros(len(rows), bool)
    for bound in (low, high):
        if bound is not None:
            own |= ~np.isnan(bound[rows]) & (bound[rows] != a.columns[column][rows])
    cell[rows[own]] = OWN
    rows = rows[~own]
    tiers = a.columns.get(f"{column}__tier")
    of_tier = np.zeros(len(rows), np.int64)
    if tiers is not None and column.startswith("metered_"):
        of_tier = tiers[rows].astype(np.int64)
    ceiling = made.limits(column)[1]
    for tier in np.unique(of_tier).tolist():
        spec = pedigree.of_statement(column, tier)
        gsd2 = 1.0 if spec is None else pedigree.gsd2(spec)
        if spec is None or gsd2 == 1:
            continue
        mine = rows[of_tier == tier]
        near = a.columns[column][mine] * gsd2**FAR > ceiling
        for limit, part in ((math.inf, mine[~near]), (ceiling, mine[near])):
            known = (f"{column}\0{tier}\0{limit}", -1, spec.scores)
            if len(part) and known not in index:
                index[known] = len(made.sources)
                name = f"stated\0{field_of(column)}\0{tier}"
                made.sources.append(Source(name, column, lognormal(1.0, gsd2), -1, spec.scores, spec.why, limit))
            if len(part):
                cell[part] = index[known]


def of_row(columns: Mapping[str, Array], column: str, row: int, limits: tuple[float, float]) -> Distribution:
    """The distribution of what a run states with an interval."""
    kind = columns.get(f"{column}__kind")
    names = (column, f"{column}__low", f"{column}__high")
    value, low, high = (float(columns[n][row]) if n in columns else math.nan for n in names)
    return Distribution(KINDS[int(kind[row])] if kind is not None else "normal", value, low, high, *limits)
