"""A run whose file names no stage."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="stage-assumed",
    severity="info",
    looks_for="A run whose file names no stage",
    why="Emissions of training and of use stand apart in the report.",
    remedy="State the stage in a profile or convert the log and add it.",
)
