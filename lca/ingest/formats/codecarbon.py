"""CodeCarbon: `emissions.csv` of all versions, a journal to which each flush of a run appends a row with growing totals."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log

FORMAT = Format(
    "codecarbon",
    "CodeCarbon emissions.csv, versions 1 to 3",
    "energy by component as modelled or sampled, window, country, GPU model and count, declared emissions",
    "time zone, stage, which part of the energy was measured, number of processors",
)
NEEDED = {"timestamp", "project_name", "duration", "emissions", "energy_consumed"}
#: kW beyond which no single machine draws power: the largest servers of eight accelerators are rated 14.3 kW
HIGHEST = 20.0
_PARTS = {"gpu_energy": "accelerator", "cpu_energy": "cpu", "ram_energy": "dram"}


def claims(head: Head) -> bool:
    """The header names what every version writes."""
    lines = head.lines
    return bool(lines) and set(_names(lines[0])) >= NEEDED


def _names(line: str) -> list[str]:
    return [name.strip().strip('"') for name in line.lstrip("\ufeff").split(",")]


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per run id: its last row where energy and duration grow. Rows without an id are runs of their own."""
    held: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    nameless: list[tuple[int, dict[str, str]]] = []
    for row, cells in log.records():
        where = f"{log.shown}: row {row}"
        fault = _torn(cells, where)
        if fault is not None:
            yield fault
            continue
        key = cells.get("run_id", "")
        task = cells.get("task_name", "")
        if not key:
            nameless.append((row, cells))
        else:
            held.setdefault((key, task), []).append((row, cells))
    yield from _nameless(nameless)
    for (key, task), rows in held.items():
        yield from _journal(log, key, task, rows)


def _nameless(rows: list[tuple[int, dict[str, str]]]) -> Iterator[Found]:
    """Rows without the id of a run. Those that overlap may be of one run: nothing tells, and all of them count."""
    windows = sorted((*_window(cells), row) for row, cells in rows)
    shared: set[int] = set()
    until, last = None, 0
    for begin, end, row in windows:
        if until is not None and begin < until:
            shared |= {row, last}
        if until is None or end > until:
            until, last = end, row
    for row, cells in rows:
        note = Note(
            "overlap-same-host",
            "it has no run id and overlaps another row without one: both count, though they may be of one run",
            "energy[0]",
        )
        yield _found(cells, [row], (note,) if row in shared else ())


def _journal(log: Log, key: str, task: str, rows: list[tuple[int, dict[str, str]]]) -> Iterator[Found | Fault]:
    for (_, before), (row, after) in pairwise(rows):
        if any(_number(after, name) < _number(before, name) for name in ("energy_consumed", "duration")):
            yield Fault(f"{log.shown}: row {row}", "run_id", shorten(key), "its energy or duration falls from one row of the run to the next",
                        "Give each run its own id: none of its rows is used.")  # fmt: skip
            return
    notes: tuple[Note, ...] = ()
    if len(rows) > 1:
        notes = (Note("cumulative-rows", f"{len(rows)} rows of one run: the last one counts", "energy[0]"),)
    found = _found(rows[-1][1], [row for row, _ in rows], notes, f"{key}/{task}" if task else key)
    yield replace(found, host=_host(log, rows[-1][1]), part_of=key if task else "")


#: what tells machines apart: the log has no name of the host
_MACHINE = ("os", "cpu_count", "cpu_model", "gpu_count", "gpu_model", "ram_total_size")


def _host(log: Log, cells: dict[str, str]) -> str:
    """One machine where the tracker measured all of it: the same hardware in one folder. Tasks lie within their run."""
    if cells.get("tracking_mode") != "machine" or cells.get("task_name"):
        return ""
    return "|".join([os.path.dirname(os.path.abspath(log.path)), *(cells.get(name, "") for name in _MACHINE)])


def _window(cells: dict[str, str]) -> tuple[datetime, datetime]:
    end = _stamp(cells)
    assert end is not None  # `_torn` has looked
    return end - timedelta(seconds=_number(cells, "duration")), end


def _torn(cells: dict[str, str], where: str) -> Fault | None:
    """What shows that a row is no whole row: a number that is none, no end, or a power that no machine draws."""
    for name in ("duration", "emissions", "energy_consumed"):
        value = _number(cells, name)
        if not value >= 0:
            return Fault(
                where,
                name,
                shorten(cells.get(name, "")),
                "not a number of at least 0",
                "Restore the row from its source.",
                "torn-row",
            )
    if _stamp(cells) is None:
        return Fault(
            where,
            "timestamp",
            shorten(cells["timestamp"]),
            "not a time",
            "Restore the row from its source.",
            "torn-row",
        )
    hours, energy = _number(cells, "duration") / 3600, _number(cells, "energy_consumed")
    if energy > HIGHEST * hours:
        told = f"{cells['energy_consumed']} kWh in {cells['duration']} s"
        return Fault(where, "energy_consumed", told, f"more than {HIGHEST:g} kW, which no machine draws", "Correct the unit of energy or duration.", "implausible-power")  # fmt: skip
    return None


def _found(cells: dict[str, str], rows: list[int], notes: tuple[Note, ...], id: str = "") -> Found:
    end = _stamp(cells)
    assert end is not None  # `_torn` has looked
    seconds = _number(cells, "duration")
    record: dict[str, Any] = {
        "id": id, "system": cells.get("project_name", ""), "duration": f"{cells['duration']} s", "end": end.isoformat(),
        "start": (end - timedelta(seconds=seconds)).isoformat(), "location": _location(cells), "devices": _devices(cells),
        "energy": [_energy(cells)], "declared": {"co2e": f"{cells['emissions']} kgCO2e"},
    }  # fmt: skip
    if _number(cells, "wue") > 0:
        record["facility"] = {"wue": f"{cells['wue']} L/kWh"}
    if _number(cells, "pue") > 1:  # 1 is what the tool writes where nobody states one
        record["facility"] = record.get("facility", {}) | {"pue": _number(cells, "pue")}
        record["energy"][0]["includes_pue"] = True
    record = {k: v for k, v in record.items() if v}
    if seconds == 0:
        del record["duration"], record["start"]
    return Found(record, rows, notes, "codecarbon", cells.get("codecarbon_version", ""))


def _energy(cells: dict[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "value": f"{cells['energy_consumed']} kWh",
        "boundary": "component_sum",
        "method": "modelled",
    }
    parts = {part: f"{cells[name]} kWh" for name, part in _PARTS.items() if _number(cells, name) > 0}
    return made | ({"components": parts} if parts else {})


def _devices(cells: dict[str, str]) -> list[dict[str, Any]]:
    """GPUs as `2 x NVIDIA A100 | 1 x ...`; a processor only where there is none, its number not being known."""
    out = []
    for part in cells.get("gpu_model", "").split("|"):
        count, times, model = part.strip().partition(" x ")
        if times and count.isdigit() and model.strip():
            out.append({"model": model.strip(), "kind": "gpu", "count": int(count)})
        elif part.strip():
            number = _number(cells, "gpu_count")
            out.append({"model": part.strip(), "kind": "gpu"} | ({"count": int(number)} if number >= 1 else {}))
    if not out and cells.get("cpu_model"):
        out.append({"model": cells["cpu_model"], "kind": "cpu"})
    return out


def _location(cells: dict[str, str]) -> dict[str, str]:
    made = {"country": cells.get("country_iso_code", "")}
    if cells.get("on_cloud", "").upper() in ("Y", "TRUE", "1") or cells.get("cloud_provider"):
        made |= {"cloud": cells.get("cloud_provider", ""), "region": cells.get("cloud_region", "")}
    return {k: v for k, v in made.items() if v}


def _stamp(cells: dict[str, str]) -> datetime | None:
    try:
        return datetime.fromisoformat(cells.get("timestamp", ""))
    except ValueError:
        return None


def _number(cells: dict[str, str], name: str) -> float:
    """A cell as a number, NaN where it is none."""
    try:
        value = float(cells.get(name, ""))
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
