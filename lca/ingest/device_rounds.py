"""Rows that name no device: told apart by the rounds in which a tool writes one row of each device."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray

#: s; devices of one round of samples are read this close to each other, or stamped in the same second
JITTER = 0.03
#: share of rounds that must have the same number of rows for rows to be told apart by their order
REGULAR = 0.7
#: rows by which rounds are recognised, and the most devices of one round
SAMPLE, MOST = 4096, 64


class Rounds:
    """Rows that name no device: one round of samples holds a row of each device, in the same order.

    Their number follows from the first rows: the gaps within a round are far shorter than those between rounds.
    """

    def __init__(self) -> None:
        self.devices = 0
        self._longest = 0.0
        self._last, self._place = -math.inf, -1

    def places(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """The place of each row within its round."""
        if not self.devices:
            self.devices, self._longest = round_of(times[:SAMPLE])
        index = np.arange(len(times))
        starts = np.abs(np.diff(times, prepend=self._last)) > self._longest
        since = np.maximum.accumulate(np.where(starts, index, -1))
        place = np.where(since >= 0, index - since, index + self._place + 1) % self.devices
        self._last, self._place = float(times[-1]), int(place[-1])
        return np.asarray(place, np.int64)


def round_of(times: NDArray[np.float64]) -> tuple[int, float]:
    """(devices of a round, the longest gap within one in s); one device where the rows show no rounds."""
    gaps = np.abs(np.diff(times))
    if not len(gaps):
        return 1, 0.0
    if gaps.max() <= JITTER and len(times) <= MOST and len(times) > 1:
        evenly = gaps.min() > 0 and gaps.max() < 2 * gaps.min()
        return (1, 0.0) if evenly and len(times) > 2 else (len(times), JITTER)  # one round and no more
    lengths = np.unique(np.maximum(np.round(gaps, 3), 1e-3))
    best = (0.0, 0.0, 1, 0.0)
    for n in np.argsort(lengths[1:] / lengths[:-1])[-8:].tolist():
        ratio = float(lengths[n + 1] / lengths[n])
        split = math.sqrt(float(lengths[n] * lengths[n + 1]))
        starts = np.append(0, np.flatnonzero(gaps > split) + 1)
        sizes = np.diff(starts)
        if ratio < 3 or len(sizes) < 1 or float(np.median(gaps[gaps <= split])) > JITTER:
            continue
        size, times_seen = Counter(sizes.tolist()).most_common(1)[0]
        regular = times_seen / len(sizes)
        if 2 <= size <= MOST and regular >= REGULAR and (regular, ratio) > best[:2]:
            period = float(np.median(np.abs(np.diff(times[starts]))))
            best = (regular, ratio, size, max(split, period / 4))
    return best[2], best[3]
