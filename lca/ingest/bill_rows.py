"""Rows of cloud bills as tables: columns by their folded names, rows that are whole, and the few kinds of cells that all bills have."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from lca.ingest import cells
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import SWALLOWED, takes_in_others

#: an instance type as each cloud writes it, not as a part of a longer name (`db.t3.micro` is a database)
_TYPES = {
    "aws": re.compile(r"(?<![\w.-])(?:ml\.)?([a-z][a-z0-9-]*\d[a-z0-9-]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?))(?![\w-]|\.\w)"),
    "azure": re.compile(r"(?<!\w)(Standard_[A-Z]{1,3}\d+[a-z]*(?:G\d)?(?:-\d+[a-z]*)?(?:_[A-Za-z][A-Za-z0-9]*)*(?:_v\d+)?)(?!\w)"),
    "gcp": re.compile(r"(?<![\w-])((?:[a-z]\d[a-z]?|ct\d[a-z]*|tpu7x)-(?:standard|high(?:mem|cpu|gpu|tpu)|(?:mega|ultra|edge|max)gpu)-\d+[gt]?(?:-nolssd|-lowmem|-metal)?)(?![\w-])"),
    "oci": re.compile(r"(?<![\w.-])((?:BM|VM)\.GPU\d?(?:\.[A-Z][\w-]*)?\.\d+)(?![\w-]|\.\w)"),
    "coreweave": re.compile(r"(?<![\w-])(gd-\d+x[a-z0-9]+(?:-i\d+)?|[a-z]+\d+-\d+x)(?![\w-])"),
}  # fmt: skip
#: lines with a title that may stand above the header of an export
TITLES = 5
#: units of hours in bills
HOURS = frozenset(("hours", "hour", "hrs", "hr", "h", "1 hour", "1 hours"))


@lru_cache(maxsize=16384)
def instance_type(cloud: str, text: str) -> str | None:
    """The one instance type that a text names, empty where it names several, None where it names none."""
    pattern = _TYPES.get(cloud)
    found = set(pattern.findall(text)) if pattern else set()
    return None if not found else str(found.pop()) if len(found) == 1 else ""


def first_type(cloud: str, texts: Collection[str]) -> str:
    """The one instance type that the first text with any names, empty where it names none or several."""
    return next((found for text in texts if (found := instance_type(cloud, text)) is not None), "")


@lru_cache(maxsize=65536)
def moment(text: str) -> datetime | None:
    """A time, UTC where it has no offset, as bills are written; None where it is none."""
    try:
        made = cells.stamp(text)
    except ValueError:
        return None
    return made if made is None else (made if made.tzinfo else made.replace(tzinfo=UTC)).astimezone(UTC)


def number(text: str) -> float:
    """A cell as a finite number of any sign, NaN where it is none."""
    try:
        value = cells.number(text, None)
    except ValueError:
        return math.nan
    return math.nan if value is None else value


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """The name of a column without case and punctuation: `lineItem/UsageAmount` and `line_item_usage_amount` are one."""
    return "".join(c for c in name.lower() if c.isalnum())


def columns(head: Head, named: Callable[[str], str] = fold) -> set[str]:
    """The folded names of the first line that is no title."""
    try:
        for cells in csv.reader(line.lstrip("\ufeff") for line in head.lines[: TITLES + 1]):
            if not is_title(cells):
                return {named(n) for n in cells}
    except csv.Error:
        pass
    return set()


def is_title(cells: list[str]) -> bool:
    """Whether a line above a header says what the export is of: one cell, or two where others stand empty."""
    filled = sum(1 for cell in cells if cell.strip().lstrip("\ufeff"))
    return filled < 2 or (filled == 2 < len(cells))


class Table:
    """The rows of a bill that is a table, by the folded names of its columns.

    A row that ends before a column that is needed, or that has cells beyond the header, is torn: what stands in it belongs to other columns.
    """

    def __init__(self, log: Log, needed: Collection[str], named: Callable[[str], str] = fold) -> None:
        self.log, self.needed, self.named = log, needed, named
        self.header: list[str] = []

    def rows(self, again: bool = False) -> Iterator[tuple[int, dict[str, str], str]]:
        """(number of the row, cells, what is wrong with the row as a whole) of each row below the header.

        `again`: its lines are accounted for in another pass.
        """
        names: list[str] = []
        least = 0
        titles = 0
        for row, raw in self.log.table():
            if not names and titles < TITLES and is_title(raw):
                titles += 1
                self.log.account.head(0 if again else 1)
                continue
            if not names:
                self.header = [c.strip().lstrip("\ufeff") for c in raw]
                names = [self.named(name) for name in self.header]
                least = 1 + max((n for n, name in enumerate(names) if name in self.needed), default=0)
                self.log.account.head(0 if again else 1)
                continue
            problem = ""
            if len(raw) < least:
                problem = "the row ends before its last column"
            elif len(raw) > len(names) and any(c.strip() for c in raw[len(names) :]):
                problem = "the row has more cells than the header"
            elif takes_in_others(raw, len(names)):
                problem = SWALLOWED
            yield row, {name: c.strip() for name, c in zip(names, raw, strict=False)}, problem
