"""Runs of a file in a format by others: what its adapter found, made whole, validated, with provenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError

from lca.errors import Fault, InputError, shorten
from lca.ingest import Input, Intake, Origin, assign, faults, plausible, resume
from lca.ingest.assign import Local
from lca.ingest.formats import Adapter, Found, Note
from lca.ingest.log import Log
from lca.ingest.record import Record
from lca.language import plural, said
from lca.run import PowerSeries, Run
from lca.version import VERSION

#: stage of a run whose file does not say: most logs of others are of training
STAGE = "training"


def read(log: Log, adapter: Adapter, intake: Intake, local: Local) -> Iterator[Record]:
    """The runs of one file; what is wrong goes to `intake`."""
    leader = Input(log.shown, log.digest, adapter.format.name)
    intake.inputs.append(leader)
    inputs = {log.shown: leader}
    log.zone, zone_note = assign.zone_of(log.shown, local)
    log.zone_of = partial(assign.zone_of, local=local)

    def record_of(found: Found) -> Record | None:
        """The record of what an adapter found, None where it is refused."""
        source = found.source or log
        counted = inputs.get(source.shown)
        if counted is None:
            counted = inputs[source.shown] = Input(source.shown, source.digest, adapter.format.name)
        return _record(found, log, adapter, intake, local, counted)

    try:
        for found in resume.read(log, adapter):
            if isinstance(found, Note):
                intake.notes.append(("", found))
                continue
            if isinstance(found, Fault):
                place = found.where.partition(": row")[0]
                file = next((each for each in log.taken if each.shown == place), log)
                counted = inputs.setdefault(file.shown, Input(file.shown, file.digest, adapter.format.name))
                counted.records += found.count
                file.account.reject(_lines(found))
                intake.refuse([found], counted)
                continue
            if zone_note is not None and log.zone is not None and found.reading is not None and found.reading.zone:
                found = replace(found, notes=(*found.notes, zone_note))
            record = record_of(found)
            if record is None:
                continue
            yield record._replace(found=found, remake=record_of) if found.pieces is not None else record
    except InputError as error:
        log.account.reject(max(0, log.account.rest))  # the fault is of the whole file
        intake.refuse([error.fault], leader)
    if not any(counted.records or counted.quarantined for counted in inputs.values()):
        intake.notes.append(("", Note("empty-log", said("{file} holds no record", file=log.shown))))
    for each in (log, *log.taken):
        if each.account.is_kept and (each.account.rest or each.account.missed):
            intake.notes.append(("", _not_used(each)))
    for beside in log.taken:
        inputs.setdefault(beside.shown, Input(beside.shown, beside.digest, adapter.format.name))
    intake.inputs += [counted for counted in inputs.values() if counted is not leader]


def _lines(fault: Fault) -> int:
    """How many lines a fault sets aside: none where it concerns the file, and not a row of it."""
    if fault.lines is not None:
        return fault.lines
    return fault.count if ": row" in fault.where or fault.count > 1 else 0


def _record(found: Found, log: Log, adapter: Adapter, intake: Intake, local: Local, counted: Input) -> Record | None:
    """One record, made whole and validated; None, and told, where it cannot be used."""
    naive = assign.naive(found.record.get("start")) if found.reading is not None else None
    source = found.source or log
    record, notes = _whole(found, source, local)
    first = found.rows[0] if isinstance(found.rows, list) else found.rows
    where = f"{source.shown}: row {first}"
    counted.records += 1
    try:
        run = Run.model_validate(record | {"provenance": _provenance(found, source, adapter)})
    except ValidationError as error:
        intake.refuse(faults.of_validation(error, where), counted)
        return None
    except resume.BROKEN as error:
        why = f"it cannot be validated ({type(error).__name__}: {shorten(str(error), 120)})"
        intake.refuse([Fault(where, "", "", why, "Correct the row.", "torn-row")], counted)
        return None
    notes = (*notes, *(implausible := plausible.without_implausible(run, len(found.hosts))))
    if found.reading is not None and run.energy and not implausible:
        reading = assign.in_zone(found.reading, naive, run.start)
        run.power = PowerSeries.of_log(run.energy[-1].boundary, reading._replace(marks=None))
    hosts = found.hosts or ((found.host,) if found.host else ())
    marks = found.reading.marks if found.reading is not None else None
    if (hosts or marks) and assign.is_separate(source.shown, found.labels, local):
        hosts, marks = (), None
    return Record(
        run, Origin(source.shown, first, log.folder), notes, adapter.format.name, found.identity, found.position, hosts,
        found.weight, found.resolution, found.part_of, assign.joined(source.shown, found.labels, local), found.pieces, source.digest, marks,
    )  # fmt: skip


def _not_used(log: Log) -> Note:
    """What is told of lines of which the adapter says nothing: none is skipped without a word."""
    account = log.account
    lines, row = account.rest + account.missed, account.first_missed
    if row:
        message = plural(
            lines, "one line of {file}, row {row}, is in no form that the format has; it was not used",
            "{n} lines of {file}, from row {row} on, are in no form that the format has; they were not used",
            n=lines, file=log.shown, row=row,
        )  # fmt: skip
    else:
        message = plural(
            lines, "one line of {file} is in no form that the format has; it was not used",
            "{n} lines of {file} are in no form that the format has; they were not used", n=lines, file=log.shown,
        )  # fmt: skip
    return Note("lines-not-used", message)


def _whole(found: Found, log: Log, local: Local) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """The record with what every run must have, by the file on which it rests, and the notes: what was filled in is told."""
    record: dict[str, Any] = {"schema": "lca-run/1", **found.record}
    if any(device.get("count") == 0 for device in record.get("devices", ())):  # none of them: the log says so
        record["devices"] = [device for device in record["devices"] if device.get("count") != 0]
    stem = log.head.name.partition(".")[0] or "log"
    first = found.rows[0] if isinstance(found.rows, list) else found.rows
    notes = [*found.notes, *assign.fill(record, log.shown, found.labels, local)]
    if not record.get("id"):
        record["id"] = f"{stem}-{log.digest[:8]}-{first}"
    if not record.get("system"):
        record["system"] = stem
        notes.append(
            Note(
                "system-assumed",
                said("the file names no system: {stem} is that of its name", stem=f"{shorten(stem)!r}"),
                "system",
            )
        )
    if not record.get("stage"):
        record["stage"] = STAGE
        notes.append(Note("stage-assumed", said("the file names no stage: it counts as {stage}", stage=STAGE), "stage"))
    return record, tuple(notes)


def _provenance(found: Found, log: Log, adapter: Adapter) -> dict[str, Any]:
    made = {
        "source": log.shown, "sha256": log.digest, "rows": found.rows, "producer": found.producer or None,
        "producer_version": found.producer_version or None, "importer": adapter.format.name, "importer_version": VERSION,
    }  # fmt: skip
    return {k: v for k, v in made.items() if v is not None}
