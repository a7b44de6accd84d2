"""An adapter that failed on a file."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="adapter-failed",
    severity="error",
    looks_for="A fault of the adapter that reads a format, not of the file alone",
    why="What the file holds behind the fault is missing from the figures.",
    remedy="Report it with the file.",
)
