"""Two identical runs, or two different ones with one id."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="duplicate-run",
    severity="warning",
    looks_for="Two identical runs, or two different ones with one id",
    why="A run that is counted twice doubles its emissions.",
    remedy="Remove the copy; give different runs different ids.",
)
