"""Samples of a log to an energy while they are read: trapezoids of a gauge of power, rises of a counter of energy.

Memory does not grow with the number of samples: what is kept is the energy by hour and by length of the step, so that steps
longer than five median steps can be left out at the end (the rule of `lca.power_series`). Lengths are told apart to three digits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lca.ingest.formats import Note
from lca.language import said
from lca.power_series import GAP
from lca.reading import Reading, Reset, Shape

#: s; no log has two samples ten years apart
FAR = 10 * 365.25 * 86400
#: samples that are held back before they are added up
CHUNK = 65536


#: the length of a step as a whole number: power of ten and three digits
_LOW, _DIGITS = 12, 1001
_CODES = 64 * _DIGITS


def _seconds(code: int) -> float:
    return float(code % _DIGITS) * 10.0 ** (code // _DIGITS - _LOW - 2)


class Gauge:
    """Power of one device over time. Times are seconds since 1970, rising; local times without offset count as UTC."""

    is_counter = False

    def __init__(self) -> None:
        self.count = 0  # samples that were used
        self.backwards = 0  # samples not later than the one before them: left out
        self.far = 0  # samples more than ten years after the one before them: left out
        self.begin = self.end = float("nan")
        self.resets: list[Reset] = []
        self._last: tuple[float, float] | None = None
        self._times: list[float] = []
        self._values: list[float] = []
        self._steps: dict[int, int] = {}  # code of the length of a step -> how many
        self._sums: dict[tuple[int, int], list[float]] = {}  # (hour, code of the length of a step) -> [kWh, s]

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
            times, values = np.asarray(self._times), np.asarray(self._values)
            self._times, self._values = [], []
            self._take(times, values)

    def _take(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        good = np.isfinite(times) & np.isfinite(values)
        times, values = times[good], values[good]
        if not len(times):
            return
        if self._last is not None:
            times, values = np.append(self._last[0], times), np.append(self._last[1], values)
        rising = np.append(True, times[1:] > np.maximum.accumulate(times)[:-1])
        self.backwards += int(len(times) - rising.sum())
        times, values = times[rising], values[rising]
        far = np.flatnonzero(np.diff(times) > FAR)
        if len(far):  # a wrong clock: what follows cannot be placed
            self.far += len(times) - int(far[0]) - 1
            times, values = times[: int(far[0]) + 1], values[: int(far[0]) + 1]
        self.count += len(times) - (self._last is not None)
        if self._last is None:
            self.begin = float(times[0])
        self.end = float(times[-1])
        self._last = float(times[-1]), float(values[-1])
        if len(times) > 1:
            self._step(times, values)

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
        self._flush()
        longest = self.longest()
        hours: dict[int, float] = {}
        covered = 0.0
        for (hour, length), (kwh, seconds) in self._sums.items():
            if _seconds(length) <= longest:
                hours[hour] = hours.get(hour, 0.0) + kwh
                covered += seconds
        return hours, covered

    def longest(self) -> float:
        """The longest step that is bridged, in seconds."""
        half, seen = sum(self._steps.values()) // 2, 0
        for length in sorted(self._steps):
            seen += self._steps[length]
            if seen > half:
                return GAP * _seconds(length) * (1 + 1e-9) + 1e-6
        return 0.0


class Counter(Gauge):
    """Readings of a counter of energy in kWh. It went on counting between samples: no step is too long.

    A fall to less than half is a reset, after which it began again at 0. Raises ValueError where it runs backwards.
    """

    is_counter = True

    def _step(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        steps, rise = np.diff(times), np.diff(values)
        for n in np.flatnonzero(rise < 0).tolist():
            at = datetime.fromtimestamp(float(times[n + 1]), UTC).isoformat().replace("+00:00", "Z")
            before, after = f"{values[n]:.10g} kWh", f"{values[n + 1]:.10g} kWh"
            if 2 * values[n + 1] > values[n]:
                raise ValueError(
                    f"the counter runs backwards, from {before} to {after} at {at}, and not to a value near 0 as after a reset"
                )
            self.resets.append(Reset("the series", at, before, after))
            rise[n] = values[n + 1]
        power = rise / steps * 3600.0
        self._sum(times, steps, power, power)

    def longest(self) -> float:
        """Every step is bridged."""
        return float("inf")


def energy(devices: Sequence[Gauge], boundary: str, naive: bool = False) -> tuple[dict[str, Any], Reading]:
    """The energy record of one run from the samples of its devices, and its hours: `Found.record["energy"]` and `Found.reading`.

    `boundary` as in `lca-run/1`; `naive` says that the stamps had no offset. Coverage is the mean over the devices of the
    share of the window, from the first sample of all to the last, that samples cover. Raises ValueError where no
    device has two samples.
    """
    used = [d for d in devices if d.end > d.begin or d._times]
    totals = [d.result() for d in used]
    begin, end = span(used)
    if not used or not end > begin:
        raise ValueError("no device has two samples")
    hours: dict[int, float] = {}
    for each, _ in totals:
        for hour, kwh in each.items():
            hours[hour] = hours.get(hour, 0.0) + kwh
    first, last = int(begin // 3600), int(-(-end // 3600))
    shape = Shape(first, tuple(hours.get(h, 0.0) for h in range(first, max(last, first + 1))))
    kwh = sum(sum(each.values()) for each, _ in totals)
    share = sum(covered for _, covered in totals) / (len(used) * (end - begin))
    method = "counter" if used[0].is_counter else "integrated"
    record: dict[str, Any] = {"value": f"{kwh!r} kWh", "boundary": boundary, "method": method}
    if 0 < share < 0.999:
        record["coverage"] = {"of": "time", "value": share}
    resets = tuple(r for d in used for r in d.resets)
    return record, Reading(shape=shape, naive=naive, devices=len(used), resets=resets)


def span(devices: Iterable[Gauge]) -> tuple[float, float]:
    """(first, last) time of all samples in seconds since 1970."""
    held = list(devices)
    for device in held:
        device._flush()
    times = [(d.begin, d.end) for d in held if d.begin == d.begin]
    return (min(b for b, _ in times), max(e for _, e in times)) if times else (float("nan"), float("nan"))


def notes(devices: Collection[Gauge]) -> tuple[Note, ...]:
    """What to tell of the samples."""
    told = (("bear a time that is not after the one before them", sum(d.backwards for d in devices)),
            ("lie more than ten years after the one before them", sum(d.far for d in devices)))  # fmt: skip
    return tuple(
        Note("clock-fault", said("{count} samples {what}: left out", count=count, what=what), "power")
        for what, count in told
        if count
    )
