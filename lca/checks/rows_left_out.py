"""Rows of a file that are no use of computing resources."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="rows-left-out",
    severity="info",
    looks_for="Rows of a file that are no use of computing resources",
    why="What was left out must be seen.",
    remedy="Nothing, if they are what they are said to be.",
)
