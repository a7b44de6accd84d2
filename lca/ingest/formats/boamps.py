"""BoAmps: reports of the energy of one task, as JSON and as its flattened CSV (https://github.com/Boavizta/BoAmps, model/)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from lca.errors import Fault, shorten
from lca.fields import named_country
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "boamps",
    "BoAmps report, JSON or flattened CSV",
    "energy, duration, requests, tokens, devices, country, stage, model and its parameters",
    "time zone, host, PUE; what the energy covers where the method is not known",
    marks=(("header", "task", "measures"),),
)
#: taskStage is free text: these are the examples of the schema, and what they are in our words
STAGES = {
    "training": "training", "retraining": "training", "pretraining": "training", "finetuning": "finetuning", "inference": "inference",
    "datacreation": "data", "preprocessing": "data", "evaluation": "evaluation", "test": "evaluation",
}  # fmt: skip
#: measurementMethod -> (boundary, method)
METHODS = {
    "codecarbon": ("component_sum", "modelled"), "carbonai": ("component_sum", "modelled"), "eco2ai": ("component_sum", "modelled"),
    "carbontracker": ("component_sum", "integrated"), "wattmeter": ("node", "integrated"),
}  # fmt: skip
#: what drafts of the schema state beside powerConsumption; from version 0.1 on it is kWh
UNITS = {u: u for u in ("J", "kJ", "MJ", "Wh", "kWh", "MWh", "GWh")} | {"wh": "Wh", "kwh": "kWh"}
#: components that are no accelerators; words of the schema and of trackers
_OTHER_PARTS = ("cpu", "ram", "memory", "dram", "hdd", "sdd", "ssd", "disk", "storage", "motherboard", "network", "psu")
_TOKENS = {"input": "tokens_in", "output": "tokens_out"}


def claims(head: Head) -> bool:
    """A report has a task, measures and a header; the flattened table has their columns. A schema has `properties` besides."""
    text = head.text.lstrip("\ufeff \r\n\t")
    if text.startswith(("{", "[")):
        return '"measures"' in text and '"task"' in text and '"header"' in text and '"properties"' not in text
    lines = head.lines
    return bool(lines) and "header_reportId" in lines[0] and "measures_0_" in lines[0]


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per report."""
    seen: set[str] = set()
    if log.head.text.lstrip("\ufeff \r\n\t").startswith(("{", "[")):
        document = log.json()
        entries = document if isinstance(document, list) else [document]
        log.account.expect(len(entries))
        reports: Iterable[tuple[int, Any]] = log.each(entries)
    else:
        reports = ((row, _nested(raw)) for row, raw in log.records())
        log.account.head()
    for row, report in reports:
        where = f"{log.shown}: row {row}"
        try:
            found = _report(report, row, where)
        except (AttributeError, TypeError, KeyError, OverflowError) as error:
            found = Fault(
                where,
                "",
                shorten(error),
                "a part of the report has another type than the schema says",
                "Correct the report.",
            )
        if isinstance(found, Found):
            log.account.use()
        if isinstance(found, Found) and found.record.get("id"):
            if found.record["id"] in seen:
                found.record["id"] += f"#{row}"
            seen.add(found.record["id"])
        yield found


def _report(report: Any, row: int, where: str) -> Found | Fault:
    measures = report["measures"]
    if not isinstance(measures, list) or not measures:
        return Fault(where, "measures", shorten(measures), "not a list with a measure", "State at least one measure.")
    notes: list[Note] = []
    used = next((n for n, m in enumerate(measures) if _plain(m.get("powerConsumption")) is not None), 0)
    measure = measures[used]
    if len(measures) > 1:
        notes.append(
            Note(
                "rows-left-out",
                said(
                    "measures[{used}] counts of {measures}: several tools measured one task",
                    used=used,
                    measures=len(measures),
                ),
                "energy",
            )
        )
    energy = _plain(measure.get("powerConsumption"))
    if energy is None:
        found = shorten(measure.get("powerConsumption"))
        return Fault(
            where, f"measures[{used}].powerConsumption", found, "not an energy in kWh", "State the energy of the task."
        )
    if energy == 0:
        told = "0 kWh is no measurement of a task"
        return Fault(
            where, f"measures[{used}].powerConsumption", "0", told, "State the energy of the task.", "no-energy"
        )
    stated = measure.get("unit")
    unit = UNITS.get(str(stated or "kWh").strip())
    if unit is None:
        told = "no unit of energy that BoAmps knows"
        return Fault(where, f"measures[{used}].unit", shorten(stated), told, "State the energy in kWh.", "unit-suspect")
    task = report.get("task") or {}
    algorithm = next(iter(task.get("algorithms") or []), None) or {}
    record: dict[str, Any] = {"id": (report.get("header") or {}).get("reportId") or ""}
    name = algorithm.get("foundationModelName") or algorithm.get("algorithmName")
    if name:
        record["system"] = {"name": str(name)}
        billions = _number(algorithm, "parametersNumber", notes)
        if billions:
            record["system"]["parameters"] = billions * 1e9
    record |= _time(measure, notes)
    _stage(str(task.get("taskStage") or ""), record, notes)
    record |= _work(task, notes) | _place(report, notes) | _devices(report, notes)
    tool = str(measure.get("measurementMethod") or "").strip()
    boundary, method = METHODS.get(re.sub(r"[^a-z0-9]", "", tool.lower()), ("", "declared"))
    record["energy"] = [
        {"value": f"{energy!r} {unit}", "method": method} | ({"boundary": boundary} if boundary else {})
    ]
    return Found(
        {k: v for k, v in record.items() if v},
        row,
        tuple(notes),
        f"BoAmps, {tool}" if tool else "BoAmps",
        str(measure.get("version") or ""),
    )


def _time(measure: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
    """measurementDateTime is when the measurement began (measure_schema.json)."""
    seconds = _number(measure, "measurementDuration", notes)
    out: dict[str, Any] = {"duration": f"{seconds!r} s"} if seconds else {}
    if seconds is None:
        message = said(
            "the report states no measurementDuration that can be read; the hours of its devices are not known"
        )
        notes.append(Note("cells-not-used", message, "duration", "info"))
    text = measure.get("measurementDateTime")
    try:
        start = cells.stamp(text) if isinstance(text, str) else None
    except ValueError:
        start = None
        notes.append(Note("clock-fault", said("measurementDateTime is no time: {text}", text=shorten(text)), "start"))
    if start is not None:
        out["start"] = start.isoformat()
        if seconds:
            out["end"] = (start + timedelta(seconds=seconds)).isoformat()
    return out


def _stage(text: str, record: dict[str, Any], notes: list[Note]) -> None:
    stage = STAGES.get(re.sub(r"[^a-z]", "", text.lower())) if "+" not in text else None
    if stage is not None:
        record["stage"] = stage
    elif text:
        notes.append(
            Note(
                "stage-assumed",
                said("taskStage {text} is none of the stages that lca knows", text=f"{shorten(text)!r}"),
                "stage",
            )
        )


def _work(task: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
    """Requests, and tokens: a dataset states those of one request (dataset_schema.json)."""
    work: dict[str, float] = {}
    requests = _number(task, "nbRequest", notes)
    if requests:
        work["requests"] = requests
    for each in task.get("dataset") or []:
        if str(each.get("dataType")).lower() != "token":
            kind = shorten(each.get("dataType") or "none")
            notes.append(
                Note("rows-left-out", said("a dataset of the type {type} has no tokens to count", type=kind), "work")
            )
            continue
        usage = str(each.get("dataUsage"))
        count, name = _plain(each.get("dataQuantity")), _TOKENS.get(usage.lower())
        if name is None:
            notes.append(_not_read("dataUsage", usage, "not input or output"))
        elif count is None:
            notes.append(_not_read("dataQuantity", each.get("dataQuantity"), "no number of tokens"))
        else:
            work[name] = work.get(name, 0.0) + count * (requests or 1)
    if not requests and work:
        message = said("nbRequest is not stated; the tokens, which are those of one request, count once")
        notes.append(Note("work-multiplied", message, "work", "info"))
    if requests and requests > 1 and len(work) > 1:
        notes.append(
            Note(
                "work-multiplied",
                said("tokens are those of one request, times {requests} requests", requests=f"{requests:.10g}"),
                "work",
            )
        )
    return {"work": work} if work else {}


def _place(report: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
    """The country; coordinates stay out. A factor of the electricity is stated by the report."""
    environment = report.get("environment") or {}
    out: dict[str, Any] = {}
    country = str(environment.get("country") or "").strip()
    if country:
        try:
            out["location"] = {"country": named_country(country)}
        except LookupError:
            notes.append(
                Note(
                    "location-missing",
                    said("{country} is no country of ISO 3166", country=f"{shorten(country)!r}"),
                    "location",
                )
            )
    infrastructure = report.get("infrastructure") or {}
    if infrastructure.get("cloudProvider") and infrastructure.get("infraType") == "publicCloud":
        out.setdefault("location", {})["cloud"] = str(infrastructure["cloudProvider"])
    factor = _number(environment, "powerSourceCarbonIntensity", notes)
    if factor is not None:
        out["electricity"] = {"factor": f"{factor!r} gCO2e/kWh"}
    return out


def _devices(report: dict[str, Any], notes: list[Note]) -> dict[str, Any]:
    """Accelerators; a processor only where there is none, since nbComponent of a processor is its cores as trackers write it."""
    parts = (report.get("infrastructure") or {}).get("components") or []
    out, processors = [], []
    for part in parts:
        kind = str(part.get("componentType") or part.get("componentName") or "").lower()  # drafts: the name is the type
        names = (part.get(key) for key in ("componentName", "series", "family"))
        name = next((str(n).strip() for n in names if n and str(n).lower() != kind), "")
        times = re.match(r"(\d+) x (.+)", name)
        count = int(times[1]) if times else _number(part, "nbComponent", notes)
        share = _number(part, "share", notes)
        one: dict[str, Any] = {"kind": kind, "model": times[2] if times else name}
        if share is not None and 0 < share < 1:
            one["share"] = share
        if kind in ("gpu", "tpu", "npu", "fpga"):
            out.append({k: v for k, v in (one | {"count": int(count) if count else None}).items() if v})
        elif kind not in _OTHER_PARTS:
            told = said("componentType {found} of a component was not used: no known type", found=shorten(kind or None))
            notes.append(Note("cells-not-used", told, "devices"))
        elif kind == "cpu" and name:
            processors.append({k: v for k, v in one.items() if v})
    return {"devices": out or processors[:1]} if out or processors else {}


def _nested(raw: dict[str, str]) -> dict[str, Any]:
    """A row of the flattened table as the report that it was: `task_algorithms_0_framework` becomes nested keys."""
    out: dict[str, Any] = {}
    for name, text in raw.items():
        if text == "":
            continue
        at, parts = out, name.split("_")
        for part in parts[:-1]:
            held = at.setdefault(part, {})
            if not isinstance(held, dict):
                break
            at = held
        else:
            at[parts[-1]] = text
    return _listed(out)


def _listed(value: Any) -> Any:
    """Objects whose keys are all numbers become lists."""
    if not isinstance(value, dict):
        return value
    if value and all(k.isdigit() for k in value):
        return [_listed(value[k]) for k in sorted(value, key=int)]
    return {k: _listed(v) for k, v in value.items()}


def _plain(value: Any) -> float | None:
    try:
        return cells.number(value)
    except ValueError:
        return None


def _number(part: dict[str, Any], name: str, notes: list[Note]) -> float | None:
    """A number of at least 0, None where there is none; one that cannot be read is told."""
    value = part.get(name)
    try:
        return cells.number(value)
    except ValueError as error:
        notes.append(_not_read(name, value, str(error)))
        return None


def _not_read(name: str, value: Any, why: str) -> Note:
    return Note("cells-not-used", said("{field} is {found}, {why}; it is not used", field=name, found=shorten(value), why=why), name)  # fmt: skip
