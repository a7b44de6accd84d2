"""One serial number under different content."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="instrument-serial",
    severity="error",
    looks_for="A serial number that stands under instruments of different content",
    why="A certificate is one amount of electricity of one plant and time; two contents under one number cannot both be true.",
    remedy="Correct `serials`, or the amounts, so that each certificate is listed once.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Serial numbers with two contents; such an instrument counts once, with the smallest amount stated."""
    yield from CHECK.of_instruments(a)
