"""Emissions upstream of generation that follow from the generation mix of a place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.catalogue.grid_marks import RULED_OUT
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said
from lca.numerals import as_written, spelled

CHECK = Check(
    code="upstream-by-mix",
    severity="info",
    looks_for="Emissions upstream of generation that follow from the generation mix of the place",
    why="Where no publisher gives them, or where two publishers differ by more than fuels can explain, the shares of technologies and what lies upstream of each give a figure with a low and a high.",
    remedy="Add the upstream factor of the place (grid_wtt or grid_upstream) with --factors, if one is published.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Factors of the mix in use, and the difference of two publishers that each replaces."""
    columns = a.activities.columns
    ruled_out = columns.get(RULED_OUT)
    for factor, _, _, rows in a.uses("grid_wtt_mix"):
        replaced = np.full(len(rows), -1) if ruled_out is None else ruled_out[rows]
        bounds = {
            "mix": as_written(factor.printed),
            "id": factor.id,
            "low": spelled(factor.low * 1000, 3),
            "high": spelled(factor.high * 1000, 3),
        }
        for code in np.unique(replaced).tolist():
            if code < 0:
                message = said(
                    "use_co2e_upstream: no publisher gives what is upstream of generation; the generation mix gives {mix}, from {low} to {high} gCO2e/kWh ({id})",
                    **bounds,
                )
            else:
                difference = a.resolved.factors[code]
                message = said(
                    "use_co2e_upstream: the difference between two publishers, {difference} ({difference_id}), lies outside what the generation mix allows; the mix gives {mix}, from {low} to {high} gCO2e/kWh ({id})",
                    difference=as_written(difference.printed),
                    difference_id=difference.id,
                    **bounds,
                )
            yield from CHECK.per_run(a, runs_of(a, rows[replaced == code]), message, "location")
