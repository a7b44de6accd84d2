"""A quantity that cannot be determined for a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said

CHECK = Check(
    code="not-determined",
    severity="warning",
    looks_for="A quantity that cannot be determined for a run",
    why="It is missing from every total that should hold it.",
    remedy="Give what the message names.",
)


QUANTITIES = ("it_energy", "facility_energy", "use_co2e_location", "use_co2e", "embodied_co2e")


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per quantity and reason."""
    for quantity in QUANTITIES:
        values = a.results.get(quantity)
        if values is None:
            continue
        rows = np.flatnonzero(np.isnan(values))
        by_reason: dict[str, list[int]] = {}
        for row in rows.tolist():
            by_reason.setdefault(a.reason(quantity, row), []).append(row)
        for why, alike in by_reason.items():
            told = said("{quantity} is not determined: {why}", quantity=quantity, why=why)
            yield from CHECK.per_run(a, runs_of(a, np.asarray(alike, np.int64)), told, quantity)
