"""Sums per group for the report: the largest groups one by one, all others together, in the time of one pass.

`Assessment.figure_list` makes a figure of every quantity for every group; for ten thousand runs of which fifty are
shown that is too much. Here only the groups that are shown become objects.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.engine.figures import Grouping
from lca.engine.summary import partial
from lca.engine.uncertainty import Grouped

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: the three parts of which the total is the sum
PARTS = ("use_co2e", "embodied_co2e", "end_of_life_co2e")


class Sum(NamedTuple):
    """Sum of one quantity over one group. `by_tier`: how much of it is of tier 1, 2, 3, 4."""

    value: float | None
    low: float | None
    high: float | None
    rows: int
    missing: int
    by_tier: tuple[float, float, float, float]


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
    part = partial(a.columns, "total_co2e", grouping.code, groups)
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


def sums(a: Assessment, quantity: str, code: NDArray[np.int64], groups: int) -> list[Sum]:
    """One quantity over each group, with its interval."""
    part = partial(a.columns, quantity, code, groups)
    down, up = Grouped(a.summary.effects, code, groups).interval(quantity)
    made = []
    for g in range(groups):
        value = float(part.total[g]) if part.tier[g] > 0 else None
        low = high = None
        if value is not None and not (math.isnan(down[g]) or math.isnan(up[g])):
            low, high = max(value - float(down[g]), 0.0), value + float(up[g])
        tiers = tuple(float(x) for x in part.by_tier[:, g])
        made.append(Sum(value, low, high, int(part.rows[g]), int(part.missing[g]), tiers))  # type: ignore[arg-type]
    return made


def whole(a: Assessment, quantity: str) -> Sum:
    """One quantity over everything."""
    return sums(a, quantity, np.zeros(a.rows, np.int64), 1)[0]


def add(first: Sum, second: Sum) -> Sum:
    """Two parts of one group. No interval: those of the parts may rest on the same inputs."""
    known = [s.value for s in (first, second) if s.value is not None]
    tiers = tuple(x + y for x, y in zip(first.by_tier, second.by_tier, strict=True))
    missing = max(first.missing, second.missing)
    return Sum(sum(known) if known else None, None, None, first.rows, missing, tiers)  # type: ignore[arg-type]


def tiers(parts: Sequence[Sum]) -> tuple[float, ...]:
    """How much of the sum of the parts is of tier 1, 2, 3, 4."""
    return tuple(sum(p.by_tier[t] for p in parts) for t in range(4))
