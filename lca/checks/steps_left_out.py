"""Rows that repeat a part of another row."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="steps-left-out",
    severity="info",
    looks_for="Rows that repeat a part of another row",
    why="Steps hold the same energy and devices as their job.",
    remedy="Nothing, since the job counts.",
)
