"""Apple `powermetrics`: samples in text, each the mean power over the time since the one before it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import plural, said

FORMAT = Format(
    "powermetrics",
    "Apple powermetrics, text",
    "energy of processor, GPU and neural engine (of the package on Intel) as the tool estimates it, window with offset",
    "system, stage, place; display and the rest of the machine",
)
_SAMPLE = re.compile(r"\*\*\* Sampled system activity \((.{0,60}?)\) \((.{0,30}?) elapsed\) \*\*\*\s*\Z")
#: what a damaged begin of a sample still holds
_BEGIN = re.compile(r"Sampled|system activity|elapsed\)|^\s*\*+\s*\Z")
#: what stands for the whole of the chip, the best first (the last one on Intel); each part is inside of it
_WHOLE = ("Combined Power (CPU + GPU + ANE)", "Package Power", "Intel energy model derived package power")
_PARTS = ("CPU Power", "GPU Power", "ANE Power")
_POWER = re.compile(rf"\s*({'|'.join(map(re.escape, (*_WHOLE, *_PARTS)))})(?: \([\w+ ]*\))?\s*:\s*(.*?)\s*\Z")
_SHAPE = "%a %b %d %H:%M:%S %Y %z"


@dataclass
class _Sample:
    """One sample: where it begins, its end and length, and the powers in it; `is_torn` says that one of them is no power."""

    row: int
    end: datetime
    seconds: float
    powers: dict[str, float] = field(default_factory=dict)
    is_torn: bool = False

    def counted(self) -> tuple[str, float]:
        """(what stands for the whole, kW); empty where nothing does."""
        whole = next((n for n in _WHOLE if n in self.powers), "")
        if whole:
            return whole, self.powers[whole]
        parts = [n for n in _PARTS if n in self.powers]
        return ("" if self.is_torn else " + ".join(parts)), sum(self.powers[n] for n in parts)


def claims(head: Head) -> bool:
    """A line that begins a sample."""
    return "*** Sampled system activity (" in head.text and "ms elapsed) ***" in head.text


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the samples of the file."""
    energy = seconds = 0.0
    first: _Sample | None = None
    last: _Sample | None = None
    lacking = 0
    kinds: Counter[str] = Counter()
    for sample in _samples(log):
        if isinstance(sample, Fault):
            yield sample
            continue
        name, kilowatts = sample.counted()
        if not name:
            lacking += 1
            continue
        kinds[name] += 1
        energy += kilowatts * sample.seconds / 3600
        seconds += sample.seconds
        first, last = first or sample, sample
    if first is None or last is None:
        yield Fault(
            log.shown,
            "",
            "",
            "no sample with a power",
            "Record with powermetrics --samplers cpu_power,gpu_power.",
            lines=0,
        )
        return
    start = first.end - timedelta(seconds=first.seconds)
    record: dict[str, Any] = {
        "start": start.isoformat(), "end": last.end.isoformat(), "duration": f"{seconds:.10g} s",
        "energy": [{"value": f"{energy!r} kWh", "boundary": "component_sum", "method": "modelled"}],
    }  # fmt: skip
    if last.end <= start:
        del record["end"]
    yield Found(record, [first.row, last.row], tuple(_notes(kinds, lacking)), "powermetrics")


def _samples(log: Log) -> Iterator[_Sample | Fault]:
    """The samples, whole; lines of other metrics are left out."""
    sample: _Sample | None = None
    is_known = False  # whether the begin of the sample was read, or told as torn
    for row, line in log.lines():
        where = f"{log.shown}: row {row}"
        power = _POWER.match(line)
        if _BEGIN.search(line) and not power:
            if sample is not None:
                yield sample
            sample, is_known = _begun(row, line), True
            if sample is None:
                yield torn_row(where, "", line.strip(), "not the begin of a sample")
            else:
                log.account.use()
        elif not power:
            if line.strip():
                log.account.ignore("other metrics")
        elif not is_known or (sample is not None and power[1] in sample.powers):
            yield torn_row(where, power[1], power[2], "the line that begins its sample is missing")
            is_known = sample is not None
        elif sample is None:
            log.account.ignore("samples that were set aside")
        else:
            try:
                value = cells.quantity(power[2], "", "power")
                if value is None:
                    raise ValueError("no value")
            except ValueError as error:
                sample.is_torn = True
                yield torn_row(where, power[1], power[2], str(error))
            else:
                sample.powers[power[1]] = value
                log.account.use()
    if sample is not None:
        yield sample


def _begun(row: int, line: str) -> _Sample | None:
    """`Fri Nov 10 12:37:08 2023 +0100`, to the second, and the time since the sample before."""
    match = _SAMPLE.search(line)
    try:
        end, seconds = (cells.stamp(match[1], _SHAPE), cells.duration(match[2], "")) if match else (None, None)
    except ValueError:
        return None
    return _Sample(row, end, seconds) if end is not None and seconds else None


def _notes(kinds: Counter[str], lacking: int) -> Iterator[Note]:
    used = kinds.most_common(1)[0][0]
    told = said("CPU, GPU and ANE") if used == " + ".join(_PARTS) else used
    yield Note(
        "modelled-component", said("powermetrics estimates power from activity; {used} counts", used=told), "energy[0]"
    )
    for name, count in kinds.most_common()[1:]:
        message = plural(
            count, "one sample holds only {name}, unlike the others; this counts for it",
            "{n} samples hold only {name}, unlike the others; this counts for them", n=count, name=name,
        )  # fmt: skip
        yield Note("no-energy", message, "energy[0]", "warning")
    if lacking:
        message = plural(lacking, "one sample holds no power; it was left out", "{n} samples hold no power; they were left out", n=lacking)  # fmt: skip
        yield Note("rows-left-out", message, "energy[0]")
