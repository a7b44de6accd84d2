"""A value that the profile pins."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue.lookup import LEVEL_NAMES, LOOKUPS
from lca.checks import Check, Evidence, Finding, runs_of

CHECK = Check(
    code="pinned",
    severity="info",
    looks_for="A value that the profile pins",
    why="It replaces what the catalogue or the run gives.",
    remedy="Nothing, if the reason stands.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Pins in use, with their reason."""
    for name in dict.fromkeys(lookup.column for lookup in LOOKUPS):
        level = a.activities.columns.get(f"{name}__level")
        if level is None:
            continue
        rows = a.is_used(name) & (level == LEVEL_NAMES.index("pin"))
        for which in np.unique(a.activities.columns[f"{name}__factor"][rows]):
            factor = a.resolved.factors[int(which)]
            here = rows & (a.activities.columns[f"{name}__factor"] == which)
            yield from CHECK.per_run(a, runs_of(a, here), f"{name} is pinned to {factor.printed}: {factor.notes}", name)
