"""Tables of any kind, CSV or Parquet, by a mapping file `lca-map/1` that is given with them."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lca.activity import as_utc
from lca.errors import Fault, InputError, shorten
from lca.ingest import gauge, mapping
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Counter, Gauge
from lca.ingest.log import Head, Log
from lca.ingest.mapping import FIELDS, Column, Mapping, Samples
from lca.language import said
from lca.units import convert

FORMAT = Format(
    "table",
    "Any CSV or Parquet table, with a mapping file lca-map/1 given beside it",
    "what the mapping names: runs by row, or samples of power or of a counter",
    "what the table lacks may stand as constants in the mapping",
)
_FRACTIONS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


def claims(head: Head) -> bool:
    """The mapping is claimed, not the tables that it names: without a mapping they are in no known format."""
    return any(line.replace(" ", "").replace('"', "") == f"schema:{mapping.SCHEMA}" for line in head.lines[:20])


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """The runs of all tables that the mapping names, among the files that were given."""
    made = mapping.load(log)
    tables = [t for t in log.beside(made.match) if not claims(t.head)]
    if not tables:
        raise InputError(log.shown, "no file that was given fits its match", "Name the tables beside the mapping, or correct match.", shorten(made.match))  # fmt: skip
    for table in tables:
        try:
            yield from _samples(table, made, made.samples) if made.samples is not None else _rows(table, made)
        except InputError as error:
            yield error.fault


def _cells(table: Log, made: Mapping, wanted: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows by the names of their columns. Raises InputError where the table lacks a column that the mapping names."""
    rows: Iterator[tuple[int, dict[str, Any]]]
    if made.header is not None:
        names = made.header
        rows = (
            (n, dict(zip(names, (c.strip() for c in cells), strict=False))) for n, cells in table.table(made.delimiter)
        )
    else:
        rows = iter(table.records("," if table.is_parquet else made.delimiter))
    checked = False
    for number, row in rows:
        if not checked:
            for name in wanted:
                if name not in row:
                    told = ", ".join(repr(shorten(str(c), 30)) for c in list(row)[:12]) or "none"
                    raise InputError(
                        table.shown, f"no column {shorten(name)!r}; its columns are {told}", "Correct the mapping."
                    )
            checked = True
        yield number, row


def _rows(table: Log, made: Mapping) -> Iterator[Found | Fault]:
    for number, row in _cells(table, made, [c.column for c in made.columns.values()]):
        record = copy.deepcopy(made.constants)
        where = f"{table.shown}: row {number}"
        try:
            for name, column in made.columns.items():
                value = _value(row.get(column.column), FIELDS[name][1], column, made)
                if value is not None:
                    _set(record, FIELDS[name][0], value)
        except ValueError as error:
            yield Fault(where, shorten(column.column), shorten(str(row.get(column.column) or "")), str(error), "Correct the row, or the mapping.", "torn-row")  # fmt: skip
            continue
        except (AttributeError, TypeError, IndexError):
            yield Fault(
                where, "constants", "", f"constants and columns disagree on what {name} is", "Correct the mapping."
            )
            continue
        if made.energy is not None and record.get("energy"):
            record["energy"][0] |= made.energy.model_dump(exclude_defaults=True) | {"method": made.energy.method}
        yield Found(record, number, producer="table", source=table)


def _set(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    at = record
    for name in path[:-1]:
        at = at.setdefault(name, [{}])[0] if name in ("devices", "energy") else at.setdefault(name, {})
    at[path[-1]] = value


def _value(cell: Any, dimension: str, column: Column, made: Mapping) -> Any:
    """A cell as `lca-run/1` writes it; None where it is empty. Raises ValueError."""
    if cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if column.values is not None:
        if str(cell) not in column.values:
            raise ValueError("the mapping does not say what this text stands for")
        cell = column.values[str(cell)]
    if dimension == "stamp":
        return _stamp(cell, column, made).isoformat()
    if dimension == "":
        return str(cell)
    number = _number(cell, made)
    if dimension == "ratio":
        return number / 100 if column.unit == "%" else number
    return number if dimension == "count" else f"{number!r} {column.unit}"


def _number(cell: Any, made: Mapping) -> float:
    """A number, with the decimal sign of the mapping. Raises ValueError for what is none: separators of thousands too."""
    text = str(cell).strip()
    if made.decimal == ",":
        if "." in text:
            raise ValueError("not a number with a decimal comma")
        text = text.replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        raise ValueError("not a number") from None
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _stamp(cell: Any, column: Column, made: Mapping) -> datetime:
    """A time: stamp, or number since 1970 in the unit of the column. Raises ValueError."""
    if isinstance(cell, datetime):
        stamp = cell
    elif column.unit in _FRACTIONS:
        try:
            return datetime.fromtimestamp(_number(cell, made) * _FRACTIONS[column.unit], UTC)
        except (OverflowError, OSError):
            raise ValueError("not a time") from None
    else:
        try:
            text = str(cell).strip()
            stamp = datetime.strptime(text, column.format) if column.format else datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("not a time") from None
    if stamp.tzinfo is None and made.time_zone is not None:
        stamp = stamp.replace(tzinfo=ZoneInfo(made.time_zone))
    return stamp


def _samples(table: Log, made: Mapping, samples: Samples) -> Iterator[Found | Fault]:
    columns = samples.power or samples.counter
    dimension, kind = ("power", Gauge) if samples.power else ("energy", Counter)
    extra = [c for c in (samples.device, samples.run) if c]
    scale = {c.column: convert(1.0, c.unit or "", dimension) for c in columns}
    runs: dict[str, dict[tuple[str, str], Gauge]] = {}
    rows: dict[str, list[int]] = {}
    naive = False
    for number, row in _cells(table, made, [samples.time.column, *(c.column for c in columns), *extra]):
        field = samples.time.column
        try:
            at, is_naive = _seconds(row.get(field), samples, made)
            run = str(row.get(samples.run) or "") if samples.run else ""
            device = str(row.get(samples.device) or "") if samples.device else ""
            values = []
            for column in columns:
                field = column.column
                cell = row.get(field)
                if cell not in (None, ""):
                    value = _number(cell, made)
                    if value < 0:
                        raise ValueError("below 0")
                    values.append((column.column, value * scale[column.column]))
        except ValueError as error:
            yield Fault(f"{table.shown}: row {number}", shorten(field), shorten(str(row.get(field) or "")), str(error), "Correct the row, or the mapping.", "torn-row")  # fmt: skip
            continue
        naive |= is_naive
        held = runs.setdefault(run, {})
        rows.setdefault(run, [number, number])[1] = number
        for name, value in values:
            held.setdefault((device, name), kind()).put(at, value)
    for run, held in runs.items():
        yield _run_of_samples(table, made, samples, run, held, rows[run], naive)


def _seconds(cell: Any, samples: Samples, made: Mapping) -> tuple[float, bool]:
    if samples.relative:
        return _number(cell, made) * _FRACTIONS.get(samples.time.unit or "s", 1.0), False
    stamp = _stamp(cell, samples.time, made)
    return as_utc(stamp).timestamp(), stamp.tzinfo is None


def _run_of_samples(
    table: Log, made: Mapping, samples: Samples, run: str, held: dict[tuple[str, str], Gauge], rows: list[int], naive: bool
) -> Found | Fault:  # fmt: skip
    where = f"{table.shown}: rows {rows[0]} to {rows[1]}"
    try:
        energy, reading = gauge.energy(list(held.values()), samples.boundary, naive)
    except ValueError as error:
        return Fault(
            where, "samples", "", f"no energy follows from the samples: {error}", "Correct the table, or the mapping."
        )
    begin, end = gauge.span(held.values())
    record = copy.deepcopy(made.constants) | {"energy": [energy]}
    if run:
        record["id"] = run
    notes = gauge.notes(held.values())
    if samples.relative:
        record["duration"] = f"{end - begin!r} s"
        notes += (Note("clock-fault", said("its times count from an unknown moment: the run has no date"), "start"),)
    else:
        zone = None if naive else UTC
        record |= {"start": datetime.fromtimestamp(begin, UTC).replace(tzinfo=zone).isoformat(),
                   "end": datetime.fromtimestamp(end, UTC).replace(tzinfo=zone).isoformat()}  # fmt: skip
    return Found(record, rows, notes, "table", reading=None if samples.relative else reading, source=table)
