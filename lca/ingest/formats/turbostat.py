"""turbostat: power of processor packages and memory, in columns of text or CSV."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lca.errors import Fault
from lca.ingest import cells, gauge
from lca.ingest.device_samples import empty, energy_of_parts, kilowatts, measured_parts, torn, without_time
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import wrong_width
from lca.language import plural

FORMAT = Format(
    "turbostat",
    "turbostat, text or CSV",
    "energy of processor packages and memory, window in UTC (Time_Of_Day_Seconds) or duration of a command",
    "times (unless with Time_Of_Day_Seconds or around a command), GPU, rest of the machine, system, stage, place",
)
#: columns by the part of the machine; cores and graphics (CorWatt, GFXWatt) lie within the package
_PARTS = {"PkgWatt": "cpu", "RAMWatt": "dram"}
_TIME = "Time_Of_Day_Seconds"
_PLACES = ("Package", "Die", "Node", "Core", "CPU")
_RAN = re.compile(r"(\d+\.\d+) sec\Z")
_ADVICE = (
    "Log with turbostat --quiet --Summary --enable Time_Of_Day_Seconds --show Time_Of_Day_Seconds,PkgWatt,RAMWatt."
)


def claims(head: Head) -> bool:
    """A line of column names with PkgWatt, and nothing else than column names."""
    return "PkgWatt" in head.text and any(_header(line) for line in head.lines[:400])


def _header(line: str) -> list[str]:
    names = _cells(line.lstrip("\ufeff"))
    return names if "PkgWatt" in names and all(re.fullmatch(r"[A-Za-z][\w%+.:#-]*|", n) for n in names) else []


def _cells(line: str) -> list[str]:
    return [c.strip() for c in line.split(",")] if "," in line else line.split()


def read(log: Log) -> Iterator[Found | Fault]:
    """One run. The row of the whole machine (`-` for its CPU) counts, else the first row of each package."""
    rows = _Rows(log)
    yield from rows.read()
    meters = rows.meters
    try:
        energy, reading, parts = energy_of_parts(meters, naive=False)
    except ValueError:
        if rows.ran is not None and rows.once:
            yield _of_command(rows)
            return
        samples = (
            plural(rows.untimed, "{n} row without a time", "{n} rows without a time", n=rows.untimed)
            if rows.untimed
            else plural(rows.used, "{n} row with a power and a time", "{n} rows with a power and a time", n=rows.used)
        )
        yield Fault(log.shown, "", samples, "no energy follows from it", _ADVICE)
        return
    used = [m for each in meters.values() for m in each]
    counts = [m.count for m in used]
    notes: tuple[Note, ...] = (parts, *empty(max(counts) * len(counts) - sum(counts)))
    notes += tuple(without_time(rows.untimed))
    record = {"energy": [energy]} | gauge.window(used)
    yield Found(record, sorted({rows.first, rows.last}), (*notes, *gauge.notes(used)), "turbostat", reading=reading)


class _Rows:
    """The rows of a file: of the whole machine, and of each package."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.whole: dict[str, Gauge] = {}
        self.packages: dict[str, dict[str, Gauge]] = {}
        self.once: dict[str, float] = {}  # kW of the last row of the whole machine
        self.ran: float | None = None  # s that the command ran
        self.untimed = self.used = self.first = self.last = 0

    @property
    def meters(self) -> dict[str, list[Gauge]]:
        """Meters by part: those of the whole machine, else those of its packages."""
        if self.whole:
            return {part: [meter] for part, meter in self.whole.items()}
        return {part: list(by_package.values()) for part, by_package in self.packages.items()}

    def read(self) -> Iterator[Fault]:
        header: list[str] = []
        for row, line in self.log.lines():
            text = line.strip().lstrip("\ufeff")
            if not text:
                continue
            if head := _header(text):
                header = head
                self.log.account.head()
            elif (match := _RAN.match(text)) is not None:
                self.ran = float(match[1])
                self.log.account.use()
            elif not header and all(re.fullmatch(r"-|[\d.]+", c) for c in _cells(text)):
                yield torn(self.log, row, "", text, "a row without a header before it")
            elif not header:
                self.log.account.ignore("what turbostat tells of the processor")
            else:
                fault = self._row(row, _cells(text), header)
                if fault is not None:
                    yield fault

    def _row(self, row: int, parts: list[str], header: Sequence[str]) -> Fault | None:
        one = dict(zip(header, parts, strict=False))
        places = [one[n] for n in _PLACES if n in one]
        is_whole = not places or all(p == "-" for p in places)
        if len(parts) > len(header) or (is_whole and len(parts) < len(header)):
            return wrong_width(f"{self.log.shown}: row {row}", len(parts), len(header))
        if not is_whole and "-" in places:
            return torn(
                self.log, row, "CPU", " ".join(places), "neither the row of one CPU nor that of the whole machine"
            )
        powers: dict[str, float] = {}
        for name, part in _PARTS.items():
            kw = kilowatts(self.log, row, name, one.get(name, ""))
            if isinstance(kw, Fault):
                return kw
            if kw is not None:
                powers[part] = kw
        if not powers:
            self.log.account.ignore("rows of single cores")
            return None
        try:
            time = cells.stamp(one.get(_TIME, ""), unit="s")
        except ValueError:
            return torn(self.log, row, _TIME, one[_TIME], "not a time")
        self.log.account.use()
        if is_whole:
            self.once = powers
        if time is None:
            self.untimed += 1
            return None
        self.used += 1
        self.first, self.last = self.first or row, row
        package = one.get("Package", places[0] if places else "")
        for part, kw in powers.items():
            meters, name = (self.whole, part) if is_whole else (self.packages.setdefault(part, {}), package)
            if name not in meters:
                meters[name] = Gauge()
            meters[name].put(time.timestamp(), kw)
        return None


def _of_command(rows: _Rows) -> Found:
    """The run of a command that turbostat ran: its mean power over its seconds."""
    hours = (rows.ran or 0.0) / 3600
    values = {part: kw * hours for part, kw in rows.once.items()}
    record = {
        "duration": f"{rows.ran!r} s",
        "energy": [{
            "value": f"{sum(values.values())!r} kWh", "boundary": "component_sum", "method": "counter",
            "components": {part: f"{kwh!r} kWh" for part, kwh in values.items()},
        }],
    }  # fmt: skip
    notes: tuple[Note, ...] = (measured_parts(values),)
    return Found(record, 1, notes, "turbostat")
