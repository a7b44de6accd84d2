"""The summary of AIPerf as CSV: stacked tables of metrics with their statistics, of single values, and of each GPU."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.log import Head, Log
from lca.ingest.torn_rows import torn_row

_METRIC = re.compile(r"(.*?)(?:\s*\(([^()]*)\))?\s*\Z")
#: name of a metric -> what it is, by the column that counts
_SUMS = {"Total Input Sequence Length": "tokens_in", "Total ISL": "tokens_in", "Total Output Sequence Length": "tokens_out",
         "Total OSL": "tokens_out", "Request Count": "requests", "Benchmark Duration": "seconds"}  # fmt: skip
_MEANS = {"Input Sequence Length": "tokens_in", "Output Sequence Length": "tokens_out"}
_GPU = {("GPU Power Usage", "W"): "power", ("GPU Utilization", "%"): "utilisation"}
_IGNORED = "metrics of a benchmark that say nothing about work, time or power"


@dataclass
class Gpu:
    """One GPU as it was scraped."""

    model: str
    power: float | None = None  # W, mean
    utilisation: float | None = None  # 0..1, mean


@dataclass
class Summary:
    """What the tables hold. `means` are lengths of one request, `latency` is in s."""

    sums: dict[str, float] = field(default_factory=dict)
    means: dict[str, float] = field(default_factory=dict)
    latency: float | None = None
    gpus: dict[str, Gpu] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    @property
    def devices(self) -> list[dict[str, Any]]:
        """The GPUs by model, with the mean of their power and utilisation where each of them has one."""
        out = []
        for model in sorted({g.model for g in self.gpus.values()}):
            group = [g for g in self.gpus.values() if g.model == model]
            device: dict[str, Any] = {"kind": "gpu", "count": len(group)} | ({"model": model} if model else {})
            power = [g.power for g in group if g.power]
            load = [g.utilisation for g in group if g.utilisation is not None]
            if len(power) == len(group):
                device["power"] = f"{sum(power) / len(power)!r} W"
            elif len(load) == len(group):
                device["utilisation"] = sum(load) / len(load)
            out.append(device)
        return out


def is_summary(head: Head) -> bool:
    """Whether the first table is of metrics, with their statistics or values, and one of them is of the benchmark as a whole."""
    lines = head.lines
    first = lines[0].lstrip("\ufeff ").lower().replace('"', "") if lines else ""
    return first.startswith(("metric,avg,", "metric,value")) and any(
        line.lstrip('"').startswith(("Request Count", "Request Throughput", "Benchmark Duration")) for line in lines
    )


def read(log: Log, summary: Summary) -> Iterator[Fault]:
    """Fill a summary from the tables."""
    header: list[str] = []
    for row, values in log.table():
        first = values[0].strip().lstrip("\ufeff")
        if first.startswith("#") or first in ("Metric", "Endpoint"):  # each table has its own columns
            header = header if first.startswith("#") else [v.strip().lstrip("\ufeff") for v in values]
            log.account.head()
            continue
        if len(values) != len(header):
            yield torn_row(
                f"{log.shown}: row {row}", "", f"{len(values)} cells", f"its table has {len(header)} columns"
            )
            continue
        cell = dict(zip(header, (v.strip() for v in values), strict=True))
        fault = _gpu(log, row, cell, summary) if header[:1] == ["Endpoint"] else _metric(log, row, cell, summary)
        if fault is not None:
            yield fault


def _metric(log: Log, row: int, cell: dict[str, str], summary: Summary) -> Fault | None:
    name, unit = _split(cell.get("Metric", ""))
    column = "Value" if "Value" in cell else "avg"
    if name in _SUMS:
        target, key = summary.sums, _SUMS[name]
    elif name in _MEANS:
        target, key, column = (
            (summary.sums, _MEANS[name], "sum") if cell.get("sum") else (summary.means, _MEANS[name], column)
        )
    elif name == "Request Latency":
        target, key = {}, "latency"
    else:
        log.account.ignore(_IGNORED)
        return None
    try:
        is_time = key in ("seconds", "latency")
        value = cells.duration(cell.get(column), cells.unit_named(unit)) if is_time else cells.number(cell.get(column))
    except ValueError as error:
        return torn_row(f"{log.shown}: row {row}", cell["Metric"], cell.get(column, ""), str(error))
    if value is None:
        return torn_row(f"{log.shown}: row {row}", cell["Metric"], cell.get(column, ""), "no value")
    if key == "latency":
        summary.latency = value
    else:
        target.setdefault(key, value)
    summary.rows.append(row)
    log.account.use()
    return None


def _gpu(log: Log, row: int, cell: dict[str, str], summary: Summary) -> Fault | None:
    what = _GPU.get(_split(cell.get("Metric", "")))
    gpu = summary.gpus.setdefault(
        cell.get("GPU_UUID") or "/".join([cell.get("Endpoint", ""), cell.get("GPU_Index", "")]),
        Gpu(cell.get("GPU_Name", "")),
    )
    if what is None:
        log.account.ignore(_IGNORED)
        return None
    try:
        value = cells.number(cell.get("avg"))
    except ValueError as error:
        return torn_row(f"{log.shown}: row {row}", cell["Metric"], cell.get("avg", ""), str(error))
    if what == "utilisation" and value is not None:
        if value > 100:
            return torn_row(f"{log.shown}: row {row}", cell["Metric"], cell["avg"], "more than 100 %")
        gpu.utilisation = value / 100
    elif value is not None:
        gpu.power = value
    summary.rows.append(row)
    log.account.use()
    return None


def _split(metric: str) -> tuple[str, str]:
    """`GPU Power Usage (W)` to its name and unit."""
    match = _METRIC.match(metric)
    return (match[1].strip(), match[2] or "") if match else (metric, "")
