"""Tables of samples as the tools of makers print them: a header, a row per device and time, columns by name."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.device_samples import (
    Clock,
    Device,
    Sample,
    Times,
    kilowatts,
    percentage,
    runs,
    seconds_of,
    torn,
    without_time,
)
from lca.ingest.formats import Found, Note
from lca.ingest.log import Log
from lca.ingest.nvidia_columns import HOSTS
from lca.ingest.torn_rows import wrong_width
from lca.language import plural

_TIME_OF_DAY = re.compile(r"\d{1,2}:\d\d:\d\d(?:\.\d+)?\Z")
_CTIME = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d (?:(UTC|GMT) |[A-Z]{3,5} )?\d{4}\Z")
_UNIT = re.compile(r"[\[(]([\w %]+)[\])]\s*\Z")
#: a value inside text that Python or JSON wrote in a cell
_VALUE = re.compile(r"['\"]value['\"]:\s*([-\d.eE+]+)")


class Layout(NamedTuple):
    """Names of columns in lower case, the better first; the unit of power and counters where the name has none."""

    device: tuple[str, ...]
    power: tuple[str, ...]
    time: tuple[str, ...] = ("timestamp", "time", "epoch", "utc_epoch_s")
    energy: tuple[str, ...] = ()
    load: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    uuid: tuple[str, ...] = ("uuid",)
    power_unit: str = "W"
    energy_unit: str = "J"


class Clocks:
    """Times in any form that tools print: stamps, seconds since 1970, or times of day."""

    def __init__(self) -> None:
        self.times = Times()
        self.untimed = 0
        self._clock = Clock()
        self._first: bool | None = None

    def seconds(self, text: str) -> float | None:
        """Seconds of a time, None for a blank. Raises ValueError."""
        text = text.strip()
        if _TIME_OF_DAY.match(text):
            stamp = seconds_of(f"2000-01-01 {text.zfill(8)}")
            self.times = Times(has_date=False)
            return self._clock.seconds(stamp[0] % 86400.0) if stamp else None
        is_ctime = _CTIME.match(text)
        if is_ctime is not None:
            stamp = seconds_of(" ".join(text.split()[:4] + text.split()[-1:]), "%a %b %d %H:%M:%S %Y")
            stamp = (stamp[0], is_ctime[1] is not None) if stamp else None
        else:
            stamp = seconds_of(text)
        if stamp is None:
            return None
        if self._first is None:
            self._first = stamp[1]
            self.times = Times(is_utc=stamp[1])
        if self._first != stamp[1]:
            raise ValueError("some times have an offset and some have none")
        return stamp[0]


def normal(name: str) -> str:
    """A name of a column in lower case, without its unit."""
    return _UNIT.sub("", name.strip().strip('"').lstrip("\ufeff")).strip().lower()


def cells_of(line: str, delimiter: str = ",") -> list[str]:
    """The cells of a line, which may be quoted."""
    try:
        return next(csv.reader([line.replace("\0", "")], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def header_of(line: str, layout: Layout, delimiter: str = ",") -> list[str]:
    """The names of a header as they stand, none where the line is no header of this layout."""
    cells_of_line = cells_of(line, delimiter)
    names = [normal(c) for c in cells_of_line]
    has_value = any(n in names for n in (*layout.power, *layout.energy, *layout.load))
    return cells_of_line if has_value and any(n in names for n in layout.device) else []


def samples(log: Log, layout: Layout, clocks: Clocks, delimiter: str = ",") -> Iterator[Sample | Fault]:
    """Samples of a table. The header may be repeated; a line that is a time is that of the rows after it."""
    header: list[str] = []
    columns: _Columns | None = None
    seconds: float | None = None
    for row, line in log.lines():
        text = line.strip().lstrip("\ufeff")
        if not text:
            continue
        if head := header_of(text, layout, delimiter):
            header, columns = head, _Columns(head, layout)
            log.account.head()
            continue
        stamp = _stamp(text, clocks)
        if stamp is not None:
            seconds = stamp
            log.account.head()
            continue
        if columns is None and _is_row(text, delimiter):
            yield torn(log, row, "", f"{text.count(delimiter) + 1} cells", "a row without a header before it")
            continue
        if columns is None or (delimiter not in text and len(header) > 1):
            log.account.ignore("text beside the table")
            continue
        parts = cells_of(text, delimiter)
        if len(parts) != len(header):
            yield wrong_width(f"{log.shown}: row {row}", len(parts), len(header))
            continue
        sample = columns.sample(log, row, [p.strip() for p in parts], seconds, clocks)
        if sample is None:
            log.account.use()
        elif isinstance(sample, Fault):
            yield sample
        else:
            log.account.use()
            yield sample


def _is_row(text: str, delimiter: str) -> bool:
    """Whether a line looks like a row of a table: at least half of its cells begin with a digit."""
    parts = text.split(delimiter)
    return len(parts) > 1 and 2 * sum(p.strip()[:1].isdigit() for p in parts) >= len(parts)


def _stamp(text: str, clocks: Clocks) -> float | None:
    """The time of a line that is nothing else, as a wrapper writes before each table."""
    if "," in text or not re.match(r"[\dA-Z]", text) or not re.search(r"\d:\d\d|\d{10}", text):
        return None
    try:
        return clocks.seconds(text)
    except ValueError:
        return None


class _Columns:
    """Where the columns of a layout stand in a header."""

    def __init__(self, header: Sequence[str], layout: Layout) -> None:
        names = [normal(c) for c in header]
        units = [(m[1] if (m := _UNIT.search(c.strip())) else "") for c in header]

        def place(wanted: Sequence[str]) -> int | None:
            return next((names.index(n) for n in wanted if n in names), None)

        self.time, self.device, self.load = place(layout.time), place(layout.device), place(layout.load)
        self.host, self.name, self.uuid = place(HOSTS), place(layout.name), place(layout.uuid)
        self.powers = [names.index(n) for n in layout.power if n in names]
        self.energy = place(layout.energy)
        self.labels = list(header)
        self.power_unit, self.energy_unit = layout.power_unit, layout.energy_unit
        self.units = units

    def _of(self, parts: Sequence[str], place: int | None) -> str:
        return _plain(parts[place]) if place is not None else ""

    def sample(
        self, log: Log, row: int, parts: Sequence[str], seconds: float | None, clocks: Clocks
    ) -> Sample | Fault | None:
        """The sample of a row, None where it has no time."""
        if self.time is not None:
            try:
                seconds = clocks.seconds(parts[self.time])
            except ValueError:
                return torn(log, row, self.labels[self.time], parts[self.time], "not a time")
        device = self._of(parts, self.device)
        if cells.is_blank(device) or len(device) > 80:
            return torn(log, row, self.labels[self.device or 0], device, "not a device")
        kw: float | None = None
        for place in self.powers:
            reading = kilowatts(
                log, row, self.labels[place].strip(), self._of(parts, place), self.units[place] or self.power_unit
            )
            if isinstance(reading, Fault):
                return reading
            kw = reading if kw is None else kw
        kwh: float | None = None
        if self.energy is not None:
            unit = self.units[self.energy] or self.energy_unit
            try:
                kwh = cells.quantity(self._of(parts, self.energy), cells.unit_named(unit), "energy")
            except ValueError:
                return torn(log, row, self.labels[self.energy].strip(), parts[self.energy], "not an energy")
        if seconds is None:
            clocks.untimed += 1
            return None
        uuid = self._of(parts, self.uuid)
        uuid = "" if cells.is_blank(uuid) else uuid
        key = uuid or f"{self._of(parts, self.host)} {device}"
        return Sample(
            row,
            key,
            seconds,
            kw,
            percentage(self._of(parts, self.load)),
            name_of(self._of(parts, self.name)),
            uuid,
            kwh,
        )


def name_of(text: str) -> str:
    """The name of a device, empty where it is a number of its maker (`0x738c`) or nothing."""
    return "" if cells.is_blank(text) or text.startswith("0x") else text[:200]


def _plain(text: str) -> str:
    """A cell without what Python or JSON wrote around its value."""
    match = _VALUE.search(text)
    return match[1] if match else text.strip()


def runs_of_table(
    log: Log, devices: Collection[Device], clocks: Clocks, kind: str, producer: str, remedy: str
) -> Iterator[Found | Fault | Note]:
    """The runs of devices; a fault where no two samples stand at different times."""
    if any(d.end > d.begin for d in devices):
        yield from runs(devices, kind, producer, clocks.times)
        yield from without_time(clocks.untimed)
        return
    if clocks.untimed:
        what = plural(clocks.untimed, "{n} sample without a time", "{n} samples without a time", n=clocks.untimed)
    else:
        what = plural(len(devices), "{n} device at one time", "{n} devices at one time", n=len(devices))
    yield Fault(log.shown, "", what, "no energy follows from it", remedy)
