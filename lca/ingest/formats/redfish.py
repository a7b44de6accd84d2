"""Redfish: metric reports and resources with a time, as samples of the power of one node (DMTF DSP0266, DSP2046)."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lca import unique_keys
from lca.errors import Fault, shorten
from lca.ingest import cells, gauge
from lca.ingest.energy_counter import Counter
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import plural

FORMAT = Format(
    "redfish",
    "Redfish Power, EnvironmentMetrics, PowerSubsystem and MetricReport, JSON or JSON Lines",
    "power or energy of the node over time, window",
    "time, where the resource was saved without; system, stage, place, devices",
)
#: names under which people add the time to a resource that has none
TIMES = ("timestamp", "Timestamp", "@timestamp", "time", "datetime", "DateTime", "collected_at")
_KINDS = ("#Power.", "#EnvironmentMetrics.", "#MetricReport.", "#PowerSubsystem.")
#: metrics of the power of a whole node in reports of several vendors, as the last part of the id or of the property
_METRICS = (
    "powerconsumedwatts",
    "systempowerconsumption",
    "totalserverpower",
    "powerwatts",
    "powerwatts/reading",
    "instantaneouspower",
)


class _Sample(NamedTuple):
    """A reading: kW or kWh of one meter at a time, None where the file gives none."""

    row: int
    time: datetime | None
    source: str
    value: float
    is_energy: bool


class _Wrong(NamedTuple):
    """A reading that is none: its field, what was found, what is wrong."""

    field: str
    found: str
    problem: str


def claims(head: Head) -> bool:
    """The type of a resource of Redfish that holds power."""
    return head.text.lstrip("\ufeff \r\n\t").startswith(("{", "[")) and any(f'"{k}' in head.text for k in _KINDS)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the samples of one meter; others in the file overlap it and are left out."""
    meters: dict[tuple[str, bool], list[_Sample]] = {}
    left_out: Tally[str] = Tally()
    resources = 0
    for row, document in _documents(log):
        where = f"{log.shown}: row {row}"
        if not isinstance(document, dict):
            yield torn_row(where, "", document, "not a resource of Redfish")
            continue
        try:
            readings = list(_readings(document, row, left_out))
        except (AttributeError, TypeError, ValueError, RecursionError) as error:
            yield torn_row(where, "", error, "not a resource as its type says")
            continue
        resources += 1
        samples = [r for r in readings if isinstance(r, _Sample)]
        wrong = list(dict.fromkeys(r for r in readings if isinstance(r, _Wrong)))
        for n, each in enumerate(wrong):
            yield torn_row(where, each.field, each.found, each.problem, lines=int(not samples and n == 0))
        if samples:
            log.account.use()
        elif not wrong:
            log.account.ignore("resources without a reading of power or energy")
        for sample in samples:
            if sample.time is None:
                left_out["untimed"] += 1
            elif sample.value == 0 and not sample.is_energy:
                left_out["zeros"] += 1
            else:
                meters.setdefault((sample.source, sample.is_energy), []).append(sample)
    # the whole node draws more than any part of it that a second meter measures
    best = max(
        meters, key=lambda k: (k[1], sum(s.value for s in meters[k]) / len(meters[k]), k[0]), default=("", False)
    )
    held, mixed = _of_one_clock(meters.get(best, []))
    if mixed:
        yield Fault(
            log.shown,
            "",
            f"{mixed} readings",
            "some times have an offset and some do not",
            "Give each part of the log apart.",
            lines=0,
        )
    if len(held) < 2:
        untimed = left_out["untimed"]
        found = plural(untimed, "one reading without a time", "{n} readings without a time", n=untimed) if untimed else plural(len(held), "one reading", "{n} readings", n=len(held))  # fmt: skip
        yield Fault(log.shown, "", found, "no energy follows from fewer than two readings with a time",
                    "Save each reading with its time, as JSON Lines with a timestamp beside the resource.", lines=0)  # fmt: skip
        return
    notes = [*_left_out(left_out), *_other_meters(best[0], len(meters) - 1)]
    lacking = resources - len({s.row for s in held}) - left_out["zeros"]
    if lacking > 0:
        message = plural(
            lacking, "one resource of the file gives no reading of {meter} with a time", "{n} resources of the file give no reading of {meter} with a time",
            n=lacking, meter=shorten(best[0]),
        )  # fmt: skip
        notes.append(Note("power-samples-empty", message, "energy"))
    is_naive = _is_naive(held[0])
    zone = log.zone if is_naive else None
    meter = Counter(zone) if best[1] else Gauge(zone)
    for sample in held:
        meter.put(_seconds(sample), sample.value)
    try:
        energy, reading = gauge.energy([meter], "node", naive=is_naive)
    except ValueError as error:
        yield Fault(log.shown, best[0], "", f"no energy follows from it: {error}", "Correct the readings.", lines=0)
        return
    record: dict[str, Any] = {**gauge.window([meter], is_naive), "energy": [energy]}
    yield Found(record, [held[0].row, held[-1].row], (*notes, *gauge.notes([meter])), "Redfish", reading=reading)


def _of_one_clock(samples: list[_Sample]) -> tuple[list[_Sample], int]:
    """The samples whose times have an offset like that of most, and how many have none like it."""
    naive = [s for s in samples if _is_naive(s)]
    aware = [s for s in samples if not _is_naive(s)]
    kept, others = (naive, aware) if len(naive) > len(aware) else (aware, naive)
    return kept, len(others)


def _is_naive(sample: _Sample) -> bool:
    return sample.time is not None and sample.time.tzinfo is None


def _seconds(sample: _Sample) -> float:
    assert sample.time is not None  # `read` has looked
    return sample.time.replace(tzinfo=sample.time.tzinfo or UTC).timestamp()


def _left_out(counts: Tally[str]) -> Iterator[Note]:
    zeros, untimed, blanks, others = (counts[n] for n in ("zeros", "untimed", "blanks", "others"))
    if zeros:
        yield Note("rows-left-out", plural(zeros, "one reading is 0 W, as a device without a meter gives; it was left out",
                                           "{n} readings are 0 W, as a device without a meter gives; they were left out", n=zeros), "energy")  # fmt: skip
    if untimed:
        yield Note("rows-left-out", plural(untimed, "one reading has no time; it was left out", "{n} readings have no time; they were left out", n=untimed),
                   "energy", "warning")  # fmt: skip
    if blanks:
        yield Note("power-samples-empty", plural(blanks, "one reading has no value; it was left out", "{n} readings have no value; they were left out", n=blanks), "energy")  # fmt: skip
    if others:
        yield Note("rows-left-out", plural(others, "one value of another metric is not read", "{n} values of other metrics are not read", n=others), "energy", "info")  # fmt: skip


def _other_meters(best: str, others: int) -> Iterator[Note]:
    if others:
        message = plural(
            others, "{best} counts; one other meter of the file overlaps it and was left out",
            "{best} counts; {n} other meters of the file overlap it and were left out", n=others, best=shorten(best),
        )  # fmt: skip
        yield Note("steps-left-out", message, "energy")


def _documents(log: Log) -> Iterator[tuple[int, Any]]:
    """Resources with the row or the number of each: one document, a list of them, or one per line."""
    first = log.head.lines[0] if log.head.lines else ""
    try:
        is_lines = isinstance(unique_keys.of_json(first.lstrip("\ufeff")), dict)
    except ValueError:
        is_lines = False
    if not is_lines and len(log.head.lines) > 1 and _is_line(log.head.lines[1]):
        is_lines = True  # the first of them is damaged
    if not is_lines:
        document = log.json()
        resources = document if isinstance(document, list) else [document]
        log.account.expect(len(resources))
        yield from log.each(resources)
        return
    for row, line in log.lines():
        if line.strip():
            try:
                yield row, unique_keys.of_json(line.lstrip("\ufeff"))
            except ValueError:
                yield row, line


def _is_line(text: str) -> bool:
    try:
        return isinstance(unique_keys.of_json(text), dict)
    except ValueError:
        return False


def _readings(document: dict[str, Any], row: int, left_out: Tally[str]) -> Iterator[_Sample | _Wrong]:
    """Power and energy that one resource states."""
    for name in ("resource", "data", "body", "payload"):  # a resource laid into a record of whoever saved it
        inner = document.get(name)
        if isinstance(inner, dict) and "@odata.type" in inner:
            document = inner | {t: document[t] for t in TIMES if t in document}
    time = _time(next((document[t] for t in TIMES if t in document), None), "time")
    for value in document.get("MetricValues") or []:
        name = str(value.get("MetricProperty") or value.get("MetricId") or "")
        if _is_power(name) or _is_power(str(value.get("MetricId") or "")):
            yield from _reading(
                row, value.get("MetricValue"), _time(value.get("Timestamp"), "Timestamp"), name, 1e-3, False, left_out
            )
        else:
            left_out["others"] += 1
    for n, control in enumerate(document.get("PowerControl") or []):
        yield from _reading(row, control.get("PowerConsumedWatts"), time, f"PowerControl[{n}]", 1e-3, False, left_out)
    for name, scale, is_energy in (("PowerWatts", 1e-3, False), ("EnergykWh", 1.0, True)):
        if name in document:
            part = document[name]
            yield from _reading(
                row, part.get("Reading") if isinstance(part, dict) else part, time, name, scale, is_energy, left_out
            )


def _is_power(name: str) -> bool:
    name = name.lower()
    return name.rpartition("/")[2] in _METRICS or name.endswith(_METRICS)


def _reading(
    row: int, value: Any, time: datetime | _Wrong | None, source: str, scale: float, is_energy: bool, left_out: Tally[str]
) -> Iterator[_Sample | _Wrong]:  # fmt: skip
    """One reading; one that is blank is counted."""
    try:
        number = cells.number(value)
    except ValueError as error:
        yield _Wrong(source, str(value), str(error))
        return
    if isinstance(time, _Wrong):
        yield time
    elif number is None:
        left_out["blanks"] += 1
    else:
        yield _Sample(row, time, source, number * scale, is_energy)


def _time(value: Any, field: str) -> datetime | _Wrong | None:
    """A time in ISO form, or seconds since 1970; None where there is none."""
    try:
        return cells.stamp(value)
    except ValueError as error:
        return _Wrong(field, str(value), str(error))
