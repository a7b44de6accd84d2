"""More work served than was expected over the service life."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="service-life-exceeded",
    severity="warning",
    looks_for="More work served than was expected over the service life",
    why="Development cannot be spread twice; the expectation was too low.",
    remedy="Raise `amount` of the service in the profile.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Services that served more than expected."""
    for note in a.attribution.notes:
        if note.code == CHECK.code:
            yield CHECK.at(note.message, None, "services")
