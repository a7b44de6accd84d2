"""A country, state or grid zone that is not that of the cloud region, site or state beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from lca.activity import Place
from lca.catalogue import grid_zones
from lca.catalogue.places import RegionIndex
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import listed, said
from lca.territories import STATES, canonical

CHECK = Check(
    code="place-contradicts",
    severity="error",
    looks_for="A country, state or grid zone that is not that of the cloud region, site or state beside it",
    why="Grid factors follow the place as stated, the grid zone first; PUE and water follow the region or the site: one of the two places is wrong.",
    remedy="Correct the place, or take it out: the region or site says where it is.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Places whose parts lie apart."""
    regions, shares = RegionIndex(a.catalogue.sets), grid_zones.shares(a.catalogue.sets)
    every = {zone.code for zones in shares.values() for zone in zones}
    for code, place in enumerate(a.activities.places):
        record = (regions.find(place[3], place[4]) if place[4] else None) or {}
        site = a.profile.sites.get(place[5])
        told = [*_countries(place, record, (site.country or "") if site else ""), *_parts(place, record, shares, every)]
        numbers = runs_of(a, np.asarray(a.activities.place_of_row == code)) if told else ()
        for message, severity in told:
            yield from CHECK.per_run(a, numbers, message, "location", severity)


def _countries(place: Place, record: Mapping[str, str], of_site: str) -> Iterator[tuple[str, str]]:
    """The country against that of the region, of the site, and of the grid zone, which begins with it."""
    country, _, zone, _, region, site = place
    for what, other in (
        (said("region {region}", region=region), record.get("country", "")),
        (said("site {site}", site=site), of_site),
    ):
        if country and other and country != other:
            yield (
                said("country {country} is stated, {what} lies in {other}", country=country, what=what, other=other),
                "",
            )
    other = zone.partition("-")[0]
    if country and len(other) == 2 and other not in (country, STATES.get(country)):
        yield said("country {country} is stated, grid zone {zone} lies in {other}", country=country, zone=zone, other=other), ""  # fmt: skip


def _parts(
    place: Place, record: Mapping[str, str], shares: Mapping[str, tuple[grid_zones.Zone, ...]], every: set[str]
) -> Iterator[tuple[str, str]]:
    """The state against that of the region, and the grid zone against those of the region and of the state."""
    country, state, zone, _, region, _ = place
    own = record.get("subdivision", "")
    if state and own and state != own and country in ("", record["country"]):
        message = said("state or province {state} is stated, region {region} lies in {own}", state=state, region=region, own=own)  # fmt: skip
        yield message, "warning"
    if zone not in every:
        return
    of_region = grid_zones.possible(record)
    area = canonical(state or own) or country
    for what, name, zones in (
        (said("region {region}", region=region), region, of_region),
        (said("{area}", area=area), area, [z.code for z in shares.get(area, ())]),
    ):
        if name and zones and zone not in zones:
            yield (
                said(
                    "grid zone {zone} is stated and used, but {what} lies in {others}",
                    zone=zone, what=what, others=listed(zones),
                ),
                "warning",
            )  # fmt: skip
            return
