"""A site that the profile does not hold."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.errors import shorten

CHECK = Check(
    code="unknown-site",
    severity="error",
    looks_for="A site that the profile does not hold",
    why="Place, PUE and water of the run are unknown.",
    remedy="Add the site to the profile, or correct its name.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Site names of runs that the profile lacks."""
    for number, run in enumerate(a.runs):
        site = run.location.site if run.location is not None else None
        if site and site not in a.profile.sites:
            yield from CHECK.per_run(a, [number], f"the profile has no site {shorten(site)!r}", "location.site")
