"""The length of an interval that a log of energy per interval does not state."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="interval-assumed",
    severity="info",
    looks_for="An interval of a log of energy per interval that is not stated, or that is unusually long",
    why="The energy is the sum of the lines whatever their length; the hours of the run depend on it.",
    remedy="State `interval` in the mapping, or the start of the run.",
)
