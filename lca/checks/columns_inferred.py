"""A table without header whose columns follow from their content."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="columns-inferred",
    severity="warning",
    looks_for="A table without header whose columns follow from their content",
    why="A column taken for another one gives a wrong figure.",
    remedy="Export the file with its header.",
)
