"""A log that holds neither energy nor power."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="no-energy",
    severity="warning",
    looks_for="A log that holds neither energy nor power",
    why="Its energy can only be modelled from device hours, or not at all.",
    remedy="Log power.draw, or state the energy.",
)
