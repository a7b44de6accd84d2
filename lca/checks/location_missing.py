"""A run that uses electricity and names neither place nor factor."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="location-missing",
    severity="warning",
    looks_for="A run that uses electricity and names neither place nor factor",
    why="Without a place only a world average is left, which says nothing of the actual grid.",
    remedy="State location.country, a cloud region, a site of the profile, or electricity.factor.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Rows with energy whose place has no country and whose run states no factor."""
    nowhere = np.asarray([not (p["country"] or p["grid_zone"]) for p in a.resolved.places], bool)[
        a.activities.place_of_row
    ]
    energy = a.results.get("it_energy")
    if energy is not None:
        rows = nowhere & ~np.isnan(energy) & np.isnan(a.activities.column("stated_factor"))
        yield from CHECK.per_run(a, runs_of(a, rows), said("the run names no place and no grid factor"), "location")
