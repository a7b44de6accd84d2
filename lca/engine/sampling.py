"""The rules on rows by draws: the steps of a plan, run again for rows that took the same rules and the same factors.

What a step chose in the deterministic run it takes in every draw. Rows of one kind share their factors, so that most of
what is computed falls apart into numbers per row and numbers per draw (`engine.outer`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.engine.kernel import Array
from lca.engine.outer import Outer
from lca.engine.plan import Plan
from lca.engine.spreads import CERTAIN, Spreads
from lca.engine.summary import patterns

#: inputs whose factor gives each row a value of its own
BY_ROW = frozenset({"hourly_lifecycle", "hourly_direct"})
#: cells of one column that are worked on at a time, so that a block stays in the processor's cache
CELLS = 1 << 15

#: (input, rows) -> its values, rows by draws: a matrix or an `Outer`
Fill = Callable[[str, NDArray[np.int64]], Any]
#: (rows, what gives a quantity in them) -> draws of an input that follows from other rows
Moving = Callable[[NDArray[np.int64], Callable[[str], Any]], Any]
#: what makes a column of a number per row fit for `Fill`
Wrap = Callable[[Array], Any]


@dataclass(frozen=True)
class Kind:
    """Rows for which every step takes the same rule and every input the same source."""

    rows: NDArray[np.int64]
    chosen: Mapping[str, int]  # quantity -> code of its rule, -1 where it is not determined
    cell: Mapping[str, int]  # uncertain input -> its source
    fixed: frozenset[str]  # inputs and quantities that are one number in all of them


class Model:
    """A plan with the columns and results of its deterministic run, ready to be run again."""

    def __init__(
        self, plan: Plan, columns: Mapping[str, Array], results: Mapping[str, Array], spreads: Spreads
    ) -> None:
        self.plan, self.columns, self.results, self.spreads = plan, columns, results, spreads
        self.moving: dict[str, Moving] = {}  # inputs that follow from draws of other rows (see `attribution`)

    @cached_property
    def _table(self) -> tuple[NDArray[np.int64], list[tuple[dict[str, int], dict[str, int], frozenset[str]]]]:
        """(kind of each row, what rows of each kind share), made when draws are first asked for."""
        plan, columns, results, spreads = self.plan, self.columns, self.results, self.spreads
        names, uncertain = [s.quantity for s in plan.steps], list(spreads.cell)
        found = {n: c for n in plan.inputs for c in [columns.get(f"{n}__factor")] if c is not None}
        codes = [*(results[f"{q}__rule"] for q in names), *(spreads.cell[n] for n in uncertain), *found.values()]
        if not codes or not len(codes[0]):
            return np.zeros(0, np.int64), []
        kind_of_row, first = patterns(codes)
        made = []
        for row in first.tolist():
            chosen = {q: int(results[f"{q}__rule"][row]) for q in names}
            cell = {n: int(spreads.cell[n][row]) for n in uncertain}
            factors = {n for n, c in found.items() if c[row] >= 0 and n not in BY_ROW}
            made.append((chosen, cell, self._fixed(chosen, factors)))
        return kind_of_row, made

    @property
    def rows(self) -> NDArray[np.int64]:
        """Numbers of all rows."""
        return np.arange(len(self._table[0]))

    def kinds(self, rows: NDArray[np.int64]) -> Iterator[Kind]:
        """The rows given, by kind, in their order."""
        kind_of_row, held = self._table
        of = kind_of_row[rows]
        order = np.argsort(of, kind="stable")
        ends = np.flatnonzero(np.append(of[order][1:] != of[order][:-1], True)) + 1 if len(of) else of
        start = 0
        for end in ends.tolist():
            part = rows[order[start:end]]
            yield Kind(part, *held[int(of[order[start]])])
            start = end

    def _fixed(self, chosen: Mapping[str, int], factors: set[str]) -> frozenset[str]:
        """What follows from factors alone, given the factors that rows of one kind share."""
        held = set(factors)
        for step in self.plan.steps:
            code = chosen[step.quantity]
            if code >= 0 and held.issuperset(self.plan.rules[code].needs):
                held.add(step.quantity)
        return frozenset(held)

    def varies(self, kind: Kind, among: Mapping[str, int] | None = None) -> dict[str, bool]:
        """Whether each input and quantity depends on an uncertain input in this kind of rows (or on one of `among`)."""
        cells = kind.cell if among is None else among
        known = {n: cells.get(n, CERTAIN) != CERTAIN or n in self.moving for n in self.plan.inputs}
        for step in self.plan.steps:
            name, code = step.quantity, kind.chosen[step.quantity]
            known[name] = name in cells or (code >= 0 and any(map(known.get, self.plan.rules[code].needs)))
        return known

    def evaluate(
        self, kind: Kind, rows: NDArray[np.int64], names: Sequence[str], varies: Mapping[str, bool], fill: Fill, wrap: Wrap,
        given: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The quantities that vary, in some rows of a kind, rows by draws. `given` replaces quantities.

        Raises TooLarge where a matrix of so many rows would be needed.
        """
        run = _Run(self, kind, rows, varies, fill, wrap, dict(given or {}))
        with np.errstate(all="ignore"):
            return {name: run.of(name) for name in names if varies.get(name, False)}


@dataclass(frozen=True)
class _Run:
    """One evaluation: a quantity is derived when it is asked for. Nothing here refers to itself, so all of it goes at once."""

    model: Model
    kind: Kind
    rows: NDArray[np.int64]
    varies: Mapping[str, bool]
    fill: Fill
    wrap: Wrap
    values: dict[str, Any]

    def of(self, name: str) -> Any:
        """A quantity or input, rows by draws."""
        held = self.values.get(name)
        if held is not None:
            return held
        model, code = self.model, self.kind.chosen.get(name)
        if not self.varies.get(name, False):
            column = (model.columns if code is None else model.results)[name]
            held = float(column[self.rows[0]]) if name in self.kind.fixed else self.wrap(column[self.rows])
        elif code is None:
            held = model.moving[name](self.rows, self.of) if name in model.moving else self.fill(name, self.rows)
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
            return 0.0 if column is None else self.wrap(np.nan_to_num(column[self.rows], nan=0.0))
        return 0.0 if code is not None and code < 0 else self.of(need)


def matrix(values: Array) -> Array:
    """A column as a matrix of one draw."""
    return values[:, None]


def column(shape: tuple[int, int], most: int) -> Wrap:
    """A column as an `Outer` of so many rows and draws."""
    return lambda values: Outer([(values, 1.0)], shape, most)


def blocks(rows: NDArray[np.int64], draws: int) -> Iterator[NDArray[np.int64]]:
    """Rows in parts small enough for the cache."""
    size = max(CELLS // max(draws, 1), 1)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
