"""The rules by which samples of power and readings of counters become energy: the same for logs and for series of run logs.

`lca.power_series` applies them to a series that it holds whole, `lca.ingest.gauge` to samples while they are read. Local times
are turned to UTC by `lca.local_time` before any of this.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: a gap longer than this many median periods is not bridged; nor does a counter rise this many times faster than it ever did
GAP = 5.0


def longest_bridged(median: float) -> float:
    """The longest step between samples of power that is bridged, in s, where the median step is `median`."""
    return GAP * median * (1 + 1e-9) + 1e-6


def fastest(rises: NDArray[np.float64], steps: NDArray[np.float64]) -> float:
    """The fastest rise of a counter, in kWh/s; 0 where it does not rise."""
    return max(float((rises / steps).max()), 0.0) if len(steps) else 0.0


def is_reset(before: float, after: float, seconds: float, rate: float) -> bool:
    """Whether a counter that falls began again at 0 within a step of `seconds`.

    The new reading is nearer to 0 than to the one before, and could have been counted in that step: at no more than five
    times the fastest rise of the series, `rate`. A counter that falls otherwise runs backwards.
    """
    return 2 * after <= before and after <= GAP * rate * seconds
