"""Cloud bills: hours of machines added up by resource, month and tags; all other rows counted by kind, with their cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np

from lca import tags
from lca.catalogue.places import provider as known_provider
from lca.errors import Fault, InputError, shorten
from lca.ingest import cells, pieces
from lca.ingest.bill_rows import number
from lca.ingest.formats import Found, Note
from lca.ingest.log import Log
from lca.ingest.pieces import COST, HOURS, ROUNDING, Collected, Pieces
from lca.ingest.pseudonym import pseudonym
from lca.ingest.torn_rows import RESTORE
from lca.language import joined, plural, said
from lca.tags import Tags

#: services without a figure that are named
SERVICES = 5
#: one machine by its id: it cannot run for more than an hour in an hour
_ONE = re.compile(r"(?:^|/)(i-[0-9a-z]{8,})$|(.*/virtualmachines/[^/]+)$", re.I)


class Charge(NamedTuple):
    """What one row costs, and for which service."""

    value: float
    currency: str
    service: str = ""


def charge_of(value: str, currency: str, service: str = "") -> Charge | None:
    """What a row costs, None where that is no number or its currency no code."""
    cost = 0.0 if cells.is_blank(value) else number(value)
    code = "" if cells.is_blank(currency) else currency
    is_code = not code or (code.isalpha() and len(code) <= 12)
    return Charge(cost, code, shorten(service, 40)) if cost == cost and is_code else None


class Hours(NamedTuple):
    """Hours of one machine in one period, as a row charges them. `resource` tells machines apart and is hashed.

    `usage` is what else stays the same of the row in each export: the kind of usage and how it is priced.
    """

    provider: str
    region: str
    model: str
    resource: str
    begin: datetime
    end: datetime
    hours: float
    kind: str = ""
    account: str = ""
    usage: str = ""
    tags: Tags = ()


@dataclass
class _Sum:
    first: Hours
    rows: Collected


@dataclass
class _Left:
    rows: int
    cost: dict[str, list[float]]
    hours: float = 0.0


class Bill:
    """What the rows of one bill add up to."""

    def __init__(self, log: Log, cost: str, producer: str) -> None:
        self.log, self.cost, self.producer = log, cost, producer
        self.rows = 0
        self.providers: dict[str, int] = {}
        self.total: dict[str, list[float]] = {}
        self.left: dict[str, _Left] = {}
        self.services: dict[tuple[str, str], float] = {}  # service and currency -> charges above 0 of rows left out
        self.sums: dict[tuple[Any, ...], _Sum] = {}
        self.excess = 0.0
        self.unread_tags = self.first_unread = 0  # rows whose tags cannot be read, and the first of them
        self._keys: dict[tuple[str, ...], tuple[int, int]] = {}

    def row(self, provider: str, charge: Charge) -> None:
        """One more row, whatever becomes of it."""
        self.rows += 1
        self.providers[provider] = self.providers.get(provider, 0) + 1
        _add(self.total, charge.currency, charge.value)

    def tags(self, row: int, text: str, prefix: str = "user:") -> Tags:
        """The tags of a cell; none, and told, where they cannot be read."""
        found = tags.of_json(text, prefix)
        if found is None:
            self.unread_tags += 1
            self.first_unread = self.first_unread or row
        return found or ()

    def leave(self, kind: str, charge: Charge, hours: float = 0.0) -> None:
        """A row that is no hours of a machine, or `hours` of one that it does not name."""
        left = self.left.get(kind)
        if left is None:
            left = self.left[kind] = _Left(0, {})
        left.rows += 1
        left.hours += hours
        _add(left.cost, charge.currency, charge.value)
        if charge.value > 0:
            at = (charge.service or kind, charge.currency)
            self.services[at] = self.services.get(at, 0.0) + charge.value

    def bad(self, row: int, field: str, found: str, problem: str, code: str = "torn-row") -> Iterator[Fault]:
        """A row that cannot be used."""
        yield Fault(f"{self.log.shown}: row {row}", field, shorten(found), problem, RESTORE, code)

    def bad_period(
        self, row: int, columns: tuple[str, str], texts: tuple[str, str], times: tuple[datetime | None, datetime | None]
    ) -> Iterator[Fault]:
        """A row of which the start or end is not a time, or whose end is not after its start."""
        if None in times:
            wrong = times.index(None)
            yield from self.bad(row, columns[wrong], texts[wrong], "not a time")
        else:
            yield from self.bad(row, columns[1], texts[1], f"not after {columns[0].rpartition('/')[2]}", "clock-fault")

    def leave_no_use(self, hours: float, charge: Charge) -> None:
        """A row of 0 hours or fewer."""
        self.leave(
            said("0 hours") if hours == 0 else said("negative hours, which cancel hours that the row does not name"),
            charge,
        )

    def use(self, row: int, one: Hours, charge: Charge) -> None:
        """Hours of a machine."""
        begin = one.begin
        at = (one.provider, one.region, one.model, one.account, one.resource, begin.year, begin.month, one.tags)
        made = self.sums.get(at)
        key, machine = self._key(one)
        if made is None:
            made = self.sums[at] = _Sum(one, Collected(machine))
        made.rows.add(key, begin.timestamp(), one.end.timestamp(), row,
                      ((HOURS, one.hours), (COST + charge.currency, charge.value)))  # fmt: skip

    def _key(self, one: Hours) -> tuple[int, int]:
        """(hash of what names the row in each export, hash of the one machine that it is of or 0)."""
        names = (one.provider, one.account, one.region, one.model, one.resource, one.usage)
        held = self._keys.get(names)
        if held is None:
            cloud, machine = known_provider(one.provider), machine_of(one.resource)
            if machine:  # its id is its own in the whole cloud
                held = pieces.key(cloud, machine, one.usage), pieces.key(cloud, machine)
            else:
                held = pieces.key(cloud, *names[1:]), 0
            self._keys[names] = held
        return held

    def found(self) -> Iterator[Found | Fault | Note]:
        """The notes of the whole bill, and its runs. Raises InputError where there are none."""
        parts = self._counted()
        used = sum(len(part) for _, part in parts)
        self.log.account.use(used)
        for kind, left in self.left.items():
            self.log.account.ignore(kind, left.rows)
        notes = list(self._notes([part for _, part in parts], used))
        if not parts and self.rows:
            told = "; ".join(note.message for note in notes)
            raise InputError(self.log.shown, f"no row holds hours of a machine: {told}", "Give a bill with usage of machines.")  # fmt: skip
        yield from notes
        for first, part in parts:
            yield Found(self._record(first, part), part.rows.tolist(), producer=self.producer, pieces=part)

    def _counted(self) -> list[tuple[Hours, Pieces]]:
        """The rows of each record; never more hours of one machine than its period has."""
        parts = [(made.first, made.rows.pieces()) for made in self.sums.values()]
        self.sums.clear()
        at = [n for n, (_, part) in enumerate(parts) if part.machine]
        if not at:
            return parts
        held = [parts[n][1] for n in at]
        lengths = [len(part) for part in held]
        machine = np.repeat(np.asarray([part.machine for part in held], np.uint64), lengths)
        begin, end, rows, hours = (
            np.concatenate(each)
            for each in zip(*((p.begins, p.ends, p.rows, p.amounts[HOURS]) for p in held), strict=True)
        )
        order = np.lexsort((rows, end, begin, machine))
        changes = [np.diff(column[order]) != 0 for column in (machine, begin, end)]
        is_first = np.concatenate(([True], changes[0] | changes[1] | changes[2]))
        until = np.cumsum(hours[order]) - hours[order]
        before = np.empty_like(hours)
        before[order] = until - until[is_first][np.cumsum(is_first) - 1]
        room = np.maximum(0.0, (end - begin) / 3600 - before)
        over = hours > room + ROUNDING
        if over.any():
            self.excess = float((hours - room)[over].sum())
            splits = np.cumsum(lengths)[:-1]
            for n, cut, is_over in zip(at, np.split(room, splits), np.split(over, splits), strict=True):
                parts[n] = parts[n][0], self._cut(parts[n][1], cut, is_over)
        return [(first, part) for first, part in parts if len(part)]

    def _cut(self, part: Pieces, room: Any, over: Any) -> Pieces:
        """A record with the hours for which there is room; rows without any are left out."""
        part.amounts[HOURS][over] = room[over]
        gone = over & (room <= ROUNDING)
        costs = {name.removeprefix(COST): values for name, values in part.amounts.items() if name.startswith(COST)}
        for row in np.flatnonzero(gone).tolist():
            currency = next((name for name, values in costs.items() if values[row]), next(iter(costs)))
            charge = Charge(float(costs[currency][row]), currency)
            self.leave(said("hours of a machine that another row already counts"), charge)
        return part.of(~gone)

    def _notes(self, parts: list[Pieces], used: int) -> Iterator[Note]:
        who = ", ".join(f"{name} {n}" for name, n in sorted(self.providers.items(), key=lambda p: -p[1]))
        spent, file = _spent(parts), self.log.shown
        yield Note("bill-rows-left-out",
                   said("rows in the bill {file}: {rows} ({providers}), {cost} {money}; rows of machine hours among them: {used}, {part}", file=file, rows=self.rows, providers=who, cost=self.cost, money=_money(self.total), used=used, part=_money(spent)))  # fmt: skip
        for kind, left in self.left.items():
            message = plural(
                left.rows, "one row of {file}, {money}, is left out: {kind}", "{n} rows of {file}, {money}, are left out: {kind}",
                n=left.rows, file=file, money=_money(left.cost), kind=kind,
            )  # fmt: skip
            yield Note("bill-rows-left-out", message)
        if self.excess > 0:
            yield Note("bill-rows-left-out", said("{excess} h of {file} are left out: more hours of one machine than its period has", file=file, excess=f"{self.excess:.6g}"),
                       "devices[0].device_hours")  # fmt: skip
        if self.unread_tags:
            message = plural(
                self.unread_tags, "the tags of row {row} of {file} are not JSON; the row counts without tags",
                "the tags of {n} rows of {file}, the first of them row {row}, are not JSON; the rows count without tags",
                n=self.unread_tags, row=self.first_unread, file=file,
            )  # fmt: skip
            yield Note("cells-not-used", message, "ext.tags")
        if parts:
            yield from self._coverage(parts)

    def _coverage(self, parts: list[Pieces]) -> Iterator[Note]:
        """What share of the cost and of the hours was read, and the largest services of which nothing was."""
        spent, file = _spent(parts, above=True), self.log.shown
        for currency in sorted(set(spent) | {c for _, c in self.services}):
            read = sum(spent.get(currency, (0.0, 0.0)))
            whole = read + sum(v for (_, c), v in self.services.items() if c == currency)
            if whole <= 0:
                continue
            part, all_of_it = f"{read:.4f} {currency}".strip(), f"{whole:.4f} {currency}".strip()
            yield Note("bill-coverage",
                       said("machines that were read make up {share} % of the positive charges in {file}, {part} of {whole}", file=file, share=f"{100 * read / whole:.3g}", part=part, whole=all_of_it))  # fmt: skip
        hours, unnamed = sum(p.total(HOURS) for p in parts), sum(left.hours for left in self.left.values())
        if unnamed > 0:
            yield Note("bill-coverage",
                       said("{share} % of the machine hours in {file}, {part} h of {whole} h, were read; the others name no known machine type", file=file, share=f"{100 * hours / (hours + unnamed):.3g}", part=f"{hours:.10g}", whole=f"{hours + unnamed:.10g}"))  # fmt: skip
        largest = sorted(self.services.items(), key=lambda item: (-item[1], item[0]))[:SERVICES]
        if largest:
            named = joined(", ", [said("{service} {money}", service=service, money=f"{value:.4f} {currency}".strip()) for (service, currency), value in largest])  # fmt: skip
            yield Note("bill-coverage", said("the largest services of {file} that were not read: {services}", file=file, services=named))  # fmt: skip

    def _record(self, first: Hours, part: Pieces) -> dict[str, Any]:
        cloud = known_provider(first.provider)
        resource = machine_of(first.resource) or f"{first.account} {first.resource}"
        told = pseudonym(resource)
        begin, end = (datetime.fromtimestamp(float(t), UTC) for t in (part.begins.min(), part.ends.max()))
        tagged = pseudonym(repr(first.tags), 6) if first.tags else ""
        names = (cloud, first.region, first.model.replace(" ", "-"), told, tagged, pieces.begin_label(part))
        place = {"cloud": cloud, "region": first.region}
        record: dict[str, Any] = {
            "id": "-".join(p for p in names if p), "start": begin.isoformat(), "end": end.isoformat(),
            "location": {k: v for k, v in place.items() if v},
            "devices": [{"model": first.model} | ({"kind": first.kind} if first.kind else {})],
        }  # fmt: skip
        pieces.set_amounts(record, part)
        if first.tags:
            record["ext"]["tags"] = dict(first.tags)
        return record


def machine_of(resource: str) -> str:
    """The id of one machine that a resource is, empty where it may be several."""
    match = _ONE.search(resource)
    return (match[1] or match[2]).lower() if match else ""


def _spent(parts: Iterable[Pieces], above: bool = False) -> dict[str, list[float]]:
    """Cost of rows that count by currency; of those above 0 alone."""
    spent: dict[str, list[float]] = {}
    for part in parts:
        for name, values in part.amounts.items():
            if name.startswith(COST):
                total = float(values[values > 0].sum()) if above else part.total(name)
                _add(spent, name.removeprefix(COST), total)
    return spent


def _add(sums: dict[str, list[float]], currency: str, value: float) -> None:
    """Add with the error carried along (Neumaier), so that a bill of many small amounts adds up to its last digit."""
    made = sums.get(currency)
    if made is None:
        made = sums[currency] = [0.0, 0.0]
    total = made[0] + value
    small = value if abs(made[0]) >= abs(value) else made[0]
    large = made[0] if abs(made[0]) >= abs(value) else value
    made[1] += (large - total) + small
    made[0] = total


def _money(sums: dict[str, list[float]]) -> str:
    return " and ".join(f"{a + b:.4f} {currency}".strip() for currency, (a, b) in sums.items()) or "0"
