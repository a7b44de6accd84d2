"""Redfish: metric reports and resources with a time, as samples of the power of one node (DMTF DSP0266, DSP2046)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lca import unique_keys
from lca.activity import as_utc
from lca.errors import Fault, shorten
from lca.ingest import gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Counter, Gauge
from lca.ingest.log import Head, Log
from lca.language import said

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
    row: int
    at: float | None
    is_naive: bool
    source: str
    value: float
    is_energy: bool


def claims(head: Head) -> bool:
    """The type of a resource of Redfish that holds power."""
    return head.text.lstrip("\ufeff \r\n\t").startswith(("{", "[")) and any(f'"{k}' in head.text for k in _KINDS)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the samples of one meter; others in the file overlap it and are left out."""
    samples: dict[tuple[str, bool], list[_Sample]] = {}
    untimed = zeros = 0
    for row, document in _documents(log):
        if not isinstance(document, dict):
            yield Fault(f"{log.shown}: row {row}", "", shorten(document), "not a resource of Redfish", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        try:
            found = list(_samples(document, row))
        except (AttributeError, TypeError, ValueError, RecursionError) as error:
            yield Fault(f"{log.shown}: row {row}", "", shorten(error), "not a resource as its type says", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        for sample in found:
            if sample.at is None:
                untimed += 1
            elif sample.value == 0 and not sample.is_energy:
                zeros += 1
            else:
                samples.setdefault((sample.source, sample.is_energy), []).append(sample)
    notes = (
        [
            Note(
                "rows-left-out",
                said("{zeros} readings are 0 W, as a device without meter gives: they are left out", zeros=zeros),
                "energy",
            )
        ]
        if zeros
        else []
    )
    # the whole node draws more than any part of it that a second meter measures
    best = max(samples, key=lambda k: (k[1], sum(s.value for s in samples[k]) / len(samples[k]), k[0]), default=None)
    held = sorted(samples[best], key=lambda s: s.at or 0.0) if best is not None else []
    if len(held) < 2 or best is None:
        found_ = f"{untimed} readings without a time" if untimed else f"{len(held)} readings"
        yield Fault(log.shown, "", found_, "no energy follows from fewer than two readings with a time",
                    "Save each reading with its time, as JSON Lines with a timestamp beside the resource.")  # fmt: skip
        return
    if len(samples) > 1:
        others = len(samples) - 1
        notes.append(
            Note(
                "steps-left-out",
                said(
                    "{best} counts; {others} other meters of the file overlap it: they are left out",
                    best=shorten(best[0]),
                    others=others,
                ),
                "energy",
            )
        )
    meter = Counter() if best[1] else Gauge()
    for sample in held:
        meter.put(sample.at or 0.0, sample.value)
    try:
        energy, reading = gauge.energy([meter], "node", naive=held[0].is_naive)
    except ValueError as error:
        yield Fault(log.shown, best[0], "", f"no energy follows from it: {error}", "Correct the readings.")
        return
    record: dict[str, Any] = {"start": _iso(held[0]), "end": _iso(held[-1]), "energy": [energy]}
    yield Found(record, [held[0].row, held[-1].row], (*notes, *gauge.notes([meter])), "Redfish", reading=reading)


def _documents(log: Log) -> Iterator[tuple[int, Any]]:
    """Resources with the row or the number of each: one document, a list of them, or one per line."""
    first = log.head.lines[0] if log.head.lines else ""
    try:
        is_lines = isinstance(unique_keys.of_json(first.lstrip("\ufeff")), dict)
    except ValueError:
        is_lines = False
    if not is_lines:
        document = log.json()
        yield from enumerate(document if isinstance(document, list) else [document], start=1)
        return
    for row, line in log.lines():
        if line.strip():
            try:
                yield row, unique_keys.of_json(line.lstrip("\ufeff"))
            except ValueError:
                yield row, line


def _samples(document: dict[str, Any], row: int) -> Iterator[_Sample]:
    """Power and energy that one resource states."""
    for name in ("resource", "data", "body", "payload"):  # a resource laid into a record of whoever saved it
        inner = document.get(name)
        if isinstance(inner, dict) and "@odata.type" in inner:
            document = inner | {t: document[t] for t in TIMES if t in document}
    at, is_naive = _time(next((document[t] for t in TIMES if t in document), None))
    for value in document.get("MetricValues") or []:
        name = str(value.get("MetricProperty") or value.get("MetricId") or "")
        if (
            name.lower().rpartition("/")[2] in _METRICS
            or name.lower().endswith(_METRICS)
            or str(value.get("MetricId")).lower() in _METRICS
        ):
            number = _number(value.get("MetricValue"))
            when, naive = _time(value.get("Timestamp"))
            if number is not None:
                yield _Sample(row, when, naive, name, number / 1000, False)
    for n, control in enumerate(document.get("PowerControl") or []):
        number = _number(control.get("PowerConsumedWatts"))
        if number is not None:
            yield _Sample(row, at, is_naive, f"PowerControl[{n}]", number / 1000, False)
    for name, scale, is_energy in (("PowerWatts", 1e-3, False), ("EnergykWh", 1.0, True)):
        part = document.get(name)
        number = _number(part.get("Reading")) if isinstance(part, dict) else None
        if number is not None:
            yield _Sample(row, at, is_naive, name, number * scale, is_energy)


def _time(value: Any) -> tuple[float | None, bool]:
    """(seconds since 1970, whether it had no offset) of a time in ISO form, or of seconds since 1970."""
    number = _number(value)
    if number is not None:
        return (number, False) if 1e9 < number < 5e9 else (None, False)
    try:
        stamp = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None, False
    if stamp is None or not 1971 < stamp.year < 2200:
        return None, False
    return as_utc(stamp).timestamp(), stamp.tzinfo is None


def _iso(sample: _Sample) -> str:
    return datetime.fromtimestamp(sample.at or 0.0, UTC).replace(tzinfo=None if sample.is_naive else UTC).isoformat()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and 0 <= number < 1e12 else None
