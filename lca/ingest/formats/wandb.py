"""Weights & Biases: `run-*.wandb`, `wandb-events.jsonl` with its summary and metadata, and exports of the system metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from lca import unique_keys
from lca.errors import Fault, InputError, shorten
from lca.ingest import cells, gpu_metrics, wandb_log
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gpu_metrics import Gpus
from lca.ingest.log import Head, Log
from lca.ingest.pseudonym import pseudonym
from lca.ingest.torn_rows import torn_row
from lca.language import said
from lca.local_time import iso

FORMAT = Format(
    "wandb",
    "Weights & Biases: offline .wandb, wandb-events.jsonl, export of system metrics (CSV, Parquet), wandb-metadata.json",
    "power or utilisation of each GPU over time where it was sampled, window in UTC, project, model and number of GPUs (metadata)",
    "place, stage; power on machines whose GPUs do not tell it",
)
#: `gpu.0.` and `gpu.process.0.` are one card: the latter is left out. In shared mode each process marks its keys by its label.
_GPU = re.compile(r"(?:(.*) - )?(?:system[./])?gpu\.(\d{1,3})\.(powerWatts|gpu)(?:/l:(.{1,200}))?\Z")
_METADATA = (
    '"program"',
    '"codePath"',
    '"startedAt"',
    '"gpu"',
    '"gpu_count"',
    '"host"',
    '"executable"',
    '"python"',
    '"cpu_count"',
)
_STATES = {"finished": "completed", "killed": "cancelled", "failed": "failed", "crashed": "failed"}
_TIMES = ("_timestamp", "_runtime", "Relative Time (Process)", "Relative Time (Wall)")
#: s since 1970: W&B is younger than the first, and the last lies in 2128
_EARLIEST, _LATEST = 1e9, 5e9


def claims(head: Head) -> bool:
    """The header of a .wandb, lines of events, a table with power of GPUs, or the summary or metadata beside them."""
    if head.data.startswith(b":W&B"):
        return True
    lines = head.lines
    if not lines:
        return False
    first = lines[0].lstrip("\ufeff ")
    if first.startswith("{"):
        return _is_events(head) or _is_metadata(head) or _is_summary(head)
    names = _names(first)
    return any(_GPU.match(n) for n in names) and any(n.rpartition(" - ")[2] in _TIMES for n in names)


def _is_events(head: Head) -> bool:
    lines = head.lines
    first = lines[0].lstrip("\ufeff ") if lines else ""
    if not first.startswith("{") or head.name.endswith(("wandb-metadata.json", "wandb-summary.json")):
        return False
    if '"system.gpu' in head.text or ('"system.' in first and '"_timestamp"' in first):
        return '"_runtime"' in first or '"_timestamp"' in first
    return False


def _is_metadata(head: Head) -> bool:
    return head.name.endswith("wandb-metadata.json") and any(word in head.text for word in _METADATA)


def _is_summary(head: Head) -> bool:
    return head.name.endswith("wandb-summary.json") and head.text.lstrip("\ufeff \r\n\t").startswith("{")


def _names(line: str) -> list[str]:
    return [n.strip().strip('"') for n in line.split(",")]


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per log, or per run of a table; the summary and metadata of the run are read with it, whichever comes first."""
    if not (_is_metadata(log.head) or _is_summary(log.head)):
        yield from _of_log(log, _documents(log))
        return
    log.account.expect(1)
    logs = [
        b
        for b in (*log.beside("*"), *log.beside("../*.wandb"))
        if b.head.data.startswith(b":W&B") or _is_events(b.head)
    ]
    log.taken.clear()
    documents = {log.shown: log} | _documents(log)
    log.account.use()
    if logs:
        log.taken.append(logs[0])
        for found in _of_log(logs[0], documents):
            yield replace(found, source=logs[0]) if isinstance(found, Found) else found
    else:
        yield _of_documents(log, documents)


def _documents(log: Log) -> dict[str, Log]:
    """The metadata and summary of a run: beside its log, or in its folder `files`."""
    files = [
        b for b in (*log.beside("*.json"), *log.beside("files/*.json")) if _is_metadata(b.head) or _is_summary(b.head)
    ]
    log.taken[:] = files
    return {file.shown: file for file in files}


def _of_log(log: Log, documents: dict[str, Log]) -> Iterator[Found | Fault | Note]:
    metadata, _ = _facts(documents)
    if log.head.data.startswith(b":W&B"):
        yield from _binary(log, metadata)
    elif _is_events(log.head):
        yield from _lines(log, metadata)
    else:
        yield from _table(log, metadata)


def _facts(documents: dict[str, Log]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What metadata and summary hold; one that is no JSON object holds nothing."""
    metadata: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    for file in documents.values():
        try:
            document = file.json()
        except InputError:
            continue
        if isinstance(document, dict):
            (metadata if _is_metadata(file.head) else summary).update(document)
    return metadata, summary


def _of_documents(log: Log, documents: dict[str, Log]) -> Found | Fault:
    """The run of which only metadata and summary are there: its GPUs, its start, and how long it took where one of them tells."""
    metadata, summary = _facts(documents)
    if not metadata and not summary:
        log.account.used = 0
        return Fault(log.shown, "", "", "not a JSON object", "Copy the file again.", "torn-row")
    record: dict[str, Any] = {}
    notes = [
        Note("no-energy", said("metadata and summary of a run hold no power; its log is not among the files"), "power")
    ]
    times: dict[str, datetime | None] = {}
    for name in ("startedAt", "heartbeatAt"):
        try:
            stamp = cells.stamp(metadata.get(name))
            times[name] = stamp if stamp is None or stamp.tzinfo else stamp.replace(tzinfo=UTC)  # W&B writes UTC
        except ValueError as error:
            told = said("{name} of the metadata, {found}, was not used: {problem}", name=name, found=shorten(metadata.get(name)), problem=str(error))  # fmt: skip
            notes.append(Note("clock-fault", told, "start"))
    start, beat = times.get("startedAt"), times.get("heartbeatAt")
    if start is not None:
        record["start"] = start.isoformat()
    inner = summary.get("_wandb")
    for source, value in (
        ("_runtime", summary.get("_runtime")),
        ("_wandb.runtime", inner.get("runtime") if isinstance(inner, dict) else None),
    ):
        try:
            seconds = cells.duration(value)
        except ValueError as error:
            told = said("{name} of the summary, {found}, was not used: {problem}", name=source, found=shorten(value), problem=str(error))  # fmt: skip
            notes.append(Note("clock-fault", told, "duration"))
            continue
        if seconds and "duration" not in record:
            record["duration"] = f"{seconds!r} s"
            if source != "_runtime":
                told = said("the summary states no _runtime; its {name} was used as the duration", name=source)
                notes.append(Note("clock-fault", told, "duration", "info"))
    if "duration" not in record and start is not None and beat is not None and beat > start:
        record["end"] = beat.isoformat()
    status = _STATES.get(str(metadata.get("state")))
    if status:
        record["status"] = status
    record["devices"] = _devices(metadata)
    notes += _unread_count(metadata)
    if record["devices"] and not all("count" in device for device in record["devices"]):
        notes.append(Note("gpus-not-stated", said("the metadata does not state the number of GPUs"), "devices"))
    return Found({k: v for k, v in record.items() if v}, 1, tuple(notes), "wandb")


def _devices(metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """The GPUs of the machine; e-mail, host, user and paths of the metadata stay out."""
    cards = metadata.get("gpu_nvidia")
    named = [c.get("name") for c in cards if isinstance(c, dict)] if isinstance(cards, list) else []
    names = [n for n in named if isinstance(n, str) and n]
    if len(set(names)) > 1 and len(names) == len(named):
        return [{"kind": "gpu", "count": names.count(n), "model": n[:200]} for n in dict.fromkeys(names)]
    count = _count(metadata)
    model = _model(metadata)
    if not count and not model:
        return []
    return [{"kind": "gpu"} | ({"count": count} if count else {}) | ({"model": model} if model else {})]


def _count(metadata: dict[str, Any]) -> int:
    count = metadata.get("gpu_count")
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 < count < 10**6 else 0


def _unread_count(metadata: dict[str, Any]) -> tuple[Note, ...]:
    """What is told of a number of GPUs that is none."""
    count = metadata.get("gpu_count")
    if count is None or count == 0 or _count(metadata):
        return ()
    told = said("gpu_count of the metadata, {found}, was not used: not a number of GPUs", found=shorten(count))
    return (Note("cells-not-used", told, "devices"),)


def _model(metadata: dict[str, Any]) -> str:
    model = metadata.get("gpu")
    return model.strip()[:200] if isinstance(model, str) else ""


def _lines(log: Log, metadata: dict[str, Any]) -> Iterator[Found | Fault]:
    gpus = Gpus()
    rows: list[int] = []
    for row, line in log.lines():
        if not line.strip():
            continue
        where = f"{log.shown}: row {row}"
        try:
            event = unique_keys.of_json(line.lstrip("\ufeff"))
        except ValueError:
            event = None
        seconds = _epoch(event.get("_timestamp")) if isinstance(event, dict) else None
        if seconds is None:
            yield torn_row(where, "_timestamp", line.strip(), "not an event with a time")
            continue
        fault = _put({"": gpus}, where, seconds, event, is_one=True)
        if fault is not None:
            yield fault
            continue
        log.account.use()
        rows = [rows[0] if rows else row, row]
    yield _found(gpus, rows or 1, metadata, {})


def _epoch(cell: Any) -> float | None:
    """Seconds since 1970, None where it is no such time."""
    try:
        seconds = cells.number(cell)
    except ValueError:
        return None
    return seconds if seconds is not None and _EARLIEST < seconds < _LATEST else None


def _table(log: Log, metadata: dict[str, Any]) -> Iterator[Found | Fault]:
    """One run, or one per name of a run before ` - ` in the header."""
    runs: dict[str, Gpus] = {}
    rows: dict[str, list[int]] = {}
    relative = False
    names = {m[1] or "" for n in _names(log.head.lines[0].lstrip("\ufeff")) if (m := _GPU.match(n))}
    is_one = len(names) < 2
    log.account.head()
    for row, raw in log.records():
        where = f"{log.shown}: row {row}"
        bare = {name.rpartition(" - ")[2]: text for name, text in raw.items()}
        seconds = _epoch(bare.get("_timestamp"))
        if "_timestamp" not in bare:
            relative = True
            try:
                seconds = next((cells.number(bare[n]) for n in _TIMES if bare.get(n)), None)
            except ValueError:
                seconds = None
        if seconds is None:
            yield torn_row(where, "_timestamp", bare.get("_timestamp", ""), "not a time")
            continue
        fault = _put(runs, where, seconds, raw, is_one=is_one)
        if fault is not None:
            yield fault
            continue
        log.account.use()
        for name, gpus in runs.items():
            if gpus.end == seconds or is_one:
                rows[name] = [rows[name][0] if name in rows else row, row]
    for name, gpus in runs.items():
        run = {"id": name} if len(runs) > 1 else {}
        yield _found(gpus, rows.get(name, 1), metadata, run, relative)


def _binary(log: Log, metadata: dict[str, Any]) -> Iterator[Found | Fault | Note]:
    gpus = Gpus()
    run: dict[str, Any] = {}
    notes: tuple[Note, ...] = ()
    number = 0
    try:
        with log.binary() as handle:
            for at, record in wandb_log.records(handle):
                number += 1
                log.account.expect(number)
                try:
                    fault = _take(log, at, record, gpus, run)
                except ValueError as error:
                    fault = Fault(f"{log.shown}: offset {at}", "", "", f"not a record: {error}", "Write the file again.", "torn-row")  # fmt: skip
                if fault is not None:
                    yield fault
    except wandb_log.Torn as damage:
        if not gpus and not run:
            yield Fault(
                log.shown, "", f"offset {damage.at}", f"the log is damaged: {damage}",
                "Copy the file again from where it was written.",
            )  # fmt: skip
            return
        told = said("{torn}, at offset {at}: what follows is not used", torn=damage, at=damage.at)
        notes = (Note("torn-row", told, severity="warning"),)
    if run.get("start"):
        gpus.at(run["start"])
    yield _found(gpus, 1, metadata, run, notes=notes)


def _take(log: Log, at: int, record: bytes, gpus: Gpus, run: dict[str, Any]) -> Fault | None:
    """One record of an offline log. Raises ValueError where it is none."""
    kind = wandb_log.kind_of(record)
    if kind == wandb_log.RUN:
        run |= wandb_log.run_of(record)
    elif kind == wandb_log.STATS:
        seconds, values = wandb_log.stats_of(record)
        if seconds is None:
            raise ValueError("system metrics without a time")
        fault = _put({"": gpus}, f"{log.shown}: offset {at}", seconds, values, is_one=True)
        if fault is not None:
            return fault
    elif kind == wandb_log.EXIT:
        run["status"] = "completed" if wandb_log.exit_of(record) == 0 else "failed"
    else:
        log.account.ignore("records other than of the run, its system metrics and its end")
        return None
    log.account.use()
    return None


def _put(runs: dict[str, Gpus], where: str, seconds: float, values: dict[str, Any], *, is_one: bool) -> Fault | None:
    """Put the samples of GPUs in one row, to one run or to each that the names tell; a fault where one of them is no value."""
    samples = []
    for name, cell in values.items():
        metric = _metric_of(name)
        if metric is None:
            continue
        of_run, key, is_power = metric
        try:
            value = gpu_metrics.parsed(cell, is_power=is_power)
        except ValueError as error:
            return torn_row(where, name, cell, str(error))
        samples.append(("" if is_one else of_run, key, value, is_power))
    for run, key, value, is_power in samples:
        gpus = runs.get(run)
        if gpus is None:
            gpus = runs[run] = Gpus()
        gpus.put(key, seconds, value, is_power=is_power)
        if value is not None and not is_one:
            gpus.at(seconds)
    for run in {run for run, *_ in samples}:
        runs[run].round({key[0] for name, key, *_ in samples if name == run})
    if is_one:
        runs.setdefault("", Gpus()).at(seconds)
    return None


@lru_cache(maxsize=4096)
def _metric_of(name: str) -> tuple[str, tuple[str, str], bool] | None:
    """(run, node and index of the GPU, whether it is its power and not its load) that a name of a metric tells; None for others."""
    match = _GPU.match(name)
    return (match[1] or "", (match[4] or "", match[2]), match[3] == "powerWatts") if match is not None else None


def _found(
    gpus: Gpus, rows: int | list[int], metadata: dict[str, Any], run: dict[str, Any], relative: bool = False,
    notes: tuple[Note, ...] = (),
) -> Found:  # fmt: skip
    record: dict[str, Any] = {
        k: v for k, v in (("id", run.get("id")), ("system", run.get("project")), ("status", run.get("status"))) if v
    }
    begin, end = gpus.window()
    if end > begin and relative:
        record["duration"] = f"{end - begin!r} s"
        told = said("its times count from the start of a run whose date is not in the file")
        notes += (Note("clock-fault", told, "start"),)
    elif end > begin:
        record |= {"start": iso(begin), "end": iso(end)}
    count = _count(metadata)
    notes += _unread_count(metadata)
    sampled, reading = gpus.fill(record, _model(metadata), count)
    if not gpus and (devices := _devices(metadata)):
        record["devices"] = devices
    if count and gpus and count * gpus.nodes != len(gpus):
        told = said("the machine has {count} GPUs, and {gpus} of them tell their power", count=count, gpus=len(gpus))
        notes += (Note("steps-left-out", told, "devices", "warning"),)
    if not sampled and "energy" not in record:
        sampled = (Note("no-energy", said("the log holds no samples of the power of GPUs"), "power"),)
    host = metadata.get("host")
    identity = f"wandb:{run['id']}:{pseudonym(str(host)) if host else ''}" if run.get("id") else ""
    return Found(record, rows, (*notes, *sampled), "wandb", reading=None if relative else reading, identity=identity)
