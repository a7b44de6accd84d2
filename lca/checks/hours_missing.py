"""Fewer hours of a run, or of a bill's devices, than were expected."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, together
from lca.language import said
from lca.numerals import spelled
from lca.shortfalls import HOURS, MEASURES, told

CHECK = Check(
    code="hours-missing",
    severity="warning",
    looks_for="Fewer hours of a run, or of a bill's devices, than were expected",
    why="A log that was cut off, or time that nobody logged, makes the total too low.",
    remedy="Give the whole log, and the logs of what else ran on these devices.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per run or sum, or one per file where they are many."""
    for c in a.completeness.compared if a.completeness else ():
        short = [s for s in c.short if s.quantity in HOURS]
        each = [CHECK.at(told(c.source.name, s), s.run or None, s.quantity) for s in short]
        lost = spelled(math.fsum(s.expected - s.found for s in short), 4)
        unit = MEASURES[HOURS[0]][0]
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
