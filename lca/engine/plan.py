"""From the quantities asked for, backwards to what is given: an ordered list of steps, made before any row is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lca.engine.rule import Rule
from lca.errors import RuleError


@dataclass(frozen=True)
class Step:
    """One quantity and the rules that may give it, best first."""

    quantity: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Plan:
    """Ordered steps; `inputs` are the columns that they read from runs and factors; `rules` is the code table."""

    steps: tuple[Step, ...]
    inputs: tuple[str, ...]
    rules: tuple[Rule, ...]
    asked: tuple[str, ...]

    def after(self, name: str) -> Plan:
        """The steps that depend on an input; what else they need becomes an input."""
        touched = {name}
        steps = []
        for step in self.steps:
            if any(need in touched for rule in step.rules for need in rule.needs):
                touched.add(step.quantity)
                steps.append(step)
        needs = {need for step in steps for rule in step.rules for need in rule.needs} - {s.quantity for s in steps}
        rules = tuple(r for s in steps for r in s.rules)
        return Plan(tuple(steps), tuple(sorted({*needs, name})), rules, tuple(s.quantity for s in steps))

    def step(self, quantity: str) -> Step | None:
        """The step that gives a quantity."""
        return self._step_of.get(quantity)

    @cached_property
    def _step_of(self) -> dict[str, Step]:
        return {s.quantity: s for s in self.steps}


def select(
    rules: Iterable[Rule], *, off: Collection[str], max_tier: int, choices: Mapping[str, str]
) -> tuple[Rule, ...]:
    """The rules that a profile allows."""
    return tuple(
        r
        for r in rules
        if r.id not in off and r.tier <= max_tier and (r.choice is None or choices.get(r.choice[0]) == r.choice[1])
    )


def make(asked: Iterable[str], rules: Iterable[Rule], given: Collection[str]) -> Plan:
    """Plan the quantities `asked`. `given` are the names that runs and factor sets may give.

    A rule that needs a name which nothing can ever give is refused, as is a ring among rules. A quantity without any
    rule is left out of the steps (its figures say so).
    """
    by_quantity: dict[str, list[Rule]] = {}
    for rule in rules:
        by_quantity.setdefault(rule.gives, []).append(rule)
    steps: dict[str, Step] = {}
    inputs: set[str] = set()
    path: list[str] = []

    def visit(quantity: str, wanted_by: str) -> None:
        if quantity in steps or quantity in inputs:
            return
        if quantity in path:
            ring = " -> ".join([*path[path.index(quantity) :], quantity])
            raise RuleError("rules", f"a ring: {ring}", "Break the ring: a quantity cannot be derived from itself.")
        if quantity not in by_quantity:
            if quantity in given:
                inputs.add(quantity)
                return
            raise RuleError(
                wanted_by, f"it needs {quantity}, which no rule, no factor set and no field of a run gives",
                "Correct the name, or add the factor set or the rule.")  # fmt: skip
        path.append(quantity)
        for rule in by_quantity[quantity]:
            for need in rule.needs:
                visit(need, f"rule {rule.id}")
        path.pop()
        steps[quantity] = Step(quantity, tuple(by_quantity[quantity]))

    wanted = tuple(asked)
    for quantity in wanted:
        if quantity in by_quantity:
            visit(quantity, quantity)
    order = tuple(steps.values())
    return Plan(order, tuple(sorted(inputs)), tuple(r for s in order for r in s.rules), wanted)
