"""Development that could not be spread over a service."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="service-not-spread",
    severity="warning",
    looks_for="Development that could not be spread over a service",
    why="Figures per request leave out the development that the requests rest on.",
    remedy="Give the inference runs of the system their amount of work, in the unit that the service names.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Services of the profile that were not spread, or not to all runs."""
    for note in a.attribution.notes:
        if note.code == CHECK.code:
            yield CHECK.at(note.message, None, "services")
