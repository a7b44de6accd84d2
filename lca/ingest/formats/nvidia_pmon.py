"""`nvidia-smi pmon`: utilisation of each GPU by process; it holds no power."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.device_samples import Device, percentage, runs, without_time
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.nvidia_monitor import Stamps, header_of, nothing_timed, rows

FORMAT = Format(
    "nvidia-pmon",
    "nvidia-smi pmon -o DT, text",
    "utilisation of each GPU over time (the sum of its processes), window",
    "power, names of the GPUs, time zone, date (pmon -o T), system, stage, place",
)
_HAS = ("gpu", "pid", "sm")


def claims(head: Head) -> bool:
    """The header of pmon, with `gpu`, `pid` and `sm`."""
    return "#" in head.text[:1000] and any(header_of(line, _HAS) for line in head.lines[:3])


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: the GPUs of the file. Processes that share a GPU at one time are added up."""
    loads: dict[str, dict[float, float]] = {}
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    stamps = Stamps()
    for each in rows(log, _HAS):
        if isinstance(each, Fault):
            yield each
            continue
        row, one = each
        seconds = stamps.seconds(log, row, one)
        if isinstance(seconds, Fault):
            yield seconds
            continue
        log.account.use()
        if seconds is None:
            continue
        gpu = one["gpu"]
        first.setdefault(gpu, row)
        last[gpu] = row
        by_time = loads.setdefault(gpu, {})
        by_time[seconds] = by_time.get(seconds, 0.0) + (
            percentage(one["sm"]) or 0.0
        )  # `-`: no process, or one that did nothing
    devices = []
    for gpu, by_time in loads.items():
        device = Device(first[gpu], zone=log.zone)
        for seconds, load in by_time.items():
            device.put(first[gpu], seconds, load=load)
        device.last_row = last[gpu]
        devices.append(device)
    if not any(d.end > d.begin for d in devices):
        yield nothing_timed(log, stamps.untimed, len(devices))
        return
    yield from runs(devices, "gpu", "nvidia-smi", stamps.times)
    yield from without_time(stamps.untimed)
