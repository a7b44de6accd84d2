"""A grid factor that counts CO2 alone."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding, runs_of
from lca.engine.gwp import CO2_ONLY
from lca.language import said

CHECK = Check(
    code="co2-only-factor",
    severity="info",
    looks_for="A grid factor whose publisher counts CO2 alone, used where CO2e is asked for",
    why="Methane and nitrous oxide of the power plants are missing from it, up to about one per cent.",
    remedy="Nothing, if the publisher gives no CO2e; the figure says so.",
)

COLUMNS = ("grid_direct", "grid_lifecycle", "grid_stand_in", "residual_mix", "hourly_lifecycle", "hourly_direct")


def find(a: Evidence) -> Iterator[Finding]:
    """Factors in use whose row says so, or whose unit is gCO2 and not gCO2e."""
    for column in COLUMNS:
        for factor, _, _, rows in a.uses(column):
            if factor.gwp == CO2_ONLY or "CO2/" in factor.printed:
                told = said(
                    "{column}: {printed} ({id}) counts CO2 alone", column=column, printed=factor.printed, id=factor.id
                )
                yield from CHECK.per_run(a, runs_of(a, rows), told, "location")
