"""Columns of the intensities under which a row's consumption is contracted, each with the trace of its factor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.catalogue.lookups import LEVEL_NAMES, PERIODS
from lca.catalogue.technologies import Intensity

#: intensities told apart in a row; the last holds the mean of all further ones
SLOTS = 3

Pair = tuple[Intensity, Intensity | None]  # direct, over the life cycle


class Slots:
    """Columns `contract_1_share`, `contract_1_factor`, `contract_1_lifecycle` and their traces, up to `SLOTS`."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.columns: dict[str, NDArray[Any]] = {}
        self._pairs: dict[str, int] = {}  # content of a pair -> its number
        self._held: list[Pair] = []
        self._of = np.full((SLOTS, rows), -1)  # number of the pair in each slot of each row
        self._share = np.zeros((SLOTS, rows))
        self._more: dict[int, list[tuple[float, int]]] = {}  # row -> what found no slot

    def add(self, rows: NDArray[np.int64], shares: NDArray[np.float64], pair: Pair) -> None:
        """Hold what an instrument covers of rows: equal intensities of one row together."""
        number = self._pairs.setdefault(repr(pair), len(self._held))
        if number == len(self._held):
            self._held.append(pair)
        left = shares > 0
        for slot in range(SLOTS):
            here = left & ((self._of[slot][rows] == number) | (self._of[slot][rows] < 0))
            self._of[slot][rows[here]] = number
            self._share[slot][rows[here]] += shares[here]
            left &= ~here
        for row, share in zip(rows[left].tolist(), shares[left].tolist(), strict=True):
            self._more.setdefault(row, []).append((share, number))

    def fill(self) -> dict[str, NDArray[Any]]:
        """The columns. A row with an instrument of unknown life-cycle intensity has none over the life cycle."""
        unknown = np.zeros(self.rows, bool)
        without = [n for n, (_, lifecycle) in enumerate(self._held) if lifecycle is None]
        for slot in range(SLOTS):
            unknown |= np.isin(self._of[slot], without)
        for row, parts in self._more.items():
            unknown[row] |= any(number in without for _, number in parts)
        for slot in range(SLOTS):
            order = np.argsort(self._of[slot], kind="stable")
            ends = np.searchsorted(self._of[slot][order], np.arange(len(self._held) + 1))
            for number, (direct, lifecycle) in enumerate(self._held):
                rows = order[ends[number] : ends[number + 1]]
                if len(rows):
                    self._set(rows, f"contract_{slot + 1}_share", self._share[slot][rows])
                    self._intensity(rows, f"contract_{slot + 1}_factor", direct)
                    if lifecycle is not None:
                        self._intensity(rows[~unknown[rows]], f"contract_{slot + 1}_lifecycle", lifecycle)
        for row, parts in self._more.items():
            self._mean(row, [(float(self._share[SLOTS - 1][row]), int(self._of[SLOTS - 1][row])), *parts], unknown[row])
        return self.columns

    def _mean(self, row: int, parts: Sequence[tuple[float, int]], unknown: bool) -> None:
        """One slot for several: means weighted by share, without a factor of their own."""
        at = np.asarray([row])
        weights = np.asarray([share for share, _ in parts])
        self._set(at, f"contract_{SLOTS}_share", float(weights.sum()))
        self._intensity(at, f"contract_{SLOTS}_factor", _weighted(weights, [self._held[n][0] for _, n in parts]))
        if not unknown:
            lifecycles = [held for _, n in parts if (held := self._held[n][1]) is not None]
            self._intensity(at, f"contract_{SLOTS}_lifecycle", _weighted(weights, lifecycles))

    def _set(
        self, rows: NDArray[np.int64], name: str, value: Any, empty: float = math.nan, kind: Any = np.float64
    ) -> None:
        if name not in self.columns:
            self.columns[name] = np.full(self.rows, empty, kind)
        self.columns[name][rows] = value

    def _intensity(self, rows: NDArray[np.int64], name: str, intensity: Intensity) -> None:
        self._set(rows, name, intensity.value)
        if intensity.low == intensity.low or intensity.high == intensity.high or f"{name}__low" in self.columns:
            self._set(rows, f"{name}__low", intensity.low)
            self._set(rows, f"{name}__high", intensity.high)
        looked_up = intensity.factor >= 0
        self._set(rows, f"{name}__factor", intensity.factor, -1, np.int32)
        self._set(rows, f"{name}__level", LEVEL_NAMES.index("technology" if looked_up else "run"), -1, np.int8)
        self._set(rows, f"{name}__period", PERIODS.index(intensity.period) if looked_up else -1, -1, np.int8)
        self._set(rows, f"{name}__tier", intensity.tier, 0, np.int8)


def _weighted(weights: NDArray[np.float64], intensities: Sequence[Intensity]) -> Intensity:
    table = np.asarray([(i.value, *(b if b == b else i.value for b in (i.low, i.high))) for i in intensities])
    value, low, high = (weights @ table / weights.sum()).tolist()
    return Intensity(value, low, high, tier=max(i.tier for i in intensities))
