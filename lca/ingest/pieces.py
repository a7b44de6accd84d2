"""Rows of exports that may stand in another export of the same account too: what counts of each, and once.

An adapter makes a record (a machine-month of a bill, a day of a model) of many rows, and gives the rows with it as `Pieces`.
`counted` looks at the pieces of all files together and says which count; `without` makes a record of those that do.
"""

from __future__ import annotations

import copy
import hashlib
import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lca.ingest.formats import Found

#: name of the amount that is hours of the first device group of a record
HOURS = "device_hours"
#: what stands before the currency in the name of the amount that is a cost
COST = "billed_cost "
#: h; hours of a row are rounded to 1e-6 and less
ROUNDING = 1e-5
#: share by which amounts of one row in two exports may differ as they are rounded
_ALIKE = 1e-6


@dataclass(frozen=True, eq=False)
class Pieces:
    """Rows of an export of which a record is a sum, as columns; a row stands at the same place in each.

    `keys` are hashes of what stays the same in every export of an account: resource, kind of usage, place, how it is priced.
    `begins` and `ends` bound what a row charges or counts (s since 1970, UTC). `amounts` are what adds up, by where it belongs in
    the record: `device_hours`, `billed_cost EUR`, else a field of `work`. `machine` is the hash of the one machine of which all rows are, 0
    where they may be of several: one machine never has more hours than there are.
    """

    keys: NDArray[np.uint64]
    begins: NDArray[np.float64]
    ends: NDArray[np.float64]
    rows: NDArray[np.int64]
    amounts: Mapping[str, NDArray[np.float64]]
    machine: int = 0

    def __len__(self) -> int:
        return len(self.keys)

    def of(self, keep: NDArray[np.bool_]) -> Pieces:
        """Some of the rows."""
        amounts = {name: values[keep] for name, values in self.amounts.items()}
        return Pieces(self.keys[keep], self.begins[keep], self.ends[keep], self.rows[keep], amounts, self.machine)

    def total(self, name: str) -> float:
        """The sum of an amount, exact to its last digit."""
        return math.fsum(self.amounts[name].tolist())


@dataclass
class Collected:
    """Pieces while a file is read: 8 bytes a number."""

    machine: int = 0
    keys: array[int] = field(default_factory=lambda: array("Q"))
    begins: array[float] = field(default_factory=lambda: array("d"))
    ends: array[float] = field(default_factory=lambda: array("d"))
    rows: array[int] = field(default_factory=lambda: array("q"))
    amounts: dict[str, array[float]] = field(default_factory=dict)

    def add(self, key: int, begin: float, end: float, row: int, amounts: Iterable[tuple[str, float]]) -> None:
        """One more row."""
        count = len(self.keys)
        self.keys.append(key)
        self.begins.append(begin)
        self.ends.append(end)
        self.rows.append(row)
        for name, value in amounts:
            column = self.amounts.get(name)
            if column is None:
                column = self.amounts[name] = array("d", bytes(8 * count))
            elif len(column) < count:
                column.frombytes(bytes(8 * (count - len(column))))
            column.append(value)

    def pieces(self) -> Pieces:
        """The rows as columns of one length; an amount that a row lacks is 0."""
        count = len(self.keys)
        for column in self.amounts.values():
            column.frombytes(bytes(8 * (count - len(column))))
        return Pieces(
            np.frombuffer(self.keys, np.uint64),
            np.frombuffer(self.begins, np.float64),
            np.frombuffer(self.ends, np.float64),
            np.frombuffer(self.rows, np.int64),
            {name: np.frombuffer(column, np.float64) for name, column in self.amounts.items()},
            self.machine,
        )


def key(*parts: str) -> int:
    """A hash of what names a row, never 0."""
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def begin_label(pieces: Pieces) -> str:
    """When the rows begin, for ids: the day, with hour and minute where that is not midnight."""
    begin = datetime.fromtimestamp(float(pieces.begins.min()), UTC)
    return f"{begin:%Y-%m-%d}" if (begin.hour, begin.minute) == (0, 0) else f"{begin:%Y-%m-%dT%H%M}"


def without(found: Found, keep: NDArray[np.bool_]) -> Found | None:
    """A record of the pieces that count, None where none does: its amounts, rows, time and id are those of the pieces that are left."""
    pieces = found.pieces
    if pieces is None or bool(keep.all()):
        return found
    if not keep.any():
        return None
    left = pieces.of(keep)
    record = copy.deepcopy(found.record)
    set_amounts(record, left)
    for name, before, after in (
        ("start", pieces.begins.min(), left.begins.min()),
        ("end", pieces.ends.max(), left.ends.max()),
    ):
        if before != after:
            record[name] = datetime.fromtimestamp(float(after), UTC).isoformat()
    if begin_label(left) != begin_label(pieces):
        record["id"] = record["id"].replace(begin_label(pieces), begin_label(left))
    return replace(found, record=record, rows=left.rows.tolist(), pieces=left)


def set_amounts(record: dict[str, Any], pieces: Pieces) -> None:
    """Write the sums of the pieces into a record."""
    costs = []
    for name in pieces.amounts:
        total = pieces.total(name)
        if name == HOURS:
            record["devices"][0]["device_hours"] = f"{total:.10g} h"
        elif name.startswith(COST):
            costs.append(f"{total:.4f} {name.removeprefix(COST)}".strip())
        else:
            record.setdefault("work", {})[name] = total
    if costs:
        record.setdefault("ext", {})["billed_cost"] = " and ".join(costs)


def counted(files: Sequence[Sequence[Pieces]]) -> list[list[NDArray[np.bool_]]]:
    """Which pieces count, for each record of each file.

    Within a file all count. Where rows of one key overlap in time in several files, those of one file count: of the one that holds most
    of that time, then of the one that reaches furthest, then of the one with the larger amounts, then of the first: the caller
    gives files in an order that does not hang on how they were named, such as that of their digests. What is then left of one
    machine in several files (the same hours priced in two ways) is cut to as many hours as there are, by whole files.
    """
    table = _Table(files)
    table.choose(table.keys)
    table.limit()
    return table.masks()


def of_machines(formats: Sequence[Sequence[Pieces]]) -> list[list[NDArray[np.bool_]]]:
    """Which pieces count where bills in several formats charge one machine for one time: those of one format."""
    table = _Table(formats)
    table.choose(table.machine)
    return table.masks()


def differing(files: Sequence[Sequence[Pieces]], masks: Sequence[Sequence[NDArray[np.bool_]]]) -> list[int]:
    """How many rows of each file do not count, while other amounts count for the same key and window: a later state, or another account."""
    table = _Table(files)
    if not table.records:
        return [0 for _ in files]
    keep = np.concatenate([mask for file in masks for mask in file])
    order = np.lexsort((table.end, table.begin, table.keys))
    changes = [np.diff(column[order]) != 0 for column in (table.keys, table.begin, table.end)]
    row = np.empty(len(order), np.int64)
    row[order] = np.cumsum(np.concatenate(([0], changes[0] | changes[1] | changes[2])))
    amount = _joined([_amounts(pieces) for _, pieces in table.records], np.float64)
    counts = np.bincount(row, amount * keep)
    is_counted = np.bincount(row, keep) > 0
    out = []
    for file in range(len(files)):
        gone = ~keep & (table.file == file)
        own = np.bincount(row, amount * gone, len(counts))
        other = is_counted & (np.abs(own - counts) > _ALIKE * np.maximum(own, counts))
        out.append(int((gone & other[row]).sum()))
    return out


def _amounts(pieces: Pieces) -> NDArray[np.float64]:
    """What each row adds, whatever it is, without its cost, which may be restated."""
    columns = [values for name, values in pieces.amounts.items() if not name.startswith(COST)]
    return np.sum(columns, axis=0) if columns else np.zeros(len(pieces))


def _joined(parts: Sequence[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


class _Table:
    """The pieces of all files, one a row."""

    def __init__(self, files: Sequence[Sequence[Pieces]]) -> None:
        self.records = [(number, pieces) for number, records in enumerate(files) for pieces in records]
        self.sizes = [len(records) for records in files]
        lengths = [len(pieces) for _, pieces in self.records]
        self.splits = np.cumsum(lengths)[:-1] if lengths else np.zeros(0, np.int64)
        self.file = np.repeat(np.asarray([n for n, _ in self.records], np.int64), lengths)
        self.keys = _joined([pieces.keys for _, pieces in self.records], np.uint64)
        # whole seconds: a sum over keys of them stays exact
        self.begin = np.floor(_joined([p.begins for _, p in self.records], np.float64)).astype(np.int64)
        self.end = np.ceil(_joined([p.ends for _, p in self.records], np.float64)).astype(np.int64)
        self.machine = np.repeat(np.asarray([p.machine for _, p in self.records], np.uint64), lengths)
        self.hours = _joined([p.amounts.get(HOURS, np.zeros(len(p))) for _, p in self.records], np.float64)
        self.keep = np.ones(len(self.keys), bool)
        self.rank = self._ranked(len(files))

    def _ranked(self, files: int) -> NDArray[np.int64]:
        """Rank of each file, 0 for the one that comes first where two hold the same."""
        reach = np.full(files, np.iinfo(np.int64).min)
        np.maximum.at(reach, self.file, self.end)
        amounts = np.zeros(files)
        for number, pieces in self.records:
            amounts[number] += sum(pieces.total(n) for n in pieces.amounts if not n.startswith(COST))
        order = np.lexsort((np.arange(files), -amounts, -reach))
        rank = np.empty(files, np.int64)
        rank[order] = np.arange(files)
        return rank

    def _clusters(self, group: NDArray[np.uint64], among: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
        """(rows, cluster of each) of rows of one group that overlap in time, of groups that stand in several files."""
        rows = np.flatnonzero(among)
        _, inverse = np.unique(group[rows], return_inverse=True)
        groups = int(inverse.max(initial=-1)) + 1
        least, most = np.full(groups, len(self.sizes)), np.full(groups, -1)
        np.minimum.at(least, inverse, self.file[rows])
        np.maximum.at(most, inverse, self.file[rows])
        several = (least != most)[inverse]
        rows, inverse = rows[several], inverse[several]
        order = np.lexsort((self.end[rows], self.begin[rows], inverse))
        rows, inverse = rows[order], inverse[order].astype(np.int64)
        if not len(rows):
            return rows, inverse
        zero = int(self.begin[rows].min())
        step = int(self.end[rows].max()) - zero + 1  # groups one after the other in time
        begin, end = self.begin[rows] - zero + inverse * step, self.end[rows] - zero + inverse * step
        until = np.maximum.accumulate(end)
        starts = np.concatenate(([True], begin[1:] >= until[:-1]))
        return rows, np.cumsum(starts) - 1

    def choose(self, group: NDArray[np.uint64]) -> None:
        """Keep the rows of one file where rows of one group, which is not 0, overlap in several."""
        rows, cluster = self._clusters(group, self.keep & (group > 0))
        if not len(rows):
            return
        pair, of_pair = np.unique(cluster * len(self.sizes) + self.file[rows], return_inverse=True)
        first, last = np.full(len(pair), np.iinfo(np.int64).max), np.full(len(pair), np.iinfo(np.int64).min)
        np.minimum.at(first, of_pair, self.begin[rows])
        np.maximum.at(last, of_pair, self.end[rows])
        cluster_of, file_of = np.divmod(pair, len(self.sizes))
        order = np.lexsort((self.rank[file_of], first - last, cluster_of))
        is_first = np.concatenate(([True], np.diff(cluster_of[order]) > 0))
        best = np.empty(int(cluster.max()) + 1, np.int64)
        best[cluster_of[order][is_first]] = file_of[order][is_first]
        self.keep[rows] = self.file[rows] == best[cluster]

    def limit(self) -> None:
        """Keep no more hours of one machine than there are, over several files."""
        rows, cluster = self._clusters(self.machine, self.keep & (self.machine > 0))
        if not len(rows):
            return
        count = int(cluster.max()) + 1
        first, last = np.full(count, np.iinfo(np.int64).max), np.full(count, np.iinfo(np.int64).min)
        np.minimum.at(first, cluster, self.begin[rows])
        np.maximum.at(last, cluster, self.end[rows])
        room = (last - first) / 3600 + ROUNDING
        excess = np.flatnonzero(np.bincount(cluster, self.hours[rows], count) > room)
        if not len(excess):
            return
        begins = np.searchsorted(cluster, excess)
        ends = np.searchsorted(cluster, excess, side="right")
        for number, begin, end in zip(excess.tolist(), begins.tolist(), ends.tolist(), strict=True):
            held, left = rows[begin:end], float(room[number])
            for file in sorted(set(self.file[held].tolist()), key=lambda f: int(self.rank[f])):
                mine = held[self.file[held] == file]
                hours = float(self.hours[mine].sum())
                if hours > left and left < room[number]:
                    self.keep[mine] = False
                else:
                    left -= hours

    def masks(self) -> list[list[NDArray[np.bool_]]]:
        """What is kept, by file and record."""
        parts = iter(np.split(self.keep, self.splits) if self.records else [])
        return [[next(parts) for _ in range(size)] for size in self.sizes]
