"""Runs to activities: one row per run, device group and part in time, in canonical units, NaN where the log says nothing.

Nothing is filled in here. Two kinds of value are set because they follow from the log's own definitions, not from an
assumption: a device group without `share` is reserved whole, and `lifetime_utilisation` is 1 unless stated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lca.run import EnergyRecord, Run
from lca.units import Quantity

if TYPE_CHECKING:
    from lca.time_parts import Part

#: numeric inputs that a run may give: name -> (unit, meaning)
INPUTS: dict[str, tuple[str, str]] = {
    "duration": ("h", "wall-clock duration"),
    "stated_device_hours": ("h", "device hours, or count and duration"),
    "device_count": ("1", "number of devices of the group"),
    "device_share": ("1", "share of each device that was reserved, 1 unless stated"),
    "device_power_accelerator": ("kW", "average power of one device, accelerator alone"),
    "device_power_node": ("kW", "average power per device, host inside"),
    "curve_power": ("kW", "power on the stated curve at the stated utilisation"),
    "utilisation": ("1", "utilisation of the devices"),
    "stated_peak_flops": ("FLOP/h", "peak rate of one device as stated"),
    "efficiency": ("1", "share of the peak rate that was reached"),
    "stated_flops": ("FLOP", "floating-point operations as stated"),
    "tokens_trained": ("1", "tokens seen in training"),
    "active_parameters": ("1", "active parameters of the model"),
    "parameters_total": ("1", "all parameters of the model"),
    "is_dense": ("1", "1 where the catalogue does not know the model as a mixture of experts"),
    "tokens_out": ("1", "output tokens"),
    "batch_size": ("1", "mean number of requests decoded together"),
    "stated_latency": ("h", "time that the requests took, each for itself: their number times their mean latency"),
    "is_accelerator": ("1", "1 for accelerators, 0 for processors, memory and storage"),
    "is_standalone": (
        "1",
        "1 where no host is to be modelled around the device: there is none, or the run lists its parts",
    ),
    "is_computer": ("1", "1 where the device is the system on a chip of a whole computer"),
    "is_idle_stage": ("1", "1 where the stage is idle"),
    "host_count": ("1", "servers held whole for the run"),
    "host_power": ("kW", "power of one server without its accelerators"),
    "stated_device_embodied": ("kgCO2e", "embodied emissions of one device as stated"),
    "stated_host_embodied": ("kgCO2e", "embodied emissions of one server as stated"),
    "part_capacity": ("GB", "capacity of one memory module or drive"),
    "no_host_added": (
        "1",
        "1 where no host is added to the embodied emissions: there is none, or the run lists all its parts",
    ),
    "embodied_in_host": ("kgCO2e", "0 for a part that the modelled host around the accelerators holds already"),
    **{
        f"stated_{what}_{name}": (unit, f"{meaning} of one {what.replace('host', 'server')} as stated")
        for what in ("device", "host")
        for name, unit, meaning in (
            ("adpe", "kgSbeq", "abiotic depletion"),
            ("primary_energy", "MJ", "primary energy"),
            ("embodied_water", "L", "embodied water"),
        )
    },
    "lifetime_utilisation": ("1", "share of the lifetime in use, 1 unless stated"),
    "stated_factor": ("kgCO2e/kWh", "grid factor that the run states"),
    "stated_factor_whole": ("kgCO2e/kWh", "grid factor that the run states, of life-cycle or unstated scope"),
    "stated_factor_direct": ("kgCO2e/kWh", "direct grid factor that the run states"),
    "stated_factor_lifecycle": ("kgCO2e/kWh", "life-cycle grid factor that the run states"),
    "run_share": ("1", "share of what is stated for the whole run that falls to this row"),
    "direct_is_nearer": (
        "1",
        "1 where the direct factor of the grid is nearer to the place than the life-cycle factor",
    ),
    "lifecycle_is_below_direct": (
        "1",
        "1 where the life-cycle factor of the grid lies below the direct factor of the same place",
    ),
    "energy_in_host": ("kWh", "0 for a part whose energy the host around the accelerators holds already"),
    "contract_share": ("1", "share of the consumption that instruments cover"),
    "contract_is_full": ("1", "1 where instruments cover all of the consumption"),
    "contract_is_none": ("1", "1 where instruments cover nothing"),
    **{f"contract_{n}_share": ("1", f"share of the consumption under instruments of intensity {n}") for n in (1, 2, 3)},
    **{f"contract_{n}_factor": ("kgCO2e/kWh", f"direct emissions of instruments of intensity {n}") for n in (1, 2, 3)},
    **{
        f"contract_{n}_lifecycle": (
            "kgCO2e/kWh",
            f"life-cycle intensity of instruments of intensity {n}, or their direct rate",
        )
        for n in (1, 2, 3)
    },
    **{
        f"metered_{boundary}": ("kWh", f"energy stated at the boundary `{boundary}`, scaled to full coverage")
        for boundary in ("facility", "it", "rack", "node", "component_sum", "accelerator")
    },
}

#: what the log's own definitions set where a run says nothing
DEFINED = {"device_share": 1.0, "lifetime_utilisation": 1.0}
#: what follows from the groups of a run, see `engine.parts`
DERIVED = frozenset({"energy_in_host", "no_host_added", "embodied_in_host"})
#: stated for a run as a whole: shared over its device groups before rules run
RUN_LEVEL = (*(n for n in INPUTS if n.startswith("metered_")), "host_count", "stated_flops", "tokens_trained", "tokens_out",
             "stated_latency")  # fmt: skip
#: values that a run may state in place of the catalogue's: the lookup fills only the rest
OVERRIDES = (
    "active_share",
    "pue",
    "wue",
    "wue_facility",
    "grid_water",
    "device_lifetime",
    "host_lifetime",
    "part_die_area",
    "residual_mix",
)

WORK = ("requests", "tokens_in", "tokens_out", "tokens_trained", "samples", "images")
MEASURED = frozenset({"counter", "integrated", "scheduler", "bill"})
#: h; over less, a counter may not have counted yet, and an energy of 0 may be one
SHORT = 0.1
#: best boundary first; the rest cannot stand for IT energy
BOUNDARY_ORDER = ("facility", "it", "rack", "node", "component_sum", "accelerator")
#: boundaries at which a meter gives IT energy, widest first
IT_METERS = ("it", "rack", "node")
COMPONENT_KINDS = frozenset({"cpu", "memory", "storage"})

Place = tuple[str, str, str, str, str, str]  # country, subdivision, grid zone, cloud, region, site
NOWHERE: Place = ("", "", "", "", "", "")


@dataclass
class Activities:
    """Rows in numpy columns, and the tables that their codes refer to."""

    runs: Sequence[Run]
    columns: dict[str, NDArray[Any]]
    run_of_row: NDArray[np.int64]
    group_of_row: NDArray[np.int64]
    place_of_row: NDArray[np.int64]
    device_of_row: NDArray[np.int64]
    host_of_row: NDArray[np.int64]
    year: NDArray[np.float64]
    start_of_row: NDArray[np.float64]  # UTC, in seconds since 1970; NaN where it is not known
    end_of_row: NDArray[np.float64]
    places: list[Place]
    devices: list[tuple[str, str]]  # model as logged, kind
    hosts: list[str]
    systems: list[str]  # name of the system of each run
    stages: list[str]  # life-cycle stage of each run
    having: dict[str, list[int]]  # what a check asks for (see `lca.checked_fields`) -> numbers of the runs that have it
    used_energy: dict[int, tuple[int, str]] = field(default_factory=dict)  # run -> (index of its record, boundary)
    divided: dict[int, Part] = field(default_factory=dict)  # row -> its part of a run that was divided in time
    numbers: list[int] = field(default_factory=list)  # of each run among all that were read
    series_devices: dict[int, tuple[int, float]] = field(default_factory=dict)  # see `engine.series_devices`

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.run_of_row)

    def column(self, name: str) -> NDArray[np.float64]:
        """A numeric column, NaN throughout where no run gives it."""
        got = self.columns.get(name)
        return np.full(self.rows, np.nan) if got is None else got

    @cached_property
    def part_of_row(self) -> NDArray[np.int64]:
        """Number of the part in time of each row's run: 0 throughout where no run was divided."""
        out = np.zeros(self.rows, np.int64)
        for row, part in self.divided.items():
            out[row] = part.number
        return out

    @cached_property
    def piece_of_row(self) -> NDArray[np.int64]:
        """Rows of one run and one part of it in time get the same number: the device groups that worked side by side."""
        if not self.divided:
            return self.run_of_row
        changes = (np.diff(self.run_of_row) != 0) | (np.diff(self.part_of_row) != 0)
        return np.concatenate([[0], np.cumsum(changes)]).astype(np.int64)

    @cached_property
    def pieces(self) -> int:
        """How many pieces there are: runs, those that were divided counted by their parts."""
        return int(self.piece_of_row.max(initial=-1)) + 1

    def over_parts(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum of a column over the parts in time of each device group, on the row of its first part, NaN on the others."""
        if not self.divided:
            return values
        key = self.run_of_row * (int(self.group_of_row.max(initial=0)) + 1) + self.group_of_row
        _, first, code = np.unique(key, return_index=True, return_inverse=True)
        out = np.full(self.rows, np.nan)
        out[first] = np.bincount(code, values)
        return out


def constant(rows: int, value: Any) -> NDArray[Any]:
    """A column of one value: one cell, shown as often as there are rows. It cannot be written to."""
    return np.broadcast_to(value, rows)


def as_utc(stamp: datetime) -> datetime:
    """The stamp in UTC; one without an offset is taken for UTC (the check `timezone-assumed` says so)."""
    return stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)


def duration_hours(run: Run) -> float | None:
    """Wall-clock duration in hours: stated, else end minus start."""
    if run.duration is not None:
        return run.duration.value
    if run.start is not None and run.end is not None:
        return (as_utc(run.end) - as_utc(run.start)).total_seconds() / 3600.0
    return None


def run_year(run: Run, duration: float | None) -> float:
    """Year in which the middle of the run lies, NaN without a date."""
    if run.start is not None:
        month, day, length = run.start.month, run.start.day, duration or 0.0
        if (length < 4000.0 and 2 <= month <= 9) or (length < 400.0 and (1, 1) < (month, day) < (12, 20)):
            return float(run.start.year)  # the middle is in this year, whatever the offset
        start = as_utc(run.start).timestamp()
        middle = start + (duration or 0.0) * 1800.0
        return float(datetime.fromtimestamp(middle, UTC).year)
    if run.end is not None:
        return float(datetime.fromtimestamp(as_utc(run.end).timestamp() - (duration or 0.0) * 1800.0, UTC).year)
    return math.nan


def best_energy(run: Run) -> tuple[int, EnergyRecord] | None:
    """The one record used: stated or measured before modelled before declared, then the widest boundary.

    What the run states of the power of its devices stands before an energy that is only declared.
    """
    usable = [(n, r) for n, r in enumerate(run.energy) if r.boundary in BOUNDARY_ORDER and can_be_used(run, r)]
    if any(r.method == "declared" for _, r in usable) and states_power(run):
        usable = [(n, r) for n, r in usable if r.method != "declared"]
    if len(usable) > 1:
        return min(usable, key=_rank)
    return usable[0] if usable else None


def _rank(numbered: tuple[int, EnergyRecord]) -> tuple[int, int]:
    record = numbered[1]
    method = {"modelled": 1, "declared": 2}.get(record.method or "", 0)
    return method, BOUNDARY_ORDER.index("facility" if is_facility(record) else record.boundary)


def states_power(run: Run) -> bool:
    """Whether energy follows from the run's own power and hours of all its devices."""
    timed = duration_hours(run) is not None
    return bool(run.devices) and all(
        (d.power is not None or (d.power_curve is not None and d.utilisation is not None))
        and (d.device_hours is not None or (timed and d.count is not None))
        for d in run.devices
    )


def is_facility(record: EnergyRecord) -> bool:
    """Whether a record is facility energy: by its boundary, or since PUE is in it. Of accelerators alone it never is."""
    return record.boundary == "facility" or (record.includes_pue and record.boundary != "accelerator")


def can_be_used(run: Run, record: EnergyRecord) -> bool:
    """False for energy of accelerators with an unknown PUE inside, which can neither stand nor be taken out, and for no measurement."""
    if record.value.value == 0 and is_no_measurement(run, record):
        return False
    known = run.facility is not None and run.facility.pue is not None
    return not record.includes_pue or record.boundary != "accelerator" or known


def is_no_measurement(run: Run, record: EnergyRecord) -> bool:
    """Whether an energy is exactly 0 over hours of devices that the run names: what is switched on draws its idle power."""
    if record.value.value != 0 or record.boundary not in BOUNDARY_ORDER:
        return False
    return bool(run.devices) and hours_of_devices(run) > SHORT


def hours_of_devices(run: Run) -> float:
    """The hours of a run, or of its devices where it states no others; 0 where neither is known."""
    return duration_hours(run) or max((d.device_hours.value for d in run.devices if d.device_hours), default=0.0)


def beside_facility(run: Run, used: EnergyRecord) -> EnergyRecord | None:
    """The widest IT meter beside facility energy: it gives IT energy without any PUE."""
    if not is_facility(used):
        return None
    meters = [
        r
        for r in run.energy
        if r.boundary in IT_METERS and not r.includes_pue and r.method in MEASURED and not is_no_measurement(run, r)
    ]
    return min(meters, key=lambda r: IT_METERS.index(r.boundary), default=None)


def energy_tier(record: EnergyRecord) -> int:
    """Tier of a stated energy: 1 measured; 2 modelled, or no method stated; 3 declared."""
    if record.method in MEASURED:
        return 1
    return 3 if record.method == "declared" else 2


def coverage_of(record: EnergyRecord) -> float:
    """Share of the window or the devices that the record covers."""
    stated = coverage_stated(record)
    return 1.0 if stated is None else stated.value


def coverage_stated(record: EnergyRecord) -> Quantity | None:
    """The coverage with its interval, None where the record states none."""
    coverage = record.coverage
    return coverage if coverage is None or isinstance(coverage, Quantity) else coverage.value


def scaled(record: EnergyRecord) -> Quantity:
    """The record's energy scaled up to full coverage; the intervals of both join as the root of the sum of squares.

    Source: JCGM 100:2008, 5.1.2, for a quotient of independent inputs.
    """
    value, coverage = record.value, coverage_stated(record)
    if coverage is None:
        return value
    whole = value.value / coverage.value

    def bound(mine: float, its: float, inward: int) -> float:
        """How far one bound of the value and the opposite one of the coverage move the whole together."""
        moves = [whole - mine / coverage.value, whole - value.value / its if its else 0.0]
        known = [m for m in moves if m == m]
        return whole - inward * math.hypot(*known) if known else math.nan

    return Quantity(whole, bound(value.low, coverage.high, 1), bound(value.high, coverage.low, -1), value.text)
