"""Reads the trace: what was used where, what a figure rests on, and why something is not determined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from lca.activity import DERIVED, INPUTS
from lca.engine.kernel import Array
from lca.engine.plan import Plan
from lca.language import joined, said


def used(plan: Plan, results: Mapping[str, Array], asked: Sequence[str]) -> dict[str, NDArray[np.bool_]]:
    """Per quantity and input: the rows in which it contributes to one of the quantities asked for."""
    rows = len(next(iter(results.values()))) if results else 0
    out: dict[str, NDArray[np.bool_]] = {q: np.ones(rows, bool) for q in asked}
    code = {rule.id: n for n, rule in enumerate(plan.rules)}
    for step in reversed(plan.steps):
        mine = out.get(step.quantity)
        if mine is None:
            continue
        chosen = results[f"{step.quantity}__rule"]
        for rule in step.rules:
            here = mine & (chosen == code[rule.id])
            if here.any():
                for need in rule.needs:
                    held = out.get(need)
                    out[need] = here if held is None else held | here
    return out


class Paths:
    """What each quantity rests on, per pattern of rules (see `summary.patterns`): rules and input columns."""

    def __init__(self, plan: Plan, results: Mapping[str, Array], first_rows: NDArray[np.int64]) -> None:
        self.plan = plan
        self._chosen = [
            {s.quantity: int(results[f"{s.quantity}__rule"][row]) for s in plan.steps} for row in first_rows
        ]
        self.of = lru_cache(maxsize=None)(self._of)

    def _of(self, pattern: int, quantity: str) -> tuple[frozenset[int], frozenset[str]]:
        """(codes of rules, names of inputs) on which a quantity rests."""
        chosen = self._chosen[pattern]
        if quantity not in chosen:
            return frozenset(), frozenset({quantity})
        code = chosen[quantity]
        if code < 0:
            return frozenset(), frozenset()
        rules, inputs = {code}, set[str]()
        for need in self.plan.rules[code].needs:
            more_rules, more_inputs = self.of(pattern, need)
            rules |= more_rules
            inputs |= more_inputs
        return frozenset(rules), frozenset(inputs)


#: what is said of each part of a sum that is missing
NOT_DETERMINED = said("{quantity} is not determined: {reason}")


def derived(name: str) -> bool:
    """Whether an input follows from the shape of the log, so that nobody could state it."""
    return name in DERIVED or name.startswith(("is_", "has_"))


def reason(
    plan: Plan, columns: Mapping[str, Array], results: Mapping[str, Array], quantity: str, row: int,
    meanings: Mapping[str, str], withheld: Callable[[str, int], str], limited: str = "",
) -> str:  # fmt: skip
    """One sentence that says why a quantity is not determined in a row: the inputs that the nearest rule lacks."""

    def has(name: str) -> bool:
        column = results.get(name, columns.get(name))
        return column is not None and bool(column[row] == column[row])

    @cache
    def lacks(name: str) -> frozenset[str]:
        if has(name):
            return frozenset()
        step = plan.step(name)
        if step is None:
            return frozenset({name})
        ways = [frozenset().union(*(lacks(n) for n in rule.needs)) for rule in step.rules]
        # what follows from the shape of a log cannot be given; of equally near rules the last asks for what is given most
        ways = [w for w in ways if w and not any(derived(n) for n in w)] or ways
        return min((w for w in reversed(ways) if w), key=len, default=frozenset({name}))

    step = plan.step(quantity)
    if step is None:
        return _limited(said("no rule of this version gives it"), limited)
    if any(rule.partial for rule in step.rules):
        parts = [n for n in step.rules[0].needs if not has(n)]
        return joined("; ", (
            said(NOT_DETERMINED, quantity=n, reason=reason(plan, columns, results, n, row, meanings, withheld, limited))
            for n in parts
        ))  # fmt: skip
    if has(quantity):  # a sum is there, and a part of what it rests on is not
        own = plan.rules[int(results[f"{quantity}__rule"][row])]
        part = next((n for n in own.needs if f"{n}__missing" in results and results[f"{n}__missing"][row] > 0), "")
        why = part and reason(plan, columns, results, part, row, meanings, withheld, limited)
        return (
            said("{quantity} lacks a part: {reason}", quantity=part, reason=why)
            if why
            else said("what it received from other runs lacks a part")
        )
    lacking = lacks(quantity)
    if lacking == {quantity}:
        return said("the rule that applies gives no finite number (division by zero)")
    why = next((w for w in (withheld(name, row) for name in sorted(lacking)) if w), "")
    if why:
        return _limited(why, limited)
    told = [
        said(
            "{input} ({meaning})",
            input=name,
            meaning=said(meanings.get(name) or INPUTS.get(name, ("", ""))[1] or "not given"),
        )
        for name in sorted(lacking)
    ]
    inputs = told[0]
    for one in told[1:]:
        inputs = said("{one} and {other}", one=inputs, other=one)
    return _limited(said("neither the run nor a factor set gives {inputs}", inputs=inputs), limited)


def _limited(why: str, limited: str) -> str:
    return said("{reason} {limit}", reason=why, limit=limited) if limited else why
