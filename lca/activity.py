"""Runs to activities: one row per run and device group, in canonical units, NaN where the log says nothing.

Nothing is filled in here. Two kinds of value are set because they follow from the log's own definitions, not from an
assumption: a device group without `share` is reserved whole, and `lifetime_utilisation` is 1 unless stated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.fields import country_code
from lca.run import Device, EnergyRecord, Location, Run
from lca.units import Quantity

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
    "stated_peak_flops": ("FLOP/h", "peak rate of all devices of the group as stated"),
    "efficiency": ("1", "share of the peak rate that was reached"),
    "stated_flops": ("FLOP", "floating-point operations as stated"),
    "tokens_trained": ("1", "tokens seen in training"),
    "parameters_active": ("1", "active parameters of the model"),
    "is_accelerator": ("1", "1 for accelerators, 0 for processors, memory and storage"),
    "is_standalone": ("1", "1 where no host stands around the device"),
    "is_idle_stage": ("1", "1 where the stage is idle"),
    "host_count": ("1", "servers held whole for the run"),
    "host_power": ("kW", "power of one server without its accelerators"),
    "stated_device_embodied": ("kgCO2e", "embodied emissions of one device as stated"),
    "stated_host_embodied": ("kgCO2e", "embodied emissions of one server as stated"),
    "lifetime_utilisation": ("1", "share of the lifetime in use, 1 unless stated"),
    "stated_factor": ("kgCO2e/kWh", "grid factor that the run states"),
    "stated_factor_whole": ("kgCO2e/kWh", "grid factor that the run states, of life-cycle or unstated scope"),
    "stated_factor_direct": ("kgCO2e/kWh", "direct grid factor that the run states"),
    "stated_factor_lifecycle": ("kgCO2e/kWh", "life-cycle grid factor that the run states"),
    "run_share": ("1", "share of what is stated for the whole run that falls to this row"),
    "contract_share": ("1", "share of the consumption that instruments cover"),
    "contract_factor": ("kgCO2e/kWh", "mean factor of the instruments"),
    "contract_is_full": ("1", "1 where instruments cover all of the consumption"),
    **{
        f"metered_{boundary}": ("kWh", f"energy stated at the boundary `{boundary}`, scaled to full coverage")
        for boundary in ("facility", "it", "rack", "node", "component_sum", "accelerator")
    },
}

#: what the log's own definitions set where a run says nothing
DEFINED = {"device_share": 1.0, "lifetime_utilisation": 1.0}
#: stated for a run as a whole: shared over its device groups before rules run
RUN_LEVEL = (*(n for n in INPUTS if n.startswith("metered_")), "host_count", "stated_flops", "tokens_trained")
#: values that a run may state in place of the catalogue's: the lookup fills only the rest
OVERRIDES = ("pue", "wue", "wue_facility", "grid_water", "device_lifetime", "host_lifetime")

WORK = ("requests", "tokens_in", "tokens_out", "tokens_trained", "samples", "images")
MEASURED = frozenset({"counter", "integrated", "scheduler", "bill"})
#: best boundary first; the rest cannot stand for IT energy
BOUNDARY_ORDER = ("facility", "it", "rack", "node", "component_sum", "accelerator")
COMPONENT_KINDS = frozenset({"cpu", "memory", "storage"})

Place = tuple[str, str, str, str, str, str]  # country, subdivision, grid zone, cloud, region, site
_NOWHERE: Place = ("", "", "", "", "", "")


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
    places: list[Place]
    devices: list[tuple[str, str]]  # model as logged, kind
    hosts: list[str]
    with_energy: list[int]
    with_electricity: list[int]
    with_declared: list[int]
    used_energy: dict[int, tuple[int, str]] = field(default_factory=dict)  # run -> (index of its record, boundary)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.run_of_row)

    def column(self, name: str) -> NDArray[np.float64]:
        """A numeric column, NaN throughout where no run gives it."""
        got = self.columns.get(name)
        return np.full(self.rows, np.nan) if got is None else got

    @cached_property
    def rows_per_run(self) -> NDArray[np.int64]:
        """How many rows each run has."""
        return np.bincount(self.run_of_row, minlength=len(self.runs))


class _Sink:
    """Sparse columns: a value costs something only where a run gives it."""

    def __init__(self) -> None:
        self.data: dict[str, tuple[list[int], list[float]]] = {}

    def put(self, row: int, name: str, value: float) -> None:
        got = self.data.get(name)
        if got is None:
            got = self.data[name] = ([], [])
        got[0].append(row)
        got[1].append(value)

    def quantity(self, row: int, name: str, q: Quantity | None, factor: float = 1.0) -> None:
        if q is None:
            return
        self.put(row, name, q[0] * factor)
        if q[1] == q[1] or q[2] == q[2]:
            self.put(row, name + "__low", q[1] * factor)
            self.put(row, name + "__high", q[2] * factor)

    def columns(self, rows: int) -> dict[str, NDArray[Any]]:
        out: dict[str, NDArray[Any]] = {name: np.full(rows, value) for name, value in DEFINED.items()}
        for name, (index, values) in self.data.items():
            is_tier = name.endswith("__tier")
            column = np.zeros(rows, np.int8) if is_tier else np.full(rows, DEFINED.get(name, np.nan))
            column[index] = values
            out[name] = column
        return out


class _Codes(dict[Any, int]):
    def __missing__(self, key: Any) -> int:
        self[key] = code = len(self)
        return code


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
        if 2 <= run.start.month <= 9 and (duration or 0.0) < 4000.0:  # the middle is in this year, whatever the offset
            return float(run.start.year)
        start = as_utc(run.start).timestamp()
        middle = start + (duration or 0.0) * 1800.0
        return float(datetime.fromtimestamp(middle, UTC).year)
    if run.end is not None:
        return float(datetime.fromtimestamp(as_utc(run.end).timestamp() - (duration or 0.0) * 1800.0, UTC).year)
    return math.nan


def best_energy(run: Run) -> tuple[int, EnergyRecord] | None:
    """The one record used: stated or measured before modelled before declared, then the widest boundary."""
    best: tuple[tuple[int, int], int, EnergyRecord] | None = None
    for index, record in enumerate(run.energy):
        if record.boundary not in BOUNDARY_ORDER:
            continue
        method = {"modelled": 1, "declared": 2}.get(record.method or "", 0)
        key = (method, BOUNDARY_ORDER.index("facility" if record.includes_pue else record.boundary))
        if best is None or key < best[0]:
            best = (key, index, record)
    return None if best is None else (best[1], best[2])


def energy_tier(record: EnergyRecord) -> int:
    """Tier of a stated energy: 1 measured; 2 modelled, or no method stated; 3 declared."""
    if record.method in MEASURED:
        return 1
    return 3 if record.method == "declared" else 2


def coverage_of(record: EnergyRecord) -> float:
    """Share of the window or the devices that the record covers."""
    coverage = record.coverage
    if coverage is None:
        return 1.0
    return coverage.value if isinstance(coverage, Quantity) else coverage.value.value


@lru_cache(maxsize=1024)
def _leading_country(code: str) -> str:
    try:
        return country_code(code.split("-", 1)[0]) if code else ""
    except ValueError:
        return ""


def _place(location: Location, sites: dict[str, Location]) -> Place:
    site = sites.get(location.site or "")
    own = (location.country, location.subdivision, location.grid_zone, location.cloud, location.region)
    if site is not None and not any(own):
        own = (site.country, site.subdivision, site.grid_zone, site.cloud, site.region)
    country, subdivision, zone, cloud, region = (part or "" for part in own)
    if not country:  # subdivisions and grid zones begin with their country
        country = _leading_country(subdivision or zone)
    return country, subdivision, zone, cloud.lower(), region.lower(), location.site or ""


def _on_curve(device: Device) -> float | None:
    if device.power_curve is None or device.utilisation is None:
        return None
    loads = [load for load, _ in device.power_curve]
    return float(np.interp(device.utilisation.value, loads, [p.value for _, p in device.power_curve]))


def _put_energy(sink: _Sink, row: int, run: Run, used: dict[int, tuple[int, str]], number: int) -> None:
    chosen = best_energy(run)
    if chosen is None:
        return
    index, record = chosen
    factor = 1.0 / coverage_of(record)
    boundary: str = record.boundary
    if record.includes_pue and boundary != "facility":
        if boundary == "accelerator":
            if run.facility is None or run.facility.pue is None:
                return  # PUE cannot be taken out again: the check `pue-already-applied` says so
            factor /= run.facility.pue.value
        else:
            boundary = "facility"
    used[number] = (index, boundary)
    sink.quantity(row, f"metered_{boundary}", record.value, factor)
    sink.put(row, f"metered_{boundary}__tier", energy_tier(record))


def _put_electricity(sink: _Sink, row: int, run: Run) -> None:
    electricity = run.electricity
    if electricity is None:
        return
    if electricity.factor is not None:
        sink.quantity(row, "stated_factor", electricity.factor)
        scope = electricity.factor_scope
        sink.quantity(row, "stated_factor_direct" if scope == "direct" else "stated_factor_whole", electricity.factor)
        if scope == "lifecycle":
            sink.quantity(row, "stated_factor_lifecycle", electricity.factor)
    sink.quantity(row, "grid_water", electricity.water_factor)


def _put_facility(sink: _Sink, row: int, run: Run) -> None:
    facility = run.facility
    if facility is None:
        return
    sink.quantity(row, "pue", facility.pue)
    if facility.wue is not None:
        sink.quantity(row, "wue" if facility.wue_basis == "it" else "wue_facility", facility.wue)


def _put_host(sink: _Sink, row: int, run: Run) -> None:
    host = run.host
    if host is None:
        return
    if host.count is not None and host.exclusive is not False:
        sink.put(row, "host_count", float(host.count))
    sink.quantity(row, "host_power", host.power)
    if host.embodied is not None:
        sink.quantity(row, "stated_host_embodied", host.embodied.get("embodied_co2e"))
    sink.quantity(row, "host_lifetime", host.lifetime)


def _put_device(sink: _Sink, row: int, device: Device) -> None:
    if device.count is not None:
        sink.put(row, "device_count", float(device.count))
    sink.quantity(row, "stated_device_hours", device.device_hours)
    sink.quantity(row, "device_share", device.share)
    name = "device_power_node" if device.power_boundary == "node" else "device_power_accelerator"
    sink.quantity(row, name, device.power)
    sink.quantity(row, "utilisation", device.utilisation)
    curve = _on_curve(device)
    if curve is not None:
        sink.put(row, "curve_power", curve)
    if device.peak is not None:
        sink.quantity(row, "stated_peak_flops", device.peak)
    sink.quantity(row, "efficiency", device.efficiency)
    if device.embodied is not None:
        sink.quantity(row, "stated_device_embodied", device.embodied.get("embodied_co2e"))
    sink.quantity(row, "device_lifetime", device.lifetime)
    sink.quantity(row, "lifetime_utilisation", device.lifetime_utilisation)


def _put_work(sink: _Sink, row: int, run: Run, first: bool) -> None:
    parameters = run.system.active_parameters or run.system.parameters
    if parameters is not None:
        sink.put(row, "parameters_active", parameters)
    work = run.work
    if work is None:
        return
    if work.flops is not None:
        sink.put(row, "stated_flops", work.flops)
    if work.tokens_trained is not None:
        sink.put(row, "tokens_trained", work.tokens_trained)
    for unit in WORK:
        amount = getattr(work, unit)
        if amount is not None:  # the whole run's amount stands on its first row alone, so that sums count it once
            sink.put(row, f"work_{unit}", amount if first else 0.0)


def expand(runs: Sequence[Run], sites: dict[str, Location] | None = None) -> Activities:
    """Rows of the runs, in their order; one row per device group, one row for a run without devices."""
    sites = sites or {}
    sink = _Sink()
    places, devices, hosts = _Codes(), _Codes(), _Codes()
    run_of, group_of, place_of, device_of, host_of, years = [], [], [], [], [], []
    seen: dict[tuple[str | None, ...], int] = {}
    used: dict[int, tuple[int, str]] = {}
    stating: tuple[list[int], list[int], list[int]] = ([], [], [])

    def place_code(location: Location | None) -> int:
        if location is None:
            return places[_NOWHERE]
        raw = (
            location.country,
            location.subdivision,
            location.grid_zone,
            location.cloud,
            location.region,
            location.site,
        )
        code = seen.get(raw)
        if code is None:
            code = seen[raw] = places[_place(location, sites)]
        return code

    row = 0
    for number, run in enumerate(runs):
        for has, numbers in zip((run.energy, run.electricity, run.declared), stating, strict=True):
            if has:
                numbers.append(number)
        duration = duration_hours(run)
        year = run_year(run, duration)
        place = place_code(run.location)
        host = hosts[run.host.model if run.host is not None and run.host.model else ""]
        for group, device in enumerate(run.devices or (None,)):
            run_of.append(number)
            group_of.append(group)
            years.append(year)
            host_of.append(host)
            if duration is not None:
                sink.put(row, "duration", duration)
                if run.duration is not None and run.duration.low == run.duration.low:
                    sink.put(row, "duration__low", run.duration.low)
                    sink.put(row, "duration__high", run.duration.high)
            if run.stage == "idle":
                sink.put(row, "is_idle_stage", 1.0)
            if device is not None:
                own = device.location
                place_of.append(place if own is None else place_code(own))
                device_of.append(devices[(device.model or "", device.kind or "")])
                _put_device(sink, row, device)
            else:
                place_of.append(place)
                device_of.append(devices[("", "")])
            if run.energy:
                _put_energy(sink, row, run, used, number)
            _put_electricity(sink, row, run)
            _put_facility(sink, row, run)
            _put_host(sink, row, run)
            _put_work(sink, row, run, group == 0)
            row += 1
    return Activities(
        runs, sink.columns(row), np.asarray(run_of, np.int64), np.asarray(group_of, np.int64),
        np.asarray(place_of, np.int64), np.asarray(device_of, np.int64), np.asarray(host_of, np.int64),
        np.asarray(years, np.float64), list(places), list(devices), list(hosts), *stating, used,
    )  # fmt: skip
