"""CodeCarbon: `emissions.csv` of all versions, a journal to which each flush of a run appends a row with growing totals."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest.cells import LONGEST
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "codecarbon",
    "CodeCarbon emissions.csv, versions 1 to 3",
    "energy by component as modelled or sampled, window, country, GPU model and count, declared emissions",
    "time zone, stage, which part of the energy was measured, number of processors",
)
NEEDED = {"timestamp", "project_name", "duration", "emissions", "energy_consumed"}
#: one of these is in the header of every version
VERSIONED = {"experiment_id", "emissions_rate", "run_id"}
#: kW beyond which no single machine draws power: the largest servers of eight accelerators are rated 14.3 kW
HIGHEST = 20.0
#: rows of a block, and rows per run of it, from which reading all at once is worth while
MANY, MANY_ROWS = 1000, 10
_TOTALS = ("duration", "emissions", "energy_consumed")
_PARTS = {"gpu_energy": "accelerator", "cpu_energy": "cpu", "ram_energy": "dram"}


def claims(head: Head) -> bool:
    """The header names what every version writes."""
    lines = head.lines
    return bool(lines) and set(_names(lines[0])) >= NEEDED


def _names(line: str) -> list[str]:
    return [name.strip().strip('"') for name in line.lstrip("\ufeff").split(",")]


@dataclass
class Journal:
    """The rows of one run: how many, where, and the last of them, which has the totals."""

    row: int
    last: int = 0
    count: int = 0
    energy: float = 0.0
    duration: float = 0.0
    cells: dict[str, str] = field(default_factory=dict)
    fault: Fault | None = None


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per run id: its last row where energy and duration grow. Rows without an id are runs of their own."""
    held: dict[tuple[str, str], Journal] = {}
    nameless: list[tuple[int, dict[str, str]]] = []
    header: list[str] = []
    for first, block in log.blocks():
        lines = block.decode("utf-8", "replace").split("\n")
        if not header:
            header = _names(lines[0])
            lines, first = lines[1:], first + 1
        if not _quickly(log, block, lines, header, first, held):
            yield from _slowly(log, lines, header, first, held, nameless)
    if header and not set(header) & VERSIONED:
        told = said(
            "{file}: the header is of no version of CodeCarbon, which write {names}: columns are read by name",
            file=log.shown,
            names=", ".join(sorted(VERSIONED)),
        )
        yield Note("columns-inferred", told)
    yield from runs(log, held, nameless)


def _quickly(
    log: Log, block: bytes, lines: list[str], header: list[str], first: int, held: dict[tuple[str, str], Journal]
) -> bool:
    """Take a block at once where its rows are many of few runs; False, and nothing taken, where any row needs a closer look."""
    import numpy as np
    import pandas as pd

    if len(lines) < MANY or "run_id" not in header or b'"' in block or b"\0" in block or len(set(header)) < len(header):
        return False
    wanted = ["run_id", *_TOTALS, "timestamp", *(["task_name"] if "task_name" in header else [])]
    places = [header.index(n) for n in wanted]
    try:
        frame = pd.read_csv(
            io.StringIO("\n".join(lines)), header=None, names=range(len(header)), usecols=places, keep_default_na=False
        )
    except (ValueError, pd.errors.ParserError):
        return False
    frame = frame[places]
    frame.columns = pd.Index(wanted)
    full = len(lines) - (lines[-1] == "")
    if len(frame) != full or any(frame[n].dtype.kind not in "fi" for n in _TOTALS):
        return False
    keys = frame["run_id"].astype(str) + ("/" + frame["task_name"].astype(str) if "task_name" in header else "/")
    codes, names = pd.factorize(keys)
    if len(names) * MANY_ROWS > full or any(str(n).startswith("/") for n in names):
        return False
    totals = frame[list(_TOTALS)].to_numpy(np.float64)
    stamps = frame["timestamp"].astype(str)
    if (
        not (np.isfinite(totals) & (totals >= 0)).all()
        or (totals[:, 0] > LONGEST).any()
        or not stamps.str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?").all()
    ):
        return False
    if (totals[:, 2] > HIGHEST * totals[:, 0] / 3600).any() or pd.to_datetime(
        stamps, errors="coerce", format="ISO8601"
    ).isna().any():
        return False
    for code, name in enumerate(names):
        rows = np.flatnonzero(codes == code)
        if (np.diff(totals[rows][:, [0, 2]], axis=0) < 0).any():
            return False
        key, _, task = str(name).partition("/")
        journal = held.get((key, task))
        if journal is not None and (totals[rows[0], 0] < journal.duration or totals[rows[0], 2] < journal.energy):
            return False
    for code, name in enumerate(names):
        rows = np.flatnonzero(codes == code)
        key, _, task = str(name).partition("/")
        journal = held.setdefault((key, task), Journal(first + int(rows[0])))
        at = int(rows[-1])
        journal.last, journal.count = first + at, journal.count + len(rows)
        journal.duration, journal.energy = float(totals[at, 0]), float(totals[at, 2])
        journal.cells = _cells(header, lines[at].split(","))
    return True


def _cells(header: list[str], cells: list[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}


def _slowly(
    log: Log, lines: list[str], header: list[str], first: int, held: dict[tuple[str, str], Journal],
    nameless: list[tuple[int, dict[str, str]]],
) -> Iterator[Fault]:  # fmt: skip
    """The rows of a block one by one, with a fault for each that is torn."""
    for row, line in enumerate(lines, start=first):
        text = line.replace("\0", "").rstrip("\r")
        if not text.strip(",\t "):
            continue
        where = f"{log.shown}: row {row}"
        try:
            parts = text.split(",") if '"' not in text else next(csv.reader([text.replace("\r", "")]), [])
        except csv.Error as error:
            yield Fault(where, "", "", f"not a row of a table: {error}", "Restore the row from its source.", "torn-row")
            continue
        if any(c.strip() for c in parts[len(header) :]):
            yield Fault(where, "", f"{len(parts)} cells", f"the header has {len(header)}: two rows are glued together", "Restore the rows from their source.", "torn-row")  # fmt: skip
            continue
        cells = _cells(header, parts)
        if (
            cells.get("timestamp") == "timestamp" and set(_names(text)) >= NEEDED
        ):  # a header amid the rows, where files were joined
            header[:] = _names(text)
            continue
        fault = take(row, cells, where, held, nameless)
        if fault is not None:
            yield fault


def take(
    row: int, cells: dict[str, str], where: str, held: dict[tuple[str, str], Journal], nameless: list[tuple[int, dict[str, str]]]
) -> Fault | None:  # fmt: skip
    """Put one row to the journal of its run; a fault where it is no whole row."""
    fault = _torn(cells, where)
    if fault is not None:
        return fault
    key = cells.get("run_id", "")
    if not key:
        nameless.append((row, cells))
        return None
    energy, duration = _number(cells, "energy_consumed"), _number(cells, "duration")
    journal = held.setdefault((key, cells.get("task_name", "")), Journal(row))
    journal.count += 1
    if journal.fault is None and (energy < journal.energy or duration < journal.duration):
        journal.fault = Fault(where, "run_id", shorten(key), "its energy or duration falls from one row of the run to the next",
                              "Give each run its own id: none of its rows is used.")  # fmt: skip
    journal.last, journal.energy, journal.duration, journal.cells = row, energy, duration, cells
    return None


def runs(
    log: Log, held: dict[tuple[str, str], Journal], nameless: list[tuple[int, dict[str, str]]]
) -> Iterator[Found | Fault]:
    """The runs of the journals, and of the rows without an id."""
    yield from _nameless(nameless)
    for _, ((key, task), journal) in log.each(held.items(), "run"):
        yield journal.fault if journal.fault is not None else _of_journal(log, key, task, journal)


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
            said("it has no run id and overlaps another row without one: both count, though they may be of one run"),
            "energy[0]",
        )
        yield _found(cells, [row], (note,) if row in shared else ())


def _of_journal(log: Log, key: str, task: str, journal: Journal) -> Found:
    notes: tuple[Note, ...] = ()
    rows = [journal.row]
    if journal.count > 1:
        notes = (
            Note(
                "cumulative-rows",
                said("{count} rows of one run: the last one counts", count=journal.count),
                "energy[0]",
            ),
        )
        rows = [journal.row, journal.last]
    found = _found(journal.cells, rows, notes, f"{key}/{task}" if task else key)
    return replace(found, host=_host(log, journal.cells), part_of=key if task else "")


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
    if _number(cells, "duration") > LONGEST:
        return Fault(where, "duration", shorten(cells["duration"]), "longer than a thousand years", "Restore the row from its source.", "torn-row")  # fmt: skip
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
        told = said(
            "{energy_consumed} kWh in {duration} s",
            energy_consumed=cells["energy_consumed"],
            duration=cells["duration"],
        )
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
