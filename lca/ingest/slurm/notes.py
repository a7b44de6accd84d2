"""Notes on the jobs of a file as a whole: one message for all rows that it concerns, the first three named."""

from __future__ import annotations

from dataclasses import dataclass, field

from lca.errors import Fault
from lca.ingest.formats import Note
from lca.ingest.log import Log
from lca.language import plural, said

#: rows that a message names
NAMED = 3
#: columns whose cells are used, and the field of the run that lacks them
FIELDS = {
    "AllocTRES": "devices", "AllocGRES": "devices", "ReqTRES": "devices", "Start": "start", "End": "end", "Elapsed": "duration",
    "ElapsedRaw": "duration", "ConsumedEnergyRaw": "energy", "ConsumedEnergy": "energy", "NodeList": "energy", "NNodes": "ext.nodes",
    "AllocCPUS": "ext.cores", "State": "status",
}  # fmt: skip


@dataclass
class Rows:
    """How many rows something concerns, with the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """One more row."""
        self.count += 1
        if len(self.first) < NAMED:
            self.first.append(row)

    @property
    def named(self) -> str:
        """`3, 7, 9, ...`"""
        return ", ".join(map(str, self.first)) + (", ..." if self.count > len(self.first) else "")

    def from_first(self, noun: str) -> str:
        """`4 jobs from row 3`, for a fault that names the first of them."""
        return f"{self.count} {noun}{'s' if self.count != 1 else ''} from row {self.first[0]}"

    def values(self, file: str) -> dict[str, object]:
        """What a message about these rows of a file names."""
        return {"file": file, "n": self.count, "rows": self.named}


def not_started(file: str, count: int) -> Note:
    """Jobs that wait, or were cancelled while they did."""
    message = plural(
        count, "one job in {file} had not started, so it used nothing", "{n} jobs in {file} had not started, so they used nothing",
        file=file, n=count,
    )  # fmt: skip
    return Note("rows-left-out", message)


def of_no_duration(file: str, count: int) -> Note:
    """Jobs that ran for 0 seconds."""
    message = plural(
        count, "one job in {file} ran for 0 seconds, so it used nothing", "{n} jobs in {file} ran for 0 seconds, so they used nothing",
        file=file, n=count,
    )  # fmt: skip
    return Note("rows-left-out", message)


def undated(file: str, why: str, rows: Rows) -> Note:
    """Jobs with a time that cannot be placed."""
    message = plural(
        rows.count, "{file}: the start or end of one job (row {rows}) is not used, since {why}; its elapsed time counts",
        "{file}: the start or end of {n} jobs (rows {rows}) is not used, since {why}; their elapsed time counts",
        why=why, **rows.values(file),
    )  # fmt: skip
    return Note("clock-fault", message, "start")


def unread(file: str, column: str, why: str, rows: Rows) -> Note:
    """Cells without which a row counts."""
    message = plural(
        rows.count, "{file}: {column} of row {rows} is not used: {why}", "{file}: {column} of {n} rows ({rows}) is not used: {why}",
        column=column, why=why, **rows.values(file),
    )  # fmt: skip
    return Note("cells-not-used", message, FIELDS.get(column, ""))


def gpus(file: str, why: str, rows: Rows) -> Note:
    """Jobs whose GPUs are not known, or not in full."""
    count, values = rows.count, rows.values(file)
    severity = ""
    if why == "cut":
        message = plural(
            count, "{file}: the resources of row {rows} are cut off by the column width; GPUs after the cut are not counted",
            "{file}: the resources of {n} rows ({rows}) are cut off by the column width; GPUs after the cut are not counted", **values,
        )  # fmt: skip
    elif why == "blank":
        message = plural(
            count, "{file}: row {rows} states no resources; GPUs of its job are not counted",
            "{file}: {n} rows ({rows}) state no resources; GPUs of their jobs are not counted", **values,
        )  # fmt: skip
    elif why == "part":
        message = plural(
            count, "{file}: row {rows} states a part of a GPU (shard or mps) of unknown size; it is not counted",
            "{file}: {n} rows ({rows}) state parts of GPUs (shard or mps) of unknown size; they are not counted", **values,
        )  # fmt: skip
    elif why == "unended":
        severity = "info"
        message = plural(
            count, "{file}: the resources of row {rows} end without a number of nodes; GPUs that were cut off are not counted",
            "{file}: the resources of {n} rows ({rows}) end without a number of nodes; GPUs that were cut off are not counted", **values,
        )  # fmt: skip
    elif why == "requested":
        severity = "info"
        message = plural(
            count, "{file}: row {rows} states requested, not allocated resources; the requested ones are counted",
            "{file}: {n} rows ({rows}) state requested, not allocated resources; the requested ones are counted", **values,
        )  # fmt: skip
    else:
        severity = "info"
        message = plural(
            count, "{file} does not state the resources of its job; GPUs, if it had any, are not counted",
            "{file} does not state the resources of its {n} jobs; GPUs, if they had any, are not counted", **values,
        )  # fmt: skip
    return Note("gpus-not-stated", message, "devices", severity)


def sharing(file: str, rows: Rows) -> Note:
    """Energies of nodes that other jobs may have used at the same time."""
    message = said(
        "{file}: {n} rows ({rows}) state the energy of nodes, but not which nodes or when; the energy of a node that jobs shared counts several times",
        **rows.values(file),
    )  # fmt: skip
    return Note("overlap-same-host", message, "energy", "info")


def superseded(count: int, state: str) -> Note:
    """Several rows of one job and start."""
    if not state:
        return Note(
            "cumulative-rows", said("{n} rows describe one start of this job; the last of them counts", n=count)
        )
    return Note(
        "cumulative-rows",
        said("{n} rows describe one start of this job; its last state, {state}, counts", n=count, state=state),
    )


def stated_by_steps() -> Note:
    """A job that states no energy, while its steps do."""
    message = said(
        "only its steps state an energy; steps on one node measure the same node, so their energy was not used"
    )
    return Note("no-energy", message, "energy")


def steps_left_out(file: str, count: int) -> Note:
    """Steps beside their jobs."""
    message = plural(
        count, "one step in {file} repeats the time and energy of its job; it was left out",
        "{n} steps in {file} repeat the time and energy of their jobs; they were left out", file=file, n=count,
    )  # fmt: skip
    return Note("steps-left-out", message)


def steps_without_jobs(log: Log, steps: Rows) -> Fault:
    """Steps whose job has no row of its own: what they used may be only a part of what the job used."""
    return Fault(
        where=log.shown, field="", found=steps.from_first("step"),
        problem="the job has no row of its own, and its steps do not give its hours", remedy="Export whole jobs with sacct -X -P.",
        count=steps.count, lines=steps.count,
    )  # fmt: skip
