"""Consumption in time: each row cut at the limits of the periods of its instruments, so that a part is inside or outside.

Electricity of a row is spread evenly over its time. A limit without offset, such as a whole day, is one of the run's own
local time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]


class Clock:
    """When each row began and ended, in seconds of UTC, and how far its local time is ahead. NaN where it is not known."""

    def __init__(self, activities: Activities) -> None:
        self.begin, self.end = activities.start_of_row, activities.end_of_row
        self.begin = np.where(np.isnan(self.begin), self.end, self.begin)
        self.end = np.where(np.isnan(self.end), self.begin, self.end)
        self._runs, self._of = activities.runs, activities.run_of_row

    @cached_property
    def _ahead(self) -> Numbers:
        """Seconds by which local time is ahead of UTC in each row: that of the stamps of its run."""
        return np.asarray([_offset(run.start or run.end) for run in self._runs], np.float64)[self._of]

    def limit(self, moment: datetime, rows: Rows) -> Numbers:
        """A limit of a period in seconds of UTC, for each of the rows."""
        if moment.tzinfo is not None:
            return np.full(len(rows), moment.timestamp())
        return moment.replace(tzinfo=UTC).timestamp() - self._ahead[rows]


def _offset(stamp: datetime | None) -> float:
    ahead = stamp.utcoffset() if stamp is not None else None
    return ahead.total_seconds() if ahead is not None else 0.0


@dataclass(frozen=True)
class Slices:
    """Parts of rows, in the order of rows and time: row, share of the row's time, middle in seconds of UTC (NaN: no date)."""

    row: Rows
    share: Numbers
    middle: Numbers

    def of(self, rows: Rows) -> Rows:
        """Numbers of the slices of rows, which are in order."""
        first, last = np.searchsorted(self.row, rows, "left"), np.searchsorted(self.row, rows, "right")
        if len(rows) and (last - first == 1).all():
            return first
        return np.concatenate([np.arange(a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True)] or [first])


def cut(clock: Clock, scopes: Sequence[tuple[Rows, Sequence[datetime]]]) -> Slices:
    """Cut rows at the limits of the instruments that reach them: (rows of an instrument, limits of its period) each."""
    touched = np.unique(np.concatenate([np.zeros(0, np.int64), *(rows for rows, _ in scopes)]))
    begin, end = clock.begin[touched], clock.end[touched]
    at_row, at_time = [touched], [begin]
    for rows, limits in scopes:
        for moment in limits:
            limit = clock.limit(moment, rows)
            inside = (clock.begin[rows] < limit) & (limit < clock.end[rows])
            at_row.append(rows[inside])
            at_time.append(limit[inside])
    row, time = np.concatenate(at_row), np.concatenate(at_time)
    order = np.lexsort((time, row))
    row, time = row[order], time[order]
    fresh = np.ones(len(row), bool)
    fresh[1:] = (np.diff(row) != 0) | (np.diff(time) > 0)
    row, time = row[fresh], time[fresh]
    place = np.searchsorted(touched, row)
    last = np.append(np.diff(row) != 0, True) if len(row) else np.zeros(0, bool)
    until = np.where(last, end[place], np.append(time[1:], np.nan)) if len(row) else time
    length = (end - begin)[place]
    share = np.where(length > 0, (until - time) / np.where(length > 0, length, 1.0), 1.0)
    return Slices(row, share, (time + until) / 2)
