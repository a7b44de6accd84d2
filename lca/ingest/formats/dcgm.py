"""DCGM: long dumps of field values as CSV, and the text of `dcgmi dmon`; one run with all GPUs of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from lca.activity import as_utc
from lca.errors import Fault, shorten
from lca.ingest import gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Counter, Gauge
from lca.ingest.log import Head, Log
from lca.ingest.series import LONGEST, iso, moment, number
from lca.language import listed, said

FORMAT = Format(
    "dcgm",
    "DCGM field values: long CSV, dcgmi dmon text",
    "energy of the GPUs from their counters or from samples of power, number of GPUs, window",
    "GPU model, place, stage, system, host; of dcgmi dmon the times, unless a wrapper wrote them before each line",
)
_COLUMNS = ("GPUId", "TimeStampUs", "Field", "Values")
#: fields that give energy, the better before the worse, by their names in a dump and in dmon; kWh in a mJ, kW in a W
_FIELDS = {"total_energy_consumption": 1 / 3.6e9, "power_usage": 1e-3, "power_usage_instant": 1e-3}
_DMON = {"TOTEC": "total_energy_consumption", "POWER": "power_usage"}
_ENTITY = re.compile(r"^(.*?)#\s*Entity\s+(.*\b(?:POWER|TOTEC)\b.*)$")
_ROW = re.compile(r"^(.*?)\bGPU\s+(\d+)\s+(\S.*)$")
#: kW beyond which no accelerator draws power, such as the blank values of DCGM: the bound of the format codecarbon for a machine
HIGHEST = 20.0


class Sample(NamedTuple):
    """A value of one field of one GPU; `at` in seconds, None where the log has no times."""

    row: int
    gpu: str
    field: str
    value: float
    at: float | None
    naive: bool = False


def claims(head: Head) -> bool:
    """The header of a dump, or that of dmon with a column of power or energy."""
    lines = head.lines
    if not lines:
        return False
    return _is_dump(lines[0]) or any(_ENTITY.match(line) for line in lines[:5])


def _is_dump(line: str) -> bool:
    return {name.strip() for name in line.lstrip("\ufeff").split(",")} >= set(_COLUMNS)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the field that serves best, of every GPU that has it."""
    meters: dict[str, dict[str, Gauge]] = {}
    rows: dict[str, list[int]] = {}
    counts: dict[tuple[str, str], int] = {}
    timed = naive = False
    first: float | None = None
    for one in _dump(log) if _is_dump((log.head.lines or [""])[0]) else _dmon(log):
        if isinstance(one, Fault):
            yield one
            continue
        first = first if first is not None else one.at
        if one.at is not None and first is not None and abs(one.at - first) > LONGEST:
            yield Fault(f"{log.shown}: row {one.row}", "", "", "more than ten years from the first row", "Correct the time.", "clock-fault")  # fmt: skip
            continue
        made = meters.setdefault(one.field, {}).setdefault(one.gpu, Counter() if one.field == "total_energy_consumption" else Gauge())  # fmt: skip
        n = counts[one.field, one.gpu] = counts.get((one.field, one.gpu), 0) + 1
        if (one.at is None) == timed and (timed or len(counts) + n > 2):
            yield Fault(f"{log.shown}: row {one.row}", "", "", "some rows bear times and some do not", "Give each part of the log apart.")  # fmt: skip
            return
        timed, naive = timed or one.at is not None, naive or one.naive
        span = rows.setdefault(one.field, [one.row, one.row])
        span[1] = one.row
        # a counter needs no times: its order does
        try:
            made.put(one.at if one.at is not None else float(n), one.value * _FIELDS[one.field])
        except ValueError as error:
            yield _backwards(log, one.gpu, error)
            return
    for gpu, counter in meters.get("total_energy_consumption", {}).items():
        try:
            gauge.span([counter])
        except ValueError as error:
            yield _backwards(log, gpu, error)
            del meters["total_energy_consumption"]
            break
    yield _found(log, meters, rows, timed, naive)


def _backwards(log: Log, gpu: str, error: ValueError) -> Fault:
    return Fault(f"{log.shown}: GPU {gpu}", "total_energy_consumption", "", str(error), "Look for two devices under one number.")  # fmt: skip


def _found(log: Log, meters: dict[str, dict[str, Gauge]], rows: dict[str, list[int]], timed: bool, naive: bool) -> Found | Fault:  # fmt: skip
    counts = {}
    for name in (f for f in _FIELDS if f in meters):
        spans = [gauge.span([m]) for m in meters[name].values()]
        counts[name] = sum(end > begin for begin, end in spans)
    field = max(counts, key=lambda f: counts[f], default="")  # of most GPUs; among equals the first
    used = field
    field = field if counts.get(field) else ""
    if not used:
        return Fault(log.shown, "", "", "no value of power_usage, power_usage_instant or total_energy_consumption", "Watch one of these fields (155 or 156).")  # fmt: skip
    gpus = list(meters[used].values())
    record: dict[str, Any] = {"devices": [{"kind": "gpu", "count": len(gpus)}]}
    notes: list[Note] = []
    begin, end = gauge.span(gpus)
    if timed and end > begin:
        record |= {"start": _told(begin, naive), "end": _told(end, naive)}
    others = [f for f in _FIELDS if f in meters and f != used]
    if others:
        notes.append(Note("series-left-out", said("{used} counts, {names} of the same GPUs do not", used=used, names=listed(others)), "energy"))  # fmt: skip
    lost = {gpu for f in others for gpu in meters[f]} - set(meters[used])
    if lost:
        notes.append(
            Note(
                "no-energy", said("{lost} GPUs have no {used}: they are left out", lost=len(lost), used=used), "energy"
            )
        )
    reading = None
    if not field:
        notes.append(Note("no-energy", said("one sample of each GPU: no energy follows from it"), "power"))
    elif not timed and not gpus[0].is_counter:
        notes.append(
            Note("no-energy", said("the samples of power have no times: no energy follows from them"), "power")
        )
    else:
        energy, reading = gauge.energy(gpus, "accelerator", naive)
        record["energy"] = [energy if timed else {k: v for k, v in energy.items() if k != "coverage"}]
        notes += gauge.notes(gpus)
    return Found(record, sorted(set(rows[used])), tuple(notes), "dcgm", reading=reading if timed else None)


def _told(seconds: float, naive: bool) -> str:
    return iso(seconds).removesuffix("+00:00") if naive else iso(seconds)


def _dump(log: Log) -> Iterator[Sample | Fault]:
    """Rows of a long CSV: times are microseconds since 1970."""
    for row, cells in log.records():
        field = cells.get("Field", "").lower().removeprefix("dcgm_fi_dev_")
        if field not in _FIELDS:
            continue
        where = f"{log.shown}: row {row}"
        micro = number(cells.get("TimeStampUs", ""))
        at = moment(micro / 1e6) if micro is not None else None
        if at is None:
            yield Fault(where, "TimeStampUs", shorten(cells.get("TimeStampUs", "")), "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        yield _value(where, row, cells.get("GPUId", ""), field, cells.get("Values", ""), at, False)


def _dmon(log: Log) -> Iterator[Sample | Fault]:
    """Rows `GPU 0 120.5 1234` below a header, which is repeated; what stands before `GPU` is a time of a wrapper."""
    columns: list[str] = []
    for row, line in log.lines():
        head = _ENTITY.match(line.strip("\ufeff"))
        if head:
            columns = head[2].split()
            continue
        match = _ROW.match(line)
        if not match or not columns:
            continue  # units, instances of MIG, and what other programs wrote
        where, cells = f"{log.shown}: row {row}", match[3].split()
        stamp = _stamp(match[1].strip())
        if len(cells) != len(columns):
            yield Fault(where, "", f"{len(cells)} values", f"the header has {len(columns)}", "Restore the row from its source.", "torn-row")  # fmt: skip
        elif match[1].strip() and stamp is None:
            yield Fault(where, "", shorten(match[1].strip()), "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
        else:
            at, naive = stamp or (None, False)
            for name, cell in zip(columns, cells, strict=True):
                if name in _DMON and cell not in ("N/A", "-"):
                    yield _value(where, row, match[2], _DMON[name], cell, at, naive)


def _value(where: str, row: int, gpu: str, field: str, cell: str, at: float | None, naive: bool) -> Sample | Fault:
    value = number(cell)
    if value is None or value - value != 0 or not gpu.isdigit() or len(gpu) > 4:
        return Fault(where, field, shorten(cell if gpu.isdigit() else gpu), "not a value of at least 0 of a GPU", "Restore the row from its source.", "torn-row")  # fmt: skip
    if field != "total_energy_consumption" and value > HIGHEST * 1000:
        return Fault(where, field, shorten(cell), f"more than {HIGHEST:g} kW, which no GPU draws", "Take out blank values.", "implausible-power")  # fmt: skip
    return Sample(row, gpu, field, value, at, naive)


def _stamp(text: str) -> tuple[float, bool] | None:
    """Seconds since 1970, and whether the text had no offset."""
    plain = number(text)
    if plain is not None:
        at = moment(plain)
        return (at, False) if at is not None else None
    try:
        stamp = datetime.fromisoformat(text.strip("[]"))
        at = moment(as_utc(stamp).timestamp())
    except (ValueError, OverflowError):
        return None
    return (at, stamp.tzinfo is None) if at is not None else None
