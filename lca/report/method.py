"""Sections 5 and 7: what the figures mean, the rules in use, the profile, and where to find what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import Field

from lca.report import numbers as n
from lca.report.parts import Cell, Column, Pair, Row, Table, View
from lca.report.sums import PARTS, whole
from lca.report.words import TIERS

if TYPE_CHECKING:
    from lca.assessment import Assessment

PROFILE_LINES = 90
#: theme of rules -> what a reader calls it; a user's own themes follow under their own names
THEMES = {
    "energy": "Energy", "electricity": "Electricity", "embodied": "Hardware", "total": "Totals", "water": "Water",
    "training": "Training work", "attribution": "Idle time and development", "resources": "Resources",
    "sci": "Software Carbon Intensity",
    "inference": "Inference from tokens",
}  # fmt: skip


class RuleView(View):
    """A rule in use."""

    cite: str = Field(description="Identifier and version")
    anchor: str = Field(description="Name by which other places of the report lead here")
    gives: str = Field(description="Quantity and formula")
    unit: str = Field(description="Unit of the result")
    tier: str = Field(description="Tier, in words")
    text: str = Field(description="When it applies and what it leaves out")
    references: list[str] = Field(description="References")
    digest: str = Field(description="First 16 digits of the sha256 of metadata and body; `lca rules ID` prints all")


class Theme(View):
    """Rules in use that belong together."""

    name: str = Field(description="What they give")
    anchor: str = Field(description="Name by which the tables lead here")
    rules: list[RuleView] = Field(description="The rules, in the order in which they are computed")


def method(a: Assessment) -> list[Pair]:
    """What the figures mean."""
    organisation = a.profile.organisation
    sets = a.profile.factor_sets
    return [
        Pair(term="Boundary", text=(organisation.boundary if organisation is not None and organisation.boundary else "")
             or "Inside: the electricity of the runs at the facility, with cooling and losses by PUE; the supply of fuels and the losses of "
             "the grid; production and end of life of accelerators and servers, allocated to the runs. Outside: buildings, networks beyond "
             "the servers, staff, end-user devices, refrigerants."),
        Pair(term="Tiers", text="; ".join(f"{t} {name}: {text}" for t, (name, text, _) in TIERS.items()) + ". A figure has the worst "
             "tier of what it rests on."),
        Pair(term="Electricity", text="Life-cycle factors of the grid, or direct factors plus upstream, or the factor that a run states. "
             "Upstream is never added to a life-cycle factor."),
        Pair(term="Hardware", text=f"Production by {a.profile.embodied_allocation.replace('-', ' ')} over the lifetime; end of life as a "
             "share of production. A run that states embodied values gets no modelled addition."),
        *_excluded(a),
        Pair(term="Interval", text="None: the profile asks for no draws." if not a.profile.uncertainty.draws else f"95 % interval and median of {n.count(a.profile.uncertainty.draws)} draws through the same rules (Monte Carlo, JCGM 101:2008), "
             f"seed {a.profile.uncertainty.seed}. The figures themselves are computed from the values as they stand. One draw per factor, whatever "
             "entries use it, and one per kind of statement of the runs: what is shared does not average out over many runs. " + _widths(a)),
        Pair(term="Digits", text="Text and charts show three significant digits. A table shows a figure down to the second digit of half its interval, with at least "
             "two and at most four significant digits, and three where it has no interval; the bounds end at the same place. Figures are rounded once, to the "
             "nearest, when they are printed: sums are taken before, so that printed parts may differ from a printed sum in the last digit. What is "
             "less than 0.001 of its column's unit is told as < 0.001. results.csv and assessment.json hold full precision."),
        Pair(term="Water", text="On site: WUE times IT energy. Off site: consumption in generation times facility energy. Withdrawal is not counted."),
        Pair(term="Choices", text=f"Profile {a.profile.id}, quoted below. Fallback steps forbidden: "
             f"{n.listed([*a.profile.forbid.levels, *a.profile.forbid.periods]) or 'none'}; worst tier allowed: {a.profile.max_tier}; sets left "
             f"out: {n.listed(sets.without) or 'none'}; rules off: {n.listed(a.profile.rules_off) or 'none'}; values pinned: {len(a.profile.pins) or 'none'}."),
    ]  # fmt: skip


def _cited(source: Mapping[str, Any]) -> str:
    return f"{source.get('publisher', '')} {source.get('year', '')}".strip()


def _excluded(a: Assessment) -> list[Pair]:
    """What the factor sets in use declare to be left out, with the source that says so."""
    told = [
        f"{record['part'][:1].upper()}{record['part'][1:]}: {record['reason']} ({_cited(made.sources[record['source']])})"
        for made in a.catalogue.sets for record in made.exclusions
    ]  # fmt: skip
    return [Pair(term="Left out", text=". ".join(told) + ".")] if told else []


def _widths(a: Assessment) -> str:
    version = a.profile.uncertainty.pedigree
    if version == "none":
        return "Only intervals that factors and runs state count; all else adds nothing, so the true interval is wider."
    source = {"v1": "ecoinvent 2", "v2": "Ciroth et al. 2016"}[version]
    return (
        "Where neither a factor nor a run states an interval, it follows from the scores of the pedigree matrix that each factor set documents "
        f"(lca factors SET), with the coefficients of {source}. Differences of method and scope are no random error: they stand as views and alternatives."
    )


def rules(a: Assessment) -> list[Theme]:
    """Rules on which a figure rests, by theme."""
    cited = {c for f in a.figure_list(()) for c in f["rules"]}
    held: dict[str, list[RuleView]] = {theme: [] for theme in THEMES}
    for r in a.plan.rules:
        if r.cite in cited:
            held.setdefault(r.theme, []).append(RuleView(
                cite=r.cite, anchor=f"rule-{r.id}", gives=f"{r.gives} = {r.formula.replace(' * ', ' × ').replace(' - ', f' {n.MINUS} ')}",
                unit=n.unit_text(r.unit), tier=f"tier {r.tier}, {TIERS[r.tier][0]}", text=" ".join(r.description.split()),
                references=list(r.references), digest=r.digest[:16],
            ))  # fmt: skip
    return [Theme(name=THEMES.get(theme, theme), anchor=f"rules-{theme}", rules=found) for theme, found in held.items()]


def profile_text(a: Assessment) -> str:
    """The profile as applied."""
    lines = yaml.safe_dump(a.profile.quoted(), sort_keys=False, allow_unicode=True, width=90).splitlines()
    more = [f"… {n.count(len(lines) - PROFILE_LINES)} more lines in the profile"] if len(lines) > PROFILE_LINES else []
    return "\n".join([*lines[:PROFILE_LINES], *more])


def contents(a: Assessment) -> Table:
    """What a reader of a standard may look for, what this report holds of it, and where."""

    def state(*names: str) -> str:
        figures = [whole(a, name) for name in names]
        if all(s.value is None for s in figures):
            return n.NOT_AVAILABLE
        gaps = max(s.missing for s in figures)
        return f"given in part; {n.count(gaps)} of {n.count(figures[0].rows)} entries lack a part" if gaps else "given"

    lines = {x["id"]: x for x in a.view_data["lines"] if x["view"] == "ghg-protocol"}

    def scope(*ids: str) -> str:
        held = [lines[i] for i in ids if i in lines]
        if any(x["value"] is not None for x in held):
            open_ = [x["category"].rpartition(" ")[2] for x in held if x["value"] is None and x.get("applies", True)]
            return f"given; category {n.listed(open_)} not available" if open_ else "given"
        return n.NOT_AVAILABLE if any(x.get("applies", True) for x in held) else "does not apply"

    p = a.profile
    rows = [
        ("Reporting organisation and period", "given" if p.organisation and p.period else ("partly" if p.organisation or p.period else "not given") + ": the profile states "
         + ("no organisation" if p.organisation is None else "") + (" and " if p.organisation is None and p.period is None else "")
         + ("no period" if p.period is None else ""), "section 1"),
        ("Functional unit", "given by the profile" if p.functional_unit else "not stated by the profile: all runs as a whole", "section 1"),
        ("System boundary", "given", "sections 1 and 5"),
        ("Inventory of energy and greenhouse gases by life-cycle stage (ISO 14044, 5.2)", state("facility_energy", "total_co2e"), "section 2"),
        ("Scope 2, location-based and market-based (GHG Protocol Scope 2 Guidance)", state("use_co2e_location", "use_co2e_market"), "section 2"),
        ("Scope 3, category 3: upstream and losses of electricity", state("use_co2e_upstream"), "section 2"),
        ("Scope 3, categories 1 (cloud services) and 2 (hardware bought)", scope("scope-3-1", "scope-3-2"), "section 2"),
        ("Scope 1; scope 3, categories 4, 5 and 12", scope("scope-1", "scope-3-4", "scope-3-5", "scope-3-12"), "section 2"),
        ("How each total follows from the others", "given", "section 2"),
        ("Software Carbon Intensity (ISO/IEC 21031)", state("sci_co2e"), "section 2"),
        ("Embodied hardware, amortised", state(*PARTS[1:]), "section 2"),
        ("Embodied hardware (ISO/IEC 21031, M)", state("sci_embodied_co2e"), "section 2"),
        *([("Claims, with what becomes of them and the evidence", "given", "section 2")] if a.activities.having["claim"] else []),
        ("Water consumed, on site and off site", state("water_onsite", "water_offsite"), "section 2"),
        ("Uncertainty and data quality", "given", "sections 1 and 3"),
        ("Completeness against what was expected", "given" if a.completeness is not None else "not tested: nothing was expected with --expect", "sections 1 and 3"),
        ("Assumptions and fallbacks", "given", "section 4"),
        ("Emission factors with source, year, licence", "given", "section 6"),
        ("Primary energy, abiotic depletion", state("primary_energy", "adpe"), "section 3"),
        ("Other impact categories; purchased goods, buildings, travel", "not covered by this version", n.DOES_NOT_APPLY),
        ("Clause-by-clause index of a standard", "not covered by this version", n.DOES_NOT_APPLY),
        ("Critical review, verification by a third party", "none was made", n.DOES_NOT_APPLY),
    ]  # fmt: skip
    return Table(
        lead="What a reader may look for, what this report holds of it, and where.",
        columns=[Column(label="Content", width=48), Column(label="In this report", width=34), Column(label="Where", width=18)],
        rows=[Row(cells=[Cell(text=x) for x in row]) for row in rows],
    )  # fmt: skip
