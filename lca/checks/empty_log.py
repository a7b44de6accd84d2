"""A log that holds no record."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="empty-log",
    severity="warning",
    looks_for="A log that holds no record: a header alone, or nothing but what is left out",
    why="What it should have held is missing from the figures.",
    remedy="Look whether it was cut off, or take it out.",
)
