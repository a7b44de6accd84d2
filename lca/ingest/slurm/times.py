"""Times as SLURM writes them: `SLURM_TIME_FORMAT` may give them any form, with and without date, year and offset.

What has no date with a year (`13:04`, `Ystday 13:04`, `03/01-08:00`), or one of two digits (`%y`), cannot be placed: it is told, and the elapsed time
counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from lca.ingest import cells

_PLAIN = 19  # characters of 2025-03-01T08:00:00
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?:\s*([AP])M\b)?(?!:)", re.I)
_OFFSET = re.compile(r"\A\s*(?:(Z|UTC|GMT)\b|([+-])(\d\d):?(\d\d)\b)?\s*(?:[A-Z]{2,5}\b)?", re.I)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)[T_ -]?(\d\d)(\d\d)(\d\d)?Z?\Z")
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})\Z")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
_DOTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})\Z")
_SHORT = re.compile(r"\d{1,2}[-/.]\d{1,2}\.?\Z")
_TWO_DIGITS = re.compile(r"\d{1,2}([-/. ])\d{1,2}\1\d{1,2}\Z|\d{6}\Z")
_COMPACT_TWO_DIGITS = re.compile(r"\d{6}(?:[T_ -]?\d{4}(?:\d\d)?)Z?\Z")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\b", re.I)
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|\b(?:ystday|tomorr\w*|yesterday|today)\b", re.I)
_DATES = re.compile(r"(?<![\d/-])(\d{1,2})[/-](\d{1,2})[/-]\d{4}(?!\d)")


#: any of three numbers may be the year: it is read from none of them
TWO_DIGITS = "its year has two digits (SLURM_TIME_FORMAT=standard gives all four)"


class Undated(ValueError):
    """A time whose day or year is not stated, or not clear."""


class Stamp(NamedTuple):
    """A time, and the seconds to which it is stated: 1, 60 where minutes are last, 86400 where it is only a day."""

    at: datetime
    resolution: int = 1


def is_day_first(texts: Iterable[str]) -> bool | None:
    """Whether dates such as 03/14/2025 begin with the day; None where all of them may be read both ways."""
    firsts, seconds = set(), set()
    for text in texts:
        for first, second in _DATES.findall(text):
            firsts.add(int(first) > 12)
            seconds.add(int(second) > 12)
    if True in firsts:
        return None if True in seconds else True
    return False if True in seconds else None


def stamp(text: str, day_first: bool | None = None) -> Stamp | None:
    """A time, None where it is blank. Raises Undated, or ValueError for what is no time."""
    if len(text) == _PLAIN and text[10] == "T":
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("not a time") from None
        return Stamp(_in_time(at))
    text = text.strip()
    if cells.is_blank(text):
        return None
    if text.isdigit() and len(text) in (8, 10, 13):
        epoch = cells.stamp(text)
        return None if epoch is None else Stamp(epoch, 86400 if len(text) == 8 else 1)
    if (compact := _COMPACT.match(text)) is not None and int(compact[1]) <= cells.LATEST_YEAR:
        parts = [int(part) for part in compact.groups() if part]
        return Stamp(_made(*parts), 1 if compact[6] else 60)
    if _COMPACT_TWO_DIGITS.match(text):
        raise Undated(TWO_DIGITS)
    return _worded(text, day_first)


def _worded(text: str, day_first: bool | None) -> Stamp:
    """A time of date, clock and offset in any order."""
    clock = _CLOCK.search(text)
    if clock is None:
        return Stamp(_made(*_date(text, day_first)), 86400)
    behind = text[clock.end() :]
    offset = _OFFSET.match(behind)
    assert offset is not None
    date = _date(text[: clock.start()] + " " + behind[offset.end() :], day_first)
    hour = int(clock[1])
    if clock[4]:
        if not 1 <= hour <= 12:
            raise ValueError("not a time")
        hour = hour % 12 + 12 * (clock[4].upper() == "P")
    at = _made(*date, hour, int(clock[2]), int(clock[3] or 0))
    if offset[1]:
        at = at.replace(tzinfo=timezone.utc)  # noqa: UP017
    elif offset[2]:
        moved = timedelta(hours=int(offset[3]), minutes=int(offset[4]))
        at = at.replace(tzinfo=timezone(moved if offset[2] == "+" else -moved))
    return Stamp(at, 1 if clock[3] else 60)


def _date(text: str, day_first: bool | None) -> tuple[int, int, int]:
    """(year, month, day) of what stands beside the clock. Raises Undated, or ValueError for what is no date."""
    text = re.sub(r"\s+", " ", _WEEKDAY.sub(" ", text).replace(",", " ")).strip(" -T_")
    if (date := _YEAR_FIRST.match(text) or _DIGITS.match(text)) is not None:
        return int(date[1]), int(date[2]), int(date[3])
    if (date := _DOTS.match(text)) is not None:
        return int(date[3]), int(date[2]), int(date[1])
    if (date := _YEAR_LAST.match(text)) is not None:
        if day_first is None:
            raise Undated("day and month cannot be told apart")
        month, day = (date[2], date[1]) if day_first else (date[1], date[2])
        return int(date[3]), int(month), int(day)
    if (month := _MONTH.search(text)) is not None:
        numbers = re.findall(r"\d+", text)
        years = [n for n in numbers if len(n) == 4]
        days = [n for n in numbers if len(n) <= 2]
        if not re.fullmatch(r"[\s\d./-]*", _MONTH.sub("", text, count=1)) or not days or len(numbers) > 2:
            raise ValueError("not a time")
        if len(days) == 2:
            raise Undated(TWO_DIGITS)
        if not years:
            raise Undated("its year is not stated")
        return int(years[0]), _MONTHS.index(month[1].lower()) + 1, int(days[0])
    if not text:
        raise Undated("its date is not stated")
    if _TWO_DIGITS.match(text):
        raise Undated(TWO_DIGITS)
    if _SHORT.match(text):
        raise Undated("its year is not stated")
    raise ValueError("not a time")


def _made(*parts: int) -> datetime:
    try:
        return _in_time(datetime(*parts))  # type: ignore[arg-type]
    except (ValueError, OverflowError):
        raise ValueError("not a time") from None


def _in_time(at: datetime) -> datetime:
    if not cells.EARLIEST_YEAR <= at.year <= cells.LATEST_YEAR:
        raise ValueError("not a time")
    return at
