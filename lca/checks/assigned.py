"""A field that a log lacks and that the profile fills."""

from __future__ import annotations

from lca.checks import Check

CHECK = Check(
    code="assigned",
    severity="info",
    looks_for="A field that a log in a format of others lacks and that the profile or the command line fills",
    why="The figure rests on it as on what a log states, and nobody logged it.",
    remedy="Nothing, if it is right for every file that the pattern fits.",
)
