"""A run that states no work at all: 0 tokens, 0 requests."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checked_fields import ZERO_TOLD
from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="zero-work",
    severity="warning",
    looks_for="A run that states 0 of a unit of work",
    why="A run that did nothing still draws power: an energy of 0 would be made up, and nothing can be said per unit of work.",
    remedy="State the energy or device hours of the run; leave the field out where the work is unknown.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs by the unit of which they state 0."""
    by_unit: dict[str, list[int]] = {}
    for number, run in a.having("no work"):
        for unit in ZERO_TOLD:
            if getattr(run.work, unit) == 0:
                by_unit.setdefault(unit, []).append(number)
    for unit, numbers in by_unit.items():
        told = said("work.{unit} is 0: no energy follows from it, and no figure per unit of it", unit=unit)
        yield from CHECK.per_run(a, numbers, told, f"work.{unit}")
