"""A power series that reaches beyond its run."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import listed, said
from lca.numerals import spelled

CHECK = Check(
    code="power-series-cut",
    severity="warning",
    looks_for="A power series that is longer than its run",
    why="What lies outside the run's window is left out of its energy: the window or the series may be wrong.",
    remedy="Correct start, end or duration, or leave the finding to stand if the meter ran on.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose series was cut, with the time and the energy that were left out."""
    for number, run in a.having("power"):
        made = run.power.reading if run.power is not None else None
        if made is None or made.cut is None:
            continue
        before, after, energy = made.cut
        hours = [
            said(message, hours=spelled(hours, 4))
            for message, hours in ((said("{hours} h before"), before), (said("{hours} h after"), after))
            if hours > 0
        ]
        told = said(
            "the series reaches {hours} the run: {energy} kWh outside its window are left out",
            hours=listed(hours), energy=spelled(energy),
        )  # fmt: skip
        if made.anchored:
            told = said("{told}; the run states no start, so its window is laid at the first sample", told=told)
        yield from CHECK.per_run(a, [number], told, "power")
