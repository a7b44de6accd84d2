"""Weights & Biases: the table of runs of a project, exported as CSV, one row per run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lca.errors import Fault
from lca.ingest import cells, run_table
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.run_table import Columns, Row
from lca.ingest.torn_rows import torn_row
from lca.language import said

FORMAT = Format(
    "wandb-runs",
    "Weights & Biases table of runs, exported as CSV",
    "start in UTC, duration, status; number and model of GPUs where these columns were shown",
    "energy, power, place, stage",
    marks=(("State", "Created", "Runtime", "Sweep"),),
)
_NEEDED = ("Name", "State", "Created", "Runtime")
_STATES = {
    "running": "running",
    "finished": "completed",
    "failed": "failed",
    "crashed": "failed",
    "killed": "cancelled",
}
_COLUMNS = Columns("Created", "State", _STATES, "ID", duration="Runtime")
_COUNT, _MODEL = "GPU Count", "GPU Type"


def claims(head: Head) -> bool:
    """A header with the columns that stand before those of the project."""
    names = run_table.names(head)
    return set(names).issuperset(_NEEDED) and any(n in names for n in ("User", "Tags", "Notes", "Sweep"))


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per row."""
    for row in run_table.rows(log, _COLUMNS):
        yield row if isinstance(row, Fault) else _found(log, row)


def _found(log: Log, row: Row) -> Found | Fault:
    record: dict[str, Any] = dict(row.record)
    notes = row.notes
    try:
        count = cells.count(row.cells.get(_COUNT))
    except ValueError as error:
        log.account.used -= 1
        return torn_row(f"{log.shown}: row {row.number}", _COUNT, row.cells[_COUNT], str(error))
    model = row.cells.get(_MODEL, "")
    model = "" if cells.is_blank(model) else model[:200]
    if count or model:
        device = {"kind": "gpu", "count": count, "model": model}
        record["devices"] = [{name: value for name, value in device.items() if value}]
    if count is None:
        notes += (Note("gpus-not-stated", said("the table does not state the number of GPUs of the run"), "devices"),)
    return Found(record, row.number, notes, "wandb")
