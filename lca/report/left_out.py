"""What the period leaves out: how much was cut, on the first page, and run by run in section 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lca.engine.outside import Amounts, Outside
from lca.language import plural, said, say
from lca.report import numbers as n
from lca.report.cells import SHORT
from lca.report.parts import Cell, Column, Pair, Row, Table
from lca.report.sums import whole
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: runs that are told one by one
SHOWN = 20


def facts(a: Assessment) -> list[Pair]:
    """How much lies outside the period, and how much has no date; nothing where nothing was left out."""
    held = a.left_out
    if held is None or a.profile.period is None:
        return []
    parts = []
    dated, undated = ~held.undated, held.undated
    if dated.any():
        runs, cut = _runs(held, dated), len(_cut(a, held))
        period = n.span(n.day(a.profile.period.start), n.day(a.profile.period.end))
        told = plural(
            runs, "{n} run lies outside {period}", "{n} runs lie outside {period}", n=n.count(runs), period=period
        )
        if cut:
            told = plural(runs, "{told}, in part", "{told}, {n} of them in part", told=told, n=n.count(cut))
        parts.append(say("Left out of every figure: {amount}. {runs}.", amount=_amount(a, held, dated), runs=say(told)))
    if undated.any():
        number = n.counted(_runs(held, undated), "run")
        parts.append(
            say("Left out for want of a date: {amount}, of {runs}.", amount=_amount(a, held, undated), runs=number)
        )
    parts.append(say("Section 3 lists them."))
    return [Pair(term=say("Outside the period"), text=" ".join(parts))]


def _runs(held: Outside, rows: NDArray[np.bool_]) -> int:
    return len(np.unique(held.activities.run_of_row[rows]))


def _cut(a: Assessment, held: Outside) -> set[int]:
    """Numbers of the runs of which a part counts."""
    counted = set(a.activities.numbers)
    return {number for number, read in enumerate(held.activities.numbers) if read in counted}


def _amount(a: Assessment, held: Outside, rows: NDArray[np.bool_]) -> str:
    energy = held.of(rows).energy
    if energy is None:
        return say("energy that is not determined")
    everything = held.of(np.ones(held.activities.rows, bool)).energy or 0.0
    share = n.share(energy, (whole(a, "facility_energy").value or 0.0) + everything)
    return say(
        "{energy} at the facility, {share} of the energy that was read", energy=n.phrase(energy, "kWh"), share=share
    )


def tables(a: Assessment) -> list[Table]:
    """The runs that lie outside, in whole or in part, and those without a date, the largest first."""
    held = a.left_out
    if held is None:
        return []
    runs, cut = held.activities.runs, _cut(a, held)
    size = held.of_run("facility_energy")
    order = sorted(range(len(runs)), key=lambda number: (-size[number], runs[number].id))
    undated = held.undated
    entries = []
    for number in order[:SHOWN]:
        mine = held.activities.run_of_row == number
        part = number in cut
        kind = say("no date") if undated[mine].any() else say("a part of it") if part else say("the whole run")
        entries.append((held.of(mine), runs[number].id, kind))
    total = held.of(np.ones(held.activities.rows, bool))
    energy, unit = n.scale(total.energy, "kWh"), n.scale(total.total, "kgCO2e")
    rows = [
        Row(cells=[Cell(text=clean(id, 60)), Cell(text=kind), *_cells(amounts, energy, unit)])
        for amounts, id, kind in entries
    ]
    if len(order) > SHOWN:
        rows.append(Row(cells=[
            Cell(text=say("{n} more", n=n.count(len(order) - SHOWN)), kind="muted"), *(Cell(text="") for _ in range(5)),
        ]))  # fmt: skip
    rows.append(Row(cells=[Cell(text=say("Total")), Cell(text=""), *_cells(total, energy, unit)], total=True))
    heads = [
        Column(label=say("Run"), width=28), Column(label=say("Left out"), width=16), Column(label=say("Hours"), unit="h", width=12, right=True),
        Column(label=say("Energy"), unit=energy.unit, width=14, right=True),
        Column(label=say("Electricity, location-based"), unit=unit.unit, width=16, right=True),
        Column(label=say("Total"), unit=unit.unit, width=14, right=True),
    ]  # fmt: skip
    lead = say(
        "None of this is in any figure. It was computed by the same rules and factors, so that it can be laid to the report of its own period; a run that lies across an end of the period is divided there by its power series where it has one, else by time."
    )
    return [Table(title=said("Outside the period"), lead=lead, columns=heads, rows=rows)]


def _cells(x: Amounts, energy: n.Scale, unit: n.Scale) -> list[Cell]:
    shown = ((x.hours, n.Scale("h", 1.0)), (x.energy, energy), (x.electricity, unit), (x.total, unit))
    return [Cell(text=SHORT, kind="missing") if v is None else Cell(text=n.column(v, u)) for v, u in shown]
