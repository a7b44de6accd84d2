"""Local times of a log to UTC: an hour that a change of clocks repeats or skips is neither work nor idle time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

#: s; offsets change at full quarters of an hour
QUARTER = 900
#: s by which samples of one log may be out of order without telling that a clock went back
JITTER = 60.0


@lru_cache(maxsize=65536)
def _offsets(quarter: int, zone: ZoneInfo) -> tuple[float, float]:
    """Offsets (s) from UTC of a local time in its first and in its second pass; equal but for an hour that is repeated."""
    local = datetime(1970, 1, 1) + timedelta(seconds=quarter * QUARTER)
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return first.total_seconds(), second.total_seconds()


def to_utc(times: NDArray[np.float64], zone: ZoneInfo, before: float = float("-inf")) -> NDArray[np.float64]:
    """Local times in seconds since 1970-01-01 of the local clock, in the order of the log, in seconds since 1970 in UTC.

    A time in a repeated hour is of the first pass unless it then lay before the time that precedes it in the log; `before` is what
    precedes the first, in UTC.
    """
    quarters, where = np.unique(np.floor_divide(times, QUARTER).astype(np.int64), return_inverse=True)
    offsets = np.array([_offsets(int(q), zone) for q in quarters]).reshape(-1, 2)[where]
    out = np.asarray(times - offsets[:, 0])
    for n in np.flatnonzero(offsets[:, 0] > offsets[:, 1]).tolist():  # clocks went back: the time occurs twice
        last = out[n - 1] if n else before
        if out[n] < last - JITTER:
            out[n] = times[n] - offsets[n, 1]
    return out


def iso(seconds: float, naive: bool = False) -> str:
    """A time in seconds since 1970 as text, in UTC or, where its zone is not known, without offset."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None if naive else UTC).isoformat()
