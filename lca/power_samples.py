"""Reads the samples of a power series, inline or from a CSV or Parquet file beside the log, one series per device.

Nothing is judged here beyond single cells: `lca.power_series` makes an energy of them.
"""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from array import array
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca import units
from lca.run import PowerSeries

#: seconds beyond which a number is no time of a computer (the year 5138 as seconds since 1970)
FAR = 1e11
#: a file may hold this many samples and no more
MOST = 200_000_000


class Samples(NamedTuple):
    """Samples of one device (and one column). `name` is empty where there is one alone."""

    name: str
    times: NDArray[np.float64]
    values: NDArray[np.float64]


class Taken(NamedTuple):
    """All samples of a series: power in kW, or readings of a counter in kWh."""

    series: list[Samples]
    counter: bool
    absolute: bool  # times are seconds since 1970, else since the start of the run
    naive: bool  # a stamp had no offset and was taken for UTC


def take(series: PowerSeries, folder: str | None) -> Taken:
    """The samples of a series. Raises ValueError with what is wrong, and for a file with its name and row."""
    dimension, scale = _unit(series.unit or "W")
    sink = _Sink(scale)
    if series.file is None:
        for at, value in series.samples or []:
            sink.put("", at, value)
    else:
        _from_file(series, folder, sink)
    return Taken(sink.series(), dimension == "energy", sink.kinds == {"stamp"}, sink.naive)


def _unit(unit: str) -> tuple[str, float]:
    for dimension in ("power", "energy"):
        try:
            return dimension, units.to_canonical(unit, dimension)
        except ValueError:
            continue
    raise ValueError(
        f"unit: {unit[:40]!r} measures neither power nor energy; use W or kW, or for a counter J, Wh or kWh"
    )


class _Sink:
    """Samples by device, checked one by one."""

    def __init__(self, scale: float) -> None:
        self.scale, self.kinds, self.naive, self.count = scale, set[str](), False, 0
        self.held: dict[str, tuple[array[float], array[float]]] = {}

    def put(self, name: str, at: Any, value: Any) -> None:
        seconds, kind = self._seconds(at)
        number = _number(value)
        if number is None:  # an empty cell is a missing sample: it makes a gap, never a zero
            return
        if number < 0:
            raise ValueError("a sample is negative")
        self.kinds.add(kind)
        if len(self.kinds) > 1:
            raise ValueError("some times are stamps and some are seconds; write all of them in one way")
        self.count += 1
        if self.count > MOST:
            raise ValueError(f"more than {MOST} samples; average them over longer steps")
        got = self.held.get(name)
        if got is None:
            got = self.held[name] = (array("d"), array("d"))
        got[0].append(seconds)
        got[1].append(number * self.scale)

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
                    raise ValueError("a sample is not a finite number")
                return seconds, "seconds"
        if not 1950 <= stamp.year <= 2200:
            raise ValueError(f"{stamp.isoformat()[:40]!r} lies in no year in which a computer ran")
        if stamp.tzinfo is None:
            self.naive, stamp = True, stamp.replace(tzinfo=UTC)
        return stamp.timestamp(), "stamp"

    def series(self) -> list[Samples]:
        return [
            Samples(name, np.frombuffer(times, np.float64), np.frombuffer(values, np.float64))
            for name, (times, values) in sorted(self.held.items())
        ]


def _number(value: Any) -> float | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{str(value)[:40]!r} is no number") from None
    if not math.isfinite(number):
        raise ValueError("a sample is not a finite number")
    return number


def _stamp(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no time; write RFC 3339 or seconds") from None


def _from_file(series: PowerSeries, folder: str | None, sink: _Sink) -> None:
    name = series.file or ""
    if folder is None:
        raise ValueError("a power series in a file needs a run log that is a file itself")
    base = Path(folder).resolve()
    path = (base / name).resolve()
    if not path.is_relative_to(base):
        raise ValueError(f"{name[:80]!r} lies outside the folder of the run log")
    value = series.value or "power"
    columns = [value] if isinstance(value, str) else value
    wanted = [series.time or "time", *columns, *([series.device] if series.device else [])]
    rows = _parquet(path, name, wanted) if name.lower().endswith(".parquet") else _csv(path, name, wanted)
    for number, row in rows:
        try:
            device = str(row[-1]).strip() if series.device and row[-1] is not None else ""
            if series.device and not device:
                raise ValueError(f"{series.device}: it is empty; name the device of each sample")
            for column, cell in zip(columns, row[1:], strict=False):
                sink.put(" ".join(x for x in (device, column if len(columns) > 1 else "") if x), row[0], cell)
        except ValueError as error:
            raise ValueError(f"{name[:80]!r} row {number}: {error}") from None


def _columns(header: list[str], name: str, wanted: list[str]) -> list[int]:
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
