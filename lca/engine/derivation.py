"""One figure of one row re-derived as a tree: rules, inputs with units, factors with source and level of fallback.

Every rule is evaluated again on the scalars shown, and the outcome compared with the figure: a derivation that does not
re-compute is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lca.activity import INPUTS
from lca.catalogue import hourly
from lca.catalogue.lookups import LEVEL_NAMES, LEVELS, LOOKUPS, PERIODS
from lca.engine import attribution, origin
from lca.engine.allocation import BASES
from lca.engine.rule import Rule
from lca.errors import RuleError
from lca.language import joined, said

if TYPE_CHECKING:
    from lca.assessment import Assessment

_PERIOD = {
    "exact": said("the run's year"), "earlier": said("nearest earlier year"), "later": said("nearest later year"),
    "latest": said("latest year, the run has no date"), "undated": "",
}  # fmt: skip
_UNITS = {n: u for n, (u, _) in INPUTS.items()}


@dataclass
class Node:
    """A quantity or input of one row: its value, how it was made, and what it was made from.

    `value` is NaN where it is not determined; `rule` is None for an input; `said` stands behind the value, `notes` under it;
    `needs` are empty where the same quantity stands above already (`above`).
    """

    name: str
    value: float
    unit: str
    rule: Rule | None = None
    tier: int = 0
    reason: str = ""
    interval: tuple[float, float] | None = None
    factor: str = ""
    said: str = ""
    notes: list[str] = field(default_factory=list)
    above: bool = False
    needs: list[Node] = field(default_factory=list)


def derive(a: Assessment, name: str, row: int) -> Node:
    """The tree of a quantity in a row. Raises RuleError where it does not re-compute."""
    return _tree(a, name, row, set())


def unit_of(a: Assessment, name: str) -> str:
    """Unit of a quantity or input."""
    step = a.plan.step(name)
    if step is not None:
        return step.rules[0].unit
    return (
        _UNITS.get(name)
        or attribution.UNITS.get(name)
        or next((r.needs[name] for r in a.plan.rules if name in r.needs), "")
    )


def _tree(a: Assessment, name: str, row: int, seen: set[str]) -> Node:
    step = a.plan.step(name)
    if step is None:
        return _leaf(a, name, row)
    value, code = float(a.columns[name][row]), int(a.columns[f"{name}__rule"][row])
    if code < 0:
        return Node(name, math.nan, step.rules[0].unit, reason=a.reason(name, row))
    rule = a.plan.rules[code]
    made = Node(name, value, rule.unit, rule, int(a.columns[f"{name}__tier"][row]), above=name in seen)
    if made.above:
        return made
    seen.add(name)
    made.needs = [_tree(a, need, row, seen) for need in rule.needs]
    _verify(rule, {n.name: n.value for n in made.needs}, value)
    return made


def _verify(rule: Rule, given: dict[str, float], value: float) -> None:
    if rule.partial:
        given = {n: 0.0 if math.isnan(v) else v for n, v in given.items()}
    again = float(rule.function(**given))
    if not math.isclose(again, value, rel_tol=1e-9, abs_tol=1e-12):
        raise RuleError(
            f"rule {rule.cite}", f"re-computed {again!r}, the figure is {value!r}", "Report this as a fault of lca."
        )


def _leaf(a: Assessment, name: str, row: int) -> Node:
    columns = a.activities.columns
    made = Node(name, float(columns[name][row]) if name in columns else math.nan, unit_of(a, name))
    low, high = columns.get(f"{name}__low"), columns.get(f"{name}__high")
    if low is not None and high is not None and not math.isnan(low[row]):
        made.interval = float(low[row]), float(high[row])
    code = columns.get(f"{name}__factor")
    if code is not None and code[row] >= 0:
        _of_factor(a, made, int(code[row]), row)
    elif name in attribution.COLUMNS and not math.isnan(made.value):
        made.notes = list(attribution.told(a.activities, a.columns, a.attribution, name, row))
    elif name == "run_share":
        made.said = BASES[int(columns["run_share__basis"][row])]
    elif not math.isnan(made.value):
        meaning = INPUTS.get(name, ("", ""))[1] or next((n.meaning for n in LOOKUPS if n.column == name), "")
        behind = origin.of(a, name, row)
        made.said = joined(": ", [behind, said(meaning)]) if meaning else behind
    return made


def _of_factor(a: Assessment, made: Node, code: int, row: int) -> None:
    columns, factor = a.activities.columns, a.resolved.factors[code]
    made.factor = factor.id
    level, period = (
        LEVEL_NAMES[int(columns[f"{made.name}__level"][row])],
        PERIODS[int(columns[f"{made.name}__period"][row])],
    )
    found = joined("; ", (said(x) for x in (LEVELS[level].meaning, _PERIOD[period]) if x))
    by_the_hour = hourly.told(a.activities, made.name, row)
    made.notes = [by_the_hour] if by_the_hour else []
    made.notes.append(
        said(
            "{printed}, {scope}, evidence {evidence}; found by {found}",
            printed=factor.printed,
            scope=factor.scope,
            evidence=factor.evidence,
            found=found,
        )
    )
    own = {"title": factor.notes, "publisher": "profile"}
    held = [own] if factor.set_id == "profile" else map(a.catalogue.source_of, hourly.parts(a.catalogue, factor))
    told = [f"{s.get('title', '')}, {s.get('publisher', '')} {s.get('year', '')}".rstrip() for s in held]
    made.notes += list(dict.fromkeys(told))
