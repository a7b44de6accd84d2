"""A device name that several products bear."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="device-ambiguous",
    severity="info",
    looks_for="A device name that several products bear",
    why="Variants of one name differ in power and memory.",
    remedy="Write the full name, as nvidia-smi prints it.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Names resolved to the usual meaning although others exist."""
    for code, ((model, _), entry) in enumerate(zip(a.activities.devices, a.resolved.devices, strict=True)):
        if entry is not None and entry.ambiguous:
            rows = (a.activities.device_of_row == code) & (
                a.is_used("rated_power") | a.is_used("embodied_device") | a.is_used("die_area")
            )
            others = ", ".join(entry.ambiguous[:4])
            told = said(
                "{model} is taken for {name}; it may also mean {others}",
                model=f"{shorten(model)!r}",
                name=entry.name,
                others=others,
            )
            yield from CHECK.per_group(a, rows, told, "devices[{}].model")
