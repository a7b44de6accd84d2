"""Google Cloud billing export of BigQuery, JSON Lines or CSV: GPU seconds by machine and month."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lca import unique_keys
from lca.errors import Fault, InputError
from lca.ingest.bill import Bill, Hours, columns, fold, money_of, number, utc
from lca.ingest.formats import Format, Found
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "gcp-billing",
    "Google Cloud billing export of BigQuery, JSON Lines or CSV",
    "hours of GPUs by machine and month, the machine type or the GPU, region, window, cost before credits",
    "utilisation, energy, system, stage; machines without GPUs, TPUs",
    sums=True,
)
#: fields of the schema that are used, by their folded path
#: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage
_PATHS = ("cost", "currency", "cost_type", "sku.description", "usage.amount", "usage.unit", "usage_start_time", "usage_end_time",
          "location.region", "resource.name", "resource.global_name", "project.id", "system_labels")  # fmt: skip
_KEYS = {fold(path): path for path in _PATHS}
NEEDED = {fold(p) for p in ("sku.description", "usage.amount", "usage.unit", "usage_start_time")}
#: the GPU in the name of a SKU of usage: "Nvidia Tesla T4 GPU attached to Spot Preemptible VMs running in Americas"
_GPU = re.compile(r"(Nvidia [\w ]{1,60}?) GPUs? (?:attached|running|in )", re.I)
#: machine types whose name ends in the number of their GPUs
_WHOLE = re.compile(r"a\d-[a-z]+gpu-(\d+)g")
_SPEC = re.compile(r'compute\.googleapis\.com/machine_spec\W+(?:"?value"?\W+)?([a-z]\d[a-z]?-[a-z0-9-]+)')
_HOURS = {"seconds": 1 / 3600, "second": 1 / 3600, "hour": 1.0, "hours": 1.0}


def claims(head: Head) -> bool:
    """The columns, or the keys of the first line."""
    if not head.text.lstrip("\ufeff \n").startswith("{"):
        return columns(head) >= NEEDED
    first = head.lines[0]
    return all(f'"{key}"' in first for key in ("sku", "usage", "usage_start_time", "cost"))


def read(log: Log) -> Iterator[Found | Fault]:
    """One run per region, machine type or GPU, resource and month."""
    bill = Bill(log, "cost", "Google Cloud")
    for row, cells in _rows(log):
        if cells is None:
            yield from bill.bad(row, "", "", "not a JSON object")
            continue
        money = money_of(cells.get("cost", ""), cells.get("currency", ""))
        if money is None:
            yield from bill.bad(row, "cost", cells.get("cost", ""), "not an amount of money")
            continue
        bill.row("Google Cloud", money)
        gpu = _GPU.match(cells.get("sku.description", ""))
        unit = cells.get("usage.unit", "").lower()
        if cells.get("cost_type", "regular") not in ("regular", ""):
            bill.leave(said("charges that are no regular usage"), money)
        elif unit not in _HOURS:
            bill.leave(said("usage that is not in hours"), money)
        elif gpu is None:
            bill.leave(said("hours that name no GPU, such as those of processors and memory"), money)
        else:
            yield from _use(bill, row, cells, gpu[1], _HOURS[unit], money)
    yield from bill.found()


def _use(bill: Bill, row: int, cells: dict[str, str], gpu: str, factor: float, money: Any) -> Iterator[Fault]:
    hours = number(cells.get("usage.amount", "")) * factor
    begin, end = (utc(cells.get(name, "").replace(" UTC", "+00:00")) for name in ("usage_start_time", "usage_end_time"))
    if hours != hours:
        yield from bill.bad(row, "usage.amount", cells.get("usage.amount", ""), "not a number")
    elif begin is None or end is None:
        name = "usage_start_time" if begin is None else "usage_end_time"
        yield from bill.bad(row, name, cells.get(name, ""), "not a time")
    elif end <= begin:
        yield from bill.bad(row, "usage_end_time", cells["usage_end_time"], "not after usage_start_time", "clock-fault")
    elif hours <= 0:
        bill.leave(said("0 hours, or hours below 0"), money)
    else:
        spec = _SPEC.search(cells.get("system_labels", ""))
        whole = _WHOLE.fullmatch(spec[1]) if spec else None
        if whole and int(whole[1]):  # the row counts GPUs, the machine type holds several
            model, kind, hours = whole[0], "", hours / int(whole[1])
        else:
            model, kind = gpu, "gpu"
        names = ("project.id", "resource.global_name", "resource.name")
        resource = "/".join(cells.get(name, "") for name in names)
        bill.use(row, Hours("gcp", cells.get("location.region", ""), model, resource, begin, end, hours, kind), money)


def _rows(log: Log) -> Iterator[tuple[int, dict[str, str] | None]]:
    """The fields that are used, by their path; None for a line that is no object."""
    if not log.head.text.lstrip("\ufeff \n").startswith("{"):
        for row, raw in log.records():
            yield row, {_KEYS[fold(name)]: value for name, value in raw.items() if fold(name) in _KEYS}
        return
    for row, line in log.lines():
        if not line.strip():
            continue
        try:
            made = unique_keys.of_json(line.lstrip("\ufeff"))
        except (ValueError, RecursionError):
            made = None
        if row == 1 and not isinstance(made, dict):
            raise InputError(f"{log.shown}: row 1", "not a JSON object on one line", "Export JSON Lines.")
        yield row, _flat(made) if isinstance(made, dict) else None


def _flat(made: dict[str, Any]) -> dict[str, str]:
    out = {}
    for path in _PATHS:
        value: Any = made
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            out[path] = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
    return out
