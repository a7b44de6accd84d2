"""Samples that name no device, where several devices were sampled."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="devices-by-order",
    severity="info",
    looks_for="Samples that name no device, where several devices wrote one after the other",
    why="Devices were told apart by the order of their rows: a lost row gives a sample to the wrong device.",
    remedy="Log the index or the uuid of each device.",
)
