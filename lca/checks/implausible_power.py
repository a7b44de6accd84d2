"""A mean power per device far outside the range of the device."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="implausible-power",
    severity="warning",
    looks_for="A mean power per device far outside the range of the device",
    why="A wrong unit or count, or energy of more than the devices.",
    remedy="Check unit, count and boundary of the power or energy.",
)


#: of the rated power of the device: below the first share no device that works stays, above the second none can draw
LOWEST, HIGHEST_ACCELERATOR, HIGHEST_NODE = 0.03, 1.3, 4.0


def find(a: Evidence) -> Iterator[Finding]:
    """Implied mean power of accelerators and nodes against the rated power."""
    rated, hours = a.activities.column("rated_power"), a.results.get("reserved_hours")
    if hours is None:
        return
    for quantity, highest in (("accelerator_energy", HIGHEST_ACCELERATOR), ("it_energy", HIGHEST_NODE)):
        energy = a.results.get(quantity)
        if energy is None:
            continue
        with np.errstate(all="ignore"):
            load = energy / np.where(hours > 0, hours, np.nan) / rated
        for rows, what in ((load > highest, "above"), ((load < LOWEST) & (energy > 0), "below")):
            first = np.flatnonzero(rows)  # one finding per run: its first row
            _, one = np.unique(a.activities.run_of_row[first], return_index=True)
            for row in first[one].tolist():
                yield CHECK.at(
                    said(
                        "{quantity} implies {energy} W per device, {what} the plausible range of a device rated {rated} W",
                        quantity=quantity,
                        energy=spelled(1000 * energy[row] / hours[row], 4),
                        what=what,
                        rated=spelled(1000 * rated[row], 4),
                    ),
                    a.runs[int(a.activities.run_of_row[row])].id,
                    f"devices[{a.activities.group_of_row[row]}]",
                )
