"""A stated energy that no rule uses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.activity import BOUNDARY_ORDER, states_power
from lca.checks import Check, Evidence, Finding, runs_of
from lca.language import said
from lca.numerals import as_written

CHECK = Check(
    code="energy-not-used",
    severity="info",
    looks_for="A stated energy of one component alone (processor or memory), which cannot stand for the IT equipment, or one that is only declared beside the power of the devices",
    why="A component is part of the node's energy; taking it for the whole would understate. A declared figure cannot be re-performed, power times hours can.",
    remedy="State the sum of the components with boundary component_sum, or the energy of the node; say how a declared energy was measured.",
)


def _metered(a: Evidence) -> Iterator[Finding]:
    """Energies that were taken up and that another statement of the run stands before, in whole or in part."""
    of = a.activities.run_of_row
    energy = a.results.get("it_energy")
    for boundary in BOUNDARY_ORDER:
        name = f"metered_{boundary}"
        values = a.activities.columns.get(name)
        if values is None or energy is None:
            continue
        idle = ~np.isnan(values) & ~np.isnan(energy) & ~a.is_used(name) & (values > 0)
        for number in runs_of(a, idle).tolist():
            run = a.runs[number]
            index, its = a.activities.used_energy[number]
            position = index if its == boundary else next(n for n, r in enumerate(run.energy) if r.boundary == boundary)
            rules = {a.plan.rules[c].id for c in a.results["it_energy__rule"][idle & (of == number)].tolist()}
            energy_told = as_written(run.energy[position].value.text)
            told = said(
                "{energy} at the boundary {boundary} is not used: {rule} stands before it",
                energy=energy_told,
                boundary=boundary,
                rule=min(rules),
            )
            held = a.activities.group_of_row
            groups = len(np.unique(held[idle & (of == number)])), len(np.unique(held[of == number]))
            if groups[0] < groups[1]:
                told = said("{told} in {n} of {whole} device groups", told=told, n=groups[0], whole=groups[1])
            yield from CHECK.per_run(a, [number], told, f"energy[{position}]", "warning")


def find(a: Evidence) -> Iterator[Finding]:
    """Records that are not used; records at a boundary from which IT energy does not follow; a warning where the run states nothing else."""
    yield from _metered(a)
    for number, run in a.having("special energy"):
        for position, record in enumerate(run.energy):
            if record.boundary not in BOUNDARY_ORDER:
                severity = "info" if number in a.activities.used_energy else "warning"
                told = said(
                    "{energy} at the boundary {boundary} is not used",
                    energy=as_written(record.value.text),
                    boundary=record.boundary,
                )
                yield from CHECK.per_run(a, [number], told, f"energy[{position}]", severity)
            elif record.method == "declared" and states_power(run):
                told = said(
                    "{energy} is only declared: what the run states of the power of its devices stands before it",
                    energy=as_written(record.value.text),
                )
                yield from CHECK.per_run(a, [number], told, f"energy[{position}]")
