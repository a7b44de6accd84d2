"""Cells of logs to values: the one parser of numbers, stamps, durations and units, for every adapter.

Policy
------
* Blank is blank: an empty cell and the words that tools print where there is no value (`[N/A]`, `-`, `Unknown`) give None,
  never 0. What is not blank and not a value raises ValueError with the reason; nothing else is ever raised.
* Numbers are finite and at least `minimum` (0 unless stated). Separators of thousands are refused, since `1,234` may be
  1.234; a decimal comma must be stated. Exponents are accepted.
* A unit in the cell (`250 W`) stands before the unit of the column; it must measure the same.
* Stamps keep their offset, or have none: which zone a local time is in is not the cell's to say. A zone that the text names
  (`UTC`, `CEST`) counts where its name is that of one zone only: `CST` and `IST` are several, and leave the time local. Epoch
  times are UTC, their unit told by their size. Day and month are only told apart where the year comes first, or a shape is stated.
* Durations are `H:MM:SS`, `M:SS.sss`, `D-HH:MM:SS`, `3 days 03:15:45`, `1h 2m 3s`, `PT1H2M`, or a number in a stated unit.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from lca.units import to_canonical

#: what tools print where there is no value, in lower case and without brackets
BLANK = frozenset(
    ("", "-", "--", "---", "n/a", "na", "nan", "<na>", "none", "null", "nil", "nat", "unknown", "undefined", "n/s",
     "not supported", "not available", "unknown error", "insufficient permissions", "not found", "gpu requires reset",
     "unknown time")
)  # fmt: skip
#: years in which a computer may have written a log
EARLIEST_YEAR, LATEST_YEAR = 1971, 2200
#: s; a longer duration is no duration of a run (a thousand years)
LONGEST = 1000 * 8760 * 3600.0
#: s; clocks are put forward or back by a whole number of half hours, by two hours at most; what stamps may be off by
CLOCK_STEP, MOST_CLOCK_STEPS, CLOCK_SLACK = 1800.0, 4, 2.0
#: epoch times by their size: unit -> seconds; each holds the years 2001 to 2286
EPOCHS = (("s", 1.0, 1e9, 1e10), ("ms", 1e-3, 1e12, 1e13), ("us", 1e-6, 1e15, 1e16), ("ns", 1e-9, 1e18, 1e19))
#: words for units, in lower case; prefixes that differ in their case alone (mW, MW) are in `_BY_CASE`
_UNIT_WORDS = {
    "w": "W", "watt": "W", "watts": "W", "kw": "kW", "kilowatt": "kW", "kilowatts": "kW", "milliwatt": "mW", "milliwatts": "mW",
    "microwatts": "uW", "megawatts": "MW", "j": "J", "joule": "J", "joules": "J", "kj": "kJ", "kilojoules": "kJ",
    "millijoules": "mJ", "microjoules": "uJ", "uj": "uJ", "µj": "uJ", "uw": "uW", "µw": "uW", "wh": "Wh", "kwh": "kWh",
    "watthours": "Wh", "watt-hours": "Wh", "kilowatthours": "kWh", "kilowatt-hours": "kWh", "gwh": "GWh", "twh": "TWh",
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "ms": "ms", "msec": "ms", "msecs": "ms",
    "millis": "ms", "milliseconds": "ms", "us": "us", "µs": "us", "usec": "us", "microseconds": "us", "ns": "ns", "nsec": "ns",
    "nanoseconds": "ns", "min": "min", "mins": "min", "minute": "min", "minutes": "min", "h": "h", "hr": "h", "hrs": "h",
    "hour": "h", "hours": "h", "d": "d", "day": "d", "days": "d", "g": "g", "gram": "g", "grams": "g", "kg": "kg",
    "kilograms": "kg", "t": "t", "tonnes": "t", "kgco2e": "kgCO2e", "gco2e": "gCO2e", "tco2e": "tCO2e", "kgco2eq": "kgCO2e",
    "gco2eq": "gCO2e", "kgco2": "kgCO2e", "gco2": "gCO2e", "l": "L", "liter": "L", "liters": "L", "litre": "L", "litres": "L",
    "ml": "mL", "%": "%", "percent": "%", "pct": "%",
}  # fmt: skip
_BY_CASE = frozenset(("mW", "MW", "mJ", "MJ", "mWh", "MWh"))
#: names of zones as tools print them -> a zone that bears them; those of several (BST, CST, IST) are left out
ZONES = {
    "UTC": "UTC", "GMT": "UTC", "Z": "UTC", "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon", "CET": "Europe/Brussels", "CEST": "Europe/Brussels",
    "EET": "Europe/Helsinki", "EEST": "Europe/Helsinki", "EST": "America/New_York", "EDT": "America/New_York", "CDT": "America/Chicago",
    "MDT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "JST": "Asia/Tokyo", "KST": "Asia/Seoul",
    "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
}  # fmt: skip
_ZONE_NAME = re.compile(r"(.*\d(?: ?[AP]M)?)\s+(?![AP]M\Z)([A-Z]{1,5})\Z")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z", re.ASCII)
_WITH_UNIT = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zµ%][\w%µ/.-]*)?\Z", re.ASCII)
_CLOCK = re.compile(r"(?:(\d+)\s*(?:-|days?,?\s+|d\s+))?(\d+):(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)\Z", re.I)
_MINUTES = re.compile(r"(\d+):(\d{1,2}(?:[.,]\d+)?)\Z")
_PARTS = re.compile(r"(\d+(?:\.\d+)?)\s*((?-i:w)|weeks?|d|days?|h|hrs?|hours?|ms|msecs?|milliseconds?|m|mins?|minutes?|s|secs?|seconds?)\b[\s,]*(?:and\s+)?", re.I)  # fmt: skip
_ISO = re.compile(r"P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z", re.I)  # fmt: skip
_DAYS_ONLY = re.compile(r"(\d+)-(\d+)\Z")
_PART_SECONDS = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3}
_DATE_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_ZONE_WORD = re.compile(r"\s*(?:UTC|GMT|Z)\Z", re.I)
_OFFSET = re.compile(r"\s*([+-])(\d{2}):?(\d{2})(?:\s*[A-Z]{2,5})?\Z")
_SECONDS_LAST = re.compile(r"\d{4}.*\d:\d\d:\d\d\Z")
_FRACTION_FIRST = re.compile(r"\d{3,9}(?:Z|[+-]\d\d:?\d\d)?\Z")
_FRACTION = re.compile(r"(\d{2}:\d{2}:\d{2})[.,](\d+)")


def is_blank(cell: Any) -> bool:
    """Whether a cell holds no value: empty, NaN, or a word that tools print in its place."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return True
    return isinstance(cell, str) and cell.strip().strip("[]()<>").strip().lower() in BLANK


def number(cell: Any, minimum: float | None = 0.0, decimal: str = ".", unit: str = "") -> float | None:
    """A finite number of at least `minimum`, None where the cell is blank. Raises ValueError.

    `unit` may stand behind the number (`64 %`), and is not converted: see `quantity` for that.
    """
    if type(cell) is str and decimal == "." and _NUMBER.match(cell):  # most cells
        value = float(cell)
    elif is_blank(cell):
        return None
    elif isinstance(cell, bool):
        raise ValueError("not a number")
    elif isinstance(cell, (int, float)):
        try:
            value = float(cell)
        except OverflowError:
            raise ValueError("not a finite number") from None
    else:
        value = _parsed(str(cell).strip(), decimal, unit)
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    if minimum is not None and value < minimum:
        raise ValueError("below 0" if minimum == 0 else f"below {minimum:g}")
    return value


def _parsed(text: str, decimal: str, unit: str) -> float:
    if unit and text.lower().endswith(unit.lower()):
        text = text[: -len(unit)].rstrip()
    if decimal == ",":
        if "." in text:
            raise ValueError("not a number with a decimal comma")
        text = text.replace(",", ".")
    if not _NUMBER.match(text):
        if text.lower().lstrip("+-") in ("inf", "infinity"):
            raise ValueError("not a finite number")
        raise ValueError("not a number")
    return float(text)


def count(cell: Any) -> int | None:
    """A whole number of at least 0, `2.0` among them; None where the cell is blank. Raises ValueError."""
    value = number(cell)
    if value is None:
        return None
    if value != int(value):
        raise ValueError("not a whole number")
    return int(value)


@lru_cache(maxsize=1024)
def unit_named(word: str) -> str:
    """The unit that a word names, `Watts` as W; a word that names none is returned as it stands."""
    word = word.strip()
    return word if word in _BY_CASE else _UNIT_WORDS.get(word.lower(), word)


def quantity(cell: Any, unit: str, dimension: str, minimum: float | None = 0.0, decimal: str = ".") -> float | None:
    """A quantity in the canonical unit of its dimension (kW, kWh, h...), None where the cell is blank. Raises ValueError.

    `unit` is that of the column; a unit that stands in the cell itself comes before it. Empty: the cell must say it.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        text = cell.strip()
        match = _WITH_UNIT.match(text.replace(",", ".") if decimal == "," and "." not in text else text)
        if match is None:
            number(text, minimum, decimal)  # says what kind of number it is not
            raise ValueError("not a number")
        cell, unit = match[1], unit_named(match[2]) if match[2] else unit
        decimal = "."
    value = number(cell, minimum, decimal)
    assert value is not None
    if not unit:
        raise ValueError("a number without a unit")
    value *= to_canonical(unit, dimension)
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def stamp(cell: Any, shape: str | tuple[str, ...] = "", unit: str = "") -> datetime | None:
    """A time, with its offset or none; None where the cell is blank. Raises ValueError.

    `shape` is the form of the text as `strptime` writes it, or several of them, for text that does not begin with the year.
    `unit` (s, ms, us, ns) is that of epoch times whose size does not say it.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return _in_time(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _epoch(cell, unit)
    text = str(cell).strip()
    if not shape and _NUMBER.match(text):
        if len(text) == 8 and text.isdigit() and not unit and text[:2] in ("19", "20"):
            return _in_time(_fitting(text, "%Y%m%d"))
        return _epoch(float(text), unit)
    return _in_time(_shaped(text, (shape,) if isinstance(shape, str) else shape) if shape else _read(text))


def with_fraction(row: list[str], place: int, width: int) -> list[str]:
    """A row whose stamp was cut in two at the comma before its fraction, as `date --iso-8601=ns` writes it, with the stamp whole."""
    if len(row) != width + 1 or not (_SECONDS_LAST.search(row[place]) and _FRACTION_FIRST.match(row[place + 1])):
        return row
    return [*row[:place], f"{row[place]}.{row[place + 1]}", *row[place + 2 :]]


def _shaped(text: str, shapes: tuple[str, ...]) -> datetime:
    """A time in the first form that it has, in the zone that stands behind it."""
    match = _ZONE_NAME.match(text) if not any(s.endswith(("%Z", "%z")) for s in shapes) else None
    for shape in shapes:
        try:
            value = _fitting(match[1] if match else text, shape)
        except ValueError:
            continue
        return _in_named_zone(value, match[2]) if match else value
    raise ValueError("not a time")


def _fitting(text: str, shape: str) -> datetime:
    try:
        return datetime.strptime(text, shape)
    except (ValueError, OverflowError):
        raise ValueError("not a time") from None


def _in_named_zone(value: datetime, name: str) -> datetime:
    """A time in the zone that its text names; local where the name is that of several zones, or of none."""
    if name not in ZONES:
        return value
    zone = ZoneInfo(ZONES[name])
    if zone.key == "UTC":
        return value.replace(tzinfo=UTC)
    named = [v for v in (value.replace(tzinfo=zone, fold=fold) for fold in (0, 1)) if v.tzname() == name]
    if not named:
        raise ValueError(f"not a time of the zone {name}")
    return named[0].astimezone(UTC)


def _read(text: str) -> datetime:
    """A time that begins with the year, in any of the ways in which tools join date, time and offset."""
    if text[4:5] == "-":  # most stamps
        with suppress(ValueError):
            return datetime.fromisoformat(text)
    text = _DATE_FIRST.sub(lambda m: f"{m[1]}-{int(m[2]):02d}-{int(m[3]):02d}", text, count=1)
    text = _FRACTION.sub(lambda m: f"{m[1]}.{m[2][:6]:0<6}", text, count=1)
    if len(text) > 10 and text[:2].isdigit():
        text = _OFFSET.sub(r"\1\2:\3", text) if ":" in text else text
        text = _ZONE_WORD.sub("+00:00", text)
    try:
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ValueError("not a time") from None


def _epoch(value: float, unit: str) -> datetime:
    scale = next((s for name, s, low, high in EPOCHS if (name == unit if unit else low <= value < high)), None)
    if scale is None:
        raise ValueError("not a time")
    try:
        time = datetime.fromtimestamp(value * scale, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError("not a time") from None
    return _in_time(time)


def _in_time(value: datetime) -> datetime:
    if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValueError(f"the year {value.year} is no year of a log")
    return value


def duration(cell: Any, unit: str = "s", decimal: str = ".", two_parts: str = "") -> float | None:
    """Seconds, None where the cell is blank. `unit` is that of bare numbers. Raises ValueError.

    `1:30` may be minutes or hours: it is refused unless `two_parts` says which (`M:S` or `H:M`). `1:30.5` is a minute and a half,
    since only seconds have decimals.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, timedelta):
        return _lasting(cell.total_seconds())
    if isinstance(cell, str) and not _NUMBER.match(cell.strip()):
        seconds = _worded(cell.strip(), two_parts)
        if seconds is not None:
            return _lasting(seconds)
    hours = quantity(cell, unit, "time", decimal=decimal)
    assert hours is not None
    return _lasting(hours * 3600.0)


def _worded(text: str, two_parts: str) -> float | None:
    """Seconds of a duration in words or with colons, None where it is neither."""
    if (match := _MINUTES.match(text)) is not None:
        if two_parts == "" and match[2].isdigit():
            raise ValueError("minutes and seconds, or hours and minutes: write H:MM:SS")
        return (3600.0 if two_parts == "H:M" else 60.0) * int(match[1]) + (
            60.0 if two_parts == "H:M" else 1.0
        ) * _below(match[2], 60)
    if (match := _CLOCK.match(text)) is not None:
        days, hours, minutes, seconds = match.groups()
        return 86400.0 * int(days or 0) + 3600.0 * int(hours) + 60.0 * _below(minutes, 60) + _below(seconds, 61)
    if (match := _DAYS_ONLY.match(text)) is not None:  # D-HH
        return 86400.0 * int(match[1]) + 3600.0 * _below(match[2], 24)
    if text[:1] in "Pp" and (match := _ISO.match(text)) is not None and any(match.groups()):
        return sum(float(n or 0) * s for n, s in zip(match.groups(), (86400.0, 3600.0, 60.0, 1.0), strict=True))
    parts = _PARTS.findall(text)
    if parts and not _PARTS.sub("", text).strip():
        return sum(float(n) * _part(word.lower()) for n, word in parts)
    return None


def _part(word: str) -> float:
    return _PART_SECONDS["ms"] if word.startswith(("ms", "milli")) else _PART_SECONDS[word[0]]


def _below(text: str, limit: float) -> float:
    value = float(text.replace(",", "."))
    if value >= limit:
        raise ValueError("not a duration")
    return value


def _lasting(seconds: float) -> float:
    if not 0 <= seconds <= LONGEST:
        raise ValueError("below 0" if seconds < 0 else "longer than a thousand years")
    return seconds


def in_zone(value: datetime, zone: ZoneInfo | None) -> datetime:
    """A local time in its zone; a time with an offset stays as it is."""
    return value if value.tzinfo is not None or zone is None else value.replace(tzinfo=zone)


def is_clock_change(seconds: float) -> bool:
    """Whether a difference between elapsed time and local times is that of clocks put back: half an hour to two hours."""
    return any(abs(seconds - step * CLOCK_STEP) <= CLOCK_SLACK for step in range(1, MOST_CLOCK_STEPS + 1))


def span_in_zone(
    start: datetime | None, end: datetime | None, zone: ZoneInfo, seconds: float | None = None
) -> tuple[datetime | None, datetime | None]:
    """Start and end in their zone. An hour that a clock change repeats is read so that both fit the duration `seconds`."""
    if start is None or end is None or seconds is None or start.tzinfo is not None or end.tzinfo is not None:
        return (in_zone(start, zone) if start else None), (in_zone(end, zone) if end else None)
    choices = [
        (start.replace(tzinfo=zone, fold=a), end.replace(tzinfo=zone, fold=b)) for a, b in ((0, 0), (0, 1), (1, 1))
    ]
    return min(choices, key=lambda pair: abs(pair[1].timestamp() - pair[0].timestamp() - seconds))
