"""Apple `powermetrics`: samples in text, each the mean power over the time since the one before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "powermetrics",
    "Apple powermetrics, text",
    "energy of processor, GPU and neural engine as the tool estimates it, window with offset",
    "system, stage, place; display and the rest of the machine",
)
_SAMPLE = re.compile(r"\*\*\* Sampled system activity \((.{1,60}?)\) \(([\d.]{1,20})ms elapsed\) \*\*\*")
_POWER = re.compile(
    r"(Combined Power \(CPU \+ GPU \+ ANE\)|Package Power|CPU Power|GPU Power|ANE Power): ([\d.]{1,20}) mW\Z"
)
#: what stands for the whole of the chip, the best first; each part is inside both
_WHOLE = ("Combined Power (CPU + GPU + ANE)", "Package Power")
_PARTS = ("CPU Power", "GPU Power", "ANE Power")


def claims(head: Head) -> bool:
    """A line that begins a sample."""
    return "*** Sampled system activity (" in head.text and "ms elapsed) ***" in head.text


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the samples of the file."""
    first: tuple[int, datetime, float] | None = None
    end: datetime | None = None
    energy, seconds, used = 0.0, 0.0, ""
    stamp, elapsed, held, begin = None, 0.0, dict[str, float](), 0
    lacking = 0

    def close() -> None:
        nonlocal energy, seconds, used, lacking, end
        whole = next((n for n in _WHOLE if n in held), "")
        value = held[whole] if whole else sum(held[n] for n in _PARTS if n in held)
        if not held:
            lacking += 1
            return
        used = used or whole or "CPU, GPU and ANE"
        energy += value * elapsed / 3.6e12  # mW x ms to kWh: 1e-6 kW x 1e-3 / 3600 h
        seconds += elapsed / 1000
        end = stamp

    for row, line in log.lines():
        found = _SAMPLE.search(line)
        if found:
            if stamp is not None:
                close()
            stamp, held, begin = _stamp(found[1]), {}, row
            elapsed = _number(found[2])
            if stamp is None or elapsed <= 0:
                yield Fault(f"{log.shown}: row {row}", "", shorten(line.strip()), "not the begin of a sample", "Restore the row from its source.", "torn-row")  # fmt: skip
                stamp = None
            elif first is None:
                first = row, stamp, elapsed
        elif stamp is not None and (power := _POWER.match(line.strip())):
            held[power[1]] = _number(power[2])
    if stamp is not None:
        close()
    if first is None or end is None or not seconds:
        yield Fault(
            log.shown, "", "", "no sample with a power", "Record with powermetrics --samplers cpu_power,gpu_power."
        )
        return
    notes = [
        Note(
            "modelled-component",
            said("powermetrics estimates power from activity; {used} counts", used=used),
            "energy[0]",
        )
    ]
    if lacking:
        notes.append(
            Note(
                "rows-left-out",
                said("{lacking} samples hold no power: they are left out", lacking=lacking),
                "energy[0]",
            )
        )
    start = first[1] - timedelta(milliseconds=first[2])
    record: dict[str, Any] = {
        "start": start.isoformat(), "end": end.isoformat(), "duration": f"{seconds:.10g} s",
        "energy": [{"value": f"{energy!r} kWh", "boundary": "component_sum", "method": "modelled"}],
    }  # fmt: skip
    if end <= start:
        del record["end"]
    yield Found(record, [first[0], begin], tuple(notes), "powermetrics")


def _stamp(text: str) -> datetime | None:
    """`Fri Nov 10 12:37:08 2023 +0100`, to the second."""
    try:
        return datetime.strptime(text.strip(), "%a %b %d %H:%M:%S %Y %z")
    except ValueError:
        return None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
