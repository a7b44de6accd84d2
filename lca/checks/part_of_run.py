"""Records that are parts of a run that is there too."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="part-of-run",
    severity="info",
    looks_for="Records that are parts of a run that is there too",
    why="Part and whole added up count the part twice.",
    remedy="Nothing, if the whole is complete.",
)
