"""A time without an offset."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="timezone-assumed",
    severity="warning",
    looks_for="A time without an offset",
    why="Local time taken for UTC moves a run by up to half a day, and sometimes into another year.",
    remedy="Write RFC 3339 with an offset, such as 2024-05-01T12:00:00Z.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Stamps that were taken for UTC."""
    yield from CHECK.per_run(
        a, a.activities.having["no offset"], said("a time has no offset: it is taken for UTC"), "start"
    )
    naive = [n for n, run in a.having("power") if run.power is not None and run.power.reading.naive]
    yield from CHECK.per_run(a, naive, said("the times of the samples have no offset: they are taken for UTC"), "power")
