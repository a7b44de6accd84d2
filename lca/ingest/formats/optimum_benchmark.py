"""optimum-benchmark: `benchmark_report.json` and `benchmark.json`, energy and latency by phase, with the configuration beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lca.errors import Fault, InputError, shorten
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import plural, said

FORMAT = Format(
    "optimum-benchmark",
    "optimum-benchmark: benchmark_report.json, benchmark.json, with benchmark_config.json beside it",
    "energy of processor, memory and GPUs by phase (of one call where the tool divides), latency; model, GPUs and stage from the configuration",
    "start, place; energy of the calls that were measured beyond one, whose number is not in the report",
)
#: phases that happen once, and phases of which the tool gives one call
ONCE = ("overall", "load", "load_model", "preprocess", "first_generate", "first_call", "first_forward")
PER_CALL = ("generate", "prefill", "decode", "forward", "call")
#: parts of other phases: of the whole training, of a generation
_WITHIN = {"generate": ("prefill", "decode", "per_token"), "overall": ("train", "warmup"), "decode": ("per_token",), "call": ("per_step",)}  # fmt: skip
_PHASES = (*ONCE, *PER_CALL, "train", "warmup", "per_token", "per_step")
_PARTS = {"gpu": "accelerator", "cpu": "cpu", "ram": "dram"}


def claims(head: Head) -> bool:
    """A report by phase, alone or with its configuration; or the configuration, which lies beside a report."""
    text = head.text.lstrip("\ufeff \r\n\t")
    if not text.startswith("{"):
        return False
    return _is_report(text) or _is_configuration(text)


def _is_report(text: str) -> bool:
    phase = any(f'"{name}"' in text for name in _PHASES)
    return phase and '"latency"' in text and '"energy"' in text and '"throughput"' in text and '"efficiency"' in text


def _is_configuration(text: str) -> bool:
    return '"optimum_benchmark_version"' in text and '"backend"' in text and '"scenario"' in text


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run: phases that lie in no other are added up."""
    document = log.json()
    log.account.expect(1)
    if not isinstance(document, dict):
        yield torn_row(log.shown, "", document, "not a report of a benchmark")
        return
    report, configuration = _parts_of(document)
    if report:
        beside = _beside(log, report)
        yield _counted(log, _run(log, report, configuration or beside))
    else:
        yield from _of_configuration(log, configuration)


def _counted(log: Log, made: Found | Fault) -> Found | Fault:
    log.account.use(isinstance(made, Found))
    return replace(made, lines=1) if isinstance(made, Fault) else made


def _parts_of(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Report and configuration of a file, as far as it holds them."""
    report = document.get("report")
    configuration = document.get("config")
    if isinstance(report, dict):
        return report, configuration if isinstance(configuration, dict) else {}
    phases = {
        k: v for k, v in document.items() if k in _PHASES and isinstance(v, dict) and ("latency" in v or "energy" in v)
    }
    return phases, {} if phases else dict(document)


def _of_configuration(log: Log, configuration: Mapping[str, Any]) -> Iterator[Found | Fault | Note]:
    """The run whose report lies beside a configuration; none where it is missing."""
    for other in log.beside("*.json"):
        if other.path == log.path or not _is_report(other.head.text):
            continue
        try:
            document = other.json()
        except InputError:
            continue  # it is read by itself, and tells what is wrong with it
        report, _ = _parts_of(document) if isinstance(document, dict) else ({}, {})
        if report:
            same = [b for b in log.taken if b.path == other.path or _holds(b, report)]
            log.taken[:] = same
            made = _counted(log, _run(other, report, configuration))
            yield replace(made, source=other) if isinstance(made, Found) else made
            return
    log.taken.clear()
    log.account.ignore("the configuration of a benchmark")
    told = said(
        "{file} is the configuration of a benchmark; its benchmark_report.json is not among the files", file=log.shown
    )
    yield Note("not-a-log", told)


def _holds(log: Log, report: Mapping[str, Any]) -> bool:
    """Whether a file holds the same report."""
    try:
        document = log.json() if claims(log.head) else None
    except InputError:
        return False
    return isinstance(document, dict) and _parts_of(document)[0] == report


def _beside(log: Log, report: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration in a file beside a report; another file with the same report is read with it."""
    found: dict[str, Any] = {}
    taken = []
    for other in log.beside("*.json"):
        if not claims(other.head):
            continue
        try:
            document = other.json()
        except InputError:
            continue  # it is read by itself, and tells what is wrong with it
        if not isinstance(document, dict):
            continue
        same, configuration = _parts_of(document)
        if same and same != report:
            continue
        taken.append(other)
        found = found or configuration
    log.taken[:] = taken
    return found


def _run(log: Log, report: Mapping[str, Any], configuration: Mapping[str, Any]) -> Found | Fault:
    within = {inner for name in report if _has(report[name], "energy") for inner in _WITHIN.get(name, ())}
    energies: dict[str, dict[str, float]] = {}
    times: list[float] = []
    for name in (n for n in _PHASES if n in report and n not in within):
        energy = _energy(log, name, report[name])
        if isinstance(energy, Fault):
            return energy
        if energy is None:
            continue
        energies[name] = energy
        try:
            times.append(_seconds(report[name], name))
        except ValueError as error:
            return torn_row(log.shown, f"{name}.latency", report[name]["latency"], str(error))
    notes: list[Note] = []
    record: dict[str, Any] = {"stage": "training" if {"overall", "train"} & set(report) else "inference"}
    record |= _from_configuration(configuration)
    if energies:
        record["energy"] = [_record(energies)]
        notes += _notes(energies)
    else:
        times = [_all_seconds(report)]
        notes.append(Note("no-energy", said("the report holds latencies and no energy"), "energy"))
        if not times[0] > 0:
            return Fault(log.shown, "", "", "neither energy nor latency of a phase", "Give the report of a benchmark that ended.")  # fmt: skip
    if all(times):  # a phase without its time would leave its energy to the others
        record["duration"] = f"{sum(times)!r} s"
    else:
        untimed = ", ".join(name for name, seconds in zip(energies, times, strict=True) if not seconds)
        told = said("the report states no time of {phases}: no duration follows from it", phases=untimed)
        notes.append(Note("clock-fault", told, "duration"))
    notes += _unread_devices(configuration)
    return Found({k: v for k, v in record.items() if v}, 1, tuple(notes), "optimum-benchmark", _version(configuration))


def _has(phase: Any, name: str) -> bool:
    return isinstance(phase, dict) and isinstance(phase.get(name), dict)


def _energy(log: Log, name: str, phase: Any) -> dict[str, float] | Fault | None:
    """kWh by part, with the `total`; None where the phase was not measured."""
    energy = phase.get("energy") if isinstance(phase, dict) else None
    if energy is None:
        return None
    if not isinstance(energy, dict) or not isinstance(energy.get("unit"), str):
        return torn_row(log.shown, f"{name}.energy", energy, "not an energy by part with its unit")
    values: dict[str, float | None] = {}
    for key in (*_PARTS, "total"):
        try:
            values[key] = cells.quantity(energy.get(key), cells.unit_named(energy["unit"]), "energy")
        except ValueError as error:
            return torn_row(log.shown, f"{name}.energy.{key}", energy[key], str(error))
    parts = {part: kwh for key, part in _PARTS.items() if (kwh := values[key])}
    total = values["total"]
    if total is None and not parts:
        return None
    return parts | {"total": total if total is not None else sum(parts.values())}


def _seconds(phase: Any, name: str) -> float:
    """Time of a phase, or of one call of it; 0 where it is not stated. Raises ValueError."""
    latency = phase.get("latency") if isinstance(phase, dict) else None
    if not isinstance(latency, dict):
        return 0.0
    unit = latency.get("unit", "s")
    return cells.duration(latency.get("total" if name in ONCE else "mean"), cells.unit_named(str(unit))) or 0.0


def _all_seconds(report: Mapping[str, Any]) -> float:
    """Time of all calls, where no energy was measured."""
    within = {inner for name in report if _has(report[name], "latency") for inner in _WITHIN.get(name, ())}
    total = 0.0
    for name in (n for n in _PHASES if n in report and n not in within and _has(report[n], "latency")):
        latency = report[name]["latency"]
        try:
            total += cells.duration(latency.get("total"), cells.unit_named(str(latency.get("unit", "s")))) or 0.0
        except ValueError:
            continue
    return total


def _record(energies: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    total = sum(e["total"] for e in energies.values())
    sums = {part: sum(e.get(part, 0.0) for e in energies.values()) for part in _PARTS.values()}
    parts = {part: f"{kwh!r} kWh" for part, kwh in sums.items() if kwh > 0}
    record: dict[str, Any] = {"value": f"{total!r} kWh", "boundary": "component_sum", "method": "modelled"}
    return record | ({"components": parts} if parts else {})


def _notes(energies: Mapping[str, Mapping[str, float]]) -> Iterator[Note]:
    calls = [name for name in energies if name in PER_CALL]
    if calls:
        told = plural(
            len(calls),
            "the energy of {phases} is that of one call; how often it was called while energy was measured is not in the report",
            "the energies of {phases} are those of one call each; how often they were called while energy was measured is not in the report",
            phases=", ".join(calls),
        )  # fmt: skip
        yield Note("rows-left-out", told, "energy[0]", "warning")


def _from_configuration(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Model, stage and devices; what a GPU is called stands under `environment`, which of them were used under `backend`."""
    parts = {
        n: p if isinstance(p := configuration.get(n), dict) else {} for n in ("backend", "environment", "scenario")
    }
    backend, environment = parts["backend"], parts["environment"]
    record: dict[str, Any] = {}
    model = backend.get("model")
    if isinstance(model, str):
        text = model.replace("\\", "/").rstrip("/")
        record["system"] = (text.rpartition("/")[2] if text.startswith(("/", "~", ".")) else text)[:200]
    if parts["scenario"].get("name") in ("training", "inference"):
        record["stage"] = parts["scenario"]["name"]
    names = environment.get("gpu")
    gpus = [g.strip() for g in names if isinstance(g, str) and g.strip()] if isinstance(names, list) else []
    if backend.get("device") == "cuda" and gpus:
        ids = backend.get("device_ids")
        wanted = (
            [int(i) for i in str(ids).split(",") if i.strip().isdecimal() and len(i) < 4] if ids is not None else []
        )
        used = [gpus[i] for i in wanted if i < len(gpus)] if wanted else gpus
        record["devices"] = [{"kind": "gpu", "model": m[:200], "count": used.count(m)} for m in dict.fromkeys(used)]
    elif backend.get("device") == "cpu" and isinstance(environment.get("cpu"), str) and environment["cpu"].strip():
        record["devices"] = [{"kind": "cpu", "model": shorten(environment["cpu"].strip(), 200)}]
    return record


def _unread_devices(configuration: Mapping[str, Any]) -> Iterator[Note]:
    """What is told of a configuration that does not say on what the benchmark ran."""
    backend = configuration.get("backend")
    if not isinstance(backend, dict):
        return
    device, ids = backend.get("device"), backend.get("device_ids")
    if device not in ("cuda", "cpu", "mps", "xpu"):
        told = said("backend.device of the configuration, {found}, was not used: no known device", found=shorten(device))  # fmt: skip
        yield Note("cells-not-used", told, "devices")
    elif device == "cuda" and not all(part.strip().isdecimal() for part in str(ids).split(",")):
        told = said("backend.device_ids of the configuration, {found}, was not used: all GPUs of the machine count", found=shorten(ids))  # fmt: skip
        yield Note("cells-not-used", told, "devices")


def _version(configuration: Mapping[str, Any]) -> str:
    environment = configuration.get("environment")
    version = environment.get("optimum_benchmark_version") if isinstance(environment, dict) else None
    return version[:40] if isinstance(version, str) else ""
