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
    """What the bounds of one input change: effects on the quantities that depend on it, in the rows `at` of its rows."""

    row: NDArray[np.int64]  # rows in which the input has an interval
    source: NDArray[np.int64]  # one code per factor row or statement of a run
    at: NDArray[np.int64]  # those of them that use the input; it changes nothing in the others
    low: dict[str, NDArray[np.float64]]
    high: dict[str, NDArray[np.float64]]

    def whole(self, changes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Changes in all rows of the block."""
        out = np.zeros(len(self.row))
        out[self.at] = changes
        return out


def effects(
    columns: Mapping[str, Array], results: Mapping[str, Array], plan: Plan, used: Mapping[str, NDArray[np.bool_]],
    quantities: Sequence[str], run_of_row: NDArray[np.int64],
) -> list[Block]:  # fmt: skip
    """Move each uncertain input to its bounds. Runs what depends on it twice, on the rows that use it (see `trace.used`)."""
    blocks = []
    inputs = [n for n in plan.inputs if f"{n}__low" in columns or f"{n}__high" in columns]
    for position, name in enumerate(inputs):
        bounds = [b for b in (columns.get(f"{name}__low"), columns.get(f"{name}__high")) if b is not None]
        row = np.flatnonzero(np.any([~np.isnan(b) for b in bounds], axis=0) & ~np.isnan(columns[name]))
        at = np.flatnonzero(used[name][row]) if name in used else row[:0]
        if not len(at):
            continue
        where = row[at]
        code = columns.get(f"{name}__factor")
        factor = np.full(len(row), -1) if code is None else code[row].astype(np.int64)
        own = -2 - (run_of_row[row] * len(inputs) + position)  # a run's own statement is a source of its own
        after = plan.after(name)
        base = {n: columns[n] if n in columns else results[n] for n in after.inputs if n in columns or n in results}
        before = {s.quantity: results[s.quantity][where] for s in after.steps if s.quantity in quantities}
        block = Block(row, np.where(factor >= 0, factor, own), at, {}, {})
        for bound, changes in (("low", block.low), ("high", block.high)):
            to = columns.get(f"{name}__{bound}", columns[name])
            got = kernel.run(base | {name: np.where(np.isnan(to), columns[name], to)}, after, where)
            for q, held in before.items():
                changes[q] = np.nan_to_num(got[q] - held, nan=0.0, copy=False)
        for q in before:
            if not block.low[q].any() and not block.high[q].any():
                del block.low[q], block.high[q]
        blocks.append(block)
    return blocks


class Effects:
    """Blocks laid end to end and sorted by source, once for all groupings."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        none = np.zeros(0, np.int64)
        row, source = (
            np.concatenate([none, *parts]) for parts in ([b.row for b in blocks], [b.source for b in blocks])
        )
        order = np.argsort(source, kind="stable")
        self.row, self.source = row[order], source[order]
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        ends = np.cumsum([0, *(len(b.row) for b in blocks)])
        self.at = [place[start + b.at] for b, start in zip(blocks, ends.tolist(), strict=False)]


class Grouped:
    """Sums of effects by group and source, for all quantities. `rows` limits them to some rows."""

    def __init__(
        self, effects: Effects, group: NDArray[np.int64], groups: int, rows: NDArray[np.bool_] | None = None
    ) -> None:
        self.blocks, self.groups = effects.blocks, groups
        row, source = effects.row, effects.source
        order = None if rows is None else np.flatnonzero(rows[row])
        if order is not None:
            row, source = row[order], source[order]
        code = group.astype(np.min_scalar_type(groups))[row]  # small numbers sort in one pass
        if groups > 1:
            by_group = np.argsort(code, kind="stable")
            order = by_group if order is None else order[by_group]
            code, source = code[by_group], source[by_group]
        new = np.append(True, (code[1:] != code[:-1]) | (source[1:] != source[:-1]))[: len(row)]
        self.first = np.flatnonzero(new)
        self.group = code[self.first]
        self.size = len(row)
        self.at = effects.at
        if order is not None:
            place = np.full(len(effects.row), self.size)  # what is left out goes beyond the end
            place[order] = np.arange(self.size)
            self.at = [place[at] for at in effects.at]

    def _sums(self, changes: Sequence[Mapping[str, NDArray[np.float64]]], quantity: str) -> NDArray[np.float64]:
        dense = np.zeros(self.size + 1)
        for at, held in zip(self.at, changes, strict=True):
            if quantity in held:
                dense[at] = held[quantity]
        return np.asarray(np.add.reduceat(dense[: self.size], self.first), np.float64)

    def interval(self, quantity: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(down, up) per group: how far the 95 % interval reaches below and above the value, NaN where none is known."""
        if not self.size or not any(quantity in b.low for b in self.blocks):
            nothing = np.full(self.groups, np.nan)
            return nothing, nothing
        low, high = (self._sums(c, quantity) for c in ([b.low for b in self.blocks], [b.high for b in self.blocks]))
        down = np.sqrt(np.bincount(self.group, np.minimum(np.minimum(low, high), 0.0) ** 2, self.groups))
        up = np.sqrt(np.bincount(self.group, np.maximum(np.maximum(low, high), 0.0) ** 2, self.groups))
        none = (down == 0) & (up == 0)
        return np.where(none, np.nan, down), np.where(none, np.nan, up)
