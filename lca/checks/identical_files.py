"""Two files with the same bytes."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="identical-files",
    severity="info",
    looks_for="Two files with the same bytes",
    why="Counting both would count each run twice.",
    remedy="Remove the copy.",
)
