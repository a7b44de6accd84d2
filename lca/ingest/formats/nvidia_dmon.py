"""`nvidia-smi dmon` and `nvidia-smi -q`: power in text; a time that is not stated is never assumed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "nvidia-dmon",
    "nvidia-smi dmon -o DT and nvidia-smi -q, text",
    "power of each GPU over time, window; names of the GPUs (-q)",
    "time zone, date (dmon -o T), names of the GPUs (dmon), system, stage, place",
)
ADVICE = "Log with nvidia-smi dmon -o DT, or nvidia-smi --query-gpu=timestamp,index,name,power.draw --format=csv -l 10."


def claims(head: Head) -> bool:
    """The header of dmon with `gpu` and `pwr`, or the text of -q."""
    if "NVSMI LOG" in head.text[:400]:
        return "Attached GPUs" in head.text
    return any(_header(line) for line in head.lines[:3])


def _header(line: str) -> list[str]:
    names = line.lstrip("\ufeff# ").split()
    return names if line.lstrip("\ufeff").startswith("#") and "gpu" in names and "pwr" in names else []


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the GPUs of the file."""
    gpus: dict[str, Gauge] = {}
    models: dict[str, str] = {}
    rows: list[int] = []
    is_quiet, has_date, untimed = "NVSMI LOG" in log.head.text[:400], True, 0
    samples = _quiet(log, models) if is_quiet else _dmon(log)
    for each in samples:
        if isinstance(each, Fault):
            yield each
            continue
        row, at, gpu, watts, dated = each
        if at is None:
            untimed += 1
            continue
        has_date &= dated
        gpus.setdefault(gpu, Gauge()).put(at, watts / 1000)
        rows = [rows[0] if rows else row, row]
    try:
        energy, reading = gauge.energy(list(gpus.values()), "accelerator", naive=has_date)
    except ValueError:
        found = f"{untimed} samples without a time" if untimed else f"{len(gpus)} GPUs at one time"
        yield Fault(log.shown, "", found, "no energy follows from it", ADVICE)
        return
    begin, end = gauge.span(gpus.values())
    names = sorted({models.get(g, "") for g in gpus})
    record: dict[str, Any] = {"energy": [energy], "devices": []}
    for name in names:
        count = sum(models.get(g, "") == name for g in gpus)
        record["devices"].append({"kind": "gpu", "count": count} | ({"model": name} if name else {}))
    notes = gauge.notes(list(gpus.values()))
    if has_date:
        record |= {"start": _iso(begin), "end": _iso(end)}
    else:
        record["duration"] = f"{end - begin!r} s"
        notes += (Note("clock-fault", said("its times have no date: the run has none"), "start"),)
    yield Found(record, rows, notes, "nvidia-smi", reading=reading if has_date else None)


Sample = tuple[int, float | None, str, float, bool]


def _dmon(log: Log) -> Iterator[Sample | Fault]:
    """(row, time, GPU, W, whether the time has a date); `-` stands where there is no value. The header is repeated."""
    header: list[str] = []
    for row, line in log.lines():
        if line.lstrip("\ufeff").startswith("#"):
            header = _header(line) or header
            continue
        cells = line.split()
        if not cells:
            continue
        if len(cells) != len(header):
            yield Fault(f"{log.shown}: row {row}", "", f"{len(cells)} cells", f"the header has {len(header)}", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        one = dict(zip(header, cells, strict=True))
        if one["pwr"] == "-":
            continue
        date, time = one.get("Date", ""), one.get("Time", "")
        at = _stamp(f"{date} {time}") if date else _stamp(f"19700102 {time}") if time else None
        watts = _watts(one["pwr"])
        if watts is None or (time and at is None):
            field, text = ("pwr", one["pwr"]) if watts is None else ("Time", f"{date} {time}".strip())
            yield Fault(f"{log.shown}: row {row}", field, shorten(text), "not a power" if field == "pwr" else "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        yield row, at, one["gpu"], watts, bool(date)


def _quiet(log: Log, models: dict[str, str]) -> Iterator[Sample | Fault]:
    """Blocks of -q: one time, then the GPUs; the first power of each GPU is that of the board."""
    at: float | None = None
    gpu, has_power = "", False
    for row, line in log.lines():
        name, colon, value = (part.strip() for part in line.partition(" : "))
        if name == "Timestamp" and colon:
            at, gpu = _ctime(value), ""
            if at is None:
                yield Fault(f"{log.shown}: row {row}", "Timestamp", shorten(value), "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
        elif line.startswith("GPU "):
            gpu, has_power = line.strip(), False
        elif gpu and name == "Product Name":
            models[gpu] = value[:200]
        elif gpu and name in ("Power Draw", "Average Power Draw", "Instantaneous Power Draw") and not has_power:
            watts = _watts(value.removesuffix("W").strip())
            if watts is not None:
                has_power = True
                yield row, at, gpu, watts, True


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()


def _stamp(text: str) -> float | None:
    try:
        return datetime.strptime(text, "%Y%m%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _ctime(text: str) -> float | None:
    try:
        return datetime.strptime(text, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _watts(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e5 else None
