"""OpenCost and Kubecost allocations: hours of GPUs that workloads of Kubernetes requested."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest.bill_rows import moment as utc
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log

FORMAT = Format(
    "opencost",
    "OpenCost or Kubecost allocation, JSON",
    "hours of GPUs that each workload requested, window, idle GPUs of the cluster",
    "GPU model in most versions, energy, utilisation, place, stage; processors, of which only cores are counted",
    sums=True,
)
#: parts of the name of a single container: cluster/node/namespace/pod/container
LEAF = 5


def claims(head: Head) -> bool:
    """Allocations by name, with their hours."""
    return head.text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[") and all(
        f'"{name}"' in head.text for name in ("properties", "minutes", "cpuCoreHours", "gpuHours")
    )


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per allocation with hours of GPUs: containers, or what they were added up by, never both."""
    held = list(_allocations(log.json()))
    containers = any(len(name.split("/")) == LEAF and "__" not in name for name, _ in held)
    until: dict[str, datetime] = {}
    left = {"aggregates of the containers beside them": 0, "storage that nothing mounts": 0, "allocations without GPUs": 0}  # fmt: skip
    cores, made = 0.0, []
    for row, (name, one) in enumerate(held, 1):
        where = f"{log.shown}: allocation {row}"
        if not isinstance(one, dict):
            yield Fault(where, "", shorten(str(one)), "not an object", "Export the allocations again.", "torn-row")
            continue
        last = name.rpartition("/")[2]
        if last == "__unmounted__":
            left["storage that nothing mounts"] += 1
            continue
        if containers and last != "__idle__" and len(name.split("/")) != LEAF:
            left["aggregates of the containers beside them"] += 1
            continue
        fault = _torn(one, where)
        if fault is not None:
            yield fault
            continue
        hours = _number(one.get("gpuHours", 0))
        if hours == 0:
            left["allocations without GPUs"] += 1
            cores += max(0.0, _number(one.get("cpuCoreHours", 0))) if _number(one.get("cpuCoreHours", 0)) > 0 else 0.0
            continue
        start, end = _window(one)
        assert start is not None  # `_torn` has looked
        assert end is not None
        if name in until and start < until[name]:
            yield Fault(where, "start", start.isoformat(), "before the end of an earlier window of the same name", "Give windows that do not overlap.", "clock-fault")  # fmt: skip
            continue
        until[name] = end
        made.append((row, _record(log, name, one, start, end, hours)))
    notes = [Note("bill-rows-left-out", f"{n} rows are left out: {what}" + (f", {cores:.6g} core hours" if cores and "GPUs" in what else ""))
             for what, n in left.items() if n]  # fmt: skip
    if not made:
        told = "; ".join(note.message for note in notes)
        yield Fault(log.shown, "gpuHours", "", f"no allocation holds hours of GPUs{': ' if told else ''}{told}", "Give allocations of a cluster with GPUs.")  # fmt: skip
    for row, record in made:
        yield Found(record, row, tuple(notes), "opencost")
        notes = []


def _allocations(made: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Allocations by name, of all sets of the answer in their order."""
    if isinstance(made, dict) and "data" in made and depth == 0:
        yield from _allocations(made["data"], 1)
    elif isinstance(made, list):
        for one in made:
            if isinstance(one, dict) and "properties" not in one:
                yield from one.items()
            else:
                yield str(one.get("name", "")) if isinstance(one, dict) else "", one
    elif isinstance(made, dict):
        yield from made.items()
    else:
        yield "", made


def _torn(one: dict[str, Any], where: str) -> Fault | None:
    for name in ("gpuHours", "minutes"):
        if not _number(one.get(name, 0)) >= 0:
            return Fault(where, name, shorten(str(one[name])), "not a number of at least 0", "Export the allocations again.", "torn-row")  # fmt: skip
    start, end = _window(one)
    if start is None or end is None:
        name = "start" if start is None else "end"
        return Fault(where, name, shorten(str(one.get(name, ""))), "not a time", "Export the allocations again.", "torn-row")  # fmt: skip
    if end <= start:
        return Fault(where, "end", shorten(str(one.get("end", ""))), "not after start", "Export the allocations again.", "clock-fault")  # fmt: skip
    return None


def _window(one: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When the workload ran; the window that was asked for where that is missing."""
    window = one.get("window")
    asked: dict[str, Any] = window if isinstance(window, dict) else {}
    start, end = (next((t for t in map(_time, (one.get(n), asked.get(n))) if t), None) for n in ("start", "end"))
    minutes = _number(one.get("minutes", 0))
    if start is not None and end is None and 0 < minutes < 1e7:
        end = start + timedelta(minutes=minutes)
    return start, end


def _time(value: Any) -> datetime | None:
    made = utc(value) if isinstance(value, str) else None
    return made if made is not None and made.year > 2000 else None  # Go writes the year 1 where there is no time


def _record(log: Log, name: str, one: dict[str, Any], start: datetime, end: datetime, hours: float) -> dict[str, Any]:
    raw = one.get("properties")
    properties: dict[str, Any] = raw if isinstance(raw, dict) else {}
    idle = name.rpartition("/")[2] == "__idle__"
    record: dict[str, Any] = {
        "id": f"{'idle' if idle else 'workload'}-{_hash(name)}-{start:%Y%m%dT%H%M%S}-{log.digest[:8]}",
        "start": start.isoformat(), "end": end.isoformat(),
        "devices": [{"kind": "gpu", "device_hours": f"{hours:.10g} h"}],
    }  # fmt: skip
    gpu = one.get("gpuAllocation")
    if isinstance(gpu, dict) and isinstance(gpu.get("gpuModel"), str) and gpu["gpuModel"].strip():
        record["devices"][0]["model"] = gpu["gpuModel"].strip()[:200]
    if idle:
        record["stage"] = "idle"
    space = properties.get("namespace")
    if isinstance(space, str) and space and not idle:
        record["system"] = space[:200]
    told = {n: _hash(v) for n in ("cluster", "node") if isinstance(v := properties.get(n), str) and v}
    return record | ({"ext": told} if told else {})


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    try:
        return float(value) if math.isfinite(value) else math.nan
    except OverflowError:
        return math.nan
