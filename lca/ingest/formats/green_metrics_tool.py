"""Logs of metric providers of the Green Metrics Tool: their unit is in no file, so that no energy follows from them alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.formats import Format, Found
from lca.ingest.log import Head, Log

FORMAT = Format(
    "green-metrics-tool",
    "Green Metrics Tool, log of a metric provider (microseconds since 1970, value, name)",
    "nothing by itself: it says that the unit is missing, and how to give it",
    "the unit and what is measured: a mapping lca-map/1 gives them, and its lines are then energy per interval",
)
#: microseconds since 1970 have 16 digits from 2001 to 2286
_ROW = re.compile(r"[1-9]\d{15} \d{1,19} \[?[A-Za-z]\S{0,200}")
_REMEDY = (
    "Give a mapping lca-map/1 with it (`lca convert --guess` drafts it): delimiter ' ', header [time, value, detail], and samples with time "
    "(unit us), energy (the unit of the provider, such as uJ) and the boundary."
)


def claims(head: Head) -> bool:
    """All of the first lines are a time in microseconds, a whole number and a name; the last of them may be cut off."""
    lines = head.lines[:20]
    whole = lines[:-1] if len(lines) > 1 else lines
    return bool(whole) and all(_ROW.fullmatch(line.rstrip()) for line in whole)


def read(log: Log) -> Iterator[Found | Fault]:
    """One fault for all rows: the unit differs by provider (uJ, mJ, nJ, mW), and the file does not say it."""
    count = sum(1 for _, line in log.lines() if line.strip())
    told = f"{count} rows"
    yield Fault(log.shown, "value", told, "the unit is in no file of the Green Metrics Tool: it differs by provider", _REMEDY, "unit-suspect", count)  # fmt: skip
