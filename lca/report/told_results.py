"""Contents of a report by name, which disclosures ask for: what the figures rest on, and what is formed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lca import statements
from lca.checks.training_compute_threshold import per_system, thresholds
from lca.engine.quality import primary
from lca.engine.sci import UNITS
from lca.quantities import FUNCTIONAL_UNITS, TIER_NAMES
from lca.report import numbers as n
from lca.report.answers import LOGS, NONE, Item, given, missing, partly
from lca.report.cells import interval
from lca.report.sums import Sum, many, ranked, whole
from lca.report.words import ORDER, stage

if TYPE_CHECKING:
    from lca.assessment import Assessment

MEASURED = "How much of each figure is measured"
METHODS = "Electricity by method, and water"


def _by_tier(s: Sum) -> str:
    size = sum(s.by_tier)
    return n.listed(f"{n.share(x, size)} {TIER_NAMES[t]}" for t, x in enumerate(s.by_tier) if x) if size else ""


def energy_boundary(a: Assessment) -> Item:
    """On what the energy rests."""
    s = whole(a, "it_energy")
    if s.value is None:
        return missing("Measurement", "no energy could be determined", LOGS, MEASURED)
    text = f"Energy of the IT equipment: {_by_tier(s)}; boundaries are never added to one another"
    return _parts("Measurement", text, s, "it_energy", MEASURED)


def _parts(label: str, text: str, s: Sum, what: str, place: str) -> Item:
    if s.missing:
        return partly(
            label,
            text,
            f"{n.count(s.missing)} of {n.counted(s.rows, 'entry lacks', 'entries lack')} {what}",
            LOGS,
            place,
        )
    return given(label, text, place)


def energy_status(a: Assessment) -> Item:
    """Whether the energy of training is known or estimated."""
    rows = np.asarray([s == "training" for s in a.activities.stages], bool)[a.activities.run_of_row]
    if not rows.any():
        return Item("Known or estimated", n.DOES_NOT_APPLY, NONE, "no run is of training")
    s = many(a, ["it_energy"], np.zeros(a.rows, np.int64), 1, rows)["it_energy"][0]
    if s.value is None:
        return missing("Known or estimated", "no energy of training could be determined", LOGS, MEASURED)
    size = sum(s.by_tier)
    text = (
        f"Known from meters: {n.share(s.by_tier[0], size)}; estimated: {n.share(size - s.by_tier[0], size)}"
        if size
        else n.DOES_NOT_APPLY
    )
    return given("Known or estimated", text, MEASURED)


def _column(a: Assessment, name: str) -> NDArray[np.float64]:
    held = a.activities.columns.get(name)
    return np.full(a.rows, np.nan) if held is None else held


def pue(a: Assessment) -> Item:
    """Power usage effectiveness of the runs."""
    values = _column(a, "pue")
    known = values[~np.isnan(values)]
    if not len(known):
        return missing("PUE of the runs", "no run states one, and none was needed", statements.SITE)
    code = _column(a, "pue__factor")
    stated = int((~np.isnan(values) & ~(np.nan_to_num(code, nan=-1) >= 0)).sum())
    low, high = float(known.min()), float(known.max())
    text = f"{n.digits(low)}" if low == high else f"{n.digits(low)} to {n.digits(high)}"
    where = f"{text}; stated for {n.count(stated)} of {n.counted(len(known), 'entry', 'entries')}"
    if stated < len(known):
        return partly(
            "PUE of the runs",
            where,
            "elsewhere that of the region, the provider or the industry stands in",
            statements.SITE,
            "section-factors",
        )
    return given("PUE of the runs", where, "section-factors")


def wue(a: Assessment) -> Item:
    """Water usage effectiveness of the runs."""
    s = whole(a, "water_onsite")
    energy = whole(a, "it_energy")
    if s.value is None or not energy.value:
        return missing(
            "WUE of the runs", "no run states it, and no factor of the place is known", statements.SITE, METHODS
        )
    values = _column(a, "wue")
    known = values[~np.isnan(values)]
    text = (
        f"{n.digits(float(known.min()))} to {n.digits(float(known.max()))} L/kWh of IT energy"
        if len(known)
        else "stated per facility energy"
    )
    return _parts("WUE of the runs", text, s, "water on site", METHODS)


def _ratio(a: Assessment, label: str, over: str, under: str, unit: str = "", factor: float = 1.0) -> Item:
    """An indicator of a whole data centre, from two figures that the profile states."""
    above, below = (a.profile.stated(f"supplied.{x}") for x in (over, under))
    lacks = [f"supplied.{x}" for x, v in ((over, above), (under, below)) if v is None]
    if lacks or not below.value:
        return missing(
            label,
            f"the profile does not state {n.listed(lacks)}" if lacks else f"supplied.{under} is 0",
            statements.SITE,
        )
    return given(
        label,
        f"{n.digits(above.value / below.value * factor)}{n.THIN + unit if unit else ''}",
        "What the organisation states",
    )


def site_pue(a: Assessment) -> Item:
    """PUE of the data centre."""
    return _ratio(a, "PUE of the data centre", "site_energy", "site_it_energy")


def site_wue(a: Assessment) -> Item:
    """WUE of the data centre."""
    return _ratio(a, "WUE of the data centre", "site_water", "site_it_energy", "L/kWh")


def erf(a: Assessment) -> Item:
    """Energy reuse factor."""
    return _ratio(a, "ERF of the data centre", "site_heat_reused", "site_energy")


def ref(a: Assessment) -> Item:
    """Renewable energy factor."""
    return _ratio(a, "REF of the data centre", "site_renewable", "site_energy")


def primary_share(a: Assessment) -> Item:
    """Share of primary data as PACT defines it."""
    method, held = "market-based", primary(a, a.total("total_co2e_market"))
    if held is None:
        method, held = "location-based", primary(a, a.total("total_co2e"))
    if held is None:
        return missing("Primary data", "no total could be determined", LOGS, MEASURED)
    return given(
        "Primary data",
        f"{n.percent(held.activity)} of the activity data; {n.percent(held.both)} of emissions with a primary factor too (PACT), of the {method} total",
        MEASURED,
    )


def embodied_method(a: Assessment) -> Item:
    """How the production of hardware is counted."""
    s = whole(a, "embodied_co2e")
    if s.value is None:
        return missing("Hardware", "no embodied emissions could be determined", LOGS, "What is not determined, and why")
    life = _column(a, "device_lifetime")
    years = life[~np.isnan(life)] / 8760
    told = (
        f", lifetime {n.digits(float(years.min()), 2)} to {n.digits(float(years.max()), 2)} years" if len(years) else ""
    )
    return _parts(
        "Hardware",
        f"Amortised by {a.profile.embodied_allocation.replace('-', ' ')}{told}; {_by_tier(s)}",
        s,
        "embodied emissions",
        "section-method",
    )


def stage_shares(a: Assessment) -> Item:
    """Share of each stage in the total."""
    total = whole(a, "total_co2e")
    if not total.value:
        return missing("By stage", "no total could be determined", LOGS, "What is not determined, and why")
    groups = ranked(a, ["stage"], len(ORDER), ORDER)
    made = many(a, ["total_co2e"], groups.code, groups.groups)["total_co2e"]
    told = "; ".join(
        f"{stage(g['stage'])} {n.share(s.value, total.value)}"
        for g, s in zip(groups.labels, made, strict=False)
        if s.value
    )
    return _parts("By stage", told, total, "a part of the total", "Results by life-cycle stage")


def per_unit(a: Assessment) -> Item:
    """Results per functional unit."""
    units = [
        label
        for work, _, label in FUNCTIONAL_UNITS.values()
        if (x := a.activities.columns.get(f"work_{work}")) is not None and np.nansum(x) > 0
    ]
    if not units:
        return missing("Per functional unit", "no run states an amount of work (“work”)", LOGS)
    return given("Per functional unit", n.listed(units), "Per functional unit")


def sci(a: Assessment) -> Item:
    """Scores of the SCI."""
    lines = [x for x in a.view_data["lines"] if x["view"] == "sci" and ".score." in x["id"]]
    held = [x for x in lines if x["value"] is not None]
    if not held:
        return missing(
            "SCI",
            "no boundary has a score: O, M and an amount of work of all its runs are needed",
            LOGS,
            "Software Carbon Intensity",
        )
    return given("SCI", f"{n.counted(len(held), 'score')} by system and boundary", "Software Carbon Intensity")


def sci_units(a: Assessment) -> Item:
    """Functional units of a provider's score."""
    held = {x["id"] for x in a.view_data["lines"] if x["view"] == "sci" and x["value"] is not None}
    units = [FUNCTIONAL_UNITS[u][2] for u in UNITS["provider"] if f"provider.score.{u}" in held]
    if not units:
        return missing(
            "Unit of the provider",
            "no run of training states FLOPs, training tokens or parameters",
            LOGS,
            "Software Carbon Intensity",
        )
    return given("Unit of the provider", n.listed(units), "Software Carbon Intensity")


def uncertainty(a: Assessment) -> Item:
    """Intervals."""
    if not a.profile.uncertainty.draws:
        return missing("Uncertainty", "the profile asks for no draws", statements.COMPLIANCE)
    shown = interval(whole(a, "total_co2e"), n.scale(whole(a, "total_co2e").value, "kgCO2e")).text
    text = f"95 % interval of every figure by {n.count(a.profile.uncertainty.draws)} draws; total {shown} {n.scale(whole(a, 'total_co2e').value, 'kgCO2e').unit}"
    return given("Uncertainty", text, "section-basis")


def sensitivity(a: Assessment) -> Item:
    """One parameter at a time."""
    if not a.profile.uncertainty.draws or not a.sensitivity.effects:
        return missing("Sensitivity", "nothing of the total has a known width", statements.COMPLIANCE)
    return given(
        "Sensitivity",
        f"{n.counted(len(a.sensitivity.effects), 'parameter')} moved alone, and what makes the interval as wide as it is",
        "One parameter at a time",
    )


def quality_of(a: Assessment) -> Item:
    """Grade of the data."""
    if a.quality is None:
        return missing("Data quality", "no part of the total is known", LOGS)
    return given(
        "Data quality",
        f"{a.quality.grade.capitalize()}, {a.quality.rating:.1f} on a scale from 1, the best, to 5; scores by the criteria of ISO 14044",
        "Data quality by the criteria of ISO 14044",
    )


def hourly(a: Assessment) -> Item:
    """Matching by the hour."""
    if "use_co2e_hourly" not in a.summary.names and "use_co2e_location_hourly" not in a.summary.names:
        return missing("By the hour", "no run states its hours in a place of which an hourly series is known", LOGS)
    return given(
        "By the hour", "Beside the annual factor, for information", "Hourly matching, beside the annual factor"
    )


def claims(a: Assessment) -> Item:
    """Claims that runs carry."""
    if not a.activities.having["claim"]:
        return Item("Claims", n.DOES_NOT_APPLY, NONE, "no run carries a claim")
    return given("Claims", f"{n.counted(len(a.activities.having['claim']), 'claim')} put to the test", "section-claims")


def compute_thresholds(a: Assessment) -> Item:
    """Training computation beside the amounts of the Act and its guidelines."""
    found, amounts = per_system(a.activities, a.columns, a.plan.rules), thresholds(a.catalogue)
    if not found or not amounts:
        return missing("Beside the thresholds", "no computation of training is known", LOGS)
    told = "; ".join(
        f"{n.counted(sum(w.flops > f.value for w in found), 'system')} above {n.powers(f.value, 1)} FLOP"
        for f in amounts
    )
    text = f"{told}, of {n.counted(len(found), 'system')} with known computation; no legal finding"
    lacking = sum(w.lacking for w in found)
    if lacking:
        return partly(
            "Beside the thresholds",
            text,
            f"{n.counted(lacking, 'run')} of these systems state no work",
            LOGS,
            "Training computation",
        )
    return given("Beside the thresholds", text, "Training computation")


def compute_method(a: Assessment) -> Item:
    """How training computation was determined."""
    found = per_system(a.activities, a.columns, a.plan.rules)
    if not found:
        return missing("Basis of the computation", "no computation of training is known", LOGS)
    stated = sum(w.stated == w.flops for w in found)
    modelled = sum(not w.stated for w in found)
    told = [
        (stated, "stated by the runs"),
        (modelled, "six operations per active parameter and token"),
        (len(found) - stated - modelled, "both"),
    ]
    return given(
        "Basis of the computation",
        "; ".join(f"{what}: {n.counted(k, 'system')}" for k, what in told if k),
        "Training computation",
    )


def training_share(a: Assessment) -> Item:
    """Training spread over the work that a system serves."""
    if not a.profile.services:
        return missing(
            "Training per use",
            "the profile lists no service with its expected work (“services”)",
            statements.COMPLIANCE,
        )
    return given(
        "Training per use",
        f"{n.counted(len(a.profile.services), 'service')} with expected work",
        "Idle time and development, where they belong",
    )


def failed_runs(a: Assessment) -> Item:
    """Runs that failed, were cancelled or served experiments."""
    held = [r for r in a.activities.runs if r.status in ("failed", "cancelled") or r.stage == "experimentation"]
    silent = sum(r.status is None for r in a.activities.runs)
    text = f"{n.counted(len(held), 'run')} failed, cancelled or experimental, inside the totals"
    if silent:
        return partly(
            "Intermediate runs",
            text,
            f"{n.counted(silent, 'run does', 'runs do')} not state whether they were completed",
            LOGS,
            "Failed and experimental runs",
        )
    return given("Intermediate runs", text, "Failed and experimental runs")


TOLD = {
    "energy_boundary": energy_boundary, "energy_status": energy_status, "pue": pue, "wue": wue, "site_pue": site_pue, "site_wue": site_wue, "erf": erf,
    "ref": ref, "primary_share": primary_share, "embodied_method": embodied_method, "stage_shares": stage_shares,
    "per_unit": per_unit, "sci": sci, "sci_units": sci_units, "uncertainty": uncertainty, "sensitivity": sensitivity, "quality": quality_of,
    "hourly": hourly, "claims": claims, "compute_thresholds": compute_thresholds, "compute_method": compute_method, "training_share": training_share,
    "failed_runs": failed_runs,
}  # fmt: skip
