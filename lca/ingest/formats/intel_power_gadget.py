"""Intel Power Gadget CSV: power, joules and milliwatt-hours of one energy side by side; the joules count."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "intel-power-gadget",
    "Intel Power Gadget CSV",
    "energy of processors and memory by their counters, duration",
    "date, system, stage, place; GPU and the rest of the machine",
)
_PROCESSOR = re.compile(r"Cumulative (?:Processor|Package) Energy_(\d+)\s*\(Joules\)\Z")
_MEMORY = re.compile(r"Cumulative DRAM Energy_(\d+)\s*\(Joules\)\Z")
_ELAPSED = "Elapsed Time (sec)"


def claims(head: Head) -> bool:
    """The header has the elapsed time and the cumulative energy of a processor."""
    lines = head.lines
    names = [n.strip().strip('"') for n in lines[0].lstrip("\ufeff").split(",")] if lines else []
    return _ELAPSED in names and any(_PROCESSOR.match(n) for n in names)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the last reading of each counter, which begins at 0 with the log."""
    last: dict[str, float] = {}
    seconds, begin, end = 0.0, 0, 0
    for row, cells in log.records():
        if "System Time" in cells and not re.match(r"\d\d:\d\d:\d\d", cells["System Time"]):
            continue  # lines of summary at the end
        where = f"{log.shown}: row {row}"
        at = _number(cells.get(_ELAPSED, ""))
        if not at >= seconds:
            yield Fault(where, _ELAPSED, shorten(cells.get(_ELAPSED, "")), "not a time after that of the row before", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        now = {name: _number(text) for name, text in cells.items() if _PROCESSOR.match(name) or _MEMORY.match(name)}
        bad = next((n for n, v in now.items() if not v >= last.get(n, 0.0)), None)
        if bad is not None:
            yield Fault(where, bad, shorten(cells[bad]), "not a reading of a counter that rises", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        last, seconds, begin, end = now, at, begin or row, row
    if not last or seconds <= 0:
        yield Fault(log.shown, "", "", "no reading of a counter", "Record at least one sample.")
        return
    parts = {
        "cpu": sum(v for n, v in last.items() if _PROCESSOR.match(n)),
        "dram": sum(v for n, v in last.items() if _MEMORY.match(n)),
    }
    parts = {name: joules for name, joules in parts.items() if joules}
    record: dict[str, Any] = {
        "duration": f"{seconds:.10g} s",
        "energy": [{"value": f"{sum(parts.values())!r} J", "boundary": "component_sum", "method": "counter",
                    "components": {n: f"{v!r} J" for n, v in parts.items()}}],
    }  # fmt: skip
    told = said("its times have no date: the run has none")
    yield Found(record, [begin, end], (Note("clock-fault", told, "start"),), "Intel Power Gadget")


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) and value >= 0 else math.nan
