"""Contents of a report by name, which disclosures ask for: training, its computation, and the runs behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca import statements
from lca.checks.training_compute_threshold import per_system, thresholds
from lca.language import plural, say
from lca.report import numbers as n
from lca.report.answers import LOGS, NONE, Item, given, missing, partly
from lca.report.sums import many
from lca.report.told_results import MEASURED

if TYPE_CHECKING:
    from lca.assessment import Assessment


def energy_status(a: Assessment) -> Item:
    """Whether the energy of training is known or estimated."""
    rows = np.asarray([s == "training" for s in a.activities.stages], bool)[a.activities.run_of_row]
    if not rows.any():
        return Item(say("Known or estimated"), n.DOES_NOT_APPLY, NONE, say("no run is of training"))
    s = many(a, ["it_energy"], np.zeros(a.rows, np.int64), 1, rows)["it_energy"][0]
    if s.value is None:
        return missing(say("Known or estimated"), say("no energy of training could be determined"), LOGS, MEASURED)
    size = sum(s.by_tier)
    text = (
        say(
            "Known from meters: {metered}; estimated: {estimated}",
            metered=n.share(s.by_tier[0], size),
            estimated=n.share(size - s.by_tier[0], size),
        )
        if size
        else n.DOES_NOT_APPLY
    )
    return given(say("Known or estimated"), text, MEASURED)


def compute_thresholds(a: Assessment) -> Item:
    """Training computation beside the amounts of the Act and its guidelines."""
    found, amounts = per_system(a.activities, a.columns, a.plan.rules), thresholds(a.catalogue)
    if not found or not amounts:
        return missing(say("Beside the thresholds"), say("no computation of training is known"), LOGS)
    told = "; ".join(
        say(
            "{systems} above {value} FLOP",
            systems=n.counted(sum(w.flops > f.value for w in found), "system"),
            value=n.powers(f.value, 1),
        )
        for f in amounts
    )
    text = say(
        "{above}, of {systems} with known computation; no legal finding",
        above=told,
        systems=n.counted(len(found), "system"),
    )
    lacking = sum(w.lacking for w in found)
    if lacking:
        return partly(
            say("Beside the thresholds"),
            text,
            say("{runs} of these systems state no work", runs=n.counted(lacking, "run")),
            LOGS,
            "Training computation",
        )
    return given(say("Beside the thresholds"), text, "Training computation")


def compute_method(a: Assessment) -> Item:
    """How training computation was determined."""
    found = per_system(a.activities, a.columns, a.plan.rules)
    if not found:
        return missing(say("Basis of the computation"), say("no computation of training is known"), LOGS)
    stated = sum(w.stated == w.flops for w in found)
    modelled = sum(not w.stated for w in found)
    told = [
        (stated, say("stated by the runs")),
        (modelled, say("six operations per active parameter and token")),
        (len(found) - stated - modelled, say("both")),
    ]
    return given(
        say("Basis of the computation"),
        "; ".join(f"{what}: {n.counted(k, 'system')}" for k, what in told if k),
        "Training computation",
    )


def training_share(a: Assessment) -> Item:
    """Training spread over the work that a system serves."""
    if not a.profile.services:
        return missing(
            say("Training per use"),
            say("the profile lists no service with its expected work (“services”)"),
            statements.COMPLIANCE,
        )
    return given(
        say("Training per use"),
        say("{services} with expected work", services=n.counted(len(a.profile.services), "service")),
        "Idle time and development, where they belong",
    )


def failed_runs(a: Assessment) -> Item:
    """Runs that failed, were cancelled or served experiments."""
    held = [r for r in a.activities.runs if r.status in ("failed", "cancelled") or r.stage == "experimentation"]
    silent = sum(r.status is None for r in a.activities.runs)
    text = say("{runs} failed, cancelled or experimental, inside the totals", runs=n.counted(len(held), "run"))
    if silent:
        return partly(
            say("Intermediate runs"),
            text,
            say(
                plural(
                    silent,
                    "{n} run does not state whether it was completed",
                    "{n} runs do not state whether they were completed",
                    n=n.count(silent),
                )
            ),
            LOGS,
            "Failed and experimental runs",
        )
    return given(say("Intermediate runs"), text, "Failed and experimental runs")


TOLD = {
    "energy_status": energy_status,
    "compute_thresholds": compute_thresholds,
    "compute_method": compute_method,
    "training_share": training_share,
    "failed_runs": failed_runs,
}
