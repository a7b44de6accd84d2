"""Fuels and refrigerants of the profile: scope 1, and the supply of the fuels (category 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca.language import said, say
from lca.report import numbers as n
from lca.report.cells import SHORT
from lca.report.parts import Cell, Column, Row, Table
from lca.report.words import capital, clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

SHOWN = 20


def table(a: Assessment) -> Table | None:
    """What was burnt and what escaped, with the factors that serve; None where the profile states nothing."""
    if not a.burnt:
        return None
    unit = n.scale(max(b.direct for b in a.burnt), "kgCO2e")
    rows = []
    for b in a.burnt[:SHOWN]:
        direct = (
            Cell(text=n.column(b.direct, unit)) if b.counted else Cell(text=say("outside the period"), kind="muted")
        )
        none = (
            Cell(text=n.DOES_NOT_APPLY, kind="none")
            if b.field.startswith("refrigerants")
            else Cell(text=SHORT, kind="missing")
        )
        supply = Cell(text=n.column(b.supply, unit)) if b.supply is not None and b.counted else none
        rests = ", ".join(f.id for f in b.factors) or say("profile")
        rows.append(
            Row(
                cells=[
                    Cell(text=clean(capital(b.name), 64)),
                    Cell(text=n.phrase(b.amount, b.unit)),
                    direct,
                    supply,
                    Cell(text=rests, kind="muted"),
                ]
            )
        )
    heads = [Column(label=say("Fuel or refrigerant"), width=26), Column(label=say("Amount"), width=14, right=True),
             Column(label=say("Scope 1"), unit=unit.unit, width=14, right=True), Column(label=say("Supply"), unit=unit.unit, width=14, right=True),
             Column(label=say("Rests on"), width=32, gap=True)]  # fmt: skip
    left = len(a.burnt) - len(rows)
    return Table(
        title=said("Fuels and refrigerants"), columns=heads, rows=rows,
        notes=[say("{held} more are in assessment.json.", held=n.count(left))] if left > 0 else [],
        lead=say("Activity data of the profile. Burning and leaks are scope 1; the supply of fuels, well to tank, is category 3 of scope 3."),
    )  # fmt: skip
