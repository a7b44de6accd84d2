"""Contents of a report by name, which disclosures ask for: who and what, boundary, method, data, reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca import statements
from lca.checks import SEVERITIES
from lca.disclosure import catalogue
from lca.language import plural, said, say
from lca.report import completeness, period
from lca.report import numbers as n
from lca.report import roles as role_words
from lca.report.answers import SYSTEMS_SHOWN, Item, given, missing, partly
from lca.report.words import ORDER, capital, clean, small, stage, way

if TYPE_CHECKING:
    from lca.assessment import Assessment

INDEPENDENT = said("independent reviewer")
DISCLAIMER = said(
    "Results hold for their boundary, functional unit, period and data. They are comparable with those of another report only where all of these, the factors and the allocation are the same; a comparison of products that is told to the public needs a critical review by a panel (ISO 14044, 6.3)."
)
#: contents that every report holds: name -> (label, what is said, place)
ALWAYS = {
    "gaps": (said("Missing data"), said("Nothing is filled in; what is missing is counted, with its reason"), "What is not determined, and why"),
    "factors": (said("Factors"), said("Each with value, unit, year, source, evidence and share of the total"), "section-factors"),
    "disclaimer": (said("Comparability"), said("Stated with the method"), "section-method"),
    "reconciliation": (said("Amortised against bought"), said("Every step from one total to the other"), "How each total follows"),
    "no_instruments": (said("Exclusions of SCI"), said("Certificates, contracts, residual mixes and credits are in no score"), "Software Carbon Intensity"),
    "no_credits": (said("Credits"), said("No removal, credit or allowance is in any total"), "One inventory, several views"),
}  # fmt: skip
#: what a review is called
REVIEWS = {
    "critical-review": said("Critical review"),
    "verification": said("Verification"),
    "assurance": said("Assurance"),
}


def made(a: Assessment) -> Item:
    """When the report was made."""
    return given(say("Date"), n.day(a.made.date()), "section-reproduce")


def period_of(a: Assessment) -> Item:
    """The reporting period."""
    told = "; ".join(x for x in (period.told(a), period.undated(a)) if x)
    if a.profile.period is None:
        return partly(say("Period"), told, say("the profile states no period"), statements.COMPLIANCE, "section-answer")
    return given(say("Period"), told, "section-answer")


def conformity(a: Assessment) -> Item:
    """Which standards the profile claims to follow."""
    held = a.profile.conformity
    if not held:
        return missing(
            say("Conformity"),
            say("the profile claims conformity with no standard (“conformity”)"),
            statements.COMPLIANCE,
        )
    told = "; ".join(f"{say(catalogue.title(name))}: {say(claim)}" for name, claim in held.items())
    return given(say("Conformity"), clean(told, 600), "section-contents")


def models(a: Assessment) -> Item:
    """Systems with version and parameters."""
    cards = a.profile.models
    found: dict[str, tuple[str, str]] = {}
    for run in a.activities.runs:
        s, card = run.system, cards.get(run.system.name)
        size = s.parameters or (card.parameters if card is not None else None)
        version = s.version or (card.version if card is not None else None) or ""
        before = found.get(s.name, ("", ""))
        found[s.name] = (
            before[0] or version,
            before[1] or (say("{size} parameters", size=n.powers(size)) if size else ""),
        )
    told = [
        f"{clean(name, 40)}{f' {clean(v, 40)}' if v else ''}{f', {p}' if p else ''}" for name, (v, p) in found.items()
    ]
    text = "; ".join(told[:SYSTEMS_SHOWN])
    if len(told) > SYSTEMS_SHOWN:
        text = say("{systems}; {n} more", systems=text, n=n.count(len(told) - SYSTEMS_SHOWN))
    lacking = sum(not (v and p) for v, p in found.values())
    if lacking:
        reason = say(plural(
            len(found), "{lacking} of {n} system lacks version or parameters", "{lacking} of {n} systems lack version or parameters",
            lacking=n.count(lacking), n=n.count(len(found)),
        ))  # fmt: skip
        return partly(say("Systems"), text, reason, statements.MAKER, "Results by system")
    return given(say("Systems"), text, "Results by system")


def stages(a: Assessment) -> Item:
    """Life-cycle stages of which there are runs."""
    present = [s for s in ORDER if s in set(a.activities.stages)]
    absent = [s for s in ORDER if s not in present]
    text = say("Runs of {names}", names=n.listed(small(stage(s)) for s in present))
    if absent:
        text = say("{runs}; none of {names}", runs=text, names=n.listed(small(stage(s)) for s in absent))
    return given(say("Stages"), text, "Results by life-cycle stage")


def boundary(a: Assessment) -> Item:
    """The system boundary."""
    stated = a.profile.study.boundary
    text = (
        clean(stated, 300)
        if stated
        else say(
            "Electricity of the runs at the facility and its upstream, production and end of life of their hardware"
        )
    )
    return given(say("System boundary"), text, "section-method")


def roles(a: Assessment) -> Item:
    """Whose hardware the runs used."""
    place = "One inventory, several views"
    text = capital(role_words.counted(a, np.ones(a.rows, bool)))
    assumed = role_words.assumed(a)
    if assumed:
        reason = say("{assumed} “role” in the profile states it", assumed=assumed)
        return partly(say("Role"), text, reason, statements.COMPLIANCE, place)
    return given(say("Role"), text, place)


def left_out(a: Assessment) -> Item:
    """What the factor sets in use declare to be left out."""
    parts = [record["part"] for s in a.catalogue.sets for record in s.exclusions]
    text = (
        clean(
            say(
                "{parts} named by the factor sets: {names}",
                parts=n.counted(len(parts), "part"),
                names=n.listed(parts),
            ),
            300,
        )
        if parts
        else say("The factor sets name nothing")
    )
    return given(say("Left out by the factors"), text, "section-method")


def exclusions(a: Assessment) -> Item:
    """What the profile declares to be left out."""
    held = a.profile.exclusions
    if not held:
        return missing(
            say("Exclusions"),
            say("the profile lists none (“exclusions”), nor says that there are none"),
            statements.COMPLIANCE,
        )
    sized = [x.size.value for x in held if x.size is not None]
    text = n.counted(len(held), "exclusion")
    if sized:
        text = say("{exclusions}, together about {share} of the total", exclusions=text, share=n.percent(sum(sized)))
    if len(sized) < len(held):
        return partly(
            say("Exclusions"),
            text,
            say("{n} without an estimated size", n=n.count(len(held) - len(sized))),
            statements.COMPLIANCE,
            "Exclusions",
        )
    return given(say("Exclusions"), text, "Exclusions")


def allocation(a: Assessment) -> Item:
    """How shared hardware, idle time and development are divided."""
    p = a.profile
    development = (
        say("development of {services} by its expected work", services=n.counted(len(p.services), "service"))
        if p.services
        else say("development with the runs that caused it")
    )
    text = say(
        "Hardware by {hardware}; idle time by {idle}; {development}", hardware=way(p.embodied_allocation), idle=way(p.idle_allocation), development=development,
    )  # fmt: skip
    return given(say("Allocation"), text, "section-method")


def method(a: Assessment) -> Item:
    """Rules in use."""
    return given(
        say("Method"),
        say("{rules}, each with formula, reference and digest", rules=n.counted(len(a.plan.rules), "rule")),
        "section-method",
    )


def findings(a: Assessment) -> Item:
    """Assumptions and faults that the checks found."""
    count = {s: sum(f.count for f in a.findings if f.severity == s) for s in SEVERITIES}
    text = say(
        "{errors}, {warnings}, {notes}, each with what to do",
        errors=n.counted(count["error"], "error"),
        warnings=n.counted(count["warning"], "warning"),
        notes=n.counted(count["info"], "note"),
    )
    return given(say("Assumptions and fallbacks"), text, "section-findings")


def consistency(a: Assessment) -> Item:
    """Checks of consistency."""
    from lca.checks import catalogue as codes

    off = len(a.findings_off)
    text = say("{n} checks ran", n=n.count(len(codes()) - off))
    if off:
        text = say("{checks}, {n} turned off by the profile", checks=text, n=n.count(off))
    return given(say("Consistency"), text, "section-findings")


def complete(a: Assessment) -> Item:
    """Completeness against what was expected."""
    if a.completeness is None:
        return missing(say("Completeness"), say("nothing was expected: a list of jobs, a scheduler export or a bill with --expect says what should be there"), statements.ENGINEERS, "Expected against found")  # fmt: skip
    return given(say("Completeness"), completeness.fact(a).text, "Expected against found")


def assurance(a: Assessment) -> Item:
    """Reviews that somebody carried out."""
    held = a.profile.reviews
    if not held:
        return missing(say("Review"), say("none was made, as far as the profile says (“reviews”)"), INDEPENDENT)
    told = [
        say(
            "{kind} by {by}, {standard}, {level}, {date}",
            kind=REVIEWS[r.kind],
            by=r.by,
            standard=r.standard,
            level=say(r.level),
            date=n.day(r.date),
        )
        for r in held
    ]
    return given(say("Review"), clean("; ".join(told), 400), "Reviews")


def manifest(a: Assessment) -> Item:
    """Versions and digests."""
    return given(say("Evidence"), say("Versions, seed and sha256 of {inputs}, profile, rules and {factor_sets}", inputs=n.counted(len(a.intake.inputs), "input"), factor_sets=n.counted(len(a.catalogue.sets), "factor set")), "section-reproduce")  # fmt: skip


def index(a: Assessment) -> Item:
    """The content index."""
    return given(
        say("Index"),
        say("{standards} by requirement", standards=n.counted(len(catalogue.shipped()), "standard")),
        "section-contents",
    )


def esrs_set(a: Assessment) -> Item:
    """Which set of ESRS applies to the period."""
    p, chosen = a.profile.period, [x for x in ("esrs-e1", "esrs-e1-2023") if x in a.profile.disclosures]
    if p is None:
        return missing(
            say("Set"),
            say("it follows from the day on which the financial year begins, and the profile states no period"),
            statements.COMPLIANCE,
        )
    begins = n.day(p.start)
    if p.start.year >= 2027:
        text = say("The period begins on {day}: the set of 2026 applies", day=begins)
    elif p.start.year < 2026:
        text = say("The period begins on {day}: the set of 2023 applies", day=begins)
    elif chosen == ["esrs-e1"]:
        text = say("The period begins on {day}: either set may be used; this report uses the set of 2026", day=begins)
    elif chosen == ["esrs-e1-2023"]:
        text = say("The period begins on {day}: either set may be used; this report uses the set of 2023", day=begins)
    else:
        text, why = (
            say("The period begins on {day}: either set may be used", day=begins),
            say("the undertaking states which one it uses"),
        )
        return partly(say("Set"), text, why, statements.COMPLIANCE, "section-answer")
    return given(say("Set"), text, "section-answer")


TOLD = {
    "made": made,
    "period": period_of,
    "conformity": conformity,
    "models": models,
    "stages": stages,
    "boundary": boundary,
    "roles": roles,
    "left_out": left_out,
    "exclusions": exclusions,
    "allocation": allocation,
    "method": method,
    "findings": findings,
    "consistency": consistency,
    "completeness": complete,
    "assurance": assurance,
    "manifest": manifest,
    "index": index,
    "esrs_set": esrs_set,
}
