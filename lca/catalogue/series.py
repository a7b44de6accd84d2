"""Reads hourly factor series of a factor set: CSV (also .gz) or Parquet with `datetime_utc` and columns of values.

A CSV that Electricity Maps publishes is read as it stands, under its own headers.
"""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca import delimiters
from lca.errors import FactorError, shorten

TIME, ZONE = "datetime_utc", "zone"
#: quantity of a factor that has a series -> column of its file
COLUMNS = {"hourly_lifecycle": "lifecycle", "hourly_direct": "direct"}
ENDINGS = (".csv", ".csv.gz", ".parquet")
#: header of Electricity Maps, in lower case and without the signs of its units -> ours; its times are UTC and bear no offset
PUBLISHED = {
    "datetime (utc)": TIME, "zone id": ZONE, "carbon intensity gco2eq/kwh (direct)": "direct",
    "carbon intensity gco2eq/kwh (life cycle)": "lifecycle", "carbon intensity gco2eq/kwh (lca)": "lifecycle",
}  # fmt: skip
_BLANK = "Leave the cell empty where the hour has no value; NA is never zero."


@dataclass(frozen=True)
class Series:
    """Hours since 1970-01-01T00:00Z, in rising order, and the values of each column, NaN where the file has none."""

    path: str
    hours: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]
    rows: NDArray[np.int64]  # row of the file in which each hour stands
    zones: dict[str, int]  # what a column `zone` says, and the first row that says so

    def column(self, quantity: str) -> NDArray[np.float64]:
        """The values of a quantity. Raises FactorError where the file has none."""
        name = COLUMNS[quantity]
        if name not in self.values:
            raise FactorError(self.path, f"no column {name!r}, which {quantity} needs", f"Name the column {name}.")
        if np.isnan(self.values[name]).all():
            raise FactorError(self.path, f"no hour has a value of {name!r}", "Leave the series out.")
        return self.values[name]


def check_name(folder: Path, name: str, where: str) -> str:
    """The path of a series beside its factor set. Raises FactorError for one elsewhere, of another kind, or missing."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise FactorError(f"{where}: series", "it lies outside the folder of its set", "Put the file beside factors.csv.",
                          shorten(name))  # fmt: skip
    if not name.lower().endswith(ENDINGS):
        raise FactorError(f"{where}: series", "not a file of hours", f"Use {', '.join(ENDINGS)}.", shorten(name))
    if not path.is_file():
        raise FactorError(f"{where}: series", "no such file", "Put the file beside factors.csv.", shorten(name))
    return str(folder / name)


def read(path: str) -> Series:
    """The series in a file. Raises FactorError with file and row for whatever is wrong with it."""
    try:
        state = Path(path).stat()
    except OSError as error:
        raise FactorError(path, f"cannot be read: {error.strerror}", "Check that the file may be read.") from None
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=64)
def _read(path: str, _changed: int, _size: int) -> Series:
    try:
        table = _parquet(path) if path.lower().endswith(".parquet") else _csv(path)
        names = next(table)[1]
        if between := delimiters.instead_of_commas(names):
            raise FactorError(path, f"it has {between} between its cells", f"{delimiters.REMEDY.capitalize()}.")
        places = {n: i for i, n in enumerate(names) if n in COLUMNS.values()}
        if TIME not in names or not places:
            raise FactorError(path, f"it needs {TIME} and one of {', '.join(COLUMNS.values())}", "Name the columns so.",
                              shorten(", ".join(map(str, names))))  # fmt: skip
        at, zone = names.index(TIME), names.index(ZONE) if ZONE in names else None
        zones: dict[str, int] = {}
        hours: list[int] = []
        rows: list[int] = []
        values: dict[str, list[float]] = {n: [] for n in places}
        for number, cells in table:
            if len(cells) != len(names):
                raise FactorError(f"{path}: row {number}", "it has not as many cells as the header", "Correct the row.")
            hours.append(_hour(cells[at], path, number))
            rows.append(number)
            if zone is not None:
                zones.setdefault(str(cells[zone]).strip(), number)
            for name, place in places.items():
                values[name].append(_value(cells[place], path, number, name))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise FactorError(path, f"cannot be read: {error}", "Save it as CSV in UTF-8, or as Parquet.") from None
    return _sorted(path, hours, rows, values, zones)


def _sorted(
    path: str, hours: list[int], rows: list[int], values: dict[str, list[float]], zones: dict[str, int]
) -> Series:
    order = np.argsort(np.asarray(hours, np.int64), kind="stable")
    made = np.asarray(hours, np.int64)[order]
    place = np.asarray(rows, np.int64)[order]
    twice = np.flatnonzero(made[1:] == made[:-1])
    if len(twice):
        first = twice[0]
        raise FactorError(f"{path}: row {place[first + 1]}: {TIME}", f"row {place[first]} gives the same hour",
                          "Keep one of them.", stamp(int(made[first])))  # fmt: skip
    return Series(path, made, {n: np.asarray(v, np.float64)[order] for n, v in values.items()}, place, zones)


def stamp(hour: int) -> str:
    """The hour as text."""
    return datetime.fromtimestamp(hour * 3600, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _hour(cell: Any, path: str, row: int) -> int:
    def wrong(problem: str, remedy: str) -> FactorError:
        return FactorError(f"{path}: row {row}: {TIME}", problem, remedy, shorten(str(cell)))

    at = cell
    if not isinstance(cell, datetime):
        try:
            at = datetime.fromisoformat(str(cell).strip().replace("Z", "+00:00"))
        except ValueError:
            raise wrong("not a time", "Write UTC, such as 2024-01-01T00:00Z.") from None
    if at.tzinfo is None:
        raise wrong("the time has no offset", "Write UTC, such as 2024-01-01T00:00Z.")
    if not 1950 <= at.year <= 2200:
        raise wrong("not a year in which a computer ran", "Correct the date.")
    seconds = at.timestamp()
    if seconds % 3600:
        raise wrong("not the begin of an hour", "Average the values over whole hours.")
    return int(seconds // 3600)


def _value(cell: Any, path: str, row: int, name: str) -> float:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return math.nan
    try:
        got = float(cell)
    except (TypeError, ValueError):
        got = math.nan
    if not math.isfinite(got):
        raise FactorError(f"{path}: row {row}: {name}", "not a finite number", _BLANK, shorten(str(cell)))
    if got < 0:
        raise FactorError(f"{path}: row {row}: {name}", "it is negative", "Correct the value.", shorten(str(cell)))
    return got


def _csv(path: str) -> Iterator[tuple[int, list[Any]]]:
    with (
        gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        if path.lower().endswith(".gz")
        else Path(path).open(encoding="utf-8-sig", newline="")
    ) as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        names = named(header)
        yield 1, names
        utc = names.index(TIME) if names != header and TIME in names else None
        for number, cells in enumerate(reader, start=2):
            if cells:
                if utc is not None and len(cells) == len(names):
                    cells[utc] = _utc(cells[utc])
                yield number, cells


def named(header: list[str]) -> list[str]:
    """Our names of the columns that Electricity Maps publishes; all others as they stand."""
    if not any(n.strip().lower() == "datetime (utc)" for n in header):
        return header
    return [PUBLISHED.get(n.strip().lower().replace("₂", "2"), n) for n in header]


def _utc(text: str) -> str:
    """A time without offset, in a column that says UTC."""
    text = text.strip()
    return text if text.endswith(("Z", "z")) or "+" in text or not text else f"{text}Z"


def _parquet(path: str) -> Iterator[tuple[int, list[Any]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            names = [n for n in file.schema_arrow.names if n in (TIME, ZONE, *COLUMNS.values())]
            yield 1, names
            number = 1
            for batch in file.iter_batches(columns=names):
                held: list[Iterable[Any]] = [batch.column(n).to_pylist() for n in names]
                for cells in zip(*held, strict=True):
                    yield number, list(cells)
                    number += 1
    except pa.ArrowException as error:
        raise OSError(str(error)[:160]) from None
