"""Weights & Biases: `run-*.wandb`, `wandb-events.jsonl` with its summary and metadata, and exports of the system metrics."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lca import unique_keys
from lca.errors import Fault, InputError, shorten
from lca.ingest import gauge, wandb_log
from lca.ingest.formats import Format, Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "wandb",
    "Weights & Biases: offline .wandb, wandb-events.jsonl, export of system metrics (CSV, Parquet)",
    "power of each GPU over time where it was sampled, window in UTC, project, model and number of GPUs (metadata)",
    "place, stage; power on machines whose GPUs do not tell it",
)
#: `gpu.0.` and `gpu.process.0.` are one card: the latter is left out
_POWER = re.compile(r"(?:.* - )?(?:system[./])?gpu\.(\d{1,3})\.powerWatts\Z")
_METADATA = ('"program"', '"codePath"', '"startedAt"', '"gpu"', '"gpu_count"', '"host"', '"executable"')


def claims(head: Head) -> bool:
    """The header of a .wandb, lines of events, a table with power of GPUs, or the summary or metadata beside them."""
    if head.data.startswith(b":W&B"):
        return True
    lines = head.lines
    if not lines:
        return False
    first = lines[0].lstrip("\ufeff ")
    if first.startswith("{"):
        if '"system.gpu' in head.text or ('"system.' in first and '"_timestamp"' in first):
            return '"_runtime"' in first or '"_timestamp"' in first
        return _is_metadata(head) or _is_summary(head)
    names = _names(first)
    return any(_POWER.match(n) for n in names) and any(
        n.rpartition(" - ")[2] in ("_timestamp", "_runtime", "Relative Time (Process)") for n in names
    )


def _is_metadata(head: Head) -> bool:
    return head.name == "wandb-metadata.json" and sum(word in head.text for word in _METADATA) >= 3


def _is_summary(head: Head) -> bool:
    return (head.name.endswith("wandb-summary.json") and '"_runtime"' in head.text) or (
        head.name.endswith("wandb-summary.json") and '"_timestamp"' in head.text
    )


def _names(line: str) -> list[str]:
    return [n.strip().strip('"') for n in line.split(",")]


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run; the summary and metadata that were given with it are read with it."""
    if _is_metadata(log.head) or _is_summary(log.head):
        beside = [b for b in log.beside("*") if b.head.data.startswith(b":W&B") or "system.gpu" in b.head.text[:4000]]
        log.taken.clear()
        if not beside:
            yield Fault(
                log.shown,
                "",
                "",
                "the log beside it is missing: it holds no energy itself",
                "Give run-*.wandb or wandb-events.jsonl with it.",
            )
        return
    metadata = _metadata(log)
    if log.head.data.startswith(b":W&B"):
        yield from _binary(log, metadata)
    elif log.head.lines[0].lstrip("\ufeff ").startswith("{"):
        yield from _lines(log, metadata)
    else:
        yield from _table(log, metadata)


def _metadata(log: Log) -> dict[str, Any]:
    """GPUs of the machine; e-mail, host, user and paths stay out. The summary beside it holds nothing more."""
    found: dict[str, Any] = {}
    files = log.beside("*.json") + log.beside("files/*.json")
    log.taken[:] = [b for b in files if _is_metadata(b.head) or _is_summary(b.head)]
    for each in log.taken:
        if not _is_metadata(each.head):
            continue
        try:
            document = each.json()
        except InputError:
            continue
        if isinstance(document, dict):
            found = {"model": document.get("gpu"), "count": document.get("gpu_count")}
    return found


def _lines(log: Log, metadata: dict[str, Any]) -> Iterator[Found | Fault]:
    gpus: dict[str, Gauge] = {}
    window = [math.inf, -math.inf]
    begin = end = 0
    for row, line in log.lines():
        if not line.strip():
            continue
        try:
            one = unique_keys.of_json(line.lstrip("\ufeff"))
        except ValueError:
            one = None
        at = _number(one.get("_timestamp")) if isinstance(one, dict) else None
        if at is None or not 1e9 < at < 5e9:
            yield Fault(f"{log.shown}: row {row}", "_timestamp", shorten(line.strip()), "not an event with a time", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        begin, end = begin or row, row
        window = [min(window[0], at), max(window[1], at)]
        _put(gpus, at, one)
    yield _found(log, gpus, window, [begin, end], metadata, {})


def _table(log: Log, metadata: dict[str, Any]) -> Iterator[Found | Fault]:
    gpus: dict[str, Gauge] = {}
    window = [math.inf, -math.inf]
    begin = end = 0
    relative = False
    for row, cells in log.records():
        bare = {name.rpartition(" - ")[2]: text for name, text in cells.items()}
        at = _number(bare.get("_timestamp"))
        if at is None:
            at, relative = _number(bare.get("_runtime") or bare.get("Relative Time (Process)")), True
        if at is None or (not relative and not 1e9 < at < 5e9):
            yield Fault(f"{log.shown}: row {row}", "_timestamp", shorten(bare.get("_timestamp", "")), "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        begin, end = begin or row, row
        window = [min(window[0], at), max(window[1], at)]
        _put(gpus, at, cells)
    yield _found(log, gpus, window, [begin, end], metadata, {}, relative)


def _binary(log: Log, metadata: dict[str, Any]) -> Iterator[Found | Fault | Note]:
    gpus: dict[str, Gauge] = {}
    window = [math.inf, -math.inf]
    run: dict[str, Any] = {}
    notes: tuple[Note, ...] = ()
    code: int | None = None
    try:
        with log.binary() as handle:
            for at, record in wandb_log.records(handle):
                try:
                    kind = wandb_log.kind_of(record)
                    if kind == wandb_log.RUN:
                        run = wandb_log.run_of(record)
                    elif kind == wandb_log.STATS:
                        stamp, values = wandb_log.stats_of(record)
                        if stamp is not None:
                            window = [min(window[0], stamp), max(window[1], stamp)]
                            _put(gpus, stamp, values)
                    elif kind == wandb_log.EXIT:
                        code = wandb_log.exit_of(record)
                except ValueError as error:
                    yield Fault(
                        f"{log.shown}: offset {at}",
                        "",
                        "",
                        f"not a record: {error}",
                        "Write the file again.",
                        "torn-row",
                    )
    except wandb_log.Torn as torn:
        if not gpus and not run:
            yield Fault(
                log.shown,
                "",
                f"offset {torn.at}",
                f"the log is damaged: {torn}",
                "Copy the file again from where it was written.",
            )
            return
        notes = (
            Note(
                "torn-row",
                said("{torn}, at offset {at}: what follows is not used", torn=torn, at=torn.at),
                severity="warning",
            ),
        )
    if run.get("start"):
        window[0] = min(window[0], run["start"])
    if code is not None:
        run["status"] = "completed" if code == 0 else "failed"
    yield _found(log, gpus, window, 1, metadata, run, notes=notes)


def _put(gpus: dict[str, Gauge], at: float, values: dict[str, Any]) -> None:
    for name, value in values.items():
        found = _POWER.match(name)
        watts = _number(value) if found else None
        if found and watts is not None and 0 <= watts < 1e5:
            gpus.setdefault(found[1], Gauge()).put(at, watts / 1000)


def _found(
    log: Log, gpus: dict[str, Gauge], window: list[float], rows: int | list[int], metadata: dict[str, Any], run: dict[str, Any],
    relative: bool = False, notes: tuple[Note, ...] = (),
) -> Found:  # fmt: skip
    record: dict[str, Any] = {
        k: v for k, v in (("id", run.get("id")), ("system", run.get("project")), ("status", run.get("status"))) if v
    }
    if window[1] > window[0]:
        if relative:
            record["duration"] = f"{window[1] - window[0]!r} s"
            notes += (
                Note(
                    "clock-fault",
                    said("its times count from the start of a run whose date is not in the file"),
                    "start",
                ),
            )
        else:
            record |= {"start": _iso(window[0]), "end": _iso(window[1])}
    model, count = metadata.get("model"), metadata.get("count")
    number = len(gpus) or (count if isinstance(count, int) and 0 < count < 10**6 else 0)
    if number:
        record["devices"] = [
            {"kind": "gpu", "count": number} | ({"model": model} if isinstance(model, str) and model else {})
        ]
    if isinstance(count, int) and gpus and count != len(gpus):
        notes += (
            Note(
                "steps-left-out",
                said("the machine has {count} GPUs, and {gpus} of them tell their power", count=count, gpus=len(gpus)),
                "devices",
                "warning",
            ),
        )
    try:
        energy, reading = gauge.energy(list(gpus.values()), "accelerator")
    except ValueError:
        return Found(
            record,
            rows,
            (*notes, Note("no-energy", said("the log holds no samples of the power of GPUs"), "power")),
            "wandb",
        )
    record["energy"] = [energy]
    return Found(
        record, rows, (*notes, *gauge.notes(list(gpus.values()))), "wandb", reading=None if relative else reading
    )


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value == "":
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
