"""Energies stated at several boundaries that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from lca.activity import BOUNDARY_ORDER, coverage_of
from lca.checks import Check, Evidence, Finding
from lca.numerals import as_written

CHECK = Check(
    code="boundary-mismatch",
    severity="warning",
    looks_for="Energies stated at several boundaries that contradict each other",
    why="A wider boundary cannot hold less than a narrower one inside it.",
    remedy="Check which device each meter covers.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """The record used against the others; they are compared, never added."""
    for number, run in a.having("special energy"):
        if number not in a.activities.used_energy:
            continue
        index, boundary = a.activities.used_energy[number]
        used = run.energy[index]
        for position, other in enumerate(run.energy):
            if position == index or other.boundary not in BOUNDARY_ORDER:
                continue
            wider, narrower = (
                (used, other)
                if BOUNDARY_ORDER.index(boundary) <= BOUNDARY_ORDER.index(other.boundary)
                else (other, used)
            )
            outer, inner = wider.value.value / coverage_of(wider), narrower.value.value / coverage_of(narrower)
            if wider.boundary == narrower.boundary:
                contradicts = abs(outer - inner) > 0.01 * max(outer, inner)
            else:
                contradicts = inner > outer * 1.01
            told = f"{other.boundary} {as_written(other.value.text)} stands beside {used.boundary} {as_written(used.value.text)}, which is used"
            yield from CHECK.per_run(
                a,
                [number],
                f"{told}; the two contradict each other" if contradicts else told,
                f"energy[{position}]",
                "warning" if contradicts else "info",
            )
