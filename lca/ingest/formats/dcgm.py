"""DCGM: long dumps of field values as CSV, and the text of `dcgmi dmon`; one run with all GPUs of the file."""

from __future__ import annotations

import re
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import Any, NamedTuple

from lca.errors import Fault, shorten
from lca.ingest import cells, gauge, plausible
from lca.ingest.energy_counter import Counter
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row, wrong_width
from lca.language import listed, plural, said

FORMAT = Format(
    "dcgm",
    "DCGM field values: long CSV, dcgmi dmon text",
    "energy of the GPUs from their counters or from samples of power, number of GPUs, window",
    "GPU model, place, stage, system, host; of dcgmi dmon the times, unless a wrapper wrote them before each line",
    marks=(("GPUId", "TimeStampUs", "Field", "Values"),),
)
_COLUMNS = ("GPUId", "TimeStampUs", "Field", "Values")
#: fields that give energy, the better before the worse, by their names in a dump and in dmon; kWh in a mJ, kW in a W
_FIELDS = {"total_energy_consumption": 1 / 3.6e9, "power_usage": 1e-3, "power_usage_instant": 1e-3}
_DMON = {"TOTEC": "total_energy_consumption", "POWER": "power_usage"}
_ENTITY = re.compile(r"^(.*?)#\s*Entity\s+(.*\b(?:POWER|TOTEC)\b.*)$")
_UNIT_ROW = re.compile(r"^.*?\bI[Dd]\b(.*)$")
_INSTANCE = re.compile(r"\bGPU-C?I\b")
_ROW = re.compile(r"^(.*?)\bGPU\s+(\d+)\s+(\S.*)$")
#: names that a message lists
MOST = 5
_UNITS = {"POWER": "W", "TOTEC": "mJ"}


class Row(NamedTuple):
    """What one row gives: samples, faults, and the fields that it leaves blank."""

    row: int
    samples: list[Sample]
    faults: list[Fault]
    blanks: list[str]


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
    blanks: Tally[str] = Tally()
    others: Tally[str] = Tally()
    naive = False
    is_dump = _is_dump((log.head.lines or [""])[0])
    timed = is_dump or any(m[1].strip() for line in log.head.lines if (m := _ROW.match(line)))
    for made in _dump(log, others) if is_dump else _dmon(log, timed):
        if isinstance(made, Fault):
            yield made
            continue
        for n, fault in enumerate(made.faults):
            yield replace(fault, lines=int(not made.samples and n == 0))
        if made.samples:
            log.account.use()
        elif not made.faults:
            log.account.ignore("rows without a value")
        blanks.update(made.blanks)
        for one in made.samples:
            naive |= one.naive
            kind = Counter if one.field == "total_energy_consumption" else Gauge
            meter = meters.setdefault(one.field, {}).setdefault(one.gpu, kind(log.zone if one.naive else None))
            n = counts[one.field, one.gpu] = counts.get((one.field, one.gpu), 0) + 1
            span = rows.setdefault(one.field, [one.row, one.row])
            span[1] = one.row
            # a counter needs no times: its order does
            meter.put(one.at if one.at is not None else float(n), one.value * _FIELDS[one.field])
    for gpu, counter in meters.get("total_energy_consumption", {}).items():
        try:
            counter.result()
        except ValueError as error:
            yield Fault(f"{log.shown}: GPU {gpu}", "total_energy_consumption", "", str(error), "Look for two devices under one number.", lines=0)  # fmt: skip
            del meters["total_energy_consumption"]
            break
    yield _found(log, meters, rows, timed, naive, [*_of_other_fields(others)], blanks)


def _of_other_fields(others: Tally[str]) -> Iterator[Note]:
    if others:
        n = others.total()
        names = listed(shorten(name) or said("one without a name") for name in sorted(others)[:MOST])
        message = plural(n, "one row of another field is not read: {names}", "{n} rows of other fields are not read: {names}", n=n, names=names)  # fmt: skip
        yield Note("rows-left-out", message, "energy", "info")


def _found(
    log: Log, meters: dict[str, dict[str, Gauge]], rows: dict[str, list[int]], timed: bool, naive: bool, notes: list[Note], blanks: Tally[str]
) -> Found | Fault:  # fmt: skip
    counts = {}
    for name in (f for f in _FIELDS if f in meters):
        spans = [gauge.span([m]) for m in meters[name].values()]
        counts[name] = sum(end > begin for begin, end in spans)
    field = max(counts, key=lambda f: counts[f], default="")  # of most GPUs; among equals the first
    used = field
    field = field if counts.get(field) else ""
    if not used:
        return Fault(log.shown, "", "", "no value of power_usage, power_usage_instant or total_energy_consumption", "Watch one of these fields (155 or 156).", lines=0)  # fmt: skip
    gpus = list(meters[used].values())
    record: dict[str, Any] = {"devices": [{"kind": "gpu", "count": len(gpus)}]}
    if timed:
        record |= gauge.window(gpus, naive)
    others = [f for f in _FIELDS if f in meters and f != used]
    if others:
        notes.append(Note("series-left-out", said("{used} counts, {names} of the same GPUs do not", used=used, names=listed(others)), "energy"))  # fmt: skip
    lost = {gpu for f in others for gpu in meters[f]} - set(meters[used])
    if lost:
        message = plural(len(lost), "one GPU has no {used}; it was left out", "{n} GPUs have no {used}; they were left out", n=len(lost), used=used)  # fmt: skip
        notes.append(Note("no-energy", message, "energy"))
    if blanks[used]:
        message = plural(blanks[used], "one sample of {used} has no value; it was left out", "{n} samples of {used} have no value; they were left out",
                         n=blanks[used], used=used)  # fmt: skip
        notes.append(Note("power-samples-empty", message, "power"))
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


def _dump(log: Log, others: Tally[str]) -> Iterator[Row | Fault]:
    """Rows of a long CSV: times are microseconds since 1970."""
    header: list[str] = []
    for row, raw in log.table():
        if not header:
            header = [name.strip() for name in raw]
            log.account.head()
            continue
        where = f"{log.shown}: row {row}"
        if len(raw) != len(header):
            yield wrong_width(where, len(raw), len(header))
            continue
        texts = {name: text.strip() for name, text in zip(header, raw, strict=True)}
        field = texts["Field"].lower().removeprefix("dcgm_fi_dev_")
        if field not in _FIELDS:
            others[texts["Field"]] += 1
            log.account.ignore("other fields")
            continue
        try:
            time = cells.stamp(texts["TimeStampUs"], unit="us")
            if time is None or time.tzinfo is None:
                raise ValueError("not a time")
        except ValueError as error:
            yield torn_row(where, "TimeStampUs", texts["TimeStampUs"], str(error))
            continue
        made = Row(row, [], [], [])
        _value(made, where, texts["GPUId"], field, texts["Values"], time.timestamp(), False)
        yield made


def _dmon(log: Log, timed: bool) -> Iterator[Row | Fault]:
    """Rows `GPU 0 120.5 1234` below a header, which is repeated; what stands before `GPU` is a time of a wrapper."""
    columns: list[str] = []
    for row, line in log.lines():
        where = f"{log.shown}: row {row}"
        head, match = _ENTITY.match(line.strip("\ufeff")), _ROW.match(line)
        if head:
            names = head[2].split()
            log.account.head()
            if columns and names != columns:
                yield torn_row(where, "", " ".join(names), "its columns are not those of the header before", lines=0)
            columns = names
        elif match:
            yield _row(where, row, match, columns, timed)
        elif unit := _UNIT_ROW.match(line):
            units = dict(zip(columns, unit[1].split(), strict=False))
            log.account.head()
            for name in _UNITS.keys() & units.keys() if len(unit[1].split()) == len(columns) else ():
                if units[name] != _UNITS[name]:
                    yield torn_row(where, name, units[name], f"not in {_UNITS[name]}, as DCGM gives it", lines=0)
        elif _INSTANCE.search(line):
            log.account.ignore("instances of MIG")
        elif line.strip():
            log.account.miss(row)


def _row(where: str, row: int, match: re.Match[str], columns: list[str], timed: bool) -> Row:
    made = Row(row, [], [], [])
    texts, text = match[3].split(), match[1].strip().strip("[]")
    try:
        time = cells.stamp(text)
        problem = ""
    except ValueError as error:
        time, problem = None, str(error)
    if (time is not None) != timed and not problem:
        problem = "it bears no time, and other rows do" if timed else "it bears a time, and other rows do not"
    if not columns:
        made.faults.append(torn_row(where, "", match[0].strip(), "no header stands before the row"))
    elif len(texts) != len(columns):
        made.faults.append(torn_row(where, "", f"{len(texts)} values", f"the header has {len(columns)}"))
    elif problem:
        made.faults.append(torn_row(where, "", text, problem))
    else:
        naive = time is not None and time.tzinfo is None
        at = time.replace(tzinfo=time.tzinfo or UTC).timestamp() if time is not None else None
        for name, text in zip(columns, texts, strict=True):
            if name in _DMON:
                _value(made, where, match[2], _DMON[name], text, at, naive)
    return made


def _value(made: Row, where: str, gpu: str, field: str, text: str, at: float | None, naive: bool) -> None:
    """One value, into its row."""
    try:
        if not gpu.isdecimal() or len(gpu) > 4:
            raise ValueError("not the number of a GPU")
        value = cells.number(text)
    except ValueError as error:
        found = text if gpu.isdecimal() else gpu
        made.faults.append(torn_row(where, field, found, str(error)))
        return
    if value is None:
        made.blanks.append(field)
    elif field != "total_energy_consumption" and value > plausible.HIGHEST * 1000:
        made.faults.append(Fault(where, field, shorten(text), f"more than {plausible.HIGHEST:g} kW, which no GPU draws", "Take out blank values.", "implausible-power"))  # fmt: skip
    else:
        made.samples.append(Sample(made.row, gpu, field, value, at, naive))
