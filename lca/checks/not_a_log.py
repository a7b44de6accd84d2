"""A file of a folder that is in no known format."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="not-a-log",
    severity="warning",
    looks_for="A file of a folder that is in no known format",
    why="Its energy, if it holds any, is missing.",
    remedy="Name the file with --log-format, or take it out of the folder.",
)
