"""A value that the profile pins."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.lookups import LOOKUPS
from lca.checks import Check, Evidence, Finding, runs_of
from lca.numerals import as_written

CHECK = Check(
    code="pinned",
    severity="info",
    looks_for="A value that the profile pins",
    why="It replaces what the catalogue or the run gives.",
    remedy="Nothing, if the reason stands.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Pins in use, with their reason."""
    for column in dict.fromkeys(lookup.column for lookup in LOOKUPS):
        for factor, level, _, rows in a.uses(column):
            if level == "pin":
                yield from CHECK.per_run(
                    a, runs_of(a, rows), f"{column} is pinned to {as_written(factor.printed)}: {factor.notes}", column
                )
