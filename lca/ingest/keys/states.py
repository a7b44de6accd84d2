"""Records of one run at several times: a job that ran on between two exports, flushes of a tracker, checkpoints of a training.

The later state counts. Equal records count once; two different runs with one id are an error, since one of them is lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from lca.activity import as_utc, duration_hours
from lca.errors import Fault, shorten
from lca.ingest import Intake, faults
from lca.ingest.formats import Note
from lca.ingest.record import Record
from lca.language import plural, said
from lca.run import Run

#: s by which the starts of two states of one run may differ: some tools write them to the second, or as end minus duration
RESOLUTION = 2.0
#: share by which a sum may be smaller in a later state, as rounding makes it
ROUNDING = 1e-6
#: what an adapter adds to the id of a job that was started again
_RESTART = re.compile(r"#\d+\Z")


def settle(records: Sequence[Record], intake: Intake) -> list[Record]:
    """One record of each run."""
    first: dict[str, int] = {}
    several: dict[str, list[int]] = {}
    for number, record in enumerate(records):
        own = f"\0{record.identity}" if record.identity else record.run.id
        if first.setdefault(own, number) != number:
            several.setdefault(own, [first[own]]).append(number)
    if not several and not any(r.identity for r in records):
        return list(records)
    kept = {number: records[number] for own, number in first.items() if own not in several}
    for numbers in several.values():
        numbers.sort(key=lambda n: _order(records[n]))
        for states, name in _runs(numbers, records):
            number, superseded = _furthest(states, records, intake)
            best = records[number]
            run = best.run if best.run.id == name else best.run.model_copy(update={"id": name})
            kept[number] = _told(best._replace(run=run), superseded)
    return _of_one_id(dict(sorted(kept.items())), intake)


def _order(record: Record) -> tuple[str, int]:
    return record.origin.path, record.origin.row


def _runs(numbers: Sequence[int], records: Sequence[Record]) -> Iterator[tuple[list[int], str]]:
    """(records, id) of each run in a group of one id or identity: a job that was started again is another run, numbered by its start."""
    first = records[numbers[0]]
    if not first.identity or not math.isnan(first.position):
        yield list(numbers), first.run.id
        return
    starts: list[list[int]] = []
    dated = [n for n in numbers if records[n].run.start is not None]
    for number in sorted(dated, key=lambda n: _start(records[n].run)):
        if starts and _start(records[number].run) - _start(records[starts[-1][0]].run) <= RESOLUTION:
            starts[-1].append(number)
        else:
            starts.append([number])
    starts += _undated([n for n in numbers if records[n].run.start is None], records, starts)
    for count, states in enumerate(starts, start=1):
        base = _RESTART.sub("", first.run.id)
        yield sorted(states, key=lambda n: _order(records[n])), base if count == 1 else f"{base}#{count}"


def _undated(numbers: Sequence[int], records: Sequence[Record], dated: Sequence[list[int]]) -> list[list[int]]:
    """Records without a start by the ids that their adapter gave them; one that still ran may be of the only start that is known."""
    groups: dict[str, list[int]] = {}
    for number in numbers:
        record = records[number]
        if len(dated) == 1 and any(is_later(records[n], record) for n in dated[0]):
            dated[0].append(number)
        else:
            groups.setdefault(record.run.id, []).append(number)
    return list(groups.values())


def _furthest(numbers: list[int], records: Sequence[Record], intake: Intake) -> tuple[int, list[Record]]:
    """(number of the furthest state of a run, the states that it supersedes); what is another run is a fault."""
    if not math.isnan(records[numbers[0]].position):
        best = max(numbers, key=lambda n: records[n].position)
        return best, [records[n] for n in numbers if n != best]
    best = numbers[0]
    superseded: list[Record] = []
    for number in numbers[1:]:
        record, further = records[number], records[best]
        if _is_same(record, further):
            _tell_copy(record, further, intake)
        elif is_later(record, further) or _says_more(record, further):
            superseded.append(further)
            best = number
        elif is_later(further, record) or _says_more(further, record):
            superseded.append(record)
        else:
            _refuse(record, further, intake)
    return best, superseded


def _of_one_id(kept: dict[int, Record], intake: Intake) -> list[Record]:
    """Runs whose ids differ; what two formats, or two identities, name alike is an error."""
    ids: dict[str, list[int]] = {}
    for number, record in kept.items():
        ids.setdefault(record.run.id, []).append(number)
    for numbers in ids.values():
        if len(numbers) == 1:
            continue
        first, *others = sorted(numbers, key=lambda n: _order(kept[n]))
        for count, number in enumerate(others, start=2):
            record = kept.pop(number)
            if record.identity and kept[first].identity:  # one run on several machines, each of which logs it
                kept[number] = record._replace(run=record.run.model_copy(update={"id": f"{record.run.id}#{count}"}))
            elif _is_same(record, kept[first]):
                _tell_copy(record, kept[first], intake)
            else:
                _refuse(record, kept[first], intake)
    return [kept[number] for number in sorted(kept)]


def _says_more(record: Record, other: Record) -> bool:
    """Whether two tools tell of one job, and the first gives more of it: devices, then energies, times and work."""
    if not record.identity or record.format == other.format:
        return False
    return _facts(record) > _facts(other)


def _facts(record: Record) -> tuple[int, int, str]:
    return sum(d.count is not None for d in record.run.devices), len(_sums(record.run)), record.format


def _system(record: Record) -> object:
    """The system that a record names, None where it follows from the name of the file."""
    return None if any(note.code == "system-assumed" for note in record.notes) else record.run.system


def _is_same(record: Record, other: Record) -> bool:
    """Whether two records state the same, whatever the names of their files."""
    if _system(record) != _system(other):
        return False
    return faults.same(record.run.model_copy(update={"system": other.run.system}), other.run)


def is_later(record: Record, earlier: Record) -> bool:
    """Whether one record is a later state of the run of the other: the same run, further on in all that adds up."""
    one, other = record.run, earlier.run
    if other.status != "running" and not (record.identity and record.identity == earlier.identity):
        return False
    if _system(record) != _system(earlier) or one.stage != other.stage:
        return False
    if one.start is not None and other.start is not None and abs(_start(one) - _start(other)) > RESOLUTION:
        return False
    now, before = _sums(one), _sums(other)
    if any(name not in now or now[name] < value * (1 - ROUNDING) for name, value in before.items()):
        return False
    return now != before or (other.status == "running" and one.status != "running")


def _sums(run: Run) -> dict[str, float]:
    """What only grows while a run goes on."""
    out: dict[str, float] = {}
    hours = duration_hours(run)
    if hours is not None:
        out["duration"] = hours
    for record in run.energy:
        name = f"energy {record.boundary} {record.method}"
        out[name] = out.get(name, 0.0) + record.value.value
    for number, device in enumerate(run.devices):
        if device.device_hours is not None:
            out[f"device_hours {number}"] = device.device_hours.value
    if run.work is not None:
        out |= {n: float(v) for n, v in run.work.model_dump().items() if isinstance(v, (int, float))}
    return out


def _start(run: Run) -> float:
    return as_utc(run.start).timestamp() if run.start is not None else -math.inf


def _told(record: Record, superseded: Sequence[Record]) -> Record:
    """The record with a note on those that it supersedes."""
    if not superseded:
        return record
    message = plural(
        len(superseded), "one earlier record of this run, at {where}, is superseded by this one and was not used",
        "{n} earlier records of this run, the first at {where}, are superseded by this one and were not used",
        n=len(superseded), where=superseded[0].where,
    )  # fmt: skip
    return record._replace(notes=(*record.notes, Note("cumulative-rows", message)))


def _tell_copy(record: Record, first: Record, intake: Intake) -> None:
    message = said("the same run is at {first} and at {where}; it counts once", first=first.where, where=record.where)
    intake.notes.append((first.run.id, Note("duplicate-run", message, "id")))


def _refuse(record: Record, first: Record, intake: Intake) -> None:
    fault = Fault(
        f"{record.where} (run {shorten(record.run.id)})", "id", shorten(record.run.id),
        f"a different run at {first.where} has this id; this one is not used", "Give each run its own id.",
    )  # fmt: skip
    intake.refuse([fault], next((i for i in intake.inputs if i.path == record.origin.path), None))
