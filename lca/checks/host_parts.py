"""How the parts of a host that a run lists enter the embodied emissions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="host-parts",
    severity="info",
    looks_for="Processors, memory or drives that the run lists beside accelerators",
    why="A host counted whole and by its parts would count twice.",
    remedy="Name the server in host.model, or give capacity and die_area of every part.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose parts stand for the host, and runs whose parts the modelled host holds."""
    codes = {rule.id: n for n, rule in enumerate(a.plan.rules)}
    energy = a.results.get("it_energy__rule")
    if energy is not None:
        yield from CHECK.per_run(
            a, runs_of(a, energy == codes.get("it-energy-inside-host", -2)), said("energy of the parts listed is inside that of the host around the accelerators: the host's power is stated, or not every part has power of its own"), "devices")  # fmt: skip
    chosen = a.results.get("embodied_co2e__rule")
    if chosen is None:
        return
    accelerator = np.isnan(a.activities.column("has_no_server"))
    alone = (chosen == codes.get("embodied-device-alone", -2)) & accelerator
    yield from CHECK.per_run(
        a, runs_of(a, alone), said("the host is the sum of the parts that the run lists: board, casing, power supply and what is not listed are left out"), "devices")  # fmt: skip
    inside = chosen == codes.get("embodied-inside-host", -2)
    yield from CHECK.per_run(
        a, runs_of(a, inside), said("embodied emissions of the parts listed are inside the modelled host: not every part has a figure of its own"), "devices")  # fmt: skip
