"""IPMI: text of `ipmitool dcmi power reading`, block by block, as samples of the power of one node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "ipmi",
    "ipmitool dcmi power reading, repeated",
    "power of the node over time, window",
    "time zone, system, stage, place, devices",
)
_WATTS = re.compile(r"\s*Instantaneous power reading:\s+(\S{1,20})\s+Watts")
_TIME = re.compile(r"\s*IPMI timestamp:\s+(\S.{5,40})")


def claims(head: Head) -> bool:
    """The first line of a reading."""
    return "Instantaneous power reading:" in head.text and "Watts" in head.text


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the readings of the file. A reading of 0 W is what a device says that has no meter."""
    power, watts, begin, end, zeros = Gauge(), None, 0, 0, 0
    for row, line in log.lines():
        if found := _WATTS.match(line):
            watts = _number(found[1])
            if watts is None:
                yield Fault(f"{log.shown}: row {row}", "Instantaneous power reading", shorten(found[1]), "not a power", "Restore the row from its source.", "torn-row")  # fmt: skip
        elif (found := _TIME.match(line)) and watts is not None:
            stamp = _stamp(found[1])
            if stamp is None:
                yield Fault(f"{log.shown}: row {row}", "IPMI timestamp", shorten(found[1].strip()), "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
            elif watts == 0:
                zeros += 1
            else:
                power.put(stamp, watts / 1000)
                begin, end = begin or row, row
            watts = None
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
    try:
        energy, reading = gauge.energy([power], "node", naive=True)
    except ValueError:
        told = f"{power.count} with a time and a power above 0"
        yield Fault(
            log.shown,
            "",
            told,
            "no energy follows from fewer than two readings",
            "Repeat the reading, with its IPMI timestamp.",
        )
        return
    first, last = gauge.span([power])
    record: dict[str, Any] = {"start": _iso(first), "end": _iso(last), "energy": [energy]}
    yield Found(record, [begin, end], (*notes, *gauge.notes([power])), "ipmitool", reading=reading)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()


def _stamp(text: str) -> float | None:
    """`Thu Feb 15 09:37:32 2018`, or `02/15/2018 09:37:32` as newer versions write it."""
    for shape in ("%a %b %d %H:%M:%S %Y", "%m/%d/%Y %H:%M:%S"):
        try:
            return datetime.strptime(text.strip().removesuffix(" UTC"), shape).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e6 else None
