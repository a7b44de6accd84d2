"""A parameter that rests on a general default."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said
from lca.numerals import as_written

CHECK = Check(
    code="assumed-default",
    severity="info",
    looks_for="A parameter that rests on a general default",
    why="A default says what is usual, not what was.",
    remedy="State the parameter in the run, or pin it in the profile with a reason.",
)


COLUMNS = (
    "device_lifetime",
    "host_lifetime",
    "active_share",
    "embodied_host",
    "embodied_computer",
    "default_load",
    "accelerator_share",
    "devices_per_host",
    "end_of_life_share",
    "idle_share",
    "memory_power_per_gb",
    "part_embodied_per_gb",
    "part_embodied_base",
    "batch_size",
    "memory_per_parameter",
    "default_mfu",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per default in use."""
    for column in COLUMNS:
        for factor, level, _, rows in a.uses(column):
            if level in ("class", "host_class", "any", "stage", "kind"):
                told = said(
                    "{column}: {printed} ({id}, evidence {evidence})",
                    column=column,
                    printed=as_written(factor.printed),
                    id=factor.id,
                    evidence=factor.evidence,
                )
                yield from CHECK.per_run(a, runs_of(a, rows), told)
