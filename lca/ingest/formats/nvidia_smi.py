"""nvidia-smi `--query-gpu=... --format=csv`: samples of power by GPU; each GPU of a file is a run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca.activity import as_utc
from lca.errors import Fault, shorten
from lca.ingest import gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log

FORMAT = Format(
    "nvidia-smi",
    "nvidia-smi --query-gpu, CSV with header",
    "power of each GPU over time, its name where it was asked for, window",
    "time zone, place, stage, system, host; power where power.draw was not asked for",
)
_UNIT = re.compile(r"\s*\[(\w+)\]\Z")
_OF_NVIDIA = ("power.draw", "utilization.gpu", "memory.used", "temperature.gpu", "clocks.sm")
#: what stands where the device gives no value
_NOTHING = ("", "[n/a]", "n/a", "[not supported]", "[unknown error]", "[insufficient permissions]")


def claims(head: Head) -> bool:
    """The header has a timestamp and a property by the name that nvidia-smi gives it."""
    lines = head.lines
    names = [_UNIT.sub("", n.strip()) for n in lines[0].lstrip("\ufeff").split(",")] if lines else []
    return "timestamp" in names and any(n in _OF_NVIDIA or n.startswith("power.draw") for n in names)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per GPU, told apart by index, uuid or bus id; without these by their order at one time."""
    held: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    header: list[str] = []
    for row, cells in log.table():
        names = [_UNIT.sub("", c.strip().lstrip("\ufeff")) for c in cells]
        if "timestamp" in names:  # repeated where a log goes on
            header = names
            continue
        where = f"{log.shown}: row {row}"
        if len(cells) != len(header):
            yield Fault(where, "", f"{len(cells)} cells", f"the header has {len(header)}", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        one = dict(zip(header, (c.strip() for c in cells), strict=True))
        stamp = _stamp(one["timestamp"])
        if stamp is None:
            yield Fault(where, "timestamp", shorten(one["timestamp"]), "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        watts = _watts(next((v for n, v in one.items() if n.startswith("power.draw")), ""))
        if watts is not None and watts < 0:
            yield Fault(where, "power.draw", shorten(one.get("power.draw", "")), "not a power", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        key = next((one[n] for n in ("index", "uuid", "gpu_uuid", "pci.bus_id") if one.get(n)), "")
        if not key:
            seen[one["timestamp"]] = seen.get(one["timestamp"], -1) + 1
            key = str(seen[one["timestamp"]])
        if key not in held:
            name = one.get("name") or one.get("gpu_name") or ""
            held[key] = {"row": row, "power": Gauge(), "times": (stamp, stamp), "name": name}
        gpu = held[key]
        gpu["times"] = min(gpu["times"][0], stamp), max(gpu["times"][1], stamp)
        if watts is not None:
            gpu["power"].put(as_utc(stamp).timestamp(), watts / 1000)
    for number, gpu in enumerate(held.values()):
        yield _found(log, number, gpu, len(held) > 1)


def _found(log: Log, number: int, gpu: dict[str, Any], several: bool) -> Found:
    record: dict[str, Any] = {
        "devices": [{"kind": "gpu", "count": 1} | ({"model": gpu["name"]} if gpu["name"] else {})]
    }
    begin, end = gpu["times"]
    if end > begin:
        record |= {"start": begin.isoformat(), "end": end.isoformat()}
    if several:
        stem = log.head.name.partition(".")[0] or "log"
        record["id"] = f"{stem}-{log.digest[:8]}-gpu{number}"
    try:
        energy, reading = gauge.energy([gpu["power"]], "accelerator")
    except ValueError:
        what = "one sample of power" if gpu["power"].count else "no sample of power"
        note = Note("no-energy", f"the file holds {what}: no energy follows from it", "power")
        return Found(record, gpu["row"], (note,), "nvidia-smi")
    record["energy"] = [energy]
    return Found(record, gpu["row"], gauge.notes([gpu["power"]]), "nvidia-smi", reading=reading)


def _stamp(text: str) -> datetime | None:
    """A local time as nvidia-smi writes it, or seconds since 1970 (UTC) as wrappers do."""
    for shape in ("%Y/%m/%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S"):
        try:
            return datetime.strptime(text, shape)
        except ValueError:
            continue
    try:
        seconds = float(text)
        return datetime.fromtimestamp(seconds, UTC) if 1e9 < seconds < 5e9 else None
    except ValueError:
        return None


def _watts(text: str) -> float | None:
    """Power of one sample: None where the device gives none, below 0 where it is no power."""
    if text.lower() in _NOTHING:
        return None
    number, _, unit = text.partition(" ")
    try:
        value = float(number)
    except ValueError:
        return -1.0
    return value if unit in ("", "W") and value == value and value < 1e6 else -1.0
