"""A power series in a file of which nobody says the unit."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said
from lca.power_unit import columns_of

CHECK = Check(
    code="power-unit-assumed",
    severity="warning",
    looks_for="A power series in a file of which neither the run nor the name of a column says the unit",
    why="kW taken for W make a thousandth of the energy; a counter taken for power makes nonsense.",
    remedy="State power.unit, such as W, kW, or kWh for a counter.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Series whose samples were taken for W."""
    for number, run in a.having("power"):
        if run.power is not None and run.power.reading.unit_assumed:
            columns = columns_of(run.power)
            name = (
                said("column {columns}", columns=f"{shorten(columns[0])!r}")
                if len(columns) == 1
                else said("the {columns} columns", columns=len(columns))
            )
            told = said(
                "power.unit is not stated and the name of {name} gives none: the samples are taken for W", name=name
            )
            yield from CHECK.per_run(a, [number], told, "power.unit")
