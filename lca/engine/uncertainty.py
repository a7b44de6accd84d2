"""95 % intervals by first-order propagation (JCGM 100:2008, 5.1): each uncertain input is moved to its bounds, one at
a time, through the same rules.

What rests on the same factor row, or on the same statement of a run, moves together: its effects add up over all rows
before independent inputs are combined as the root of the sum of squares. Inputs without an interval add nothing, so
an interval here covers the inputs whose interval is known, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.engine import kernel
from lca.engine.kernel import Array
from lca.engine.plan import Plan


@dataclass
class Effects:
    """Effect of each (row, input) on each quantity: what the bounds of the input change."""

    row: NDArray[np.int64]
    source: NDArray[np.int64]  # one code per factor row or statement of a run
    low: dict[str, NDArray[np.float64]]
    high: dict[str, NDArray[np.float64]]


def effects(
    columns: Mapping[str, Array], results: Mapping[str, Array], plan: Plan, quantities: Sequence[str],
    run_of_row: NDArray[np.int64],
) -> Effects:  # fmt: skip
    """Move each uncertain input to its bounds. Runs the kernel twice per uncertain input, on the rows that have it."""
    rows, sources = [], []
    low: dict[str, list[NDArray[np.float64]]] = {q: [] for q in quantities}
    high: dict[str, list[NDArray[np.float64]]] = {q: [] for q in quantities}
    inputs = [n for n in plan.inputs if f"{n}__low" in columns or f"{n}__high" in columns]
    for position, name in enumerate(inputs):
        bounds = [columns.get(f"{name}__{b}") for b in ("low", "high")]
        known = [np.zeros(len(run_of_row), bool) if b is None else ~np.isnan(b) for b in bounds]
        where = np.flatnonzero((known[0] | known[1]) & ~np.isnan(columns[name]))
        if not len(where):
            continue
        rows.append(where)
        code = columns.get(f"{name}__factor")
        factor = np.full(len(where), -1) if code is None else code[where].astype(np.int64)
        own = -2 - (run_of_row[where] * len(inputs) + position)  # a run's own statement is a source of its own
        sources.append(np.where(factor >= 0, factor, own))
        base = {n: columns[n][where] for n in columns if n in plan.inputs}
        for bound, has, out in ((bounds[0], known[0], low), (bounds[1], known[1], high)):
            moved = dict(base)
            moved[name] = base[name] if bound is None else np.where(has[where], bound[where], base[name])
            got = kernel.run(moved, plan)
            for q in quantities:
                change = got[q] - results[q][where]
                out[q].append(np.where(np.isnan(change), 0.0, change))
    empty = np.zeros(0)
    return Effects(
        np.concatenate(rows) if rows else np.zeros(0, np.int64),
        np.concatenate(sources) if sources else np.zeros(0, np.int64),
        {q: np.concatenate(low[q]) if rows else empty for q in quantities},
        {q: np.concatenate(high[q]) if rows else empty for q in quantities},
    )


class Grouped:
    """Effects sorted by group and source once, for all quantities. `rows` limits them to some rows."""

    def __init__(
        self, made: Effects, group: NDArray[np.int64], groups: int, rows: NDArray[np.bool_] | None = None
    ) -> None:
        self.effects, self.groups = made, groups
        take = np.arange(len(made.row)) if rows is None else np.flatnonzero(rows[made.row])
        _, source = np.unique(made.source[take], return_inverse=True)
        code = group[made.row[take]] * (int(source.max(initial=0)) + 1) + source
        order = np.argsort(code, kind="stable")
        self.take = take[order]
        code = code[order]
        self.first = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if len(code) else np.zeros(0, np.int64)
        self.at = group[made.row[self.take[self.first]]]

    def interval(self, quantity: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(down, up) per group: how far the 95 % interval reaches below and above the value, NaN where none is known."""
        if not len(self.first) or quantity not in self.effects.low:
            nothing = np.full(self.groups, np.nan)
            return nothing, nothing
        low = np.add.reduceat(self.effects.low[quantity][self.take], self.first)
        high = np.add.reduceat(self.effects.high[quantity][self.take], self.first)
        down = np.sqrt(np.bincount(self.at, np.minimum(np.minimum(low, high), 0.0) ** 2, self.groups))
        up = np.sqrt(np.bincount(self.at, np.maximum(np.maximum(low, high), 0.0) ** 2, self.groups))
        none = (down == 0) & (up == 0)
        return np.where(none, np.nan, down), np.where(none, np.nan, up)
