"""A mean power per device far outside the range of the device."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

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
#: kW; no accelerator that is sold draws more, whatever its name
HIGHEST_OF_ANY = 2.5


def find(a: Evidence) -> Iterator[Finding]:
    """Implied mean power of accelerators and nodes against the rated power."""
    rated, hours = a.activities.column("rated_power"), a.results.get("reserved_hours")
    yield from _beyond_any(a, rated)
    if hours is None:
        return
    for quantity, highest in (("accelerator_energy", HIGHEST_ACCELERATOR), ("it_energy", HIGHEST_NODE)):
        energy = a.results.get(quantity)
        if energy is None:
            continue
        energy, whole = a.activities.over_parts(energy), a.activities.over_parts(hours)
        with np.errstate(all="ignore"):
            load = energy / np.where(whole > 0, whole, np.nan) / rated
        for rows, what in ((load > highest, "above"), ((load < LOWEST) & (energy > 0), "below")):
            first = np.flatnonzero(rows)  # one finding per run: its first row
            _, one = np.unique(a.activities.run_of_row[first], return_index=True)
            for row in first[one].tolist():
                yield CHECK.at(
                    said(
                        "{quantity} implies {energy} W per device, {what} the plausible range of a device rated {rated} W",
                        quantity=quantity,
                        energy=spelled(1000 * energy[row] / whole[row], 4),
                        what=what,
                        rated=spelled(1000 * rated[row], 4),
                    ),
                    a.runs[int(a.activities.run_of_row[row])].id,
                    f"devices[{a.activities.group_of_row[row]}]",
                )


def _beyond_any(a: Evidence, rated: NDArray[np.float64]) -> Iterator[Finding]:
    """Energy at the accelerators whose rating is not known, above what any accelerator draws."""
    energy = a.activities.over_parts(a.activities.column("metered_accelerator"))
    hours, count = a.activities.over_parts(a.activities.column("duration")), a.activities.column("device_count")
    with np.errstate(all="ignore"):
        power = energy / hours / np.where(count > 0, count, 1.0)
        rows = np.flatnonzero(np.isnan(rated) & (power > HIGHEST_OF_ANY))
    for row in rows.tolist():
        yield CHECK.at(
            said("the energy implies {power} W per accelerator; none draws more than {limit} W",
                 power=spelled(1000 * power[row], 4), limit=spelled(1000 * HIGHEST_OF_ANY)),
            a.runs[int(a.activities.run_of_row[row])].id, f"devices[{a.activities.group_of_row[row]}]",
        )  # fmt: skip
