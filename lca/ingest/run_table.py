"""Tables of runs that experiment trackers export, one row per run: when it began, how long it took, how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.formats import Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import SWALLOWED, takes_in_others, torn_row, wrong_width
from lca.language import said


class Columns(NamedTuple):
    """Names of the columns by what they hold; empty where the table has none of that kind. `unit` is that of bare durations."""

    start: str
    status: str
    states: Mapping[str, str]
    id: str = ""
    end: str = ""
    duration: str = ""
    unit: str = "s"


class Row(NamedTuple):
    """A run: its row, its cells by name, its record, and what is told of it."""

    number: int
    cells: dict[str, str]
    record: dict[str, Any]
    notes: tuple[Note, ...]


def names(head: Head) -> list[str]:
    """The names of the header."""
    first = head.lines[0] if head.lines else ""
    return [n.strip().strip('"') for n in first.lstrip("\ufeff").split(",")]


def rows(log: Log, columns: Columns) -> Iterator[Row | Fault]:
    """The runs of a table. A row of which a time is none is set aside."""
    header: list[str] = []
    for number, texts in log.table():
        if not header:
            header = [c.strip().lstrip("\ufeff") for c in texts]
            log.account.head()
            continue
        if len(texts) != len(header):
            yield wrong_width(f"{log.shown}: row {number}", len(texts), len(header))
            continue
        if takes_in_others(texts, len(header)):
            yield torn_row(f"{log.shown}: row {number}", "", "", SWALLOWED)
            continue
        by_name = {name: text.strip() for name, text in zip(header, texts, strict=True) if name}
        made = _row(log, number, by_name, columns)
        if isinstance(made, Row):
            log.account.use()
        yield made


def _row(log: Log, number: int, by_name: dict[str, str], columns: Columns) -> Row | Fault:
    where = f"{log.shown}: row {number}"
    times: dict[str, datetime | None] = {}
    for field in (columns.start, columns.end):
        try:
            times[field] = cells.stamp(by_name.get(field))
        except ValueError as error:
            return torn_row(where, field, by_name[field], str(error))
    try:
        seconds = cells.duration(by_name.get(columns.duration), columns.unit)
    except ValueError as error:
        return torn_row(where, columns.duration, by_name[columns.duration], str(error))
    start, end = times[columns.start], times[columns.end]
    if start is not None and end is not None and end < start:
        return torn_row(where, columns.end, by_name[columns.end], f"before {columns.start}")
    record: dict[str, Any] = {}
    if (id := by_name.get(columns.id, "")) and not cells.is_blank(id):
        record["id"] = id[:200]
    notes: list[Note] = []
    state = by_name.get(columns.status, "")
    if status := columns.states.get(state.lower(), ""):
        record["status"] = status
    if start is not None:
        record["start"] = start.isoformat()
    else:
        notes.append(
            Note("clock-fault", said("the table states no {column} of the run", column=columns.start), "start")
        )
    if end is not None and end != start:
        record["end"] = end.isoformat()
    elif seconds:
        record["duration"] = f"{seconds!r} s"
    else:
        column = columns.end or columns.duration
        notes.append(Note("clock-fault", said("the table states no {column} of the run", column=column), "duration"))
    told = said("the table holds no power and no energy of the run")
    return Row(number, by_name, record, (*notes, Note("no-energy", told, "energy")))
