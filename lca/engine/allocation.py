"""Shares: what one row cannot know by itself. Sums per run, joined back as a column with its own trace."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lca.activity import RUN_LEVEL, Activities
from lca.language import said

#: how the shares of a run's device groups were found; index of `run_share__basis`
BASES = (said("only row"), said("by modelled energy"), said("by device hours"), said("in equal parts"))


def share_run_values(activities: Activities) -> None:
    """Share what is stated for a whole run over its device groups.

    By stated or rated power times reserved hours where every group has both, else by hours, else in equal parts. The
    column `run_share` holds the share, `run_share__basis` the index into `BASES`. Servers fall to the groups around which
    they stand, and energy of accelerators to accelerators; to all groups where there is none of these.
    """
    rows = activities.rows
    share, basis = np.ones(rows), np.zeros(rows, np.int8)
    if activities.pieces < rows:
        share, basis = _shares(activities, np.ones(rows, bool))
        held = _or_all(activities, np.isnan(activities.column("has_no_server")))
        accelerators = _or_all(activities, activities.column("is_accelerator") == 1)
        own = {
            "host_count": (held, _shares(activities, held)[0]),
            "metered_accelerator": (accelerators, _shares(activities, accelerators)[0]),
        }
        for name in RUN_LEVEL:
            takes, part = own.get(name, (True, share))
            for key in (name, f"{name}__low", f"{name}__high"):
                if key in activities.columns:
                    activities.columns[key] = np.where(takes, activities.columns[key] * part, np.nan)
    activities.columns["run_share"], activities.columns["run_share__basis"] = share, basis


def _or_all(activities: Activities, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rows of a mask; all rows of the runs that have none of them."""
    some = np.bincount(activities.piece_of_row, mask, activities.pieces) > 0
    return mask | ~some[activities.piece_of_row]


def _shares(activities: Activities, takes: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    """(share, basis) of each row among the rows of its run and its part in time that take part."""
    of, pieces = activities.piece_of_row, activities.pieces
    several = np.bincount(of, takes, pieces)[of] > 1
    hours = activities.column("stated_device_hours")
    hours = np.where(np.isnan(hours), activities.column("device_count") * activities.column("duration"), hours)
    hours = hours * activities.column("device_share")
    power = activities.column("device_power_accelerator")
    for name in ("device_power_node", "curve_power", "rated_power"):
        power = np.where(np.isnan(power), activities.column(name), power)
    chosen, basis = np.ones(len(of)), np.zeros(len(of), np.int8)
    for code, weight in ((3, np.ones(len(of))), (2, hours), (1, hours * power)):
        usable = np.bincount(of, takes & ~(weight > 0), pieces) == 0
        here = usable[of] & takes
        chosen = np.where(here, weight, chosen)
        basis = np.where(here & several, code, basis).astype(np.int8)
    total = np.bincount(of, np.where(takes, chosen, 0.0), pieces)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(several & takes, chosen / total[of], 1.0), basis


def withhold(activities: Activities, max_tier: int) -> None:
    """Blank what the log states at a tier that the profile does not allow (declared energies, under `strict`)."""
    for name in [n for n in activities.columns if n.endswith("__tier")]:
        values = activities.columns[name.removesuffix("__tier")]
        values[activities.columns[name] > max_tier] = np.nan
