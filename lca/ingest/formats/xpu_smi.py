"""xpu-smi `dump` of Intel GPUs, CSV: power, energy counters and utilisation by device."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.device_samples import Device, gathered
from lca.ingest.device_tables import Clocks, Layout, header_of, normal, runs_of_table, samples
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log

FORMAT = Format(
    "xpu-smi",
    "Intel xpu-smi (xpumcli) dump, CSV",
    "energy of each GPU by its counter or its power over time, its utilisation where that is missing, window or duration",
    "date and time zone (older versions write the time of day only), names of the GPUs, system, stage, place",
)
_LAYOUT = Layout(
    device=("deviceid", "device id"),
    power=("gpu power", "power"),
    energy=("gpu energy consumed", "energy consumed"),
    load=("gpu utilization",),
)
_ADVICE = "Log with xpu-smi dump -d -1 -m 0,1,8 -i 10."


def claims(head: Head) -> bool:
    """The header of a dump: Timestamp, DeviceId and a property."""
    return "eviceI" in head.text and any(
        "timestamp" in [normal(n) for n in line.split(",")] and header_of(line, _LAYOUT) for line in head.lines[:5]
    )


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: the GPUs of the file. Power by tile is not known to add up to that of the GPU, and is not used."""
    if any("tileid" in [normal(n) for n in line.split(",")] for line in log.head.lines[:5]):
        yield Fault(log.shown, "TileId", "", "power by tile does not tell that of the GPU", "Dump without --tile (-t).")
        return
    devices: dict[str, Device] = {}
    clocks = Clocks()
    yield from gathered(samples(log, _LAYOUT, clocks), devices, log.zone)
    yield from runs_of_table(log, list(devices.values()), clocks, "gpu", "xpu-smi", _ADVICE)
