"""A country that is not that of the cloud region or of the site beside it."""

from __future__ import annotations

from collections.abc import Iterator

from lca.catalogue.places import RegionIndex
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="place-contradicts",
    severity="error",
    looks_for="A country that is not that of the cloud region or of the site beside it",
    why="Grid factors follow the country as stated, PUE and water the region or the site: one of the two places is wrong.",
    remedy="Correct the country, or take it out: the region or site says where it is.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Places whose parts lie in different countries."""
    regions = RegionIndex(a.catalogue.sets)
    for code, (country, _, _, cloud, region, site) in enumerate(a.activities.places):
        record = regions.find(cloud, region) if region else None
        held = a.profile.sites.get(site)
        for what, other in (
            (said("region {region}", region=region), record["country"] if record else ""),
            (said("site {site}", site=site), (held.country or "") if held else ""),
        ):
            if country and other and country != other:
                rows = a.activities.place_of_row == code
                yield from CHECK.per_run(
                    a,
                    runs_of(a, rows),
                    said(
                        "country {country} is stated, {what} lies in {other}", country=country, what=what, other=other
                    ),
                    "location",
                )
