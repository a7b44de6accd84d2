"""A factor of another year than that of the run, or of the latest year because the run has no date."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue.lookup import LOOKUPS, PERIODS
from lca.checks import Check, Evidence, Finding, runs_of

CHECK = Check(
    code="factor-period",
    severity="info",
    looks_for="A factor of another year than that of the run, or of the latest year because the run has no date",
    why="Grids change by several per cent a year; a factor of today says little of last year.",
    remedy="Date the run, or add the factor of its year with --factors.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per factor and kind of miss."""
    columns = a.activities.columns
    for lookup in LOOKUPS:
        period = columns.get(f"{lookup.column}__period")
        if period is None:
            continue
        code = columns[f"{lookup.column}__factor"]
        missed = (
            a.is_used(lookup.column)
            & (code >= 0)
            & (period >= PERIODS.index("earlier"))
            & (period <= PERIODS.index("latest"))
        )
        for which, at in np.unique(np.stack([code, period])[:, missed], axis=1).T:
            rows = missed & (code == which) & (period == at)
            factor, name = a.resolved.factors[int(which)], PERIODS[int(at)]
            why = (
                "the run has no date: the latest factor is used"
                if name == "latest"
                else (f"no factor of the run's year: the nearest {name} one is used")
            )
            yield from CHECK.per_run(
                a, runs_of(a, rows), f"{lookup.column}: {why} ({factor.id}, {factor.last_year})", "start"
            )
