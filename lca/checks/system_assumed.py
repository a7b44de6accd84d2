"""A run whose file names no system."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="system-assumed",
    severity="info",
    looks_for="A run whose file names no system",
    why="Results are told by system.",
    remedy="Convert the log and name the system.",
)
