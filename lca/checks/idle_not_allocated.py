"""Idle time that could not be moved to jobs."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="idle-not-allocated",
    severity="warning",
    looks_for="Idle time that could not be moved to jobs",
    why="It stays a stage of its own, and figures per job or request leave it out.",
    remedy="Give the idle run the place and the device of the jobs in its pool, and state the hours of every job, or choose another `idle_allocation` in the profile.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Pools of idle runs that were left as they are."""
    for note in a.attribution.notes:
        if note.code == CHECK.code:
            yield CHECK.at(note.message, a.runs[a.activities.run_of_row[note.row]].id, "stage")
