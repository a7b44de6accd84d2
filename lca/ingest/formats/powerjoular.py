"""PowerJoular CSV: power of the processor and the GPU over time, of the machine or of one process."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest import gauge
from lca.ingest.device_samples import empty, energy_of_parts, kilowatts, seconds_of, torn
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import wrong_width
from lca.language import said

FORMAT = Format(
    "powerjoular",
    "PowerJoular CSV",
    "power of the processor, and of an NVIDIA GPU, over time, window",
    "time zone, names and number of devices, memory and the rest of the machine, system, stage, place",
)
_PARTS = {"cpu": "CPU Power", "accelerator": "GPU Power"}
_HEADER = ("Date", "CPU Utilization", "CPU Power")


def claims(head: Head) -> bool:
    """The header of the file of a machine, or of a process."""
    if "CPU Power" not in head.text[:1000]:
        return False
    names = [n.strip() for n in head.lines[0].lstrip("\ufeff").split(",")] if head.lines else []
    return all(n in names for n in _HEADER)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run. `Total Power` is the sum of the others: it is not added. A GPU that always draws 0 W is none."""
    meters = {part: Gauge(log.zone) for part in _PARTS}
    has_gpu = is_process = False
    is_utc: bool | None = None
    begin = end = blanks = 0
    log.account.head()
    header = next(iter(log.head.lines), "").count(",") + 1
    for row, one in log.records():
        is_process = "GPU Power" not in one and "Total Power" not in one
        if len(one) < min(header, 3):
            yield wrong_width(f"{log.shown}: row {row}", len(one), header)
            continue
        sample = _sample(log, row, one)
        if isinstance(sample, Fault):
            yield sample
            continue
        seconds, utc, powers = sample
        if is_utc is not None and utc != is_utc:
            yield torn(log, row, "Date", one["Date"], "some times have an offset and some have none")
            continue
        is_utc = utc
        log.account.use()
        blanks += "GPU Power" in one and "accelerator" not in powers
        for part, kw in powers.items():
            meters[part].put(seconds, kw)
            has_gpu |= part == "accelerator" and kw > 0
        begin, end = begin or row, row
    used = {"cpu": [meters["cpu"]]} | ({"accelerator": [meters["accelerator"]]} if has_gpu else {})
    try:
        energy, reading, parts = energy_of_parts(used, naive=not is_utc)
    except ValueError:
        yield Fault(log.shown, "", "", "no two samples of power with a time", "Let PowerJoular run for some seconds.")
        return
    notes: tuple[Note, ...] = (parts, *gauge.notes([m for each in used.values() for m in each]))
    notes += tuple(empty(blanks))
    if is_process:
        notes += (
            Note(
                "modelled-component",
                said("the power is the share of one process in that of the processor"),
                "energy[0]",
            ),
        )
    record = {"energy": [energy]} | gauge.window([meters["cpu"]], naive=not is_utc)
    yield Found(record, sorted({begin, end}), notes, "PowerJoular", reading=reading)


def _sample(log: Log, row: int, one: dict[str, str]) -> tuple[float, bool, dict[str, float]] | Fault:
    try:
        stamp = seconds_of(one.get("Date", ""))
    except ValueError:
        stamp = None
    if stamp is None:
        return torn(log, row, "Date", one.get("Date", ""), "not a time")
    powers: dict[str, float] = {}
    for part, name in _PARTS.items():
        kw = kilowatts(log, row, name, one.get(name, ""))
        if isinstance(kw, Fault):
            return kw
        if kw is not None:
            powers[part] = kw
    if "cpu" not in powers:
        return torn(log, row, "CPU Power", one.get("CPU Power", ""), "not a power")
    return *stamp, powers
