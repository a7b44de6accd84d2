"""MLflow: the table of `search_runs`, and the CSV that its page of runs downloads, one row per run."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest import cells, run_table
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.run_table import Columns
from lca.language import said

_STATES = {"running": "running", "finished": "completed", "failed": "failed", "killed": "cancelled"}
_SEARCHED = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
_DOWNLOADED = ("Start Time", "Duration", "Run ID", "Source Type", "Source Name", "Status")
FORMAT = Format(
    "mlflow-runs",
    "MLflow search_runs as CSV, and the CSV of its page of runs",
    "start (UTC; local in the CSV of the page), end or duration, status",
    "energy, power, devices, place, stage; the experiment's name",
    marks=(_SEARCHED, _DOWNLOADED),
)
_TABLES = {
    _SEARCHED: Columns("start_time", "status", _STATES, "run_id", end="end_time"),
    _DOWNLOADED: Columns("Start Time", "Status", _STATES, "Run ID", duration="Duration"),
}
_PARENT = "tags.mlflow.parentRunId"
#: what system metrics of GPUs are called; the table holds their last value alone
_POWER = "power_usage_watts"


def claims(head: Head) -> bool:
    """A header with the columns that every such table has."""
    return _columns(head) is not None


def _columns(head: Head) -> Columns | None:
    names = set(run_table.names(head))
    return next((columns for needed, columns in _TABLES.items() if names.issuperset(needed)), None)


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per row."""
    columns = _columns(log.head)
    if columns is None:
        return
    for row in run_table.rows(log, columns):
        if isinstance(row, Fault):
            yield row
            continue
        notes = row.notes
        if any(name.endswith(_POWER) and not cells.is_blank(text) for name, text in row.cells.items()):
            told = said(
                "the table holds the last sample of the power of each GPU and no others; give the folder mlruns or mlflow.db"
            )
            notes += (Note("cells-not-used", told, "power"),)
        parent = row.cells.get(_PARENT, "")
        part_of = "" if cells.is_blank(parent) or parent == row.record.get("id") else parent
        yield Found(row.record, row.number, notes, "MLflow", part_of=part_of)
