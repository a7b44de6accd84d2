"""`nvidia-smi dmon` and `nvidia-smi -q`: power in text; a time that is not stated is never assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import cells, gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.language import plural, said

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
    is_quiet, has_date = "NVSMI LOG" in log.head.text[:400], True
    left_out: Counter[str] = Counter()
    samples = _quiet(log, models, left_out) if is_quiet else _dmon(log, left_out)
    for each in samples:
        if isinstance(each, Fault):
            yield each
            continue
        row, time, gpu, watts, dated = each
        if time is None:
            left_out["untimed"] += 1
            continue
        has_date &= dated
        gpus.setdefault(gpu, Gauge(log.zone if dated else None)).put(time.replace(tzinfo=UTC).timestamp(), watts / 1000)
        rows = [rows[0] if rows else row, row]
    try:
        energy, reading = gauge.energy(list(gpus.values()), "accelerator", naive=has_date)
    except ValueError:
        untimed = left_out["untimed"]
        found = plural(untimed, "one sample without a time", "{n} samples without a time", n=untimed) if untimed else plural(len(gpus), "one GPU at one time", "{n} GPUs at one time", n=len(gpus))  # fmt: skip
        yield Fault(log.shown, "", found, "no energy follows from it", ADVICE, lines=0)
        return
    begin, end = gauge.span(gpus.values())
    names = sorted({models.get(g, "") for g in gpus})
    record: dict[str, Any] = {"energy": [energy], "devices": []}
    for name in names:
        count = sum(models.get(g, "") == name for g in gpus)
        record["devices"].append({"kind": "gpu", "count": count} | ({"model": name} if name else {}))
    notes = (*_left_out(left_out), *gauge.notes(list(gpus.values())))
    if has_date:
        record |= gauge.window(gpus.values(), naive=True)
    else:
        record["duration"] = f"{end - begin!r} s"
        notes += (Note("clock-fault", said("its times have no date: the run has none"), "start"),)
    yield Found(record, rows, notes, "nvidia-smi", reading=reading if has_date else None)


def _left_out(counts: Counter[str]) -> Iterator[Note]:
    blanks, untimed = counts["blanks"], counts["untimed"]
    if blanks:
        yield Note("power-samples-empty", plural(blanks, "one sample holds no power; it was left out", "{n} samples hold no power; they were left out", n=blanks), "power")  # fmt: skip
    if untimed:
        yield Note("rows-left-out", plural(untimed, "one sample has no time; it was left out", "{n} samples have no time; they were left out", n=untimed),
                   "power", "warning")  # fmt: skip


#: row, time, GPU, W, whether the time has a date
Sample = tuple[int, datetime | None, str, float, bool]


def _dmon(log: Log, left_out: Counter[str]) -> Iterator[Sample | Fault]:
    """Rows below a header, which is repeated; `-` stands where there is no value."""
    header: list[str] = []
    for row, line in log.lines():
        if line.lstrip("\ufeff").startswith("#"):
            header = _header(line) or header
            log.account.head()
            continue
        texts = line.split()
        if not texts:
            continue
        if len(texts) != len(header):
            yield _torn(log, row, "", f"{len(texts)} cells", f"the header has {len(header)}")
            continue
        one = dict(zip(header, texts, strict=True))
        date, field = one.get("Date", ""), "gpu"
        try:
            if not one["gpu"].isdecimal() or len(one["gpu"]) > 4:
                raise ValueError("not the number of a GPU")
            field = "pwr"
            watts = cells.number(one["pwr"])
            field = "Time"
            time = _time(date, one.get("Time", ""))
        except ValueError as error:
            yield _torn(log, row, field, f"{date} {one['Time']}".strip() if field == "Time" else one[field], str(error))
            continue
        if watts is None:
            left_out["blanks"] += 1
            log.account.ignore("samples without a power")
        else:
            log.account.use()
            yield row, time, one["gpu"], watts, bool(date)


def _time(date: str, time: str) -> datetime | None:
    """A local time; on the second of January 1971 where there is no date."""
    return cells.stamp(f"{date or '19710102'} {time}", "%Y%m%d %H:%M:%S") if time else None


def _torn(log: Log, row: int, field: str, found: str, problem: str) -> Fault:
    return Fault(
        f"{log.shown}: row {row}", field, shorten(found), problem, "Restore the row from its source.", "torn-row"
    )


#: names under which drivers print the power of a board
_DRAWN = ("Power Draw", "Average Power Draw", "Instantaneous Power Draw")


def _quiet(log: Log, models: dict[str, str], left_out: Counter[str]) -> Iterator[Sample | Fault]:
    """Blocks of -q: one time, then the GPUs; the first power of each GPU is that of the board, the next of its module."""
    time: datetime | None = None
    gpu, section, has_power = "", "", True
    for row, line in log.lines():
        name, colon, value = (part.strip() for part in line.partition(" : "))
        is_read = False
        if name == "Timestamp" and colon:
            left_out["blanks"] += not has_power
            gpu, has_power, is_read = "", True, True
            try:
                time = cells.stamp(value, "%a %b %d %H:%M:%S %Y")
            except ValueError as error:
                time = None
                yield _torn(log, row, "Timestamp", value, str(error))
                continue
        elif line.startswith("GPU "):
            left_out["blanks"] += not has_power
            gpu, section, has_power, is_read = line.strip(), "", False, True
        elif gpu and name == "Product Name":
            models[gpu], is_read = value[:200], True
        elif not colon:
            section = name
        elif gpu and name in _DRAWN and not has_power and not section.startswith("Module"):
            try:
                watts = cells.quantity(value, "", "power")
            except ValueError as error:
                has_power = True
                yield _torn(log, row, name, value, str(error))
                continue
            if watts is not None:
                has_power = is_read = True
                yield row, time, gpu, watts * 1000, True
        if is_read:
            log.account.use()
        elif line.strip():
            log.account.ignore("other properties of GPUs")
    left_out["blanks"] += not has_power
