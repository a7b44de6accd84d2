"""SLURM `seff`: how well a job used its processors and memory; it says how long, not when, and nothing of GPUs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from lca.errors import Fault, shorten
from lca.ingest import cells as parser
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.slurm.jobs import Jobs, repeated

FORMAT = Format(
    "seff",
    "SLURM seff: efficiency of a job",
    "hours, state, nodes and cores of each job",
    "GPUs, energy, start and end, place, stage, system, model of processors",
)
_FIRST = re.compile(r"^\s*Job ID: *\d", re.M)
_SECOND = re.compile(r"^\s*(?:Job Wall-clock time|CPU Utilized|State): ", re.M)
_PAIR = re.compile(r"\s*([A-Za-z][\w ./-]*?)\s*:\s*(.*?)\s*\Z")
#: label -> column of sacct
_COLUMNS = {
    "Job ID": "JobID", "Array Job ID": "JobID", "Cluster": "Cluster", "State": "State", "Nodes": "NNodes", "Job Wall-clock time": "Elapsed",
}  # fmt: skip
_CORES = ("Cores", "Cores per node")
_IGNORED = ("User/Group", "User", "CPU Utilized", "Memory Utilized", "Memory Efficiency")
_STATISTICS = "statistics of processors and memory"
_EFFICIENCY = re.compile(r"[\d.]+% of (\S+) core-walltime")
_JOB_ID = re.compile(r"\d+(?:_\d+|\+\d+)?\Z", re.ASCII)
_TASK_ID = re.compile(r"\d+_\d+\Z", re.ASCII)
_REMEDY = "Restore the output of seff."


def claims(head: Head) -> bool:
    """The labels with which seff begins."""
    return _FIRST.search(head.text) is not None and _SECOND.search(head.text) is not None


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per job."""
    parsed: list[tuple[int, dict[str, str]]] = []
    statistics = 0
    for row, line in log.lines():
        text = line.lstrip("\ufeff")
        pair = _PAIR.match(text)
        label, value = (pair[1], pair[2]) if pair else ("", "")
        if label == "Job ID":
            parsed.append((row, {label: value}))
        elif parsed and (label in _COLUMNS or label in _CORES or label == "CPU Efficiency"):
            if parsed[-1][1].setdefault(label, value) != value:
                parsed[-1][1]["twice"] = label
        elif (parsed and label in _IGNORED) or text.startswith(("WARNING: Efficiency", "Efficiency not available")):
            statistics += 1
        elif text.strip():
            log.account.miss(row)
    log.account.expect(len(parsed) + log.account.missed + statistics)
    if statistics:
        log.account.ignore(_STATISTICS, statistics)
    made = [(row, _cells(log, row, values)) for row, values in parsed]
    jobs = Jobs(log, repeated(Counter(c["JobID"] for _, c in made if isinstance(c, dict))))
    for row, cells in made:
        if isinstance(cells, Fault):
            yield cells
        else:
            yield from jobs.take(cells, row)
    yield from jobs.end()


def _cells(log: Log, row: int, values: dict[str, str]) -> dict[str, str] | Fault:
    """A job in the words of the columns of sacct."""
    where = f"{log.shown}: row {row}"

    def fault(label: str, problem: str) -> Fault:
        return Fault(
            where=where,
            field=label,
            found=shorten(values.get(label, "")),
            problem=problem,
            remedy=_REMEDY,
            code="torn-row",
        )

    if "twice" in values:
        return fault(values["twice"], "another value of it stands below")
    cells = {column: values[label] for label, column in _COLUMNS.items() if label in values}
    for label, pattern in (("Job ID", _JOB_ID), ("Array Job ID", _TASK_ID)):
        if label in values and not pattern.match(values[label]):
            return fault(label, "not the id of a job")
    try:
        nodes, cores = parser.count(values.get("Nodes", "")), _cores(values)
    except ValueError as error:
        return fault(next(x for x in ("Cores per node", "Cores", "Nodes") if x in values), str(error))
    if cores is None or (nodes is None and "Cores per node" in values):
        return fault("Cores" if cores is None else "Nodes", "it is not stated")
    cells["AllocCPUS"] = str(cores * (nodes or 1))
    return _contradiction(values, cells, fault) or cells


def _cores(values: dict[str, str]) -> int | None:
    return parser.count(next((values[label] for label in _CORES if label in values), ""))


def _contradiction(values: dict[str, str], cells: dict[str, str], fault: Callable[[str, str], Fault]) -> Fault | None:
    """A fault where the core-walltime is not cores times time; cores per node are rounded down."""
    efficiency = _EFFICIENCY.match(values.get("CPU Efficiency", ""))
    if efficiency is None or "AllocCPUS" not in cells or "Elapsed" not in cells:
        return None
    try:
        whole, seconds = (
            parser.duration(efficiency[1], two_parts="M:S"),
            parser.duration(cells["Elapsed"], two_parts="M:S"),
        )
    except ValueError:
        return None
    if whole is None or seconds is None:
        return None
    cores, more = int(cells["AllocCPUS"]), int(cells["NNodes"]) if "Cores per node" in values else 0
    if cores * seconds - 1 <= whole <= (cores + more) * seconds + 1:
        return None
    return fault("Job Wall-clock time", f"times {cores} cores it is not the core-walltime, {efficiency[1]}")
