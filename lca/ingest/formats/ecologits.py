"""EcoLogits: impacts of requests to models behind an API, as modelled from output tokens. Intervals are kept."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lca import unique_keys
from lca.errors import Fault, shorten
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import plural, said

FORMAT = Format(
    "ecologits",
    "EcoLogits impacts, JSON or JSON Lines",
    "energy with PUE as modelled, declared emissions, primary energy, ADPe and water, with intervals; model, requests, tokens where they stand beside",
    "PUE, place, devices; anything measured",
)
#: impact -> unit, as `ecologits.impacts.modeling` has them
_UNITS = {"energy": "kWh", "gwp": "kgCO2eq", "adpe": "kgSbeq", "pe": "MJ", "wcf": "L"}
#: quantity of `declared` -> (path of the impact, unit of ours). The totals of gwp hold usage and embodied: the parts serve beside them.
_PATHS = {
    "co2e": (("usage", "gwp"), "kgCO2e"), "embodied_co2e": (("embodied", "gwp"), "kgCO2e"), "total_co2e": (("gwp",), "kgCO2e"),
    "primary_energy": (("pe",), "MJ"), "adpe": (("adpe",), "kgSbeq"), "water": (("wcf",), "L"),
}  # fmt: skip
#: answers that may be streamed at one time
OPENED = 1000
_IN, _OUT = ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")
_KEYS = [re.compile(rf'"{n}"\s*:\s*(\{{|[\d.]|null)') for n in ("energy", "gwp", "adpe", "pe")]


class _Bad(Exception):
    """(field, found, problem) of an object that cannot be used."""


class _Range(NamedTuple):
    low: float
    high: float


def claims(head: Head) -> bool:
    """The four impacts that every version writes, as an object, a list or lines."""
    return head.text.lstrip("\ufeff \r\n\t")[:1] in ("{", "[") and all(k.search(head.text) for k in _KEYS)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per model: the sum over its requests. Of the chunks of a streamed answer the last counts: it holds those before."""
    sums: dict[str, dict[str, Any]] = {}
    chunks = [0]
    for row, one in _settled(_objects(log), chunks):
        try:
            _add(sums, row, one)
            log.account.use()
        except _Bad as bad:
            field, found, problem = bad.args
            yield Fault(f"{log.shown}: row {row}", field, shorten(found), problem, "Write the impacts again with EcoLogits.", "torn-row")  # fmt: skip
    if chunks[0]:
        log.account.ignore("chunks of streamed answers before the last", chunks[0])
        message = plural(
            chunks[0], "one chunk of a streamed answer was left out, since the last one of each answer counts",
            "{n} chunks of streamed answers were left out, since the last one of each answer counts", n=chunks[0],
        )  # fmt: skip
        yield Note("cumulative-rows", message, "energy[0]")
    for model, held in sums.items():
        yield _found(log, model, held)


def _settled(objects: Iterator[tuple[int, Any]], chunks: list[int]) -> Iterator[tuple[int, Any]]:
    """Each object that was not streamed, and the last chunk with impacts of each answer. Impacts of chunks grow (ecologits, docs/tutorial)."""
    opened: dict[str, tuple[int, Any]] = {}
    for row, one in objects:
        is_chunk = isinstance(one, dict) and "chunk" in str(one.get("object"))[:40] and isinstance(one.get("id"), str)
        if not is_chunk:
            yield row, one
            continue
        held = opened.pop(one["id"], None)
        chunks[0] += held is not None
        opened[one["id"]] = (row, one) if held is None or isinstance(one.get("impacts"), dict) else held
        if len(opened) > OPENED:
            yield opened.pop(next(iter(opened)))
    yield from opened.values()


def _objects(log: Log) -> Iterator[tuple[int, Any]]:
    """(row, object) of a document, or of each line where there are several."""
    first = next(iter(log.head.lines), "").lstrip("\ufeff")
    try:
        is_lines = isinstance(unique_keys.of_json(first), dict)
    except (ValueError, RecursionError):
        is_lines = first.lstrip().startswith("{") and first.rstrip().endswith("}")
    if not is_lines:
        made = log.json()
        objects = made if isinstance(made, list) else [made]
        log.account.expect(len(objects))
        yield from log.each(objects)
        return
    for row, line in log.lines():
        if line.strip():
            try:
                yield row, unique_keys.of_json(line.lstrip("\ufeff"))
            except (ValueError, RecursionError):
                yield row, line


def _add(sums: dict[str, dict[str, Any]], row: int, one: Any) -> None:
    """Put the impacts of one request to those of its model. Raises _Bad where it holds no energy."""
    if not isinstance(one, dict):
        raise _Bad("", _told(one), "not an object")
    impacts = one.get("impacts", one)
    if not isinstance(impacts, dict):
        raise _Bad("impacts", _told(impacts), "not an object")
    if impacts.get("energy") is None:
        codes = impacts.get("errors")
        code = next((e.get("code") for e in codes if isinstance(e, dict)), "") if isinstance(codes, list) else ""
        raise _Bad(
            "energy", str(code or ""), "no energy: EcoLogits could not model the request" if codes else "no energy"
        )
    energy = _range(impacts, ("energy",))
    assert energy is not None  # it is there
    if energy.high == 0:
        raise _Bad("energy", "0 kWh", "0 kWh is no energy of a request")
    declared = {name: _range(impacts, path) for name, (path, _) in _PATHS.items()}
    if declared["co2e"] is None:  # without its parts
        declared |= {"co2e": declared["total_co2e"], "total_co2e": None}
    amounts = _amounts(one)
    model = one.get("model") if isinstance(one.get("model"), str) else ""
    held = sums.setdefault(str(model)[:200], {"rows": [], "sums": {}, "times": (0, math.inf, -math.inf)})
    held["rows"].append(row)
    for name, value in ({"energy": energy} | declared | amounts).items():
        if value is not None:
            count, low, high = held["sums"].get(name, (0, 0.0, 0.0))
            held["sums"][name] = count + 1, low + value.low, high + value.high
    created = _number(one.get("created"))
    if 1420070400 <= created < 4102444800:  # seconds since 1970 from 2015 to 2100
        count, first, last = held["times"]
        held["times"] = count + 1, min(first, created), max(last, created)


def _range(impacts: dict[str, Any], path: tuple[str, ...]) -> _Range | None:
    """The interval of an impact, None where it is not there. Raises _Bad for one that is none, or in another unit."""
    value: Any = impacts
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    field = ".".join(path)
    if value is None:
        return None
    if isinstance(value, dict):
        unit = value.get("unit", _UNITS[path[-1]])
        if unit != _UNITS[path[-1]]:
            raise _Bad(f"{field}.unit", _told(unit), f"not {_UNITS[path[-1]]}")
        value = value.get("value", value)
    low, high = (value.get("min"), value.get("max")) if isinstance(value, dict) else (value, value)
    made = _Range(_number(low), _number(high))
    if not 0 <= made.low <= made.high:
        raise _Bad(field, _told(value), "not a number of at least 0, or min and max in their order")
    return made


def _amounts(one: dict[str, Any]) -> dict[str, _Range | None]:
    """Tokens of the answer, where the impacts are written beside it."""
    usage = one.get("usage")
    made: dict[str, _Range | None] = {}
    for name, keys in (("tokens_in", _IN), ("tokens_out", _OUT)):
        for place in (usage, one):
            if not isinstance(place, dict) or (key := next((k for k in keys if k in place), None)) is None:
                continue
            try:
                count = cells.count(place[key])
            except ValueError as error:
                raise _Bad(key, _told(place[key]), str(error)) from None
            if count is not None:
                made[name] = _Range(count, count)
                break
    return made


def _found(log: Log, model: str, held: dict[str, Any]) -> Found:
    count, notes = len(held["rows"]), []
    stated = {name: made[1:] for name, made in held["sums"].items() if made[0] == count}
    energy = _text(stated["energy"], "kWh")
    if isinstance(energy, dict):
        notes.append(Note("modelled-component", said("the energy is the middle of the interval that EcoLogits modelled: it states no other value"), "energy[0]"))  # fmt: skip
    record: dict[str, Any] = {
        "id": f"{_stem(log)}-{log.digest[:8]}-{held['rows'][0]}", "stage": "inference",
        "work": {"requests": count} | {name: stated[name][0] for name in ("tokens_in", "tokens_out") if name in stated},
        "energy": [{"value": energy, "boundary": "facility", "method": "modelled", "includes_pue": True}],
        "declared": {name: _text(stated[name], unit) for name, (_, unit) in _PATHS.items() if name in stated},
    }  # fmt: skip
    if model:
        record["system"] = model
    lacking = [name for name in ("tokens_in", "tokens_out") if name not in held["sums"]]
    if len(lacking) == 1:
        message = said("no request of this model states its {name}, which is left out", name=lacking[0])
        notes.append(Note("cells-not-used", message, "work", "info"))
    short = {name: made[0] for name, made in held["sums"].items() if made[0] < count}
    if short:
        told = ", ".join(f"{name} {n} of {count}" for name, n in short.items())
        notes.append(
            Note("identity-mismatch", said("not every request states it: {told}; left out", told=told), "declared")
        )
    times, first, last = held["times"]
    if times == count and last > first:
        record["start"], record["end"] = (datetime.fromtimestamp(t, UTC).isoformat() for t in (first, last))
    return Found(record, held["rows"], tuple(notes), "ecologits")


def _stem(log: Log) -> str:
    return log.head.name.partition(".")[0] or "log"


def _text(ends: tuple[float, float], unit: str) -> str | dict[str, Any]:
    """The sum as a quantity. Intervals rest on the same unknown size of a model: their ends are added up."""
    low, high = ends
    if low == high:
        return f"{low!r} {unit}"
    return {"value": (low + high) / 2, "low": low, "high": high, "unit": unit}


def _told(value: Any) -> str:
    """A value for a message."""
    try:
        return value if isinstance(value, str) else json.dumps(value)
    except (ValueError, RecursionError):  # more digits or levels than Python writes
        return type(value).__name__


def _number(value: Any) -> float:
    """A number as JSON holds it, NaN for all else."""
    try:
        number = cells.number(value, minimum=None) if not isinstance(value, str) else None
    except ValueError:
        return math.nan
    return math.nan if number is None else number
