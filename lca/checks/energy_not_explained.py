"""More energy billed or expected than the logs explain."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, together
from lca.language import said
from lca.numerals import spelled
from lca.shortfalls import ENERGIES, MEASURES, told

CHECK = Check(
    code="energy-not-explained",
    severity="warning",
    looks_for="More energy billed or expected than the logs explain",
    why="What is paid for and in no log, idle machines among it, is missing from the total.",
    remedy="Log what else ran, or state idle time as runs of the stage idle.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per run or sum, or one per file where they are many."""
    for c in a.completeness.compared if a.completeness else ():
        short = [s for s in c.short if s.quantity in ENERGIES]
        each = [CHECK.at(told(c.source.name, s), s.run or None, s.quantity) for s in short]
        lost = spelled(math.fsum(s.expected - s.found for s in short), 4)
        unit = MEASURES[ENERGIES[0]][0]
        yield from together(
            each,
            said(
                "{name} expects more than the logs of {n} runs or sums give: {lost} {unit} are missing",
                name=c.source.name,
                n=len(each),
                lost=lost,
                unit=unit,
            ),
        )
