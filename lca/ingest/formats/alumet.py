"""Alumet CSV: one measurement per row; the energy of RAPL is what each sample adds, by domain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "alumet",
    "Alumet CSV (metric;timestamp;value;resource_kind...)",
    "energy of processors and memory by RAPL, window in UTC",
    "GPUs, place, what ran on the machine",
)
_NEEDED = ("metric", "timestamp", "value", "resource_kind", "resource_id", "consumer_kind", "consumer_id")
_ENERGY = ("rapl_consumed_energy_J", "rapl_consumed_energy")
_MACHINE = "local_machine"
#: domain of a sample -> part of the energy; cores and graphics (pp0, pp1) lie within the package
_PARTS = {"package": "cpu", "dram": "dram", "platform": "psys", "psys": "psys"}
_BY_RESOURCE = {"cpu_package": "package", "dram": "dram"}
_DOMAIN = re.compile(r"(?:^|[,\s])domain=([A-Za-z0-9_]+)")
_KWH = 1 / 3.6e6  # kWh in a joule


class _Series:
    """One domain of one package. What its first sample adds came in a step before it, taken to be as long as the next."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.sum = 0.0
        self.count = 0
        self.counter = gauge.Counter()
        self._first: tuple[float, float] | None = None

    def put(self, at: float, joules: float) -> None:
        self.count += 1
        self.sum += joules * _KWH
        if self._first is None:
            self._first = at, self.sum
            return
        if self.count == 2:
            begin, held = self._first
            self.counter.put(begin - max(at - begin, 0.0), 0.0)
            self.counter.put(begin, held)
        self.counter.put(at, self.sum)


class _Kept:
    """What is kept of a file while it is read."""

    def __init__(self) -> None:
        self.series: dict[tuple[str, str], _Series] = {}
        self.first = 0
        self.begin, self.end = float("inf"), float("-inf")
        self.parts = self.within = self.others = 0


def claims(head: Head) -> bool:
    """The header names the columns of the long format."""
    lines = head.lines
    return bool(lines) and tuple(c.strip() for c in lines[0].lstrip("\ufeff").split(";")[:7]) == _NEEDED


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per file: the energy of the machine."""
    kept = _Kept()
    last, at = "", None
    for row, cells in log.records(";"):
        where = f"{log.shown}: row {row}"
        stamp = cells.get("timestamp", "")
        if stamp != last:
            last, at = stamp, _stamp(stamp)
        if at is None:
            yield Fault(where, "timestamp", shorten(stamp), "not a time with an offset", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        kept.first = kept.first or row
        kept.begin, kept.end = min(kept.begin, at), max(kept.end, at)
        if cells["metric"] not in _ENERGY:
            kept.others += "energy" in cells["metric"] or "power" in cells["metric"]
            continue
        value = _joules(cells.get("value", ""))
        if value is None:
            yield Fault(where, "value", shorten(cells.get("value", "")), "not an energy of at least 0 J", "Restore the row from its source.", "torn-row")  # fmt: skip
        elif cells.get("consumer_kind") not in (_MACHINE, ""):
            kept.parts += 1
        elif (part := _PARTS.get(_domain(cells), "")) == "":
            kept.within += 1
        else:
            key = part, cells.get("resource_id", "")
            kept.series.setdefault(key, _Series(row)).put(at, value)
    if kept.first:
        yield _found(kept)


def _domain(cells: dict[str, str]) -> str:
    """What a sample is the energy of: a column, an attribute, or else the kind of its resource."""
    told = cells.get("domain") or ""
    found = None if told else _DOMAIN.search(cells.get("__late_attributes") or "")
    return (told or (found[1] if found else _BY_RESOURCE.get(cells.get("resource_kind", ""), ""))).lower()


def _found(kept: _Kept) -> Found:
    spans = {key: gauge.span([s.counter]) for key, s in kept.series.items()}
    stepped = {key: s for key, s in kept.series.items() if spans[key][1] > spans[key][0]}
    names = {part for part, _ in stepped}
    used = {"psys"} if "psys" in names else names
    series = [s for (part, _), s in stepped.items() if part in used]
    notes = _told(kept, names, used)
    record: dict[str, Any] = {}
    begin, end = gauge.span([s.counter for s in series])
    if not end > begin:
        begin, end = kept.begin, kept.end
    if end > begin:
        for name, at in (("start", begin), ("end", end)):
            record[name] = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    if not series:
        told = "only single samples of rapl_consumed_energy, of an unknown step" if kept.series else "no rapl_consumed_energy of the machine"  # fmt: skip
        notes.append(Note("no-energy", said("the file holds {told}: no energy follows from it", told=told), "energy"))
        return Found(record, kept.first, tuple(notes), "alumet")
    boundary = "component_sum" if used != {"cpu"} and used != {"dram"} else used.copy().pop()
    energy, reading = gauge.energy([s.counter for s in series], boundary)
    if used == {"cpu", "dram"}:
        sums = {"cpu": 0.0, "dram": 0.0}
        for (part, _), one in stepped.items():
            sums[part] += sum(one.counter.result()[0].values())
        energy["components"] = {part: f"{kwh!r} kWh" for part, kwh in sums.items()}
    record["energy"] = [energy]
    return Found(record, series[0].row, (*notes, *gauge.notes([s.counter for s in series])), "alumet", reading=reading)


def _told(kept: _Kept, names: set[str], used: set[str]) -> list[Note]:
    notes = []
    if "psys" in used and len(names) > 1:
        others = " and ".join(sorted({"cpu": "package", "dram": "dram"}[n] for n in names - used))
        notes.append(
            Note(
                "rows-left-out",
                said("the energy is that of psys, which holds {others}: not added", others=others),
                "energy[0]",
            )
        )
    if kept.within:
        notes.append(Note("rows-left-out", said("{within} samples of other domains of RAPL, such as cores, lie within these or add them up: not added", within=kept.within), "energy[0]"))  # fmt: skip
    single = sum(s.count < 2 for s in kept.series.values())
    if single and names:
        notes.append(Note("rows-left-out", said("{single} domains of RAPL have one sample, of an unknown step: left out", single=single), "energy[0]", "warning"))  # fmt: skip
    if kept.parts:
        notes.append(
            Note(
                "rows-left-out",
                said("{parts} samples of processes or groups are parts of the machine: not added", parts=kept.parts),
                "energy[0]",
            )
        )
    if kept.others:
        notes.append(Note("rows-left-out", said("{others} rows of other metrics of energy or power are not read: only rapl_consumed_energy is", others=kept.others), "energy", "warning"))  # fmt: skip
    return notes


def _stamp(text: str) -> float | None:
    try:
        made = datetime.fromisoformat(text)
        return made.timestamp() if made.tzinfo is not None and 2000 < made.year < 2200 else None
    except (ValueError, OverflowError):
        return None


def _joules(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e12 else None
