"""MLPerf Training: `:::MLLOG` result logs, and logs of power of one node each, cut to the run."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import cells, gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.mllog import MARK, Event, events
from lca.language import plural, said

FORMAT = Format(
    "mlperf-training",
    "MLPerf Training logs (:::MLLOG), with or without power_reading",
    "window of the run in UTC, energy of each node where power is logged, benchmark, how the run ended",
    "place, devices; energy where no power is logged",
)
#: events that are read
_READ = ("run_start", "run_stop", "submission_benchmark", "power_reading", "conversion_eff")
_STATUS = {"success": "completed", "aborted": "failed"}


def claims(head: Head) -> bool:
    """Lines of MLLOG that are not those of loadgen, which writes the name of its own space."""
    return re.search(re.escape(MARK) + r" *\{", head.text) is not None and '"mlperf::logging"' not in head.text


class _Facts:
    """What a log says of the run."""

    def __init__(self) -> None:
        self.row = 0  # of run_start, or of the first event of the run
        self.starts: list[float] = []
        self.stops: list[float] = []
        self.status = ""
        self.benchmark = ""
        self.powers = 0
        self.unitless = 0
        self.efficiency = False

    def see(self, event: Event) -> None:
        if event.key in ("run_start", "run_stop"):
            self.row = self.row or event.row
            if _is_time(event.ms):
                (self.starts if event.key == "run_start" else self.stops).append(event.ms or 0.0)
            if event.key == "run_stop":
                self.status = _STATUS.get(str(event.metadata.get("status")), "")
        elif event.key == "submission_benchmark" and isinstance(event.value, str):
            self.benchmark = event.value.strip()[:200]
        elif event.key == "power_reading":
            self.powers += 1
            self.unitless += not _unit(event)
        elif event.key == "conversion_eff":
            self.efficiency = True


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per file: one node where it holds power, the whole run where none does."""
    own = _facts(log)
    nodes = [] if own.powers else _nodes(log)
    if nodes:
        log.taken.clear()  # they are runs of their own
        yield from _accounted(log)
        yield Note("rows-left-out", said("{file}: the energy of the run is in the logs of power of {nodes} nodes: this log gives them the window", file=log.shown, nodes=len(nodes)))  # fmt: skip
        return
    run = own
    if own.powers and not (own.starts and own.stops):
        name = os.path.basename(os.path.dirname(os.path.abspath(log.path)))
        for other in log.beside(f"../../{glob.escape(name)}.txt"):
            if claims(other.head):
                run = _facts(other)
                yield from _accounted(other)
    if not run.row and not own.powers:
        yield Fault(log.shown, "", "", "neither run_start nor power_reading is in it: it tells of no run", "Give the log of the run (result_*.txt), or that of its power.", "no-energy", lines=0)  # fmt: skip
        yield from _accounted(log)
        return
    notes: list[Note] = []
    window = _window(run, notes)
    inside, whole = gauge.Gauge(), gauge.Gauge()
    first = elsewhere = 0
    for event in events(log):
        if isinstance(event, Fault):
            yield event
        elif event.key != "power_reading":
            elsewhere += _unit(event).lower() in ("w", "watt", "watts", "kw")
            _count(log, event)
        else:
            try:
                kilowatts = _kilowatts(event)
                if kilowatts is None or not _is_time(event.ms):
                    raise ValueError("no value" if kilowatts is None else "not a time")
            except ValueError as error:
                yield Fault(
                    f"{log.shown}: row {event.row}",
                    "power_reading",
                    shorten(event.value),
                    str(error),
                    "Restore the line from its source.",
                    "torn-row",
                )
                continue
            log.account.use()
            seconds = (event.ms or 0.0) / 1000
            first = first or event.row
            whole.put(seconds, kilowatts)
            if window is None or window[0] <= seconds * 1000 <= window[1]:
                inside.put(seconds, kilowatts)
    if elsewhere:
        message = plural(
            elsewhere, "one event states a power under a name other than power_reading; it was not read",
            "{n} events state a power under a name other than power_reading; they were not read", n=elsewhere,
        )  # fmt: skip
        notes.append(Note("rows-left-out", message, "power", "warning"))
    yield _found(run, own, (inside, whole), window, first or own.row or 1, notes)


def _facts(log: Log) -> _Facts:
    facts = _Facts()
    for event in events(log, is_counted=False):
        if isinstance(event, Event):
            facts.see(event)
    return facts


def _count(log: Log, event: Event) -> None:
    if event.key in _READ:
        log.account.use()
    else:
        log.account.ignore("other events")


def _accounted(log: Log) -> Iterator[Fault]:
    """What is wrong in a log of which nothing but facts of the run is used."""
    for event in events(log):
        if isinstance(event, Fault):
            yield event
        else:
            _count(log, event)


def _is_time(ms: float | None) -> bool:
    try:
        return cells.stamp(ms, unit="ms") is not None
    except ValueError:
        return False


def _nodes(log: Log) -> list[Log]:
    """The logs of power of a run, as a submission lays them out: power/result_0/node_0.txt beside result_0.txt."""
    stem = log.head.name.removesuffix(".txt")
    return [o for o in log.beside(f"power/{glob.escape(stem)}/*") if claims(o.head) and _facts(o).powers]


def _window(run: _Facts, notes: list[Note]) -> tuple[float, float] | None:
    """Begin and end in ms, from the first start to the last stop."""
    if not run.starts or not run.stops:
        if run.starts or run.stops or run.powers:
            missing = "run_start" if not run.starts else "run_stop"
            notes.append(
                Note(
                    "clock-fault",
                    said("no {missing} with a time: the window of the run is not known", missing=missing),
                    "start",
                )
            )
        return None
    if len(run.starts) > 1 or len(run.stops) > 1:
        told = said(
            "{starts} run_start and {stops} run_stop: the window goes from the first to the last",
            starts=len(run.starts),
            stops=len(run.stops),
        )
        notes.append(Note("clock-fault", told, "start"))
    begin, end = min(run.starts), max(run.stops)
    if end <= begin:
        notes.append(Note("clock-fault", said("run_stop is not after run_start: the window is not used"), "start"))
        return None
    return begin, end


def _found(
    run: _Facts, own: _Facts, powers: tuple[gauge.Gauge, gauge.Gauge], window: tuple[float, float] | None, row: int, notes: list[Note]
) -> Found:  # fmt: skip
    inside, whole = powers
    gauge.span(powers)  # takes in what was held back
    if whole.count and not inside.count:
        notes.append(Note("clock-fault", said("no reading of power lies between run_start and run_stop: the window is that of the readings"), "start"))  # fmt: skip
        inside, window = whole, None
    elif whole.count > inside.count:
        outside = whole.count - inside.count
        message = plural(
            outside, "one reading lies before run_start or after run_stop; it was left out",
            "{n} readings lie before run_start or after run_stop; they were left out", n=outside,
        )  # fmt: skip
        notes.append(Note("power-series-cut", message, "power", "info"))
    record: dict[str, Any] = {"stage": "training", "system": run.benchmark or own.benchmark, "status": run.status}
    if inside.end > inside.begin:
        window = inside.begin * 1000, inside.end * 1000
    if window is not None:
        for name, ms in (("start", window[0]), ("end", window[1])):
            record[name] = datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
    record = {k: v for k, v in record.items() if v}
    if own.powers and own.unitless:
        notes.append(Note("power-unit-assumed", said("power_reading bears no unit: it counts in W"), "power"))
    if own.efficiency:
        notes.append(Note("boundary-not-stated", said("conversion_eff is stated and not applied: the readings count as those of the node at the wall"), "power"))  # fmt: skip
    try:
        energy, reading = gauge.energy([inside], "node")
    except ValueError:
        told = said("fewer than two readings of power") if own.powers else said("no power_reading")
        notes.append(Note("no-energy", said("the file holds {told}: no energy follows from it", told=told), "power"))
        return Found(record, row, tuple(notes), "MLPerf logging")
    record["energy"] = [energy]
    return Found(record, row, (*notes, *gauge.notes([inside])), "MLPerf logging", reading=reading)


def _unit(event: Event) -> str:
    held = event.value.get("unit") if isinstance(event.value, dict) else None
    told = held or event.metadata.get("unit") or event.metadata.get("units") or ""
    return str(told).strip()


def _kilowatts(event: Event) -> float | None:
    """The power of a reading, in W unless it says otherwise. Raises ValueError."""
    held = event.value.get("value") if isinstance(event.value, dict) else event.value
    return cells.quantity(held, cells.unit_named(_unit(event)) or "W", "power")
