"""The view model: everything that the templates print, as text. Templates compute nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from lca.report import answer, evidence, inventory
from lca.report import numbers as n
from lca.report.answer import Answer
from lca.report.evidence import FindingGroup
from lca.report.inventory import RuleView
from lca.report.parts import Chart, Pair, Table, View
from lca.report.words import clean
from lca.version import VERSION

if TYPE_CHECKING:
    from lca.assessment import Assessment


class Report(View):
    """One report."""

    title: str = Field(description="Title of the report")
    subtitle: list[str] = Field(description="Lines under the title: what, when, by which choices")
    foot: str = Field(description="System and period, for the foot of each page")
    author: str = Field(description="Organisation, or the tool")
    made: str = Field(description="Day on which the report was made")
    made_iso: str = Field(description="The same as an ISO 8601 date")
    answer: Answer = Field(description="First page")
    charts: list[Chart] = Field(description="Charts of section 2")
    results: list[Table] = Field(description="Tables of section 2")
    basis: list[Table] = Field(description="Tables of section 3: what the interval rests on, what is missing")
    findings: list[FindingGroup] = Field(description="Section 4")
    findings_lead: str = Field(description="How many findings there are")
    method: list[Pair] = Field(description="Boundary and choices, section 5")
    rules: list[RuleView] = Field(description="Rules in use, section 5")
    profile: str = Field(description="The profile as applied, as YAML")
    factors: Table = Field(description="Section 6")
    sources: list[Pair] = Field(description="Sources with licence and attribution, section 6")
    contents: Table = Field(description="Section 7: what a reader may look for, and where it is")
    reproduce: list[Pair] = Field(description="Section 8")
    hashes: list[Table] = Field(description="Tables of section 8")


def build(a: Assessment) -> Report:
    """The view model of an assessment. Its cost does not grow with the runs, but for one pass over the columns."""
    organisation = a.profile.organisation
    systems = a.grouping(["system"]).labels
    names = [clean(g["system"], 60) for g in systems[:3]]
    told = n.listed(names) if len(systems) <= 3 else f"{names[0]} and {n.counted(len(systems) - 1, 'other system')}"
    title = a.profile.report_title or (names[0] if len(systems) == 1 else "AI systems: life-cycle assessment")
    period = answer.period(a)
    subtitle = [
        f"Life-cycle greenhouse-gas inventory · {told} · {period}",
        f"Functional unit: {clean(a.profile.functional_unit or 'the runs listed, as a whole', 120)} · profile {a.profile.id} · lca {VERSION}",
    ]
    if organisation is not None:
        subtitle.insert(0, clean(organisation.name, 120))
    return Report(
        title=clean(title, 120), subtitle=subtitle, foot=f"{clean(title, 60)} · {period}",
        author=clean(organisation.name, 120) if organisation is not None else "lca",
        made=n.day(a.made.date()), made_iso=a.made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        answer=answer.build(a), charts=inventory.charts(a), results=inventory.tables(a),
        basis=evidence.basis(a), findings=evidence.findings(a), findings_lead=evidence.lead(a),
        method=inventory.method(a), rules=inventory.rules(a), profile=inventory.profile_text(a),
        factors=evidence.factors(a), sources=evidence.sources(a), contents=inventory.contents(),
        reproduce=evidence.reproduce(a), hashes=evidence.hashes(a),
    )  # fmt: skip
