"""A cloud region that the catalogue does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="unknown-region",
    severity="warning",
    looks_for="A cloud region that the catalogue does not hold",
    why="Without it neither country nor facility is known.",
    remedy="Correct the region or state location.country.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Regions that are not resolved."""
    for code in sorted(a.resolved.unknown_regions):
        place = a.resolved.places[code]
        rows = a.activities.place_of_row == code
        yield from CHECK.per_run(
            a,
            runs_of(a, rows),
            said(
                "no region {region} of provider {cloud}",
                region=f"{shorten(place['region'])!r}",
                cloud=f"{shorten(place['cloud'] or said('not stated'))!r}",
            ),
            "location.region",
        )
