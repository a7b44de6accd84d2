"""IPMI: text of `ipmitool dcmi power reading`, block by block, as samples of the power of one node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca.errors import Fault
from lca.ingest import cells, gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import plural

FORMAT = Format(
    "ipmi",
    "ipmitool dcmi power reading, repeated",
    "power of the node over time, window; UTC where ipmitool prints a zone (from version 1.8.19 on)",
    "time zone of older versions, system, stage, place, devices",
)
_POWER, _TIME = "Instantaneous power reading", "IPMI timestamp"
#: what a reading consists of; the first two of them are read
_NAMES = (_POWER, _TIME, "Minimum during sampling period", "Maximum during sampling period", "Average power reading over sample period",
          "Sampling period", "Power reading state is")  # fmt: skip
_ANY = "|".join(_NAMES)
#: scripts join lines, and newer versions write no end of line behind the time
_PART = re.compile(rf"\s*({_ANY}):[ \t]*(.*?)\s*(?=(?:{_ANY}):|\Z)")
#: `Thu Feb 15 09:37:32 2018`, or `02/15/2018 09:37:32 UTC` as versions from 1.8.19 on write it, by locale
_SHAPES = ("%a %b %d %H:%M:%S %Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%y %H:%M:%S")


def claims(head: Head) -> bool:
    """The first line of a reading."""
    return f"{_POWER}:" in head.text and "Watts" in head.text


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the readings of the file. A reading of 0 W is what a device says that has no meter."""
    power: Gauge | None = None
    rows: list[int] = []
    zeros = blanks = 0
    is_naive = False
    for each in _readings(log):
        if isinstance(each, Fault):
            yield each
            continue
        row, kilowatts, time, lines = each
        if power is None and time is not None:
            is_naive = time.tzinfo is None
            power = Gauge(log.zone if is_naive else None)
        if time is not None and (time.tzinfo is None) != is_naive:
            problem = "some times bear a zone that is known, and some do not"
            yield _torn(log, row, _TIME, time.isoformat(sep=" "), problem, lines)
            continue
        if kilowatts is None or time is None or power is None:
            blanks += 1
            log.account.ignore("readings without a value", lines)
        elif kilowatts == 0:
            zeros += 1
            log.account.ignore("readings of 0 W", lines)
        else:
            power.put(time.replace(tzinfo=time.tzinfo or UTC).timestamp(), kilowatts)
            rows = [rows[0] if rows else row, row]
            log.account.use(lines)
    try:
        energy, reading = gauge.energy([power] if power is not None else [], "node", naive=is_naive)
    except ValueError:
        told = f"{power.count if power is not None else 0} with a time and a power above 0"
        yield Fault(
            log.shown, "", told, "no energy follows from fewer than two readings", "Repeat the reading, with its IPMI timestamp.", lines=0,
        )  # fmt: skip
        return
    assert power is not None  # else no energy follows
    record: dict[str, Any] = {**gauge.window([power], is_naive), "energy": [energy]}
    notes = (*_left_out(zeros, blanks), *gauge.notes([power]))
    yield Found(record, rows, notes, "ipmitool", reading=reading)


#: row of the time, kW, time, number of lines
_Reading = tuple[int, float | None, datetime | None, int]


def _readings(log: Log) -> Iterator[_Reading | Fault]:
    """Each power with the time that follows it; None where the meter gives no value."""
    begin = 0  # row of a power whose time is yet to come
    kilowatts: float | None = None
    is_torn = False
    for row, line in log.lines():
        parts = dict(_PART.findall(line))
        if not line.strip():
            continue
        if not parts or not _PART.match(line):
            log.account.miss(row)
            continue
        if _POWER not in parts and _TIME not in parts:
            log.account.ignore("other fields of a reading")
            continue
        if _POWER in parts:
            if begin:
                yield _torn(log, begin, _POWER, "", "no time follows the reading")
            begin, is_torn = row, False
            try:
                kilowatts = cells.quantity(parts[_POWER].removesuffix("Watts").strip() and parts[_POWER], "", "power")
            except ValueError as error:
                yield _torn(log, row, _POWER, parts[_POWER], str(error))
                begin, is_torn = 0, True
        if _TIME not in parts:
            continue
        lines = 1 + (0 < begin < row)
        try:
            time = cells.stamp(parts[_TIME], _SHAPES)
        except ValueError as error:
            yield _torn(log, row, _TIME, parts[_TIME], str(error), lines)
        else:
            if begin:
                yield row, kilowatts, time, lines
            elif not is_torn:
                yield _torn(log, row, _TIME, parts[_TIME], "no power stands before the time")
            elif _POWER not in parts:
                log.account.ignore("times of readings that were set aside")
        begin, is_torn = 0, False
    if begin:
        yield _torn(log, begin, _POWER, "", "no time follows the reading")


def _torn(log: Log, row: int, field: str, found: str, problem: str, lines: int = 1) -> Fault:
    return torn_row(f"{log.shown}: row {row}", field, found, problem, lines=lines)


def _left_out(zeros: int, blanks: int) -> Iterator[Note]:
    if zeros:
        message = plural(zeros, "one reading is 0 W, as a device without a meter gives; it was left out",
                         "{n} readings are 0 W, as a device without a meter gives; they were left out", n=zeros)  # fmt: skip
        yield Note("rows-left-out", message, "energy")
    if blanks:
        message = plural(blanks, "one reading has no value or no time; it was left out", "{n} readings have no value or no time; they were left out", n=blanks)  # fmt: skip
        yield Note("power-samples-empty", message, "energy")
