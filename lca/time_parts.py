"""Parts of a run in time: cut at each turn of the year, where the factors change, and at the ends of a period.

All in UTC, in seconds since 1970; a cut falls on the begin of a day. Hours are divided by time; energy and work by the run's own power series, where it has
one, else by time as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lca.activity import as_utc, run_year
from lca.language import said
from lca.reading import Shape
from lca.run import Run

HOUR = 3600.0
#: by what the energy and the work of a run were divided; index of `Part.basis`
BASES = ("", said("by the power series of the run"), said("by time"))
_SERIES, _TIME = 1, 2


class Part(NamedTuple):
    """A run or a part of it: `start` and `end` are NaN where they are not known.

    `time` is its share of the hours of the run, `energy` that of its energy and its work; `basis` as in `BASES`.
    """

    start: float = math.nan
    end: float = math.nan
    year: float = math.nan
    number: int = 0
    time: float = 1.0
    energy: float = 1.0
    basis: int = 0


class Within(NamedTuple):
    """The time of which a report tells, in seconds since 1970, and whether runs without a date are in it."""

    start: float = -math.inf
    end: float = math.inf
    undated: bool = True

    @staticmethod
    def of(first: date, last: date, undated: bool) -> Within:
        """From the begin of the first day to the end of the last one, in UTC."""
        begin, after = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (first, last + timedelta(days=1)))
        return Within(begin.timestamp(), after.timestamp(), undated)

    @property
    def edges(self) -> tuple[float, ...]:
        """Where runs are cut."""
        return tuple(edge for edge in (self.start, self.end) if math.isfinite(edge))

    def holds(self, part: Part) -> bool:
        """Whether a part counts, which lies on one side of each edge. Of what one end is unknown, the other decides."""
        if part.start != part.start and part.end != part.end:
            return self.undated
        early = part.start < self.start or (part.end <= self.start and part.end != part.start)
        return not early and not (part.start >= self.end or part.end > self.end)


#: no period is stated: everything counts
EVER = Within()


def window(run: Run, hours: float | None) -> tuple[float, float]:
    """Start and end of a run of so many hours: stated, else by its length, else by its power series; NaN where unknown."""
    start, end = _seconds(run.start), _seconds(run.end)
    if hours is not None and hours > 0:
        if run.end is None:
            end = start + hours * HOUR
        elif run.start is None:
            start = end - hours * HOUR
    if start != start or end != end:
        shape = shape_of(run)
        if shape is not None:
            first, after = shape.first * HOUR, (shape.first + len(shape.energy)) * HOUR
            start, end = (first if start != start else start), (after if end != end else end)
    return (start, end) if not end < start else (start, math.nan)


def _seconds(stamp: datetime | None) -> float:
    if stamp is None:
        return math.nan
    return (stamp if stamp.tzinfo is not None else as_utc(stamp)).timestamp()


def divide(run: Run, hours: float | None, edges: Sequence[float] = ()) -> list[Part]:
    """The parts of a run in their order: cut at the turn of each year, and at `edges`.

    Idle time is cut at the turn of each month: it goes to the jobs of its own.
    """
    start, end = window(run, hours)
    if not end > start:
        year = run_year(run, hours)
        return [Part(start, end, year if year == year else year_of(start))]
    year = datetime.fromtimestamp(start, UTC).year
    monthly = run.stage == "idle"
    if end <= turn(year + 1, 1) and not monthly and not any(start < edge < end for edge in edges):
        return [Part(start, end, float(year))]
    cuts = [start, *_cuts(start, end, edges, monthly), end]
    if len(cuts) == 2:
        return [Part(start, end, float(year))]
    shape, length = shape_of(run), end - start
    by_time = [(after - before) / length for before, after in pairwise(cuts)]
    shares = by_time if shape is None else _by_series(shape, cuts)
    basis = _TIME if shape is None else _SERIES
    # the last part is what the others leave, so that the parts add up to the run
    by_time[-1], shares[-1] = 1.0 - math.fsum(by_time[:-1]), max(1.0 - math.fsum(shares[:-1]), 0.0)
    return [Part(cuts[n], cuts[n + 1], year_of(cuts[n]), n, by_time[n], shares[n], basis) for n in range(len(cuts) - 1)]


def _cuts(start: float, end: float, edges: Sequence[float], monthly: bool) -> list[float]:
    first, last = (datetime.fromtimestamp(stamp, UTC).year for stamp in (start, end))
    turns = [turn(year, month) for year in range(first, last + 1) for month in (range(1, 13) if monthly else (1,))]
    return sorted({cut for cut in (*turns, *edges) if start < cut < end})


def shape_of(run: Run) -> Shape | None:
    """Energy by hour of the power series of a run, None where it has none, or one of no energy."""
    shape = run.power.reading.shape if run.power is not None else None
    return shape if shape is not None and sum(shape.energy) > 0 else None


def _by_series(shape: Shape, cuts: Sequence[float]) -> list[float]:
    """Share of the energy of a series between one cut and the next; time without samples at the mean power of the others."""
    parts = [between(shape, before, after) for before, after in pairwise(cuts)]
    energy = [math.fsum(part.energy) for part in parts]
    if shape.covered:
        seconds = [math.fsum(part.covered) for part in parts]
        power = math.fsum(energy) / math.fsum(seconds)
        lengths = [after - before for before, after in pairwise(cuts)]
        energy = [e + max(n - s, 0.0) * power for e, s, n in zip(energy, seconds, lengths, strict=True)]
    whole = math.fsum(energy)
    return [e / whole for e in energy]


def between(shape: Shape, start: float, end: float) -> Shape:
    """The hours of a series that lie between two cuts. Cuts fall on whole hours, all but the ends of the run."""
    first = max(math.floor(start / HOUR), shape.first)
    after = max(min(math.ceil(end / HOUR), shape.first + len(shape.energy)), first)
    part = slice(first - shape.first, after - shape.first)
    return Shape(first, shape.energy[part], shape.covered[part])


def year_of(stamp: float) -> float:
    """Year of a time in UTC, NaN where it is not known."""
    return math.nan if stamp != stamp else float(datetime.fromtimestamp(stamp, UTC).year)


@lru_cache(maxsize=4096)
def turn(year: int, month: int) -> float:
    """When a month begins."""
    return datetime(year, month, 1, tzinfo=UTC).timestamp()


def told(stamp: float) -> str:
    """A time in UTC as text: a day where it is the begin of one, else to the second."""
    at = datetime.fromtimestamp(stamp, UTC)
    if stamp % 86400 == 0:
        return at.date().isoformat()
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
