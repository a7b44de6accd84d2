"""Ultralytics: `results.csv` of a training, one row per epoch with the time since its start, and `args.yaml` beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import yaml

from lca.errors import Fault, shorten
from lca.ingest import cells, elapsed
from lca.ingest.elapsed import Point
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row
from lca.language import said

FORMAT = Format(
    "ultralytics",
    "Ultralytics results.csv with args.yaml beside it",
    "duration of the training; model and number of GPUs where args.yaml is beside it",
    "energy, start, place, model of the GPUs",
    marks=(("epoch", "time", "train/box_loss", "metrics/precision(B)", "val/box_loss"),),
)
#: what YOLO trainings log: losses of the training, metrics of the validation
_LOSSES, _METRICS = "train/", "metrics/"
#: args.yaml is short
LARGEST = 2**20


def claims(head: Head) -> bool:
    """A table of epochs with losses and metrics."""
    names = _names(head)
    return "epoch" in names and any(n.startswith(_LOSSES) for n in names) and any(n.startswith(_METRICS) for n in names)


def _names(head: Head) -> list[str]:
    lines = head.lines
    return [n.strip().strip('"') for n in lines[0].lstrip("\ufeff").split(",")] if lines else []


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One training."""
    names = _names(log.head)
    if "time" not in names:
        yield Fault(
            log.shown, "time", "", "a results.csv of YOLO without the column time, as versions before 8.3 write it",
            "State the run in lca-run/1, with its duration; nothing in this file says how long it took.",
        )  # fmt: skip
        return
    points: list[Point] = []
    for row, values in log.table():
        if [v.strip().lstrip("\ufeff") for v in values] == names:  # again where a resumed training wrote it
            log.account.head()
            continue
        point = _point(log, row, values, names)
        if isinstance(point, Fault):
            yield point
        else:
            points.append(point)
    time = elapsed.elapsed(points)
    yield from elapsed.faults(log.shown, "time", time.outliers)
    log.account.use(len(points) - len(time.outliers))
    if not time.seconds > 0:
        yield Fault(log.shown, "time", "", "no epoch with a time above 0", "Give the results of a training that ran.")
        return
    record: dict[str, Any] = {"stage": "training", "duration": f"{time.seconds!r} s"}
    arguments, told = _arguments(log)
    record |= arguments
    rows = sorted({p.row for p in points} - {p.row for p in time.outliers})
    yield Found(record, [rows[0], rows[-1]], (*elapsed.notes(time, len(rows)), *told), "Ultralytics")


def _point(log: Log, row: int, values: list[str], names: list[str]) -> Point | Fault:
    where = f"{log.shown}: row {row}"
    if len(values) != len(names):
        return torn_row(where, "", f"{len(values)} cells", f"the header has {len(names)}")
    numbers: list[float] = []
    for name in ("epoch", "time"):
        text = values[names.index(name)]
        try:
            value = cells.number(text)
        except ValueError as error:
            return torn_row(where, name, text.strip(), str(error))
        if value is None:
            return torn_row(where, name, text.strip(), "no value")
        numbers.append(value)
    if numbers[1] > cells.LONGEST:
        return torn_row(where, "time", values[names.index("time")].strip(), "longer than a thousand years")
    return Point(row, *numbers)


def _arguments(log: Log) -> tuple[dict[str, Any], list[Note]]:
    """Model and number of GPUs, and what is told of them, as the training was told; of a path only its last part, since the others may name a person."""
    found = log.beside("args.yaml")
    if not found:
        return {}, []
    with found[0].binary() as handle:
        data = handle.read(LARGEST)
    try:
        arguments = yaml.safe_load(data.decode("utf-8", "replace"))
    except (yaml.YAMLError, ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict) or "task" not in arguments:
        log.taken.clear()
        return {}, []
    record: dict[str, Any] = {}
    model = arguments.get("model")
    if isinstance(model, str) and model.strip():
        name = os.path.splitext(model.replace("\\", "/").rstrip("/").rpartition("/")[2])[0]
        record["system"] = name[:200]
    device = arguments.get("device")
    count = _gpus(device)
    notes = []
    if count:
        record["devices"] = [{"kind": "gpu", "count": count}]
    elif device not in ("cpu", "mps"):
        told = said("args.yaml does not say how many GPUs were used: its device is {found}", found=shorten(device))
        notes.append(Note("gpus-not-stated", told, "devices"))
    return {key: value for key, value in record.items() if value}, notes


def _gpus(device: Any) -> int:
    """How many GPUs `device` names: `0`, `0,1`, [0, 1], `cuda:0`; 0 where it names none."""
    if isinstance(device, bool) or device is None:
        return 0
    parts = device if isinstance(device, list) else str(device).replace("cuda:", "").strip("[]() ").split(",")
    numbers = [str(p).replace("cuda:", "").strip() for p in parts]
    return len(set(numbers)) if numbers and all(n.isdecimal() and len(n) < 4 for n in numbers) else 0
