"""Samples of power or load of several devices, as tools print them row by row: gathered by device, then made runs.

An adapter parses its rows with `ingest.cells` and puts them here. What the tool does not print (time zone, date, number
of devices) is never made up: see `Clock` for times without a date, `device_rounds` for rows that name no device.
"""

from __future__ import annotations

import math
from collections import Counter as Tally
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca.errors import Fault
from lca.ingest import cells, gauge
from lca.ingest.energy_counter import Counter
from lca.ingest.formats import DEVICE, Found, Note
from lca.ingest.gauge import FAR, Gauge
from lca.ingest.log import Log
from lca.ingest.pseudonym import pseudonym
from lca.ingest.torn_rows import torn_row
from lca.language import listed, plural, said
from lca.local_time import iso, to_utc
from lca.reading import Reading

#: s; a time of day that falls by more than this is one of the next day
HALF_DAY = 43200.0
#: kW; no row of a log of power holds more: blank values of drivers lie above
HIGHEST = 1e3


class Device:
    """One device of a log: samples of its power in kW (or readings of its counter in kWh) and of its load, 0 to 1.

    `zone` is that of the log's local times. `begin` and `end` are those of all rows, as the log writes them.
    """

    def __init__(self, row: int, name: str = "", uuid: str = "", zone: ZoneInfo | None = None) -> None:
        self.row = self.last_row = row
        self.name, self.uuid, self.zone = name, uuid, zone
        self.power, self.load = Gauge(zone), Gauge(zone)
        self.counter = Counter(zone)
        self.begin, self.end = math.inf, -math.inf
        self.has_bad_counter = False
        self.blanks = 0  # rows that gave neither power nor energy

    def add(
        self,
        rows: NDArray[np.int64],
        times: NDArray[np.float64],
        kw: NDArray[np.float64],
        load: NDArray[np.float64] | None,
    ) -> None:
        """Many samples in the order of the log; NaN where the device gave no value."""
        self.begin, self.end = min(self.begin, float(times.min())), max(self.end, float(times.max()))
        self.last_row = max(self.last_row, int(rows[-1]))
        self.blanks += int(np.isnan(kw).sum())
        self.power.add(times, kw)
        if load is not None:
            self.load.add(times, load)

    def put(
        self, row: int, seconds: float, power: float | None = None, load: float | None = None, kwh: float | None = None
    ) -> None:
        """One sample: power in kW, the load, and what a counter of energy shows in kWh."""
        self.begin, self.end, self.last_row = min(self.begin, seconds), max(self.end, seconds), max(self.last_row, row)
        if power is not None:
            self.power.put(seconds, power)
        if load is not None:
            self.load.put(seconds, min(load, 1.0))
        if kwh is not None:
            self.counter.put(seconds, kwh)
        self.blanks += power is None and kwh is None

    @property
    def meter(self) -> Gauge:
        """The counter of energy where it was read twice and rises, else the samples of power."""
        try:
            return self.counter if self.counter.end > self.counter.begin else self.power
        except ValueError:
            self.counter = Counter(self.zone)
            self.has_bad_counter = True
            return self.power

    @property
    def has_energy(self) -> bool:
        """Whether two samples of power stand at different times."""
        return self.meter.end > self.meter.begin

    @property
    def samples(self) -> int:
        """How many samples of power it gave."""
        return self.power.count if self.power.end >= self.power.begin else 0

    @property
    def span(self) -> tuple[float, float]:
        """First and last time of all rows, in UTC where the zone is known; those of the power where others lie far off."""
        begin, end = self.meter.begin, self.meter.end
        if not self.end >= self.begin:
            return begin, end
        first, last = self.begin, self.end
        if self.zone is not None:
            first, last = to_utc(np.array([first, last]), self.zone).tolist()
        if not end >= begin:
            return first, last
        return (first if begin - FAR < first < begin else begin), (last if end < last < end + FAR else end)

    def mean_load(self) -> float | None:
        """The mean load over time, None where fewer than two samples give it."""
        if not self.load.end > self.load.begin:
            return None
        hours, covered = self.load.result()
        return min(sum(hours.values()) * 3600.0 / covered, 1.0) if covered > 0 else None


class Sample(NamedTuple):
    """One sample of one device in a row: power in kW, load, 0 to 1, and what its counter of energy shows."""

    row: int
    device: str
    seconds: float
    power: float | None = None
    load: float | None = None
    name: str = ""
    uuid: str = ""
    kwh: float | None = None


def gathered(samples: Iterator[Sample | Fault], devices: dict[str, Device], zone: ZoneInfo | None) -> Iterator[Fault]:
    """Put samples to their devices; faults pass through."""
    for each in samples:
        if isinstance(each, Fault):
            yield each
            continue
        device = devices.get(each.device)
        if device is None:
            device = devices[each.device] = Device(each.row, each.name, each.uuid, zone)
        device.put(each.row, each.seconds, each.power, each.load, each.kwh)


class Clock:
    """Times of day without a date, as seconds that go on over midnight."""

    def __init__(self) -> None:
        self._day, self._last = 86400.0, -math.inf  # not 0: no sample lies at the time of nothing

    def seconds(self, time_of_day: float) -> float:
        """Seconds since the midnight before the log began, and a day."""
        if time_of_day < self._last - HALF_DAY:
            self._day += 86400.0
        self._last = time_of_day
        return self._day + time_of_day


def seconds_of(text: str, shape: str = "", unit: str = "") -> tuple[float, bool] | None:
    """(seconds since 1970, whether that is UTC) of a stamp, None for a blank; local times count as UTC. Raises ValueError."""
    stamp = cells.stamp(text, shape, unit)
    if stamp is None:
        return None
    return (stamp if stamp.tzinfo is not None else stamp.replace(tzinfo=UTC)).timestamp(), stamp.tzinfo is not None


def hashed(uuid: str) -> str:
    """What tells a device from all others, without naming it."""
    return pseudonym(uuid.strip().lower(), 16)


def torn(log: Log, row: int, field: str, text: str, problem: str) -> Fault:
    """A row with a cell that is not what its column holds."""
    return torn_row(f"{log.shown}: row {row}", field, text.strip(), problem)


def kilowatts(log: Log, row: int, field: str, text: str, unit: str = "W") -> float | Fault | None:
    """A cell of power in kW, None where it is blank."""
    try:
        kw = cells.quantity(text, unit, "power")
    except ValueError:
        return torn(log, row, field, text, "not a power")
    return torn(log, row, field, text, "not a power") if kw is not None and kw > HIGHEST else kw


def percentage(text: str) -> float | None:
    """A cell of load in percent, as a share; None where it is blank or no share."""
    try:
        value = cells.number(text, unit="%")
    except ValueError:
        return None
    return value / 100 if value is not None and value <= 100 else None


def groups(
    devices: Collection[Device], kind: str, loads: Mapping[int, float | None] | None = None
) -> list[dict[str, Any]]:
    """`devices[]` of a run: equal devices together, each with its mean load where that is used."""
    counts: Tally[tuple[str, float | None]] = Tally()
    for device in devices:
        counts[device.name, loads.get(id(device)) if loads else None] += 1
    return [
        {"kind": kind, "count": count} | ({"model": name} if name else {}) | ({"utilisation": load} if load is not None else {})
        for (name, load), count in counts.items()
    ]  # fmt: skip


class Times(NamedTuple):
    """What the times of a log are: in UTC (or with an offset), local, or without a date."""

    is_utc: bool = False
    has_date: bool = True


def runs(
    devices: Collection[Device], kind: str, producer: str, times: Times, boundary: str = "accelerator"
) -> Iterator[Found]:
    """One run of the devices that gave power; those that did not are a run of their own, modelled from their load."""
    measured = [d for d in devices if d.has_energy]
    others = [d for d in devices if not d.has_energy]
    if measured:
        record, reading = measured_run(measured, kind, times, boundary)
        notes = (*notes_of(measured), *undated(times))
        yield Found(record, rows_of(measured), notes, producer, reading=reading, hosts=hosts_of(measured))
    if others:
        yield unmeasured_run(others, kind, producer, times)


def measured_run(
    devices: Collection[Device], kind: str, times: Times, boundary: str
) -> tuple[dict[str, Any], Reading | None]:
    """The record of devices that gave power, and its hours. Raises ValueError where none did."""
    naive = times.has_date and not times.is_utc
    meters = [d.meter for d in devices]
    energy, reading = gauge.energy(meters, boundary, naive)
    begin, end = gauge.span(meters)
    spans = [d.span for d in devices]
    first, last = min(b for b, _ in spans), max(e for _, e in spans)
    if last - first > 1.001 * (end - begin):  # rows without power before the first or after the last one with it
        share = energy.get("coverage", {"value": 1.0})["value"] * (end - begin) / (last - first)
        energy["coverage"] = {"of": "time", "value": share}
    return {"devices": groups(devices, kind), "energy": [energy]} | window(
        devices, times
    ), reading if times.has_date else None


def unmeasured_run(devices: Collection[Device], kind: str, producer: str, times: Times) -> Found:
    """The run of devices that gave no power over time: their mean load where they gave it, else their window."""
    loads = {id(d): d.mean_load() for d in devices}
    record = {"devices": groups(devices, kind, loads)} | window(devices, times)
    notes = undated(times) if len(record) > 1 else ()
    if any(load is not None for load in loads.values()):
        notes += (load_used(), *gauge.notes([d.load for d in devices]))
    if any(
        loads[id(d)] is None or not d.name for d in devices
    ):  # no model can be applied to a device that nothing names
        notes += (without_energy(sum(d.samples for d in devices)),)
    return Found(record, rows_of(devices), notes, producer, hosts=hosts_of(devices))


def empty(samples: int) -> Iterator[Note]:
    """Told of samples without a power among others that have one."""
    if samples:
        message = plural(
            samples,
            "one sample holds no power; it was left out",
            "{n} samples hold no power; they were left out",
            n=samples,
        )
        yield Note("rows-left-out", message, "power")


def without_time(samples: int) -> Iterator[Note]:
    """Told of samples without a time among others that have one."""
    if samples:
        message = plural(
            samples,
            "one sample has no time; it was left out",
            "{n} samples have no time; they were left out",
            n=samples,
        )
        yield Note("rows-left-out", message, "power")


def notes_of(devices: Collection[Device]) -> Iterator[Note]:
    """What to tell of the samples of devices that gave power, and of counters beside it."""
    yield from gauge.notes([d.meter for d in devices])
    yield from empty(sum(d.blanks for d in devices))
    if any(d.meter.is_counter and d.samples for d in devices):
        yield Note(
            "series-left-out",
            said("the counters of energy were used; the samples of power of the same devices were not"),
            "energy",
        )
    if any(d.has_bad_counter for d in devices):
        yield Note(
            "series-left-out",
            said("a counter of energy runs backwards; the samples of power were used instead"),
            "energy",
        )


def hosts_of(devices: Collection[Device]) -> tuple[str, ...]:
    """What tells these devices from all others, none where one has no uuid: two logs of one device share its energy."""
    uuids = sorted({d.uuid for d in devices})
    return tuple(DEVICE + hashed(uuid) for uuid in uuids) if all(uuids) else ()


def load_used() -> Note:
    """Told where power was modelled from utilisation."""
    return Note(
        "utilisation-used",
        said("power was not recorded; the mean utilisation of each device was used to model it"),
        "devices",
    )


def without_energy(samples: int) -> Note:
    """Told where no energy follows from a log."""
    what = said("one sample of power of each device") if samples else said("no sample of power")
    return Note("no-energy", said("the file holds {what}: no energy follows from it", what=what), "power")


def undated(times: Times) -> tuple[Note, ...]:
    """Told where the times of a log have no date."""
    return (
        () if times.has_date else (Note("clock-fault", said("its times have no date, so the run has none"), "start"),)
    )


def window(devices: Collection[Device], times: Times) -> dict[str, str]:
    """Start and end of all samples, or the time between them where they have no date."""
    spans = [d.span for d in devices]
    begin, end = min(b for b, _ in spans), max(e for _, e in spans)
    if not end > begin:
        return {}
    if not times.has_date:
        return {"duration": f"{end - begin!r} s"}
    naive = not times.is_utc and all(d.zone is None for d in devices)
    return {"start": iso(begin, naive), "end": iso(end, naive)}


def rows_of(devices: Collection[Device]) -> list[int]:
    """First and last row of devices."""
    return sorted({min(d.row for d in devices), max(d.last_row or d.row for d in devices)})


#: parts of a machine as a reader knows them
PARTS = {"accelerator": "GPU", "cpu": "processor", "dram": "memory", "other": "other parts"}


def energy_of_parts(parts: Mapping[str, Sequence[Gauge]], naive: bool) -> tuple[dict[str, Any], Reading, Note]:
    """The energy record of a machine of which parts (accelerator, cpu, dram, other) were measured; told what was not.

    Raises ValueError where no part has two samples.
    """
    used = {name: list(meters) for name, meters in parts.items() if meters}
    record, reading = gauge.energy([m for meters in used.values() for m in meters], "component_sum", naive)
    record["components"] = {
        name: f"{sum(sum(m.result()[0].values()) for m in meters)!r} kWh" for name, meters in used.items()
    }
    return record, reading._replace(devices=1), measured_parts(used)


def measured_parts(parts: Collection[str]) -> Note:
    """Told which parts of a machine an energy holds."""
    message = said(
        "the energy is that of the {parts} only; the rest of the machine was not measured",
        parts=listed(PARTS[p] for p in parts),
    )
    return Note("modelled-component", message, "energy[0]")
