"""Energy spread evenly over the hours of a run where the profile asks for hourly matching."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.hourly import COLUMNS
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="hourly-even-spread",
    severity="info",
    looks_for="A run matched hour by hour whose energy was spread evenly over its hours",
    why="A run that draws more in clean or in dirty hours gets the plain mean of them all.",
    remedy="Give the run its power series.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose headline rests on hourly factors and which have no power series."""
    if a.profile.grid_matching != "hourly":
        return
    evenly = None
    for name in COLUMNS:
        hours = a.activities.columns.get(f"{name}__hours")
        if hours is not None:
            mine = a.is_used(name) & (hours > 0) & (a.activities.columns[f"{name}__tier"] > 1)
            evenly = mine if evenly is None else evenly | mine
    if evenly is not None:
        yield from CHECK.per_run(
            a, runs_of(a, evenly), said("the energy is spread evenly over the hours of the run"), "power"
        )
