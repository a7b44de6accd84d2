"""An instrument whose period does not cover the run."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="instrument-period",
    severity="warning",
    looks_for="An instrument whose period does not cover the run",
    why="Quality criterion 4 of the Scope 2 Guidance: an instrument is issued and redeemed close to the consumption.",
    remedy="Use instruments of the time of the consumption; divide a run that spans two vintages.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instruments not counted because of their vintage."""
    yield from CHECK.of_instruments(a)
