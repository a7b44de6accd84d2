"""Lines `:::MLLOG {json}` of MLPerf: what each says, and where one is torn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lca import unique_keys
from lca.errors import Fault, shorten
from lca.ingest.log import Log

MARK = ":::MLLOG"


class Event(NamedTuple):
    """One line: its row, `key`, `value`, time in ms since 1970 (or since the begin, in loadgen), and `metadata`."""

    row: int
    key: str
    value: Any
    ms: float | None
    metadata: dict[str, Any]


def events(log: Log, wanted: str = "", is_counted: bool = True) -> Iterator[Event | Fault]:
    """The events of a log, among lines of other kinds; with `wanted` only of lines that hold this text.

    Lines that are not returned are accounted for, unless the log is read again (`is_counted` false).
    """
    for row, line in log.lines():
        _, mark, text = line.partition(MARK)
        if not mark and '"time_ms"' in line and '"key"' in line:
            yield Fault(
                f"{log.shown}: row {row}",
                "",
                shorten(line.strip()),
                f"an event without {MARK} before it",
                "Restore the line from its source.",
                "torn-row",
            )
            continue
        if not mark or wanted not in text:
            if is_counted and line.strip():
                log.account.ignore("other events" if mark else "text of other programs")
            continue
        try:
            held = unique_keys.of_json(text)
            key = held["key"]
        except (ValueError, KeyError, TypeError, RecursionError):
            yield Fault(f"{log.shown}: row {row}", "", shorten(text.strip()), "not an event of MLLOG", "Restore the line from its source.", "torn-row")  # fmt: skip
            continue
        ms, metadata = held.get("time_ms"), held.get("metadata")
        good = (
            isinstance(ms, (int, float)) and not isinstance(ms, bool) and abs(ms) < 1e15
        )  # below: no NaN, no huge int
        yield Event(row, str(key), held.get("value"), float(ms) if good else None, metadata if isinstance(metadata, dict) else {})  # fmt: skip
