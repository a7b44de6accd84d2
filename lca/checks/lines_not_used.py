"""Lines of a file that its format does not explain."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="lines-not-used",
    severity="warning",
    looks_for="Lines of a file that are neither data, header nor anything else that the format has",
    why="They may hold a use of resources that the total then lacks.",
    remedy="Look at the lines; report the file if they are data.",
)
