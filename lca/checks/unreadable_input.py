"""A file that cannot be read."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="unreadable-input",
    severity="error",
    looks_for="A file that cannot be read",
    why="Its runs are missing from every total.",
    remedy="Correct the file or leave it out.",
)
