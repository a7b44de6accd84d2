"""hl-smi `-Q ... -f csv` of Intel Gaudi: samples of power by accelerator."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.device_samples import Device, gathered
from lca.ingest.device_tables import Clocks, Layout, header_of, normal, runs_of_table, samples
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log

FORMAT = Format(
    "hl-smi",
    "Intel Gaudi hl-smi -Q, CSV with header",
    "power of each accelerator over time, its utilisation where power is missing, names, window",
    "time zone, system, stage, place, host",
)
_LAYOUT = Layout(
    device=("uuid", "index", "module_id", "bus_id", "serial"),
    power=("power.draw",),
    load=("utilization.aip",),
    name=("name",),
    time=("timestamp",),
)
_ADVICE = "Log with hl-smi -Q timestamp,index,name,uuid,power.draw -f csv -l 10."


def claims(head: Head) -> bool:
    """The header has a property of an accelerator (aip), or the first row names a Gaudi."""
    if "power.draw" not in head.text and ".aip" not in head.text:
        return False
    lines = head.lines
    if not lines or not header_of(lines[0], _LAYOUT):
        return False
    return is_gaudi(lines)


def is_gaudi(lines: list[str]) -> bool:
    """Whether a table in the manner of nvidia-smi is one of hl-smi."""
    names = [normal(n) for n in lines[0].split(",")]
    return any(n.endswith(".aip") or n == "module_id" for n in names) or any("HL-" in line for line in lines[1:2])


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: the accelerators of the file."""
    devices: dict[str, Device] = {}
    clocks = Clocks()
    yield from gathered(samples(log, _LAYOUT, clocks), devices, log.zone)
    yield from runs_of_table(log, list(devices.values()), clocks, "npu", "hl-smi", _ADVICE)
