"""Idle time that a job's devices carry in their utilisation and that an idle run carries too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.engine import lifetime_use
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="idle-in-utilisation",
    severity="warning",
    looks_for="A job whose devices have a stated lifetime utilisation below 1 and that receives logged idle time too",
    why="The utilisation spreads the idle life of a device over its jobs already: its embodied share counts twice.",
    remedy="Leave lifetime_utilisation out where idle time is logged, or set `idle_allocation: none`.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Jobs that receive idle time while their own share of life holds idle life."""
    column = "active_share" if a.profile.embodied_allocation == "active-time" else "lifetime_utilisation"
    share = a.activities.column(column)
    of_profile = a.activities.columns[f"{lifetime_use.COLUMN}__basis"] == lifetime_use.PROFILE
    for transfer in a.attribution.transfers.get("idle", []):
        rows = transfer.receivers[share[transfer.receivers] < 1]
        for value in np.unique(share[rows]).tolist():
            told = said(
                "its devices are in use for {value} of their life, and logged idle time is given to it as well",
                value=spelled(value, 4),
            )
            here = rows[share[rows] == value]
            yield from CHECK.per_group(a, here[~of_profile[here]], told, "devices[{}].lifetime_utilisation")
            yield from CHECK.per_group(a, here[of_profile[here]], told, "profile.lifetime_utilisation")
