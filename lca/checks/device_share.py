"""A share of a card: a MIG instance or a virtual GPU."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.devices import Share
from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="device-share",
    severity="info",
    looks_for="A share of a card: a MIG instance or a virtual GPU",
    why="Hours, power and embodied emissions of the card count in part: by its share of the processors, else by that of the memory.",
    remedy="State devices[].share with the whole card, if another share is meant.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Devices that count as a part of a card."""
    for code, ((model, _), entry) in enumerate(zip(a.activities.devices, a.resolved.devices, strict=True)):
        if entry is not None and entry.share is not None:
            rows = a.activities.device_of_row == code
            message = _message(model, str(entry.units), entry.name, entry.share)
            yield from CHECK.per_group(a, rows, message, "devices[{}].model")


def _message(model: str, units: str, name: str, share: Share) -> str:
    model = f"{shorten(model)!r}"
    if share.processors is None:
        return said("{model} counts as {units} of {name}, its share of the memory", model=model, units=units, name=name)
    if share.memory is None or share.memory == share.processors:
        return said(
            "{model} counts as {units} of {name}, its share of the processors", model=model, units=units, name=name
        )
    return said(
        "{model} counts as {units} of {name}, its share of the processors; it holds {memory} of the memory",
        model=model,
        units=units,
        name=name,
        memory=str(share.memory),
    )
