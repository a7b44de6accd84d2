"""Alumet CSV: one measurement per row; the energy of RAPL is what each sample adds, by domain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import cells, device_samples, energy_counter, gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row, wrong_width
from lca.language import listed, plural, said
from lca.local_time import iso

FORMAT = Format(
    "alumet",
    "Alumet CSV (metric;timestamp;value;resource_kind...)",
    "energy of processors and memory by RAPL, window in UTC",
    "GPUs and what else RAPL does not measure, place, what ran on the machine",
    marks=(("metric", "timestamp", "value", "resource_kind", "resource_id", "consumer_kind", "consumer_id"),),
)
_NEEDED = ("metric", "timestamp", "value", "resource_kind", "resource_id", "consumer_kind", "consumer_id")
_ENERGY = ("rapl_consumed_energy_J", "rapl_consumed_energy")
_MACHINE = "local_machine"
#: domain of a sample -> part of the energy; cores and graphics (pp0, pp1) lie within the package
_PARTS = {"package": "cpu", "dram": "dram", "platform": "psys", "psys": "psys"}
_BY_RESOURCE = {"cpu_package": "package", "dram": "dram"}
_DOMAIN = re.compile(r"(?:^|[,\s])domain=([A-Za-z0-9_]+)")
_KWH = 1 / 3.6e6  # kWh in a joule
#: names that a message lists
MOST = 5


class _Series:
    """One domain of one package. What its first sample adds came in a step before it, taken to be as long as the next."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.sum = 0.0
        self.count = 0
        self.counter = energy_counter.Counter()
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
        self.parts = self.within = 0
        self.others: Counter[str] = Counter()


def claims(head: Head) -> bool:
    """The header names the columns of the long format."""
    lines = head.lines
    return bool(lines) and tuple(c.strip() for c in lines[0].lstrip("\ufeff").split(";")[:7]) == _NEEDED


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per file: the energy of the machine."""
    kept = _Kept()
    header: list[str] = []
    last, at = "", None
    for row, raw in log.table(";"):
        if not header:
            header = [name.strip() for name in raw]
            log.account.head()
            continue
        where = f"{log.shown}: row {row}"
        if len(raw) != len(header):
            yield wrong_width(where, len(raw), len(header))
            continue
        texts = {name: text.strip() for name, text in zip(header, raw, strict=True)}
        if texts["timestamp"] != last:
            last = texts["timestamp"]
            at = _moment(last)
        if at is None:
            yield torn_row(where, "timestamp", last, "not a time with an offset")
            continue
        kept.first = kept.first or row
        kept.begin, kept.end = min(kept.begin, at), max(kept.end, at)
        if texts["metric"] not in _ENERGY:
            kept.others[texts["metric"]] += 1
            log.account.ignore("other metrics")
            continue
        try:
            joules = cells.number(texts["value"])
            if joules is None:
                raise ValueError("no value")
        except ValueError as error:
            yield torn_row(where, "value", texts["value"], str(error))
            continue
        if texts["consumer_kind"] not in (_MACHINE, ""):
            kept.parts += 1
            log.account.ignore("parts of the machine")
        elif (part := _PARTS.get(_domain(texts), "")) == "":
            kept.within += 1
            log.account.ignore("domains within others")
        else:
            kept.series.setdefault((part, texts["resource_id"]), _Series(row)).put(at, joules)
            log.account.use()
    if kept.first:
        yield _found(kept)


def _domain(texts: dict[str, str]) -> str:
    """What a sample is the energy of: a column, an attribute, or else the kind of its resource."""
    told = texts.get("domain") or ""
    found = None if told else _DOMAIN.search(texts.get("__late_attributes") or "")
    return (told or (found[1] if found else _BY_RESOURCE.get(texts.get("resource_kind", ""), ""))).lower()


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
        record |= {"start": iso(round(begin, 3)), "end": iso(round(end, 3))}
    if not series:
        told = "only single samples of rapl_consumed_energy, of an unknown step" if kept.series else "no rapl_consumed_energy of the machine"  # fmt: skip
        notes.append(Note("no-energy", said("the file holds {told}: no energy follows from it", told=told), "energy"))
        return Found(record, kept.first, tuple(notes), "alumet")
    energy, reading = gauge.energy([s.counter for s in series], "component_sum")
    if "psys" not in used:
        sums = dict.fromkeys(sorted(used), 0.0)
        for (part, _), one in stepped.items():
            sums[part] += sum(one.counter.result()[0].values())
        energy["components"] = {part: f"{kwh!r} kWh" for part, kwh in sums.items()}
        notes.append(device_samples.measured_parts(sorted(used)))
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
        message = plural(
            kept.within, "one sample of another domain of RAPL, such as cores, lies within these or adds them up; it was not added",
            "{n} samples of other domains of RAPL, such as cores, lie within these or add them up; they were not added", n=kept.within,
        )  # fmt: skip
        notes.append(Note("rows-left-out", message, "energy[0]"))
    single = sum(s.count < 2 for s in kept.series.values())
    if single and names:
        message = plural(
            single, "one domain of RAPL has a single sample, of an unknown step; it was left out",
            "{n} domains of RAPL have a single sample each, of an unknown step; they were left out", n=single,
        )  # fmt: skip
        notes.append(Note("rows-left-out", message, "energy[0]", "warning"))
    if kept.parts:
        message = plural(
            kept.parts, "one sample of a process or a group is a part of the machine; it was not added",
            "{n} samples of processes or groups are parts of the machine; they were not added", n=kept.parts,
        )  # fmt: skip
        notes.append(Note("rows-left-out", message, "energy[0]"))
    if kept.others:
        n = kept.others.total()
        message = plural(
            n, "one row of another metric is not read, only those of rapl_consumed_energy: {names}",
            "{n} rows of other metrics are not read, only those of rapl_consumed_energy: {names}",
            n=n, names=listed(shorten(name) or said("one without a name") for name in sorted(kept.others)[:MOST]),
        )  # fmt: skip
        is_energy = any("energy" in name or "power" in name for name in kept.others)
        notes.append(Note("rows-left-out", message, "energy", "warning" if is_energy else "info"))
    return notes


def _moment(text: str) -> float | None:
    """Seconds since 1970 of a time with an offset; None for any other text."""
    try:
        time = cells.stamp(text)
    except ValueError:
        return None
    return time.timestamp() if time is not None and time.tzinfo is not None else None
