"""A run outside the period of the report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from lca.checks import Check, Evidence, Finding
from lca.engine.allocation import outside_period
from lca.language import said

CHECK = Check(
    code="outside-period",
    severity="warning",
    looks_for="A run outside the period of the report",
    why="Its emissions belong to another report.",
    remedy="Correct the period of the profile, or leave the run out.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs that begin before or end after the profile's period."""
    period = a.profile.period
    if period is None:
        return
    start = datetime(period.start.year, period.start.month, period.start.day, tzinfo=UTC).timestamp()
    end = datetime(period.end.year, period.end.month, period.end.day, tzinfo=UTC).timestamp() + 86400
    yield from CHECK.per_run(
        a,
        outside_period(a.activities, start, end),
        said("the run lies outside {start} to {end}", start=period.start, end=period.end),
        "start",
    )
