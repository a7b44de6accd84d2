"""A line that is cut off or glued to another."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="torn-row",
    severity="error",
    looks_for="A line that is cut off or glued to another",
    why="Processes that append without a lock tear rows.",
    remedy="Restore the line from its source.",
)
