"""Runs that no list of what was expected names."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, together
from lca.language import said

CHECK = Check(
    code="run-unexpected",
    severity="info",
    looks_for="Runs that no list of what was expected names",
    why="A list that lacks them is not complete, or they belong to somebody else and should not count.",
    remedy="Complete the list, or leave out their logs.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per run, or one in all where they are many."""
    found = a.completeness.unexpected if a.completeness else []
    each = [CHECK.at(said("nothing that was expected names it"), id) for id in found]
    yield from together(each, said("nothing that was expected names {each} runs", each=len(each)))
