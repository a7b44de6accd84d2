"""An instrument without a known factor, or whose share of the consumption is not known."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding

CHECK = Check(
    code="instrument-not-counted",
    severity="error",
    looks_for="An instrument without a known factor, whose share of the consumption is not known, or a second residual mix",
    why="Coverage at an unknown rate, or of an unknown consumption, would be a made-up number.",
    remedy="State the factor of the instrument, or a technology that `lca factors generation_direct` lists; state the energy of the run.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Instruments left out, and why."""
    yield from CHECK.of_instruments(a)
