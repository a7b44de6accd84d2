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
    """Runs whose instruments were cut."""
    for number, share in a.excess.items():
        yield from CHECK.per_run(
            a,
            [number],
            f"instruments exceed the consumption by {share:.4g} times the consumption; the excess is dropped",
            "electricity.instruments",
        )
