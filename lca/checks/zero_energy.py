"""An energy of exactly zero over hours."""

from __future__ import annotations

from collections.abc import Iterator

from lca.activity import BOUNDARY_ORDER, SHORT, hours_of_devices, is_no_measurement
from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="zero-energy",
    severity="warning",
    looks_for="An energy of exactly 0 over more than six minutes",
    why="A device that is switched on draws its idle power: a counter that does not move, or samples of 0 W, are no measurement. It is not used where the run names devices.",
    remedy="Correct the energy, or leave it out; name the devices, so that it is modelled from them.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Energies of 0 while the run took time: those of named devices are not used."""
    runs_of: dict[str, list[int]] = {}
    for number, run in a.having("zero energy"):
        hours = hours_of_devices(run)
        for record in run.energy:
            if record.value.value != 0 or record.boundary not in BOUNDARY_ORDER or not hours > SHORT:
                continue
            boundary, length = record.boundary, spelled(hours, 4)
            message: str
            if is_no_measurement(run, record):
                message = said(
                    "0 kWh at the boundary {boundary} over {hours} h, although anything switched on draws power; the energy was not used",
                    boundary=boundary, hours=length,
                )  # fmt: skip
            else:
                message = said("0 kWh at the boundary {boundary} over {hours} h, although anything switched on draws power", boundary=boundary, hours=length)  # fmt: skip
            runs_of.setdefault(message, []).append(number)
    for message, numbers in runs_of.items():
        yield from CHECK.per_run(a, numbers, message, "energy")
