"""A stated energy that no rule uses."""

from __future__ import annotations

from collections.abc import Iterator

from lca.activity import BOUNDARY_ORDER
from lca.checks import Check, Evidence, Finding
from lca.numerals import as_written

CHECK = Check(
    code="energy-not-used",
    severity="info",
    looks_for="A stated energy of one component alone (processor or memory), which cannot stand for the IT equipment",
    why="It is part of the node's energy; taking it for the whole would understate.",
    remedy="State the sum of the components with boundary component_sum, or the energy of the node.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Records at a boundary from which IT energy does not follow; a warning where the run states nothing else."""
    for number, run in a.having("special energy"):
        for position, record in enumerate(run.energy):
            if record.boundary not in BOUNDARY_ORDER:
                severity = "info" if number in a.activities.used_energy else "warning"
                told = f"{as_written(record.value.text)} at the boundary {record.boundary} is not used"
                yield from CHECK.per_run(a, [number], told, f"energy[{position}]", severity)
