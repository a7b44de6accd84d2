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


class Slots:
    """Columns `contract_1_share`, `contract_1_factor`, `contract_1_lifecycle` and their traces, up to `SLOTS`."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.columns: dict[str, NDArray[Any]] = {}

    def put(self, row: int, parts: Sequence[tuple[float, Intensity, Intensity | None]]) -> None:
        """Hold what covers a row: (share, direct, life-cycle intensity) of each instrument, equal ones together."""
        merged: dict[Any, list[Any]] = {}
        for share, direct, lifecycle in parts:
            held = merged.setdefault((repr(direct), repr(lifecycle)), [0.0, direct, lifecycle])
            held[0] += share
        slots = list(merged.values())
        if len(slots) > SLOTS:
            slots[SLOTS - 1 :] = [_mean(slots[SLOTS - 1 :])]
        for number, (share, direct, lifecycle) in enumerate(slots, start=1):
            self._set(row, f"contract_{number}_share", share)
            self._intensity(row, f"contract_{number}_factor", direct)
            if all(slot[2] is not None for slot in slots):
                self._intensity(row, f"contract_{number}_lifecycle", lifecycle)

    def _set(self, row: int, name: str, value: float, empty: float = math.nan, kind: Any = np.float64) -> None:
        if name not in self.columns:
            self.columns[name] = np.full(self.rows, empty, kind)
        self.columns[name][row] = value

    def _intensity(self, row: int, name: str, intensity: Intensity) -> None:
        self._set(row, name, intensity.value)
        if intensity.low == intensity.low or intensity.high == intensity.high:
            self._set(row, f"{name}__low", intensity.low)
            self._set(row, f"{name}__high", intensity.high)
        looked_up = intensity.factor >= 0
        self._set(row, f"{name}__factor", intensity.factor, -1, np.int32)
        self._set(row, f"{name}__level", LEVEL_NAMES.index("technology" if looked_up else "run"), -1, np.int8)
        self._set(row, f"{name}__period", PERIODS.index(intensity.period) if looked_up else -1, -1, np.int8)
        self._set(row, f"{name}__tier", intensity.tier, 0, np.int8)


def _mean(slots: Sequence[Sequence[Any]]) -> list[Any]:
    """One slot for several: means weighted by share, without a factor of their own."""
    weights = np.asarray([s[0] for s in slots])

    def mean(of: Sequence[Intensity | None]) -> Intensity | None:
        known = [i for i in of if i is not None]
        if len(known) < len(of):
            return None
        table = np.asarray([(i.value, *(b if b == b else i.value for b in (i.low, i.high))) for i in known])
        value, low, high = (weights @ table / weights.sum()).tolist()
        return Intensity(value, low, high, tier=max(i.tier for i in known))

    return [float(weights.sum()), mean([s[1] for s in slots]), mean([s[2] for s in slots])]
