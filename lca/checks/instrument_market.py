"""An instrument of another market than that of the consumption."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="instrument-market",
    severity="warning",
    looks_for="An instrument of another market than that of the consumption",
    why="Quality criterion 5 of the Scope 2 Guidance: an instrument counts only in the market in which it was issued.",
    remedy="Use instruments of the market of the consumption, or correct `market` to the country, subdivision or grid zone that the run names.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instruments not counted on some or all rows, because of where they were issued."""
    yield from CHECK.of_instruments(a)
