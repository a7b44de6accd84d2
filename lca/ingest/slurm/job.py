"""A job of SLURM to a run, whatever command printed it: state, time, GPUs, energy, nodes.

The commands hand over cells under the names of `sacct` (JobID, Cluster, State, Start, End, Elapsed, AllocTRES...); a
column that the command does not print is not among them. Several rows of one job, and what is told of a whole file, are
in `jobs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from lca.errors import Fault, shorten
from lca.ingest import cells
from lca.ingest.assign import NOT_STATED
from lca.ingest.pseudonym import pseudonym
from lca.ingest.slurm.nodes import nodes_of
from lca.ingest.slurm.times import Stamp, Undated, stamp
from lca.ingest.slurm.tres import GPU, PART_OF_GPU, devices_of, tres_of, unknown
from lca.ingest.torn_rows import torn_row
from lca.language import said

#: states of a job (sacct, JOB STATE CODES) in our words; a resized job has a row for each size, of which this one ended
STATUS = {
    "COMPLETED": "completed", "RESIZING": "completed", "COMPLETING": "running", "RUNNING": "running", "SUSPENDED": "running",
    "STOPPED": "running", "SIGNALING": "running", "STAGE_OUT": "running", "FAILED": "failed", "NODE_FAIL": "failed",
    "OUT_OF_MEMORY": "failed", "BOOT_FAIL": "failed", "TIMEOUT": "failed", "DEADLINE": "failed", "LAUNCH_FAILED": "failed",
    "RECONFIG_FAIL": "failed", "SPECIAL_EXIT": "failed", "CANCELLED": "cancelled", "PREEMPTED": "cancelled", "REVOKED": "cancelled",
    "REQUEUED": "cancelled",
}  # fmt: skip
#: states of a job that waits: it has used nothing yet
WAITING = ("PENDING", "CONFIGURING", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "POWER_UP_NODE", "EXPEDITING")
#: states that a job reaches only by running
HAVE_RUN = ("COMPLETED", "COMPLETING", "RUNNING", "SUSPENDED", "TIMEOUT", "OUT_OF_MEMORY", "RESIZING")
STATES = (*STATUS, *WAITING)
#: short names of states, as squeue prints them
CODES = {
    "BF": "BOOT_FAIL", "CA": "CANCELLED", "CD": "COMPLETED", "CF": "CONFIGURING", "CG": "COMPLETING", "DL": "DEADLINE",
    "F": "FAILED", "NF": "NODE_FAIL", "OOM": "OUT_OF_MEMORY", "PD": "PENDING", "PR": "PREEMPTED", "R": "RUNNING",
    "RD": "RESV_DEL_HOLD", "RF": "REQUEUE_FED", "RH": "REQUEUE_HOLD", "RQ": "REQUEUED", "RS": "RESIZING", "RV": "REVOKED",
    "S": "SUSPENDED", "SE": "SPECIAL_EXIT", "SI": "SIGNALING", "SO": "STAGE_OUT", "ST": "STOPPED", "TO": "TIMEOUT",
}  # fmt: skip
#: J: what SLURM writes where there is no value is just below 2^64, and old versions 2^32
NO_ENERGY, NO_ENERGY_OLD = 2.0**62, 2.0**32 - 2
_SUFFIXES = {"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
#: columns that state the resources of a job, those that it was given before those that it asked for
RESOURCES = ("AllocTRES", "AllocGRES", "ReqTRES")
LABELS = {"JobName": "job", "Partition": "partition", "Account": "account", "QOS": "qos", "Cluster": "cluster"}
_NOTHING = ("", "(null)", "N/A", "None", "Unknown")
_MINUTES = re.compile(r"\d+:\d\d(?:\.\d+)?\Z", re.ASCII)


class Parsed(NamedTuple):
    """What follows from the cells of one job. `unread` is (column, what is wrong) of each cell that is not used."""

    record: dict[str, Any]
    hosts: tuple[str, ...]
    weight: float
    labels: dict[str, str]
    unread: tuple[tuple[str, str], ...]
    gpus: str  # why GPUs of the job may be missing (see `notes.gpus`); empty where they are stated
    undated: str  # why a time cannot be placed; empty where it can


#: what became of a job of which no run follows
NOT_STARTED, NO_DURATION, UNTIMED = "jobs that had not started", "jobs that ran for 0 seconds", "untimed"


@lru_cache(maxsize=4096)
def state_of(text: str) -> str:
    """The state that `CANCELLED by 1203`, `COMPLETED (exit code 0)`, `OUT_OF_ME+` or `CD` begin with.

    Empty where none is stated, or where it was cut off too early. Raises ValueError for what is no state.
    """
    word = text.strip().partition(" ")[0].upper()
    if not word:
        return ""
    if word in STATES or word in CODES:
        return CODES.get(word, word)
    if word.endswith("+"):
        fitting = [state for state in STATES if state.startswith(word[:-1])]
        if fitting:
            return fitting[0] if len(fitting) == 1 else ""
    raise ValueError("not a state of SLURM")


def parse(
    job: Mapping[str, str], where: str, day_first: bool | None = None, cut: frozenset[str] = frozenset()
) -> Parsed | Fault | str:
    """The run of one job; NOT_STARTED, NO_DURATION or UNTIMED where none follows. `cut` are columns whose cell is cut off.

    An energy, a date or a list of nodes that cannot be read leaves the hours; an elapsed time or GPUs leave none.
    """
    unread: list[tuple[str, str]] = []
    try:
        state = state_of(job.get("State", ""))
    except ValueError as error:
        return torn_row(where, "State", job["State"], str(error))
    times = _times(job, where, day_first, cut, unread)
    if isinstance(times, Fault):
        return times
    start, end, seconds, undated = times
    span = None if start is None or end is None else _between(start, end)
    if state in WAITING or (not seconds and _never_started(job, state, start, undated, seconds)):
        if seconds:
            return torn_row(
                where,
                "State",
                job.get("State", ""),
                said("the job waits, and has run for {seconds} s", seconds=f"{seconds:.10g}"),
            )
        return NOT_STARTED
    if seconds is None and (span is None or span[1] >= 86400):
        return UNTIMED
    if not seconds and not (span and span[0] > (span[1] if span[1] > 1 else 0)):
        if span and span[0] < 0:
            return _backwards(where, job)
        return NO_DURATION
    if seconds == 0:
        return torn_row(
            where,
            "Elapsed",
            job.get("ElapsedRaw") or job.get("Elapsed", ""),
            said("End is {seconds} s after Start", seconds=f"{span[0] if span else 0:.10g}"),
        )
    running = STATUS.get(state) == "running" and seconds is not None
    if span is not None and span[0] < 0 and not running and not _is_clock_change(start, end, seconds, span[0]):
        return _backwards(where, job)
    unread += _blank(job, state, start, end, cut, undated)
    record: dict[str, Any] = {"id": _id(job)}
    if state:
        record["status"] = STATUS[state]
    if start is not None:
        record["start"] = start.at.isoformat()
    if end is not None and not running and not (span and seconds and span[1] > 1 and abs(span[0] - seconds) <= span[1]):
        record["end"] = end.at.isoformat()  # one that is stated to the minute is less exact than start and duration
    if seconds is not None:
        record["duration"] = f"{seconds:.10g} s"
    try:
        weight, missing, tres = _resources(job, record, cut, unread)
    except ValueError as error:
        column = next((c for c in RESOURCES if job.get(c)), RESOURCES[0])
        return torn_row(where, column, job.get(column, ""), str(error))
    joules = _energy(job, tres, cut, unread)
    hosts: tuple[str, ...] = ()
    if joules:
        record["energy"] = [{"value": f"{joules:.10g} J", "method": "scheduler"}]
        hosts = _hosts(job, cut, unread)
    labels = {label: job[name] for name, label in LABELS.items() if job.get(name)}
    return Parsed(record, hosts, weight, labels, tuple(unread), missing, undated)  # fmt: skip


def _blank(
    job: Mapping[str, str], state: str, start: Stamp | None, end: Stamp | None, cut: frozenset[str], undated: str
) -> Iterator[tuple[str, str]]:
    """Cells of a job that has run, of which each such job has one: columns that are there and hold nothing."""
    if not state and "State" in job:
        yield "State", "it is cut off too early" if job["State"] else "it is blank"
    if undated:
        return
    if start is None and "Start" in job and "Start" not in cut:
        yield "Start", "it is blank"
    if end is None and "End" in job and "End" not in cut and STATUS.get(state) != "running":
        yield "End", "it is blank"


def _never_started(
    job: Mapping[str, str], state: str, start: Stamp | None, undated: str, seconds: float | None
) -> bool:
    """Whether a job without a start was cancelled, or failed, before it had one."""
    if start is not None or undated or "Start" not in job:
        return False
    return seconds == 0 or state not in HAVE_RUN


def _id(job: Mapping[str, str]) -> str:
    return "-".join(x for x in (job.get("Cluster"), job["JobID"]) if x)


def _backwards(where: str, job: Mapping[str, str]) -> Fault:
    told = f"it lies before Start, {shorten(job['Start'])}"
    return Fault(
        where=where,
        field="End",
        found=shorten(job["End"]),
        problem=told,
        remedy="Correct the times.",
        code="clock-fault",
    )


# ---- time ---------------------------------------------------------------------------------------------------------------


def _times(
    job: Mapping[str, str], where: str, day_first: bool | None, cut: frozenset[str], unread: list[tuple[str, str]]
) -> tuple[Stamp | None, Stamp | None, float | None, str] | Fault:
    """Start, end, elapsed seconds, and why one of the two cannot be placed."""
    placed: list[Stamp | None] = []
    undated = ""
    for column in ("Start", "End"):
        at, text = None, job.get(column, "")
        try:
            at = stamp(text, day_first) if column not in cut else None
        except Undated as error:
            undated = undated or str(error)
        except ValueError:
            undated = undated or "it is not a time"
        placed.append(at)
    if (
        placed[0] is not None
        and placed[1] is not None
        and (placed[0].at.tzinfo is None) != (placed[1].at.tzinfo is None)
    ):
        placed[1] = None
        unread.append(("End", "only one of Start and End has an offset"))
    lengths = []
    for column in ("ElapsedRaw", "Elapsed"):
        if column in cut:
            continue
        try:
            lengths.append(_seconds(job.get(column, "")))
        except ValueError:
            return torn_row(where, column, job[column], "not a time")
    known = [length for length in lengths if length is not None]
    if len(known) == 2 and abs(known[0] - known[1]) > 1:
        return torn_row(
            where, "ElapsedRaw", job["ElapsedRaw"], said("Elapsed is {elapsed}", elapsed=shorten(job["Elapsed"]))
        )
    return placed[0], placed[1], known[0] if known else None, undated


@lru_cache(maxsize=65536)
def _seconds(text: str) -> float | None:
    """Seconds of an elapsed time: `3600`, `D-HH:MM:SS`, `HH:MM:SS` or `MM:SS`."""
    if text in _NOTHING:
        return None
    if text.count(":") == 1 and not _MINUTES.match(text):
        raise ValueError("not a time")
    return cells.duration(text, two_parts="M:S")


def _between(start: Stamp, end: Stamp) -> tuple[float, int]:
    """(seconds from start to end, seconds to which they are stated)."""
    return (end.at - start.at).total_seconds(), max(start.resolution, end.resolution)


def _is_clock_change(start: Stamp | None, end: Stamp | None, seconds: float | None, span: float) -> bool:
    """Whether an end before the start may lie in the hour that clocks repeat, since the elapsed time says so."""
    if start is None or end is None or seconds is None or start.at.tzinfo is not None:
        return False
    return cells.is_clock_change(seconds - span)


# ---- resources ----------------------------------------------------------------------------------------------------------


def _resources(
    job: Mapping[str, str], record: dict[str, Any], cut: frozenset[str], unread: list[tuple[str, str]]
) -> tuple[float, str, dict[str, str]]:
    """Fills devices, cores and nodes: (what the job had of its nodes, why GPUs may be missing, its resources)."""
    column, tres = _tres(job, cut)
    unread += [(f"{shorten(name, 40)} in {column}", "SLURM has no such resource") for name in unknown(tuple(tres))]
    devices = devices_of(tres)
    gpus = sum(device["count"] for device in devices)
    if devices:
        record["devices"] = devices
    cores = tres.get("cpu") or job.get("AllocCPUS") or job.get("NCPUS") or ""
    nodes = tres.get("node") or job.get("NNodes") or ""
    counts = {"cores": cores, "nodes": nodes}
    for name, source, other in (("cores", "cpu", "AllocCPUS"), ("nodes", "node", "NNodes")):
        if counts[name] and not (counts[name].isascii() and counts[name].isdigit()):
            unread.append((column if source in tres else other, "not a whole number"))
            counts[name] = ""
    ext = {name: text for name, text in counts.items() if text and int(text)}
    missing = _missing(job, tres, column, gpus, column in cut)
    if not devices and missing:
        ext["gpus"] = NOT_STATED
    record["ext"] = ext
    return float(gpus or int(counts["cores"] or 0) or 1), missing, tres


def _tres(job: Mapping[str, str], cut: frozenset[str]) -> tuple[str, dict[str, str]]:
    """The column that states the resources of a job, that which names GPUs before others, and what it states."""
    first: tuple[str, dict[str, str]] = ("", {})
    for column in RESOURCES:
        if job.get(column, "") in _NOTHING:
            continue
        tres = tres_of(job[column], column in cut)
        if any(GPU.match(name) for name in tres):
            return column, tres | first[1]
        first = first if first[0] else (column, tres)
    return first


def _missing(job: Mapping[str, str], tres: Mapping[str, str], column: str, gpus: int, is_cut: bool) -> str:
    """Why GPUs of a job may be missing (see `notes.gpus`), empty where the file says which it had."""
    if is_cut and "gres/gpu" not in tres:
        return "cut"
    if not column:
        return "blank" if any(c in job for c in RESOURCES) else "absent"
    if not gpus and any(PART_OF_GPU.match(name) for name in tres):
        return "part"
    if not gpus and column == "AllocTRES" and "cpu" in tres and "node" not in tres:
        return "unended"
    return "requested" if column == "ReqTRES" else ""


def _energy(
    job: Mapping[str, str], tres: Mapping[str, str], cut: frozenset[str], unread: list[tuple[str, str]]
) -> float | None:
    """J of the job, None where none is stated."""
    for column in ("ConsumedEnergyRaw", "ConsumedEnergy"):
        if column in cut or not job.get(column):
            continue
        try:
            joules = joules_of(job[column])
        except ValueError as error:
            unread.append((column, str(error)))
            return None
        if joules:
            return joules
        if job[column].strip() == "0" and not tres.get("energy", "").strip("0"):
            unread.append((column, "it is 0, which says that SLURM measured no energy"))
            return None
    try:
        return joules_of(tres.get("energy", ""))
    except ValueError as error:
        unread.append(("AllocTRES", str(error)))
        return None


@lru_cache(maxsize=4096)
def joules_of(text: str) -> float | None:
    """J of an energy such as 1234 or 1.5M; None for 0, and for what stands for no value. Raises ValueError."""
    text = text.strip()
    scale = _SUFFIXES.get(text[-1:].upper(), 1.0) if text[:1].isdigit() else 1.0
    value = cells.number(text[:-1] if scale > 1 else text)
    if value is None:
        return None
    value *= scale
    return value if 0 < value < NO_ENERGY and value != NO_ENERGY_OLD else None


# ---- nodes --------------------------------------------------------------------------------------------------------------


def _hosts(job: Mapping[str, str], cut: frozenset[str], unread: list[tuple[str, str]]) -> tuple[str, ...]:
    """What stands for the nodes of a job whose energy is that of its nodes."""
    text = job.get("NodeList", "")
    if "NodeList" in cut or text in _NOTHING or text.startswith(("None ", "(")):
        return ()
    try:
        return tuple(pseudonym(name.lower().partition(".")[0]) for name in nodes_of(text))
    except ValueError as error:
        unread.append(("NodeList", str(error)))
        return ()
