"""A site that the profile does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.errors import shorten
from lca.language import said

CHECK = Check(
    code="unknown-site",
    severity="error",
    looks_for="A site that the profile does not hold",
    why="Place, PUE and water of the run are unknown.",
    remedy="Add the site to the profile, or correct its name.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Site names of runs that the profile lacks."""
    for code, place in enumerate(a.resolved.places):
        site = place["site"]
        if site and site not in a.profile.sites:
            rows = a.activities.place_of_row == code
            yield from CHECK.per_run(
                a, runs_of(a, rows), said("the profile has no site {site}", site=f"{shorten(site)!r}"), "location.site"
            )
