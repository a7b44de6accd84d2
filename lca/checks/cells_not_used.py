"""Cells of a log that are cut off or cannot be read, in rows that count without them."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="cells-not-used",
    severity="warning",
    looks_for="Cells of a log that are cut off or cannot be read, in rows that count without them",
    why="The row counts without what the cell states, such as its energy.",
    remedy="Restore the cells from their source, or export the file with wider columns.",
)
