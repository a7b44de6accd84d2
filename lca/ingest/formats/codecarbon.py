"""CodeCarbon: `emissions.csv` of all versions, a journal to which each flush of a run appends a row with growing totals."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import replace

from lca.errors import Fault, shorten
from lca.ingest import codecarbon_columns, codecarbon_row
from lca.ingest.codecarbon_journal import Journal, Journals
from lca.ingest.codecarbon_row import Row
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import listed, plural, said

FORMAT = Format(
    "codecarbon",
    "CodeCarbon emissions.csv, versions 1 to 3",
    "energy by component as modelled or sampled, window, country, GPU model and count, declared emissions",
    "time zone, stage, which part of the energy was measured, number of processors",
    marks=(("timestamp", "project_name", "duration", "emissions", "energy_consumed"),),
)
NEEDED = {"timestamp", "project_name", "duration", "emissions", "energy_consumed"}
#: one of these is in the header of every version
VERSIONED = {"experiment_id", "emissions_rate", "run_id"}
#: all columns that any version writes
KNOWN = NEEDED | VERSIONED | {
    "task_name", "cpu_power", "gpu_power", "ram_power", "cpu_energy", "gpu_energy", "ram_energy", "water_consumed", "country", "country_name",
    "country_iso_code", "region", "cloud_provider", "cloud_region", "os", "python_version", "codecarbon_version", "cpu_count", "cpu_model",
    "gpu_count", "gpu_model", "longitude", "latitude", "ram_total_size", "tracking_mode", "cpu_utilization_percent", "gpu_utilization_percent",
    "ram_utilization_percent", "ram_used_gb", "on_cloud", "pue", "wue",
}  # fmt: skip


def claims(head: Head) -> bool:
    """The header names what every version writes."""
    lines = head.lines
    return bool(lines) and set(_names(lines[0])) >= NEEDED


def _names(line: str) -> list[str]:
    return [name.strip().strip('"') for name in line.lstrip("\ufeff").split(",")]


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per run id: its row furthest on. Rows without an id are runs of their own."""
    journals = Journals(log.shown)
    header: list[str] = []
    for first, block in log.blocks():
        lines = block.decode("utf-8", "replace").split("\n")
        if lines[-1] == "":
            lines.pop()
        if not header:
            header = _names(lines[0])
            lines, first = lines[1:], first + 1
            log.account.head()
        is_plain = codecarbon_columns.is_plain(block, header)
        if is_plain and codecarbon_columns.take_runs(lines, header, first, journals):
            continue
        for begin in range(0, len(lines), codecarbon_columns.TOGETHER):
            part = lines[begin : begin + codecarbon_columns.TOGETHER]
            if not (is_plain and codecarbon_columns.take_rows(part, header, first + begin, journals)):
                yield from _read_rows(log, part, header, first + begin, journals)
    yield from _of_header(log, header)
    yield from runs(log, journals)


def runs(log: Log, journals: Journals) -> Iterator[Found | Fault]:
    """The runs of the journals, and of the rows without an id; their rows are used."""
    yield from _nameless(log, journals)
    folder = os.path.dirname(os.path.abspath(log.path))
    for _, ((key, task), journal) in log.each(journals.of_run.items(), "run"):
        if journal.fault is not None:
            yield replace(journal.fault, lines=journal.count)
        elif journal.furthest is not None:
            log.account.use(journal.count)
            yield _of_journal(folder, key, task, journal, journal.furthest)
        else:
            journal.excessive.sort(key=lambda row: (row.seconds, row.row))
            longest = journal.excessive.pop()
            log.account.use()
            yield _of_journal(folder, key, task, replace(journal, row=longest.row, count=1), longest)
        yield from (row.excess for row in journal.excessive if row.excess is not None)


def _of_header(log: Log, header: list[str]) -> Iterator[Note]:
    """What is told of columns: a header of no version, and names that none writes."""
    if header and not set(header) & VERSIONED:
        message = said(
            "{file}: the header is of no version of CodeCarbon, which write {names}: columns are read by name",
            file=log.shown, names=", ".join(sorted(VERSIONED)),
        )  # fmt: skip
        yield Note("columns-inferred", message)
    inner = [n for n in header[1:] if n not in KNOWN] if header else []
    while (
        inner and not inner[-1] and not header[-1]
    ):  # a spreadsheet leaves nameless columns at the end, pandas one at the begin
        inner.pop()
        header = header[:-1]
    if inner:
        message = plural(
            len(inner), "{file}: one column, {names}, is of no version of CodeCarbon; it was not read",
            "{file}: {n} columns, {names}, are of no version of CodeCarbon; they were not read",
            n=len(inner), file=log.shown, names=listed(shorten(name) or "one without a name" for name in inner[:3]),
        )  # fmt: skip
        yield Note("columns-inferred", message)


def _read_rows(
    log: Log, lines: list[str], header: list[str], first: int, journals: Journals
) -> Iterator[Fault]:  # fmt: skip
    """The rows of a block one by one, with a fault for each that is torn."""
    for number, line in enumerate(lines, start=first):
        text = line.replace("\0", "").rstrip("\r")
        if not text.strip(",\t "):
            if line.strip():
                log.account.ignore("rows of which every cell is empty")
            continue
        where = f"{log.shown}: row {number}"
        try:
            parts = text.split(",") if '"' not in text else next(csv.reader([text.replace("\r", "")]), [])
        except csv.Error as error:
            yield torn_row(where, "", "", f"not a row of a table: {error}")
            continue
        if len(parts) > len(header) and any(c.strip() for c in parts[len(header) :]):
            yield Fault(where, "", f"{len(parts)} cells", f"the header has {len(header)}: two rows are glued together", "Restore the rows from their source.", "torn-row")  # fmt: skip
            continue
        if len(parts) < len(header) and any(header[len(parts) :]):
            yield torn_row(where, "", f"{len(parts)} cells", f"the header has {len(header)}: the row is cut off")
            continue
        texts = codecarbon_columns.of_header(header, parts)
        if texts.get("timestamp") == "timestamp" and set(_names(text)) >= NEEDED:  # where files were joined
            header[:] = _names(text)
            log.account.head()
            continue
        fault = journals.take(number, texts)
        if fault is not None:
            yield fault


def _nameless(log: Log, journals: Journals) -> Iterator[Found]:
    """Rows without the id of a run. Those that overlap another may be of its run: nothing tells, and all of them count."""
    rows = journals.nameless
    if not rows:
        return
    log.account.use(len(rows))
    others = [j.furthest for j in journals.of_run.values() if j.furthest is not None and j.fault is None]
    windows = sorted(
        ((r.start.replace(tzinfo=None), r.end.replace(tzinfo=None), r) for r in (*rows, *others)),
        key=lambda w: (*w[:2], w[2].row),
    )
    shared: set[int] = set()
    last: tuple[float, Row] | None = None
    for begin, end, row in windows:
        ends = (end - windows[0][0]).total_seconds()
        if last is not None and (begin - windows[0][0]).total_seconds() < last[0] - max(
            row.resolution, last[1].resolution
        ):
            shared |= {row.row, last[1].row}
        if last is None or ends > last[0]:
            last = ends, row
    for row in rows:
        message = said(
            "the row has no run id and overlaps another row; both count, although they may belong to one run"
        )
        note = Note("overlap-same-host", message, "energy[0]")
        yield codecarbon_row.found(row, [row.row], (note,) if row.row in shared else ())


def _of_journal(folder: str, key: str, task: str, journal: Journal, row: Row) -> Found:
    notes: list[Note] = []
    rows = [journal.row]
    if journal.count > 1:
        message = said("{count} rows of one run: the last one counts", count=journal.count)
        notes.append(Note("cumulative-rows", message, "energy[0]"))
        rows = sorted({journal.row, row.row})
    id = f"{key}/{task}" if task else key
    machine = row.setup.machine
    host = f"{folder}|{machine}" if machine and not task else ""  # tasks lie within their run
    return codecarbon_row.found(row, rows, notes, id, host, part_of=key if task else "")
