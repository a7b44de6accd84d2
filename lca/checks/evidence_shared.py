"""One certificate in several places."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="evidence-shared",
    severity="warning",
    looks_for="An amount of energy under one evidence, or one serial number, that several runs or the profile name",
    why="A certificate covers its energy once, however many runs name it.",
    remedy="Leave it where it is one instrument. Where there are several, name in `evidence` or `serials` what belongs to each.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instruments with an amount of energy that are named more than once."""
    yield from CHECK.of_instruments(a)
