"""Contents of a report by name, which disclosures ask for: what the figures rest on, and what is formed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lca import statements
from lca.engine.quality import primary
from lca.engine.sci import UNITS
from lca.language import say
from lca.quantities import FUNCTIONAL_UNITS
from lca.report import numbers as n
from lca.report.answers import LOGS, NONE, STATED, Item, given, missing, partly
from lca.report.cells import interval
from lca.report.sums import Sum, many, ranked, whole
from lca.report.words import ORDER, TIERS, capital, stage, way

if TYPE_CHECKING:
    from lca.assessment import Assessment

MEASURED = "How much of each figure is measured"
METHODS = "Electricity by method, and water"


def _by_tier(s: Sum) -> str:
    size = sum(s.by_tier)
    return (
        n.listed(
            say("{share} {tier}", share=n.share(x, size), tier=TIERS[t + 1][0]) for t, x in enumerate(s.by_tier) if x
        )
        if size
        else ""
    )


def energy_boundary(a: Assessment) -> Item:
    """On what the energy rests."""
    s = whole(a, "it_energy")
    if s.value is None:
        return missing(say("Measurement"), say("no energy could be determined"), LOGS, MEASURED)
    text = say("Energy of the IT equipment: {by_tier}; boundaries are never added to one another", by_tier=_by_tier(s))
    return _parts(say("Measurement"), text, s, "it_energy", MEASURED)


def _parts(label: str, text: str, s: Sum, what: str, place: str) -> Item:
    if s.missing:
        return partly(
            label,
            text,
            say(
                "{missing} of {entries} {what}",
                missing=n.count(s.missing),
                entries=n.counted(s.rows, "entry lacks", "entries lack"),
                what=what,
            ),
            LOGS,
            place,
        )
    return given(label, text, place)


def _column(a: Assessment, name: str) -> NDArray[np.float64]:
    held = a.activities.columns.get(name)
    return np.full(a.rows, np.nan) if held is None else held


def pue(a: Assessment) -> Item:
    """Power usage effectiveness of the runs."""
    values = _column(a, "pue")
    known = values[~np.isnan(values)]
    if not len(known):
        return missing(say("PUE of the runs"), say("no run states one, and none was needed"), statements.SITE)
    code = _column(a, "pue__factor")
    stated = int((~np.isnan(values) & ~(np.nan_to_num(code, nan=-1) >= 0)).sum())
    low, high = float(known.min()), float(known.max())
    text = n.digits(low) if low == high else n.span(n.digits(low), n.digits(high))
    where = say(
        "{pue}; stated for {stated} of {entries}",
        pue=text,
        stated=n.count(stated),
        entries=n.counted(len(known), "entry", "entries"),
    )
    if stated < len(known):
        return partly(
            say("PUE of the runs"),
            where,
            say("elsewhere that of the region, the provider or the industry stands in"),
            statements.SITE,
            "section-factors",
        )
    return given(say("PUE of the runs"), where, "section-factors")


def wue(a: Assessment) -> Item:
    """Water usage effectiveness of the runs."""
    s = whole(a, "water_onsite")
    energy = whole(a, "it_energy")
    if s.value is None or not energy.value:
        return missing(
            say("WUE of the runs"),
            say("no run states it, and no factor of the place is known"),
            statements.SITE,
            METHODS,
        )
    values = _column(a, "wue")
    known = values[~np.isnan(values)]
    text = (
        say(
            "{range} L/kWh of IT energy",
            range=n.span(n.digits(float(known.min())), n.digits(float(known.max()))),
        )
        if len(known)
        else say("stated per facility energy")
    )
    return _parts(say("WUE of the runs"), text, s, say("water on site"), METHODS)


def _ratio(a: Assessment, label: str, over: str, under: str, unit: str = "", factor: float = 1.0) -> Item:
    """An indicator of a whole data centre, from two figures that the profile states."""
    above, below = (a.profile.stated(f"supplied.{x}") for x in (over, under))
    lacks = [f"supplied.{x}" for x, v in ((over, above), (under, below)) if v is None]
    if lacks or not below.value:
        return missing(
            label,
            say("the profile does not state {names}", names=n.listed(lacks))
            if lacks
            else say("supplied.{under} is 0", under=under),
            statements.SITE,
        )
    return given(
        label,
        f"{n.digits(above.value / below.value * factor)}{n.THIN + unit if unit else ''}",
        STATED,
    )


def site_pue(a: Assessment) -> Item:
    """PUE of the data centre."""
    return _ratio(a, say("PUE of the data centre"), "site_energy", "site_it_energy")


def site_wue(a: Assessment) -> Item:
    """WUE of the data centre."""
    return _ratio(a, say("WUE of the data centre"), "site_water", "site_it_energy", "L/kWh")


def erf(a: Assessment) -> Item:
    """Energy reuse factor."""
    return _ratio(a, say("ERF of the data centre"), "site_heat_reused", "site_energy")


def ref(a: Assessment) -> Item:
    """Renewable energy factor."""
    return _ratio(a, say("REF of the data centre"), "site_renewable", "site_energy")


def primary_share(a: Assessment) -> Item:
    """Share of primary data as PACT defines it."""
    market, held = True, primary(a, a.total("total_co2e_market"))
    if held is None:
        market, held = False, primary(a, a.total("total_co2e"))
    if held is None:
        return missing(say("Primary data"), say("no total could be determined"), LOGS, MEASURED)
    return given(
        say("Primary data"),
        say(
            "{activity} of the activity data; {both} of emissions with a primary factor too (PACT), of the {total}",
            activity=n.percent(held.activity),
            both=n.percent(held.both),
            total=say("market-based total") if market else say("location-based total"),
        ),
        MEASURED,
    )


def embodied_method(a: Assessment) -> Item:
    """How the production of hardware is counted."""
    s = whole(a, "embodied_co2e")
    if s.value is None:
        return missing(
            say("Hardware"), say("no embodied emissions could be determined"), LOGS, "What is not determined, and why"
        )
    life = _column(a, "device_lifetime")
    years = life[~np.isnan(life)] / 8760
    told = say("Amortised by {way}", way=way(a.profile.embodied_allocation))
    if len(years):
        span = n.span(n.digits(float(years.min()), 2), n.digits(float(years.max()), 2))
        told = say("{amortised}, lifetime {span} years", amortised=told, span=span)
    return _parts(
        say("Hardware"),
        f"{told}; {_by_tier(s)}",
        s,
        say("embodied emissions"),
        "section-method",
    )


def stage_shares(a: Assessment) -> Item:
    """Share of each stage in the total."""
    total = whole(a, "total_co2e")
    if not total.value:
        return missing(say("By stage"), say("no total could be determined"), LOGS, "What is not determined, and why")
    groups = ranked(a, ["stage"], len(ORDER), ORDER)
    made = many(a, ["total_co2e"], groups.code, groups.groups)["total_co2e"]
    told = "; ".join(
        f"{stage(g['stage'])} {n.share(s.value, total.value)}"
        for g, s in zip(groups.labels, made, strict=False)
        if s.value
    )
    return _parts(say("By stage"), told, total, say("a part of the total"), "Results by life-cycle stage")


def per_unit(a: Assessment) -> Item:
    """Results per functional unit."""
    units = [
        say(label)
        for work, _, label in FUNCTIONAL_UNITS.values()
        if (x := a.activities.columns.get(f"work_{work}")) is not None and np.nansum(x) > 0
    ]
    if not units:
        return missing(say("Per functional unit"), say("no run states an amount of work (“work”)"), LOGS)
    return given(say("Per functional unit"), n.listed(units), "Per functional unit")


def sci(a: Assessment) -> Item:
    """Scores of the SCI."""
    lines = [x for x in a.view_data["lines"] if x["view"] == "sci" and ".score." in x["id"]]
    held = [x for x in lines if x["value"] is not None]
    if not held:
        return missing(
            say("SCI"),
            say("no boundary has a score: O, M and an amount of work of all its runs are needed"),
            LOGS,
            "Software Carbon Intensity",
        )
    return given(
        say("SCI"),
        say("{scores} by system and boundary", scores=n.counted(len(held), "score")),
        "Software Carbon Intensity",
    )


def sci_units(a: Assessment) -> Item:
    """Functional units of a provider's score."""
    held = {x["id"] for x in a.view_data["lines"] if x["view"] == "sci" and x["value"] is not None}
    units = [say(FUNCTIONAL_UNITS[u][2]) for u in UNITS["provider"] if f"provider.score.{u}" in held]
    if not units:
        return missing(
            say("Unit of the provider"),
            say("no run of training states FLOPs, training tokens or parameters"),
            LOGS,
            "Software Carbon Intensity",
        )
    return given(say("Unit of the provider"), n.listed(units), "Software Carbon Intensity")


def uncertainty(a: Assessment) -> Item:
    """Intervals."""
    if not a.profile.uncertainty.draws:
        return missing(say("Uncertainty"), say("the profile asks for no draws"), statements.COMPLIANCE)
    shown = interval(whole(a, "total_co2e"), n.scale(whole(a, "total_co2e").value, "kgCO2e")).text
    text = say(
        "95 % interval of every figure by {draws} draws; total {shown} {unit}",
        draws=n.count(a.profile.uncertainty.draws),
        shown=shown,
        unit=n.scale(whole(a, "total_co2e").value, "kgCO2e").unit,
    )
    return given(say("Uncertainty"), text, "section-basis")


def sensitivity(a: Assessment) -> Item:
    """One parameter at a time."""
    if not a.profile.uncertainty.draws or not a.sensitivity.effects:
        return missing(say("Sensitivity"), say("nothing of the total has a known width"), statements.COMPLIANCE)
    return given(
        say("Sensitivity"),
        say(
            "{parameters} moved alone, and what makes the interval as wide as it is",
            parameters=n.counted(len(a.sensitivity.effects), "parameter"),
        ),
        "One parameter at a time",
    )


def quality_of(a: Assessment) -> Item:
    """Grade of the data."""
    if a.quality is None:
        return missing(say("Data quality"), say("no part of the total is known"), LOGS)
    return given(
        say("Data quality"),
        say(
            "{grade}, {rating} on a scale from 1, the best, to 5; scores by the criteria of ISO 14044",
            grade=capital(say(a.quality.grade)),
            rating=n.place(a.quality.rating, -1),
        ),
        "Data quality by the criteria of ISO 14044",
    )


def hourly(a: Assessment) -> Item:
    """Matching by the hour."""
    if "use_co2e_hourly" not in a.summary.names and "use_co2e_location_hourly" not in a.summary.names:
        return missing(
            say("By the hour"), say("no run states its hours in a place of which an hourly series is known"), LOGS
        )
    return given(
        say("By the hour"),
        say("Beside the annual factor, for information"),
        "Hourly matching, beside the annual factor",
    )


def claims(a: Assessment) -> Item:
    """Claims that runs carry."""
    if not a.activities.having["claim"]:
        return Item(say("Claims"), n.DOES_NOT_APPLY, NONE, say("no run carries a claim"))
    return given(
        say("Claims"),
        say("{claims} put to the test", claims=n.counted(len(a.activities.having["claim"]), "claim")),
        "section-claims",
    )


TOLD = {
    "energy_boundary": energy_boundary,
    "pue": pue,
    "wue": wue,
    "site_pue": site_pue,
    "site_wue": site_wue,
    "erf": erf,
    "ref": ref,
    "primary_share": primary_share,
    "embodied_method": embodied_method,
    "stage_shares": stage_shares,
    "per_unit": per_unit,
    "sci": sci,
    "sci_units": sci_units,
    "uncertainty": uncertainty,
    "sensitivity": sensitivity,
    "quality": quality_of,
    "hourly": hourly,
    "claims": claims,
}
