"""Tables that a mapping `lca-map/1` names: their rows, checked against the header, and their cells as values of a run log."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from lca.activity import as_utc
from lca.errors import Fault, InputError, shorten
from lca.ingest import cells
from lca.ingest.log import Log
from lca.ingest.mapping import DURATIONS, Column, Mapping
from lca.ingest.torn_rows import SWALLOWED, takes_in_others
from lca.units import DIMENSIONS, parse

_REMEDY = "Correct the row, or the mapping."
#: a number without unit, which stays as it was written
_PLAIN = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)?\Z")
_NUMBER_AND_UNIT = re.compile(r"([^\s A-Za-zµ%]+(?:[eE][+-]?\d+)?)\s*(.*)\Z")


class Row(NamedTuple):
    """Cells of the columns that were asked for, in their order; `line` is a hash of the whole row."""

    number: int
    cells: list[str]
    line: int


def rows(table: Log, mapping: Mapping, wanted: Sequence[str]) -> Iterator[Row | Fault]:
    """The rows of a table below its header. Raises InputError where a column is not there, or is there twice."""
    delimiter = "," if table.is_parquet else mapping.delimiter
    header: list[str] | None = None
    places: list[int] = []
    if mapping.header is not None:
        header = [name.strip() for name in mapping.header]
        places = _places(table, header, wanted)
    for number, raw in table.table(delimiter):
        row = list(map(str.strip, raw))
        if header is None:
            header = row
            places = _places(table, header, wanted)
            table.account.head()
            continue
        if row == header:  # tables that were joined bring their header along
            table.account.head()
            continue
        if len(row) != len(header) or "\n" in "".join(row):
            problem = _torn(row, header, places, delimiter, mapping.header is not None)
            if problem:
                shown = "one cell" if len(row) == 1 else f"{len(row)} cells"
                yield fault(table, number, "", shown, problem, count=1 + sum(c.count("\n") for c in row))
                continue
        yield Row(number, [row[n] for n in places], hash(tuple(row)))


def _places(table: Log, header: list[str], wanted: Sequence[str]) -> list[int]:
    for name in wanted:
        if name not in header:
            shown = ", ".join(repr(shorten(c, 30)) for c in header[:12] if c) or "none"
            raise InputError(
                table.shown, f"no column {shorten(name)!r}; its columns are {shown}", "Correct the mapping."
            )
        if header.count(name) > 1:
            raise InputError(
                table.shown, f"{header.count(name)} columns are named {shorten(name)!r}",
                "Give each column a name of its own, or name all columns under header in the mapping.",
            )  # fmt: skip
    return [header.index(name) for name in wanted]


def _torn(row: list[str], header: list[str], places: list[int], delimiter: str, is_named: bool) -> str:
    """What is wrong with the shape of a row; empty where nothing is."""
    if takes_in_others(row, len(header), delimiter):
        return SWALLOWED
    if places and max(places) >= len(row):
        return f"the row ends early: the header has {len(header)}"
    if not is_named and any(row[len(header) :]):
        return f"the row is longer than its header, which has {len(header)}"
    return ""


def fault(table: Log, number: int, column: str, found: str, problem: str, count: int = 1) -> Fault:
    """One row that cannot be used; `count` records, where it takes in those below it."""
    return Fault(
        where=f"{table.shown}: row {number}",
        field=shorten(column),
        found=shorten(found),
        problem=problem,
        remedy=_REMEDY,
        code="torn-row",
        count=count,
        lines=1,
    )


def joined(parts: Iterable[str]) -> str:
    """The cell of a column, or those of a date and a time of day as one."""
    return " ".join(part for part in parts if part)


def value(cell: str, dimension: str, column: Column, decimal: str) -> Any:
    """A cell as `lca-run/1` writes it; None where it is empty. Raises ValueError.

    `dimension` is that of the field: "" for text, "count" for bare numbers, "stamp" for times.
    """
    if column.values is not None and cell in column.values:
        cell = column.values[cell]
    elif cells.is_blank(cell) and not (dimension == "" and cell == "NA"):  # NA is a country
        return None
    elif column.values is not None:
        raise ValueError("the mapping does not say what this text stands for")
    if dimension == "":
        return cell
    if dimension == "stamp":
        return stamp(cell, column, decimal)
    if dimension == "time":
        seconds = duration(cell, column, decimal)
        if column.unit is None or not _PLAIN.match(cell):
            return f"{seconds!r} s"
    if dimension == "count":
        return cells.number(cell, decimal=decimal)
    if dimension == "ratio":
        return cells.quantity(cell, column.unit or "1", "ratio", decimal=decimal)
    else:
        cells.quantity(cell, column.unit or "", dimension, decimal=decimal)
    written = _NUMBER_AND_UNIT.match(cell)
    assert written is not None
    number = written[1].replace(",", ".") if decimal == "," else written[1]
    return f"{number.lstrip('+')} {cells.unit_named(written[2]) if written[2] else column.unit}"


def total(values: list[Any], dimension: str) -> Any:
    """The value of a field, the sum of several columns of energy or power. Raises ValueError where some of them are empty."""
    if len(values) == 1:
        return values[0]
    amounts = [parse(value, dimension).value for value in values if value is not None]
    if amounts and len(amounts) < len(values):
        raise ValueError("one of the columns that add up is empty")
    return f"{math.fsum(amounts)!r} {DIMENSIONS[dimension][0]}" if amounts else None


def energy_of(power: str, length: str | None, start: datetime | None, end: datetime | None) -> str:
    """The energy of a row from its mean power and its duration, or its start and end. Raises ValueError where it has neither."""
    if length is not None:
        hours = parse(length, "time").value
    elif start is not None and end is not None:
        hours = (as_utc(end) - as_utc(start)).total_seconds() / 3600
    else:
        raise ValueError("power without a duration gives no energy")
    return f"{parse(power, 'power').value * hours!r} kWh"


def duration(cell: str, column: Column, decimal: str, unit: str = "") -> float | None:
    """Seconds, None where the cell is empty. `unit` is that of bare numbers where the column has none. Raises ValueError."""
    return cells.duration(cell, column.unit or unit, decimal, DURATIONS.get(column.format or "", ""))


def stamp(cell: str, column: Column, decimal: str) -> datetime:
    """A time: a stamp, or a number since 1970. Raises ValueError."""
    text = cell.replace(",", ".") if decimal == "," and column.unit else cell
    moment = cells.stamp(text, column.format or "", column.unit or "")
    if moment is None:
        raise ValueError("no time")
    return moment
