"""Energy per interval: lines of a log that each say what was used since the line before. Their sum is the energy.

They are no readings of a counter and no samples of power: nothing is integrated, bridged or scaled up. Only the window needs care,
since the first line does not say when its interval began.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca.ingest import gauge
from lca.ingest.energy_counter import Counter
from lca.ingest.formats import Note
from lca.ingest.gauge import FAR
from lca.language import plural, said
from lca.local_time import to_utc
from lca.numerals import spelled
from lca.reading import Reading
from lca.samples import longest_bridged


class Intervals:
    """Lines of one device. Times are seconds since 1970 in the order of the log, local ones where a `zone` is given."""

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        self.zone = zone
        self.counter = Counter()  # what remains of the lines, once they are settled and their span is known
        self.moments: NDArray[np.float64] = np.zeros(0)
        self.kwh: NDArray[np.float64] = np.zeros(0)  # of each moment
        self.usual = float("nan")  # s between two lines
        self.gaps = 0  # intervals that are far longer
        self._times, self._values, self._lines = array("d"), array("d"), array("q")

    def put(self, seconds: float, kwh: float, line: int = 0) -> None:
        """One line; `line` is a hash of its text, by which a block that is repeated is known."""
        self._times.append(seconds)
        self._values.append(kwh)
        self._lines.append(line)

    def settle(self) -> None:
        """Put the lines in the order of time, in UTC, once all are there; lines of one moment are one."""
        times: NDArray[np.float64] = np.frombuffer(self._times, np.float64)
        values: NDArray[np.float64] = np.frombuffer(self._values, np.float64)
        if self.zone is not None:
            times = to_utc(times, self.zone)
        keep = ~_repeated(times, self._lines)
        near = np.abs(times - np.median(times)) <= FAR
        self.counter.covered_twice = int(len(times) - keep.sum())
        self.counter.far = int((keep & ~near).sum())
        self.counter.moved = int((np.diff(times) < 0).sum())
        self.moments, moment_of_line = np.unique(times[keep & near], return_inverse=True)
        self.kwh = np.zeros(len(self.moments))
        np.add.at(self.kwh, moment_of_line, values[keep & near])
        steps = np.diff(self.moments)
        self.usual = float(np.median(steps)) if len(steps) else float("nan")
        self.gaps = int((steps > longest_bridged(self.usual)).sum())

    def span(self, first: float) -> None:
        """Lay the lines out as a counter of energy that began `first` seconds before the first of them."""
        self.counter.add(np.append(self.moments[0] - first, self.moments), np.append(0.0, np.cumsum(self.kwh)))


def _repeated(times: NDArray[np.float64], lines: array[int]) -> NDArray[np.bool_]:
    """Lines that stand in the log before, at the same time, with lines of other times between: a block that is there twice.

    Equal lines that follow each other are two intervals within the resolution of the clock.
    """
    twice = np.zeros(len(times), bool)
    if not len(times) or not (np.diff(times) < 0).any():
        return twice
    visits = np.cumsum(np.append(False, np.diff(times) != 0))
    seen: dict[tuple[float, int], int] = {}
    for n, key in enumerate(zip(times.tolist(), lines, strict=True)):
        twice[n] = seen.setdefault(key, int(visits[n])) != int(visits[n])
    return twice


def energy(
    devices: Sequence[Intervals], boundary: str, naive: bool, first: float | None = None
) -> tuple[dict[str, Any], Reading | None, tuple[Note, ...]]:
    """The energy record of all lines, its hours, and what to tell of them; the counter of each device then spans its window.

    `first` is the interval of the first line in seconds, where that is known. A log of one line whose interval is not known has an
    energy and no hours. Raises ValueError where there is no line.
    """
    if not devices:
        raise ValueError("no line holds a value")
    for device in devices:
        device.settle()
    notes = gauge.notes([device.counter for device in devices])
    usual = [device.usual for device in devices if device.usual == device.usual]
    if first is None and not usual:
        kwh = float(sum(device.kwh.sum() for device in devices))
        message = said("no line says how long its interval was: the energy has no duration")
        notes += (Note("interval-assumed", message, "duration"),)
        return {"value": f"{kwh!r} kWh", "boundary": boundary, "method": "counter"}, None, notes
    for device in devices:
        device.span(first if first is not None else device.usual if device.usual == device.usual else usual[0])
    if first is None:
        message = said(
            "the first line does not say how long its interval was; {seconds} s were used, as between the others",
            seconds=spelled(usual[0]),
        )
        notes += (Note("interval-assumed", message, "energy"),)
    lone = sum(device.usual != device.usual for device in devices) if first is None else 0
    if lone:
        message = plural(
            lone, "one device has a single line; {seconds} s were used as its interval, as between those of the others",
            "{n} devices have a single line each; {seconds} s were used as their interval, as between those of the others",
            n=lone, seconds=spelled(usual[0]),
        )  # fmt: skip
        notes += (Note("interval-assumed", message, "energy"),)
    gaps = sum(device.gaps for device in devices)
    if gaps:
        message = plural(
            gaps, "one interval is more than five times as long as the others; its energy counts as its line states it",
            "{n} intervals are more than five times as long as the others; their energy counts as their lines state it", n=gaps,
        )  # fmt: skip
        notes += (Note("interval-assumed", message, "energy"),)
    record, reading = gauge.energy([device.counter for device in devices], boundary, naive)
    record.pop("coverage", None)  # the sum of the lines is the energy, whenever each device began
    zone = next((d.zone.key for d in devices if d.zone is not None), "")
    return record, reading._replace(naive=naive and not zone, zone=zone), notes
