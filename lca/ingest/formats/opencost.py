"""OpenCost and Kubecost allocations: hours of GPUs that workloads of Kubernetes requested."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from lca.errors import Fault, InputError, shorten
from lca.ingest import cells, pieces
from lca.ingest.bill_rows import moment
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.pieces import Collected
from lca.ingest.pseudonym import pseudonym
from lca.language import plural, said

FORMAT = Format(
    "opencost",
    "OpenCost or Kubecost allocation, JSON",
    "hours of GPUs that each workload requested, window, idle GPUs of the cluster",
    "GPU model in most versions, energy, utilisation, place, stage; processors, of which only cores are counted",
    sums=True,
    marks=(("properties", "minutes", "cpuCoreHours", "gpuHours"),),
)
#: parts of the name of a single container: cluster/node/namespace/pod/container
LEAF = 5
_AGGREGATE, _UNMOUNTED, _NO_GPU = (
    "aggregates of the containers beside them",
    "storage that nothing mounts",
    "allocations without GPUs",
)
_FIX = "Export the allocations again."


def claims(head: Head) -> bool:
    """Allocations by name, with their hours."""
    return head.text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[") and all(
        f'"{name}"' in head.text for name in ("properties", "minutes", "cpuCoreHours", "gpuHours")
    )


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per allocation with hours of GPUs: containers, or what they were added up by, never both."""
    held = list(_allocations(log.json()))
    log.account.expect(len(held))
    containers = any(len(name.split("/")) == LEAF and "__" not in name for name, _ in held)
    left: dict[str, int] = {}
    cores = 0.0
    usable: list[tuple[datetime, datetime, int, str, dict[str, Any], float]] = []
    for row, (name, one) in log.each(held):
        where = f"{log.shown}: allocation {row}"
        if not isinstance(one, dict):
            yield Fault(where, "", shorten(str(one)), "not an object", _FIX, "torn-row", lines=1)
            continue
        last = name.rpartition("/")[2]
        fault = _torn(one, where)
        if last == "__unmounted__":
            left[_UNMOUNTED] = left.get(_UNMOUNTED, 0) + 1
        elif containers and last != "__idle__" and len(name.split("/")) != LEAF:
            left[_AGGREGATE] = left.get(_AGGREGATE, 0) + 1
        elif fault is not None:
            yield fault
        elif (hours := cells.number(one.get("gpuHours")) or 0.0) == 0:
            left[_NO_GPU] = left.get(_NO_GPU, 0) + 1
            cores += _cores(one)
        else:
            start, end = _window(one)
            assert start is not None  # `_torn` has looked
            assert end is not None
            usable.append((start, end, row, name, one, hours))
    made = []
    until: dict[str, datetime] = {}
    for start, end, row, name, one, hours in sorted(usable, key=lambda each: each[:3]):
        if name in until and start < until[name]:
            yield Fault(f"{log.shown}: allocation {row}", "start", start.isoformat(), "before the end of an earlier window of the same name", "Give windows that do not overlap.", "clock-fault", lines=1)  # fmt: skip
            continue
        until[name] = end
        made.append((row, _record(name, one, start, end, hours), _piece(row, name, one, start, end, hours)))
    log.account.use(len(made))
    for what, number in left.items():
        log.account.ignore(what, number)
    notes = list(_notes(log, left, cores))
    if not made:
        told = "; ".join(note.message for note in notes)
        raise InputError(log.shown, f"no allocation holds hours of GPUs{': ' if told else ''}{told}", "Give allocations of a cluster with GPUs.")  # fmt: skip
    yield from notes
    for row, record, pieces_of_row in sorted(made, key=lambda each: each[0]):
        yield Found(record, row, producer="opencost", pieces=pieces_of_row)


def _notes(log: Log, left: dict[str, int], cores: float) -> Iterator[Note]:
    """What is told of allocations that are left out."""
    for what, number in left.items():
        message = plural(
            number, "one row of {file} is left out: {kind}", "{n} rows of {file} are left out: {kind}",
            n=number, file=log.shown, kind=what,
        )  # fmt: skip
        yield Note("bill-rows-left-out", message)
    if cores:
        message = said("{cores} core hours of allocations without GPUs in {file} are left out", cores=f"{cores:.6g}", file=log.shown)  # fmt: skip
        yield Note("bill-rows-left-out", message)


def _piece(row: int, name: str, one: dict[str, Any], start: datetime, end: datetime, hours: float) -> pieces.Pieces:
    """The row by what stays the same of it in each answer: cluster and name."""
    raw = one.get("properties")
    cluster = str(raw.get("cluster") or "") if isinstance(raw, dict) else ""
    made = Collected()
    made.add(pieces.key("opencost", cluster, name), start.timestamp(), end.timestamp(), row, [(pieces.HOURS, hours)])
    return made.pieces()


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
        try:
            if cells.number(one.get(name)) is None and one.get(name) is not None:
                raise ValueError
        except ValueError:
            return Fault(where, name, shorten(str(one[name])), "not a number of at least 0", _FIX, "torn-row", lines=1)
    if "gpuHours" not in one:
        return Fault(where, "gpuHours", "", "missing", _FIX, "torn-row", lines=1)
    start, end = _window(one)
    if start is None or end is None:
        name = "start" if start is None else "end"
        return Fault(where, name, shorten(str(one.get(name, ""))), "not a time", _FIX, "torn-row", lines=1)
    if end <= start:
        return Fault(where, "end", shorten(str(one.get("end", ""))), "not after start", _FIX, "clock-fault", lines=1)
    return None


def _cores(one: dict[str, Any]) -> float:
    try:
        return cells.number(one.get("cpuCoreHours")) or 0.0
    except ValueError:
        return 0.0


def _window(one: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
    """When the workload ran; the window that was asked for where that is missing."""
    window = one.get("window")
    asked: dict[str, Any] = window if isinstance(window, dict) else {}
    start, end = (next((t for t in map(_time, (one.get(n), asked.get(n))) if t), None) for n in ("start", "end"))
    minutes = cells.number(one.get("minutes")) or 0.0
    if start is not None and end is None and 0 < minutes < 1e7:
        end = start + timedelta(minutes=minutes)
    return start, end


def _time(value: Any) -> datetime | None:
    made = moment(value) if isinstance(value, str) else None
    return made if made is not None and made.year > 2000 else None  # Go writes the year 1 where there is no time


def _record(name: str, one: dict[str, Any], start: datetime, end: datetime, hours: float) -> dict[str, Any]:
    raw = one.get("properties")
    properties: dict[str, Any] = raw if isinstance(raw, dict) else {}
    idle = name.rpartition("/")[2] == "__idle__"
    record: dict[str, Any] = {
        "id": f"{'idle' if idle else 'workload'}-{pseudonym(name)}-{start:%Y%m%dT%H%M%S}",
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
    told = {n: pseudonym(v) for n in ("cluster", "node") if isinstance(v := properties.get(n), str) and v}
    return record | ({"ext": told} if told else {})
