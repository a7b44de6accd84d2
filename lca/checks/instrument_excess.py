"""Instruments that cover more than was consumed."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="instrument-excess",
    severity="warning",
    looks_for="Instruments that cover more than was consumed",
    why="A certificate counts once; what exceeds the consumption cannot be claimed.",
    remedy="Lower the energy or share of the instruments to the consumption.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instruments of which a part or all found nothing left to cover, also where nothing was used."""
    yield from CHECK.of_instruments(a)
