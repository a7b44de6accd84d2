"""Series that repeat or divide what another series holds."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="series-left-out",
    severity="info",
    looks_for="Series that repeat or divide what another series holds",
    why="A machine and what runs on it, or a counter and samples of power, hold the same energy twice.",
    remedy="Nothing, if the series named are those that should count.",
)
