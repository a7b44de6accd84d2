"""A quantity that cannot be determined for a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.engine.summary import patterns

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
        if not len(rows):
            continue
        alike = [a.results[f"{step.quantity}__rule"][rows] for step in a.plan.steps]
        alike += [
            np.isnan(a.activities.columns[n][rows]).astype(np.int8) for n in a.plan.inputs if n in a.activities.columns
        ]
        alike += [a.activities.place_of_row[rows], a.activities.device_of_row[rows]]
        pattern, first = patterns(alike)
        by_reason: dict[str, list[int]] = {}
        for number, at in enumerate(first.tolist()):
            by_reason.setdefault(a.reason(quantity, int(rows[at])), []).append(number)
        for why, numbers in by_reason.items():
            here = rows[np.isin(pattern, numbers)]
            yield from CHECK.per_run(a, runs_of(a, here), f"{quantity} is not determined: {why}", quantity)
