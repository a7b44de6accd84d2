"""An energy that covers a part of the run and was scaled up."""

from __future__ import annotations

from collections.abc import Iterator

from lca.activity import coverage_of
from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import as_written, spelled

CHECK = Check(
    code="coverage-scaled",
    severity="warning",
    looks_for="An energy that covers a part of the run and was scaled up; by more than the factor of the profile (max_scale_up, 2 unless stated) it is an error",
    why="What was not measured is taken to be like what was.",
    remedy="Meter the whole run.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Records with a coverage below 1, and series of fewer devices than the run states."""
    for number, (held, stated) in a.activities.series_devices.items():
        if held < stated:
            told = said(
                "the series holds {held} of {stated} devices: its energy is scaled up by {factor}",
                held=held,
                stated=spelled(stated),
                factor=spelled(stated / held, 4),
            )
            yield from CHECK.per_run(a, [number], told, "power", _severity(a, stated / held))
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
                said(
                    "{energy} covers {coverage} of the run: scaled up by {factor}",
                    energy=as_written(record.value.text),
                    coverage=spelled(coverage, 4),
                    factor=spelled(1 / coverage, 4),
                ),
                f"energy[{index}].coverage",
                _severity(a, 1 / coverage),
            )


def _severity(a: Evidence, factor: float) -> str:
    """An error where more is guessed than the profile allows, else that of the check."""
    return "error" if factor > a.profile.max_scale_up else ""
