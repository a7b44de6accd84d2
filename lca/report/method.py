"""Section 5: what the figures mean, the rules in use, the profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import Field

from lca.language import said, say
from lca.report import numbers as n
from lca.report.parts import Pair, View
from lca.report.told_study import DISCLAIMER
from lca.report.words import TIERS, capital, clean, plain, way

if TYPE_CHECKING:
    from lca.assessment import Assessment

PROFILE_LINES = 90
#: theme of rules -> what a reader calls it; a user's own themes follow under their own names
THEMES = {
    "energy": said("Energy"), "electricity": said("Electricity"), "embodied": said("Hardware"), "total": said("Totals"), "water": said("Water"),
    "training": said("Training work"), "attribution": said("Idle time and development"), "resources": said("Resources"),
    "sci": said("Software Carbon Intensity"),
    "inference": said("Inference from tokens"),
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
    sets = a.profile.factor_sets
    return [
        Pair(term=say("Boundary"), text=clean(a.profile.study.boundary or "", 1200)
             or say("Inside: the electricity of the runs at the facility, with cooling and losses by PUE; the supply of fuels and the losses of the grid; production and end of life of accelerators and servers, allocated to the runs. Outside: buildings, networks beyond the servers, staff, end-user devices, refrigerants.")),
        Pair(term=say("Tiers"), text=say("{tiers}. A figure has the worst tier of what it rests on.", tiers="; ".join(f"{t} {say(name)}: {say(text)}" for t, (name, text, _) in TIERS.items()))),
        Pair(term=say("Electricity"), text=say("As delivered: generation over its life cycle, by the life-cycle factor of the grid or by its direct factor plus upstream, and what transmission and distribution lose, generation / (1 - loss share). A factor per kWh consumed holds the losses already and is not topped up, nor is the factor that a run states; where no loss share is known, a finding says so. Upstream is never added to a life-cycle factor. Scope 2 and category 3 of scope 3 together are this figure, but for a difference between publishers of factors, which is a line of its own in the views. Where the life-cycle factor lies below the direct one of the same place, the larger one serves. What lies upstream of generation is that of a publisher, or the difference of two publishers where the generation mix of the place allows it, or follows from that mix.")),
        Pair(term=say("Grid"), text=say("A grid zone that a run states goes first, then what is known of its state or province, then the zone of its cloud region or state, then the country. In the United States the zones are the eGRID subregions; a state in several takes their mean by shares of its ZIP codes, which findings tell.")),
        Pair(term=say("Hardware"), text=say("Production by {way} over the lifetime; end of life as a share of production. A run that states embodied values gets no modelled addition.", way=way(a.profile.embodied_allocation))),
        *_excluded(a),
        Pair(term=say("Interval"), text=say("None: the profile asks for no draws.") if not a.profile.uncertainty.draws else say("95 % interval and median of {draws} draws through the same rules (Monte Carlo, JCGM 101:2008), seed {seed}. The figures themselves are computed from the values as they stand. One draw per factor, whatever entries use it, and one per kind of statement of the runs: what is shared does not average out over many runs. {widths}", draws=n.count(a.profile.uncertainty.draws), seed=a.profile.uncertainty.seed, widths=_widths(a))),
        Pair(term=say("Digits"), text=say("Text and charts show three significant digits. A table shows a figure down to the second digit of half its interval, with at least two and at most four significant digits, and three where it has no interval; the bounds end at the same place. Figures are rounded once, to the nearest, when they are printed: sums are taken before, so that printed parts may differ from a printed sum in the last digit. What is less than 0.001 of its column's unit is told as < 0.001. results.csv and assessment.json hold full precision.")),
        Pair(term=say("Water"), text=say("On site: WUE times IT energy. Off site: consumption in generation times facility energy. Withdrawal is not counted.")),
        Pair(term=say("Comparability"), text=DISCLAIMER),
        Pair(term=say("Choices"), text=say("Profile {id}, quoted below. Fallback steps forbidden: {steps}; worst tier allowed: {tier}; sets left out: {sets}; rules off: {rules}; values pinned: {pins}.", id=a.profile.id, steps=n.listed([*a.profile.forbid.levels, *a.profile.forbid.periods]) or say("none"), tier=a.profile.max_tier, sets=n.listed(sets.without) or say("none"), rules=n.listed(a.profile.rules_off) or say("none"), pins=len(a.profile.pins) or say("none"))),
    ]  # fmt: skip


def _cited(source: Mapping[str, Any]) -> str:
    return f"{source.get('publisher', '')} {source.get('year', '')}".strip()


def _excluded(a: Assessment) -> list[Pair]:
    """What the factor sets in use declare to be left out, with the source that says so."""
    told = [
        f"{capital(say(record['part']))}: {say(record['reason'])} ({_cited(made.sources[record['source']])})"
        for made in a.catalogue.sets for record in made.exclusions
    ]  # fmt: skip
    return [Pair(term=say("Left out"), text=". ".join(told) + ".")] if told else []


def _widths(a: Assessment) -> str:
    version = a.profile.uncertainty.pedigree
    if version == "none":
        return say(
            "Only intervals that factors and runs state count; all else adds nothing, so the true interval is wider."
        )
    source = {"v1": "ecoinvent 2", "v2": "Ciroth et al. 2016"}[version]
    return say(
        "Where neither a factor nor a run states an interval, it follows from the kind of the factor, by published spreads (lca factors uncertainty/kinds); where a set names no kind, from the scores of the pedigree matrix that it documents (lca factors SET), with the coefficients of {source}. Factors of one publication are equally wide, whatever their grade of evidence, which stands beside them. A factor that stands in for another scope, year or place is as wide as such factors differ in the sets shipped. Other differences of method are no random error: they stand as views and alternatives.",
        source=source,
    )


def rules(a: Assessment) -> list[Theme]:
    """Rules on which a figure rests, by theme."""
    cited = {c for f in a.figure_list(()) for c in f["rules"]}
    held: dict[str, list[RuleView]] = {theme: [] for theme in THEMES}
    for r in a.plan.rules:
        if r.cite in cited:
            held.setdefault(r.theme, []).append(RuleView(
                cite=r.cite, anchor=f"rule-{r.id}", gives=f"{r.gives} = {r.formula.replace(' * ', ' × ').replace(' - ', f' {n.MINUS} ')}",
                unit=n.unit_text(r.unit), tier=say("tier {tier}, {meaning}", tier=r.tier, meaning=TIERS[r.tier][0]), text=say(" ".join(r.description.split())),
                references=list(r.references), digest=r.digest[:16],
            ))  # fmt: skip
    return [Theme(name=THEMES.get(theme, theme), anchor=f"rules-{theme}", rules=found) for theme, found in held.items()]


def profile_text(a: Assessment) -> str:
    """The profile as applied."""
    lines = yaml.safe_dump(a.profile.quoted(), sort_keys=False, allow_unicode=True, width=90).splitlines()
    more = (
        [say("… {lines} more lines in the profile", lines=n.count(len(lines) - PROFILE_LINES))]
        if len(lines) > PROFILE_LINES
        else []
    )
    return "\n".join([*map(plain, lines[:PROFILE_LINES]), *more])
