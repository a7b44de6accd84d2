"""One figure of one run re-derived as a tree: rules, inputs with units, factors with source and level of fallback.

Every rule is evaluated again on the scalars shown, and the outcome compared with the figure: an explanation that does
not re-compute is refused.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lca.activity import INPUTS
from lca.catalogue import hourly
from lca.catalogue.lookups import LEVEL_NAMES, LEVELS, LOOKUPS, PERIODS
from lca.engine import attribution, origin
from lca.engine.allocation import BASES
from lca.engine.rule import Rule
from lca.errors import RuleError, UnknownName, nearest
from lca.quantities import NAMES

if TYPE_CHECKING:
    from lca.assessment import Assessment

_PERIOD = {
    "exact": "the run's year", "earlier": "nearest earlier year", "later": "nearest later year",
    "latest": "latest year, the run has no date", "undated": "",
}  # fmt: skip
_UNITS = {n: u for n, (u, _) in INPUTS.items()}


def explain(a: Assessment, run: str, quantity: str) -> str:
    """The derivation as text. Raises UnknownName for an unknown run or quantity."""
    ids = {r.id: n for n, r in enumerate(a.activities.runs)}
    if run not in ids:
        near = nearest(run, set(ids))
        raise UnknownName(f"run {run[:80]}", "no such run", f"The nearest is {near}." if near else "Check the id.")
    base = quantity.partition("_per_")[0]
    if a.plan.step(base) is None:
        known = {s.quantity for s in a.plan.steps}
        if base in NAMES:
            return f"{base} of {run}\n  not determined: {a.reason(base, 0)}\n"
        near = nearest(base, known)
        remedy = f"The nearest is {near}." if near else f"Use a quantity such as {', '.join(NAMES)}."
        raise UnknownName(f"quantity {quantity[:80]}", "no such quantity", remedy)
    rows = np.flatnonzero(a.activities.run_of_row == ids[run])
    record, origin = a.activities.runs[ids[run]], a.intake.origins[ids[run]]
    lines = [f"{base} of run {run} ({record.system.name}, {record.stage}); {origin.path}, row {origin.row}"]
    total = 0.0
    for row in rows:
        if len(rows) > 1:
            label = a.activities.devices[a.activities.device_of_row[row]][0] or "no device"
            lines.append(f"\ndevice group {a.activities.group_of_row[row]}: {label}")
        value = _tree(a, base, int(row), "", lines, set())
        total += 0.0 if math.isnan(value) else value
    if len(rows) > 1:
        lines.append(f"\nsum over {len(rows)} device groups: {total:.10g} {_unit(a, base)}")
    findings = [f for f in a.findings if f.run == run]
    if findings:
        lines.append("\nfindings")
        lines += [f"  {f.severity:8} {f.code}: {f.message}" for f in findings]
    return "\n".join(lines) + "\n"


def _unit(a: Assessment, name: str) -> str:
    step = a.plan.step(name)
    if step is not None:
        return step.rules[0].unit
    return (
        _UNITS.get(name)
        or attribution.UNITS.get(name)
        or next((r.needs[name] for r in a.plan.rules if name in r.needs), "")
    )


def _sized(value: float, unit: str) -> str:
    return f"{value:.10g}" if unit == "1" else f"{value:.10g} {unit}"


def _tree(a: Assessment, name: str, row: int, indent: str, lines: list[str], seen: set[str]) -> float:
    step = a.plan.step(name)
    if step is None:
        return _leaf(a, name, row, indent, lines)
    value = float(a.columns[name][row])
    code = int(a.columns[f"{name}__rule"][row])
    if code < 0:
        lines.append(f"{indent}{name}: not determined: {a.reason(name, row)}")
        return math.nan
    rule = a.plan.rules[code]
    tier = int(a.columns[f"{name}__tier"][row])
    lines.append(f"{indent}{name} = {_sized(value, rule.unit)}")
    if name in seen:
        lines.append(f"{indent}  (derived above)")
        return value
    seen.add(name)
    lines.append(
        f"{indent}  {rule.cite}: {rule.formula}   [tier {tier}; sha256 {rule.digest[:12]}; {rule.references[0]}]"
    )
    if rule.inside:
        lines.append(f"{indent}  0 because it is inside {rule.inside} already: nothing is added")
    given = {need: _tree(a, need, row, indent + "    ", lines, seen) for need in rule.needs}
    _verify(rule, given, value)
    return value


def _verify(rule: Rule, given: dict[str, float], value: float) -> None:
    if rule.partial:
        given = {n: 0.0 if math.isnan(v) else v for n, v in given.items()}
    again = float(rule.function(**given))
    if not math.isclose(again, value, rel_tol=1e-9, abs_tol=1e-12):
        raise RuleError(
            f"rule {rule.cite}", f"re-computed {again!r}, the figure is {value!r}", "Report this as a fault of lca."
        )


def _leaf(a: Assessment, name: str, row: int, indent: str, lines: list[str]) -> float:
    columns = a.activities.columns
    value = float(columns[name][row]) if name in columns else math.nan
    low, high = columns.get(f"{name}__low"), columns.get(f"{name}__high")
    interval = ""
    if low is not None and high is not None and not math.isnan(low[row]):
        interval = f" ({low[row]:.6g} to {high[row]:.6g})"
    text = f"{indent}{name} = {_sized(value, _unit(a, name))}{interval}"
    code = columns.get(f"{name}__factor")
    if code is not None and code[row] >= 0:
        factor = a.resolved.factors[int(code[row])]
        level, period = LEVEL_NAMES[int(columns[f"{name}__level"][row])], PERIODS[int(columns[f"{name}__period"][row])]
        lines.append(f"{text}   factor {factor.id}")
        found = "; ".join(x for x in (LEVELS[level].meaning, _PERIOD[period]) if x)
        made = hourly.told(a.activities, name, row)
        if made:
            lines.append(f"{indent}  {made}")
        lines.append(f"{indent}  {factor.printed}, {factor.scope}, evidence {factor.evidence}; found by {found}")
        own = {"title": factor.notes, "publisher": "profile"}
        held = [own] if factor.set_id == "profile" else map(a.catalogue.source_of, hourly.parts(a.catalogue, factor))
        told = [f"{s.get('title', '')}, {s.get('publisher', '')} {s.get('year', '')}".rstrip() for s in held]
        lines += [f"{indent}  {source}" for source in dict.fromkeys(told)]
    elif name in attribution.COLUMNS and not math.isnan(value):
        lines.append(text)
        lines += [f"{indent}  {x}" for x in attribution.told(a.activities, a.columns, a.attribution, name, row)]
    elif name == "run_share":
        lines.append(f"{text}   {BASES[int(columns['run_share__basis'][row])]}")
    else:
        meaning = INPUTS.get(name, ("", ""))[1] or next((n.meaning for n in LOOKUPS if n.column == name), "")
        behind = "" if math.isnan(value) else f"   {origin.of(a, name, row)}{f': {meaning}' if meaning else ''}"
        lines.append(text + behind)
    return value
