"""Energies stated at several boundaries that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from lca.activity import BOUNDARY_ORDER, can_be_used, is_facility, scaled
from lca.checks import Check, Evidence, Finding
from lca.language import joined, said
from lca.numerals import as_written, spelled
from lca.run import EnergyRecord
from lca.units import Quantity

CHECK = Check(
    code="boundary-mismatch",
    severity="warning",
    looks_for="Energies stated at several boundaries that contradict each other",
    why="A wider boundary cannot hold less than a narrower one inside it.",
    remedy="Check which device each meter covers.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """The record used against the others; they are compared, never added."""
    for number, run in a.having("special energy"):
        if number not in a.activities.used_energy:
            continue
        index, boundary = a.activities.used_energy[number]
        used = run.energy[index]
        pue = run.facility.pue if run.facility is not None else None
        mine = _without_pue(used, pue)
        for position, other in enumerate(run.energy):
            if position == index or other.boundary not in BOUNDARY_ORDER or not can_be_used(run, other):
                continue
            (wide, outer), (narrow, inner) = sorted(
                ((boundary, mine), (_boundary(other), _without_pue(other, pue))),
                key=lambda x: BOUNDARY_ORDER.index(x[0]),
            )
            told = said(
                "{boundary} {energy} stands beside {used_boundary} {used_energy}, which is used",
                boundary=other.boundary,
                energy=as_written(other.value.text),
                used_boundary=used.boundary,
                used_energy=as_written(used.value.text),
            )
            differ = abs(outer - inner) > 0.01 * max(outer, inner)
            contradicts = differ and (wide == narrow or inner > outer)
            why = said("the two contradict each other") if contradicts else said("")
            if not why and wide == "facility" and narrow == "it" and pue is not None and inner > 0:
                ratio = outer / inner
                if abs(ratio - pue.value) > 0.01 * pue.value:
                    why = said(
                        "their ratio is {ratio}, the PUE of the run {pue}",
                        ratio=spelled(ratio, 4),
                        pue=spelled(pue.value, 4),
                    )
            yield from CHECK.per_run(
                a, [number], joined("; ", [told, why]) if why else told, f"energy[{position}]", "warning" if why else "info"
            )  # fmt: skip


def _boundary(record: EnergyRecord) -> str:
    return "facility" if is_facility(record) else record.boundary


def _without_pue(record: EnergyRecord, pue: Quantity | None) -> float:
    """Energy at `_boundary`, scaled to full coverage: of accelerators with PUE inside, without it."""
    whole = scaled(record).value
    if record.includes_pue and record.boundary == "accelerator":
        assert pue is not None  # `can_be_used` leaves out what has no PUE to divide by
        whole /= pue.value
    return whole
