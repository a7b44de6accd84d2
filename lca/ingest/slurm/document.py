"""Jobs in the JSON of SLURM, of accounting and of the queue, in the words of the columns of `sacct`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest.formats import Found, Note
from lca.ingest.log import Log
from lca.ingest.slurm import job, notes
from lca.ingest.slurm.jobs import Jobs, repeated

_BROKEN = (KeyError, TypeError, ValueError, AttributeError, OverflowError, IndexError)


def read(log: Log, cells_of: Callable[[Any], dict[str, str]], command: str) -> Iterator[Found | Fault | Note]:
    """The jobs of a document; `cells_of` gives those of one job, and raises what a broken one raises."""
    document = log.json()
    rows = document.get("jobs") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        yield Fault(
            where=log.shown,
            field="jobs",
            found=shorten(rows),
            problem="not a list of jobs",
            remedy=f"Write the file with {command}.",
        )
        return
    log.account.expect(len(rows))
    parsed: list[dict[str, str] | Fault] = []
    for row, each in enumerate(rows, start=1):
        try:
            parsed.append(cells_of(each))
        except _BROKEN as error:
            problem = f"not a job as {command} writes it"
            parsed.append(
                Fault(
                    where=f"{log.shown}: row {row}",
                    field="",
                    found=shorten(error),
                    problem=problem,
                    remedy="Write the file again.",
                )
            )
    jobs = Jobs(log, repeated(Counter(c["JobID"] for c in parsed if isinstance(c, dict))), _version(document))
    steps = 0
    for row, (each, cells) in log.each(zip(rows, parsed, strict=True)):
        if isinstance(cells, Fault):
            yield cells
            continue
        own = each.get("steps") or []
        steps += len(own)
        is_of_steps = "energy=" not in cells.get("AllocTRES", "") and any(_step_energy(step) for step in own)
        yield from jobs.take(cells, row, told=(notes.stated_by_steps(),) if is_of_steps else ())
    if steps:
        yield notes.steps_left_out(log.shown, steps)
    yield from jobs.end()


def of_sacct(row: Any) -> dict[str, str]:
    """The cells of a job of `sacct --json`."""
    time = row["time"]
    start = _number(time.get("start"))
    if start is None:
        raise ValueError(f"time.start {time.get('start')}")
    array, het = row.get("array") or {}, row.get("het") or {}
    cells = {
        "JobID": _id(
            row["job_id"], array.get("job_id"), array.get("task_id"), het.get("job_id"), het.get("job_offset")
        ),
        "State": _state(row["state"]["current"]),
        "Start": _text(start),
        "End": _text(_number(time.get("end"))),
        "ElapsedRaw": _text(_number(time.get("elapsed")), zero="0"),
        "NodeList": _word(row.get("nodes")),
        "AllocTRES": _tres((row.get("tres") or {}).get("allocated") or []),
    }
    for step in row.get("steps") or []:
        _step_energy(step)  # raises where it is none
    return cells | _labels(row)


def of_queue(row: Any) -> dict[str, str]:
    """The cells of a job of `scontrol show job --json` or `squeue --json`: while it runs, its end is a limit."""
    state = _state(row["job_state"])
    start = _number(row.get("start_time"))
    if start is None:
        raise ValueError(f"start_time {row.get('start_time')}")
    is_running = job.STATUS.get(state) == "running"
    cells = {
        "JobID": _id(
            row["job_id"],
            row.get("array_job_id"),
            row.get("array_task_id"),
            row.get("het_job_id"),
            row.get("het_job_offset"),
        ),
        "State": state,
        "Start": "" if state in job.WAITING else _text(start),  # that of one that waits is an estimate
        "End": "" if is_running else _text(_number(row.get("end_time"))),
        "NodeList": _word(row.get("nodes")),
        "AllocTRES": _word(row.get("tres_alloc_str")),
        "ReqTRES": _word(row.get("tres_req_str")),
        "NNodes": _text(_number(row.get("node_count"))),
        "AllocCPUS": _text(_number(row.get("cpus"))),
    }
    return cells | _labels(row)


def _version(document: dict[str, Any]) -> str:
    """The release of SLURM that wrote a document."""
    meta = document.get("meta")
    slurm = (meta.get("slurm") or meta.get("Slurm")) if isinstance(meta, dict) else None
    return str(slurm.get("release", "")) if isinstance(slurm, dict) else ""


def _number(value: Any) -> float | None:
    """A number as the data parser writes it: bare, or with what it means if it is none."""
    if isinstance(value, dict):
        value = value.get("number") if value.get("set", True) and not value.get("infinite") else None
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value < job.NO_ENERGY else None


def _text(value: float | None, zero: str = "") -> str:
    """A number as a cell; 0 stands for none, unless it is a duration."""
    return "" if value is None else f"{value:.15g}" if value else zero


def _word(value: Any) -> str:
    """A text as a cell."""
    if value is not None and not isinstance(value, str):
        raise TypeError(f"a text expected, not {shorten(value)}")
    return value or ""


def _state(current: Any) -> str:
    """The first of the states of a job."""
    return _word(current[0] if isinstance(current, list) else current)


def _id(own: Any, array: Any, task: Any, het: Any, offset: Any) -> str:
    """The id as the text of sacct has it: array and task, heterogeneous job and component, or the job."""
    id = _number(own)
    if id is None:
        raise ValueError(f"job_id {shorten(own)}")
    if _number(array) and _number(task) is not None:
        return f"{_number(array):.0f}_{_number(task):.0f}"
    if _number(het) and _number(offset) is not None:
        return f"{_number(het):.0f}+{_number(offset):.0f}"
    return f"{id:.0f}"


def _labels(row: dict[str, Any]) -> dict[str, str]:
    names = {"JobName": "name", "Cluster": "cluster", "Partition": "partition", "Account": "account", "QOS": "qos"}
    return {column: row[name] for column, name in names.items() if isinstance(row.get(name), str) and row[name]}


def _step_energy(step: dict[str, Any]) -> float | None:
    return _number(step.get("statistics", {}).get("energy", {}).get("consumed"))


def _tres(parts: list[dict[str, Any]]) -> str:
    """Allocated resources as the text of sacct has them."""
    pairs = []
    for part in parts:
        kind, count = str(part["type"]), _number(part["count"])
        name = f"{kind}/{part['name']}" if part.get("name") else kind
        if count is not None:
            pairs.append(f"{name}={count:.0f}")
        elif kind != "energy":
            raise ValueError(f"tres.allocated {name}: {shorten(part['count'])}")
    return ",".join(pairs)
