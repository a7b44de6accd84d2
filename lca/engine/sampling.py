"""The rules on rows by draws: the steps of a plan, run again for rows that took the same rules.

What a step chose in the deterministic run it takes in every draw. Rows that also share their factors make a combination, so
that most of what is computed falls apart into numbers per row and numbers per combination and draw (`engine.outer`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.engine.kernel import Array
from lca.engine.outer import Outer
from lca.engine.plan import Plan
from lca.engine.spreads import CERTAIN, Spreads
from lca.engine.summary import patterns

Rows = NDArray[np.int64]
#: inputs whose factor gives each row a value of its own
BY_ROW = frozenset({"hourly_lifecycle", "hourly_direct"})
#: cells of one column that are worked on at a time, so that a block stays in the processor's cache
CELLS = 1 << 15
#: combinations that are worked on together
TOGETHER = 64


@dataclass(frozen=True)
class Kind:
    """Rows for which every step takes the same rule and the same inputs are uncertain.

    `of` is the combination of sources and factors of each row, `first` a row of each combination, and `cell` the source of
    each uncertain input in each combination.
    """

    rows: Rows
    of: Rows
    first: Rows
    chosen: Mapping[str, int]  # quantity -> code of its rule, -1 where it is not determined
    cell: Mapping[str, NDArray[np.int32]]
    fixed: frozenset[str]  # inputs and quantities that are one number in all rows of a combination

    def part(self, chosen: Rows | NDArray[np.bool_]) -> Kind:
        """Some of the rows, by their place or as a mask."""
        held, of = np.unique(self.of[chosen], return_inverse=True)
        cell = {name: cells[held] for name, cells in self.cell.items()}
        return replace(self, rows=self.rows[chosen], of=of.reshape(-1), first=self.first[held], cell=cell)

    def blocks(self, draws: int) -> Iterator[Kind]:
        """Parts small enough for matrices of so many draws."""
        size = max(CELLS // max(draws, 1), 1)
        for start in range(0, len(self.rows), size):
            yield self.part(np.arange(start, min(start + size, len(self.rows))))

    def batches(self) -> Iterator[Kind]:
        """Parts of few combinations."""
        if len(self.first) <= TOGETHER:
            yield self
            return
        order = np.argsort(self.of, kind="stable")
        ends = np.searchsorted(self.of[order], np.arange(0, len(self.first) + TOGETHER, TOGETHER))
        for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            if end > start:
                yield self.part(order[start:end])


#: (input, kind) -> its values in the rows of a kind, rows by draws: a matrix or an `Outer`
Fill = Callable[[str, Kind], Any]
#: (kind, what gives a quantity in its rows) -> draws of an input that follows from other rows
Moving = Callable[[Kind, Callable[[str], Any]], Any]
#: (numbers per row, numbers per combination where rows of one share them, kind) -> what is fit for `Fill`
Wrap = Callable[[Array, Array | None, Kind], Any]


class _Shared(NamedTuple):
    """What all rows of a kind share."""

    chosen: dict[str, int]
    uncertain: tuple[str, ...]
    fixed: frozenset[str]


class Model:
    """A plan with the columns and results of its deterministic run, ready to be run again."""

    def __init__(
        self, plan: Plan, columns: Mapping[str, Array], results: Mapping[str, Array], spreads: Spreads
    ) -> None:
        self.plan, self.columns, self.results, self.spreads = plan, columns, results, spreads
        self.moving: dict[str, Moving] = {}  # inputs that follow from draws of other rows (see `attribution`)

    @cached_property
    def _table(self) -> tuple[Rows, Rows, Rows, list[_Shared]]:
        """(kind of each row, combination of each row, first row of each combination, what rows of each kind share)."""
        plan, columns, results, cells = self.plan, self.columns, self.results, self.spreads.cell
        names = [s.quantity for s in plan.steps]
        found = {n: c for n in plan.inputs for c in [columns.get(f"{n}__factor")] if c is not None}
        status = [np.minimum(cell, 0) for cell in cells.values()]  # certain, a run's own, or of a source
        status += [(code >= 0).astype(np.int8) for code in found.values()]
        status += list(self.spreads.leaders.values())
        codes = [*(results[f"{q}__rule"] for q in names), *status]
        nothing = np.zeros(0, np.int64)
        if not codes or not len(codes[0]):
            return nothing, nothing, nothing, []
        kind, first = patterns(codes)
        combination, first_of = patterns([kind, *cells.values(), *found.values()])
        shared = []
        for row in first.tolist():
            chosen = {q: int(results[f"{q}__rule"][row]) for q in names}
            factors = {n for n, c in found.items() if c[row] >= 0 and n not in BY_ROW}
            uncertain = tuple(n for n, cell in cells.items() if cell[row] != CERTAIN)
            shared.append(_Shared(chosen, uncertain, self._fixed(chosen, factors)))
        return kind, combination, first_of, shared

    @property
    def rows(self) -> Rows:
        """Numbers of all rows."""
        return np.arange(len(self._table[0]))

    def kinds(self, rows: Rows | None = None) -> Iterator[Kind]:
        """All rows or those given, by kind, in their order."""
        kind, combination, first, shared = self._table
        rows = self.rows if rows is None else rows
        order = np.argsort(kind[rows], kind="stable")
        ends = np.flatnonzero(np.append(np.diff(kind[rows][order]) != 0, True)) + 1 if len(rows) else rows
        start = 0
        for end in ends.tolist():
            part = rows[order[start:end]]
            held, of = np.unique(combination[part], return_inverse=True)
            what = shared[int(kind[part[0]])]
            cell = {name: self.spreads.cell[name][first[held]] for name in what.uncertain}
            yield Kind(part, of.reshape(-1), first[held], what.chosen, cell, what.fixed)
            start = end

    def _fixed(self, chosen: Mapping[str, int], factors: set[str]) -> frozenset[str]:
        """What follows from factors alone, given the factors that rows of one combination share."""
        held = set(factors)
        for step in self.plan.steps:
            code = chosen[step.quantity]
            if code >= 0 and held.issuperset(self.plan.rules[code].needs):
                held.add(step.quantity)
        return frozenset(held)

    def varies(self, kind: Kind, among: Mapping[str, Any] | None = None) -> dict[str, bool]:
        """Whether each input and quantity depends on an uncertain input in this kind of rows (or on one of `among`)."""
        cells = kind.cell if among is None else among
        known = {n: n in cells or n in self.moving for n in self.plan.inputs}
        for step in self.plan.steps:
            name, code = step.quantity, kind.chosen[step.quantity]
            known[name] = name in cells or (code >= 0 and any(map(known.get, self.plan.rules[code].needs)))
        return known

    def evaluate(
        self, kind: Kind, names: Sequence[str], varies: Mapping[str, bool], fill: Fill, wrap: Wrap, given: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The quantities that vary, in the rows of a kind, rows by draws. `given` replaces quantities.

        Raises TooLarge where a matrix of so many rows would be needed.
        """
        run = _Run(self, kind, varies, fill, wrap, dict(given or {}))
        with np.errstate(all="ignore"):
            return {name: run.of(name) for name in names if varies.get(name, False)}


@dataclass(frozen=True)
class _Run:
    """One evaluation: a quantity is derived when it is asked for. Nothing here refers to itself, so all of it goes at once."""

    model: Model
    kind: Kind
    varies: Mapping[str, bool]
    fill: Fill
    wrap: Wrap
    values: dict[str, Any]

    def of(self, name: str) -> Any:
        """A quantity or input, rows by draws."""
        held = self.values.get(name)
        if held is not None:
            return held
        model, kind = self.model, self.kind
        code = kind.chosen.get(name)
        if not self.varies.get(name, False):
            column = (model.columns if code is None else model.results)[name]
            held = self.wrap(column[kind.rows], column[kind.first] if name in kind.fixed else None, kind)
        elif code is None:
            held = model.moving[name](kind, self.of) if name in model.moving else self.fill(name, kind)
        else:
            rule = model.plan.rules[code]
            given = self._known if rule.partial else self.of
            held = rule.function(*(given(need) for need in rule.needs))
        self.values[name] = held
        return held

    def _known(self, need: str) -> Any:
        """An operand of a sum of what is determined: 0 where it is not."""
        code = self.kind.chosen.get(need)
        if code is None and not self.varies.get(need, False):
            column = self.model.columns.get(need)
            return 0.0 if column is None else self.wrap(np.nan_to_num(column[self.kind.rows], nan=0.0), None, self.kind)
        return 0.0 if code is not None and code < 0 else self.of(need)


def matrix(values: Array, shared: Array | None, kind: Kind) -> Any:
    """A column as a matrix of one draw."""
    return values[:, None]


def products(draws: int, most: int) -> Wrap:
    """What makes an `Outer` of a column."""

    def wrap(values: Array, shared: Array | None, kind: Kind) -> Any:
        term = (values, 1.0) if shared is None else (1.0, shared[:, None])
        return Outer([term], (len(values), draws), most, kind.of)

    return wrap
