"""MLflow: the folder of a run in `mlruns`, and the database `mlflow.db`; system metrics hold the power of GPUs."""

from __future__ import annotations

import os
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from lca import unique_keys
from lca.errors import Fault, shorten
from lca.ingest import cells, gpu_metrics, sqlite
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gpu_metrics import Gpus
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import plural, said
from lca.local_time import iso

FORMAT = Format(
    "mlflow",
    "MLflow: folders of mlruns, mlflow.db",
    "window in UTC, status, experiment, power or utilisation of GPUs of each node where system metrics were on",
    "place, stage, model of the GPUs, energy without system metrics",
)
_TABLES = {"experiments", "runs", "metrics", "tags"}
_LINE = re.compile(r"(\d{13}) (\S+)( \d+)?\Z")
#: each node of a run of several writes under its own id: `system/node_0/gpu_0_power_usage_watts`
_GPU = re.compile(r"(?:(.*)/)?gpu_(\d{1,3})_(power_usage_watts|utilization_percentage)\Z")
#: status of a run as a number in meta.yaml (mlflow.entities.RunStatus) and as a word in the database
STATUS = {"1": "running", "3": "completed", "4": "failed", "5": "cancelled", "RUNNING": "running", "FINISHED": "completed", "FAILED": "failed",
          "KILLED": "cancelled"}  # fmt: skip
#: a meta.yaml is short
LARGEST = 2**20
PARENT = "mlflow.parentRunId"


def claims(head: Head) -> bool:
    """A database with the tables of MLflow, the meta.yaml of a run, or a metric: lines of time in ms, value and step."""
    if head.data.startswith(sqlite.MAGIC):  # the tables of a damaged one cannot be listed
        return head.tables >= _TABLES or (
            b"CREATE TABLE" in head.data and b"run_uuid" in head.data and b"experiments" in head.data
        )
    if head.name == "meta.yaml":
        return "artifact_uri:" in head.text and "run_id:" in head.text and "start_time:" in head.text
    lines = head.lines[:20]
    return bool(lines) and all(_LINE.match(line.strip()) for line in lines)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per folder, or all runs of a database."""
    if log.head.data.startswith(sqlite.MAGIC):
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
    if log.head.name == "meta.yaml":
        log.account.expect(1)
    meta = _meta(inside["meta.yaml"]) if "meta.yaml" in inside else {}
    if isinstance(meta, Fault):
        yield meta
        return
    if log.head.name == "meta.yaml":
        log.account.use()
    gpus = Gpus()
    for name, file in sorted(inside.items()):
        if name.startswith("metrics/"):
            yield from _metric(file, _GPU.match(name), gpus)
    parent = next((f for n, f in inside.items() if n == f"tags/{PARENT}"), None)
    id = str(meta.get("run_id") or meta.get("run_uuid") or os.path.basename(root))
    begin, end = _ms(meta.get("start_time")), _ms(meta.get("end_time"))
    status = STATUS.get(str(meta.get("status")), "")
    if not meta:
        begin, end = (gpus.begin, gpus.end) if gpus.end > gpus.begin else (None, None)
    notes = (
        _unread_times(meta, status)
        if meta
        else (Note("no-energy", said("meta.yaml is missing: the window is that of its metrics"), "start"),)
    )
    yield _found(
        id,
        system if system != "Default" else "",
        begin,
        end,
        status,
        gpus,
        parent.head.text.strip() if parent else "",
        1,
        notes,
    )


def _unread_times(run: dict[str, Any], status: str) -> tuple[Note, ...]:
    """What is told of the times of a run that are missing or none; one that runs has no end yet."""
    notes = []
    for name, field in (("start_time", "start"), ("end_time", "end")):
        if _ms(run.get(name)) is not None or (field == "end" and status == "running" and run.get(name) is None):
            continue
        if run.get(name) is None:
            told = said("the run states no {name}: no duration follows from its times", name=name)
        else:
            told = said("{name} of the run, {found}, was not used: not a time in ms", name=name, found=shorten(run[name]))  # fmt: skip
        notes.append(Note("clock-fault", told, field))
    return tuple(notes)


def _meta(file: Log) -> dict[str, Any] | Fault:
    with file.binary() as handle:
        data = handle.read(LARGEST + 1)
    try:
        made = unique_keys.of_yaml(data.decode("utf-8", "replace")) if len(data) <= LARGEST else None
    except (yaml.YAMLError, ValueError, RecursionError):
        made = None
    if not isinstance(made, dict):
        return Fault(file.shown, "", "", "not the meta.yaml of a run", "Restore it.", lines=int(file.account.total > 0))
    return made


def _metric(file: Log, metric: re.Match[str] | None, gpus: Gpus) -> Iterator[Fault]:
    for row, line in file.lines():
        if not line.strip():
            continue
        where = f"{file.shown}: row {row}"
        found = _LINE.match(line.strip())
        if found is None or not _is_value(found[2]):
            yield torn_row(where, "", line, "not a time in ms, a value and a step")
            continue
        seconds = int(found[1]) / 1000
        gpus.at(seconds)
        file.account.use()
        if metric is not None:
            fault = _put(gpus, metric, where, seconds, found[2])
            if fault is not None:
                file.account.used -= 1
                yield fault


def _put(gpus: Gpus, metric: re.Match[str], where: str, seconds: float, cell: Any) -> Fault | None:
    """Put one sample of a GPU; a fault where it is no value. NaN is what MLflow writes where there is none."""
    is_power = metric[3] == "power_usage_watts"
    try:
        value = gpu_metrics.parsed(cell, is_power=is_power)
    except ValueError as error:
        return torn_row(where, metric[0].rpartition("/")[2], cell, str(error))
    gpus.put((metric[1] or "", metric[2]), seconds, value, is_power=is_power)
    return None


def _database(log: Log) -> Iterator[Found | Fault]:
    try:
        with log.binary() as source, sqlite.opened(source) as base:
            yield from _runs(log, base)
    except (sqlite3.Error, OverflowError, UnicodeError) as error:
        yield Fault(log.shown, "", shorten(str(error)), "the database cannot be read: it is damaged, or was copied while it was written",
                    "Copy it again when no run writes to it.")  # fmt: skip


def _runs(log: Log, base: sqlite3.Connection) -> Iterator[Found | Fault]:
    experiments = dict(base.execute("select experiment_id, name from experiments"))
    parents = dict(base.execute("select run_uuid, value from tags where key = ?", (PARENT,)))
    rows = base.execute(
        "select rowid, run_uuid, status, start_time, end_time, experiment_id from runs order by start_time, run_uuid"
    ).fetchall()
    log.account.expect(len(rows))
    for row, id, status, start, end, experiment in rows:
        gpus = Gpus()
        samples: Iterable[tuple[Any, Any, Any]] = base.execute(
            "select key, timestamp, value from metrics where run_uuid = ? and is_nan = 0 "
            "and (key like '%power_usage_watts' or key like '%utilization_percentage') order by key, timestamp",
            (id,),
        )
        bad: Counter[tuple[str, str]] = Counter()
        first: dict[tuple[str, str], str] = {}
        for key, at, value in samples:
            metric = _GPU.match(str(key))
            if metric is None:
                continue
            seconds = _ms(at)
            fault = (
                torn_row("", str(key), at, "not a time in ms")
                if seconds is None
                else _put(gpus, metric, "", seconds, value)
            )
            if fault is not None:
                bad[(metric[3], fault.problem)] += 1
                first.setdefault((metric[3], fault.problem), fault.found)
        name = str(experiments.get(experiment) or "")
        notes = tuple(
            Note("power-samples-empty", _left_out(count, what, problem, first[what, problem]), "power", "warning")
            for (what, problem), count in bad.items()
        )
        notes += _unread_times({"start_time": start, "end_time": end}, STATUS.get(str(status), ""))
        log.account.use()
        yield _found(
            str(id),
            name if name != "Default" else "",
            _ms(start),
            _ms(end),
            STATUS.get(str(status), ""),
            gpus,
            str(parents.get(id) or ""),
            int(row),
            notes,
        )


def _left_out(count: int, metric: str, problem: str, found: str) -> str:
    return plural(
        count,
        "one sample of {metric}, {found}, was not used: {problem}",
        "{n} samples of {metric}, the first of them {found}, were not used: {problem}",
        n=count, metric=metric, problem=problem, found=found,
    )  # fmt: skip


def _found(
    id: str, system: str, begin: float | None, end: float | None, status: str, gpus: Gpus, parent: str, row: int,
    notes: tuple[Note, ...] = (),
) -> Found:  # fmt: skip
    record: dict[str, Any] = {k: v for k, v in (("id", id), ("system", system), ("status", status)) if v}
    if begin is not None:
        record["start"] = iso(begin)
    if end is not None and (begin is None or end > begin):
        record["end"] = iso(end)
    if begin is not None and end is not None and end < begin:
        notes += (Note("clock-fault", said("its end lies before its start: the end is left out"), "end"),)
    part_of = parent if parent != id else ""
    sampled, reading = gpus.fill(record)
    if "energy" in record:
        told = said("system metrics are of all GPUs of the machine, whatever ran on them")
        sampled = (Note("host-gpus", told, "energy[0]"), *sampled)
    elif not sampled:
        told = said("the run logged no power of GPUs (mlflow.enable_system_metrics_logging)")
        sampled = (Note("no-energy", told, "power"),)
    return Found(record, row, (*notes, *sampled), "MLflow", reading=reading, part_of=part_of)


def _ms(value: Any) -> float | None:
    """Seconds of a time in ms since 1970, None where it is none."""
    try:
        number = cells.number(value)
        stamp = cells.stamp(number, unit="ms") if number else None
    except ValueError:
        return None
    return stamp.timestamp() if stamp is not None else None


def _is_value(text: str) -> bool:
    """Whether a metric may be logged so: a number of any sign, or NaN."""
    try:
        cells.number(text, None)
    except ValueError:
        return False
    return True
