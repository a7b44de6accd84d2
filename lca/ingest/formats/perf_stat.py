"""`perf stat -e power/energy-pkg/`: counters of packages and memory, as text or CSV (-x)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.device_samples import measured_parts, seconds_of, torn
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import listed, plural, said
from lca.local_time import iso

FORMAT = Format(
    "perf-stat",
    "perf stat -e power/energy-pkg/ and others, text, CSV (-x), intervals (-I)",
    "energy of processor packages, memory and GPU in the processor by their counters, duration (text, or -I)",
    "date (unless written with -o), duration of CSV without -I, the rest of the machine, system, stage, place",
)
_EVENT = re.compile(r"power/energy-(pkg|ram|psys|cores|gpu)/")
#: domains by the part of the machine; cores and GPU lie within the package, and all within psys
_PARTS = {"pkg": "cpu", "ram": "dram"}
_TEXT = re.compile(
    r"\s*(?:(\d+[.,]\d+)\s+)?(?:S\d+(?:-D\d+)?(?:-\w+)?\s+\d+\s+)?(\S+|<not \w+>)\s+Joules\s+power/energy-(\w+)/"
)
_ELAPSED = re.compile(r"\s*(\S+)(?:\s+\+-\s+\S+)?\s+seconds time elapsed")
_STARTED = re.compile(r"# started on (.{10,40})")
_AVERAGED = re.compile(r"Performance counter stats for .* \((\d+) runs\)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u202f\u00a0]\d{3})+[.,]\d+\Z")
_CSV_TIME = re.compile(r"(\d+)(.)ns\2duration_time\b")


def claims(head: Head) -> bool:
    """An event of energy with Joules beside it."""
    return "power/energy-" in head.text and any(_EVENT.search(line) and "Joules" in line for line in head.lines[:200])


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: all outputs of perf in the file, one after the other."""
    one = _Perf(log)
    yield from one.read()
    if not one.joules:
        yield Fault(
            log.shown,
            "",
            "",
            "no reading of a counter of energy",
            "Run perf as root: perf stat -a -e power/energy-pkg/.",
        )
        return
    psys = {"psys": one.joules["psys"]} if "psys" in one.joules and "pkg" not in one.joules else {}
    parts = {_PARTS[d]: j for d, j in one.joules.items() if d in _PARTS} or psys or one.joules
    energy: dict[str, Any] = {"value": f"{sum(parts.values())!r} J", "boundary": "component_sum", "method": "counter"}
    if set(parts) <= set(_PARTS.values()):
        energy["components"] = {part: f"{j!r} J" for part, j in parts.items()}
    record: dict[str, Any] = {"energy": [energy]}
    notes = list(_notes(one, set(parts)))
    seconds = one.seconds + one.last
    if seconds > 0:
        record["duration"] = f"{seconds!r} s"
    if one.start is not None:
        record["start"] = iso(one.start, naive=True)
    elif seconds > 0:
        notes.append(Note("clock-fault", said("its times have no date, so the run has none"), "start"))
    yield Found(record, sorted({one.first, one.end}), tuple(notes), "perf")


def _notes(one: _Perf, parts: set[str]) -> Iterator[Note]:
    if parts <= set(_PARTS.values()):
        yield measured_parts(sorted(parts))
    inside = sorted(d for d in one.joules if d not in _PARTS and d not in parts)
    if inside:
        yield Note(
            "series-left-out",
            said(
                "the readings of {names} overlap those of the packages; they were not added",
                names=listed(f"energy-{d}" for d in inside),
            ),
            "energy",
        )
    if one.unread:
        message = plural(
            one.unread,
            "one counter was not supported or not counted",
            "{n} counters were not supported or not counted",
            n=one.unread,
        )
        yield Note("rows-left-out", message, "energy")
    if one.runs > 1:
        message = said(
            "the output is the mean of {runs} runs; energy and duration were multiplied by their number", runs=one.runs
        )
        yield Note("cumulative-rows", message, "energy")


class _Perf:
    """What a file of perf stat holds."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.joules: dict[str, float] = {}
        self.seconds = self.last = 0.0  # of outputs that are closed, and the last time of intervals
        self.start: float | None = None
        self.first = self.end = self.unread = 0
        self.runs = 1

    def read(self) -> Iterator[Fault]:
        """All lines; faults of those that are torn."""
        account = self.log.account
        for row, line in self.log.lines():
            text = line.strip().lstrip("\ufeff")
            if not text:
                continue
            if _EVENT.search(text):
                fault = self._event(row, text)
                if fault is not None:
                    yield fault
                else:
                    account.use()
            elif (match := _ELAPSED.match(text)) is not None:
                fault = self._elapsed(row, match[1])
                if fault is not None:
                    yield fault
                else:
                    account.use()
            elif (match := _CSV_TIME.match(text)) is not None:
                account.use()
                self.seconds, self.last = self.seconds + max(int(match[1][:18]) / 1e9, self.last) * self.runs, 0.0
            elif (match := _STARTED.match(text)) is not None:
                account.head()
                self._started(match[1])
            elif (match := _AVERAGED.match(text)) is not None:
                account.head()
                self.runs = int(match[1][:6])
            elif "Joules" in text or not re.search(r"[A-Za-z]", text) or _is_elapsed(text):
                yield torn(self.log, row, "event", text, "not a whole reading of a counter")
            elif text.startswith(("#", "Performance counter stats")):
                account.head()
            else:
                account.ignore("other events and text")

    def _started(self, text: str) -> None:
        self.seconds, self.last = self.seconds + self.last, 0.0
        try:
            stamp = seconds_of(text.strip(), "%a %b %d %H:%M:%S %Y")
        except ValueError:
            return
        if self.start is None and stamp is not None:
            self.start = stamp[0]

    def _elapsed(self, row: int, text: str) -> Fault | None:
        seconds = _number(text)
        if seconds is None:
            return torn(self.log, row, "time elapsed", text, "not a duration")
        # an output of intervals ends with the time that its last interval bears
        self.seconds, self.last = self.seconds + max(seconds, self.last) * self.runs, 0.0
        return None

    def _event(self, row: int, text: str) -> Fault | None:
        reading = _of_text(text) if re.search(r"Joules\s+power/", text) else _of_cells(text)
        if reading is None:
            return torn(self.log, row, "event", text, "not a reading of a counter")
        time, value, domain = reading
        if value.startswith("<not"):
            self.unread += 1
            return None
        if self.last and not time:
            return torn(self.log, row, "time", text, "an interval without its time")
        joules = _number(value)
        seconds = _number(time) if time else 0.0
        if joules is None or seconds is None:
            return torn(self.log, row, f"power/energy-{domain}/", value if joules is None else time, "not a number")
        if seconds and seconds < self.last:  # another output of intervals begins
            self.seconds, self.last = self.seconds + self.last, 0.0
        self.last = max(self.last, seconds)
        self.joules[domain] = self.joules.get(domain, 0.0) + joules * self.runs
        self.first, self.end = self.first or row, row
        return None


def _is_elapsed(text: str) -> bool:
    """Whether a line is what is left of the time elapsed; those of user and sys are other times."""
    return "elapsed" in text or (re.match(r"\d+[.,]\d{6,}\b", text) is not None and not text.endswith(("user", "sys")))


def _of_text(text: str) -> tuple[str, str, str] | None:
    """(time of an interval, value, domain) of a line of text."""
    match = _TEXT.match(text)
    return (match[1] or "", match[2], match[3]) if match else None


def _of_cells(text: str) -> tuple[str, str, str] | None:
    """(time of an interval, value, domain) of a line of CSV with any separator: the value stands before `Joules`."""
    match = re.search(r"(.)Joules\1power/energy-(\w+)/", text)
    if match is None:
        return None
    before = text[: match.start()].split(match[1])
    time = before[0].strip() if len(before) > 1 else ""
    is_time = re.fullmatch(r"\d+[.,]\d+", time) is not None  # else the name of a socket
    return time if is_time else "", before[-1].strip(), match[2]


def _number(text: str) -> float | None:
    """A number as perf prints it in any language: one separator is that of decimals; of several, the last one is."""
    text = text.strip()
    separators = re.findall(r"\D", text)
    if not re.fullmatch(r"[\d.,'\u202f\u00a0]+", text):
        return None
    if len(separators) > 1:
        if separators[-1] in separators[:-1] or len(set(separators[:-1])) > 1 or not _GROUPED.match(text):
            return None
        text = "".join(text.split(separators[0]))
    try:
        return cells.number(text.replace(separators[-1], ".") if separators else text)
    except ValueError:
        return None
