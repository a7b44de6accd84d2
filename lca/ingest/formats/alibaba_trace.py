"""Traces of Alibaba clusters: pods with shares of GPUs (2023), instances by day (MaaS 2026), requests for images (GenAI 2026).

Fields: https://github.com/alibaba/clusterdata, cluster-trace-gpu-v2023, cluster-trace-v2026-maas, cluster-trace-v2026-GenAI.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import cells
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import plural, said

FORMAT = Format(
    "alibaba-trace",
    "Alibaba cluster traces: gpu-v2023 pods, v2026-maas instances, v2026-GenAI requests",
    "device-hours by type of GPU (pods), by model and type (instances); requests and images (GenAI)",
    "energy, date, place; types of GPU are anonymous or a choice of several",
    marks=(
        ("num_gpu", "gpu_milli", "gpu_spec", "pod_phase", "deletion_time", "scheduled_time"),
        ("day", "instance_id", "model_id", "gpu_type", "workload", "gpu_hours"),
        ("gmt_create", "predict_type", "predict_status", "exec_time_seconds", "num_images_per_prompt"),
    ),
)
PODS = ("num_gpu", "gpu_milli", "gpu_spec", "pod_phase", "deletion_time", "scheduled_time")
INSTANCES = ("day", "instance_id", "model_id", "gpu_type", "workload", "gpu_hours")
REQUESTS = ("gmt_create", "predict_type", "predict_status", "exec_time_seconds", "num_images_per_prompt")


def claims(head: Head) -> bool:
    """The columns of one of the three."""
    return _kind(head) is not None


def _kind(head: Head) -> Callable[[Log, _Sums], Iterator[Fault]] | None:
    names = {n.strip().strip('"') for n in head.lines[0].lstrip("\ufeff").split(",")} if head.lines else set()
    return next(
        (
            read
            for wanted, read in ((PODS, _pods), (INSTANCES, _instances), (REQUESTS, _requests))
            if names >= set(wanted)
        ),
        None,
    )


class _Sums:
    """Amounts by group, their rows, and the rows that are no use or cannot be used."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.groups: dict[tuple[str, ...], dict[str, Any]] = {}
        self.rows = self.unused = self.bad = 0

    def group(self, key: tuple[str, ...], row: int) -> dict[str, Any]:
        self.rows += 1
        held = self.groups.setdefault(
            key, {"row": row, "hours": 0.0, "requests": 0, "images": 0.0, "begin": None, "end": None}
        )
        return held

    def refuse(self, row: int, field: str, found: str, problem: str) -> Iterator[Fault]:
        self.bad += 1
        yield torn_row(f"{self.log.shown}: row {row}", field, found, problem)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per type of GPU (pods), per model and type of GPU (instances), or per kind of request."""
    sums = _Sums(log)
    kind = _kind(log.head)
    assert kind is not None  # `claims` has looked
    yield from kind(log, sums)
    log.account.head()
    log.account.use(sums.rows)
    if sums.unused:
        log.account.ignore("rows that used no GPU", sums.unused)
        message = plural(
            sums.unused, "one row of {file} used no GPU: never scheduled, without one, or not done",
            "{n} rows of {file} used no GPU: never scheduled, without one, or not done", n=sums.unused, file=log.shown,
        )  # fmt: skip
        yield Note("rows-left-out", message)
    for key, held in sums.groups.items():
        yield _found(log, key, held)


def _found(log: Log, key: tuple[str, ...], held: dict[str, Any]) -> Found:
    record: dict[str, Any] = {"id": "-".join([log.digest[:8], *(k or "any" for k in key)])}
    notes: tuple[Note, ...] = (
        Note("clock-fault", said("its times count from an unknown moment: the run has no date"), "start"),
    )
    if held["requests"]:
        record |= {
            "stage": "inference",
            "system": key[0],
            "work": {"requests": held["requests"], "images": held["images"]},
        }
        if held["begin"] is not None and held["end"] > held["begin"]:
            record |= {"start": held["begin"].isoformat(), "end": held["end"].isoformat()}
        notes = (
            Note(
                "clock-fault",
                said("its times are shifted by an unknown time: the date is not that of the requests"),
                "start",
            ),
        )
        return Found(record, held["row"], notes, "Alibaba")
    model = key[-1]
    choice = "|" in model
    if len(key) > 1:
        record |= {"system": key[0], "stage": "inference"}
    if choice:
        notes += (
            Note(
                "device-ambiguous",
                said("its pods may run on one of several types: {model}", model=shorten(model)),
                "devices",
            ),
        )
    record["devices"] = [
        {"kind": "gpu", "device_hours": f"{held['hours']!r} h"} | ({"model": model} if model and not choice else {})
    ]
    return Found(record, held["row"], notes, "Alibaba")


def _pods(log: Log, sums: _Sums) -> Iterator[Fault]:
    """GPUs x share x the time from scheduling to deletion."""
    for row, raw in log.records():
        gpus, share = _number(raw, "num_gpu"), _number(raw, "gpu_milli")
        if not gpus >= 0 or not 0 <= share <= 1000:
            name = "num_gpu" if not gpus >= 0 else "gpu_milli"
            yield from sums.refuse(row, name, raw.get(name, ""), "not a number in its range")
            continue
        if not raw.get("scheduled_time") or gpus == 0:
            sums.unused += 1
            continue
        begin, end = _number(raw, "scheduled_time"), _number(raw, "deletion_time")
        if not end >= begin:
            yield from sums.refuse(
                row, "deletion_time", raw.get("deletion_time", ""), "not a time after scheduled_time"
            )
            continue
        spec = raw.get("gpu_spec", "")
        sums.group(("" if spec == "nan" else spec,), row)["hours"] += gpus * share / 1000 * (end - begin) / 3600


def _instances(log: Log, sums: _Sums) -> Iterator[Fault]:
    """Segments of one instance in a day add up."""
    for row, raw in log.records():
        hours = _number(raw, "gpu_hours")
        if not hours >= 0:
            yield from sums.refuse(row, "gpu_hours", raw.get("gpu_hours", ""), "not a number of at least 0")
            continue
        sums.group((raw.get("model_id", "") or "unknown", raw.get("gpu_type", "").replace("\\N", "")), row)[
            "hours"
        ] += hours


def _requests(log: Log, sums: _Sums) -> Iterator[Fault]:
    """Requests that succeeded, with their images."""
    for row, raw in log.records():
        if raw.get("predict_status", "").upper() != "SUCCEED":
            sums.unused += 1
            continue
        images = _number(raw, "num_images_per_prompt")
        stamp = _stamp(raw.get("gmt_create", ""))
        if not images >= 0 or stamp is None:
            name = "gmt_create" if stamp is None else "num_images_per_prompt"
            yield from sums.refuse(
                row, name, raw.get(name, ""), "not a time" if stamp is None else "not a number of at least 0"
            )
            continue
        held = sums.group((raw.get("predict_type", "") or "unknown",), row)
        held["requests"] += 1
        held["images"] += images
        held["begin"] = stamp if held["begin"] is None else min(held["begin"], stamp)
        held["end"] = stamp if held["end"] is None else max(held["end"], stamp)


def _number(raw: dict[str, str], name: str) -> float:
    """A number of at least 0 that a cluster may reach, NaN where it is none."""
    try:
        value = cells.number(raw.get(name, ""))
    except ValueError:
        return math.nan
    return value if value is not None and value < 1e15 else math.nan


def _stamp(text: str) -> datetime | None:
    try:
        made = cells.stamp(text)
    except ValueError:
        return None
    return made if made is not None and made.tzinfo is None else None
