"""`run(columns, plan) -> columns`: pure, vectorised, no I/O, no globals.

Columns are numpy arrays of one length, NaN where a value is missing; a column may also be a rows-by-draws matrix.
Beside each quantity `q` the kernel writes its trace: `q__rule` (index into `plan.rules`, -1 where not determined),
`q__tier` (the worst tier of the rule and of all that it rests on, 0 where not determined) and, for sums of what is
determined, `q__missing` (how many of its parts are not).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.engine.plan import Plan, Step
from lca.engine.rule import Rule

Array = NDArray[Any]
Columns = Mapping[str, Array]
Mask = NDArray[np.bool_] | bool

#: rows worked on at a time, so that the columns of one block stay in the processor's cache
BLOCK = 16384


def run(columns: Columns, plan: Plan, of: NDArray[np.intp] | None = None) -> dict[str, Array]:
    """Apply the steps of a plan to all rows, or to the rows `of`. Returns the columns of the quantities and their trace."""
    rows = len(of) if of is not None else len(next(iter(columns.values()))) if columns else 0
    draws = next((c.shape[1] for c in columns.values() if c.ndim == 2), 0)
    names = [n for n in (*plan.inputs, *(f"{n}__tier" for n in plan.inputs)) if n in columns]
    codes = {rule.id: code for code, rule in enumerate(plan.rules)}
    out: dict[str, Array] = {}
    steps = []
    known = {n for n in plan.inputs if n in columns and _some(columns[n])}
    for step in plan.steps:
        able = tuple(r for r in step.rules if (any if r.partial else all)(n in known for n in r.needs))
        if not able:
            out |= _nothing(step, rows, draws)
            continue
        known.add(step.quantity)
        steps.append(Step(step.quantity, able))
        out[step.quantity] = np.empty((rows, draws) if draws else rows)
        out[f"{step.quantity}__rule"] = np.empty(rows, np.int16)
        out[f"{step.quantity}__tier"] = np.empty(rows, np.int8)
        if any(rule.partial for rule in step.rules):
            out[f"{step.quantity}__missing"] = np.empty(rows, np.int8)
    for start in range(0, rows, BLOCK):
        part = slice(start, min(start + BLOCK, rows))
        here = part if of is None else of[part]
        block = _Block({name: columns[name][here] for name in names}, part.stop - part.start, draws, codes)
        block.run(steps, out, part)
    return out


def _some(values: Array) -> bool:
    """Whether any value is there; the first block tells it for most columns."""
    return not (np.isnan(values[:BLOCK]).all() and np.isnan(values[BLOCK:]).all())


def _nothing(step: Step, rows: int, draws: int) -> dict[str, Array]:
    """The columns of a quantity that no row can have: one cell each, shown as often as there are rows."""
    q = step.quantity
    made: dict[str, Array] = {
        q: np.broadcast_to(np.nan, (rows, draws) if draws else rows),
        f"{q}__rule": np.broadcast_to(np.int16(-1), rows),
        f"{q}__tier": np.broadcast_to(np.int8(0), rows),
    }
    if any(rule.partial for rule in step.rules):
        made[f"{q}__missing"] = np.broadcast_to(np.int8(0), rows)
    return made


class _Block:
    """A run of rows small enough for the cache. `known` holds, per name, where it is determined."""

    def __init__(self, columns: dict[str, Array], rows: int, draws: int, codes: Mapping[str, int]) -> None:
        self.values = {name: c for name, c in columns.items() if not name.endswith("__tier")}
        self.tiers: dict[str, Array | int] = {
            n[: -len("__tier")]: c for n, c in columns.items() if n.endswith("__tier")
        }
        self.known: dict[str, Mask] = {}
        self.rows, self.draws, self.codes = rows, draws, codes

    def run(self, steps: Sequence[Step], out: dict[str, Array], part: slice) -> None:
        for step in steps:
            self._step(step, out, part)

    def _known(self, name: str) -> Mask:
        mask = self.known.get(name)
        if mask is None:
            values = self.values.get(name)
            mask = False if values is None else _simplify(_determined(values))
            self.known[name] = mask
        return mask

    def _step(self, step: Step, out: dict[str, Array], part: slice) -> None:
        q = step.quantity
        value, code, tier = out[q][part], out[f"{q}__rule"][part], out[f"{q}__tier"][part]
        missing = out[f"{q}__missing"][part] if f"{q}__missing" in out else None
        todo: Mask = True
        started = False
        for rule in step.rules:
            where = _and(self._applies(rule), todo)
            if where is False:
                continue
            if where is True:
                result = self._evaluate(rule, None)
                value[...] = result if result.ndim == value.ndim else result[:, None]
                code[:] = self.codes[rule.id]
                tier[:] = self._tier(rule, None)
                if missing is not None:
                    missing[:] = self._missing(rule, None)
                done = _simplify(_determined(value))
            else:
                if not started:
                    value.fill(np.nan)
                    code.fill(-1)
                    tier.fill(0)
                    if missing is not None:
                        missing.fill(0)
                index = np.flatnonzero(where)
                result = self._evaluate(rule, index)
                good = _simplify(_determined(result))
                if good is not True:
                    index, result = index[good], result[good]
                value[index] = result
                code[index] = self.codes[rule.id]
                tier[index] = self._tier(rule, index)
                if missing is not None:
                    missing[index] = self._missing(rule, index)
                done = np.zeros(self.rows, bool)
                done[index] = True
            started = True
            todo = _and(todo, _not(done))
            if todo is False:
                break
        if not started:
            value.fill(np.nan)
        if todo is not False:
            rest = slice(None) if todo is True else todo
            value[rest], code[rest], tier[rest] = np.nan, -1, 0
            if missing is not None:
                missing[rest] = 0
        self.values[q], self.tiers[q], self.known[q] = value, tier, _not(todo)

    def _applies(self, rule: Rule) -> Mask:
        where: Mask = not rule.partial
        for need in rule.needs:
            where = _or(where, self._known(need)) if rule.partial else _and(where, self._known(need))
            if where is False and not rule.partial:
                break
        return where

    def _evaluate(self, rule: Rule, index: NDArray[np.intp] | None) -> Array:
        arguments = []
        for need in rule.needs:
            values = self.values.get(need)
            if values is None:  # only a partial rule gets here
                arguments.append(np.zeros(self.rows if index is None else len(index)))
                continue
            picked = values if index is None else values[index]
            if rule.partial and self._known(need) is not True:
                picked = np.nan_to_num(picked, nan=0.0)
            arguments.append(picked)
        if self.draws and any(a.ndim == 2 for a in arguments):
            arguments = [a if a.ndim == 2 else a[:, None] for a in arguments]
        with np.errstate(all="ignore"):
            result = np.asarray(rule.function(*arguments))
        return (
            result
            if result.ndim == 1 + bool(self.draws) or not self.draws
            else np.broadcast_to(result[:, None], (len(result), self.draws))
        )

    def _tier(self, rule: Rule, index: NDArray[np.intp] | None) -> Array | int:
        tier: Array | int = rule.tier
        for need in rule.needs:
            worst = self.tiers.get(need)
            if worst is None:
                continue
            if index is not None and not isinstance(worst, int):
                worst = worst[index]
            tier = np.maximum(tier, worst)
        return tier

    def _missing(self, rule: Rule, index: NDArray[np.intp] | None) -> Array | int:
        count: Array | int = 0
        for need in rule.needs:
            known = self._known(need)
            if known is False:
                count = count + 1
            elif known is not True:
                count = count + ~(known if index is None else known[index])
        return count


def _determined(values: Array) -> NDArray[np.bool_]:
    finite: NDArray[np.bool_] = np.isfinite(values)
    return finite if finite.ndim == 1 else np.asarray(finite.all(axis=1))


def _simplify(mask: NDArray[np.bool_]) -> Mask:
    if mask.all():
        return True
    return mask if mask.any() else False


def _and(a: Mask, b: Mask) -> Mask:
    if a is False or b is False:
        return False
    if a is True:
        return b
    return a if b is True else _simplify(a & b)


def _or(a: Mask, b: Mask) -> Mask:
    if a is True or b is True:
        return True
    if a is False:
        return b
    return a if b is False else _simplify(a | b)


def _not(a: Mask) -> Mask:
    return (not a) if isinstance(a, bool) else ~a
