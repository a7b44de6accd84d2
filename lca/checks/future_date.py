"""A run that lies in the future."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="future-date",
    severity="error",
    looks_for="A run that lies in the future",
    why="A clock or a year is wrong.",
    remedy="Correct the date.",
)
