"""Values that a run states and that nothing counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="stated-not-used",
    severity="info",
    looks_for="A value that a run states and that no figure uses",
    why="Who states a value expects that it counts; another source stands before it, or something that it needs is missing.",
    remedy="Give what is missing beside it, or leave it out.",
)

_ENERGY = {
    "device_power_accelerator": "devices[{}].power",
    "device_power_node": "devices[{}].power",
    "curve_power": "devices[{}].power_curve",
    "utilisation": "devices[{}].utilisation",
    "host_power": "host.power",
    "host_count": "host.count",
}
_EMBODIED = {
    "device_lifetime": "devices[{}].lifetime",
    "part_capacity": "devices[{}].capacity",
    "part_die_area": "devices[{}].die_area",
    "stated_device_embodied": "devices[{}].embodied.embodied_co2e",
    "host_lifetime": "host.lifetime",
    "stated_host_embodied": "host.embodied.embodied_co2e",
}
_WORK = {"stated_peak_flops": "devices[{}].peak", "efficiency": "devices[{}].efficiency"}
#: a quantity -> columns that would count in it, with their fields; `{}` stands for the number of the device group
COUNT_IN = {
    "it_energy": _ENERGY,
    "facility_energy": {"pue": "facility.pue"},
    "embodied_co2e": _EMBODIED,
    "training_flops": _WORK,
    "water_onsite": {"wue": "facility.wue", "wue_facility": "facility.wue"},
    "water_offsite": {"grid_water": "electricity.water_factor"},
}


def find(a: Evidence) -> Iterator[Finding]:
    """Stated values that contribute to no figure although the quantity is determined, alike runs together."""
    groups = a.activities.group_of_row
    for quantity, columns in COUNT_IN.items():
        result = a.results.get(quantity)
        for name, field in columns.items():
            values = a.activities.columns.get(name)
            if values is None or result is None:
                continue
            idle = ~np.isnan(values) & ~np.isnan(result) & ~a.is_used(name)
            source = a.activities.columns.get(f"{name}__factor")
            if source is not None:  # filled from a factor set: nobody stated it
                idle &= source < 0
            if "{}" not in field:  # of the run as a whole: told with its first group
                idle &= groups == 0
            told = said("it is stated, and {quantity} follows from something else", quantity=quantity)
            yield from CHECK.per_group(a, idle, told, field)
    for number, run in a.having("host"):
        if run.host is not None and run.host.count is not None and run.host.exclusive is False:
            told = said(
                "the servers are shared with other runs: their hours follow from the devices, not from their number"
            )
            yield from CHECK.per_run(a, [number], told, "host.count")
    for number, run in a.having("power curve"):
        for group, device in enumerate(run.devices):
            if device.power_curve is not None and device.utilisation is None and device.power is None:
                told = said("the power curve is not used: the run states no utilisation")
                yield from CHECK.per_run(a, [number], told, f"devices[{group}].power_curve")
