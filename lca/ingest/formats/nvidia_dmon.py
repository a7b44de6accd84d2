"""`nvidia-smi dmon` and `nvidia-smi -q`: power in text; a time that is not stated is never assumed."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.device_samples import (
    Device,
    Sample,
    gathered,
    kilowatts,
    percentage,
    runs,
    seconds_of,
    torn,
    without_time,
)
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.nvidia_monitor import Stamps, header_of, nothing_timed, rows

FORMAT = Format(
    "nvidia-dmon",
    "nvidia-smi dmon -o DT and nvidia-smi -q, text",
    "power of each GPU over time (its utilisation where power was not asked for), window; names of the GPUs (-q)",
    "time zone, date (dmon -o T), names of the GPUs (dmon), system, stage, place",
)
#: names of the power of a board in -q, the first of which counts, and the sections in which they stand
_POWER = ("Power Draw", "Average Power Draw", "Instantaneous Power Draw")
_SECTIONS = ("Power Readings", "GPU Power Readings")
#: lines of -q that frame the samples
_FRAME = ("Timestamp", "Driver Version", "CUDA Version", "Attached GPUs")


def claims(head: Head) -> bool:
    """The header of dmon with `gpu` and `pwr` or `sm`, or the text of -q."""
    if _is_query(head):
        return "Attached GPUs" in head.text
    return any(_header(line) for line in head.lines[:3])


def _is_query(head: Head) -> bool:
    return "NVSMI LOG" in head.text[:400]


def _header(line: str) -> list[str]:
    return header_of(line, ("gpu", "pwr"), "pid") or header_of(line, ("gpu", "sm"), "pid")


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: the GPUs of the file."""
    devices: dict[str, Device] = {}
    stamps = Stamps()
    yield from gathered(_query(log) if _is_query(log.head) else _dmon(log, stamps), devices, log.zone)
    if not any(d.end > d.begin for d in devices.values()):
        yield nothing_timed(log, stamps.untimed, len(devices))
        return
    yield from runs(devices.values(), "gpu", "nvidia-smi", stamps.times)
    yield from without_time(stamps.untimed)


def _dmon(log: Log, stamps: Stamps) -> Iterator[Sample | Fault]:
    """Samples of dmon; `-` stands where there is no value."""
    for each in rows(log, ("gpu",), "pid"):
        if isinstance(each, Fault):
            yield each
            continue
        row, one = each
        kw = kilowatts(log, row, "pwr", one["pwr"]) if "pwr" in one else None
        seconds = stamps.seconds(log, row, one)
        fault = next((x for x in (kw, seconds) if isinstance(x, Fault)), None)
        if fault is not None:
            yield fault
            continue
        log.account.use()
        if isinstance(seconds, float):
            yield Sample(row, one["gpu"], seconds, None if isinstance(kw, Fault) else kw, percentage(one.get("sm", "")))


class _Query:
    """The GPU of -q whose lines are being read."""

    def __init__(self) -> None:
        self.at: float | None = None
        self.gpu = self.name = self.uuid = self.section = ""
        self.kw: float | None = None
        self.load: float | None = None
        self.row = 0

    def begin(self, gpu: str, row: int) -> None:
        """The lines of another GPU follow."""
        self.gpu, self.row, self.name, self.uuid, self.section, self.kw, self.load = gpu, row, "", "", "", None, None

    def sample(self) -> Iterator[Sample]:
        """What was read of the GPU, where its block bears a time."""
        if self.gpu and self.at is not None:
            yield Sample(self.row, self.uuid or self.gpu, self.at, self.kw, self.load, self.name, self.uuid)
        self.gpu = ""


def _query(log: Log) -> Iterator[Sample | Fault]:
    """Blocks of -q: one time, then the GPUs."""
    one = _Query()
    for row, line in log.lines():
        label, colon, value = (part.strip() for part in line.partition(" : "))
        if label == "Timestamp" and colon:
            yield from one.sample()
            try:
                stamp = seconds_of(value, "%a %b %d %H:%M:%S %Y")
                one.at = stamp[0] if stamp else None
                log.account.head()
            except ValueError:
                one.at = None
                yield torn(log, row, "Timestamp", value, "not a time")
        elif line.startswith("==") or label in _FRAME:
            log.account.head()
        elif line.startswith("GPU ") and not colon:
            yield from one.sample()
            one.begin(line.strip(), row)
            log.account.use()
        elif (fault := _line(log, one, row, label, value)) is not None:
            yield fault
        if not colon and label:
            one.section = label
    yield from one.sample()


def _line(log: Log, one: _Query, row: int, label: str, value: str) -> Fault | None:
    """A line of a GPU."""
    if one.gpu and one.at is None:
        if label:
            log.account.ignore("GPUs under a time that cannot be read")
        return None
    if one.gpu and label == "Product Name":
        one.name = value[:200]
    elif one.gpu and label == "GPU UUID":
        one.uuid = value[:200]
    elif one.gpu and one.section == "Utilization" and label in ("Gpu", "GPU"):
        one.load = percentage(value)
    elif one.gpu and one.section in _SECTIONS and label in _POWER and one.kw is None:
        kw = kilowatts(log, row, label, value)
        if isinstance(kw, Fault):
            return kw
        one.kw = kw
    else:
        if label:
            log.account.ignore("other properties of the GPUs")
        return None
    log.account.use()
    return None
