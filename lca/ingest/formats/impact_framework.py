"""Impact Framework: the leaves of the tree of a manifest, their outputs where it was computed. Plugins are never run."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from lca.errors import Fault, InputError, shorten
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.manifest import document
from lca.language import plural, said

FORMAT = Format(
    "impact-framework",
    "Impact Framework manifest or its output, YAML",
    "window, duration and utilisation of each leaf; energy and declared emissions where the manifest was computed",
    "devices, stage, boundary of the energy, PUE; energy of a manifest that was not computed",
)
#: nodes of the tree, and observations of all leaves, counted again wherever an alias repeats them
NODES, OBSERVATIONS = 10_000, 1_000_000
#: numbers that YAML 1.1 takes for text, since it asks for a dot
_EXPONENT = re.compile(r"[-+]?\d{1,20}[eE][-+]?\d{1,3}\Z")
_PARTS = {"cpu/energy": "cpu", "gpu/energy": "accelerator", "memory/energy": "dram"}
#: quantity of `declared` -> parameters in g; carbon holds both parts where they stand beside it
_CARBON = {
    "co2e": ("carbon-operational",),
    "embodied_co2e": ("embodied-carbon", "carbon-embodied"),
    "total_co2e": ("carbon",),
}


def claims(head: Head) -> bool:
    """A tree, plugins and inputs, which no other YAML has together."""
    lines = [line.rstrip() for line in head.lines]
    starts = {line.partition(":")[0] for line in lines if line[:1].isalpha()}
    words = {line.strip().partition(":")[0].strip("\"'") for line in lines if line[:1] in " -"}
    return {"tree", "initialize"} <= starts and "plugins" in words and bool(words & {"children", "inputs"})


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per leaf. Raises InputError for a document that is none, or is made to exhaust its reader."""
    made = document(log)
    if not isinstance(made, dict) or not isinstance(made.get("tree"), dict):
        yield Fault(log.shown, "tree", "", "not a manifest with a tree", "Give a manifest of the Impact Framework.")
        return
    system = made.get("name") if isinstance(made.get("name"), str) else ""
    total = number = 0
    mocks = _mocks(made.get("initialize"))
    for path, leaf, pipeline in _leaves(log, made["tree"]):
        number += 1
        where = f"{log.shown}: leaf {number}"
        if isinstance(leaf, str):
            yield Fault(where, path, "", leaf, "Correct the manifest.", lines=1)
            continue
        if mocks & pipeline:
            told = "its observations are made up by MockObservations"
            yield Fault(
                where, f"{path}.pipeline", shorten(min(mocks & pipeline)), told, "Give what was observed.", lines=1
            )
            continue
        # outputs may be spread over other times than the inputs, and filled up with zeros: their window is none
        name = "inputs" if leaf.get("inputs") else "outputs"
        rows = leaf.get(name)
        total += len(rows) if isinstance(rows, list) else 0
        if total > OBSERVATIONS:
            raise InputError(
                log.shown, f"more than {OBSERVATIONS} observations, with what aliases repeat", "Split the manifest."
            )
        found = _run(where, f"{path}.{name}", str(system)[:200], log, number, rows, leaf)
        log.account.use(isinstance(found, Found))
        yield found if isinstance(found, Found) else replace(found, lines=1)
    log.account.expect(number)


def _mocks(given: Any) -> set[str]:
    """Names of the plugins that make observations up."""
    plugins = given.get("plugins") if isinstance(given, dict) else None
    pairs = plugins.items() if isinstance(plugins, dict) else ()
    return {str(n) for n, one in pairs if isinstance(one, dict) and one.get("method") == "MockObservations"}


def _words(pipeline: Any) -> set[str]:
    """Names of plugins in a pipeline: a list, or lists by phase."""
    lists = list(pipeline.values()) if isinstance(pipeline, dict) else [pipeline]
    return {word for each in lists if isinstance(each, list) for word in each if isinstance(word, str)}


def _leaves(log: Log, tree: dict[str, Any]) -> Iterator[tuple[str, Any, set[str]]]:
    """(path, leaf, its plugins with those of nodes above), or what is wrong in place of the leaf. Aggregates are not looked at."""
    left: list[tuple[str, Any, set[str]]] = [("tree", tree, set())]
    nodes = 1
    while left:
        path, node, above = left.pop()
        pipeline = above | _words(node.get("pipeline")) if isinstance(node, dict) else above
        children = node.get("children") if isinstance(node, dict) else None
        if isinstance(children, dict) and children:
            nodes += len(children)
            if nodes > NODES:
                raise InputError(log.shown, f"more than {NODES} nodes of the tree, with what aliases repeat", "Split the manifest.")  # fmt: skip
            if "inputs" in node:
                yield path, "inputs of a node that has children: they were not used", pipeline
            # by place: names of nodes may be those of machines
            left += [(f"{path}[{n}]", child, pipeline) for n, child in reversed(list(enumerate(children.values(), 1)))]
        elif not isinstance(node, dict):
            yield path, "not a node of a tree", pipeline
        elif "inputs" in node or "outputs" in node:
            yield path, node, pipeline
        else:
            yield path, "a leaf without inputs and outputs", pipeline


def _told(value: Any) -> str:
    """A value for a message; never a collection, which aliases may have made endless."""
    try:
        return shorten(str(value)) if isinstance(value, (str, int, float, date)) else type(value).__name__
    except ValueError:  # more digits than Python writes
        return "a number of many digits"


def _run(where: str, path: str, system: str, log: Log, number: int, rows: Any, leaf: dict[str, Any]) -> Found | Fault:
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        return Fault(where, path, _told(rows), "not a list of observations", "Correct the manifest.", "torn-row")
    given = leaf.get("defaults")
    defaults: dict[str, Any] = given if isinstance(given, dict) else {}
    times = []
    for n, row in enumerate(rows):
        start, seconds = _time(row.get("timestamp")), _number(row.get("duration"))
        if start is None:
            return Fault(where, f"{path}[{n}].timestamp", _told(row.get("timestamp")), "not a time", "Correct the manifest.", "torn-row")  # fmt: skip
        if not seconds >= 0:
            return Fault(where, f"{path}[{n}].duration", _told(row.get("duration")), "not a number of seconds", "Correct the manifest.", "torn-row")  # fmt: skip
        times.append((start, seconds))
    if len({start.tzinfo is None for start, _ in times}) > 1:
        return Fault(where, f"{path}[].timestamp", "", "some times have an offset and some have none", "Write all of them alike.", "clock-fault")  # fmt: skip
    sums: dict[str, Any] = {}
    notes: list[Note] = []
    outputs = leaf.get("outputs") or rows
    if not isinstance(outputs, list) or not all(isinstance(r, dict) for r in outputs):
        found = _told(outputs)
        return Fault(where, f"{path.rpartition('.')[0]}.outputs", found, "not a list of observations", "Correct the manifest.", "torn-row")  # fmt: skip
    computed = path.rpartition(".")[0] + (".outputs" if leaf.get("outputs") else ".inputs")
    for name in ("energy", *_PARTS, *(c for names in _CARBON.values() for c in names)):
        made = _sum(outputs, name)
        if isinstance(made, tuple):
            return Fault(where, f"{computed}[{made[0]}].{name}", made[1], "not a number of at least 0", "Correct the manifest.", "torn-row")  # fmt: skip
        sums[name] = made
        held = sum(1 for row in outputs if row.get(name) is not None)
        if made is None and held:
            message = plural(
                len(outputs) - held, "one of {all} observations states no {name}; it is not used",
                "{n} of {all} observations state no {name}; it is not used", n=len(outputs) - held, all=len(outputs), name=name,
            )  # fmt: skip
            notes.append(Note("cells-not-used", message, name))
    record = _window(times, notes) | {
        "id": f"{log.head.name.partition('.')[0] or 'log'}-{log.digest[:8]}-{number}",
        "system": system,
    }
    record |= {
        "energy": _energy(sums, notes),
        "declared": _declared(sums),
        "location": _location([defaults | row for row in rows], notes),
    }
    load = [
        (_number(row.get("cpu/utilization", defaults.get("cpu/utilization"))), t)
        for row, (_, t) in zip(rows, times, strict=True)
    ]
    weight = math.fsum(t for _, t in load)
    if weight > 0 and all(0 <= u <= 100 for u, _ in load):
        record["devices"] = [{"kind": "cpu", "utilisation": math.fsum(u * t for u, t in load) / weight / 100}]
    elif any("cpu/utilization" in row for row in rows):
        message = said("cpu/utilization is not a number from 0 to 100 in every observation; it is not used")
        notes.append(Note("cells-not-used", message, "devices[0].utilisation"))
    return Found({k: v for k, v in record.items() if v}, number, tuple(notes), "impact-framework")


def _window(times: list[tuple[datetime, float]], notes: list[Note]) -> dict[str, Any]:
    times = sorted(times)
    begin, seconds = times[0][0], math.fsum(t for _, t in times)
    if any((b[0] - a[0]).total_seconds() < a[1] - 1e-3 for a, b in pairwise(times)):
        notes.append(Note("clock-fault", said("observations overlap: all of them count"), "duration"))
    record = {"start": begin.isoformat()} | ({"duration": f"{seconds!r} s"} if seconds else {})
    try:
        end = max(start + timedelta(seconds=length) for start, length in times)
    except OverflowError:
        return record
    return record | ({"end": end.isoformat()} if end > begin else {})


def _sum(rows: list[dict[str, Any]], name: str) -> float | tuple[int, str] | None:
    """The sum of a parameter; None where not every observation has it; (observation, text) of one that is no number."""
    values = [row.get(name) for row in rows]
    if any(v is None for v in values):
        return None
    numbers = [_number(v) for v in values]
    bad = next((n for n, v in enumerate(numbers) if not v >= 0), None)
    return math.fsum(numbers) if bad is None else (bad, _told(values[bad]))


def _energy(sums: dict[str, Any], notes: list[Note]) -> list[dict[str, Any]]:
    parts = {part: f"{sums[name]!r} kWh" for name, part in _PARTS.items() if sums[name]}
    value = sums["energy"]
    if value is None and parts:
        value = math.fsum(sums[name] for name in _PARTS if sums[name])
        notes.append(
            Note(
                "modelled-component",
                said("no energy is stated: it is the sum of {names}", names=", ".join(parts)),
                "energy[0]",
            )
        )
    if not value:
        notes.append(Note("no-energy", said("the observations hold no energy: the manifest was not computed, or names it otherwise"), "energy"))  # fmt: skip
        return []
    return [{"value": f"{value!r} kWh", "boundary": "component_sum", "method": "modelled"}]


def _declared(sums: dict[str, Any]) -> dict[str, str]:
    found = {q: next((sums[n] for n in names if sums[n] is not None), None) for q, names in _CARBON.items()}
    if found["co2e"] is None:  # without its parts
        found |= {"co2e": found["total_co2e"], "total_co2e": None}
    return {q: f"{value!r} gCO2e" for q, value in found.items() if value is not None}


def _location(rows: list[dict[str, Any]], notes: list[Note]) -> dict[str, str]:
    """A region only with its provider: codes of regions are those of one provider."""
    places = [(row.get("cloud/vendor"), row.get("cloud/region")) for row in rows]
    cloud, region = places[0]
    if not isinstance(region, str):
        return {}
    if not isinstance(cloud, str) or any(place != (cloud, region) for place in places):
        why = "the observations name no cloud/vendor" if not isinstance(cloud, str) else "not that of every observation"
        notes.append(
            Note(
                "location-missing",
                said("cloud/region {region} is not used: {why}", region=f"{shorten(region)!r}", why=why),
                "location",
            )
        )
        return {}
    return {"cloud": cloud[:200], "region": region[:200]}


def _time(value: Any) -> datetime | None:
    """A time as text or as YAML reads it; one without offset stays so."""
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        made = cells.stamp(value) if isinstance(value, (str, datetime)) else None
        return made.astimezone(UTC) if made is not None and made.tzinfo else made
    except (ValueError, OverflowError):
        return None


def _number(value: Any) -> float:
    """A number of at least 0, NaN where it is none; YAML 1.1 takes numbers such as 1e-5 for text."""
    try:
        made = cells.number(value) if not isinstance(value, str) or _EXPONENT.match(value) else None
    except ValueError:
        return math.nan
    return math.nan if made is None else made
