"""What machines can draw: an energy that implies more power is not used, and the hours of its run stay, whatever the format."""

from __future__ import annotations

from lca.activity import duration_hours
from lca.ingest.formats import Note
from lca.language import said
from lca.numerals import spelled
from lca.run import Run

#: kW beyond which no single machine draws power, and the accelerators of such a machine: the largest servers of eight are rated 14.3 kW
HIGHEST, PER_MACHINE = 20.0, 8
#: boundaries that lie within machines; the number of machines of a rack or a hall is not known
MACHINE = ("accelerator", "cpu", "dram", "component_sum", "node")


def ceiling(devices: float, machines: float = 1.0) -> float:
    """The most kW that machines draw: as many machines as are named, or as the devices fill."""
    return HIGHEST * max(1.0, devices / PER_MACHINE, machines)


def without_implausible(run: Run, hosts: int = 0) -> list[Note]:
    """Take out energies that need more power than the machines of the run can draw: a unit is wrong, or a row is torn. Its hours stay."""
    hours = duration_hours(run) or 0.0
    if not any(record.value.value > HIGHEST * hours for record in run.energy):  # nearly all: no ceiling is lower
        return []
    limit = ceiling(sum(d.count or 1 for d in run.devices), max(_machines(run), hosts))
    notes = []
    for record in [r for r in run.energy if hours > 0 and r.boundary in MACHINE and r.value.value > limit * hours]:
        run.energy.remove(record)
        notes.append(note(record.value.text, hours, limit))
    return notes


def note(energy: str, hours: float, limit: float) -> Note:
    """What is told of an energy that is not used."""
    message = said(
        "{energy} in {hours} h is more than {limit} kW, which its machines cannot draw; the energy was not used",
        energy=energy, hours=spelled(hours, 4), limit=f"{limit:g}",
    )  # fmt: skip
    return Note("implausible-power", message, "energy", "error")


def _machines(run: Run) -> float:
    """How many machines the run had, as far as its log says."""
    if run.host is not None and run.host.count is not None:
        return float(run.host.count)
    nodes = str((run.ext or {}).get("nodes") or "")
    return float(nodes) if nodes.isdigit() and len(nodes) < 7 else 1.0
