"""Devices that a run holds for longer than their whole life."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="lifetime-exceeded",
    severity="warning",
    looks_for="Devices that a run holds for longer than their whole life",
    why="More than the whole production of each device would be charged to one run.",
    remedy="Correct lifetime, lifetime_utilisation, count or device_hours.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Device groups whose share of life, per device, is above 1."""
    share = a.results.get("lifetime_share")
    if share is None:
        return
    each = a.activities.over_parts(share) / a.activities.column("device_count")
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(each > 1 + 1e-9)
    for row in rows.tolist():
        group = int(a.activities.group_of_row[row])
        yield CHECK.at(said("each device is charged {each} of its whole life", each=spelled(each[row], 4)), a.runs[a.activities.run_of_row[row]].id,
                       f"devices[{group}].lifetime")  # fmt: skip
