"""Floating point operations that a tool estimated."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="flops-estimated",
    severity="info",
    looks_for="Floating point operations that a tool estimated from the size of the model",
    why="Energy that is derived from them is only as good as the estimate.",
    remedy="State the energy, or the hours of the devices.",
)
