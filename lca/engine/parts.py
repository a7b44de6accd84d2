"""The host around accelerators: modelled whole, or the sum of its parts where the run lists them with figures for each.

A part that a modelled host holds already must not be added on top of it; whether it is depends on the other device
groups of the run, which no row knows by itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.lookups import STATED_EMBODIED
from lca.catalogue.resolve import COMPONENT_KINDS, Resolved, kind_of

#: kinds of part without which a list does not make a host
NEEDED = ("cpu", "memory")


def place(activities: Activities, resolved: Resolved, footprint: Callable[[], NDArray[np.float64] | None]) -> None:
    """Set the columns `no_host_added` and `embodied_in_host`.

    The parts stand for the host if the run lists processors and memory, each part has a footprint, and no footprint
    that holds the whole host is known for the run's server or its accelerators. `footprint` gives that of one device
    per row; it is asked for only where a run lists parts beside accelerators.
    """
    rows, of, runs = activities.rows, activities.run_of_row, len(activities.runs)

    def in_run(which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(np.bincount(of, which, runs) > 0)

    pairs = zip(activities.devices, resolved.devices, strict=True)
    kind = np.asarray([kind_of(logged, device) for logged, device in pairs], object)[activities.device_of_row]
    part = np.isin(kind, list(COMPONENT_KINDS))
    alone = ~np.isnan(activities.column("has_no_server"))
    hosted = in_run(~alone)
    mixed = hosted & in_run(part)
    listed = np.zeros(runs, bool)
    if mixed.any():
        whole = ~np.isnan(activities.column("embodied_device_with_host"))
        server = np.asarray([h is not None for h in resolved.hosts], bool)[activities.host_of_row]
        made = footprint()  # None where the profile allows no rule that gives it
        unknown = part if made is None else part & np.isnan(made)
        listed = mixed & ~in_run(whole | server | unknown)
        for name in NEEDED:
            listed &= in_run(kind == name)
    stated = np.zeros(rows, bool)
    for name in STATED_EMBODIED:
        if name in activities.columns:
            stated |= ~np.isnan(activities.columns[name])
    inside = part & (hosted & ~listed & ~in_run(stated))[of]
    added = listed[of] | (alone & ~(part & hosted[of]))
    activities.columns["no_host_added"] = np.where(added, 1.0, np.nan)
    activities.columns["embodied_in_host"] = np.where(inside, 0.0, np.nan)
