"""A power series to an energy: trapezoids between samples, differences of counters, device by device, clipped to the run.

Between two samples power is a straight line, a counter rises evenly. A gap of more than five median periods between
samples of power is not bridged and lowers the coverage; a counter went on counting in it, so its difference stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca import samples
from lca.activity import as_utc
from lca.numerals import spelled
from lca.power_samples import Samples, Taken, take
from lca.reading import Blanks, Reading, Reset, Shape
from lca.run import Coverage, EnergyRecord, PowerSeries, Run
from lca.units import Quantity

#: share of its window from which on a series covers all of it
COVERED = 0.999
#: seconds by which a series may reach beyond its run and is not told: the resolution of times
RESOLUTION = 1e-3


def integrate(run: Run, folder: str | None, zone: ZoneInfo | None = None) -> tuple[EnergyRecord, Reading]:
    """The energy of a run's power series in kWh, and what was found in reading it; local times of samples are of `zone`.

    `coverage` is the share of the run's window that the samples cover, the mean over the devices. Raises ValueError
    with what is wrong with the series.
    """
    series = run.power
    assert series is not None
    taken = take(series, folder, zone)
    if series.wraps_at is not None and not taken.counter:
        raise ValueError("wraps_at belongs to a counter of energy; give the unit of the counter, or take it out")
    if not taken.series:
        raise ValueError("a power series needs at least two samples")
    curves = [_Curve.of(one, taken, series) for one in taken.series]
    window = _window(run, taken, curves)
    inside = [c.at(np.array([window.begin, window.end])) for c in curves]
    kwh = float(sum(energy[1] - energy[0] for energy, _ in inside))
    covered = float(sum(cover[1] - cover[0] for _, cover in inside))
    first, last = min(c.times[0] for c in curves), max(c.times[-1] for c in curves)
    if last <= window.begin or first >= window.end:
        raise ValueError(f"the series, {_told(first, taken)} to {_told(last, taken)}, does not overlap the run, "
                         f"{_told(window.begin, taken)} to {_told(window.end, taken)}; seconds count from the start of the run")  # fmt: skip
    share = covered / (len(curves) * (window.end - window.begin))
    if share <= 0:
        raise ValueError("no two samples are close enough to each other to be integrated")
    record = EnergyRecord(
        value=Quantity(kwh, text=f"{kwh!r} kWh"), boundary=series.boundary,
        method="counter" if taken.counter else "integrated",
        coverage=Coverage(of="time", value=Quantity(min(share, 1.0))) if share < COVERED else None,
    )  # fmt: skip
    before, after = max(0.0, window.begin - first), max(0.0, last - window.end)
    cut = None
    if max(before, after) > RESOLUTION:
        whole = float(sum(c.energy[-1] for c in curves))
        cut = (before / 3600, after / 3600, whole - kwh)
    made = Reading(
        shape=_shape(curves, window, share < COVERED), cut=cut, anchored=window.anchored, naive=taken.naive,
        resets=tuple(r for c in curves for r in c.resets), devices=len(curves), blanks=_blanks(taken, curves),
        unit_assumed=taken.unit.assumed,
    )  # fmt: skip
    return record, made


@dataclass(frozen=True)
class _Curve:
    """One device: power in kW as a straight line in each step, `energy` in kWh and `cover` in seconds up to each sample."""

    times: NDArray[np.float64]
    before: NDArray[np.float64]  # power at the begin of each step, 0 where it is not bridged
    after: NDArray[np.float64]
    bridged: NDArray[np.bool_]
    energy: NDArray[np.float64]
    cover: NDArray[np.float64]
    resets: tuple[Reset, ...]
    span: tuple[float, float]  # of all samples, those without a value among them
    blanks: tuple[float, int]  # kWh in bridged steps that hold samples without a value, and how many are not bridged

    @staticmethod
    def of(one: Samples, taken: Taken, series: PowerSeries) -> _Curve:
        """The curve of one device's samples, whatever their order."""
        whose = f" of {one.name[:60]!r}" if one.name else ""
        if len(one.times) < 2:
            found = "one" if len(one.times) else "none"
            blank = f" with a value; {len(one.blanks)} are empty" if len(one.blanks) else ""
            raise ValueError(
                f"a power series needs at least two samples{whose and f', and that{whose} has {found}'}{blank}"
            )
        order = np.argsort(one.times, kind="stable")
        times, values = one.times[order], one.values[order]
        steps = np.diff(times)
        if steps.min() <= 0:
            at = _told(float(times[int(np.argmin(steps))]), taken)
            hint = "" if series.device else ", or name the column that tells devices apart in power.device"
            raise ValueError(
                f"two samples{whose} bear the same time, {at}; keep one of them{hint if series.file else ''}"
            )
        resets: tuple[Reset, ...] = ()
        if taken.counter:
            rise, resets = _rise(times, values, one.rows[order], series, taken, whose)
            bridged = np.ones(len(steps), bool)
            before = after = rise / steps * 3600.0
        else:
            bridged = steps <= samples.longest_bridged(float(np.sort(steps)[len(steps) // 2]))
            before, after = np.where(bridged, values[:-1], 0.0), np.where(bridged, values[1:], 0.0)
        energy = np.concatenate([[0.0], np.cumsum((before + after) / 2 * steps / 3600.0)])
        cover = np.concatenate([[0.0], np.cumsum(np.where(bridged, steps, 0.0))])
        ends = np.concatenate([times[[0, -1]], one.blanks])
        lost = np.unique(np.searchsorted(times, one.blanks) - 1)
        lost = lost[(lost >= 0) & (lost < len(steps))]
        return _Curve(
            times, before, after, bridged, energy, cover, resets, (float(ends.min()), float(ends.max())),
            (float(np.diff(energy)[lost].sum()), int((~bridged[lost]).sum())),
        )  # fmt: skip

    def at(self, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(energy, cover) from the first sample up to the times `x`, by straight lines between samples."""
        x = np.clip(x, self.times[0], self.times[-1])
        i = np.clip(np.searchsorted(self.times, x, "right") - 1, 0, len(self.before) - 1)
        gone, step = x - self.times[i], self.times[i + 1] - self.times[i]
        power = self.before[i] + (self.after[i] - self.before[i]) * gone / step
        return self.energy[i] + (self.before[i] + power) / 2 * gone / 3600.0, self.cover[i] + self.bridged[i] * gone


def _rise(
    times: NDArray[np.float64], values: NDArray[np.float64], rows: NDArray[np.int64], series: PowerSeries, taken: Taken,
    whose: str,
) -> tuple[NDArray[np.float64], tuple[Reset, ...]]:  # fmt: skip
    """What a counter counted in each step, and where it was reset.

    A fall is a wrap-around where the run says at which value the counter wraps. Else it is a reset, after which the
    counter begins at 0 (`lca.samples.is_reset`); a counter that falls otherwise runs backwards.
    """

    def reading(value: float) -> str:
        return f"{spelled(value / taken.unit.scale, 10)} {taken.unit.text}"

    rise = np.diff(values)
    falls = np.flatnonzero(rise < 0)
    if series.wraps_at is not None:
        most = series.wraps_at.value
        if values.max() > most:
            raise ValueError(
                f"{taken.where(int(rows[np.argmax(values)]))}: the counter{whose} reads {reading(values.max())}, more than "
                f"wraps_at, {series.wraps_at.text}"
            )
        rise[falls] += most
        return rise, ()
    resets = []
    if len(falls):
        steps = np.diff(times)
        rate = samples.fastest(rise, steps)
        for fall in falls:
            after = float(values[fall + 1])
            reset = Reset(taken.where(int(rows[fall + 1])), _told(float(times[fall + 1]), taken),
                          reading(float(values[fall])), reading(after))  # fmt: skip
            if not samples.is_reset(float(values[fall]), after, float(steps[fall]), rate):
                raise ValueError(
                    f"{reset.where}: the counter{whose} runs backwards, from {reset.before} to {reset.after} at {reset.time}, and "
                    "not to a value near 0 as after a reset; correct the readings, or give wraps_at where it wraps around"
                )  # fmt: skip
            resets.append(reset)
        rise[falls] = values[falls + 1]
    return rise, tuple(resets)


def _blanks(taken: Taken, curves: list[_Curve]) -> Blanks | None:
    count = sum(len(one.blanks) for one in taken.series)
    whole = count + sum(len(one.times) for one in taken.series)
    bridged, gaps = sum(c.blanks[0] for c in curves), sum(c.blanks[1] for c in curves)
    return Blanks(count, whole, taken.first_blank, bridged, gaps) if count else None


@dataclass(frozen=True)
class _Window:
    """The run in the clock of its series; `origin` turns that clock to seconds since 1970, None where it cannot."""

    begin: float
    end: float
    origin: float | None
    anchored: bool  # the run does not say when it began: its window is laid at the first sample


def _window(run: Run, taken: Taken, curves: list[_Curve]) -> _Window:
    first, last = min(c.span[0] for c in curves), max(c.span[1] for c in curves)
    start = as_utc(run.start).timestamp() if run.start is not None else None
    end = as_utc(run.end).timestamp() if run.end is not None else None
    length = run.duration.value * 3600.0 if run.duration is not None else None
    if start is not None and end is not None:
        length = end - start
    elif start is None and end is not None and length is not None:
        start = end - length
    if taken.absolute:
        begin = first if start is None else start
        finish = end if end is not None else last if length is None else begin + length
        return _Window(begin, max(finish, begin), 0.0, start is None and length is not None)
    if length is None:
        return _Window(first if start is None else 0.0, last, start, False)
    return _Window(0.0, length, start, False)


def _shape(curves: list[_Curve], window: _Window, has_gaps: bool) -> Shape | None:
    """Energy by hour of the clock in UTC, None where the hours are not known."""
    if window.origin is None:
        return None
    begin, end = window.begin + window.origin, window.end + window.origin
    first, after = int(begin // 3600), int(-(-end // 3600))
    edges = np.clip(np.arange(first, after + 1) * 3600.0, begin, end) - window.origin
    parts = [c.at(edges) for c in curves]
    energy = tuple(np.sum([np.diff(e) for e, _ in parts], axis=0).tolist())
    return Shape(first, energy, tuple(np.mean([np.diff(s) for _, s in parts], axis=0).tolist()) if has_gaps else ())


def _told(seconds: float, taken: Taken) -> str:
    if not taken.absolute:
        return f"{seconds:.10g} s"
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
