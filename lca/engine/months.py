"""Months of the calendar in UTC, and how much of the time of a row lies in each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities

Numbers = NDArray[np.float64]
#: month of a row without a date
UNDATED = np.iinfo(np.int64).min


def spans(a: Activities) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last month of each row, counted from January 1970; `UNDATED` where it has no date."""
    start, end = a.start_of_row, a.end_of_row
    point = np.where(np.isnan(start), end, start)  # of what one end is unknown, the other tells
    last = np.where(np.isnan(start) | np.isnan(end), point, np.maximum(end - 1e-3, start))
    return _month(point), _month(last)


def _month(seconds: Numbers) -> NDArray[np.int64]:
    known = ~np.isnan(seconds)
    out = np.full(len(seconds), UNDATED)
    out[known] = (
        np.floor(seconds[known]).astype(np.int64).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    )
    return out


def share(a: Activities, rows: NDArray[np.int64], month: int) -> Numbers:
    """Share of the time of some rows that lies in a month: 1 where their length is not known."""
    begin, after = (_begin(month + n) for n in (0, 1))
    start, end = a.start_of_row[rows], a.end_of_row[rows]
    with np.errstate(all="ignore"):
        inside = (np.minimum(end, after) - np.maximum(start, begin)) / (end - start)
    return np.where(end > start, np.clip(inside, 0.0, 1.0), 1.0)


def _begin(month: int) -> float:
    moment: Any = np.datetime64(month, "M").astype("datetime64[s]")
    return float(moment.astype(np.int64))


def told(month: int) -> str:
    """The month as text: 2025-04."""
    return str(np.datetime64(month, "M"))
