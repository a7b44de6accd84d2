"""An energy of exactly zero over hours."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="zero-energy",
    severity="warning",
    looks_for="An energy of exactly 0 over more than six minutes",
    why="A device that is switched on draws its idle power: a counter that does not move, or samples of 0 W, are no measurement.",
    remedy="Correct the energy, or leave it out so that it is modelled from the device.",
)
#: boundaries that hold a device or more; a processor or memory that nothing measured is 0 in some logs
BOUNDARIES = ("accelerator", "component_sum", "node", "rack", "it", "facility")
#: h; over less, a counter may not have counted yet
SHORT = 0.1


def find(a: Evidence) -> Iterator[Finding]:
    """Energies in use that are 0 while the run took time."""
    hours = a.activities.column("duration")
    for boundary in BOUNDARIES:
        energy = a.activities.columns.get(f"metered_{boundary}")
        if energy is None:
            continue
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero((energy == 0) & (hours > SHORT))
        for length in np.unique(hours[rows]).tolist():
            message = said("0 kWh at the boundary {boundary} over {hours} h: nothing that is switched on draws nothing", boundary=boundary, hours=spelled(length, 4))  # fmt: skip
            yield from CHECK.per_group(a, rows[hours[rows] == length], message, "energy")
