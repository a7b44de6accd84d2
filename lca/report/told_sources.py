"""Contents of a report by name, which disclosures ask for: runs, contracts and factors on which the figures rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca import statements
from lca.engine.gwp import NOT_STATED, is_mixed, named, shares
from lca.engine.register.criteria import MET, NOT_ASKED, NOT_MET, NOT_SHOWN
from lca.language import said, say
from lca.report import numbers as n
from lca.report.answers import LOGS, NONE, Item, given, missing, partly
from lca.report.instruments import without_mix

if TYPE_CHECKING:
    from lca.assessment import Assessment


#: what an instrument is called
INSTRUMENTS = {
    "certificate": said("certificate"), "ppa": said("ppa"), "supplier": said("supplier"), "residual": said("residual"),
}  # fmt: skip


def activity(a: Assessment) -> Item:
    """Runs and where their data come from."""
    aside = sum(i.quarantined for i in a.intake.inputs)
    text = say(
        "{runs} in {entries}, from {inputs}",
        runs=n.counted(len(a.activities.runs), "run"),
        entries=n.counted(a.rows, "entry", "entries"),
        inputs=n.counted(len(a.intake.inputs), "input"),
    )
    if aside:
        return partly(
            say("Runs"),
            text,
            say("{records} set aside, named in section 4", records=n.counted(aside, "record")),
            LOGS,
            "Runs",
        )
    return given(say("Runs"), text, "Runs")


def instruments(a: Assessment) -> Item:
    """Contractual instruments for electricity."""
    lines = a.register.lines
    if not lines:
        return given(
            say("Instruments"),
            say("None is stated: the market-based figure rests on residual mixes, else on the grid"),
            "Electricity by method, and water",
        )
    kinds = {k: sum(line.entry.instrument.type == k for line in lines) for k in INSTRUMENTS}
    counted = sum(line.is_counted for line in lines)
    text = say(
        "{instruments} ({kinds}), of which {counted} in the market-based figure",
        instruments=n.counted(len(lines), "instrument"),
        counted=say("{number} counts", number=n.count(1))
        if counted == 1
        else say("{number} count", number=n.count(counted)),
        kinds=n.listed(f"{say(INSTRUMENTS[k])}: {n.count(v)}" for k, v in kinds.items() if v),
    )
    return given(say("Instruments"), text, "Register of instruments")


def instrument_criteria(a: Assessment) -> Item:
    """Quality criteria of the instruments: each is met, not met or not shown."""
    lines = a.register.lines
    if not lines:
        return Item(say("Quality criteria"), n.DOES_NOT_APPLY, NONE, say("no instrument is stated"))
    states = [state for line in lines if line.is_counted for state in line.criteria.values()]
    text = say(
        "Of the criteria of the {instruments} that count, {met} are met, {failed} are not, {shown} are not shown",
        instruments=n.counted(sum(line.is_counted for line in lines), "instrument"),
        met=n.count(states.count(MET)), failed=n.count(states.count(NOT_MET)), shown=n.count(states.count(NOT_SHOWN)),
    )  # fmt: skip
    if a.profile.instrument_evidence == "claimed":
        why = say("the profile counts instruments as claimed, without evidence")
        return partly(say("Quality criteria"), text, why, statements.COMPLIANCE, "Register of instruments")
    if states.count(MET) == len(states) - states.count(NOT_ASKED):
        return given(say("Quality criteria"), text, "Register of instruments")
    why = say(
        "serial numbers and retirement show criteria 2 and 3; criteria 6 and 7 rest on evidence that this software does not read"
    )
    return partly(say("Quality criteria"), text, why, statements.COMPLIANCE, "Register of instruments")


def residual_mix(a: Assessment) -> Item:
    """Whether residual mixes were available; where not, which figure is needed and who has it."""
    mix = a.activities.columns.get("residual_mix")
    known = 0 if mix is None else int((~np.isnan(mix)).sum())
    text = say(
        "A residual mix was at hand for {known} of {entries}",
        known=n.count(known),
        entries=n.counted(a.rows, "entry", "entries"),
    )
    gaps = without_mix(a)
    if not gaps:
        return given(say("Residual mix"), text, "section-findings")
    text = say("{known}; the grid average stands in elsewhere", known=text)
    held = [gap.mix for gap in gaps if gap.mix is not None and gap.mix.status == "theirs"]
    why = say(
        "no residual mix is known for {places}",
        places=n.listed(gap.country or say("runs without a place") for gap in gaps[:3]),
    )
    who = held[0].publisher if held else statements.COMPLIANCE
    return partly(say("Residual mix"), text, why, who, "section-findings")


def gwp(a: Assessment) -> Item:
    """Global warming potentials."""
    held = shares(a.plan, a.columns, a.activities, a.resolved, a.catalogue, "total_co2e")
    if not held or set(held) == {(NOT_STATED,)}:
        return missing(say("GWP"), say("no factor set in use states it"), say("publishers of the factors"))
    if not is_mixed(held):
        return given(
            say("Global warming potentials"),
            say("Over 100 years: {bases}", bases=say(named(next(iter(held))))),
            "Factor sets",
        )
    parts = [
        say("{bases} {share}", bases=say(named(bases)), share=n.share(share, 1.0)) for bases, share in held.items()
    ]
    text = say("Over 100 years; shares of the total: {parts}", parts="; ".join(parts))
    why = say("the sources of the factors use more than one report of the IPCC, or do not say which")
    return partly(say("Global warming potentials"), text, why, say("publishers of the factors"), "Factor sets")


def electricity(a: Assessment) -> Item:
    """Where the factors of electricity come from."""
    places = len({p["country"] for p in a.resolved.places if p["country"]})
    return given(
        say("Electricity"),
        say(
            "Grid factors by place and year, of {countries}; fallbacks are named",
            countries=n.counted(places, "country", "countries"),
        ),
        "section-factors",
    )


TOLD = {
    "activity": activity,
    "instruments": instruments,
    "instrument_criteria": instrument_criteria,
    "residual_mix": residual_mix,
    "gwp": gwp,
    "electricity": electricity,
}
