"""CodeCarbon: `emissions.csv` of all versions, a journal to which each flush of a run appends a row with growing totals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lca.errors import Fault, shorten
from lca.ingest import codecarbon_row
from lca.ingest.codecarbon_row import TOTALS, Row
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
#: rows of a block, and rows per run of it, from which reading all at once is worth while
MANY, MANY_ROWS = 1000, 10
#: what both lanes take for a time without a closer look
_PLAIN_TIME = r"(?:19[89]|20\d|21\d)\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?"


def claims(head: Head) -> bool:
    """The header names what every version writes."""
    lines = head.lines
    return bool(lines) and set(_names(lines[0])) >= NEEDED


def _names(line: str) -> list[str]:
    return [name.strip().strip('"') for name in line.lstrip("\ufeff").split(",")]


@dataclass
class Journal:
    """The rows of one run: the first, how many, and the one furthest on, which has the totals.

    Rows whose energy no machine draws stand apart: the longest of them counts, without its energy, where the run has no other row.
    """

    row: int
    count: int = 0
    furthest: Row | None = None
    fault: Fault | None = None
    excessive: list[Row] = field(default_factory=list)

    def add(self, where: str, key: str, row: Row) -> None:
        """One more row. They may stand in any order; a longer one has no less energy, and stands for a later time."""
        if row.excess is not None:
            self.excessive.append(row)
            return
        self.count += 1
        last = self.furthest
        if last is None or (row.seconds >= last.seconds and row.energy >= last.energy):
            self.furthest = row
        elif self.fault is None and not (
            row.seconds <= last.seconds and row.energy <= last.energy and _is_before(row, last)
        ):
            problem = "its energy or duration falls from one row of the run to the next"
            self.fault = Fault(
                where, "run_id", shorten(key), problem, "Give each run its own id: none of its rows is used."
            )


def _is_before(row: Row, other: Row) -> bool:
    return row.end.replace(tzinfo=None) < other.end.replace(tzinfo=None)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per run id: its row furthest on. Rows without an id are runs of their own."""
    journals: dict[tuple[str, str], Journal] = {}
    nameless: list[Row] = []
    header: list[str] = []
    for first, block in log.blocks():
        lines = block.decode("utf-8", "replace").split("\n")
        if lines[-1] == "":
            lines.pop()
        if not header:
            header = _names(lines[0])
            lines, first = lines[1:], first + 1
            log.account.head()
        if not _read_columns(log, block, lines, header, first, journals):
            yield from _read_rows(log, lines, header, first, journals, nameless)
    yield from _of_header(log, header)
    yield from runs(log, journals, nameless)


def runs(log: Log, journals: dict[tuple[str, str], Journal], nameless: list[Row]) -> Iterator[Found | Fault]:
    """The runs of the journals, and of the rows without an id; their rows are used."""
    yield from _nameless(log, nameless, journals)
    for _, ((key, task), journal) in log.each(journals.items(), "run"):
        if journal.fault is not None:
            yield replace(journal.fault, lines=journal.count)
        elif journal.furthest is not None:
            log.account.use(journal.count)
            yield _of_journal(log, key, task, journal, journal.furthest)
        else:
            journal.excessive.sort(key=lambda row: (row.seconds, row.row))
            longest = journal.excessive.pop()
            log.account.use()
            yield _of_journal(log, key, task, replace(journal, row=longest.row, count=1), longest)
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


def _read_columns(
    log: Log, block: bytes, lines: list[str], header: list[str], first: int, journals: dict[tuple[str, str], Journal]
) -> bool:
    """Take a block at once where its rows are many of few runs; False, and nothing taken, where any row needs a closer look.

    What counts of a run is then parsed as every other row is.
    """
    if len(lines) < MANY or "run_id" not in header or b'"' in block or b"\0" in block or len(set(header)) < len(header):
        return False
    commas = len(header) - 1
    if any(line.count(",") != commas for line in lines):
        return False
    place = header.index("run_id")
    if len({line.split(",", place + 1)[place] for line in lines}) * MANY_ROWS > len(lines):
        return False
    import numpy as np
    import pandas as pd

    columns = ["run_id", *TOTALS, "timestamp", "emissions", *(["task_name"] if "task_name" in header else [])]
    places = [header.index(n) for n in columns]
    try:
        frame = pd.read_csv(
            io.StringIO("\n".join(lines)), header=None, names=range(len(header)), usecols=places, keep_default_na=False
        )
    except (ValueError, pd.errors.ParserError):
        return False
    frame = frame[places]
    frame.columns = pd.Index(columns)
    if len(frame) != len(lines) or any(frame[n].dtype.kind not in "fi" for n in (*TOTALS, "emissions")):
        return False
    keys = frame["run_id"].astype(str) + ("/" + frame["task_name"].astype(str) if "task_name" in header else "/")
    codes, names = pd.factorize(keys)
    if len(names) * MANY_ROWS > len(lines) or any(str(n).startswith("/") for n in names):
        return False
    totals = frame[[*TOTALS, "emissions"]].to_numpy(np.float64)
    if not (np.isfinite(totals) & (totals >= 0)).all() or codecarbon_row.is_too_much(totals[:, 1], totals[:, 0]).any():
        return False
    stamps = frame["timestamp"].astype(str)
    if not stamps.str.fullmatch(_PLAIN_TIME).all():
        return False
    if pd.to_datetime(stamps, errors="coerce", format="ISO8601").isna().any():
        return False
    lasts: list[tuple[str, str, int, int, Row]] = []
    for code, name in enumerate(names):
        rows = np.flatnonzero(codes == code)
        if (np.diff(totals[rows][:, :2], axis=0) < 0).any():
            return False
        key, _, task = str(name).partition("/")
        journal, last = journals.get((key, task)), first + int(rows[-1])
        if journal is not None and journal.furthest is not None:
            before = journal.furthest
            if totals[rows[0], 0] < before.seconds or totals[rows[0], 1] < before.energy:
                return False
        row = codecarbon_row.parsed(f"{log.shown}: row {last}", last, _cells(header, lines[int(rows[-1])].split(",")))
        if isinstance(row, Fault):
            return False
        lasts.append((key, task, first + int(rows[0]), len(rows), row))
    for key, task, begin, count, row in lasts:
        journal = journals.setdefault((key, task), Journal(begin))
        journal.count, journal.furthest = journal.count + count, row
    return True


def _cells(header: list[str], texts: list[str]) -> dict[str, str]:
    cells = dict(zip(header, map(str.strip, texts), strict=False))
    cells.pop("", None)
    return cells


def _read_rows(
    log: Log, lines: list[str], header: list[str], first: int, journals: dict[tuple[str, str], Journal], nameless: list[Row],
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
        texts = _cells(header, parts)
        if texts.get("timestamp") == "timestamp" and set(_names(text)) >= NEEDED:  # where files were joined
            header[:] = _names(text)
            log.account.head()
            continue
        fault = take(number, texts, where, journals, nameless)
        if fault is not None:
            yield fault


def take(
    number: int, texts: dict[str, str], where: str, journals: dict[tuple[str, str], Journal], nameless: list[Row]
) -> Fault | None:
    """Put one row to the journal of its run; a fault where it is no whole row."""
    row = codecarbon_row.parsed(where, number, texts)
    if isinstance(row, Fault):
        return row
    if key := texts.get("run_id", ""):
        journals.setdefault((key, texts.get("task_name", "")), Journal(number)).add(where, key, row)
    else:
        nameless.append(row)
    return None


def _nameless(log: Log, rows: list[Row], journals: dict[tuple[str, str], Journal]) -> Iterator[Found]:
    """Rows without the id of a run. Those that overlap another may be of its run: nothing tells, and all of them count."""
    if not rows:
        return
    log.account.use(len(rows))
    others = [j.furthest for j in journals.values() if j.furthest is not None and j.fault is None]
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


def _of_journal(log: Log, key: str, task: str, journal: Journal, row: Row) -> Found:
    notes: list[Note] = []
    rows = [journal.row]
    if journal.count > 1:
        message = said("{count} rows of one run: the last one counts", count=journal.count)
        notes.append(Note("cumulative-rows", message, "energy[0]"))
        rows = sorted({journal.row, row.row})
    id = f"{key}/{task}" if task else key
    host = codecarbon_row.host(log, row.cells)
    return codecarbon_row.found(row, rows, notes, id, host, part_of=key if task else "")
