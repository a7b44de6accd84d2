"""Training computation of systems, beside the amounts that the EU AI Act and its guidelines name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca.checks.training_compute_threshold import per_system, thresholds
from lca.language import said, say
from lca.report import numbers as n
from lca.report.parts import Cell, Column, Row, Table
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

SYSTEMS_SHOWN = 12


def _times(ratio: float) -> str:
    """How many times an amount, below 1 too: one way of writing in the whole column."""
    return n.digits(ratio) if ratio >= n.LEAST else f"<{n.THIN}{n.place(n.LEAST, -3)}"


def table(a: Assessment) -> Table | None:
    """The table, or nothing where no computation is known."""
    found, amounts = per_system(a.activities, a.columns, a.plan.rules), thresholds(a.catalogue)
    if not found or not amounts:
        return None
    rows = []
    for work in found[:SYSTEMS_SHOWN]:
        basis = say("stated") if work.stated == work.flops else "6 N D" if not work.stated else say("stated and 6 N D")
        shares = [Cell(text=_times(work.flops / f.value), kind="warn" if work.flops > f.value else "") for f in amounts]
        gap = say(
            "{lacking} of {runs} before use state no work",
            lacking=n.count(work.lacking),
            runs=n.counted(work.runs, "run"),
        )
        rows.append(Row(cells=[
            Cell(text=clean(work.system, 64)),
            Cell(text=n.digits(work.flops), mark="†" if work.lacking else "", hint=gap if work.lacking else ""),
            Cell(text=basis), *shares,
        ]))  # fmt: skip
    heads = [Column(label=say("System"), width=34), Column(label=say("Computation"), unit="FLOP", width=16, right=True, href="rules-training"),
             Column(label=say("Basis"), width=16, gap=True),
             *(Column(label=say("Times {value}", value=n.digits(f.value, 1)), unit="FLOP", width=17, right=True) for f in amounts)]  # fmt: skip
    notes = [
        say(
            "{value} FLOP: {name} ({title}).",
            value=n.digits(f.value, 1),
            name=f.name,
            title=a.catalogue.source_of(f)["title"],
        )
        for f in amounts
    ]
    notes += (
        [say("† Some runs of the system state no work: the sum is too low.")] if any(w.lacking for w in found) else []
    )
    left = len(found) - SYSTEMS_SHOWN
    notes += [say("{left} more systems are in assessment.json.", left=n.count(left))] if left > 0 else []
    return Table(
        title=said("Training computation"), columns=heads, rows=rows, notes=notes,
        lead=say("Work of data, experimentation, training and fine-tuning together, stated or six operations per active parameter and token. The last columns say how many times the amounts that the EU AI Act and its guidelines name it is; above 1 stands out. That is no legal finding."),
    )  # fmt: skip
