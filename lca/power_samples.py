"""Reads the samples of a power series, inline or from a CSV or Parquet file beside the log, one series per device.

Nothing is judged here beyond single cells: `lca.power_series` makes an energy of them.
"""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca import delimiters
from lca.local_time import to_utc
from lca.power_unit import Unit, columns_of, unit_of
from lca.run import PowerSeries

#: seconds beyond which a number is no time of a computer (the year 5138 as seconds since 1970)
FAR = 1e11
#: a file may hold this many samples and no more
MOST = 200_000_000
_REMEDY = "correct it, or leave it out where nothing was measured"


class Samples(NamedTuple):
    """Samples of one device (and one column). `name` is empty where there is one alone; `blanks` are times without a value."""

    name: str
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    rows: NDArray[np.int64]  # where each stands: `Taken.where` says it in words
    blanks: NDArray[np.float64]


class Taken(NamedTuple):
    """All samples of a series: power in kW, or readings of a counter in kWh."""

    series: list[Samples]
    counter: bool
    absolute: bool  # times are seconds since 1970, else since the start of the run
    naive: bool  # a stamp had no offset and was taken for UTC
    unit: Unit
    where: Callable[[int], str]
    first_blank: str  # where the first cell without a value stands


def take(series: PowerSeries, folder: str | None, zone: ZoneInfo | None = None) -> Taken:
    """The samples of a series; local times are of `zone`. Raises ValueError with what is wrong, and where the sample stands."""
    unit = unit_of(series)
    sink = _Sink(unit.scale, zone)
    if series.file is None:
        for row, (at, value) in enumerate(series.samples or []):
            try:
                sink.put("", at, value, row)
            except ValueError as error:
                raise ValueError(f"samples[{row}]: {error}") from None
    else:
        _from_file(series, folder, sink)
    name = f"{(series.file or '')[:80]!r}"

    def where(row: int) -> str:
        return f"samples[{row}]" if series.file is None else f"{name} row {row}"

    first = where(sink.first_blank) if sink.first_blank is not None else ""
    return Taken(sink.series(), unit.counter, sink.kinds == {"stamp"}, sink.naive and zone is None, unit, where, first)


class _Held(NamedTuple):
    times: array[float]
    values: array[float]
    rows: array[int]
    blanks: array[float]


class _Sink:
    """Samples by device, checked one by one."""

    def __init__(self, scale: float, zone: ZoneInfo | None = None) -> None:
        self.zone, self.aware = zone, False
        self.scale, self.kinds, self.naive, self.count = scale, set[str](), False, 0
        self.held: dict[str, _Held] = {}
        self.first_blank: int | None = None

    def put(self, name: str, at: Any, value: Any, row: int) -> None:
        seconds, kind = self._seconds(at)
        number = _number(value)
        self.kinds.add(kind)
        if len(self.kinds) > 1:
            raise ValueError("some times are stamps and some are seconds; write all of them in one way")
        got = self.held.get(name)
        if got is None:
            got = self.held[name] = _Held(array("d"), array("d"), array("q"), array("d"))
        self.count += 1
        if self.count > MOST:
            raise ValueError(f"more than {MOST} samples; average them over longer steps")
        if number is None:  # an empty cell is a missing sample: it makes a gap, never a zero
            got.blanks.append(seconds)
            self.first_blank = row if self.first_blank is None else self.first_blank
            return
        if number < 0:
            raise ValueError(f"the value is negative (found {number:.10g}); {_REMEDY}")
        got.times.append(seconds)
        got.values.append(number * self.scale)
        got.rows.append(row)

    def _seconds(self, at: Any) -> tuple[float, str]:
        if isinstance(at, datetime):
            stamp = at
        else:
            try:
                seconds = float(at)
            except (TypeError, ValueError):
                stamp = _stamp(str(at))
            else:
                if not math.isfinite(seconds) or abs(seconds) > FAR:
                    raise ValueError(f"the time is no number of seconds (found {str(at)[:40]}); correct it")
                return seconds, "seconds"
        if not 1950 <= stamp.year <= 2200:
            found = stamp.isoformat()[:40]
            raise ValueError(f"the time lies in no year in which a computer ran (found {found}); correct it")
        if stamp.tzinfo is None:
            self.naive, stamp = True, stamp.replace(tzinfo=UTC)
        elif self.zone is not None:
            self.aware = True
        if self.naive and self.aware:
            raise ValueError("some times have an offset and some have none; write all of them in one way")
        return stamp.timestamp(), "stamp"

    def _utc(self, times: array[float]) -> NDArray[np.float64]:
        """Times in UTC: local ones, in the order of the log, of the zone where it is known."""
        stamps = np.frombuffer(times, np.float64)
        return to_utc(stamps, self.zone) if self.naive and self.zone is not None else stamps

    def series(self) -> list[Samples]:
        return [
            Samples(
                name,
                self._utc(held.times),
                np.frombuffer(held.values, np.float64),
                np.frombuffer(held.rows, np.int64),
                self._utc(held.blanks),
            )
            for name, held in sorted(self.held.items())
        ]


def _number(value: Any) -> float | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"the value is no number (found {str(value)[:40]}); {_REMEDY}") from None
    if not math.isfinite(number):
        raise ValueError(f"the value is not a finite number (found {str(value)[:40]}); {_REMEDY}")
    return number


def _stamp(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"not a time (found {text[:40]}); write RFC 3339 or seconds") from None


def _from_file(series: PowerSeries, folder: str | None, sink: _Sink) -> None:
    name = series.file or ""
    if folder is None:
        raise ValueError("a power series in a file needs a run log that is a file itself")
    base = Path(folder).resolve()
    path = (base / name).resolve()
    if not path.is_relative_to(base):
        raise ValueError(f"{name[:80]!r} lies outside the folder of the run log")
    if path.exists() and not path.is_file():  # a pipe would keep the reader waiting
        raise ValueError(f"{name[:80]!r} is not a file")
    columns = columns_of(series)
    wanted = [series.time or "time", *columns, *([series.device] if series.device else [])]
    rows = _parquet(path, name, wanted) if name.lower().endswith(".parquet") else _csv(path, name, wanted)
    for number, row in rows:
        column = ""
        try:
            device = str(row[-1]).strip() if series.device and row[-1] is not None else ""
            if series.device and not device:
                raise ValueError(f"{series.device}: it is empty; name the device of each sample")
            for column, cell in zip(columns, row[1:], strict=False):
                sink.put(" ".join(x for x in (device, column if len(columns) > 1 else "") if x), row[0], cell, number)
        except ValueError as error:
            at = f"{column[:80]}: " if str(error).startswith("the value") else ""
            raise ValueError(f"{name[:80]!r} row {number}: {at}{error}") from None


def _columns(header: list[str], name: str, wanted: list[str]) -> list[int]:
    if between := delimiters.instead_of_commas(header):
        raise ValueError(f"{name[:80]!r} has {between} between its cells; {delimiters.REMEDY}")
    for column in wanted:
        if column not in header:
            told = ", ".join(repr(c[:40]) for c in header[:12]) or "none"
            raise ValueError(f"{name[:80]!r} has no column {column[:80]!r}; its columns are {told}")
    return [header.index(column) for column in wanted]


def _csv(path: Path, name: str, wanted: list[str]) -> Iterator[tuple[int, list[Any]]]:
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if name.lower().endswith(".gz")
            else path.open(encoding="utf-8-sig", newline="")
        ) as handle:
            reader = csv.reader(handle)
            places = _columns(next(reader, []), name, wanted)
            for number, row in enumerate(reader, start=2):
                if not row:
                    continue
                if len(row) <= max(places):
                    raise ValueError(f"{name[:80]!r} row {number}: it has not as many cells as the header")
                yield number, [row[place] for place in places]
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{name[:80]!r} cannot be read: {error}") from None


def _parquet(path: Path, name: str, wanted: list[str]) -> Iterator[tuple[int, list[Any]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            _columns(list(file.schema_arrow.names), name, wanted)
            number = 1
            for batch in file.iter_batches(batch_size=65536, columns=list(dict.fromkeys(wanted))):
                held: dict[str, Iterable[Any]] = {c: batch.column(c).to_pylist() for c in dict.fromkeys(wanted)}
                for row in zip(*(held[column] for column in wanted), strict=True):
                    yield number, list(row)
                    number += 1
    except (OSError, pa.ArrowException) as error:
        raise ValueError(f"{name[:80]!r} cannot be read: {str(error)[:160]}") from None
