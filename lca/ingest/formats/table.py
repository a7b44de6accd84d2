"""Tables of any kind, CSV or Parquet, by a mapping file `lca-map/1` that is given with them."""

from __future__ import annotations

import copy
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lca.errors import Fault, InputError, shorten
from lca.ingest import cells, gauge, intervals, mapped, mapping
from lca.ingest.energy_counter import Counter
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.intervals import Intervals
from lca.ingest.log import Head, Log
from lca.ingest.mapped_samples import BadCell, SampleReader
from lca.ingest.mapping import FIELDS, Mapping, Samples
from lca.language import plural, said
from lca.units import parse

FORMAT = Format(
    "table",
    "Any CSV or Parquet table, with a mapping file lca-map/1 given beside it",
    "what the mapping names: runs by row, or samples of power, of a counter, or of energy per interval",
    "what the table lacks may stand as constants in the mapping",
)


def claims(head: Head) -> bool:
    """The mapping is claimed, not the tables that it names: without a mapping they are in no known format."""
    return any(line.replace(" ", "").replace('"', "") == f"schema:{mapping.SCHEMA}" for line in head.lines[:20])


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """The runs of all tables that the mapping names, among the files that were given; each content once."""
    plan = mapping.load(log)
    log.zone = None  # each table has a zone of its own
    tables = [t for t in log.beside(plan.match) if not claims(t.head)]
    if not tables:
        raise InputError(log.shown, "no file that was given fits its match", "Name the tables beside the mapping, or correct match.", shorten(plan.match))  # fmt: skip
    first_of: dict[str, str] = {}
    series: list[Found] = []
    for table in tables:
        first = first_of.setdefault(table.digest, table.shown)
        if first != table.shown:
            message = said("{file} holds the same bytes as {first}: it counts once", file=table.shown, first=first)
            yield Note("identical-files", message)
            continue
        try:
            for each in _samples(table, plan, plan.samples) if plan.samples is not None else _rows(table, plan):
                if plan.samples is not None and isinstance(each, Found):
                    series.append(each)
                else:
                    yield each
        except InputError as error:
            yield replace(error.fault, lines=max(0, table.account.rest))
        if table.account.total - table.account.blank <= table.account.header and len(tables) > 1:
            yield Note("empty-log", said("{file} holds no record", file=table.shown))
    yield from _apart(series)


def _apart(series: list[Found]) -> Iterator[Found]:
    """Runs of samples by ids of their own: a job that stands in the tables of several nodes is one run in each of them."""
    tally = Tally(found.record.get("id") for found in series)
    for found in series:
        name = found.record.get("id")
        if name is not None and tally[name] > 1 and found.source is not None:
            stem = found.source.head.name.partition(".")[0]
            found.record["id"] = f"{name}-{stem}-{found.source.digest[:8]}"
        yield found


@dataclass
class _Blanks:
    """Samples that hold no value: how many of all, and where the first one stands."""

    count: int = 0
    of: int = 0
    first: str = ""

    def note(self) -> Note:
        """What is told of them."""
        message = plural(
            self.count, "{n} of {samples} samples holds no value, the first at {first}",
            "{n} of {samples} samples hold no value, the first at {first}", n=self.count, samples=self.of, first=self.first,
        )  # fmt: skip
        return Note("power-samples-empty", message, "power")

    def of_column(self, file: str, column: str, rows: int) -> Note:
        """What is told of a column of a table of runs; the runs count without what it would state."""
        message = plural(
            self.count, "{file}: {n} of {rows} rows, row {first}, is empty in the column {column}",
            "{file}: {n} of {rows} rows, the first of them row {first}, are empty in the column {column}",
            n=self.count, file=file, rows=rows, first=self.first, column=shorten(column),
        )  # fmt: skip
        return Note("cells-not-used", message, severity="info")


def _rows(table: Log, plan: Mapping) -> Iterator[Found | Fault | Note]:
    zone, zone_note = _zone(table, plan)
    wanted = [(name, column) for name in plan.columns for column in plan.of(name)]
    blanks: dict[str, _Blanks] = {}
    used = 0
    for row in mapped.rows(table, plan, [name for _, column in wanted for name in column.names]):
        if isinstance(row, Fault):
            yield row
            continue
        values: dict[str, list[Any]] = {}
        column, cell = wanted[0][1], ""
        try:
            given_cells = iter(row.cells)
            for name, column in wanted:
                cell = mapped.joined(next(given_cells) for _ in column.names)
                values.setdefault(name, []).append(mapped.value(cell, FIELDS[name][1], column, plan.decimal))
            given = {name: mapped.total(each, FIELDS[name][1]) for name, each in values.items()}
            is_local = _localise(given, zone)
            if (power := given.pop("power", None)) is not None:
                column, cell = plan.of("power")[0], ""
                given["energy"] = mapped.energy_of(power, *(given.get(name) for name in ("duration", "start", "end")))
        except ValueError as error:
            yield mapped.fault(table, row.number, column.column, cell, str(error))
            continue
        notes = (zone_note,) if is_local and zone_note is not None else ()
        record = copy.deepcopy(plan.constants)
        name = ""
        try:
            for name, value in given.items():
                if value is not None:
                    _set(record, FIELDS[name][0], value.isoformat() if isinstance(value, datetime) else value)
        except (AttributeError, TypeError, IndexError):
            problem = f"constants and columns disagree on what {name} is"
            yield Fault(f"{table.shown}: row {row.number}", "constants", "", problem, "Correct the mapping.")
            continue
        if given.get("count") == 0:  # a job of processors in a table of jobs: it used no such device
            record["devices"] = record["devices"][1:]
        if given.get("energy") is not None:
            stated = plan.energy or mapping.Energy()
            record["energy"][0] |= stated.model_dump(exclude_defaults=True) | {"method": stated.method}
        table.account.use()
        used += 1
        for (_, blank_column), one in zip(wanted, (v for each in values.values() for v in each), strict=True):
            if one is None:
                blanks.setdefault(blank_column.column, _Blanks(first=str(row.number))).count += 1
        yield Found(record, row.number, notes, producer="table", source=table)
    for column_name, blank in blanks.items():
        yield blank.of_column(table.shown, column_name, used)


def _localise(values: dict[str, Any], zone: ZoneInfo | None) -> bool:
    """Put local times in their zone, an hour that is repeated by the duration; whether there were any."""
    start, end, length = values.get("start"), values.get("end"), values.get("duration")
    if zone is None or all(t is None or t.tzinfo is not None for t in (start, end)):
        return False
    seconds = parse(length, "time").value * 3600 if length is not None else None
    values["start"], values["end"] = cells.span_in_zone(start, end, zone, seconds)
    return True


def _zone(table: Log, plan: Mapping) -> tuple[ZoneInfo | None, Note | None]:
    """The zone of local times: that of the mapping, else that of a rule for the table, which is told."""
    return (ZoneInfo(plan.time_zone), None) if plan.time_zone is not None else table.zone_of(table.shown)


def _set(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    at = record
    for name in path[:-1]:
        at = at.setdefault(name, [{}])[0] if name in ("devices", "energy") else at.setdefault(name, {})
    at[path[-1]] = value


Series = Gauge | Intervals


@dataclass
class _Run:
    """Samples of one run: a series per device and column, the first and the last row."""

    first: int
    last: int = 0
    series: dict[tuple[str, ...], Series] = field(default_factory=dict)


def _samples(table: Log, plan: Mapping, samples: Samples) -> Iterator[Found | Fault | Note]:
    zone, zone_note = _zone(table, plan)
    kind: type[Series] = Gauge if samples.power else Counter if samples.counter else Intervals
    reader = SampleReader(plan, samples, zone)
    names = [column.column for column in samples.values]
    runs: dict[str, _Run] = {}
    blanks = _Blanks()
    for row in mapped.rows(table, plan, reader.columns):
        if isinstance(row, Fault):
            yield row
            continue
        try:
            sample = reader.read(row)
        except BadCell as bad:
            yield mapped.fault(table, row.number, bad.column, bad.cell, str(bad))
            continue
        table.account.use()
        run = runs.get(sample.run) or runs.setdefault(sample.run, _Run(row.number))
        run.last = row.number
        blanks.of += len(names)
        for name, value in zip(names, sample.values, strict=True):
            if value is None:
                blanks.count += 1
                blanks.first = blanks.first or f"{table.shown}: row {row.number}"
                continue
            key = (*sample.device, name)
            series = run.series.get(key) or run.series.setdefault(key, kind(reader.local))
            if isinstance(series, Intervals):
                series.put(sample.moment, value, row.line)
            else:
                series.put(sample.moment, value)
    if blanks.count:
        yield blanks.note()
    for name, run in runs.items():
        found = _run_of_samples(table, plan, samples, name, run, reader.naive)
        if reader.local is not None and zone_note is not None and isinstance(found, Found):
            found = replace(found, notes=(*found.notes, zone_note))
        yield found


def _run_of_samples(table: Log, plan: Mapping, samples: Samples, name: str, run: _Run, is_naive: bool) -> Found | Fault:  # fmt: skip
    """One run, its energy made of its samples."""
    series = list(run.series.values())
    notes: tuple[Note, ...]
    try:
        if samples.energy:
            lines = [each for each in series if isinstance(each, Intervals)]
            first = parse(samples.interval, "time").value * 3600 if samples.interval is not None else None
            energy, reading, notes = intervals.energy(lines, samples.boundary or "", is_naive, first)
            gauges: list[Gauge] = [each.counter for each in lines]
        else:
            gauges = [each for each in series if isinstance(each, Gauge)]
            energy, reading = gauge.energy(gauges, samples.boundary or "", is_naive)
            notes = gauge.notes(gauges)
    except ValueError as error:
        where = f"{table.shown}: rows {run.first} to {run.last}"
        problem = f"no energy follows from the samples: {error}"
        return Fault(where, "samples", "", problem, "Correct the table, or the mapping.", lines=0)
    if samples.boundary is None:
        del energy["boundary"]
    record = copy.deepcopy(plan.constants) | {"energy": [energy]}
    if name:
        record["id"] = name
    begin, end = gauge.span(gauges)
    if samples.relative:
        record["duration"] = f"{end - begin!r} s"
        notes += (Note("clock-fault", said("its times count from an unknown moment: the run has no date"), "start"),)
        reading = None
    else:
        record |= gauge.window(gauges, is_naive)
    return Found(record, [run.first, run.last], notes, "table", reading=reading, source=table)
