"""Contents of a report by name, which disclosures ask for: who and what, boundary, method, data, reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca import statements
from lca.checks import SEVERITIES
from lca.disclosure import catalogue
from lca.engine.instruments import bought
from lca.report import completeness, period
from lca.report import numbers as n
from lca.report.answers import LOGS, NONE, SYSTEMS_SHOWN, Item, given, missing, partly
from lca.report.words import ORDER, STAGES, clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

INDEPENDENT = "independent reviewer"
DISCLAIMER = (
    "Results hold for their boundary, functional unit, period and data. They are comparable with those of another report only where all of "
    "these, the factors and the allocation are the same; a comparison of products that is told to the public needs a critical review by a panel "
    "(ISO 14044, 6.3)."
)
#: contents that every report holds: name -> (label, what is said, place)
ALWAYS = {
    "gaps": ("Missing data", "Nothing is filled in; what is missing is counted, with its reason", "What is not determined, and why"),
    "factors": ("Factors", "Each with value, unit, year, source, evidence and share of the total", "section-factors"),
    "disclaimer": ("Comparability", "Stated with the method", "section-method"),
    "reconciliation": ("Amortised against bought", "Every step from one total to the other", "How each total follows"),
    "no_instruments": ("Exclusions of SCI", "Certificates, contracts, residual mixes and credits are in no score", "Software Carbon Intensity"),
    "no_credits": ("Credits", "No removal, credit or allowance is in any total", "One inventory, several views"),
}  # fmt: skip
#: what a review is called
REVIEWS = {"critical-review": "Critical review", "verification": "Verification", "assurance": "Assurance"}


def made(a: Assessment) -> Item:
    """When the report was made."""
    return given("Date", n.day(a.made.date()), "section-reproduce")


def period_of(a: Assessment) -> Item:
    """The reporting period."""
    told = "; ".join(x for x in (period.told(a), period.undated(a)) if x)
    if a.profile.period is None:
        return partly("Period", told, "the profile states no period", statements.COMPLIANCE, "section-answer")
    return given("Period", told, "section-answer")


def conformity(a: Assessment) -> Item:
    """Which standards the profile claims to follow."""
    held = a.profile.conformity
    if not held:
        return missing(
            "Conformity", "the profile claims conformity with no standard (“conformity”)", statements.COMPLIANCE
        )
    told = "; ".join(f"{catalogue.title(name)}: {claim}" for name, claim in held.items())
    return given("Conformity", clean(told, 600), "section-contents")


def models(a: Assessment) -> Item:
    """Systems with version and parameters."""
    cards = a.profile.models
    found: dict[str, tuple[str, str]] = {}
    for run in a.activities.runs:
        s, card = run.system, cards.get(run.system.name)
        size = s.parameters or (card.parameters if card is not None else None)
        version = s.version or (card.version if card is not None else None) or ""
        before = found.get(s.name, ("", ""))
        found[s.name] = (before[0] or version, before[1] or (f"{n.powers(size)} parameters" if size else ""))
    told = [
        f"{clean(name, 40)}{f' {clean(v, 40)}' if v else ''}{f', {p}' if p else ''}" for name, (v, p) in found.items()
    ]
    text = "; ".join(told[:SYSTEMS_SHOWN]) + (
        f"; {n.count(len(told) - SYSTEMS_SHOWN)} more" if len(told) > SYSTEMS_SHOWN else ""
    )
    lacking = sum(not (v and p) for v, p in found.values())
    if lacking:
        reason = f"{n.count(lacking)} of {n.counted(len(found), 'system lacks', 'systems lack')} version or parameters"
        return partly("Systems", text, reason, statements.MAKER, "Results by system")
    return given("Systems", text, "Results by system")


def stages(a: Assessment) -> Item:
    """Life-cycle stages of which there are runs."""
    present = [s for s in ORDER if s in set(a.activities.stages)]
    absent = [s for s in ORDER if s not in present]
    text = f"Runs of {n.listed(STAGES[s][0].lower() for s in present)}"
    return given(
        "Stages",
        text + (f"; none of {n.listed(STAGES[s][0].lower() for s in absent)}" if absent else ""),
        "Results by life-cycle stage",
    )


def boundary(a: Assessment) -> Item:
    """The system boundary."""
    stated = a.profile.study.boundary
    text = (
        clean(stated, 300)
        if stated
        else "Electricity of the runs at the facility and its upstream, production and end of life of their hardware"
    )
    return given("System boundary", text, "section-method")


def roles(a: Assessment) -> Item:
    """Whose hardware the runs used."""
    from lca.engine.roles import roles as of_rows
    from lca.site import ROLES

    role, assumed = of_rows(a.activities, a.resolved, a.profile)
    names = ("owner of the hardware", "customer of a cloud")
    text = "; ".join(
        f"{names[g]}: {n.counted(int((role == g).sum()), 'entry', 'entries')}"
        for g in range(len(ROLES))
        if (role == g).any()
    )
    if assumed.any():
        reason = f"assumed for {n.count(int(assumed.sum()))} of {n.counted(a.rows, 'entry', 'entries')}: “role” in the profile states it"
        return partly("Role", text, reason, statements.COMPLIANCE, "One inventory, several views")
    return given("Role", text, "One inventory, several views")


def left_out(a: Assessment) -> Item:
    """What the factor sets in use declare to be left out."""
    parts = [record["part"] for s in a.catalogue.sets for record in s.exclusions]
    text = (
        clean(f"{n.counted(len(parts), 'part')} named by the factor sets: {n.listed(parts)}", 300)
        if parts
        else "The factor sets name nothing"
    )
    return given("Left out by the factors", text, "section-method")


def exclusions(a: Assessment) -> Item:
    """What the profile declares to be left out."""
    held = a.profile.exclusions
    if not held:
        return missing(
            "Exclusions", "the profile lists none (“exclusions”), nor says that there are none", statements.COMPLIANCE
        )
    sized = [x.size.value for x in held if x.size is not None]
    text = f"{n.counted(len(held), 'exclusion')}" + (
        f", together about {n.percent(sum(sized))} of the total" if sized else ""
    )
    if len(sized) < len(held):
        return partly(
            "Exclusions",
            text,
            f"{n.count(len(held) - len(sized))} without an estimated size",
            statements.COMPLIANCE,
            "Exclusions",
        )
    return given("Exclusions", text, "Exclusions")


def allocation(a: Assessment) -> Item:
    """How shared hardware, idle time and development are divided."""
    p = a.profile
    text = (
        f"Hardware by {p.embodied_allocation.replace('-', ' ')}; idle time by {p.idle_allocation.replace('-', ' ')}; "
    )
    services = (
        f"development of {n.counted(len(p.services), 'service')} by its expected work"
        if p.services
        else "development with the runs that caused it"
    )
    return given("Allocation", text + services, "section-method")


def method(a: Assessment) -> Item:
    """Rules in use."""
    return given(
        "Method", f"{n.counted(len(a.plan.rules), 'rule')}, each with formula, reference and digest", "section-method"
    )


def activity(a: Assessment) -> Item:
    """Runs and where their data come from."""
    aside = sum(i.quarantined for i in a.intake.inputs)
    text = f"{n.counted(len(a.activities.runs), 'run')} in {n.counted(a.rows, 'entry', 'entries')}, from {n.counted(len(a.intake.inputs), 'input')}"
    if aside:
        return partly("Runs", text, f"{n.counted(aside, 'record')} set aside, named in section 4", LOGS, "Runs")
    return given("Runs", text, "Runs")


def instruments(a: Assessment) -> Item:
    """Contractual instruments for electricity."""
    runs = bought(a.activities)
    if not runs:
        return given(
            "Instruments",
            "None is stated: the market-based figure rests on residual mixes, else on the grid",
            "Electricity by method, and water",
        )
    held = [i for r in runs for i in getattr(a.activities.runs[r].electricity, "instruments", [])]
    kinds = {k: sum(i.type == k for i in held) for k in ("certificate", "ppa", "supplier", "residual")}
    told = n.listed(f"{n.count(v)} {k}" for k, v in kinds.items() if v)
    dropped = sum(x.code != "evidence-shared" for x in a.notes)
    more = f"; {n.counted(dropped, 'note')} on them in section 4" if dropped else ""
    return given(
        "Instruments",
        f"{n.counted(len(held), 'instrument')} in {n.counted(len(runs), 'run')}: {told}{more}",
        "Electricity by method, and water",
    )


def instrument_criteria(a: Assessment) -> Item:
    """Quality criteria of the instruments."""
    held = [i for r in bought(a.activities) for i in getattr(a.activities.runs[r].electricity, "instruments", [])]
    if not held:
        return Item("Quality criteria", n.DOES_NOT_APPLY, NONE, "no instrument is stated")
    shown = sum(bool(i.evidence) for i in held)
    text = f"Period (4) and market (5) are tested for every instrument; {n.count(shown)} of {n.count(len(held))} name evidence for the others"
    return partly("Quality criteria", text, "criteria 1 to 3, 6 and 7 rest on the evidence that the logs name, which this software does not read",
                  statements.COMPLIANCE, "section-findings")  # fmt: skip


def residual_mix(a: Assessment) -> Item:
    """Whether residual mixes were available."""
    mix = a.activities.columns.get("residual_mix")
    known = 0 if mix is None else int((~np.isnan(mix)).sum())
    text = f"A residual mix was at hand for {n.count(known)} of {n.counted(a.rows, 'entry', 'entries')}"
    return given(
        "Residual mix", text + ("" if known == a.rows else "; the grid average stands in elsewhere"), "section-findings"
    )


def gwp(a: Assessment) -> Item:
    """Global warming potentials."""
    used = {f.set_id for f in a.resolved.factors}
    held = sorted({s.gwp for s in a.catalogue.sets if s.gwp and s.id in used})
    if not held:
        return missing("GWP", "no factor set in use states it", "publishers of the factors")
    if len(held) == 1:
        return given("Global warming potentials", clean(held[0], 200), "Factor sets")
    text = f"Over 100 years, as each factor set in use states it, in {n.count(len(held))} ways; the list of sets quotes them"
    why = "the sources of the factors use more than one report of the IPCC"
    return partly("Global warming potentials", text, why, "publishers of the factors", "Factor sets")


def findings(a: Assessment) -> Item:
    """Assumptions and faults that the checks found."""
    count = {s: sum(f.count for f in a.findings if f.severity == s) for s in SEVERITIES}
    text = f"{n.counted(count['error'], 'error')}, {n.counted(count['warning'], 'warning')}, {n.counted(count['info'], 'note')}, each with what to do"
    return given("Assumptions and fallbacks", text, "section-findings")


def consistency(a: Assessment) -> Item:
    """Checks of consistency."""
    from lca.checks import catalogue as codes

    off = len(a.findings_off)
    return given(
        "Consistency",
        f"{n.count(len(codes()) - off)} checks ran" + (f", {n.count(off)} turned off by the profile" if off else ""),
        "section-findings",
    )


def complete(a: Assessment) -> Item:
    """Completeness against what was expected."""
    if a.completeness is None:
        return missing("Completeness", "nothing was expected: a list of jobs, a scheduler export or a bill with --expect says what should be there", statements.ENGINEERS, "Expected against found")  # fmt: skip
    return given("Completeness", completeness.fact(a).text, "Expected against found")


def electricity(a: Assessment) -> Item:
    """Where the factors of electricity come from."""
    places = len({p["country"] for p in a.resolved.places if p["country"]})
    return given(
        "Electricity",
        f"Grid factors by place and year, of {n.counted(places, 'country', 'countries')}; fallbacks are named",
        "section-factors",
    )


def assurance(a: Assessment) -> Item:
    """Reviews that somebody carried out."""
    held = a.profile.reviews
    if not held:
        return missing("Review", "none was made, as far as the profile says (“reviews”)", INDEPENDENT)
    told = [f"{REVIEWS[r.kind]} by {r.by}, {r.standard}, {r.level}, {n.day(r.date)}" for r in held]
    return given("Review", clean("; ".join(told), 400), "Reviews")


def manifest(a: Assessment) -> Item:
    """Versions and digests."""
    return given("Evidence", f"Versions, seed and sha256 of {n.counted(len(a.intake.inputs), 'input')}, profile, rules and {n.counted(len(a.catalogue.sets), 'factor set')}", "section-reproduce")  # fmt: skip


def index(a: Assessment) -> Item:
    """The content index."""
    return given("Index", f"{n.counted(len(catalogue.shipped()), 'standard')} by requirement", "section-contents")


def esrs_set(a: Assessment) -> Item:
    """Which set of ESRS applies to the period."""
    p, chosen = a.profile.period, [x for x in ("esrs-e1", "esrs-e1-2023") if x in a.profile.disclosures]
    if p is None:
        return missing(
            "Set",
            "it follows from the day on which the financial year begins, and the profile states no period",
            statements.COMPLIANCE,
        )
    begins = f"The period begins on {n.day(p.start)}: "
    if p.start.year >= 2027:
        return given("Set", f"{begins}the set of 2026 applies", "section-answer")
    if p.start.year < 2026:
        return given("Set", f"{begins}the set of 2023 applies", "section-answer")
    used = {"esrs-e1": "the set of 2026", "esrs-e1-2023": "the set of 2023"}
    if len(chosen) == 1:
        return given("Set", f"{begins}either set may be used; this report uses {used[chosen[0]]}", "section-answer")
    return partly(
        "Set",
        f"{begins}either set may be used",
        "the undertaking states which one it uses",
        statements.COMPLIANCE,
        "section-answer",
    )


TOLD = {
    "made": made, "period": period_of, "conformity": conformity, "models": models, "stages": stages, "boundary": boundary, "roles": roles,
    "left_out": left_out, "exclusions": exclusions, "allocation": allocation, "method": method, "activity": activity, "instruments": instruments,
    "instrument_criteria": instrument_criteria, "residual_mix": residual_mix, "gwp": gwp, "findings": findings, "consistency": consistency,
    "completeness": complete, "electricity": electricity, "assurance": assurance, "manifest": manifest,
    "index": index, "esrs_set": esrs_set,
}  # fmt: skip
