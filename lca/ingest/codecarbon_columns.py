"""Rows of CodeCarbon many at once, column by column, where every cell that counts is plain.

What it takes is what the lane of single rows takes, to the last bit; where any row needs a closer look it takes nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from lca.errors import Fault
from lca.ingest import cells, codecarbon_row, codecarbon_setup
from lca.ingest.codecarbon_journal import Journal, Journals
from lca.ingest.codecarbon_row import OWN, TOTALS, Row

#: rows of a block, and rows per run of it, from which the rows of a run are taken together
MANY, MANY_ROWS = 1000, 10
#: rows that are taken, or not, together where each is a run
TOGETHER = 2000
#: what both lanes take for a time, and for a number, without a closer look
_PLAIN_TIME = r"(?:19[89]|20\d|21\d)\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?"
_PLAIN_NUMBER = r"\d++(?:\.\d*+)?+(?:[eE][+-]?\d++)?+"
#: columns of them, each cell with an end of line
_TIMES = re.compile(rf"(?:{_PLAIN_TIME}\n)*+", re.ASCII)
_NUMBERS = re.compile(rf"(?:{_PLAIN_NUMBER}\n)*+", re.ASCII)
_NUMBERS_OR_BLANK = re.compile(rf"(?:(?:{_PLAIN_NUMBER})?+\n)*+", re.ASCII)


def is_plain(block: bytes, header: Sequence[str]) -> bool:
    """Whether the cells of a block are what stands between its commas, and each column has its own name."""
    return "run_id" in header and b'"' not in block and b"\0" not in block and len(set(header)) == len(header)


def take_rows(lines: Sequence[str], header: Sequence[str], first: int, journals: Journals) -> bool:
    """Take rows of which each may be a run of its own; False, and nothing taken, where any row needs a closer look."""
    commas = len(header) - 1
    if any(line.count(",") != commas for line in lines):
        return False
    columns = dict(zip(header, zip(*(line.split(",") for line in lines), strict=True), strict=True))
    blank = ("",) * len(lines)

    def column(name: str) -> Sequence[str]:
        return list(map(str.strip, columns[name])) if name in columns else blank

    own = {name: column(name) for name in OWN}
    stamps, keys = column("timestamp"), column("run_id")
    if not all(keys) or not _all_are(_TIMES, stamps) or not _all_are(_NUMBERS_OR_BLANK, own["emissions"]):
        return False
    if not all(_all_are(_NUMBERS, own[name]) for name in TOTALS):
        return False
    seconds, energies = (list(map(float, own[name])) for name in TOTALS)
    try:
        ends = list(map(datetime.fromisoformat, stamps))
    except ValueError:  # no such day
        return False
    if max(seconds) > cells.LONGEST or any(map(codecarbon_row.is_too_much, energies, seconds)):
        return False
    setups = map(journals.setups.of_cells, zip(*map(column, codecarbon_setup.COLUMNS), strict=True))
    texts = (dict(zip(OWN, values, strict=True)) for values in zip(*own.values(), strict=True))
    numbers = range(first, first + len(lines))
    for key, task, *row in zip(keys, column("task_name"), numbers, ends, seconds, energies, texts, setups, strict=True):
        journals.put(key, task, Row(*row))
    return True


def _all_are(plain: re.Pattern[str], texts: Iterable[str]) -> bool:
    return plain.fullmatch("\n".join((*texts, ""))) is not None


def take_runs(lines: Sequence[str], header: Sequence[str], first: int, journals: Journals) -> bool:
    """Take rows that are many of few runs; False, and nothing taken, where they are not, or any row needs a closer look.

    What counts of a run is then parsed as every other row is.
    """
    if len(lines) < MANY:
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
        journal, last = journals.of_run.get((key, task)), first + int(rows[-1])
        if journal is not None and journal.furthest is not None:
            before = journal.furthest
            if totals[rows[0], 0] < before.seconds or totals[rows[0], 1] < before.energy:
                return False
        row = codecarbon_row.parsed("", last, of_header(header, lines[int(rows[-1])].split(",")), journals.setups)
        if isinstance(row, Fault):
            return False
        lasts.append((key, task, first + int(rows[0]), len(rows), row))
    for key, task, begin, count, row in lasts:
        journal = journals.of_run.setdefault((key, task), Journal(begin))
        journal.count, journal.furthest = journal.count + count, row
    return True


def of_header(header: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    """The cells of a row by the names of the header."""
    named = dict(zip(header, map(str.strip, texts), strict=False))
    named.pop("", None)
    return named
