"""Rows of a bill that are no hours of a device."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="bill-rows-left-out",
    severity="info",
    looks_for="Rows of a bill that are no hours of a device",
    why="Storage, traffic, tax and credits are no hours of devices; their sums show that the whole bill was read.",
    remedy="Nothing, unless a kind of row that is left out used devices: state these in a run of their own.",
)
