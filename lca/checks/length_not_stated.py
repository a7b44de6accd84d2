"""A run of which only one end in time is known, in a report of a period."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="length-not-stated",
    severity="info",
    looks_for="A run that states when it began or when it ended, and not how long it lasted, in a report of a period",
    why="A part of it may lie outside the period: it can be counted whole or not at all.",
    remedy="Give the run its start and its end, or its duration.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs that count whole because the end of their time that is known lies in the period."""
    period = a.profile.period
    if period is None:
        return
    rows = np.isnan(a.activities.start_of_row) != np.isnan(a.activities.end_of_row)
    told = said(
        "the run states one end of its time alone, which lies in {start} to {end}: it counts whole",
        start=period.start, end=period.end,
    )  # fmt: skip
    yield from CHECK.per_run(a, runs_of(a, rows), told, "duration")
