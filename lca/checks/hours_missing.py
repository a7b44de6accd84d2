"""Fewer hours of a run, or of a bill's devices, than were expected."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.shortfalls import HOURS

CHECK = Check(
    code="hours-missing",
    severity="warning",
    looks_for="Fewer hours of a run, or of a bill's devices, than were expected",
    why="A log that was cut off, or time that nobody logged, makes the total too low.",
    remedy="Give the whole log, and the logs of what else ran on these devices.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per run or sum, or one per file where they are many."""
    return CHECK.of_shortfalls(a, HOURS)
