"""Cells of a power series that hold no value."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.numerals import spelled

CHECK = Check(
    code="power-samples-empty",
    severity="warning",
    looks_for="Cells of a power series that hold no value",
    why="What was drawn then is not known. An empty cell is a missing sample and never a zero.",
    remedy="Fill the cells from the meter, or leave the finding to stand.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs with such cells: how many, where the first one stands, and what was done across them."""
    for number, run in a.having("power"):
        reading = run.power.reading if run.power is not None else None
        if reading is None or reading.blanks is None:
            continue
        made = reading.blanks
        done = []
        if run.energy[-1].method == "counter":
            done.append("the counter went on counting: its difference across them stands")
        elif made.bridged > 0:
            done.append(f"{spelled(made.bridged)} kWh across them follow from a straight line")
        if made.gaps:
            gaps, verbs = (f"{made.gaps} gaps", ("are", "lower")) if made.gaps > 1 else ("1 gap", ("is", "lowers"))
            done.append(f"{gaps} of more than five median periods {verbs[0]} not bridged and {verbs[1]} the coverage")
        verb = "holds" if made.empty == 1 else "hold"
        cells = (
            f"{spelled(made.empty, 10)} of {spelled(made.of, 10)} samples {verb} no value, the first at {made.first}"
        )
        yield from CHECK.per_run(a, [number], "; ".join([cells, *done]), "power")
