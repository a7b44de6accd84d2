"""A cloud region whose provider does not say in which of several grid zones it lies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue import grid_zones
from lca.catalogue.places import RegionIndex
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import listed, said

CHECK = Check(
    code="grid-zone-assumed",
    severity="warning",
    looks_for="A cloud region whose provider does not say in which of several grid zones it lies",
    why="Neighbouring grid zones differ by up to a factor of two.",
    remedy="Ask the provider, and state `location.grid_zone`.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Regions whose likeliest grid zone gives the direct factor."""
    uses = [use.rows for use in a.uses("grid_direct") if use.level == "region_zone"]
    if not uses:
        return
    regions, rows = RegionIndex(a.catalogue.sets), np.concatenate(uses)
    places = a.activities.place_of_row[rows]
    for code in np.unique(places).tolist():
        _, _, _, cloud, region, _ = a.activities.places[code]
        record = regions.find(cloud, region)
        if record is None or not record.get("zone_ambiguous"):
            continue
        zones = grid_zones.possible(record)
        message = said(
            "region {region} lies in one of several grid zones: {zone} is used as the likeliest; {others} cannot be excluded",
            region=region, zone=zones[0], others=listed(zones[1:]),
        )  # fmt: skip
        yield from CHECK.per_run(a, runs_of(a, rows[places == code]), message, "location")
