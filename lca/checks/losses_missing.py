"""A life-cycle figure without the losses of the grid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="losses-missing",
    severity="warning",
    looks_for="Electricity over its life cycle without the losses of the grid",
    why="Electricity as delivered holds what transmission and distribution lose, in most countries 4 to 15 % of what is fed in.",
    remedy="State the place more closely, or add its loss share (td_loss_share) with --factors; write td-loss into the scope of a factor that holds losses already.",
)
#: rules that add upstream emissions and losses to a direct figure
BY_PARTS = (
    "use-co2e-location-and-upstream",
    "use-co2e-location-and-upstream-of-nearer-place",
    "use-co2e-location-and-upstream-above-lifecycle",
    "use-co2e-direct-run-factor-and-upstream",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Rows whose life-cycle figure rests on factors per kWh generated, and for which no loss share is known."""
    rules = {rule.id: n for n, rule in enumerate(a.plan.rules)}

    def chose(quantity: str, *names: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        chosen = a.results.get(f"{quantity}__rule")
        if chosen is None:
            return np.zeros(a.activities.rows, bool)
        return np.isin(chosen, [rules[name] for name in names if name in rules])

    def marked(name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return ~np.isnan(a.activities.column(name))

    by_parts = chose("use_co2e", *BY_PARTS)
    without = (
        by_parts & chose("use_co2e_upstream_added", "use-co2e-upstream-added-wtt-alone") & ~marked("losses_inside")
    )
    without |= chose("use_co2e", "use-co2e-location-above-lifecycle") & ~marked("losses_inside")
    without |= chose("use_co2e", "use-co2e-grid-lifecycle") & ~marked("lifecycle_losses_inside")
    by_the_hour = chose("use_co2e", "use-co2e-by-the-hour") & chose("use_co2e_hourly", "use-co2e-hourly")
    without |= by_the_hour & ~marked("hourly_losses_inside")
    yield from CHECK.per_run(
        a,
        runs_of(a, without),
        said("use_co2e leaves out losses of the grid: no loss share of the place is known"),
        "location",
    )
