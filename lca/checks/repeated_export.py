"""Rows of a bill or a usage export that another export holds too."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="repeated-export",
    severity="info",
    looks_for="Rows of a bill or a usage export that another export holds too",
    why="Month-to-date files and overlapping windows hold the same use again: each row counts once.",
    remedy="Nothing, if both files are exports of one account; of two accounts, give exports that name them (project, account, API key).",
)
