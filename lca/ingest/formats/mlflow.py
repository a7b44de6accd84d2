"""MLflow: the folder of a run in `mlruns`, and the database `mlflow.db`; system metrics hold the power of GPUs."""

from __future__ import annotations

import math
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import yaml

from lca import unique_keys
from lca.errors import Fault, shorten
from lca.ingest import gauge
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "mlflow",
    "MLflow: folders of mlruns, mlflow.db",
    "window in UTC, status, experiment, power of GPUs where system metrics were on",
    "place, stage, model of the GPUs, energy without system metrics",
)
_SQLITE = b"SQLite format 3\0"
_LINE = re.compile(r"(\d{13}) (\S+)( \d+)?\Z")
_POWER = re.compile(r"(?:.*/)?gpu_(\d{1,3})_power_usage_watts\Z")
#: status of a run as a number in meta.yaml (mlflow.entities.RunStatus) and as a word in the database
STATUS = {"1": "running", "3": "completed", "4": "failed", "5": "cancelled", "RUNNING": "running", "FINISHED": "completed", "FAILED": "failed",
          "KILLED": "cancelled"}  # fmt: skip
#: a meta.yaml is short
LARGEST = 2**20
PARENT = "mlflow.parentRunId"


def claims(head: Head) -> bool:
    """A database with the tables of MLflow, the meta.yaml of a run, or a metric: lines of time in ms, value and step."""
    if head.data.startswith(_SQLITE):
        return b"CREATE TABLE" in head.data and b"run_uuid" in head.data and b"experiments" in head.data
    if head.name == "meta.yaml":
        return "artifact_uri:" in head.text and "run_id:" in head.text and "start_time:" in head.text
    lines = head.lines[:20]
    return bool(lines) and all(_LINE.match(line.strip()) for line in lines)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per folder, or all runs of a database."""
    if log.head.data.startswith(_SQLITE):
        yield from _database(log)
    else:
        yield from _folder(log)


def _folder(log: Log) -> Iterator[Found | Fault]:
    """The run of whose folder this file is a part: meta.yaml, or a metric, whatever comes first."""
    parts = os.path.normpath(log.path).split(os.sep)
    up = (
        0
        if log.head.name == "meta.yaml"
        else len(parts) - 1 - max((n for n, p in enumerate(parts[:-1]) if p == "metrics"), default=len(parts) - 1)
    )
    if log.head.name != "meta.yaml" and "metrics" not in parts[:-1]:
        yield Fault(
            log.shown,
            "",
            "",
            "a metric outside the folder metrics of a run",
            "Give the folder of the run, with its meta.yaml.",
        )
        return
    root = os.path.normpath(os.path.join(os.path.dirname(log.path), *[".."] * up))
    others = log.beside("/".join([".."] * up + ["**"]) if up else "**")
    files = {os.path.relpath(f.path, root).replace(os.sep, "/"): f for f in [log, *others]}
    inside = {n: f for n, f in files.items() if n == "meta.yaml" or n.startswith(("metrics/", "params/", "tags/"))}
    log.taken[:] = [f for f in inside.values() if f is not log]
    experiment = next(
        (f for f in log.beside("/".join([*[".."] * (up + 1), "meta.yaml"])) if "experiment_id:" in f.head.text), None
    )
    named = _meta(experiment) if experiment is not None else {}
    system = str(named.get("name") or "") if isinstance(named, dict) else ""
    meta = _meta(inside["meta.yaml"]) if "meta.yaml" in inside else {}
    if isinstance(meta, Fault):
        yield meta
        return
    gpus: dict[str, Gauge] = {}
    window = [math.inf, -math.inf]
    for name, file in sorted(inside.items()):
        if name.startswith("metrics/"):
            yield from _metric(file, _POWER.match(name), gpus, window)
    parent = next((f for n, f in inside.items() if n == f"tags/{PARENT}"), None)
    id = str(meta.get("run_id") or meta.get("run_uuid") or os.path.basename(root))
    begin, end = _ms(meta.get("start_time")), _ms(meta.get("end_time"))
    if not meta:
        begin, end = (window[0], window[1]) if window[1] > window[0] else (None, None)
    notes = (
        () if meta else (Note("no-energy", said("meta.yaml is missing: the window is that of its metrics"), "start"),)
    )
    yield _found(
        id,
        system if system != "Default" else "",
        begin,
        end,
        STATUS.get(str(meta.get("status")), ""),
        gpus,
        parent.head.text.strip() if parent else "",
        1,
        notes,
    )


def _meta(file: Log) -> dict[str, Any] | Fault:
    with file.binary() as handle:
        data = handle.read(LARGEST + 1)
    try:
        made = unique_keys.of_yaml(data.decode("utf-8", "replace")) if len(data) <= LARGEST else None
    except (yaml.YAMLError, ValueError, RecursionError):
        made = None
    if not isinstance(made, dict):
        return Fault(file.shown, "", "", "not the meta.yaml of a run", "Restore it.")
    return made


def _metric(file: Log, power: re.Match[str] | None, gpus: dict[str, Gauge], window: list[float]) -> Iterator[Fault]:
    for row, line in file.lines():
        if not line.strip():
            continue
        found = _LINE.match(line.strip())
        value = _number(found[2]) if found else None
        if found is None or value is None:
            yield Fault(f"{file.shown}: row {row}", "", shorten(line), "not a time in ms, a value and a step", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        at = int(found[1]) / 1000
        window[:] = [min(window[0], at), max(window[1], at)]
        if power is not None and value == value and value >= 0:
            gpus.setdefault(power[1], Gauge()).put(at, value / 1000)


def _database(log: Log) -> Iterator[Found | Fault]:
    """A copy is opened, so that a lock or a journal beside the file plays no part, and nothing is written where it lies."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "copy.db")
        with log.binary() as source, open(copy, "wb") as target:
            while part := source.read(1 << 20):
                target.write(part)
        try:
            with closing(sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)) as base:
                base.text_factory = lambda data: data.decode("utf-8", "replace")
                yield from _runs(base)
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            yield Fault(log.shown, "", shorten(str(error)), "the database cannot be read: it is damaged, or was copied while it was written",
                        "Copy it again when no run writes to it.")  # fmt: skip


def _runs(base: sqlite3.Connection) -> Iterator[Found]:
    experiments = dict(base.execute("select experiment_id, name from experiments"))
    parents = dict(base.execute("select run_uuid, value from tags where key = ?", (PARENT,)))
    rows = base.execute(
        "select rowid, run_uuid, status, start_time, end_time, experiment_id from runs order by start_time, run_uuid"
    ).fetchall()
    for row, id, status, start, end, experiment in rows:
        gpus: dict[str, Gauge] = {}
        samples: Iterable[tuple[Any, Any, Any]] = base.execute(
            "select key, timestamp, value from metrics where run_uuid = ? and key like '%power_usage_watts' and is_nan = 0 order by key, timestamp",
            (id,),
        )
        for key, at, value in samples:
            found = _POWER.match(str(key))
            ms, watts = _ms(at), _number(value)
            if found and ms is not None and watts is not None and watts >= 0:
                gpus.setdefault(found[1], Gauge()).put(ms, watts / 1000)
        name = str(experiments.get(experiment) or "")
        yield _found(
            str(id),
            name if name != "Default" else "",
            _ms(start),
            _ms(end),
            STATUS.get(str(status), ""),
            gpus,
            str(parents.get(id) or ""),
            int(row),
        )


def _found(
    id: str, system: str, begin: float | None, end: float | None, status: str, gpus: dict[str, Gauge], parent: str, row: int,
    notes: tuple[Note, ...] = (),
) -> Found:  # fmt: skip
    record: dict[str, Any] = {k: v for k, v in (("id", id), ("system", system), ("status", status)) if v}
    if begin is not None:
        record["start"] = _iso(begin)
    if end is not None and (begin is None or end > begin):
        record["end"] = _iso(end)
    if begin is not None and end is not None and end < begin:
        notes += (Note("clock-fault", said("its end lies before its start: the end is left out"), "end"),)
    part_of = parent if parent != id else ""
    try:
        energy, reading = gauge.energy(list(gpus.values()), "accelerator")
    except ValueError:
        notes += (
            Note("no-energy", said("the run logged no power of GPUs (mlflow.enable_system_metrics_logging)"), "power"),
        )
        return Found(record, row, notes, "MLflow", part_of=part_of)
    record |= {"energy": [energy], "devices": [{"kind": "gpu", "count": len(gpus)}]}
    notes += (
        Note("host-gpus", said("system metrics are of all GPUs of the machine, whatever ran on them"), "energy[0]"),
        *gauge.notes(list(gpus.values())),
    )
    return Found(record, row, notes, "MLflow", reading=reading, part_of=part_of)


def _ms(value: Any) -> float | None:
    """Seconds of a time in ms since 1970, None where it is none."""
    number = _number(value)
    return number / 1000 if number is not None and 1e12 < number < 5e12 else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if not math.isinf(number) else None


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
