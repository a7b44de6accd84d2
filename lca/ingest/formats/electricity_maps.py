"""Electricity Maps: hourly carbon intensity of a zone, CSV. It holds factors and no runs: what to do with it is told."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from lca.catalogue import series
from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import said

FORMAT = Format(
    "electricity-maps",
    "Electricity Maps hourly carbon intensity, CSV",
    "nothing by itself: it is a series of factors, for `series` in the factors.csv of a folder of your own, given with --factors",
    "runs",
    marks=(("Datetime (UTC)", "Zone id", "Carbon intensity gCO2eq/kWh (direct)"),),
)
_VALUES = set(series.COLUMNS.values())


def claims(head: Head) -> bool:
    """The header that Electricity Maps publishes, with a zone and an intensity."""
    names = set(series.named(_header(head)))
    return {series.TIME, series.ZONE} <= names and bool(names & _VALUES)


def _header(head: Head) -> list[str]:
    lines = head.lines
    try:
        return [n.strip() for n in next(csv.reader([lines[0].lstrip("\ufeff")]), [])] if lines else []
    except csv.Error:
        return []


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """No run: how many hours of which zones the file holds, the rows that are none, and how it is used."""
    names = series.named(_header(log.head))
    at, zone = names.index(series.TIME), names.index(series.ZONE)
    places = [i for i, n in enumerate(names) if n in _VALUES]
    zones: dict[str, None] = {}
    hours = 0
    for row, values in log.table():
        if row == 1:
            log.account.head()
            continue
        where = f"{log.shown}: row {row}"
        if len(values) != len(names):
            yield torn_row(where, "", f"{len(values)} cells", f"the header has {len(names)}")
            continue
        try:
            is_hour = cells.stamp(values[at]) is not None
            for place in places:
                cells.number(values[place])
        except ValueError as error:
            yield torn_row(where, "", ",".join(values), str(error))
            continue
        if not is_hour:
            yield torn_row(where, _header(log.head)[at], "", "no value")
            continue
        hours += 1
        zones.setdefault(values[zone].strip())
        log.account.ignore("hours of a series of factors")
    told = said(
        "{file} holds {hours} hourly factors of {zones} and no runs: name it under `series` in the factors.csv of a folder of your own, "
        "and give that folder with --factors",
        file=log.shown, hours=hours, zones=", ".join(list(zones)[:3]) or "no zone",
    )  # fmt: skip
    yield Note("not-a-log", told)
