"""Sums per group for the report: the largest groups one by one, all others together, in the time of one pass.

`Assessment.figure_list` makes a figure of every quantity for every group; for ten thousand runs of which fifty are
shown that is too much. Here only the groups that are shown become objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.engine.figures import Grouping, ends
from lca.engine.uncertainty import Bands

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: the three parts of which the total is the sum
PARTS = ("use_co2e", "embodied_co2e", "end_of_life_co2e")


class Sum(NamedTuple):
    """Sum of one quantity over one group. `by_tier`: how much of it is of tier 1, 2, 3, 4; `inside`: how many of its
    rows are 0 because another quantity already holds them."""

    value: float | None
    low: float | None
    high: float | None
    rows: int
    missing: int
    by_tier: tuple[float, float, float, float]
    inside: int = 0
    median: float | None = None

    @property
    def is_inside(self) -> bool:
        """Whether all that is known of it is inside another quantity: no reader may take it for 0."""
        return self.value == 0 and 0 < self.inside == self.rows - self.missing


@dataclass
class Ranked:
    """Groups that are shown, largest first; `rest` groups beyond them are summed in one more."""

    labels: list[dict[str, str]]
    code: NDArray[np.int64]
    groups: int
    rest: int


def ranked(a: Assessment, by: Sequence[str], limit: int, order: Sequence[str] = ()) -> Ranked:
    """The `limit` groups with the largest total; those whose total is not determined come last.

    `order` sorts by the label of the first key instead, for groups that have an order of their own.
    """
    grouping: Grouping = a.grouping(by)
    groups = len(grouping)
    part = a.summary.partial("total_co2e", grouping.code, groups)
    size = np.where(part.tier > 0, part.total, -np.inf)
    best = np.argsort(-size, kind="stable")
    kept = best if groups <= limit + 1 else best[:limit]
    if order:
        place = {name: i for i, name in enumerate(order)}
        kept = np.asarray(sorted(kept, key=lambda g: place.get(grouping.labels[g][by[0]], len(place))), np.int64)
    new = np.full(groups, len(kept), np.int64)
    new[kept] = np.arange(len(kept))
    rest = groups - len(kept)
    return Ranked([grouping.labels[g] for g in kept], new[grouping.code], len(kept) + (rest > 0), rest)


def many(
    a: Assessment, names: Sequence[str], code: NDArray[np.int64], groups: int, of: NDArray[np.bool_] | None = None
) -> dict[str, list[Sum]]:
    """Several quantities over each group, with their intervals; `of` limits them to some rows."""
    if of is not None:  # the rows left out make one group more, which is dropped
        made = many(a, names, np.where(of, code, groups), groups + 1)
        return {name: held[:groups] for name, held in made.items()}
    bands = a.summary.sampler.bands(names, code, groups)
    return {name: _sums(a, name, code, groups, bands.get(name)) for name in names}


def _sums(a: Assessment, quantity: str, code: NDArray[np.int64], groups: int, bands: Bands | None) -> list[Sum]:
    part = a.summary.partial(quantity, code, groups)
    inside = a.summary.inside(quantity, code, groups)
    made = []
    for g in range(groups):
        value = float(part.total[g]) if part.tier[g] > 0 else None
        low, median, high = (None, None, None) if value is None else ends(value, bands, g)
        by_tier = _tiers(part.by_tier[:, g])
        made.append(Sum(value, low, high, int(part.rows[g]), int(part.missing[g]), by_tier, int(inside[g]), median))
    return made


def _tiers(values: Iterable[float]) -> tuple[float, float, float, float]:
    first, second, third, fourth = (float(x) for x in values)
    return first, second, third, fourth


def whole(a: Assessment, quantity: str) -> Sum:
    """One quantity over everything."""
    f = a.total(quantity)
    by_tier = _tiers(f.get("by_tier") or (0, 0, 0, 0))
    return Sum(f["value"], f["low"], f["high"], f["rows"], f["missing"], by_tier, f.get("inside", 0), f["median"])


def add(first: Sum, second: Sum) -> Sum:
    """Two parts of one group. No interval: those of the parts may rest on the same inputs."""
    known = [s.value for s in (first, second) if s.value is not None]
    missing = max(first.missing, second.missing)
    by_tier = _tiers(x + y for x, y in zip(first.by_tier, second.by_tier, strict=True))
    return Sum(sum(known) if known else None, None, None, first.rows, missing, by_tier)


def tiers(parts: Sequence[Sum]) -> tuple[float, ...]:
    """How much of the sum of the parts is of tier 1, 2, 3, 4."""
    return tuple(sum(p.by_tier[t] for p in parts) for t in range(4))


class PerAmount(NamedTuple):
    """Groups with their figures per unit of work, and how many groups beyond them state an amount."""

    groups: list[tuple[int, list[Sum]]]
    rest: int


def per_amount(
    a: Assessment, names: Sequence[str], amount: NDArray[np.float64], code: NDArray[np.int64], groups: int, limit: int
) -> PerAmount:
    """Sums over the rows that state an amount of work, divided by the sum of the amounts: the `limit` largest groups.

    A figure that one of these rows lacks is not determined: its part of the work would be counted without it.
    """
    nothing = np.full(a.rows, np.nan)
    stated = ~np.isnan(amount)
    work = np.bincount(code, np.where(stated, amount, 0.0), groups)
    size = np.bincount(code, np.where(stated, np.nan_to_num(a.columns.get("total_co2e", nothing)), 0.0), groups)
    able = np.flatnonzero(work > 0)
    best = able[np.argsort(-size[able], kind="stable")][:limit]
    new = np.full(groups, len(best), np.int64)
    new[best] = np.arange(len(best))
    at = new[code]
    figures = many(a, names, at, len(best), stated & (at < len(best)))
    made: list[list[Sum]] = [[] for _ in best]
    for name in names:
        lacks = np.bincount(at, stated & np.isnan(a.columns.get(name, nothing)), len(best) + 1)
        for g, s in enumerate(figures[name]):
            per = 1.0 / float(work[best[g]])
            low, high = (None if x is None else x * per for x in (s.low, s.high))
            value = None if s.value is None or lacks[g] else s.value * per
            made[g].append(Sum(value, low, high, s.rows, s.missing, s.by_tier))
    return PerAmount(list(zip(best.tolist(), made, strict=True)), len(able) - len(best))
