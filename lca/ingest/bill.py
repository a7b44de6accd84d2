"""Cloud bills: hours of machines added up by resource and month; all other rows counted by kind, with their cost."""

from __future__ import annotations

import csv
import hashlib
import math
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from lca.catalogue.places import provider as known_provider
from lca.errors import Fault, shorten
from lca.ingest.formats import Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

#: what exports write where there is no value
NOTHING = ("", "null", "none", "n/a")
#: faults of one cause that are told row by row; the rest are counted
TOLD = 10
#: an instance type as each cloud writes it, not as a part of a longer name (`db.t3.micro` is a database)
_TYPES = {
    "aws": re.compile(r"(?<![\w.-])(?:ml\.)?([a-z][a-z0-9-]*\d[a-z0-9-]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?))(?![\w-]|\.\w)"),
    "azure": re.compile(r"(?<!\w)(Standard_[A-Z]{1,3}\d+[a-z]*(?:G\d)?(?:-\d+[a-z]*)?(?:_[A-Za-z][A-Za-z0-9]*)*(?:_v\d+)?)(?!\w)"),
    "gcp": re.compile(r"(?<![\w-])((?:[a-z]\d[a-z]?|ct\d[a-z]*|tpu7x)-(?:standard|high(?:mem|cpu|gpu|tpu)|(?:mega|ultra|edge|max)gpu)-\d+[gt]?(?:-nolssd|-lowmem|-metal)?)(?![\w-])"),
    "oci": re.compile(r"(?<![\w.-])((?:BM|VM)\.GPU\d?(?:\.[A-Z][\w-]*)?\.\d+)(?![\w-]|\.\w)"),
    "coreweave": re.compile(r"(?<![\w-])(gd-\d+x[a-z0-9]+(?:-i\d+)?|[a-z]+\d+-\d+x)(?![\w-])"),
}  # fmt: skip
#: one machine by its id: it cannot run for more than an hour in an hour
_ONE = re.compile(r"(?:^|/)i-[0-9a-z]{8,}$|/virtualmachines/[^/]+$", re.I)


class Money(NamedTuple):
    """What one row costs."""

    value: float
    currency: str


def instance_type(cloud: str, texts: list[str]) -> str:
    """The one instance type that the first text with any names, empty where it names none or several."""
    pattern = _TYPES.get(cloud)
    for text in texts if pattern else []:
        assert pattern is not None
        found = set(pattern.findall(text))
        if found:
            return str(found.pop()) if len(found) == 1 else ""
    return ""


def utc(text: str) -> datetime | None:
    """A time in ISO form, UTC where it has no offset, as bills are written."""
    try:
        made = datetime.fromisoformat(text)
        return (made if made.tzinfo else made.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def number(text: str) -> float:
    """A cell as a finite number, NaN where it is none."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def money_of(value: str, currency: str) -> Money | None:
    """What a row costs, None where that is no number or its currency no code."""
    made = 0.0 if is_nothing(value) else number(value)
    code = "" if is_nothing(currency) else currency
    return Money(made, code) if made == made and (not code or (code.isalpha() and len(code) <= 12)) else None


def is_nothing(text: str) -> bool:
    """Whether a cell stands for no value."""
    return text.lower() in NOTHING


class Hours(NamedTuple):
    """Hours of one machine in one period, as a row charges them. `resource` tells machines apart and is hashed."""

    provider: str
    region: str
    model: str
    resource: str
    begin: datetime
    end: datetime
    hours: float
    kind: str = ""


@dataclass
class _Sum:
    first: Hours
    begin: datetime
    end: datetime
    hours: float = 0.0
    rows: array[int] = field(default_factory=lambda: array("q"))
    cost: dict[str, list[float]] = field(default_factory=dict)


class Bill:
    """What the rows of one bill add up to."""

    def __init__(self, log: Log, cost: str, producer: str) -> None:
        self.log, self.cost, self.producer = log, cost, producer
        self.rows = 0
        self.used = 0
        self.providers: dict[str, int] = {}
        self.total: dict[str, list[float]] = {}
        self.total_used: dict[str, list[float]] = {}
        self.left: dict[str, tuple[list[int], dict[str, list[float]]]] = {}
        self.sums: dict[tuple[str, ...], _Sum] = {}
        self.seen: dict[tuple[tuple[str, ...], datetime, datetime], float] = {}
        self.excess = 0.0
        self.faults: dict[tuple[str, str], int] = {}

    def row(self, provider: str, money: Money) -> None:
        """One more row, whatever becomes of it."""
        self.rows += 1
        self.providers[provider] = self.providers.get(provider, 0) + 1
        _add(self.total, money)

    def leave(self, kind: str, money: Money) -> None:
        """A row that is no hours of a machine."""
        count, cost = self.left.setdefault(kind, ([0], {}))
        count[0] += 1
        _add(cost, money)

    def bad(self, row: int, field: str, found: str, problem: str, code: str = "torn-row") -> Iterator[Fault]:
        """A row that cannot be used: told, unless many are for the same cause."""
        key = (field, problem)
        self.faults[key] = self.faults.get(key, 0) + 1
        if self.faults[key] <= TOLD:
            yield Fault(f"{self.log.shown}: row {row}", field, shorten(found), problem, "Restore the row from its source.", code)  # fmt: skip

    def use(self, row: int, one: Hours, money: Money) -> None:
        """Hours that count, but never more of one machine than its period has."""
        key = (one.provider, one.region, one.model, one.resource, f"{one.begin:%Y-%m}")
        hours = one.hours
        if _ONE.search(one.resource):
            period = (key, one.begin, one.end)
            before = self.seen.get(period, 0.0)
            room = max(0.0, (one.end - one.begin).total_seconds() / 3600 - before)
            # hours are rounded to 1e-6 and less
            if hours > room + 1e-5:
                self.excess += hours - room
                hours = room
            self.seen[period] = before + hours
            if hours <= 0:
                self.leave(said("hours of a machine that another row already counts"), money)
                return
        made = self.sums.setdefault(key, _Sum(one, one.begin, one.end))
        made.begin, made.end = min(made.begin, one.begin), max(made.end, one.end)
        made.hours += hours
        made.rows.append(row)
        _add(made.cost, money)
        _add(self.total_used, money)
        self.used += 1

    def found(self) -> Iterator[Found | Fault]:
        """The runs, with the notes of the whole bill on the first."""
        for (name, problem), count in self.faults.items():
            if count > TOLD:
                yield Fault(self.log.shown, name, f"{count - TOLD} more rows", problem, "Restore the rows from their source.", "torn-row")  # fmt: skip
        notes = tuple(self._notes())
        if not self.sums and self.rows:
            told = "; ".join(note.message for note in notes)
            yield Fault(self.log.shown, "", "", f"no row holds hours of a machine: {told}", "Give a bill with usage of machines.")  # fmt: skip
        for key, one in self.sums.items():
            yield Found(self._record(key, one), one.rows.tolist(), notes, self.producer)
            notes = ()

    def _notes(self) -> Iterator[Note]:
        who = ", ".join(f"{name} {n}" for name, n in sorted(self.providers.items(), key=lambda p: -p[1]))
        yield Note("bill-rows-left-out",
                   said("the bill has {rows} rows ({providers}), {cost} {money}: {used} rows, {part}, are hours of machines", rows=self.rows, providers=who, cost=self.cost, money=_money(self.total), used=self.used, part=_money(self.total_used)))  # fmt: skip
        for kind, (count, cost) in self.left.items():
            yield Note(
                "bill-rows-left-out",
                said("{n} rows, {money}, are left out: {kind}", n=count[0], money=_money(cost), kind=kind),
            )
        if self.excess > 0:
            yield Note("bill-rows-left-out", said("{excess} h are left out: more hours of one machine than its period has", excess=f"{self.excess:.6g}"),
                       "devices[0].device_hours")  # fmt: skip

    def _record(self, key: tuple[str, ...], one: _Sum) -> dict[str, Any]:
        first = one.first
        cloud = known_provider(first.provider)
        told = hashlib.sha256(first.resource.encode("utf-8", "replace")).hexdigest()[:12]
        parts = (cloud, first.region, first.model.replace(" ", "-"), told, key[-1], self.log.digest[:8])
        place = {"cloud": cloud, "region": first.region}
        device = {"model": first.model, "device_hours": f"{one.hours:.10g} h"}
        return {
            "id": "-".join(p for p in parts if p), "start": one.begin.isoformat(), "end": one.end.isoformat(),
            "location": {k: v for k, v in place.items() if v},
            "devices": [device | ({"kind": first.kind} if first.kind else {})],
            "ext": {"billed_cost": _money(one.cost)},
        }  # fmt: skip


def _add(sums: dict[str, list[float]], money: Money) -> None:
    """Add with the error carried along (Neumaier), so that a bill of many small amounts adds up to its last digit."""
    made = sums.setdefault(money.currency, [0.0, 0.0])
    total = made[0] + money.value
    small = money.value if abs(made[0]) >= abs(money.value) else made[0]
    large = made[0] if abs(made[0]) >= abs(money.value) else money.value
    made[1] += (large - total) + small
    made[0] = total


def _money(sums: dict[str, list[float]]) -> str:
    return " and ".join(f"{a + b:.4f} {currency}".strip() for currency, (a, b) in sums.items()) or "0"


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """The name of a column without case and punctuation: `lineItem/UsageAmount` and `line_item_usage_amount` are one."""
    return "".join(c for c in name.lower() if c.isalnum())


def folded(cells: dict[str, str]) -> dict[str, str]:
    """A row by the folded names of its columns."""
    return {fold(name): value for name, value in cells.items()}


def columns(head: Head) -> set[str]:
    """The folded names of the first line."""
    lines = head.lines
    try:
        return {fold(n) for n in next(csv.reader([lines[0].lstrip("\ufeff")]), [])} if lines else set()
    except csv.Error:
        return set()
