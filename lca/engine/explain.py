"""One figure of one run as text: its derivation (`engine.derivation`), device group by device group, and its findings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lca.engine.derivation import Node, derive, unit_of
from lca.errors import UnknownName, nearest, printable
from lca.quantities import NAMES
from lca.time_parts import told

if TYPE_CHECKING:
    from lca.assessment import Assessment


def explain(a: Assessment, run: str, quantity: str) -> str:
    """The derivation as text. Raises UnknownName for an unknown run or quantity."""
    ids = {r.id: n for n, r in enumerate(a.activities.runs)}
    if run not in ids:
        if a.outside is not None and any(r.id == run for r in a.outside.activities.runs):
            where = f"run {run[:80]}"
            remedy = "Explain it under a profile whose period holds it, or that states none."
            raise UnknownName(
                where, "it is in no figure: it lies outside the period of the profile, or has no date", remedy
            )
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
    record, origin = a.activities.runs[ids[run]], a.origin(ids[run])
    lines = [f"{base} of run {run} ({record.system.name}, {record.stage}); {origin.path}, row {origin.row}"]
    total = 0.0
    for row in rows:
        if len(rows) > 1 or row in a.activities.divided:
            lines.append(f"\n{_heading(a, int(row))}")
        made = derive(a, base, int(row))
        _print(made, "", lines)
        total += 0.0 if math.isnan(made.value) else made.value
    if len(rows) > 1:
        what = "parts" if any(int(row) in a.activities.divided for row in rows) else "device groups"
        lines.append(f"\nsum over {len(rows)} {what}: {total:.10g} {unit_of(a, base)}")
    findings = [f for f in a.findings if f.run == run]
    if findings:
        lines.append("\nfindings")
        lines += [f"  {f.severity:8} {f.code}: {f.message}" for f in findings]
    # a name from a log may hold what steers a terminal, or a line that looks like one of these
    return "\n".join(("\n" if line[:1] == "\n" else "") + printable(line.removeprefix("\n")) for line in lines) + "\n"


def _heading(a: Assessment, row: int) -> str:
    """Which device group, and which part in time of a run that was divided."""
    label = a.activities.devices[a.activities.device_of_row[row]][0] or "no device"
    part = a.activities.divided.get(row)
    when = f", {told(part.start)} to {told(part.end)} (UTC)" if part is not None else ""
    return f"device group {a.activities.group_of_row[row]}{when}: {label}"


def sized(value: float, unit: str) -> str:
    """A value with its unit, to ten digits."""
    return f"{value:.10g}" if unit == "1" else f"{value:.10g} {unit}"


def _print(x: Node, indent: str, lines: list[str]) -> None:
    if x.reason:
        lines.append(f"{indent}{x.name}: not determined: {x.reason}")
        return
    text = f"{indent}{x.name} = {sized(x.value, x.unit)}"
    if x.rule is None:
        interval = f" ({x.interval[0]:.6g} to {x.interval[1]:.6g})" if x.interval is not None else ""
        behind = f"factor {x.factor}" if x.factor else x.said
        lines.append(f"{text}{interval}{f'   {behind}' if behind else ''}")
        lines += [f"{indent}  {note}" for note in x.notes]
        return
    lines.append(text)
    if x.above:
        lines.append(f"{indent}  (derived above)")
        return
    r = x.rule
    lines.append(f"{indent}  {r.cite}: {r.formula}   [tier {x.tier}; sha256 {r.digest[:12]}; {r.references[0]}]")
    if r.inside:
        lines.append(f"{indent}  0 because it is inside {r.inside} already: nothing is added")
    for need in x.needs:
        _print(need, indent + "    ", lines)
