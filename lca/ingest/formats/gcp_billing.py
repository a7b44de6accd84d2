"""Google Cloud billing export of BigQuery, JSON Lines or CSV: GPU seconds by machine and month."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lca import unique_keys
from lca.errors import Fault, InputError
from lca.ingest.bill import Bill, Charge, Hours, charge_of
from lca.ingest.bill_rows import Table, columns, fold, moment, number
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "gcp-billing",
    "Google Cloud billing export of BigQuery, JSON Lines or CSV",
    "hours of GPUs by machine, month and labels, the machine type or the GPU, region, window, cost before credits",
    "utilisation, energy, system, stage; machines without GPUs, TPUs",
    sums=True,
    marks=(("sku.description", "usage.amount", "usage.unit", "usage_start_time"),),
)
#: fields of the schema that are used, by their folded path
#: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage
_PATHS = ("cost", "currency", "cost_type", "sku.description", "usage.amount", "usage.unit", "usage_start_time", "usage_end_time",
          "location.region", "resource.name", "resource.global_name", "project.id", "system_labels", "labels",
          "service.description", "sku.id", "billing_account_id")  # fmt: skip
_KEYS = {fold(path): path for path in _PATHS}
NEEDED = {fold(p) for p in ("sku.description", "usage.amount", "usage.unit", "usage_start_time")}
#: the GPU in the name of a SKU of usage: "Nvidia Tesla T4 GPU attached to Spot Preemptible VMs running in Americas"
_GPU = re.compile(r"(Nvidia [\w ]{1,60}?) GPUs? (?:attached|running|in )", re.I)
#: machine types whose name ends in the number of their GPUs
_WHOLE = re.compile(r"a\d[a-z]?-[a-z]+gpu-(\d+)g(?:-[a-z]+)?")
_SPEC = re.compile(r'compute\.googleapis\.com/machine_spec\W+(?:"?value"?\W+)?([a-z]\d[a-z]?-[a-z0-9-]+)')
#: values of cost_type other than `regular`: https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/standard-usage
_OTHER = ("tax", "adjustment", "rounding_error", "credit")
_HOURS = {"seconds": 1 / 3600, "second": 1 / 3600, "hour": 1.0, "hours": 1.0}


def claims(head: Head) -> bool:
    """The columns, or the keys of the first line."""
    if not head.text.lstrip("\ufeff \n").startswith("{"):
        return columns(head) >= NEEDED
    first = head.lines[0]
    return all(f'"{key}"' in first for key in ("sku", "usage", "usage_start_time", "cost"))


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per region, machine type or GPU, resource, month and labels."""
    bill = Bill(log, "cost", "Google Cloud")
    for row, cells, problem in _rows(log):
        if problem:
            yield from bill.bad(row, "", "", problem)
            continue
        cost, currency = cells.get("cost", ""), cells.get("currency", "")
        charge = None if cost[:1] in ("[", "{") else charge_of(cost, currency, cells.get("service.description", ""))
        if charge is None:
            name, found = (
                ("currency", currency) if charge_of(cost, "") and cost[:1] not in ("[", "{") else ("cost", cost)
            )
            yield from bill.bad(row, name, found, "not an amount of money")
            continue
        bill.row("Google Cloud", charge)
        gpu = _GPU.match(cells.get("sku.description", ""))
        kind = cells.get("cost_type", "regular")
        unit = cells.get("usage.unit", "")
        if kind in _OTHER:
            bill.leave(said("charges that are no regular usage"), charge._replace(service=""))
        elif kind not in ("regular", ""):
            yield from bill.bad(row, "cost_type", kind, "no known type of cost")
        elif gpu is not None and unit.lower() not in _HOURS:
            yield from bill.bad(row, "usage.unit", unit, "not seconds or hours, in which GPUs are charged")
        elif unit.lower() not in _HOURS:
            bill.leave(said("usage that is not in hours"), charge)
        elif gpu is None:
            bill.leave(said("hours that name no GPU, such as those of processors and memory"), charge)
        else:
            yield from _use(bill, row, cells, gpu[1], _HOURS[unit.lower()], charge)
    yield from bill.found()


def _use(bill: Bill, row: int, cells: dict[str, str], gpu: str, factor: float, charge: Charge) -> Iterator[Fault]:
    hours = number(cells.get("usage.amount", "")) * factor
    begin, end = (moment(cells.get(name, "")) for name in ("usage_start_time", "usage_end_time"))
    if hours != hours:
        yield from bill.bad(row, "usage.amount", cells.get("usage.amount", ""), "not a number")
    elif begin is None or end is None or end <= begin:
        texts = (cells.get("usage_start_time", ""), cells.get("usage_end_time", ""))
        yield from bill.bad_period(row, ("usage_start_time", "usage_end_time"), texts, (begin, end))
    elif hours <= 0:
        bill.leave_no_use(hours, charge)
    else:
        spec = _SPEC.search(cells.get("system_labels", ""))
        whole = _WHOLE.fullmatch(spec[1]) if spec else None
        if whole and int(whole[1]):  # the row counts GPUs, the machine type holds several
            model, kind, hours = whole[0], "", hours / int(whole[1])
        else:
            model, kind = gpu, "gpu"
        names = ("project.id", "resource.global_name", "resource.name")
        resource = "/".join(cells.get(name, "") for name in names)
        usage = cells.get("sku.id") or cells.get("sku.description", "")
        one = Hours("gcp", cells.get("location.region", ""), model, resource, begin, end, hours, kind,
                    cells.get("billing_account_id", ""), usage, bill.tags(row, cells.get("labels", "")))  # fmt: skip
        bill.use(row, one, charge)


def _rows(log: Log) -> Iterator[tuple[int, dict[str, str], str]]:
    """The fields that are used, by their path, and what is wrong with a row as a whole."""
    if not log.head.text.lstrip("\ufeff \n").startswith("{"):
        for row, raw, problem in Table(log, NEEDED).rows():
            yield row, {_KEYS[name]: value for name, value in raw.items() if name in _KEYS}, problem
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
        yield (row, _flat(made), "") if isinstance(made, dict) else (row, {}, "not a JSON object")


def _flat(made: dict[str, Any]) -> dict[str, str]:
    out = {}
    for path in _PATHS:
        value: Any = made
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            out[path] = json.dumps(value) if isinstance(value, (dict, list)) else str(value)
    return out
