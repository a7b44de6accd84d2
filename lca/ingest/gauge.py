"""Samples of a log to an energy while they are read: trapezoids of a gauge of power (a counter: `lca.ingest.energy_counter`).

Memory does not grow with the number of samples: what is kept is the energy by hour and by length of the step, so that steps
longer than five median steps can be left out at the end (the rule of `lca.samples`). Lengths are told apart to three digits.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lca import samples
from lca.ingest.gauge_notes import notes as notes
from lca.local_time import iso, to_utc
from lca.marks import Marker, Marks
from lca.reading import Reading, Reset, Shape
from lca.samples import GAP

#: s; no log has two samples ten years apart
FAR = 10 * 365.25 * 86400
#: samples that are held back before they are added up
CHUNK = 65536
#: of these, the last ones wait for others that belong before them
HELD_BACK = 256
#: s; by as much clocks are changed
HOUR = 3600.0
#: samples per fall of the clock from which they are blocks, and not samples in any order
BLOCK = 8
#: median steps; over a longer one a block covers no time, for a block from elsewhere may belong there
HOLE = 2.0
#: pieces of a series that may still be joined by samples that come later
MOST_PIECES = 1000


#: the length of a step as a whole number: power of ten and three digits
_LOW, _DIGITS = 12, 1001
_CODES = 64 * _DIGITS


def _seconds(code: int) -> float:
    return float(code % _DIGITS) * 10.0 ** (code // _DIGITS - _LOW - 2)


class _Piece(NamedTuple):
    """Samples that follow each other without a long gap: their energy is added up, only both ends are kept."""

    begin: float
    first: float
    end: float
    last: float


class Gauge:
    """Power of one device over time. Times are seconds since 1970, in the order of the log.

    `zone` is that of local times: they are turned to UTC before anything is integrated. Samples that are not in the order of
    time are sorted: single ones within `CHUNK` samples, blocks of any length. Of samples that cover the same time twice, those
    count that stand first in the log.
    """

    is_counter = False

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        self.zone = zone
        self.count = 0  # samples that were used
        self.moved = 0  # samples that were not in the order of time
        self.covered_twice = 0  # samples at times that others cover: not used
        self.far = 0  # samples more than ten years from the others: not used
        self.fall = float("nan")  # where the clock went back by an hour, and no zone is known
        self.resets: list[Reset] = []
        self._anchor: float | None = None
        self._before = float("-inf")  # time of the last sample in the order of the log
        self._pieces: list[_Piece] = []
        self._marker = Marker()
        self._times: list[float] = []
        self._values: list[float] = []
        self._late: tuple[NDArray[np.float64], NDArray[np.float64]] | None = (
            None  # held back, since earlier ones may come
        )
        self._steps: dict[int, int] = {}  # code of the length of a step -> how many
        self._sums: dict[tuple[int, int], list[float]] = {}  # (hour, code of the length of a step) -> [kWh, s]

    @property
    def begin(self) -> float:
        """Time of the first sample, NaN where there is none."""
        self._settle()
        return self._pieces[0].begin if self._pieces else float("nan")

    @property
    def end(self) -> float:
        """Time of the last sample, NaN where there is none."""
        self._settle()
        return self._pieces[-1].end if self._pieces else float("nan")

    @property
    def marks(self) -> Marks:
        """A few of the samples, by which another log of them is recognised."""
        self._settle()
        return self._marker.marks()

    def put(self, seconds: float, value: float) -> None:
        """One sample: kW of a gauge, kWh of a counter."""
        self._times.append(seconds)
        self._values.append(value)
        if len(self._times) >= CHUNK:
            self._flush()

    def add(self, seconds: ArrayLike, values: ArrayLike) -> None:
        """Many samples, in the order of the log."""
        self._flush()
        self._take(np.asarray(seconds, np.float64), np.asarray(values, np.float64))

    def _flush(self) -> None:
        if self._times:
            times, values = np.asarray(self._times, np.float64), np.asarray(self._values, np.float64)
            self._times, self._values = [], []
            self._take(times, values)

    def _settle(self) -> None:
        """Take what is held back."""
        self._flush()
        if self._late is not None:
            late, self._late = self._late, None
            self._place(*late)

    def _take(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        good = np.isfinite(times) & np.isfinite(values)
        times, values = times[good], values[good]
        if not len(times):
            return
        if self.zone is not None:
            times = to_utc(times, self.zone, self._before)
        if self._anchor is None:
            self._anchor = float(np.median(times))
        near = np.abs(times - self._anchor) <= FAR  # else a wrong clock: such samples cannot be placed
        if not near.all():
            self.far += len(times) - int(near.sum())
            times, values = times[near], values[near]
            if not len(times):
                return
        steps = np.diff(times, prepend=self._before)
        falls = np.flatnonzero(steps < 0)
        by_an_hour = falls[np.abs(steps[falls] + HOUR) < HOUR / 4]
        if self.zone is None and self.fall != self.fall and len(by_an_hour):
            self.fall = float(times[by_an_hour[0]])
        self._before = float(times[-1])
        self.moved += len(falls)
        if self._late is not None:
            times, values = np.append(self._late[0], times), np.append(self._late[1], values)
            self._late = None
            falls = np.flatnonzero(np.diff(times) < 0) + 1
        if len(falls):
            times, values = self._sorted(times, values, falls)
        keep = max(0, len(times) - HELD_BACK)
        self._late = times[keep:], values[keep:]
        if keep:
            self._place(times[:keep], values[:keep])

    def _sorted(
        self, times: NDArray[np.float64], values: NDArray[np.float64], falls: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Samples in the order of time. Blocks that cover a time again are cut: single samples out of order are not."""
        if len(falls) * BLOCK <= len(times):
            covers: list[tuple[float, float]] = []
            steps = np.diff(times)
            step = float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
            keep = np.ones(len(times), bool)
            cuts = np.flatnonzero((steps < 0) | (steps > HOLE * step)) + 1
            for first, after in pairwise([0, *cuts.tolist(), len(times)]):
                if after - first < 2:
                    continue
                block = times[first:after]
                for begin, end in covers:
                    twice = (block >= begin) & (block <= end)
                    if (min(end, block[-1]) - max(begin, block[0])) > GAP * step and twice.any():
                        keep[first:after] &= ~twice
                covers.append((float(block[0]), float(block[-1])))
            self.covered_twice += len(times) - int(keep.sum())
            times, values = times[keep], values[keep]
        order = np.argsort(times, kind="stable")
        return times[order], values[order]

    def _place(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Rising times (equal ones among them), laid where no others are."""
        fresh = np.append(True, np.diff(times) > 0)
        for piece in self._pieces:
            if piece.begin <= times[-1] and piece.end >= times[0]:
                fresh &= (times < piece.begin) | (times > piece.end)
        if not fresh.all():
            self.covered_twice += len(times) - int(fresh.sum())
            times, values = times[fresh], values[fresh]
        if not len(times):
            return
        self.count += len(times)
        self._marker.add(times, values)
        last = self._pieces[-1] if self._pieces else None
        if last is not None and times[0] > last.end and len(self._pieces) <= MOST_PIECES:
            times, values = np.append(last.end, times), np.append(last.last, values)
            self._pieces.pop()
            start = last.begin, last.first
        else:
            start = float(times[0]), float(values[0])
        steps = np.diff(times)
        cuts = [0, *(self._long(steps, times) + 1).tolist(), len(times)]
        for first, after in pairwise(cuts):
            if after - first > 1:
                self._step(times[first:after], values[first:after])
            begin = start if first == 0 else (float(times[first]), float(values[first]))
            insort(self._pieces, _Piece(*begin, float(times[after - 1]), float(values[after - 1])))

    def _long(self, steps: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.int64]:
        """Steps into which samples that stand elsewhere may belong: long gaps, and those over other pieces."""
        longest = self.longest_seen()
        if longest == 0.0 and len(steps):
            longest = samples.longest_bridged(float(np.median(steps)))
        gaps = steps > longest if len(self._pieces) < MOST_PIECES else np.zeros(len(steps), bool)
        for piece in self._pieces:
            over = int(np.searchsorted(times, piece.begin)) - 1
            if 0 <= over < len(steps):
                gaps[over] = True
        return np.flatnonzero(gaps)

    def _bridge(self) -> None:
        """Add the steps from piece to piece, once no sample can come between."""
        self._settle()
        for one, other in pairwise(self._pieces):
            self._step(np.array([one.end, other.begin]), np.array([one.last, other.first]))
        if len(self._pieces) > 1:
            first, last = self._pieces[0], self._pieces[-1]
            self._pieces = [_Piece(first.begin, first.first, last.end, last.last)]

    def _step(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        steps = np.diff(times)
        self._sum(times, steps, values[:-1], values[1:])

    def _sum(self, times: NDArray[np.float64], steps: NDArray[np.float64], before: NDArray[np.float64], after: NDArray[np.float64]) -> None:  # fmt: skip
        """Steps in which power goes from `before` to `after` in a straight line, cut at full hours."""
        power = np.floor(np.log10(steps))
        length = (power.astype(np.int64) + _LOW) * _DIGITS + np.rint(steps / 10.0 ** (power - 2)).astype(np.int64)
        for code, count in zip(*np.unique(length, return_counts=True), strict=True):
            self._steps[int(code)] = self._steps.get(int(code), 0) + int(count)
        hour = np.floor_divide(times[:-1], 3600.0).astype(np.int64)
        crosses = times[1:] > (hour + 1) * 3600.0
        for n in np.flatnonzero(crosses).tolist():
            self._crossing(float(times[n]), float(steps[n]), float(before[n]), float(after[n]), int(length[n]))
        keep = ~crosses
        energy = (before + after)[keep] / 2 * steps[keep] / 3600.0
        unique, where = np.unique(hour[keep] * _CODES + length[keep], return_inverse=True)
        sums, covers = np.bincount(where, energy), np.bincount(where, steps[keep])
        for key, kwh, seconds in zip(unique.tolist(), sums.tolist(), covers.tolist(), strict=True):
            self._put(key // _CODES, key % _CODES, kwh, seconds)

    def _crossing(self, at: float, step: float, before: float, after: float, length: int) -> None:
        done = 0.0
        while done < step:
            hour = int((at + done) // 3600)
            until = min(step, (hour + 1) * 3600.0 - at)
            if until <= done:  # a remainder below the resolution of the clock
                break
            middle = before + (after - before) * (done + until) / 2 / step
            self._put(hour, length, middle * (until - done) / 3600.0, until - done)
            done = until

    def _put(self, hour: int, length: int, kwh: float, seconds: float) -> None:
        held = self._sums.setdefault((hour, length), [0.0, 0.0])
        held[0] += kwh
        held[1] += seconds

    def result(self) -> tuple[dict[int, float], float]:
        """(kWh by hour since 1970, seconds covered), without the steps that are longer than five median ones."""
        hours, covered, _ = self.by_hour()
        return hours, covered

    def by_hour(self) -> tuple[dict[int, float], float, dict[int, float]]:
        """The same, and the seconds covered in each hour."""
        self._bridge()
        longest = self.longest()
        hours: dict[int, float] = {}
        in_hour: dict[int, float] = {}
        covered = 0.0
        for (hour, length), (kwh, seconds) in self._sums.items():
            if _seconds(length) <= longest:
                hours[hour] = hours.get(hour, 0.0) + kwh
                in_hour[hour] = in_hour.get(hour, 0.0) + seconds
                covered += seconds
        return hours, covered, in_hour

    def longest(self) -> float:
        """The longest step that is bridged, in seconds."""
        return self.longest_seen()

    def longest_seen(self) -> float:
        """Five median steps so far, in seconds; 0 where there is none."""
        half, seen = sum(self._steps.values()) // 2, 0
        for length in sorted(self._steps):
            seen += self._steps[length]
            if seen > half:
                return samples.longest_bridged(_seconds(length))
        return 0.0


def energy(devices: Sequence[Gauge], boundary: str, naive: bool = False) -> tuple[dict[str, Any], Reading]:
    """The energy record of one run from the samples of its devices, and its hours: `Found.record["energy"]` and `Found.reading`.

    `boundary` as in `lca-run/1`; `naive` says that the stamps had no offset. Coverage is the mean over the devices of the
    share of the window, from the first sample of all to the last, that samples cover. Raises ValueError where no
    device has two samples.
    """
    used = [d for d in devices if d.end > d.begin]
    totals = [d.by_hour() for d in used]
    begin, end = span(used)
    if not used or not end > begin:
        raise ValueError("no device has two samples")
    hours: dict[int, float] = {}
    for each, _, _ in totals:
        for hour, kwh in each.items():
            hours[hour] = hours.get(hour, 0.0) + kwh
    first, last = int(begin // 3600), int(-(-end // 3600))
    all_hours = range(first, max(last, first + 1))
    kwh = sum(sum(each.values()) for each, _, _ in totals)
    share = sum(covered for _, covered, _ in totals) / (len(used) * (end - begin))
    method = "counter" if used[0].is_counter else "integrated"
    record: dict[str, Any] = {"value": f"{kwh!r} kWh", "boundary": boundary, "method": method}
    has_gaps = 0 < share < 0.999
    if has_gaps:
        record["coverage"] = {"of": "time", "value": share}
    shape = Shape(
        first, tuple(hours.get(h, 0.0) for h in all_hours),
        tuple(sum(c.get(h, 0.0) for _, _, c in totals) / len(used) for h in all_hours) if has_gaps else (),
    )  # fmt: skip
    resets = tuple(sorted(r for d in used for r in d.resets))
    zone = next((d.zone.key for d in used if d.zone is not None), "")
    return record, Reading(
        shape=shape, naive=naive and not zone, devices=len(used), resets=resets, zone=zone, marks=used[0].marks
    )


def span(devices: Iterable[Gauge]) -> tuple[float, float]:
    """(first, last) time of all samples in seconds since 1970."""
    times = [(d.begin, d.end) for d in devices if d.begin == d.begin]
    return (min(b for b, _ in times), max(e for _, e in times)) if times else (float("nan"), float("nan"))


def window(devices: Collection[Gauge], naive: bool = False) -> dict[str, str]:
    """`start` and `end` of a record of these samples, where they have a length. `naive`: their stamps had no offset.

    Local times whose zone was known are in UTC by now; where it was not, the window has no offset either.
    """
    begin, end = span(devices)
    if not end > begin:
        return {}
    naive = naive and all(d.zone is None for d in devices)
    return {"start": iso(begin, naive), "end": iso(end, naive)}
