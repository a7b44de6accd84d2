"""Times that cannot be: they run backwards, lie far from the rest, or have no date."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="clock-fault",
    severity="warning",
    looks_for="Times of a log that run backwards, lie far from the rest of the log, or count from an unknown moment",
    why="Energy and the factors of its period depend on when a run took place.",
    remedy="Correct the times, or state the start of the run.",
)
