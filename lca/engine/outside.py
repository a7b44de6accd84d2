"""What the period of the report leaves out: amounts of runs and parts of runs that are in no figure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.language import listed, said
from lca.numerals import spelled
from lca.profile import Profile

Mask = NDArray[np.bool_]


class Amounts(NamedTuple):
    """Sums over runs as far as they are known; None where nothing is."""

    hours: float | None  # of the runs by the clock
    device_hours: float | None
    energy: float | None  # kWh at the facility
    electricity: float | None  # kgCO2e, location-based
    total: float | None  # kgCO2e

    def told(self) -> str:
        """The amounts in words."""
        parts = [
            said(text, value=spelled(value, 4))
            for value, text in (
                (self.hours, said("{value} h")),
                (self.device_hours, said("{value} device hours")),
                (self.energy, said("{value} kWh")),
                (self.electricity, said("{value} kgCO2e of electricity (location-based)")),
                (self.total, said("{value} kgCO2e in total")),
            )
            if value is not None
        ]
        return listed(parts) if parts else said("amounts that are not determined")


@dataclass(frozen=True)
class Outside:
    """Rows outside the period and what the same rules and factors give for them."""

    activities: Activities
    results: Mapping[str, NDArray[Any]]

    @property
    def undated(self) -> Mask:
        """Rows of runs that state no date."""
        return np.isnan(self.activities.start_of_row) & np.isnan(self.activities.end_of_row)

    def of(self, rows: Mask) -> Amounts:
        """Amounts of some rows."""
        a = self.activities
        first = np.zeros(a.rows, bool)
        first[np.unique(a.piece_of_row, return_index=True)[1]] = True  # device groups share the hours of their run
        values = [self.results.get(q) for q in ("device_hours", "facility_energy", "use_co2e_location", "total_co2e")]
        return Amounts(_sum(a.columns.get("duration"), rows & first), *(_sum(v, rows) for v in values))

    def of_run(self, quantity: str) -> NDArray[np.float64]:
        """Sum of a quantity per run, as far as it is known."""
        values = self.results.get(quantity, np.zeros(self.activities.rows))
        sums = np.bincount(self.activities.run_of_row, np.nan_to_num(values), len(self.activities.runs))
        return sums.astype(np.float64)

    def of_read(self, quantity: str) -> dict[int, float]:
        """Sum of a quantity by the number of its run among all that were read; NaN where a row of it lacks the quantity."""
        a, values = self.activities, self.results.get(quantity)
        held = np.full(a.rows, np.nan) if values is None else values
        return dict(zip(a.numbers, np.bincount(a.run_of_row, held, len(a.runs)).tolist(), strict=True))


def _sum(values: NDArray[np.float64] | None, rows: Mask) -> float | None:
    known = [] if values is None else values[rows & ~np.isnan(values)].tolist()
    return math.fsum(known) if known else None


def nothing_inside(profile: Profile) -> str:
    """Why there is no figure where no run counts."""
    assert profile.period is not None  # without a period every run counts
    return said("no run lies in the period {start} to {end}", start=profile.period.start, end=profile.period.end)
