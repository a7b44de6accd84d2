"""Readings of a counter of energy to an energy while they are read: its rises, and its resets."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca import samples
from lca.ingest.gauge import Gauge
from lca.reading import Reset


class _Fall(NamedTuple):
    """Where a counter fell: when, after which step in s, and from what to what, in kWh."""

    at: float
    step: float
    before: float
    after: float

    def reset(self) -> Reset:
        """The fall in words."""
        at = datetime.fromtimestamp(self.at, UTC).isoformat().replace("+00:00", "Z")
        return Reset("the series", at, f"{self.before:.10g} kWh", f"{self.after:.10g} kWh")

    def backwards(self) -> ValueError:
        """What is told where it is no reset."""
        _, at, before, after = self.reset()
        return ValueError(
            f"the counter runs backwards, from {before} to {after} at {at}, and not to a value near 0 as after a reset"
        )


class Counter(Gauge):
    """Readings of a counter of energy in kWh. It went on counting between samples: no step is too long.

    A fall is a reset where `lca.samples.is_reset` says so, once all readings are known. Raises ValueError where it runs backwards.
    """

    is_counter = True

    def __init__(self, zone: ZoneInfo | None = None) -> None:
        super().__init__(zone)
        self._rate = 0.0  # the fastest rise so far, in kWh/s
        self._falls: list[_Fall] = []

    def _step(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        steps, rise = np.diff(times), np.diff(values)
        for n in np.flatnonzero(rise < 0).tolist():
            fall = _Fall(float(times[n + 1]), float(steps[n]), float(values[n]), float(values[n + 1]))
            if not samples.is_reset(fall.before, fall.after, fall.step, math.inf):  # whatever comes later
                raise fall.backwards()
            self._falls.append(fall)
            self.resets.append(fall.reset())
            rise[n] = values[n + 1]
        rising = np.diff(values) > 0
        self._rate = max(self._rate, samples.fastest(rise[rising], steps[rising]))
        power = rise / steps * 3600.0
        self._sum(times, steps, power, power)

    def _settle(self) -> None:
        super()._settle()
        self._check()

    def by_hour(self) -> tuple[dict[int, float], float, dict[int, float]]:
        """(kWh by hour since 1970, seconds covered, those of each hour)."""
        self._bridge()
        self._check()
        return super().by_hour()

    def _check(self) -> None:
        """Raise ValueError for a fall to more than could have been counted in its step."""
        for fall in self._falls:
            if not samples.is_reset(fall.before, fall.after, fall.step, self._rate):
                raise fall.backwards()

    def longest(self) -> float:
        """Every step is bridged."""
        return float("inf")
