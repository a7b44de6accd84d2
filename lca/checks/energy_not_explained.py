"""More energy billed or expected than the logs explain."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.shortfalls import ENERGIES

CHECK = Check(
    code="energy-not-explained",
    severity="warning",
    looks_for="More energy billed or expected than the logs explain",
    why="What is paid for and in no log, idle machines among it, is missing from the total.",
    remedy="Log what else ran, or state idle time as runs of the stage idle.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per run or sum, or one per file where they are many."""
    return CHECK.of_shortfalls(a, ENERGIES)
