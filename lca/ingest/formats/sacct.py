"""SLURM `sacct`: text with `|` between cells, with or without header, and `--json`; each job is a run, its steps are not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest import sacct_columns
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "sacct",
    "SLURM accounting: sacct -p or -P, with or without header, and sacct --json",
    "hours and number of GPUs of each job, their type where the site's gres has types, state, window, energy where SLURM has it",
    "time zone (text), place, stage, system, model of GPUs and processors, which part of the node the energy is of",
)
#: states of a job (sacct, JOB STATE CODES) in our words; a job that waits has used nothing
STATUS = {
    "COMPLETED": "completed", "COMPLETING": "running", "RUNNING": "running", "SUSPENDED": "running",
    "FAILED": "failed", "NODE_FAIL": "failed", "OUT_OF_MEMORY": "failed", "BOOT_FAIL": "failed", "TIMEOUT": "failed",
    "DEADLINE": "failed", "LAUNCH_FAILED": "failed", "CANCELLED": "cancelled", "PREEMPTED": "cancelled", "REVOKED": "cancelled",
    "REQUEUED": "cancelled",
}  # fmt: skip
WAITING = ("PENDING", "RESIZING", "CONFIGURING")
#: J: what SLURM writes where there is no value is just below 2^64, and old versions 2^32
NO_ENERGY = 2.0**62
_STEP = re.compile(r"\A[\d_\[\]+\-,%]+\.\S+\Z")
_GPU = re.compile(r"(?:gres/)?gpu(?::([^=:]+))?\Z")
_LABELS = {"JobName": "job", "Partition": "partition", "Account": "account", "QOS": "qos", "Cluster": "cluster"}


def claims(head: Head) -> bool:
    """A header of sacct, rows whose first cell is the id of a job, or the JSON of its data parser."""
    lines = head.lines
    if not lines:
        return False
    if lines[0].lstrip("\ufeff ").startswith("{"):
        return (
            '"jobs"' in head.text
            and '"job_id"' in head.text
            and ('"tres"' in head.text or '"slurm"' in head.text.lower())
        )
    return (
        sacct_columns.is_header(lines[0])
        or sacct_columns.of_content([line.split("|") for line in lines[:200]]) is not None
    )


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per job, and one fault for all jobs that say nothing of time."""
    if log.head.text.lstrip("\ufeff \n\r\t").startswith("{"):
        yield from _json(log)
        return
    width, places, inferred = _columns(log)
    untimed, waiting = [], 0
    seen: dict[str, int] = {}
    held: Found | None = None
    for row, line in log.lines():
        cells = line.lstrip("\ufeff").split("|")
        if not line.strip() or sacct_columns.is_header(line):  # a header may be repeated where files were joined
            continue
        where = f"{log.shown}: row {row}"
        if len(cells) not in (width, width + 1):
            yield Fault(where, "", f"{len(cells)} cells", f"the other rows have {width}", "Restore the row from its source.", "torn-row")  # fmt: skip
            continue
        if _STEP.match(cells[places["JobID"]]):
            if held is not None and held.record["id"].partition("#")[0].endswith(
                cells[places["JobID"]].partition(".")[0]
            ):
                held = _with(
                    held,
                    Note("steps-left-out", said("the steps of the job repeat its time and energy: they are left out")),
                )
            continue
        if held is not None:
            yield held
            held = None
        one = {name: cells[place].strip() for name, place in places.items()}
        state = (one.get("State") or "").partition(" ")[0].rstrip("+")
        if state in WAITING or one.get("Start") in ("None",):
            waiting += 1
            continue
        made = _job(one, state, row, where, inferred)
        if made is None:
            untimed.append(row)
        elif isinstance(made, Fault):
            yield made
        else:
            held = _numbered(made, seen)
    if held is not None:
        yield held
    if untimed:
        yield Fault(log.shown, "", f"{len(untimed)} jobs from row {untimed[0]}", "it has neither Elapsed nor Start and End: no hours follow from it",
                    "Export it with sacct --format=JobID,State,Start,End,Elapsed,AllocTRES,ConsumedEnergyRaw -P.", count=len(untimed))  # fmt: skip
    if waiting:
        yield Note(
            "rows-left-out",
            said("{file}: {waiting} jobs never started: they used nothing", file=log.shown, waiting=waiting),
        )


def _columns(log: Log) -> tuple[int, dict[str, int], bool]:
    """(cells of a row, place of each column by name, whether the names follow from the content)."""
    lines = [line.lstrip("\ufeff").split("|") for line in log.head.lines]
    if sacct_columns.is_header("|".join(lines[0])):
        names = [c.strip() for c in lines[0]]
        return (
            len(lines[0]) - (not names[-1]),
            {name: place for place, name in reversed(list(enumerate(names))) if name},
            False,
        )
    made = sacct_columns.of_content(lines[:200])
    assert made is not None  # `claims` has looked
    return len(lines[0]), made, True


def _job(one: Mapping[str, str], state: str, row: int, where: str, inferred: bool) -> Found | Fault | None:
    start, end = _stamp(one.get("Start")), _stamp(one.get("End"))
    seconds: float | None
    try:
        seconds = _seconds(one.get("ElapsedRaw"), one.get("Elapsed"))
    except ValueError:
        return Fault(where, "Elapsed", shorten(one.get("ElapsedRaw") or one.get("Elapsed") or ""), "not a time", "Restore the row from its source.", "torn-row")  # fmt: skip
    if seconds is None and (start is None or end is None):
        return None
    if start is not None and end is not None and end < start:
        return Fault(
            where, "End", one["End"], f"it lies before Start, {one['Start']}", "Correct the times.", "clock-fault"
        )
    record: dict[str, Any] = {"id": "-".join(x for x in (one.get("Cluster"), one["JobID"]) if x)}
    if state in STATUS:
        record["status"] = STATUS[state]
    if start is not None:
        record["start"] = start.isoformat()
    if end is not None and end != start:
        record["end"] = end.isoformat()
    if seconds is not None:
        record["duration"] = f"{seconds:.10g} s"
    tres = dict(part.partition("=")[::2] for part in (one.get("AllocTRES") or "").split(",") if "=" in part)
    if not tres and one.get("AllocGRES"):
        tres = {f"gres/{k}": v for k, _, v in (part.rpartition(":") for part in one["AllocGRES"].split(","))}
    devices = devices_of(tres)
    if devices:
        record["devices"] = devices
    cores = tres.get("cpu") or one.get("AllocCPUS") or one.get("NCPUS")
    record["ext"] = {k: v for k, v in (("cores", cores), ("nodes", tres.get("node") or one.get("NNodes"))) if v}
    joules = _joules(one.get("ConsumedEnergyRaw"))
    if joules is None:
        joules = _joules(one.get("ConsumedEnergy"))
    if joules:
        record["energy"] = [{"value": f"{joules:.10g} J", "method": "scheduler"}]
    notes = (
        (Note("columns-inferred", said("the file has no header: what its columns are follows from their content")),)
        if inferred
        else ()
    )
    return Found(
        record, row, notes, "SLURM", labels={label: one[name] for name, label in _LABELS.items() if one.get(name)}
    )


def devices_of(tres: Mapping[str, str]) -> list[dict[str, Any]]:
    """GPUs by type. `gres/gpu=2,gres/gpu:a100=2` are two GPUs: what has a type is part of what has none."""
    typed: dict[str, int] = {}
    whole = 0
    for name, value in tres.items():
        found = _GPU.match(name)
        if found and value.isdigit() and int(value) < 10**7:
            if found[1]:
                typed[found[1]] = int(value)
            else:
                whole = int(value)
    devices = [{"kind": "gpu", "model": model, "count": count} for model, count in typed.items() if count]
    rest = whole - sum(typed.values())
    return devices + ([{"kind": "gpu", "count": rest}] if rest > 0 else [])


def _json(log: Log) -> Iterator[Found | Fault | Note]:
    document = log.json()
    jobs = document.get("jobs") if isinstance(document, dict) else None
    if not isinstance(jobs, list):
        yield Fault(log.shown, "jobs", shorten(jobs), "not a list of jobs", "Write the file with sacct --json.")
        return
    meta = document.get("meta")
    version = ""
    if isinstance(meta, dict):
        slurm = meta.get("slurm") or meta.get("Slurm")
        version = str(slurm.get("release", "")) if isinstance(slurm, dict) else ""
    seen: dict[str, int] = {}
    waiting = 0
    for row, job in enumerate(jobs, start=1):
        where = f"{log.shown}: row {row}"
        try:
            made = _json_job(job, row, where, version)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
            yield Fault(where, "", shorten(error), "not a job as sacct --json writes it", "Write the file again.")
            continue
        if made is None:
            waiting += 1
        elif isinstance(made, Found):
            yield _numbered(made, seen)
        else:
            yield made
    if waiting:
        yield Note(
            "rows-left-out",
            said("{file}: {waiting} jobs never started: they used nothing", file=log.shown, waiting=waiting),
        )


def _json_job(job: Any, row: int, where: str, version: str) -> Found | Fault | None:
    state = job["state"]["current"]
    state = state[0] if isinstance(state, list) else state
    time = job["time"]
    start, end, seconds = (_number(time.get(n)) for n in ("start", "end", "elapsed"))
    if start is None:
        raise ValueError(f"time.start {time.get('start')}")
    if state in WAITING or not start:
        return None
    record: dict[str, Any] = {"id": "-".join(str(x) for x in (job.get("cluster"), job["job_id"]) if x)}
    if state in STATUS:
        record["status"] = STATUS[state]
    record["start"] = datetime.fromtimestamp(start, UTC).isoformat()
    if end:
        if end < start:
            return Fault(
                where,
                "time.end",
                f"{end:.10g}",
                f"it lies before time.start, {start:.10g}",
                "Correct the times.",
                "clock-fault",
            )
        if end > start:
            record["end"] = datetime.fromtimestamp(end, UTC).isoformat()
    if seconds is not None:
        record["duration"] = f"{seconds:.10g} s"
    tres: dict[str, str] = {}
    joules = None
    for part in job.get("tres", {}).get("allocated") or []:
        count = _number(part["count"]) or 0.0
        if part["type"] == "gres":
            tres[f"gres/{part['name']}"] = f"{count:.0f}"
        elif part["type"] == "energy":
            joules = _joules(f"{count:.0f}")
        else:
            tres[str(part["type"])] = f"{count:.0f}"
    devices = devices_of(tres)
    if devices:
        record["devices"] = devices
    record["ext"] = {k: v for k, v in (("cores", tres.get("cpu")), ("nodes", tres.get("node"))) if v}
    notes: list[Note] = []
    steps = job.get("steps") or []
    if joules:
        record["energy"] = [{"value": f"{joules:.10g} J", "method": "scheduler"}]
    elif any(_number(s.get("statistics", {}).get("energy", {}).get("consumed")) for s in steps):
        notes.append(
            Note(
                "no-energy",
                said("only its steps state an energy, and steps of one node measure the same node: it is not used"),
                "energy",
            )
        )
    if steps:
        notes.append(Note("steps-left-out", said("the steps of the job repeat its time and energy: they are left out")))
    labels = {label: str(job[name.lower()]) for name, label in _LABELS.items() if job.get(name.lower())}
    if job.get("name"):
        labels["job"] = str(job["name"])
    return Found(record, row, tuple(notes), "SLURM", version, labels=labels)


def _numbered(found: Found, seen: dict[str, int]) -> Found:
    """A job that was queued again has a row for each start under one id."""
    key = found.record["id"]
    seen[key] = seen.get(key, 0) + 1
    if seen[key] > 1:
        found.record["id"] = f"{key}#{seen[key]}"
    return found


def _with(found: Found, note: Note) -> Found:
    return found if note in found.notes else replace(found, notes=(*found.notes, note))


def _number(value: Any) -> float | None:
    """A number as the data parser writes it: bare, or with what it means if it is none."""
    if isinstance(value, dict):
        value = value.get("number") if value.get("set", True) and not value.get("infinite") else None
    return (
        float(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < NO_ENERGY
        else None
    )


def _stamp(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text and text[0].isdigit() else None
    except ValueError:
        return None


def _seconds(raw: str | None, elapsed: str | None) -> float | None:
    """Seconds of `ElapsedRaw`, or of `Elapsed` as [D-]HH:MM:SS. Raises ValueError for what is no time."""
    if raw and raw.isdigit():
        return float(raw)
    if not elapsed:
        if raw:
            raise ValueError(raw)
        return None
    days, _, rest = elapsed.rpartition("-")
    parts = [float(p) for p in rest.split(":")]
    if not 2 <= len(parts) <= 3 or not all(0 <= p < 1e6 for p in parts):
        raise ValueError(elapsed)
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return 86400 * float(days or 0) + seconds


def _joules(text: str | None) -> float | None:
    """J of an energy such as 1234 or 1.5M; None for 0, for nothing, and for the numbers that stand for no value."""
    if not text:
        return None
    scale = {"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}.get(text[-1:].upper(), 1.0)
    try:
        value = float(text.rstrip("KMGTPkmgtp")) * scale
    except ValueError:
        return None
    return value if 0 < value < NO_ENERGY and value != 2.0**32 - 2 else None
