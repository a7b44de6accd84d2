"""Cells of a power series that hold no value."""

from __future__ import annotations

from collections.abc import Iterator

from lca.checks import Check, Evidence, Finding
from lca.language import joined, plural, said
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
            done.append(said("the counter went on counting: its difference across them stands"))
        elif made.bridged > 0:
            done.append(said("{bridged} kWh across them follow from a straight line", bridged=spelled(made.bridged)))
        if made.gaps:
            done.append(plural(
                made.gaps, "{n} gap of more than five median periods is not bridged and lowers the coverage",
                "{n} gaps of more than five median periods are not bridged and lower the coverage", n=made.gaps,
            ))  # fmt: skip
        cells = plural(
            made.empty,
            "{n} of {samples} samples holds no value, the first at {first}",
            "{n} of {samples} samples hold no value, the first at {first}",
            n=spelled(made.empty, 10),
            samples=spelled(made.of, 10),
            first=made.first,
        )
        yield from CHECK.per_run(a, [number], joined("; ", [cells, *done]), "power")
