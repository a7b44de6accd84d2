"""Upstream emissions of which a part is not known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="upstream-partial",
    severity="info",
    looks_for="Upstream emissions of which a part is not known",
    why="Scope 3 category 3 asks for the supply of fuels and for losses of the grid; one without the other is too low.",
    remedy="Add the missing factor (grid_wtt, grid_td_loss or td_loss_share) with --factors.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Rows whose upstream figure holds fuels alone, losses not being inside the factor, or losses alone."""
    chosen = a.results.get("use_co2e_upstream_added__rule")
    if chosen is None:
        return
    used, inside = a.is_used("use_co2e_upstream_added"), ~np.isnan(a.activities.column("losses_inside"))
    for name, missing in (
        ("use-co2e-upstream-added-wtt-alone", said("losses of the grid: no loss share of the place is known")),
        (
            "use-co2e-upstream-added-td-loss-alone",
            said("emissions upstream of generation: no factor of the place is known"),
        ),
    ):
        code = next((n for n, rule in enumerate(a.plan.rules) if rule.id == name), -1)
        rows = used & (chosen == code) & ~(inside & name.endswith("wtt-alone"))
        yield from CHECK.per_run(
            a, runs_of(a, rows), said("use_co2e_upstream leaves out {missing}", missing=missing), "location"
        )
