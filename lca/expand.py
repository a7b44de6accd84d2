"""Runs to activities: one row per run, device group and part in time. Sparse: a value costs something only where a run gives it."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.activity import (
    DEFINED,
    NOWHERE,
    WORK,
    Activities,
    Place,
    beside_facility,
    best_energy,
    constant,
    duration_hours,
    energy_tier,
    scaled,
)
from lca.checked_fields import HAVING, stated
from lca.distribution import KINDS
from lca.fields import country_code
from lca.run import Device, Electricity, Facility, Host, Location, Run, WorkDone
from lca.time_parts import EVER, Part, Within, divide
from lca.units import Quantity


class _Sink:
    """Sparse columns: a value costs something only where a run gives it."""

    def __init__(self) -> None:
        self.data: defaultdict[str, tuple[array[int], array[float]]] = defaultdict(lambda: (array("q"), array("d")))

    def put(self, row: int, name: str, value: float) -> None:
        rows, values = self.data[name]
        rows.append(row)
        values.append(value)

    def quantity(self, row: int, name: str, q: Quantity | None, factor: float = 1.0) -> None:
        if q is None:
            return
        self.put(row, name, q[0] * factor)
        if q[1] == q[1] or q[2] == q[2]:
            self.put(row, name + "__low", q[1] * factor)
            self.put(row, name + "__high", q[2] * factor)
            if q[4] and q[4] != "normal":
                self.put(row, name + "__kind", KINDS.index(q[4]))

    def columns(self, rows: int) -> dict[str, NDArray[Any]]:
        out: dict[str, NDArray[Any]] = {name: constant(rows, value) for name, value in DEFINED.items()}
        for name, (index, values) in sorted(self.data.items()):
            if name.endswith("__kind"):  # of the interval: normal unless the run says something else
                column = np.full(rows, KINDS.index("normal"), np.int8)
            elif name.endswith("__tier"):
                column = np.zeros(rows, np.int8)
            else:
                column = np.full(rows, DEFINED.get(name, np.nan))
            column[np.frombuffer(index, np.int64)] = np.frombuffer(values)
            out[name] = column
        return out


class _Codes(dict[Any, int]):
    def __missing__(self, key: Any) -> int:
        self[key] = code = len(self)
        return code


@lru_cache(maxsize=1024)
def _leading_country(code: str) -> str:
    try:
        return country_code(code.split("-", 1)[0]) if code else ""
    except ValueError:
        return ""


def _place(location: Location, sites: dict[str, Location]) -> Place:
    site = sites.get(location.site or "")
    own = (location.country, location.subdivision, location.grid_zone, location.cloud, location.region)
    if site is not None:
        its = (site.country, site.subdivision, site.grid_zone, site.cloud, site.region)
        if not any(own) or (own[0] in (None, site.country) and site.country and not any(own[1:])):
            own = its
    country, subdivision, zone, cloud, region = (part or "" for part in own)
    if not country:  # subdivisions and grid zones begin with their country
        country = _leading_country(subdivision or zone)
    return country, subdivision, zone, cloud.lower(), region.lower(), location.site or ""


def _on_curve(device: Device) -> Quantity | None:
    """Power on the curve at the utilisation. Bounds: of the points and of the utilisation, as root of the sum of squares."""
    if device.power_curve is None or device.utilisation is None:
        return None
    loads, points = zip(*device.power_curve, strict=True)
    use = device.utilisation

    def on(load: float, powers: Iterable[float]) -> float:
        return float(np.interp(load, loads, list(powers)))

    middle = [p.value for p in points]
    power = on(use.value, middle)
    ends = [power, *(on(x, middle) for x in (use.low, use.high) if x == x)]
    below = math.hypot(power - min(ends), power - on(use.value, (p.value if p.low != p.low else p.low for p in points)))
    above = math.hypot(
        max(ends) - power, on(use.value, (p.value if p.high != p.high else p.high for p in points)) - power
    )
    return Quantity(power, power - below, power + above) if below or above else Quantity(power)


def _put_energy(sink: _Sink, row: int, run: Run, used: dict[int, tuple[int, str]], number: int, share: float) -> None:
    chosen = best_energy(run)
    if chosen is None:
        return
    index, record = chosen
    factor = share
    boundary: str = record.boundary
    if record.includes_pue and boundary != "facility":
        if boundary == "accelerator":
            assert run.facility is not None  # `best_energy` leaves out what has no PUE to divide by
            assert run.facility.pue is not None
            factor /= run.facility.pue.value
        else:
            boundary = "facility"
    used[number] = (index, boundary)
    sink.quantity(row, f"metered_{boundary}", scaled(record), factor)
    sink.put(row, f"metered_{boundary}__tier", energy_tier(record))
    inner = beside_facility(run, record)
    if inner is not None:
        sink.quantity(row, f"metered_{inner.boundary}", scaled(inner), share)
        sink.put(row, f"metered_{inner.boundary}__tier", energy_tier(inner))


def _put_electricity(sink: _Sink, row: int, electricity: Electricity) -> None:
    if electricity.factor is not None:
        sink.quantity(row, "stated_factor", electricity.factor)
        scope = electricity.factor_scope
        sink.quantity(row, "stated_factor_direct" if scope == "direct" else "stated_factor_whole", electricity.factor)
        if scope == "lifecycle":
            sink.quantity(row, "stated_factor_lifecycle", electricity.factor)
    sink.quantity(row, "grid_water", electricity.water_factor)


def _put_facility(sink: _Sink, row: int, facility: Facility) -> None:
    sink.quantity(row, "pue", facility.pue)
    if facility.wue is not None:
        sink.quantity(row, "wue" if facility.wue_basis == "it" else "wue_facility", facility.wue)


#: key of an `embodied` object -> end of the name of its column
_EMBODIED = {"embodied_co2e": "embodied", "adpe": "adpe", "primary_energy": "primary_energy", "water": "embodied_water"}


def _put_embodied(sink: _Sink, row: int, before: str, embodied: dict[str, Quantity] | None) -> None:
    for key, value in (embodied or {}).items():
        sink.quantity(row, before + _EMBODIED[key], value)


def _put_host(sink: _Sink, row: int, host: Host) -> None:
    if host.count is not None and host.exclusive is not False:
        sink.put(row, "host_count", float(host.count))
    sink.quantity(row, "host_power", host.power)
    _put_embodied(sink, row, "stated_host_", host.embodied)
    sink.quantity(row, "host_lifetime", host.lifetime)


#: field of a device -> columns of its value
_DEVICE: dict[str, tuple[str, ...]] = {
    "device_hours": ("stated_device_hours",), "share": ("device_share",), "utilisation": ("utilisation",),
    "peak": ("stated_peak_flops",), "efficiency": ("efficiency",), "lifetime": ("device_lifetime",),
    "lifetime_utilisation": ("lifetime_utilisation", "active_share"), "capacity": ("part_capacity",),
    "die_area": ("part_die_area",),
}  # fmt: skip


def _put_device(sink: _Sink, row: int, device: Device, time: float) -> None:
    if device.count is not None:
        sink.put(row, "device_count", float(device.count))
    if device.power is not None:
        name = "device_power_node" if device.power_boundary == "node" else "device_power_accelerator"
        sink.quantity(row, name, device.power)
    for given in device.model_fields_set:
        for name in _DEVICE.get(given, ()):
            sink.quantity(row, name, getattr(device, given), time if name == "stated_device_hours" else 1.0)
    if device.power_curve is not None:
        curve = _on_curve(device)
        if curve is not None:
            at_node = device.power_boundary == "node" and device.power is None
            sink.quantity(row, "device_power_node" if at_node else "curve_power", curve)
    if device.embodied is not None:
        _put_embodied(sink, row, "stated_device_", device.embodied)


def _put_work(sink: _Sink, row: int, work: WorkDone, first: bool, share: float) -> None:
    # from no work follows no energy, not an energy of 0: the check `zero-work` tells
    if work.flops:
        sink.put(row, "stated_flops", work.flops * share)
    if work.tokens_trained:
        sink.put(row, "tokens_trained", work.tokens_trained * share)
    if work.tokens_out:
        sink.put(row, "tokens_out", work.tokens_out * share)
    if work.batch_size is not None:
        sink.put(row, "batch_size", work.batch_size)
    if work.latency is not None and work.requests:
        sink.quantity(row, "stated_latency", work.latency, work.requests * share)
    for unit in WORK:
        amount = getattr(work, unit)
        if amount is not None:  # the amount of all device groups stands on the first alone, so that sums count it once
            sink.put(row, f"work_{unit}", amount * share if first else 0.0)


class _Rows:
    """Activities in the making: run by run, and of each run part by part, device group by device group."""

    def __init__(self, sites: dict[str, Location]) -> None:
        self.sites, self.sink, self.row = sites, _Sink(), 0
        self.places, self.devices, self.hosts = _Codes(), _Codes(), _Codes()
        self.run_of, self.group_of, self.place_of, self.device_of, self.host_of = (array("q") for _ in range(5))
        self.years, self.starts, self.ends = array("d"), array("d"), array("d")
        self.place_codes: dict[tuple[str | None, ...], int] = {}
        self.used: dict[int, tuple[int, str]] = {}
        self.divided: dict[int, Part] = {}
        self.runs: list[Run] = []
        self.numbers: list[int] = []
        self.names: dict[str, str] = {}  # one string per name: it is looked up often
        self.systems: list[str] = []
        self.stages: list[str] = []
        self.having: dict[str, list[int]] = {what: [] for what in HAVING}

    def add(self, read: int, run: Run, hours: float | None, parts: Sequence[Part]) -> None:
        """The rows of a run that lasted so many hours, as far as it lies in these parts; `read` is its number among all."""
        number = len(self.runs)
        self.runs.append(run)
        self.numbers.append(read)
        self.systems.append(self.names.setdefault(run.system.name, run.system.name))
        self.stages.append(run.stage)
        for what in stated(run):
            self.having[what].append(number)
        for one in run.devices:
            if one.power_curve is not None:
                self.having["power curve"].append(number)
                break
        place = self._place_code(run.location)
        host = self.hosts[run.host.model if run.host is not None and run.host.model else ""]
        for part in parts:
            for group, device in enumerate(run.devices or (None,)):
                own = device.location if device is not None else None
                self.run_of.append(number)
                self.group_of.append(group)
                self.host_of.append(host)
                self.years.append(part.year)
                self.starts.append(part.start)
                self.ends.append(part.end)
                self.place_of.append(place if own is None else self._place_code(own))
                self.device_of.append(
                    self.devices[("", "") if device is None else (device.model or "", device.kind or "")]
                )
                if part.basis:
                    self.divided[self.row] = part
                self._put(run, hours, part, group, device)
                self.row += 1

    def _put(self, run: Run, hours: float | None, part: Part, group: int, device: Device | None) -> None:
        sink, row = self.sink, self.row
        if hours is not None:
            sink.quantity(row, "duration", run.duration or Quantity(hours), part.time)
        if run.stage == "idle":
            sink.put(row, "is_idle_stage", 1.0)
        if device is not None:
            _put_device(sink, row, device, part.time)
        if run.energy:
            _put_energy(sink, row, run, self.used, len(self.runs) - 1, part.energy)
        if run.electricity is not None:
            _put_electricity(sink, row, run.electricity)
        if run.facility is not None:
            _put_facility(sink, row, run.facility)
        if run.host is not None:
            _put_host(sink, row, run.host)
        if run.system.active_parameters is not None:
            sink.put(row, "active_parameters", run.system.active_parameters)
        if run.system.parameters is not None:
            sink.put(row, "parameters_total", run.system.parameters)
        if run.work is not None:
            _put_work(sink, row, run.work, group == 0, part.energy)

    def _place_code(self, location: Location | None) -> int:
        if location is None:
            return self.places[NOWHERE]
        raw = (
            location.country,
            location.subdivision,
            location.grid_zone,
            location.cloud,
            location.region,
            location.site,
        )
        code = self.place_codes.get(raw)
        if code is None:
            code = self.place_codes[raw] = self.places[_place(location, self.sites)]
        return code

    def made(self) -> Activities:
        """The activities of the runs added so far."""
        run_of, group_of, place_of, device_of, host_of = (
            np.array(x, np.int64) for x in (self.run_of, self.group_of, self.place_of, self.device_of, self.host_of)
        )
        years, starts, ends = (np.array(x, np.float64) for x in (self.years, self.starts, self.ends))
        return Activities(
            self.runs, self.sink.columns(self.row), run_of, group_of, place_of, device_of, host_of, years, starts, ends,
            list(self.places), list(self.devices), list(self.hosts), self.systems, self.stages, self.having, self.used, self.divided, self.numbers,
        )  # fmt: skip


def expand_within(
    runs: Iterable[Run], sites: dict[str, Location] | None = None, within: Within = EVER
) -> tuple[Activities, Activities]:  # fmt: skip
    """Rows of the runs, in their order: those within a period, and those outside it.

    One per device group, one for a run without devices. A run over the turn of a year has these rows for each year; of a
    run that lies across an end of the period, those of the part inside are apart from those outside.
    """
    counted, outside, edges = _Rows(sites or {}), _Rows(sites or {}), within.edges
    for number, run in enumerate(runs):
        hours = duration_hours(run)
        parts = divide(run, hours, edges)
        inside = parts if within is EVER else [part for part in parts if within.holds(part)]
        if inside:
            counted.add(number, run, hours, inside)
        if inside is not parts and len(inside) < len(parts):
            outside.add(number, run, hours, [part for part in parts if part not in inside])
    return counted.made(), outside.made()


def expand(runs: Iterable[Run], sites: dict[str, Location] | None = None, within: Within = EVER) -> Activities:
    """Rows of the runs, as far as they lie within a period."""
    return expand_within(runs, sites, within)[0]
