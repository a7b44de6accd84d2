"""Intel Power Gadget CSV: power, joules and milliwatt-hours of one energy side by side; the joules count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca.errors import Fault
from lca.ingest import cells as cell
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row, wrong_width
from lca.language import listed, said

FORMAT = Format(
    "intel-power-gadget",
    "Intel Power Gadget CSV",
    "energy of processors and memory by their counters, duration",
    "date, system, stage, place; GPU and the rest of the machine",
)
_PROCESSOR = re.compile(r"Cumulative (?:Processor|Package) Energy_(\d+)\s*\(Joules\)\Z")
_MEMORY = re.compile(r"Cumulative DRAM Energy_(\d+)\s*\(Joules\)\Z")
#: the same energies in other units, and the powers that they are the sums of
_OTHERS = re.compile(r"(?:Cumulative )?(Processor|Package|DRAM) (?:Energy|Power)_(\d+)\s*\((?:mWh|Watt)\)\Z")
_ELAPSED = "Elapsed Time (sec)"
_SUMMARY = re.compile(r"\s*[A-Z][\w .()]* = ")


def claims(head: Head) -> bool:
    """The header has the elapsed time and the cumulative energy of a processor."""
    lines = head.lines
    names = [n.strip().strip('"') for n in lines[0].lstrip("\ufeff").split(",")] if lines else []
    return _ELAPSED in names and any(_PROCESSOR.match(n) for n in names)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the last reading of each counter, which begins at 0 with the log."""
    last: dict[str, float] = {}
    header: list[str] = []
    seconds, begin, end = 0.0, 0, 0
    for row, raw in log.table():
        where = f"{log.shown}: row {row}"
        if not header:
            header = [name.strip() for name in raw]
            log.account.head()
            continue
        if _SUMMARY.match(raw[0]) and len(raw) < len(header):
            log.account.ignore("lines of summary at the end")
            continue
        if len(raw) != len(header):
            yield wrong_width(where, len(raw), len(header))
            continue
        texts = dict(zip(header, raw, strict=True))
        at = _reading(texts[_ELAPSED], seconds)
        if at is None:
            yield torn_row(where, _ELAPSED, texts[_ELAPSED].strip(), "not a time after that of the row before")
            continue
        counters = [name for name in header if _PROCESSOR.match(name) or _MEMORY.match(name)]
        now = {name: _reading(texts[name], last.get(name, 0.0)) for name in counters}
        bad = next((name for name, value in now.items() if value is None), None)
        if bad is not None:
            yield torn_row(where, bad, texts[bad].strip(), "not a reading of a counter that rises")
            continue
        last = {name: value for name, value in now.items() if value is not None}
        seconds, begin, end = at, begin or row, row
        log.account.use()
    if not last or seconds <= 0:
        yield Fault(log.shown, "", "", "no reading of a counter", "Record at least one sample.", lines=0)
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
    notes = (Note("clock-fault", said("its times have no date, so the run has none"), "start"), *_lacking(header))
    yield Found(record, [begin, end], notes, "Intel Power Gadget")


def _reading(text: str, least: float) -> float | None:
    """A number that has not fallen since the row before; None for what is none."""
    try:
        return cell.number(text, minimum=least)
    except ValueError:
        return None


def _lacking(header: list[str]) -> Iterator[Note]:
    """Parts whose power stands in the file, and whose joules do not."""
    counted = {
        (m[1], m[2])
        for n in header
        if (m := re.match(r"Cumulative (Processor|Package|DRAM) Energy_(\d+)\s*\(Joules\)\Z", n))
    }
    parts = {(m[1], m[2]) for n in header if (m := _OTHERS.match(n))} - counted
    if parts:
        names = listed(sorted(f"{name} {number}" for name, number in parts))
        yield Note(
            "no-energy",
            said("no column holds the joules of {names}; the energy lacks them", names=names),
            "energy[0]",
            "warning",
        )
