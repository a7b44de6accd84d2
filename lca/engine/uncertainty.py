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
class Block:
    """What the bounds of one input change, row by row: effects on the quantities that depend on it."""

    row: NDArray[np.int64]
    source: NDArray[np.int64]  # one code per factor row or statement of a run
    low: dict[str, NDArray[np.float64]]
    high: dict[str, NDArray[np.float64]]


def effects(
    columns: Mapping[str, Array], results: Mapping[str, Array], plan: Plan, quantities: Sequence[str],
    run_of_row: NDArray[np.int64],
) -> list[Block]:  # fmt: skip
    """Move each uncertain input to its bounds. Runs what depends on it twice, on the rows that have an interval."""
    blocks = []
    inputs = [n for n in plan.inputs if f"{n}__low" in columns or f"{n}__high" in columns]
    for position, name in enumerate(inputs):
        bounds = [columns.get(f"{name}__{b}") for b in ("low", "high")]
        known = [np.zeros(len(run_of_row), bool) if b is None else ~np.isnan(b) for b in bounds]
        where = np.flatnonzero((known[0] | known[1]) & ~np.isnan(columns[name]))
        if not len(where):
            continue
        code = columns.get(f"{name}__factor")
        factor = np.full(len(where), -1) if code is None else code[where].astype(np.int64)
        own = -2 - (run_of_row[where] * len(inputs) + position)  # a run's own statement is a source of its own
        after = plan.after(name)
        base = {
            n: (columns[n] if n in columns else results[n])[where] for n in after.inputs if n in columns or n in results
        }
        touched = [s.quantity for s in after.steps if s.quantity in quantities]
        changes: list[dict[str, NDArray[np.float64]]] = []
        for bound, has in zip(bounds, known, strict=True):
            moved = dict(base)
            moved[name] = base[name] if bound is None else np.where(has[where], bound[where], base[name])
            got = kernel.run(moved, after)
            changes.append({q: np.nan_to_num(got[q] - results[q][where], nan=0.0, copy=False) for q in touched})
        blocks.append(Block(where, np.where(factor >= 0, factor, own), changes[0], changes[1]))
    return blocks


class Grouped:
    """Effects sorted by group and source once, for all quantities. `rows` limits them to some rows."""

    def __init__(
        self, blocks: Sequence[Block], group: NDArray[np.int64], groups: int, rows: NDArray[np.bool_] | None = None
    ) -> None:
        self.blocks, self.groups = blocks, groups
        sizes = [len(b.row) for b in blocks]
        self.start = np.cumsum([0, *sizes])
        if not blocks:
            self.first = self.take = self.at = np.zeros(0, np.int64)
            return
        row = np.concatenate([b.row for b in blocks])
        source = np.concatenate([b.source for b in blocks])
        self.take = np.arange(len(row)) if rows is None else np.flatnonzero(rows[row])
        source = source[self.take] - int(source.min())
        code = group[row[self.take]] * (int(source.max(initial=0)) + 1) + source
        order = np.argsort(code, kind="stable")
        self.take, code = self.take[order], code[order]
        self.first = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if len(code) else np.zeros(0, np.int64)
        self.at = group[row[self.take[self.first]]]

    def _sums(self, quantity: str, bound: str) -> NDArray[np.float64]:
        dense = np.zeros(int(self.start[-1]))
        for block, start in zip(self.blocks, self.start[:-1], strict=True):
            change = getattr(block, bound).get(quantity)
            if change is not None:
                dense[start : start + len(change)] = change
        return np.asarray(np.add.reduceat(dense[self.take], self.first), np.float64)

    def interval(self, quantity: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(down, up) per group: how far the 95 % interval reaches below and above the value, NaN where none is known."""
        if not len(self.first) or not any(quantity in b.low for b in self.blocks):
            nothing = np.full(self.groups, np.nan)
            return nothing, nothing
        low, high = self._sums(quantity, "low"), self._sums(quantity, "high")
        down = np.sqrt(np.bincount(self.at, np.minimum(np.minimum(low, high), 0.0) ** 2, self.groups))
        up = np.sqrt(np.bincount(self.at, np.maximum(np.maximum(low, high), 0.0) ** 2, self.groups))
        none = (down == 0) & (up == 0)
        return np.where(none, np.nan, down), np.where(none, np.nan, up)
