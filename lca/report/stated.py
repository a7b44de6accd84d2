"""What the profile states and no log can tell: goal and scope, figures from elsewhere, exclusions, reviews, who stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lca import statements
from lca.language import said, say
from lca.report import numbers as n
from lca.report.answers import spelled
from lca.report.parts import Cell, Column, Row, Table
from lca.report.told_study import REVIEWS
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

SYSTEMS_SHOWN = 12
#: statements that stand elsewhere in the report, or only decide how it looks
ELSEWHERE = frozenset({"report.title", "report.logo", "report.page", "report.colour", "report.language", "sign_off"})


def tables(a: Assessment) -> list[Table]:
    """Statements, exclusions and reviews; those that the profile does not have are left to the checklist of section 7."""
    found = (_statements(a), _exclusions(a), _reviews(a))
    return [t for t in found if t.rows]


def _statements(a: Assessment) -> Table:
    rows: list[Row] = []
    for group, (model, title) in statements.SINGLE.items():
        if group in ELSEWHERE:
            continue
        held = [(q, a.profile.stated(q.path)) for q in statements.questions(group, model) if q.path not in ELSEWHERE]
        rows += _group(say(title), [(say(q.text), spelled(value, 2000)) for q, value in held if value is not None])
    for system, card in list(a.profile.models.items())[:SYSTEMS_SHOWN]:
        told = [
            (q.text, getattr(card, q.path.partition(".")[2]))
            for q in statements.questions("models", statements.ModelCard)
        ]
        rows += _group(clean(system, 60), [(say(text), spelled(value)) for text, value in told if value is not None])
    left = len(a.profile.models) - SYSTEMS_SHOWN
    return Table(
        title=said("What the organisation states"), rows=rows, columns=[Column(label=say("Question"), width=38), Column(label=say("Answer"), width=62)],
        lead=say("Answers of the profile, as they were given; none of them changes a figure of the runs."),
        notes=[say("{left} more systems are in the profile.", left=n.count(left))] if left > 0 else [],
    )  # fmt: skip


def _group(title: str, told: list[tuple[str, str]]) -> list[Row]:
    if not told:
        return []
    return [
        Row(head=True, cells=[Cell(text=title)]),
        *(Row(cells=[Cell(text=question), Cell(text=answer)]) for question, answer in told),
    ]


def _exclusions(a: Assessment) -> Table:
    rows = [
        Row(cells=[
            Cell(text=clean(x.item, 160), sub=clean(x.stage or "", 60)), Cell(text=clean(x.reason, 400)),
            Cell(text=n.percent(x.size.value) if x.size is not None else n.NOT_AVAILABLE, kind="" if x.size is not None else "missing"),
            Cell(text=clean(x.basis or n.DOES_NOT_APPLY, 120)), Cell(text=clean(x.approver or n.DOES_NOT_APPLY, 80)),
        ])
        for x in a.profile.exclusions
    ]  # fmt: skip
    heads = [Column(label=say("Left out"), width=24), Column(label=say("Because"), width=32), Column(label=say("Estimated share"), width=14, right=True),
             Column(label=say("Estimated by"), width=16, gap=True), Column(label=say("Approved by"), width=14)]  # fmt: skip
    return Table(
        title=said("Exclusions"),
        rows=rows,
        columns=heads,
        lead=say(
            "What belongs to the system and is left out, as the organisation states. Estimated shares are of the total, and in none of its figures."
        ),
    )


def _reviews(a: Assessment) -> Table:
    rows = [
        Row(cells=[
            Cell(text=REVIEWS[x.kind], sub=n.day(x.date)), Cell(text=clean(x.by, 120), sub=clean(x.affiliation or "", 160)),
            Cell(text=clean(x.standard, 120), sub=x.level), Cell(text=clean(x.statement, 1200), sub=clean(" ".join([say("Of {scope}", scope=x.scope), *([say("Answers: {responses}", responses=x.responses)] if x.responses else [])]), 800)),
        ])
        for x in a.profile.reviews
    ]  # fmt: skip
    heads = [
        Column(label=say("What"), width=16),
        Column(label=say("By"), width=22),
        Column(label=say("Standard and level"), width=22),
        Column(label=say("Statement"), width=40),
    ]
    return Table(
        title=said("Reviews"),
        rows=rows,
        columns=heads,
        lead=say("As the profile records them; this software has not seen the reviewers' own documents."),
    )


def sign_off(a: Assessment) -> Table:
    """Who stands for the report: names where the profile states them, lines to sign where it does not."""
    s = a.profile.sign_off
    rows = [
        Row(cells=[Cell(text=label), Cell(text=clean(name, 120) if name else "", kind=""), Cell(text=n.day(s.date) if s.date and name and label == "Approved by" else ""), Cell(text="")])
        for label, name in ((say("Prepared by"), s.prepared_by), (say("Reviewed by"), s.reviewed_by), (say("Approved by"), s.approved_by))
    ]  # fmt: skip
    return Table(
        title=said("Responsibility"), rows=rows,
        lead=say("Figures follow from the logs, the factors and the choices quoted above. For their use in a disclosure those who sign are responsible."),
        columns=[Column(label=say("Role"), width=20), Column(label=say("Name"), width=34), Column(label=say("Date"), width=18), Column(label=say("Signature"), width=28)],
    )  # fmt: skip
