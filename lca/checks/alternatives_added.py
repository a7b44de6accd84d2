"""Runs that are claimed as alternatives of each other, in one total."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="alternatives-added",
    severity="warning",
    looks_for="A run and the run against which it is said to save, in one total",
    why="Of alternatives only one happens: the total over them describes nothing.",
    remedy="Read the runs one by one, or report each scenario by itself.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose claim compares them with another run of the assessment."""
    held = [(number, run.claim.saving_against) for number, run in a.having("claim") if run.claim is not None]
    runs = {r.id for r in a.runs} if held else set()
    for number, base in held:
        if base and base in runs and base != a.runs[number].id:
            yield from CHECK.per_run(
                a,
                [number],
                said("it is an alternative to {base}, and the totals hold both", base=shorten(base)),
                "claim.saving_against",
            )
