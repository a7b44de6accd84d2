"""An instrument whose own life-cycle intensity is not known."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="instrument-lifecycle",
    severity="info",
    looks_for="An instrument whose own life-cycle intensity is not known",
    why="Its direct rate leaves out what fuels, building and dismantling of the plant emit; the market-based total is too low.",
    remedy="Name the technology of the instrument, or state its lifecycle_factor.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instruments that stand in the market-based total at their direct rate."""
    yield from CHECK.of_instruments(a)
