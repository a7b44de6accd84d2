"""A life-cycle factor that is lower than the direct emissions inside it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said
from lca.numerals import as_written, spelled

CHECK = Check(
    code="lifecycle-below-direct",
    severity="warning",
    looks_for="A life-cycle factor or figure that is lower than the direct emissions inside it",
    why="The two factors stand for different places, years or publishers; the life-cycle figure is then too low or the direct one too high.",
    remedy="Add a life-cycle or an upstream factor of the same place with --factors, or pin one with a reason.",
)
#: rules that give the life-cycle figure where the direct factor is the larger one
DIRECT_SERVES = ("use-co2e-location-and-upstream-above-lifecycle", "use-co2e-location-above-lifecycle")


def find(a: Evidence) -> Iterator[Finding]:
    """Factors of which the larger one serves, and runs whose life-cycle figure is below its direct part all the same."""
    yield from _replaced(a)
    yield from _left(a)


def _replaced(a: Evidence) -> Iterator[Finding]:
    """Pairs of factors that contradict each other: the direct one serves."""
    chosen = a.results.get("use_co2e__rule")
    if chosen is None:
        return
    codes = [n for n, rule in enumerate(a.plan.rules) if rule.id in DIRECT_SERVES]
    rows = np.flatnonzero(np.isin(chosen, codes))
    pairs = np.stack([a.activities.columns[f"{n}__factor"][rows] for n in ("grid_lifecycle", "grid_direct")], axis=1)
    for pair in np.unique(pairs, axis=0).tolist():
        whole, direct = (a.resolved.factors[code] for code in pair)
        message = said(
            "the life-cycle factor {lifecycle} ({lifecycle_id}) lies below the direct factor {direct} ({direct_id}) of the same place: the larger one serves, and use_co2e is the direct figure with what is known of its upstream emissions and losses",
            lifecycle=as_written(whole.printed),
            lifecycle_id=whole.id,
            direct=as_written(direct.printed),
            direct_id=direct.id,
        )
        yield from CHECK.per_run(a, runs_of(a, rows[(pairs == pair).all(axis=1)]), message, "location")


def _left(a: Evidence) -> Iterator[Finding]:
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
