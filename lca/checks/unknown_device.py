"""A device whose name the catalogue does not hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="unknown-device",
    severity="warning",
    looks_for="A device whose name the catalogue does not hold",
    why="Nothing rated, embodied or modelled can be said of it; another device is never taken instead.",
    remedy="Correct the name (`lca devices NAME` helps), state power and embodied, or add the device with --factors.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Devices and servers that are not resolved, with the nearest known names."""
    for code, ((model, _), entry) in enumerate(zip(a.activities.devices, a.resolved.devices, strict=True)):
        if model and entry is None:
            rows = a.activities.device_of_row == code
            needed = np.isnan(a.activities.column("device_power_node")) & np.isnan(
                a.activities.column("stated_device_embodied")
            )
            severity = "warning" if (rows & needed).any() else "info"
            near = a.devices.suggest(model)
            told = said("{model} is not in the catalogue", model=f"{shorten(model)!r}")
            if near:
                told = said("{problem}; nearest known: {names}", problem=told, names=", ".join(near))
            yield from CHECK.per_group(a, rows, told, "devices[{}].model", severity)
    for code, (server, entry) in enumerate(zip(a.activities.hosts, a.resolved.hosts, strict=True)):
        if server and entry is None:
            yield from CHECK.per_run(
                a,
                runs_of(a, a.activities.host_of_row == code),
                said("server {server} is not in the catalogue", server=f"{shorten(server)!r}"),
                "host.model",
                "info",
            )
