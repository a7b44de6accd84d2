"""An energy that covers a part of the run and was scaled up."""

from __future__ import annotations

from collections.abc import Iterator

from lca.activity import coverage_of
from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="coverage-scaled",
    severity="warning",
    looks_for="An energy that covers a part of the run and was scaled up",
    why="What was not measured is taken to be like what was.",
    remedy="Meter the whole run.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Records with a coverage below 1, and series of fewer devices than the run states."""
    for number, (held, stated) in a.activities.series_devices.items():
        if held < stated:
            told = f"the series holds {held} of {stated:g} devices: its energy is scaled up by {stated / held:.4g}"
            yield from CHECK.per_run(a, [number], told, "power")
    for number, run in a.having("special energy"):
        if number not in a.activities.used_energy:
            continue
        index = a.activities.used_energy[number][0]
        record = run.energy[index]
        coverage = coverage_of(record)
        if coverage < 1:
            yield from CHECK.per_run(
                a,
                [number],
                f"{record.value.text} covers {coverage:.4g} of the run: scaled up by {1 / coverage:.4g}",
                f"energy[{index}].coverage",
            )
