"""A power series that holds more devices than its run states."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="series-devices",
    severity="warning",
    looks_for="A power series that holds more devices than its run states",
    why="The energy of devices that were not the run's counts as its own.",
    remedy="Correct the number of devices, or leave the other devices out of the series.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose series tells devices apart; one that holds fewer is scaled up (`coverage-scaled`)."""
    for number, (held, stated) in a.activities.series_devices.items():
        if held > stated:
            told = said(
                "the series holds {held} devices, the run states {stated}: all of them count",
                held=held,
                stated=spelled(stated),
            )
            yield from CHECK.per_run(a, [number], told, "power")
