"""SLURM `scontrol show job`: blocks of `Key=value`, one line for each job (`-o`), and JSON (that of `squeue` too)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lca.errors import Fault, shorten
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.slurm import document, job
from lca.ingest.slurm.jobs import Jobs, repeated
from lca.ingest.slurm.times import is_day_first
from lca.language import plural, said

FORMAT = Format(
    "scontrol",
    "SLURM scontrol show job, also with -o or -d, and the JSON of scontrol and squeue",
    "hours and number of GPUs of each job, their type where the site's gres has types, state, window",
    "earlier starts of a job, energy, time zone (text), place, stage, system, model of GPUs and processors",
)
_FIRST = re.compile(r"\s*JobId=\d")
_KEY = re.compile(r"(?:\A|(?<=\s))([A-Za-z][\w/:]*)=")
#: key -> column of sacct
_COLUMNS = {
    "JobName": "JobName", "JobState": "State", "RunTime": "Elapsed", "StartTime": "Start", "EndTime": "End", "Partition": "Partition",
    "Account": "Account", "QOS": "QOS", "NodeList": "NodeList", "NumNodes": "NNodes", "NumCPUs": "AllocCPUS", "ReqTRES": "ReqTRES",
    "AllocTRES": "AllocTRES", "TRES": "AllocTRES",
}  # fmt: skip
_OTHERS = (
    "JobId", "ArrayJobId", "ArrayTaskId", "HetJobId", "HetJobOffset", "PackJobId", "PackJobOffset", "Restarts", "TresPerNode", "TresPerJob",
    "Gres",
)  # fmt: skip
#: what a job asked for, as a whole and on each node
_ASKED = ("TresPerJob", "TresPerNode", "Gres")
_NUMBER = re.compile(r"\d+\Z", re.ASCII)
_IDS = dict.fromkeys(("JobId", "ArrayJobId", "HetJobId", "HetJobOffset", "PackJobId", "PackJobOffset"), _NUMBER) | {
    "ArrayTaskId": re.compile(r"\d[\d,:%-]*(?:\.\.\.)?\Z", re.ASCII)
}
_NOTHING = ("(null)", "N/A", "")
_PER = re.compile(r"(?:\A|,)(?:gres[:/])?gpu(?::([A-Za-z][^:=,(]*))?[:=](\d+)")
#: resources other than GPUs that a job asked for
_OTHER = re.compile(r"(?!.*gpu)(?:[A-Za-z][\w:/.-]*[:=]\d+[A-Za-z]?,?)+\Z")


def claims(head: Head) -> bool:
    """The first key of a job and its state, or the JSON of what is in the queue."""
    lines = head.lines
    if not lines:
        return False
    if lines[0].lstrip("\ufeff ").startswith("{"):
        return '"jobs"' in head.text and '"job_id"' in head.text and '"job_state"' in head.text
    return "JobState=" in head.text and any(_FIRST.match(line.lstrip("\ufeff")) for line in lines[:10])


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per job."""
    if log.head.text.lstrip("\ufeff \n\r\t").startswith("{"):
        yield from document.read(log, document.of_queue, "scontrol show job --json")
        return
    blocks = _blocks(log)
    log.account.expect(len(blocks) + log.account.missed)
    parsed = [(row, _cells(log, row, text)) for row, text in blocks]
    ids = Counter(cells[0]["JobID"] for _, cells in parsed if not isinstance(cells, Fault))
    jobs = Jobs(log, repeated(ids), day_first=is_day_first(text for _, text in blocks[:200]))
    for row, cells in parsed:
        if isinstance(cells, Fault):
            yield cells
        else:
            yield from jobs.take(cells[0], row, told=cells[1])
    yield from jobs.end()


def _blocks(log: Log) -> list[tuple[int, str]]:
    """(first row, text) of each job; lines that belong to none are told."""
    blocks: list[tuple[int, list[str]]] = []
    is_open = False
    for row, line in log.lines():
        text = line.lstrip("\ufeff").strip()
        if _FIRST.match(text):
            blocks.append((row, [text]))
            is_open = True
        elif not text:
            is_open = False
        elif is_open and _KEY.match(text):
            blocks[-1][1].append(text)
        else:
            log.account.miss(row)
    return [(row, "\n".join(lines)) for row, lines in blocks]


def _cells(log: Log, row: int, text: str) -> tuple[dict[str, str], tuple[Note, ...]] | Fault:
    """A job in the words of the columns of sacct, and what is to be told of it."""
    where = f"{log.shown}: row {row}"
    values: dict[str, str] = {}
    unread: dict[str, str] = {}  # keys that may name GPUs
    marks = list(_KEY.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        key, value = mark[1], text[mark.end() : following.start() if following else None].strip()
        if key not in _COLUMNS and key not in _OTHERS:
            unread |= {key: value} if _PER.search(value) else {}
            continue
        if key in _ASKED and not value:
            unread[key] = ""
        if values.setdefault(key, value) != value:
            return _broken(where, key, value, f"the job states {shorten(values[key])} before")
    values = {key: value for key, value in values.items() if value not in _NOTHING}
    for key, pattern in _IDS.items():
        if not pattern.match(values.get(key, "0")) or (key == "JobId" and key not in values):
            return _broken(where, key, values.get(key, ""), "not the id of a job")
    if ("ArrayJobId" in values) != ("ArrayTaskId" in values):
        problem = "an array is stated without its task, or the task without its array"
        return _broken(where, "ArrayTaskId", "", problem)
    cells = {"JobID": _id(values), "State": "", "Start": "", "End": "", "AllocTRES": ""}
    cells |= {column: values[key] for key, column in _COLUMNS.items() if key in values}
    try:
        is_running = job.STATUS.get(job.state_of(cells.get("State", ""))) == "running"
    except ValueError:
        is_running = False
    if is_running:
        cells.pop("End", None)  # it is that of the time limit
    try:
        _add_asked_for(cells, values)
    except ValueError as error:
        return _broken(where, str(error), values[str(error)], "not a list of resources")
    if "gpu" in cells["AllocTRES"] or "gpu" in cells.get("ReqTRES", ""):
        unread = {}
    return cells, (*_restarts(values.get("Restarts", "")), *map(_unread, unread.items()))


def _unread(pair: tuple[str, str]) -> Note:
    """What is told of GPUs that are stated in a way that does not give their number."""
    told = said("the GPUs of {stated} are not counted, since that does not say how many the job had", stated=shorten("=".join(pair)))  # fmt: skip
    return Note("gpus-not-stated", told, "devices")


def _broken(where: str, key: str, value: str, problem: str) -> Fault:
    return Fault(
        where=where, field=key, found=shorten(value), problem=problem, remedy="Restore the output.", code="torn-row"
    )  # fmt: skip


def _id(values: dict[str, str]) -> str:
    """The id as sacct has it."""
    if "ArrayJobId" in values and "ArrayTaskId" in values:
        task = values["ArrayTaskId"]
        return f"{values['ArrayJobId']}_{task}" if task.isdigit() else f"{values['ArrayJobId']}_[{task}]"
    for kind in ("HetJob", "PackJob"):
        if f"{kind}Id" in values and f"{kind}Offset" in values:
            return f"{values[f'{kind}Id']}+{values[f'{kind}Offset']}"
    return values["JobId"]


def _add_asked_for(cells: dict[str, str], values: dict[str, str]) -> None:
    """GPUs that a job asked for, where the site does not account for GPUs. Raises ValueError, with the key."""
    if "gpu" in cells["AllocTRES"] or "gpu" in cells.get("ReqTRES", ""):
        return
    nodes = int(cells["NNodes"]) if cells.get("NNodes", "").isdigit() else 1
    for key, times in zip(_ASKED, (1, nodes, nodes), strict=True):
        asked = [
            f"gres/gpu{':' + m[1] if m[1] else ''}={int(m[2]) * times}" for m in _PER.finditer(values.get(key, ""))
        ]
        if key in values and not asked and not _OTHER.match(values[key]):
            raise ValueError(key)
        if key in values and not asked and "gpu" in values[key]:
            raise ValueError(key)
        if asked:
            cells["ReqTRES"] = ",".join([cells.get("ReqTRES") or cells["AllocTRES"], *asked]).strip(",")
            return


def _restarts(text: str) -> tuple[Note, ...]:
    """What is told of a job that has started before."""
    if not text.isdigit() or not int(text):
        return ()
    message = plural(
        int(text), "the job has started once before: the hours of that start are not in the output",
        "the job has started {n} times before: the hours of those starts are not in the output", n=int(text),
    )  # fmt: skip
    return (Note("rows-left-out", message, "", "warning"),)
