"""An instrument that is not shown to meet the quality criteria."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="instrument-not-evidenced",
    severity="warning",
    looks_for="An instrument without market, period or evidence, or for consumption without a place or date",
    why="The Scope 2 Guidance counts what is shown to meet its quality criteria; a claim without evidence must not lower a figure.",
    remedy="State `market`, `start`, `end` and `evidence` of the instrument; `instrument_evidence: claimed` in the profile counts claims as published.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instruments that are shown and not counted, and those that count though they lack evidence, since their rate is high."""
    yield from CHECK.of_instruments(a)
