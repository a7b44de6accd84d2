"""Rows of a mapped table of samples: time, values and whose they are; plain cells by a short way, the others by `ingest.cells`."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lca.activity import as_utc
from lca.ingest import cells, mapped
from lca.ingest.cells import EARLIEST_YEAR, LATEST_YEAR
from lca.ingest.mapped import Row
from lca.ingest.mapping import Mapping, Samples
from lca.units import to_canonical


class Sample(NamedTuple):
    """One row: seconds since 1970 (of the local clock where the table is in local times), whose it is, kW or kWh by column."""

    moment: float
    run: str
    device: tuple[str, ...]
    values: list[float | None]


class BadCell(ValueError):
    """A cell that cannot be used; where it stands and what it holds."""

    def __init__(self, column: str, cell: str, problem: str) -> None:
        super().__init__(problem)
        self.column, self.cell = column, cell


class SampleReader:
    """Reads the rows of one table. `zone` is that of its local times, if it has any and their zone is known.

    The first time tells whether a table is in local times: `local` is then their zone. `naive` says that a time had no offset and
    no zone is known.
    """

    def __init__(self, plan: Mapping, samples: Samples, zone: ZoneInfo | None) -> None:
        self.zone = zone
        self.local: ZoneInfo | None = None
        self.naive = False
        self.keys = [*([samples.run] if samples.run else []), *samples.devices]
        self.columns = [samples.time.column, *(column.column for column in samples.values), *self.keys]
        self._has_clock = samples.time.clock is not None
        if samples.time.clock is not None:
            self.columns.append(samples.time.clock)
        self._plan, self._samples = plan, samples
        self._units = [column.unit or "" for column in samples.values]
        self._scales = [to_canonical(unit, samples.dimension) for unit in self._units]
        self._is_plain = plan.decimal == "."
        self._is_iso = samples.time.format is None and samples.time.unit is None
        self._known: set[tuple[str, ...]] = set()  # names of runs and devices that are none of the words for nothing
        self._is_first = True

    def read(self, row: Row) -> Sample:
        """The sample of a row. Raises BadCell."""
        cell, column = row.cells[0], self.columns[0]
        if self._has_clock:
            cell = mapped.joined((cell, row.cells[-1]))
        try:
            moment = self._moment(cell)
            values = []
            for n in range(len(self._units)):
                cell, column = row.cells[n + 1], self.columns[n + 1]
                values.append(self._value(cell, n))
        except ValueError as error:
            raise BadCell(column, cell, str(error)) from None
        names = tuple(row.cells[1 + len(values) : 1 + len(values) + len(self.keys)])
        if names not in self._known:
            for column, cell in zip(self.keys, names, strict=True):
                if cells.is_blank(cell):
                    raise BadCell(column, "", "it is empty, so that it is not known whose sample this is")
            self._known.add(names)
        return Sample(moment, names[0], names[1:], values) if self._samples.run else Sample(moment, "", names, values)

    def _value(self, cell: str, n: int) -> float | None:
        if self._is_plain and "_" not in cell:
            try:
                value = float(cell) * self._scales[n]
            except ValueError:
                pass
            else:
                if 0.0 <= value < 1e300:
                    return value
        return cells.quantity(cell, self._units[n], self._samples.dimension, decimal=self._plan.decimal)

    def _moment(self, cell: str) -> float:
        if self._samples.relative:
            seconds = mapped.duration(cell, self._samples.time, self._plan.decimal, "s")
            if seconds is None:
                raise ValueError("no time")
            return seconds
        stamp = self._stamp(cell)
        if self._is_first:
            self._is_first = False
            self.local = self.zone if stamp.tzinfo is None else None
        if stamp.tzinfo is None:
            if self.local is None and self.zone is not None:  # a local time among others that have an offset
                return stamp.replace(tzinfo=self.zone).timestamp()
            self.naive = self.naive or self.zone is None
            return as_utc(stamp).timestamp()
        if self.local is not None:  # a time with an offset among local ones
            return as_utc(stamp.astimezone(self.local).replace(tzinfo=None)).timestamp()
        return stamp.timestamp()

    def _stamp(self, cell: str) -> datetime:
        if self._is_iso and cell[4:5] == "-":
            try:
                stamp = datetime.fromisoformat(cell)
            except ValueError:
                pass
            else:
                if EARLIEST_YEAR <= stamp.year <= LATEST_YEAR:
                    return stamp
        return mapped.stamp(cell, self._samples.time, self._plan.decimal)
