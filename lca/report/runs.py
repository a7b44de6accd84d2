"""The runs one by one, largest first: some in print, more on screen, all of them in the data files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from lca.language import said, say
from lca.report import alternatives
from lca.report import numbers as n
from lca.report.cells import interval, notes, value
from lca.report.derivations import run_anchors
from lca.report.parts import Cell, Column, Row, Table
from lca.report.sums import PARTS, Ranked, Sum, add, many, ranked, whole
from lca.report.words import clean, stage

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: runs on screen, where they can be searched; in print as many as the profile says
ON_SCREEN = 300
NAMES = ("facility_energy", *PARTS, "total_co2e")


def table(a: Assessment) -> Table:
    """The table of runs, with their total."""
    printed = a.profile.runs_shown
    groups = ranked(a, ["run", "system", "stage"], max(ON_SCREEN, printed))
    made = many(a, NAMES, groups.code, groups.groups)
    total = {name: whole(a, name) for name in NAMES}
    energy, unit = n.scale(total["facility_energy"].value, "kWh"), n.scale(total["total_co2e"].value, "kgCO2e")
    anchors = run_anchors(a)
    rows = []
    for g, label in enumerate(groups.labels):
        first = [
            Cell(text=clean(label["run"], 64)),
            Cell(text=clean(label["system"], 48)),
            Cell(text=stage(label["stage"])),
        ]
        cells = _cells({name: made[name][g] for name in NAMES}, energy, unit, anchors.get(label["run"], ""))
        rows.append(
            Row(cells=[*first, *cells], only="screen" if g >= printed and len(groups.labels) > printed + 1 else "")
        )
    if groups.rest:
        rows.append(_rest(groups.rest, _cells({name: made[name][-1] for name in NAMES}, energy, unit, ""), "screen"))
    if any(row.only for row in rows):
        rows.append(_beyond(a, groups, printed, energy, unit))
    last = Cell(text=alternatives.total_label(a))
    rows.append(Row(cells=[last, Cell(text=""), Cell(text=""), *_cells(total, energy, unit, "derive-all")], total=True))
    heads = [
        Column(label=say("Run"), width=17), Column(label=say("System"), width=17), Column(label=say("Stage"), width=15),
        Column(label=say("Energy"), unit=energy.unit, width=8, right=True, href="rules-energy"),
        Column(label=say("Electricity"), unit=unit.unit, width=10, right=True, href="rules-electricity"),
        Column(label=say("Hardware"), unit=unit.unit, width=9, right=True, href="rules-embodied"),
        Column(label=say("Total"), unit=unit.unit, width=8, right=True, href="rules-total"),
        Column(gap=True, label=say("95 % interval"), unit=unit.unit, width=16),
    ]  # fmt: skip
    return Table(title=said("Runs"), columns=heads, rows=rows, notes=notes(rows), searchable=True,
                 lead=say("Largest first; results.csv holds every run and device group in full precision, and lca explain RUNS --run ID derives any of them again. Hardware is production and end of life."))  # fmt: skip


def _cells(s: dict[str, Sum], energy: n.Scale, unit: n.Scale, derive: str) -> list[Cell]:
    held = [
        value(s["facility_energy"], energy), value(s["use_co2e"], unit), value(add(s["embodied_co2e"], s["end_of_life_co2e"]), unit),
        value(s["total_co2e"], unit), interval(s["total_co2e"], unit),
    ]  # fmt: skip
    return [cell.model_copy(update={"derive": derive}) if derive and cell.kind == "" else cell for cell in held]


def _rest(number: int, cells: list[Cell], only: Literal["screen", "print"]) -> Row:
    return Row(
        cells=[
            Cell(text=say("{n} more, in results.csv", n=n.count(number)), kind="muted"),
            Cell(text=""),
            Cell(text=""),
            *cells,
        ],
        only=only,
    )


def _beyond(a: Assessment, groups: Ranked, printed: int, energy: n.Scale, unit: n.Scale) -> Row:
    """What print sums in one row."""
    made = many(a, NAMES, np.minimum(groups.code, printed), printed + 1)
    number = len(groups.labels) - printed + groups.rest
    return _rest(number, _cells({name: made[name][-1] for name in NAMES}, energy, unit, ""), "print")
