"""Marks of a series: a few of its samples, chosen by their time alone, by which another log of the same samples is recognised.

Two logs that cover the same time choose the same samples of it, whatever else they hold: those whose time hashes lowest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: samples that are kept of a series
KEPT = 128
#: an odd number near 2^64 divided by the golden ratio, which spreads the times (Knuth, TAOCP 3, 6.4)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_ALL = np.uint64(2**64 - 1)


class Marks(NamedTuple):
    """Times (ms since 1970) and values of the samples that were kept, and the hash of a time up to which all were."""

    limit: int = 0
    stamps: bytes = b""
    values: bytes = b""

    def samples(self, limit: int = 2**64 - 1) -> dict[int, float]:
        """Value by time (ms) of the samples whose times hash to no more than `limit`."""
        stamps, values = np.frombuffer(self.stamps, np.int64), np.frombuffer(self.values, np.float64)
        chosen = _hashes(stamps) <= np.uint64(limit)
        return dict(zip(stamps[chosen].tolist(), values[chosen].tolist(), strict=True))


def _hashes(stamps: NDArray[np.int64]) -> NDArray[np.uint64]:
    return stamps.astype(np.uint64) * _SPREAD


class Marker:
    """Keeps the marks of a series while its samples pass."""

    def __init__(self) -> None:
        self._limit = _ALL
        self._stamps = np.zeros(0, np.int64)
        self._values = np.zeros(0, np.float64)

    def add(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        """Samples at times in seconds since 1970, each time once."""
        stamps = np.rint(times * 1000).astype(np.int64)
        chosen = _hashes(stamps) <= self._limit
        self._stamps = np.append(self._stamps, stamps[chosen])
        self._values = np.append(self._values, values[chosen])
        if len(self._stamps) > 2 * KEPT:
            self._shrink()

    def _shrink(self) -> None:
        hashes = _hashes(self._stamps)
        lowest = np.argsort(hashes, kind="stable")[:KEPT]
        self._limit = hashes[lowest[-1]]
        self._stamps, self._values = self._stamps[lowest], self._values[lowest]

    def marks(self) -> Marks:
        """The marks of all samples so far."""
        if len(self._stamps) > KEPT:
            self._shrink()
        order = np.argsort(self._stamps, kind="stable")
        return Marks(int(self._limit), self._stamps[order].tobytes(), self._values[order].tobytes())
