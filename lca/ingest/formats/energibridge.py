"""EnergiBridge CSV: counters of processor and memory, power of Apple and NVIDIA devices, with times in milliseconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca.errors import Fault
from lca.ingest import cells, gauge
from lca.ingest.device_samples import empty, energy_of_parts, torn
from lca.ingest.energy_counter import Counter
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import wrong_width
from lca.language import said

FORMAT = Format(
    "energibridge",
    "EnergiBridge CSV",
    "energy of processor, memory and GPU by counters, or of the whole machine by its power (Apple), window in UTC",
    "names of devices, the rest of the machine (but for Apple), system, stage, place",
)
#: columns by the part of the machine; PP0 and PP1 (cores, graphics) and CORE lie within the package
_PARTS = {"PACKAGE_ENERGY (J)": "cpu", "CPU_ENERGY (J)": "cpu", "DRAM_ENERGY (J)": "dram"}
_SYSTEM, _CPU = "SYSTEM_POWER (Watts)", "CPU_POWER (Watts)"
_GPU = re.compile(r"GPU(\d{1,3})_(ENERGY|POWER) \((\w+)\)\Z")


def claims(head: Head) -> bool:
    """The header begins with Delta and Time, and has a power or an energy."""
    if not head.text.lstrip("\ufeff").startswith("Delta"):
        return False
    names = [n.strip() for n in head.lines[0].lstrip("\ufeff").split(",")] if head.lines else []
    return names[:2] == ["Delta", "Time"] and any(_is_meter(n) for n in names)


def _is_meter(name: str) -> bool:
    return name in _PARTS or name in (_SYSTEM, _CPU) or _GPU.match(name) is not None


def read(log: Log) -> Iterator[Found | Fault]:
    """One run. `Time` is the begin of a step and `Delta` its length in ms: a row is read at their sum."""
    meters: dict[str, Gauge] = {}
    header = [n.strip() for n in log.head.lines[0].lstrip("\ufeff").split(",")]
    columns = [n for n in header if _is_meter(n)]
    begin = end = blanks = 0
    is_begun = False
    for row, cells_of_row in log.table():
        if not is_begun or [c.strip() for c in cells_of_row] == header:
            is_begun = True
            log.account.head()
            continue
        where = f"{log.shown}: row {row}"
        if len(cells_of_row) != len(header):
            yield wrong_width(where, len(cells_of_row), len(header))
            continue
        one = dict(zip(header, cells_of_row, strict=True))
        values = _values(log, row, one, columns)
        if isinstance(values, Fault):
            yield values
            continue
        seconds, readings = values
        log.account.use()
        begin, end = begin or row, row
        blanks += len(readings) < len(columns)
        for name, value in readings.items():
            meter = meters.get(name)
            if meter is None:
                meter = meters[name] = Counter() if "ENERGY" in name else Gauge()
            meter.put(seconds, value)
    yield _found(log, meters, sorted({begin, end}), blanks)


def _values(log: Log, row: int, one: dict[str, str], columns: list[str]) -> tuple[float, dict[str, float]] | Fault:
    """The time of a row and what its meters show, in kW and kWh."""
    try:
        stamp, delta = cells.stamp(one["Time"]), cells.number(one["Delta"])
    except ValueError:
        stamp = delta = None
    if stamp is None or delta is None or stamp.tzinfo is None:
        return torn(log, row, "Time", f"{one['Time']} and {one['Delta']}", "not a time in ms and a length of a step")
    readings: dict[str, float] = {}
    for name in columns:
        unit = name[name.index("(") + 1 : -1].removeprefix("m")
        dimension = "energy" if "ENERGY" in name else "power"
        prefix = "m" if name[name.index("(") + 1] == "m" else ""
        try:
            value = cells.quantity(one[name], cells.unit_named(prefix + cells.unit_named(unit)), dimension)
        except ValueError:
            return torn(log, row, name, one[name], "not a power" if dimension == "power" else "not an energy")
        if value is not None:
            readings[name] = value
    return stamp.timestamp() + delta / 1000, readings


def _found(log: Log, meters: dict[str, Gauge], rows: list[int], blanks: int) -> Found | Fault:
    parts: dict[str, list[Gauge]] = {}
    for name, meter in meters.items():
        if name in _PARTS:
            parts.setdefault(_PARTS[name], []).append(meter)
        elif (match := _GPU.match(name)) is not None and not (
            match[2] == "POWER" and _energy_of(match[1]) & set(meters)
        ):
            parts.setdefault("accelerator", []).append(meter)
    if _CPU in meters and "cpu" not in parts:
        parts["cpu"] = [meters[_CPU]]
    notes: list[Note] = [*empty(blanks)]
    record: dict[str, Any] = {}
    try:
        if _SYSTEM in meters and "accelerator" not in parts:
            used = [meters[_SYSTEM]]
            energy, reading = gauge.energy(used, "node")
            if len(meters) > 1:
                notes.append(
                    Note(
                        "series-left-out",
                        said("SYSTEM_POWER is that of the whole machine; its parts were not added"),
                        "energy",
                    )
                )
        else:
            used = [m for each in parts.values() for m in each]
            energy, reading, note = energy_of_parts(parts, naive=False)
            notes.append(note)
    except ValueError as error:
        return Fault(
            log.shown,
            "",
            "",
            f"no energy follows from it: {error}",
            "Record at least two rows; look for a counter that runs backwards.",
        )
    gpus = len(parts.get("accelerator", []))
    if gpus and _SYSTEM not in meters:
        record["devices"] = [{"kind": "gpu", "count": gpus}]
    record |= {"energy": [energy]} | gauge.window(used)
    return Found(record, rows, (*notes, *gauge.notes(used)), "EnergiBridge", reading=reading)


def _energy_of(gpu: str) -> set[str]:
    return {f"GPU{gpu}_ENERGY ({unit})" for unit in ("J", "mJ", "Joules", "mJoules")}
