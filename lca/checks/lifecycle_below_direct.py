"""A life-cycle figure that is lower than the direct emissions inside it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="lifecycle-below-direct",
    severity="warning",
    looks_for="A life-cycle figure that is lower than the direct emissions inside it",
    why="The two factors stand for different places, years or publishers; the life-cycle figure is then too low or the direct one too high.",
    remedy="Add a life-cycle or an upstream factor of the same place with --factors, or pin one with a reason.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs whose electricity over its life cycle is below its location-based direct part."""
    whole, direct = a.results.get("use_co2e"), a.results.get("use_co2e_location")
    if whole is None or direct is None:
        return
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(whole < direct * (1 - 1e-9))
    if not len(rows):
        return
    numbers, first = np.unique(a.activities.run_of_row[rows], return_index=True)
    ratios = np.add.reduceat(whole[rows], first) / np.add.reduceat(direct[rows], first)
    for number, ratio in zip(numbers.tolist(), ratios.tolist(), strict=True):
        yield CHECK.at(
            said("use_co2e is {ratio} of use_co2e_location, which it should contain", ratio=spelled(ratio, 3)),
            a.runs[number].id,
            "location",
        )
