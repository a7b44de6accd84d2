"""What the columns of `sacct` are: by the header, or by the content where there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

STATES = (
    "COMPLETED",
    "FAILED",
    "TIMEOUT",
    "CANCELLED",
    "RUNNING",
    "PENDING",
    "NODE_FAIL",
    "OUT_OF_MEMORY",
    "PREEMPTED",
    "BOOT_FAIL",
)
_JOB = re.compile(r"\d+(_(\d+|\[[^\]]*\]))?(\+\d+)?(\.\w+)?\Z")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\Z")
_ELAPSED = re.compile(r"(\d+-)?\d\d:\d\d:\d\d\Z")
_TRES = re.compile(r"(billing|cpu|mem|node|energy|gres/\S+)=")
#: share of the jobs that must agree before a column is taken for what it looks like
AGREE = 0.9


def is_header(line: str) -> bool:
    """Whether a line is a header of sacct with the id of the job and its state."""
    names = {name.strip() for name in line.lstrip("\ufeff").split("|")}
    return "JobID" in names and bool(names & {"State", "Elapsed", "ElapsedRaw", "AllocTRES"})


def of_content(rows: Sequence[Sequence[str]]) -> dict[str, int] | None:
    """Place of JobID, State, Start, End, Elapsed or ElapsedRaw and AllocTRES in rows without header, None where they are no rows of sacct.

    Start and End are the two columns of stamps whose difference is the elapsed time; what does not follow is left out.
    """
    if not rows or len(rows[0]) < 4 or not _JOB.match(rows[0][0]):
        return None
    width = len(rows[0])
    jobs = [r for r in rows if len(r) == width and _JOB.match(r[0]) and "." not in r[0]]
    if not jobs or len(jobs) < AGREE * len([r for r in rows[:-1] if "." not in r[0]]):
        return None

    def share(place: int, fits: object) -> float:
        return sum(bool(fits(r[place])) for r in jobs) / len(jobs)  # type: ignore[operator]

    def first(fits: object) -> int | None:
        return next((p for p in range(1, width) if share(p, fits) >= AGREE), None)

    state = first(lambda c: c.partition(" ")[0].rstrip("+") in STATES)
    if state is None:
        return None
    made = {"JobID": 0, "State": state}
    tres = first(_TRES.match)
    if tres is not None:
        made["AllocTRES"] = tres
    stamps = [p for p in range(1, width) if share(p, lambda c: _STAMP.match(c) or c in ("Unknown", "None")) >= AGREE]
    for start in stamps:
        for end in stamps:
            whole = [r for r in jobs if _STAMP.match(r[start]) and _STAMP.match(r[end])]
            if start == end or not whole:
                continue
            for place in range(1, width):
                agreeing = [
                    r
                    for r in whole
                    if _elapsed(r[place]) is not None
                    and abs(_between(r[start], r[end]) - (_elapsed(r[place]) or 0)) <= 1
                ]
                long = [r for r in agreeing if (_elapsed(r[place]) or 0) > 0]
                if len(agreeing) >= AGREE * len(whole) and len(long) >= min(len(whole), 1):
                    raw = whole[0][place].isdigit()
                    return made | {"Start": start, "End": end, "ElapsedRaw" if raw else "Elapsed": place}
    return made


def _between(start: str, end: str) -> float:
    try:
        return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
    except ValueError:
        return float("nan")


def _elapsed(text: str) -> float | None:
    if text.isdigit() and len(text) < 12:
        return float(text)
    if not _ELAPSED.match(text):
        return None
    days, _, rest = text.rpartition("-")
    hours, minutes, seconds = rest.split(":")
    return 86400.0 * int(days or 0) + 3600 * int(hours) + 60 * int(minutes) + int(seconds)
