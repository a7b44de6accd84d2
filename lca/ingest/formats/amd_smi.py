"""amd-smi `monitor` and `metric`, CSV or JSON: power, counters of energy and activity of AMD GPUs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.device_samples import Device, Sample, gathered, kilowatts, percentage, torn
from lca.ingest.device_tables import Clocks, Layout, header_of, runs_of_table, samples
from lca.ingest.formats import Format, Found, Note
from lca.ingest.json_documents import documents
from lca.ingest.log import Head, Log

FORMAT = Format(
    "amd-smi",
    "amd-smi monitor and metric, CSV or JSON",
    "energy of each GPU by its counter or its power over time, its activity where power is missing, window",
    "names of the GPUs, system, stage, place; the times unless it was left to watch (-w)",
)
_POWER = ("socket_power", "current_socket_power", "average_socket_power", "power_usage", "socket_power_w", "power")
_LAYOUT = Layout(
    device=("gpu",),
    power=_POWER,
    energy=("total_energy_consumption",),
    load=("gfx_activity", "gfx_activity_pct", "gfx_util", "gfx_utilization", "gfx"),
    name=("market_name",),
)
_ADVICE = "Log with amd-smi monitor -p -w 10 --csv, which writes a time in each row."


def claims(head: Head) -> bool:
    """A header with `gpu` and a property by the name that amd-smi gives it; or JSON with these."""
    start = head.text.lstrip("\ufeff \n\r\t")
    if start[:1] in "[{" or '"socket_power"' in head.text:
        return '"gpu"' in head.text and any(
            f'"{n}"' in head.text for n in (*_POWER[:4], "total_energy_consumption", "gfx_activity")
        )
    return "gpu," in head.text and any(_header(line) for line in head.lines[:10])


def _header(line: str) -> list[str]:
    names = [n.strip() for n in line.split(",")]
    return (
        header_of(line, _LAYOUT)
        if "gpu" in names and any(n in names for n in (*_POWER[:5], "total_energy_consumption", "gfx_activity", "gfx"))
        else []
    )


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: the GPUs of the file."""
    devices: dict[str, Device] = {}
    clocks = Clocks()
    is_table = any(_header(line) for line in log.head.lines[:10])
    yield from gathered(samples(log, _LAYOUT, clocks) if is_table else _documents(log, clocks), devices, log.zone)
    yield from runs_of_table(log, _whole(devices), clocks, "gpu", "amd-smi", _ADVICE)


def _whole(devices: dict[str, Device]) -> list[Device]:
    """The GPUs; partitions of one (xcp) that give neither power nor activity are no GPUs of their own."""
    return [d for d in devices.values() if d.has_energy or d.samples or d.mean_load() is not None] or list(
        devices.values()
    )


def _documents(log: Log, clocks: Clocks) -> Iterator[Sample | Fault]:
    """GPUs of JSON, one document or one after the other."""
    number = 0
    for document in documents(log):
        for one in _gpus(document):
            number += 1
            log.account.expect(number)
            yield from _gpu(log, number, one, clocks)


def _gpus(document: Any) -> Iterator[dict[str, Any]]:
    """The GPUs of a document, in lists and under `gpu_data`."""
    todo = [document]
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += reversed(one)
        elif isinstance(one, dict) and "gpu" in one:
            yield one
        elif isinstance(one, dict) and isinstance(one.get("gpu_data"), list):
            stamp = {"timestamp": one["timestamp"]} if "timestamp" in one else {}
            todo += [stamp | g if isinstance(g, dict) else g for g in reversed(one["gpu_data"])]


def _gpu(log: Log, number: int, one: dict[str, Any], clocks: Clocks) -> Iterator[Sample | Fault]:
    power, energy, usage = (_part(one, name) for name in ("power", "energy", "usage"))
    name = next((n for n in _POWER if n in power), "")
    kw = kilowatts(log, number, name, _text(power.get(name), "W"))
    if isinstance(kw, Fault):
        yield kw
        return
    text = _text(energy.get("total_energy_consumption"), "J")
    try:
        kwh = cells.quantity(text, "J", "energy")
    except ValueError:
        yield torn(log, number, "total_energy_consumption", text, "not an energy")
        return
    try:
        seconds = clocks.seconds(_text(one.get("timestamp")))
    except ValueError:
        yield torn(log, number, "timestamp", _text(one.get("timestamp")), "not a time")
        return
    log.account.use()
    if seconds is None:
        clocks.untimed += 1
        return
    yield Sample(number, str(one["gpu"])[:80], seconds, kw, percentage(_text(usage.get("gfx_activity"), "%")), kwh=kwh)


def _part(one: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of a GPU; monitor writes all of them side by side."""
    part = one.get(name)
    if isinstance(part, dict) and "value" not in part:
        return part
    return one if name != "power" or part is None else {**one, "power": part}


def _text(value: Any, unit: str = "") -> str:
    """A value as text, with its unit where it has one."""
    if isinstance(value, dict):
        return (
            f"{_text(value.get('value'))} {value.get('unit') or unit}".strip() if value.get("value") is not None else ""
        )
    return "" if value is None or isinstance(value, list) else str(value)
