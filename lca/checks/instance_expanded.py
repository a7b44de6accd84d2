"""A cloud instance type given as a device."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="instance-expanded",
    severity="info",
    looks_for="A cloud instance type given as a device",
    why="One instance holds several devices, or a part of one: counts are multiplied.",
    remedy="Give the device and its count.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instance types that were counted in devices."""
    for code, entry in enumerate(a.resolved.devices):
        if entry is not None and entry.instance:
            rows = a.activities.device_of_row == code
            told = said(
                "{instance} counts as {units} x {name}",
                instance=entry.instance,
                units=str(entry.units),
                name=entry.name,
            )
            yield from CHECK.per_group(a, rows, told, "devices[{}].model")
