"""Devices that a power series holds, against those that its run states."""

from __future__ import annotations

import numpy as np

from lca.activity import Activities


def scale(activities: Activities) -> None:
    """Scale the energy of a series up to all accelerators of its run where it tells devices apart and holds fewer.

    Sets `activities.series_devices`: number of the run -> (devices in the series, devices that the run states), where
    the two differ. Counts of the run are in devices, instance types taken apart.
    """
    count = np.where(activities.column("is_accelerator") == 1, activities.column("device_count"), 0.0)
    for number in activities.having["power"]:
        run = activities.runs[number]
        used = activities.used_energy.get(number)
        power = run.power
        if power is None or used != (len(run.energy) - 1, "accelerator"):  # the record of the series is the last
            continue
        if power.device is None and not (isinstance(power.value, list) and len(power.value) > 1):
            continue
        of = activities.run_of_row == number
        at_once = of & (activities.part_of_row == activities.part_of_row[of].min())
        stated, held = float(count[at_once].sum()), power.reading.devices
        if not stated > 0 or held == stated:  # NaN too: the run does not say how many there are
            continue
        activities.series_devices[number] = (held, stated)
        if held < stated:
            for name in ("metered_accelerator", "metered_accelerator__low", "metered_accelerator__high"):
                if name in activities.columns:
                    activities.columns[name] = activities.columns[name] * np.where(of, stated / held, 1.0)
