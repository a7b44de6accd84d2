"""tegrastats of NVIDIA Jetson: the power of the rails of the module, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest import cells, gauge
from lca.ingest.device_samples import empty, seconds_of, torn, without_time
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.language import listed, plural, said

FORMAT = Format(
    "tegrastats",
    "NVIDIA Jetson tegrastats, text",
    "power of the module over time (its input, or the rails that make it up), window",
    "time zone, model, carrier board and power supply, system, stage, place; before JetPack 5 the times too",
)
_RAIL = re.compile(r"(?<!\S)([A-Z][A-Z0-9_]{1,30}) (\d+)(?:mW)?/(\d+)(?:mW)?(?:/\d+(?:mW)?)?(?!\S)")
_LINE = re.compile(r"(.*?)(?<!\S)RAM \d+/\d+MB")
#: what shows that a line is a part of one of tegrastats
_SIGN = re.compile(r"\d(?:mW|MB|%@|C)\b|CPU \[|\d\d-\d\d-\d{4} \d")
#: rails that are the input of the module and hold all others
_INPUTS = ("VDD_IN", "POM_5V_IN", "VIN")
#: rails that hold each other's nothing and make up the module together (AGX Orin and Thor, AGX Xavier)
_SUMS = (
    ("VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0"),
    ("VDD_GPU", "VDD_CPU_SOC_MSS", "VIN_SYS_5V0"),
    ("GPU", "CPU", "SOC", "CV", "VDDRQ", "SYS5V"),
)
_ADVICE = "Log with tegrastats of JetPack 5 or later, or write a time before each line."


def claims(head: Head) -> bool:
    """A line of tegrastats: memory, then loads of the cores, or rails with their power."""
    return "RAM " in head.text[:2000] and any(
        _LINE.match(line) and ("CPU [" in line or _RAIL.search(line)) for line in head.lines[:5]
    )


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the module."""
    power = Gauge(log.zone)
    rails: tuple[str, ...] = ()
    begin = end = untimed = empty_lines = 0
    is_utc: bool | None = None
    for row, line in log.lines():
        match = _LINE.match(line.lstrip("\ufeff"))
        if match is None:
            if _SIGN.search(line):
                yield torn(log, row, "", line, "not a whole line of tegrastats")
            elif line.strip():
                log.account.ignore("text that tegrastats did not write")
            continue
        values = {m[1]: m[2] for m in _RAIL.finditer(line)}
        names = _whole(values)
        try:
            stamp = _stamp(match[1])
        except ValueError:
            yield torn(log, row, "time", match[1], "not a time")
            continue
        rails = rails or names
        empty_lines += not rails
        if rails and (names != rails or (is_utc is not None and stamp is not None and stamp[1] != is_utc)):
            yield torn(log, row, ", ".join(rails), "", "a line without the power of these rails")
            continue
        log.account.use()
        if stamp is None:
            untimed += 1
        elif rails:
            is_utc = stamp[1]
            power.put(stamp[0], sum(cells.quantity(values[n], "mW", "power") or 0.0 for n in rails))
            begin, end = begin or row, row
    if not power.end > power.begin:
        if rails:
            samples = (
                plural(untimed, "{n} line without a time", "{n} lines without a time", n=untimed)
                if untimed
                else said("one line with a time")
            )
        else:
            samples = said("no rail that is known to hold the whole module")
        yield Fault(log.shown, "", samples, "no energy follows from it", _ADVICE)
        return
    energy, reading = gauge.energy([power], "component_sum", naive=not is_utc)
    notes = [
        Note(
            "modelled-component",
            said(
                "the power of {rails} counts; what the carrier board and the power supply draw is not in it",
                rails=listed(rails),
            ),
            "energy[0]",
        )
    ]
    notes += without_time(untimed)
    record = {"energy": [energy]} | gauge.window([power], naive=not is_utc)
    yield Found(
        record,
        sorted({begin, end}),
        (*notes, *empty(empty_lines), *gauge.notes([power])),
        "tegrastats",
        reading=reading,
    )


def _whole(values: dict[str, str]) -> tuple[str, ...]:
    """The rails of a line that hold the whole module, each part once; none where that is not known."""
    for name in _INPUTS:
        if name in values:
            return (name,)
    return next((names for names in _SUMS if all(n in values for n in names)), ())


def _stamp(text: str) -> tuple[float, bool] | None:
    """The time before a line: `10-01-2025 20:00:00` as tegrastats writes it, or of a wrapper. Raises ValueError."""
    text = text.strip().rstrip(",;|").strip("[] ")
    if not text:
        return None
    return seconds_of(text, "%m-%d-%Y %H:%M:%S") if re.match(r"\d\d-\d\d-\d{4} ", text) else seconds_of(text)
