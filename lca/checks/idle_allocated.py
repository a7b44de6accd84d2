"""Idle time that was moved to jobs."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="idle-allocated",
    severity="info",
    looks_for="Idle time that was moved to jobs",
    why="A job that reserves a pool also causes the time in which the pool waits; the share depends on the basis chosen.",
    remedy="Choose the basis with `idle_allocation` in the profile: reserved-time, active-time, energy or none.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Pools of idle runs that were shared."""
    for note in a.attribution.notes:
        if note.code == CHECK.code:
            yield CHECK.at(note.message, a.runs[a.activities.run_of_row[note.row]].id, "stage")
