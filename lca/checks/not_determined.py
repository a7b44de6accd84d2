"""A quantity that cannot be determined for a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding

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
        known: dict[tuple[int, ...], str] = {}
        for row in rows:
            key = tuple(int(a.results[f"{s.quantity}__rule"][row]) for s in a.plan.steps)
            key = (
                *key,
                *(int(not np.isnan(a.activities.columns[n][row])) for n in a.plan.inputs if n in a.activities.columns),
            )
            if key not in known:
                known[key] = a.reason(quantity, int(row))
            by_reason.setdefault(known[key], []).append(int(a.activities.run_of_row[row]))
        for why, numbers in by_reason.items():
            yield from CHECK.per_run(a, numbers, f"{quantity} is not determined: {why}", quantity)
