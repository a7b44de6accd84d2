"""SLURM `squeue`: what is in the queue at one moment; jobs that run have used what they have used until then."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.slurm import job, rows
from lca.ingest.slurm.layout import SAMPLE, layout_of
from lca.ingest.slurm.times import is_day_first
from lca.language import said

FORMAT = Format(
    "squeue",
    "SLURM squeue: its table, or with a delimiter (-o '%i|%T|%M|%D|%b')",
    "hours until then, state, nodes of each job that runs, GPUs where TRES_PER_NODE or TRES_ALLOC is among the columns",
    "jobs that have ended, energy, time zone (text), place, stage, system, model of processors",
)
#: name of a column -> that of sacct
_COLUMNS = {
    "JOBID": "JobID", "ST": "State", "STATE": "State", "TIME": "Elapsed", "NODES": "NNodes", "CPUS": "AllocCPUS", "NAME": "JobName",
    "PARTITION": "Partition", "ACCOUNT": "Account", "QOS": "QOS", "CLUSTER": "Cluster", "NODELIST": "NodeList",
    "NODELIST(REASON)": "NodeList", "START_TIME": "Start", "END_TIME": "End", "TRES_ALLOC": "AllocTRES", "TRES_PER_NODE": "ReqTRES",
    "GRES": "ReqTRES",
}  # fmt: skip
_COUNT = re.compile(r"(?<=[:=])(\d+)(?=\Z|,|\()")


def claims(head: Head) -> bool:
    """The header of squeue."""
    return layout_of(head.lines[:SAMPLE], _COLUMNS) is not None


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per job that has started."""
    lines = log.head.lines[:SAMPLE]
    layout = layout_of(lines, _COLUMNS)
    assert layout is not None  # `claims` has looked
    if "ReqTRES" in layout.names and "NNodes" not in layout.names:
        told = said("{file} has no column NODES: the resources of one node of each job were counted", file=log.shown)
        yield Note("gpus-not-stated", told, "devices")
    yield from rows.read(log, layout, is_day_first(lines), _adapt)


def _adapt(cells: dict[str, str]) -> None:
    """The end of a job that runs is that of its time limit; what it has of each node it has of all of them."""
    try:
        state = job.state_of(cells.get("State", ""))
    except ValueError:
        return
    if job.STATUS.get(state) == "running":
        cells.pop("End", None)
    if state in job.WAITING:
        cells.pop("Start", None)  # an estimate
    nodes = cells.get("NNodes", "1")
    if cells.get("ReqTRES") and not nodes.isdigit():
        cells["ReqTRES"] = ""  # of how many nodes is not known
    elif cells.get("ReqTRES"):
        cells["ReqTRES"] = _COUNT.sub(lambda m: str(int(m[1][:9]) * int(nodes[:9])), cells["ReqTRES"])
