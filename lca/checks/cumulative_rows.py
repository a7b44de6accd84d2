"""Rows of a journal that repeat a run with growing totals."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="cumulative-rows",
    severity="info",
    looks_for="Rows of a journal that repeat a run with growing totals",
    why="Adding them up counts the same energy several times.",
    remedy="Nothing, if the rows are those of one run, of which the last counts.",
)
