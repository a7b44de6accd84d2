"""Lists of jobs that should be there: plain text with one id per line, CSV, or JSON; hours and energy of each where stated."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lca import unique_keys
from lca.errors import Fault, InputError, shorten
from lca.fields import Sized
from lca.ingest.log import Log
from lca.run import BOUNDARIES

#: names of the one field that must be there
IDS = ("id", "run", "run_id", "job", "job_id", "jobid")
#: field of a job -> names in use, of which those with a unit take bare numbers
HOURS = {"device_hours": "h", "gpu_hours": "h", "accelerator_hours": "h"}
DURATIONS = {"duration": "", "hours": "h", "elapsed_hours": "h"}
ENERGIES = {"energy": "", "energy_kwh": "kWh"}
BOUNDARY = "boundary"
#: names that stand for no value
_NOTHING = ("", "null", "none", "n/a", "nan")


class Job(NamedTuple):
    """A job that should be there: its id, and what is stated of it (h and kWh, NaN where nothing is)."""

    id: str
    row: int
    device_hours: float = math.nan
    duration: float = math.nan
    energy: float = math.nan
    boundary: str = ""


@dataclass
class JobList:
    """The jobs of one list, what is wrong with rows of it, and what of it is not used."""

    jobs: list[Job] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(log: Log) -> JobList:
    """The jobs of a file. Raises InputError where it is no list of jobs, or holds none."""
    made = JobList()
    held: dict[str, Job] = {}
    unused: dict[str, None] = {}
    for row, record in _records(log):
        where = f"{log.shown}: row {row}"
        if not isinstance(record, Mapping):
            made.faults.append(
                Fault(where, "", shorten(record), "neither an id nor an object with one", "Write the id as text.")
            )
            continue
        try:
            job = _job(record, row)
        except _Wrong as error:
            made.faults.append(Fault(where, error.field, error.found, error.problem, error.remedy))
            continue
        unused |= dict.fromkeys(str(k) for k in record if k not in _KNOWN)
        first = held.setdefault(job.id, job)
        if first is not job and first._replace(row=row) != job:
            told = f"row {first.row} states something else of this job; this row is not used"
            made.faults.append(Fault(where, "", shorten(job.id), told, "State each job once."))
    made.jobs = list(held.values())
    if not made.jobs and not made.faults:
        raise InputError(log.shown, "holds no job", "Give one job per line or row.")
    if unused:
        names = list(unused)
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        made.notes.append(f"columns that are not used: {', '.join(shorten(name, 40) for name in names[:10])}{more}")
    return made


class _Wrong(Exception):
    """What is wrong with one row."""

    def __init__(self, field: str, found: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.field, self.found, self.problem, self.remedy = field, found, problem, remedy


_KNOWN = {*IDS, *HOURS, *DURATIONS, *ENERGIES, BOUNDARY}


def _records(log: Log) -> Iterator[tuple[int, Any]]:
    """(row, record) of each job: an object, or something that is none."""
    text = log.head.text.lstrip("\ufeff \t\r\n")
    if not text and log.head.data.strip():
        raise InputError(
            log.shown, "neither text nor a log that lca knows", "Give a list of jobs as text, CSV or JSON."
        )
    if text[:1] in ("[", "{"):
        yield from _of_json(log)
        return
    names = _names(log)
    if names is None:
        for row, line in log.lines():
            id = line.strip().lstrip("\ufeff")
            if id and not id.startswith("#"):
                yield row, {"id": id}
        return
    delimiter = names
    for number, (row, cells) in enumerate(log.records(delimiter)):
        record = {_folded(name): cell for name, cell in cells.items()}
        if number == 0 and not set(record) & set(IDS):
            raise InputError(
                f"{log.shown}: row 1",
                "no column with the ids of jobs",
                f"Name one of its columns {', '.join(IDS)}.",
                shorten(", ".join(cells)),
            )
        yield row, record


def _of_json(log: Log) -> Iterator[tuple[int, Any]]:
    try:
        document = log.json()
    except InputError:  # one object per line
        for row, line in log.lines():
            if line.strip():
                try:
                    yield row, unique_keys.of_json(line)
                except ValueError as error:
                    told = shorten(str(error), 160)
                    raise InputError(
                        f"{log.shown}: row {row}", f"not JSON: {told}", "Write a JSON array, or one object per line."
                    ) from None
        return
    if isinstance(document, Mapping):
        document = next((document[k] for k in ("jobs", "runs") if isinstance(document.get(k), list)), [document])
    for row, record in enumerate(document, start=1):
        yield row, {"id": record} if isinstance(record, str) else record


def _names(log: Log) -> str | None:
    """The delimiter of a table, None for lines that are ids and nothing else."""
    lines = log.head.lines
    first = lines[0].lstrip("\ufeff") if lines else ""
    for delimiter in ("\t", ";", "|", ","):
        if delimiter in first:
            return delimiter
    return "," if _folded(first) in IDS else None


def _folded(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def _job(record: Mapping[str, Any], row: int) -> Job:
    name = next((n for n in IDS if record.get(n) not in (None, "")), "")
    if not name:
        raise _Wrong("id", "", "the job has no id", f"Give it one as {' or '.join(IDS[:2])}.")
    raw = record[name]
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise _Wrong(name, shorten(raw), "not an id", "Write it as text.")
    energy, boundary = _stated(record, ENERGIES, "energy"), record.get(BOUNDARY) or ""
    if energy == energy and boundary not in BOUNDARIES:
        raise _Wrong(BOUNDARY, shorten(boundary), "an energy needs the boundary at which it was measured", f"Use one of {', '.join(BOUNDARIES)}.")  # fmt: skip
    return Job(
        str(raw).strip(), row, _stated(record, HOURS, "time"), _stated(record, DURATIONS, "time"), energy, str(boundary)
    )


def _stated(record: Mapping[str, Any], names: Mapping[str, str], dimension: str) -> float:
    """What a job states of one thing, in h or kWh; NaN where it states nothing."""
    for name, unit in names.items():
        raw = record.get(name)
        if raw is None or (isinstance(raw, str) and raw.strip().lower() in _NOTHING):
            continue
        if unit and (
            (isinstance(raw, (int, float)) and not isinstance(raw, bool)) or (isinstance(raw, str) and _is_number(raw))
        ):
            raw = f"{raw} {unit}"
        try:
            return Sized(dimension).read(raw).value
        except ValueError as error:
            raise _Wrong(name, shorten(raw), str(error), "Correct the value.") from None
    return math.nan


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
