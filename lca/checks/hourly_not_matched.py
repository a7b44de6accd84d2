"""A run that the profile wants matched hour by hour, and that is not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.language import said

CHECK = Check(
    code="hourly-not-matched",
    severity="warning",
    looks_for="A run counted with an annual factor although the profile asks for hourly matching",
    why="Figures by the hour and by the year stand in one total.",
    remedy="Give the run its start and end, and lay a series of its zone over the shipped ones with --factors.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose electricity does not rest on hourly factors, by the reason."""
    if a.profile.grid_matching != "hourly":
        return
    for quantity in ("use_co2e", "use_co2e_location"):
        figure, hourly = a.results.get(quantity), a.results.get(f"{quantity}_hourly")
        if figure is None or hourly is None:
            continue
        reasons: dict[str, dict[int, None]] = {}
        for row in np.flatnonzero(~np.isnan(figure) & np.isnan(hourly)).tolist():
            reasons.setdefault(a.reason(f"{quantity}_hourly", row), {})[int(a.activities.run_of_row[row])] = None
        for reason, numbers in reasons.items():
            yield from CHECK.per_run(
                a,
                numbers,
                said("{quantity} is not matched hour by hour: {reason}", quantity=quantity, reason=reason),
                "location",
            )
