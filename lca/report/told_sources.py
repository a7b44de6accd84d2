"""Contents of a report by name, which disclosures ask for: runs, contracts and factors on which the figures rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca import statements
from lca.engine.register import having as bought
from lca.language import said, say
from lca.report import numbers as n
from lca.report.answers import LOGS, NONE, Item, given, missing, partly
from lca.report.words import clean

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
    runs = bought(a.activities)
    if not runs:
        return given(
            say("Instruments"),
            say("None is stated: the market-based figure rests on residual mixes, else on the grid"),
            "Electricity by method, and water",
        )
    held = [i for r in runs for i in getattr(a.activities.runs[r].electricity, "instruments", [])]
    kinds = {k: sum(i.type == k for i in held) for k in INSTRUMENTS}
    text = say(
        "{instruments} in {runs}: {kinds}",
        instruments=n.counted(len(held), "instrument"),
        runs=n.counted(len(runs), "run"),
        kinds=n.listed(f"{n.count(v)} {say(INSTRUMENTS[k])}" for k, v in kinds.items() if v),
    )
    dropped = sum(x.code != "evidence-shared" for x in a.register.notes)
    if dropped:
        text = say("{instruments}; {notes} on them in section 4", instruments=text, notes=n.counted(dropped, "note"))
    return given(say("Instruments"), text, "Electricity by method, and water")


def instrument_criteria(a: Assessment) -> Item:
    """Quality criteria of the instruments."""
    held = [i for r in bought(a.activities) for i in getattr(a.activities.runs[r].electricity, "instruments", [])]
    if not held:
        return Item(say("Quality criteria"), n.DOES_NOT_APPLY, NONE, say("no instrument is stated"))
    shown = sum(bool(i.evidence) for i in held)
    text = say(
        "Period (4) and market (5) are tested for every instrument; {shown} of {held} name evidence for the others",
        shown=n.count(shown),
        held=n.count(len(held)),
    )
    return partly(say("Quality criteria"), text, say("criteria 1 to 3, 6 and 7 rest on the evidence that the logs name, which this software does not read"),
                  statements.COMPLIANCE, "section-findings")  # fmt: skip


def residual_mix(a: Assessment) -> Item:
    """Whether residual mixes were available."""
    mix = a.activities.columns.get("residual_mix")
    known = 0 if mix is None else int((~np.isnan(mix)).sum())
    text = say(
        "A residual mix was at hand for {known} of {entries}",
        known=n.count(known),
        entries=n.counted(a.rows, "entry", "entries"),
    )
    if known < a.rows:
        text = say("{known}; the grid average stands in elsewhere", known=text)
    return given(say("Residual mix"), text, "section-findings")


def gwp(a: Assessment) -> Item:
    """Global warming potentials."""
    used = {f.set_id for f in a.resolved.factors}
    held = sorted({s.gwp for s in a.catalogue.sets if s.gwp and s.id in used})
    if not held:
        return missing(say("GWP"), say("no factor set in use states it"), say("publishers of the factors"))
    if len(held) == 1:
        return given(say("Global warming potentials"), clean(held[0], 200), "Factor sets")
    text = say(
        "Over 100 years, as each factor set in use states it, in {n} ways; the list of sets quotes them",
        n=n.count(len(held)),
    )
    why = say("the sources of the factors use more than one report of the IPCC")
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
