"""The view model: everything that the templates print, as text. Templates compute nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from lca.language import said, say, spoken
from lca.messages import ENGLISH
from lca.report import (
    alternatives,
    answer,
    claims,
    derivations,
    disclosures,
    evidence,
    inventory,
    method,
    period,
    sources,
    stated,
)
from lca.report import numbers as n
from lca.report.answer import Answer
from lca.report.claims import Claims
from lca.report.derivations import Derivation
from lca.report.disclosures import Index
from lca.report.evidence import Severity
from lca.report.method import Theme
from lca.report.parts import Block, DataFile, Pair, Table, View
from lca.report.sources import Factors
from lca.report.sums import ranked
from lca.report.words import clean
from lca.version import VERSION

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: view of a profile -> what the report is, and what its title says of several systems
KINDS = {
    "life-cycle": (said("Life-cycle greenhouse-gas inventory"), said("life-cycle assessment")),
    "ghg-protocol": (said("Greenhouse-gas inventory by scope, GHG Protocol"), said("greenhouse gases by scope")),
    "sci": (said("Software Carbon Intensity, ISO/IEC 21031"), said("Software Carbon Intensity")),
}
#: anchor and name of each section; their numbers follow from the order
SECTIONS = [
    ("answer", said("The answer")), ("results", said("Results")), ("basis", said("What it rests on")), ("findings", said("Findings")), ("method", said("Method")), ("factors", said("Factors")),
    ("contents", said("Disclosures and content index")), ("reproduce", said("Reproducibility")),
]  # fmt: skip
#: what a view is per, where the profile does not say
RUNS = said("the runs listed, as a whole")
UNITS = {"sci": said("R, that of each score")}


class Report(View):
    """One report."""

    title: str = Field(description="Title of the report")
    review: str = Field(description="What reviews the profile records")
    page: str = Field(description="Size of the pages, as CSS calls it")
    logo: str = Field(default="", description="Logo as a data address; empty where there is none")
    colour: str = Field(default="", description="Colour of the organisation; empty where the report keeps its own")
    subtitle: list[str] = Field(description="Lines under the title: what, when, by which choices")
    foot: str = Field(description="System and period, for the foot of each page")
    language: str = Field(description="Language of the report, as HTML names it")
    decimal: str = Field(description="Sign before the decimals of a number")
    direction: str = Field(description="Direction of its writing: ltr or rtl")
    author: str = Field(description="Organisation, or the tool")
    made: str = Field(description="Day on which the report was made")
    made_iso: str = Field(description="The same as an ISO 8601 date")
    answer: Answer = Field(description="First page")
    caution: str = Field(
        description="What a reader must know before the sums of section 2; empty where that is nothing"
    )
    results: list[Block] = Field(description="Section 2: tables, some with a chart before them")
    claims: Claims | None = Field(description="Section 2: claims that runs carry, put to the test; None without any")
    improve: list[str] = Field(description="What to improve first, section 3")
    basis: list[Block] = Field(
        description="Section 3: tables, some with a chart before them: what the interval rests on, what is missing"
    )
    findings: list[Severity] = Field(description="Section 4")
    findings_lead: str = Field(description="How many findings there are")
    method: list[Pair] = Field(description="Boundary and choices, section 5")
    rules: list[Theme] = Field(description="Rules in use by theme, section 5")
    profile: str = Field(description="The profile as applied, as YAML")
    factors: Factors = Field(description="Section 6")
    stated: list[Table] = Field(description="Section 5: what the profile states, what it leaves out, who reviewed it")
    index: Index = Field(description="Section 7: the checklist, the disclosures asked for, the index of standards")
    reproduce: list[Pair] = Field(description="Section 8")
    hashes: list[Table] = Field(description="Tables of section 8")
    derivations: list[Derivation] = Field(description="What stands behind the figures, on screen alone")
    sign_off: Table = Field(description="Who stands for the report, at the end of section 8")
    sections: list[tuple[str, str]] = Field(description="Anchor and name of each section")


def build(a: Assessment, data: Sequence[DataFile] = ()) -> Report:
    """The view model of an assessment, in the language that is spoken. Its cost does not grow with the runs, but for one pass over the columns."""
    organisation, language = a.profile.organisation, spoken()
    groups = ranked(a, ["system"], 3)
    names = [clean(g["system"], 60) for g in groups.labels[:3]]
    number = len(groups.labels) + groups.rest
    told = (
        n.listed(names)
        if number <= 3
        else say("{system} and {others}", system=names[0], others=n.counted(number - 1, "other system"))
    )
    kind, subject = KINDS.get(a.profile.view, KINDS["life-cycle"])
    title = str(a.profile.report.title or (names[0] if number == 1 else say("AI systems: {subject}", subject=subject)))
    when = period.told(a)
    sets = alternatives.found(a)
    subtitle = [
        " · ".join(x for x in (say(kind), told, "; ".join(x for x in (when, period.undated(a)) if x)) if x),
        say(
            "Functional unit: {functional_unit} · profile {id} · lca {lca}",
            functional_unit=clean(a.profile.functional_unit or say(UNITS.get(a.profile.view, RUNS)), 120),
            id=a.profile.id,
            lca=VERSION,
        ),
    ]
    if organisation.name:
        told = " · ".join(clean(x, 120) for x in (organisation.name, organisation.unit, organisation.address) if x)
        subtitle.insert(0, told)
    factors = sources.factors(a)
    results, basis, hashes, told_by, signed = (
        inventory.build(a),
        evidence.basis(a),
        sources.hashes(a, data),
        stated.tables(a),
        stated.sign_off(a),
    )
    tables = [*(b.table for b in (*results, *basis)), *told_by, *hashes, signed]
    sections = [(id, say(name)) for id, name in SECTIONS]
    places = {id: f"{number} {name}" for number, (id, name) in enumerate(sections, 1)} | {
        t.anchor: t.title for t in tables if t.title
    }
    places |= {"claims": say("Claims, and what becomes of them")} if a.activities.having["claim"] else {}
    return Report(
        title=clean(title, 120), subtitle=subtitle, foot=f"{clean(title, 60)} · {when}",
        page=a.profile.report.page or "A4", language=language.tag if language is not None else ENGLISH,
        direction=language.direction if language is not None else "ltr", decimal=n.place(0.5, -1)[1],
        review=say("The profile records who reviewed what: section 5.") if a.profile.reviews else say("Not reviewed or verified by a third party."),
        author=clean(organisation.name, 120) if organisation.name else "lca",
        made=n.day(a.made.date()), made_iso=a.made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        answer=answer.build(a).model_copy(update={"sources": sources.largest(factors)}), caution=sets.caution if sets is not None else "", results=results, claims=claims.build(a, factors.sources),
        improve=evidence.improve(a), basis=basis, findings=evidence.findings(a), findings_lead=evidence.lead(a),
        method=method.method(a), rules=method.rules(a), profile=method.profile_text(a),
        factors=factors, stated=told_by, index=disclosures.build(a, places),
        derivations=derivations.build(a, inventory.GROUPED, {row.cells[0].sub: row.anchor for row in factors.table.rows}), reproduce=sources.reproduce(a), hashes=hashes, sign_off=signed, sections=sections,
    )  # fmt: skip
