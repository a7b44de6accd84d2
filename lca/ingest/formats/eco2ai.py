"""Eco2AI: `emission.csv`, one row per tracker, or one per epoch where a tracker followed a training."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from lca.errors import Fault, shorten
from lca.fields import country_code
from lca.ingest import cells, plausible
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row, wrong_width
from lca.language import said

FORMAT = Format(
    "eco2ai",
    "Eco2AI emission.csv",
    "energy of processor, memory and GPUs as modelled and sampled, window, country, GPU and processor, declared emissions",
    "time zone, stage, PUE (the tool multiplies one in, 1 unless told, and does not write it)",
    marks=(("project_name", "start_time", "duration(s)", "power_consumption(kWh)", "CO2_emissions(kg)"),),
)
#: the column says power and holds energy
ENERGY, CO2, SECONDS = "power_consumption(kWh)", "CO2_emissions(kg)", "duration(s)"
_NEEDED = {"project_name", "start_time", SECONDS, ENERGY, CO2}
#: from version 0.3.13 on, how power was found stands behind
_GPU = re.compile(r"(.*?)\s*(\d{1,6}) device\(s\)(?:\s|$)")
_CPU = re.compile(r"(.*?)/(\d{1,6}) device\(s\)")


class _Row(NamedTuple):
    row: int
    texts: dict[str, str]
    start: datetime
    seconds: float
    energy: float
    co2: float | None
    excess: Fault | None = None


def claims(head: Head) -> bool:
    """The header that Eco2AI writes; forks that change a unit change a name, and are not claimed."""
    lines = head.lines
    return bool(lines) and {n.strip().strip('"') for n in lines[0].lstrip("\ufeff").split(",")} >= _NEEDED


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per id. Each epoch begins anew with its time and its energy: rows of one id are added up unless they overlap."""
    held: dict[str, list[_Row]] = {}
    header: list[str] = []
    for row, raw in log.table():
        if not header:
            header = [name.strip() for name in raw]
            log.account.head()
            continue
        if len(raw) != len(header):
            yield wrong_width(f"{log.shown}: row {row}", len(raw), len(header))
            continue
        texts = {name: text.strip() for name, text in zip(header, raw, strict=True)}
        made = _row(log, row, texts)
        if isinstance(made, Fault):
            yield made
        else:
            held.setdefault(texts.get("id") or f"row {row}", []).append(made)
    for key, all_rows in held.items():
        plain = {row.start for row in all_rows if row.excess is None}
        rows = [row for row in all_rows if row.excess is None or row.start not in plain]
        yield from (row.excess for row in all_rows if row.excess is not None and row.start in plain)
        run = _run(log, key, rows)
        if isinstance(run, Found):
            log.account.use(len(rows))
        yield run


def _row(log: Log, row: int, texts: dict[str, str]) -> _Row | Fault:
    where, field = f"{log.shown}: row {row}", SECONDS
    values: list[float | None] = []
    try:
        for field in (SECONDS, ENERGY, CO2):
            values.append(cells.number(texts[field]))
            if values[-1] is None and field != CO2:
                raise ValueError("no value")
        field = "start_time"
        start = cells.stamp(texts[field])
        if start is None:
            raise ValueError("no value")
        seconds, energy = values[0] or 0.0, values[1] or 0.0
        start + timedelta(seconds=seconds)
    except (ValueError, OverflowError) as error:
        return torn_row(where, field, texts[field], str(error) if isinstance(error, ValueError) else "not a time")
    limit = _ceiling(texts)
    if energy > limit * seconds / 3600:
        told = f"{texts[ENERGY]} kWh in {texts[SECONDS]} s"
        excess = Fault(where, ENERGY, told, f"more than {limit:g} kW, which no machine draws", "Correct the unit of energy or duration.", "implausible-power")  # fmt: skip
        return _Row(row, texts, start, seconds, energy, values[2], excess) if seconds > 0 else excess
    if energy == 0:
        return Fault(where, ENERGY, texts[ENERGY], f"0 kWh in {texts[SECONDS]} s is no measurement", "Leave the row out, or state its energy.", "no-energy")  # fmt: skip
    return _Row(row, texts, start, seconds, energy, values[2])


def _ceiling(texts: dict[str, str]) -> float:
    """The most kW that the machines of a row draw, by its devices."""
    return plausible.ceiling(sum(device["count"] for device in _devices(texts, [])))


def _run(log: Log, key: str, rows: list[_Row]) -> Found | Fault:
    rows.sort(key=lambda r: (_local(r.start), r.seconds, r.row))
    counted, notes = [], []
    for _, each in groupby(rows, key=lambda r: r.start):
        same = list(each)
        if any(b.energy < a.energy for a, b in pairwise(same)):
            return Fault(f"{log.shown}: row {same[-1].row}", "id", shorten(key), "rows of one id and start, of which the longer one has less energy", "Give each run its own id: none of its rows is used.", lines=len(rows))  # fmt: skip
        if len(same) > 1:
            notes.append(Note("cumulative-rows", said("{same} rows of one id and start: the longest one counts", same=len(same)), "energy[0]"))  # fmt: skip
        counted.append(same[-1])
    last = counted[-1]
    if len(counted) > 1:
        notes.append(Note("cumulative-rows", said("{counted} rows of one id, each with its own start: they are epochs and are added up", counted=len(counted)), "energy[0]"))  # fmt: skip
        # start_time is written in whole seconds
        if any((_local(b.start) - _local(a.start)).total_seconds() < a.seconds - 2 for a, b in pairwise(counted)):
            notes.append(
                Note("clock-fault", said("an epoch begins before the one before it has ended: both count"), "start")
            )
    seconds = sum(r.seconds for r in counted)
    end = max((r.start + timedelta(seconds=r.seconds) for r in counted), key=_local)
    record: dict[str, Any] = {
        "id": "" if key.startswith("row ") else key[:200], "system": last.texts.get("project_name", "")[:200],
        "start": counted[0].start.isoformat(), "end": end.isoformat(), "duration": f"{seconds!r} s",
        "devices": _devices(last.texts, notes),
        "energy": [_energy(counted, notes)],
    }  # fmt: skip
    declared = [r.co2 for r in counted if r.co2 is not None]
    if len(declared) == len(counted):
        record["declared"] = {"co2e": f"{sum(declared)!r} kgCO2e"}
    record["location"] = _place(last.texts.get("region/country", ""))
    if seconds == 0:
        del record["duration"], record["end"]
    record = {k: v for k, v in record.items() if v}
    return Found(record, [r.row for r in sorted(rows, key=lambda r: r.row)], tuple(notes), "eco2ai")


def _energy(rows: list[_Row], notes: list[Note]) -> dict[str, Any]:
    """The energy of epochs; those whose energy no machine draws are left to the others, as a part of the time without a measurement."""
    plain = [row for row in rows if row.excess is None]
    if not plain:  # `plausible` takes it out
        plain = rows
    for row in rows if len(plain) < len(rows) else []:
        if row.excess is not None:
            notes.append(plausible.note(f"{row.texts[ENERGY]} kWh", row.seconds / 3600, _ceiling(row.texts)))
    energy = {
        "value": f"{sum(row.energy for row in plain)!r} kWh",
        "boundary": "component_sum",
        "method": "modelled",
    }
    covered = sum(row.seconds for row in plain) / (sum(row.seconds for row in rows) or 1.0)
    return energy | ({"coverage": {"of": "time", "value": covered}} if len(plain) < len(rows) else {})


def _place(text: str) -> dict[str, str]:
    """`IN/Tamil Nadu` as codes; a region that ISO 3166-2 does not have by this name is left out."""
    import pycountry

    country, _, region = text.strip("() ").partition("/")
    with suppress(ValueError):
        code = country_code(country)
        parts = pycountry.subdivisions.get(country_code=code) or ()
        named = [p.code for p in parts if _folded(p.name) == _folded(region)]
        return {"country": code} | ({"subdivision": named[0]} if len(named) == 1 else {})
    return {}


def _folded(name: str) -> str:
    """Without accents, which ISO 3166-2 writes and Eco2AI does not."""
    letters = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(c for c in letters if not unicodedata.combining(c))


def _local(time: datetime) -> datetime:
    return time.replace(tzinfo=None)


def _devices(texts: dict[str, str], notes: list[Note]) -> list[dict[str, Any]]:
    """GPUs as `NVIDIA A100 2 device(s)`; processors only where there is none."""
    for name, kind, pattern in (("GPU_name", "gpu", _GPU), ("CPU_name", "cpu", _CPU)):
        text = texts.get(name, "")
        found = pattern.match(text)
        if found and int(found[2]) > 0 and found[1].strip():
            return [{"model": found[1].strip()[:200], "kind": kind, "count": int(found[2])}]
        if not found:
            message = said(
                "{name} is {text}, not a model with a number of devices; none counts",
                name=name,
                text=shorten(text) or "blank",
            )
            notes.append(Note("torn-row", message, "devices", "warning"))
    return []
