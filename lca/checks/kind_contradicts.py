"""A kind of device that the catalogue does not share."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="kind-contradicts",
    severity="warning",
    looks_for="A device whose stated kind is not that of the catalogue",
    why="The kind decides whether a host stands around the device and which meters hold its energy; the run's word counts.",
    remedy="Correct kind or model, or leave kind out.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Devices of the catalogue with another kind in the log."""
    for code, ((_, kind), entry) in enumerate(zip(a.activities.devices, a.resolved.devices, strict=True)):
        if entry is None or kind in ("", "other", entry.kind):
            continue
        told = said(
            "the run says {kind}, the catalogue knows {name} as {known}: the run's word counts",
            kind=kind,
            name=entry.name,
            known=entry.kind,
        )
        yield from CHECK.per_group(a, a.activities.device_of_row == code, told, "devices[{}].kind")
