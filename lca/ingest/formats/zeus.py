"""Zeus: the windows that a ZeusMonitor wrote, of which only those count that lie in no other."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from lca.errors import Fault, shorten
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import RESTORE, torn_row, wrong_width
from lca.language import plural, said
from lca.local_time import iso

FORMAT = Format(
    "zeus",
    "ZeusMonitor log file, CSV",
    "energy of GPUs by counter, number of GPUs, hours in windows, start and end where the clock has a date",
    "GPU model, place, system, stage; energy of the rest of the server and between windows",
    marks=(("start_time", "window_name", "elapsed_time", "gpu0_energy"),),
)
_FIRST = ["start_time", "window_name", "elapsed_time"]
_GPU = re.compile(r"gpu\d{1,4}_energy$")
#: seconds since 1970 at the begin of 2015: Zeus is younger, and less is a clock that counts from the start of the machine
_DATED = 1420070400.0
#: seconds by which windows may differ and still begin or end together: a float of today's time holds no less than 2.4e-7
_SAME = 1e-6


class _Window(NamedTuple):
    start: float
    end: float
    joules: float
    row: int
    zeros: int


def claims(head: Head) -> bool:
    """The header that ZeusMonitor writes."""
    lines = head.lines
    names = [n.strip().strip('"') for n in lines[0].lstrip("\ufeff").split(",")] if lines else []
    return names[:3] == _FIRST and len(names) > 3 and all(_GPU.match(n) for n in names[3:])


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the sum of the windows that lie in no other."""
    header: list[str] = []
    windows: list[_Window] = []
    for row, raw in log.table():
        if not header:
            header = [name.strip() for name in raw]
            log.account.head()
            continue
        window = _window(f"{log.shown}: row {row}", row, header, raw)
        if isinstance(window, Fault):
            yield window
        else:
            windows.append(window)
            log.account.use()
    gpus = [n for n in header if _GPU.match(n)]
    kept, inner, crossing = _outermost(windows)
    joules, seconds = math.fsum(w.joules for w in kept), math.fsum(w.end - w.start for w in kept)
    if not joules > 0 or not seconds > 0:
        yield Fault(log.shown, "", f"{len(windows)} windows", "no window with energy and time", "Give the log of a monitor that measured.", "no-energy", lines=0)  # fmt: skip
        return
    begin, end = min(w.start for w in kept), max(w.end for w in kept)
    record: dict[str, Any] = {
        "duration": f"{seconds!r} s", "devices": [{"kind": "gpu", "count": len(gpus)}],
        "energy": [{"value": f"{joules!r} J", "boundary": "accelerator", "method": "counter"}],
        "ext": {"windows": len(kept)},
    }  # fmt: skip
    notes = [*_left_out(inner, crossing), *_between(end - begin, seconds, len(kept))]
    zeros = sum(w.zeros for w in kept)
    if zeros:  # ZeusMonitor.end_window warns of it
        message = plural(
            zeros, "one reading of a GPU over a window is 0 J, since the window was shorter than a step of the counter; that energy is missing",
            "{n} readings of a GPU over a window are 0 J, since the window was shorter than a step of the counter; that energy is missing",
            n=zeros,
        )  # fmt: skip
        notes.append(Note("no-energy", message, "energy[0]"))
    if begin >= _DATED:
        record |= {"start": iso(begin), "end": iso(end)}
    else:
        told = said(
            "start_time counts from an unknown moment (the first is {begin} s): the run has no date",
            begin=f"{begin:.10g}",
        )
        notes.append(Note("clock-fault", told, "start"))
    yield Found(record, sorted(w.row for w in kept), tuple(notes), "zeus")


def _window(where: str, row: int, header: list[str], raw: list[str]) -> _Window | Fault:
    if len(raw) != len(header):
        return wrong_width(where, len(raw), len(header))
    texts = {name: text.strip() for name, text in zip(header, raw, strict=True)}
    values: dict[str, float] = {}
    for name in ("start_time", "elapsed_time", *(n for n in header if _GPU.match(n))):
        try:
            value = cells.duration(texts[name]) if name == "elapsed_time" else cells.number(texts[name])
            if value is None:
                raise ValueError("no value")
        except ValueError as error:
            return torn_row(where, name, texts[name], str(error))
        values[name] = value
    start, elapsed = values.pop("start_time"), values.pop("elapsed_time")
    if start > 4102444800:  # 2100
        return Fault(where, "start_time", shorten(texts["start_time"]), "no time in seconds", RESTORE, "clock-fault")
    return _Window(start, start + elapsed, math.fsum(values.values()), row, sum(v == 0 for v in values.values()))


def _outermost(windows: list[_Window]) -> tuple[list[_Window], list[_Window], list[_Window]]:
    """Windows that lie in no other, those within them, and those that begin in one and end after it."""
    kept: list[_Window] = []
    inner, crossing = [], []
    for window in sorted(windows, key=lambda w: (w.start, -w.end, w.row)):
        until = kept[-1].end if kept else -math.inf
        if window.start > until - _SAME:
            kept.append(window)
        elif window.end <= until + _SAME:
            inner.append(window)
        else:
            crossing.append(window)
    return kept, inner, crossing


def _left_out(inner: list[_Window], crossing: list[_Window]) -> Iterator[Note]:
    if inner:
        message = plural(
            len(inner), "one window with {joules} J lies within another, which counts",
            "{n} windows with {joules} J lie within others, which count",
            n=len(inner), joules=f"{math.fsum(w.joules for w in inner):.10g}",
        )  # fmt: skip
        yield Note("steps-left-out", message, "energy[0]")
    if crossing:
        message = plural(
            len(crossing), "one window with {joules} J begins in another and ends after it; it was left out, with what only it measured",
            "{n} windows with {joules} J begin in another and end after it; they were left out, with what only they measured",
            n=len(crossing), joules=f"{math.fsum(w.joules for w in crossing):.10g}",
        )  # fmt: skip
        yield Note("steps-left-out", message, "energy[0]", "warning")


def _between(span: float, seconds: float, count: int) -> Iterator[Note]:
    if span - seconds > 0.01 * span:
        told = said(
            "{count} windows measured {seconds} s of {span} s: what was drawn between them is not in the log and not added",
            count=count,
            seconds=f"{seconds:.6g}",
            span=f"{span:.6g}",
        )
        yield Note("no-energy", told, "energy[0]", "info")
