"""What failed, cancelled and experimental runs took."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca.language import plural, said, say
from lca.report import numbers as n
from lca.report.cells import SHORT
from lca.report.parts import Cell, Column, Row, Table
from lca.report.sums import add, many, whole

if TYPE_CHECKING:
    from lca.assessment import Assessment

KINDS = (said("Failed runs"), said("Cancelled runs"), said("Experimentation, completed or of no stated status"))


def table(a: Assessment) -> Table | None:
    """The table; nothing where there is no such run and every run states a status."""
    runs, names = a.activities.runs, ("facility_energy", "use_co2e", "embodied_co2e", "end_of_life_co2e", "total_co2e")
    kind = [("failed", "cancelled").index(r.status) if r.status in ("failed", "cancelled") else
            2 if r.stage == "experimentation" else 3 for r in runs]  # fmt: skip
    silent = sum(r.status is None for r in runs)
    if min(kind, default=3) == 3 and not silent:
        return None
    code = np.asarray(kind, np.int64)[a.activities.run_of_row]
    made = many(a, names, code, 4)
    total = {name: whole(a, name) for name in names}
    energy, unit = n.scale(total["facility_energy"].value, "kWh"), n.scale(total["total_co2e"].value, "kgCO2e")
    rows = []
    for at, label in enumerate(KINDS):
        if at not in kind:
            continue
        s = {name: made[name][at] for name in names}
        hardware = add(s["embodied_co2e"], s["end_of_life_co2e"])
        cells = [(s["facility_energy"], energy), (s["use_co2e"], unit), (hardware, unit), (s["total_co2e"], unit)]
        rows.append(Row(cells=[
            Cell(text=label), Cell(text=n.count(kind.count(at))),
            *(Cell(text=n.column(x.value, u) if x.value is not None else SHORT, kind="" if x.value is not None else "missing",
                   mark="†" if x.missing and x.value is not None else "") for x, u in cells),
            Cell(text=n.share(s["total_co2e"].value, total["total_co2e"].value)),
        ]))  # fmt: skip
    heads = [Column(label=say("What"), width=34), Column(label=say("Runs"), width=8, right=True),
             Column(label=say("Energy"), unit=energy.unit, width=11, right=True), Column(label=say("Electricity"), unit=unit.unit, width=13, right=True),
             Column(label=say("Hardware"), unit=unit.unit, width=11, right=True), Column(label=say("Total"), unit=unit.unit, width=11, right=True),
             Column(label=say("Share of the total"), width=12, right=True)]  # fmt: skip
    notes = (
        [say("† A part is missing for some entries; section 3 says what and why.")]
        if any(c.mark for r in rows for c in r.cells)
        else []
    )
    parts: list[str] = []
    if rows:
        parts.append(
            say(
                "These runs are part of the results above; here they stand by themselves. Hardware is production and end of life."
            )
        )
    if silent == len(runs):
        parts.append(
            say("No run states whether it was completed, so that it is not known whether failed runs are left out.")
        )
    elif silent:
        parts.append(
            say(
                plural(
                    len(runs),
                    "{silent} of {n} run does not state whether they were completed: some of them may have failed.",
                    "{silent} of {n} runs do not state whether they were completed: some of them may have failed.",
                    silent=n.count(silent),
                    n=n.count(len(runs)),
                )
            )
        )
    if not rows and silent < len(runs):
        parts.append(say("No other run failed or was cancelled."))
    lead = " ".join(parts)
    return Table(
        title=said("Failed and experimental runs"), lead=lead, columns=heads if rows else [], rows=rows, notes=notes
    )
