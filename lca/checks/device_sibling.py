"""A device for which another variant of its family stands in."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="device-sibling",
    severity="warning",
    looks_for="A device whose own variant the catalogue lacks, so that another variant of its family stands in",
    why="Variants of one family differ in memory, board and power limit.",
    remedy="State power and embodied values, or add the variant with --factors.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Names that took the nearest variant of their family, where a figure of that variant is used."""
    for code, entry in enumerate(a.resolved.devices):
        if entry is not None and entry.sibling_of:
            rows = a.activities.device_of_row == code
            used = a.is_used("rated_power") | a.is_used("embodied_device") | a.is_used("die_area")
            message = said(
                "{model} is not in the catalogue; {name}, the nearest variant of the same family, stands in for it",
                model=f"{shorten(entry.sibling_of)!r}",
                name=entry.name,
            )
            severity = CHECK.severity if (rows & used).any() else "info"
            yield from CHECK.per_group(a, rows, message, "devices[{}].model", severity)
