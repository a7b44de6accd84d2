"""Shares: what one row cannot know by itself. Sums per run, joined back as a column with its own trace."""

from __future__ import annotations

import numpy as np

from lca.activity import RUN_LEVEL, Activities, as_utc

#: how the shares of a run's device groups were found; index of `run_share__basis`
BASES = ("only row", "by modelled energy", "by device hours", "in equal parts")


def share_run_values(activities: Activities) -> None:
    """Share what is stated for a whole run over its device groups.

    By rated or stated power times hours where every group has both, else by hours, else in equal parts. The column
    `run_share` holds the share, `run_share__basis` the index into `BASES`.
    """
    rows, of = activities.rows, activities.run_of_row
    share, basis = np.ones(rows), np.zeros(rows, np.int8)
    several = activities.rows_per_run[of] > 1
    if several.any():
        hours = activities.column("stated_device_hours")
        hours = np.where(np.isnan(hours), activities.column("device_count") * activities.column("duration"), hours)
        power = activities.column("device_power_accelerator")
        for name in ("device_power_node", "rated_power"):
            power = np.where(np.isnan(power), activities.column(name), power)
        runs = len(activities.runs)
        chosen = np.zeros(rows)
        for code, weight in ((3, np.ones(rows)), (2, hours), (1, hours * power)):
            usable = np.bincount(of, ~(weight > 0), runs) == 0
            here = usable[of]
            chosen = np.where(here, weight, chosen)
            basis = np.where(here & several, code, basis).astype(np.int8)
        total = np.bincount(of, np.where(several, chosen, 1.0), runs)
        share = np.where(several, chosen / total[of], 1.0)
        for name in RUN_LEVEL:
            for key in (name, f"{name}__low", f"{name}__high"):
                if key in activities.columns:
                    activities.columns[key] = activities.columns[key] * share
    activities.columns["run_share"], activities.columns["run_share__basis"] = share, basis


def outside_period(activities: Activities, start: float, end: float) -> list[int]:
    """Runs that begin before `start` or end after `end` (seconds since 1970)."""
    out = []
    for number, run in enumerate(activities.runs):
        stamps = [as_utc(s).timestamp() for s in (run.start, run.end) if s is not None]
        if stamps and (min(stamps) < start or max(stamps) > end):
            out.append(number)
    return out
