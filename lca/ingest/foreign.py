"""Runs of a file in a format by others: what its adapter found, made whole, validated, with provenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Any

from pydantic import ValidationError

from lca.errors import Fault, InputError, shorten
from lca.ingest import Input, Intake, Origin, assign, faults, plausible, resume
from lca.ingest.assign import Local
from lca.ingest.formats import Adapter, Found, Note
from lca.ingest.log import Log
from lca.ingest.record import Record
from lca.ingest.shared_parts import SharedParts
from lca.ingest.spreadsheet_tables import Form
from lca.language import plural, said
from lca.run import PowerSeries, Run
from lca.version import VERSION

#: stage of a run whose file does not say: most logs of others are of training
STAGE = "training"


def read(log: Log, adapter: Adapter, intake: Intake, local: Local) -> Iterator[Record]:
    """The runs of one file; what is wrong goes to `intake`."""
    log.zone, zone_note = assign.zone_of(log.shown, local)
    log.zone_of = partial(assign.zone_of, local=local)
    records = _Records(log, adapter, intake, local)
    if log.form is not None:
        intake.notes.append(("", _form_note(log, log.form)))
    try:
        for found in resume.read(log, adapter):
            if isinstance(found, Note):
                intake.notes.append(("", found))
                continue
            if isinstance(found, Fault):
                records.refuse(found)
                continue
            if zone_note is not None and log.zone is not None and found.reading is not None and found.reading.zone:
                found = replace(found, notes=(*found.notes, zone_note))
            record = records.of(found)
            if record is None:
                continue
            yield record._replace(found=found, remake=records.of) if found.pieces is not None else record
    except InputError as error:
        log.account.reject(max(0, log.account.rest))  # the fault is of the whole file
        intake.refuse([error.fault], records.leader)
    if not any(counted.records or counted.quarantined for counted in records.inputs.values()):
        intake.notes.append(("", Note("empty-log", said("{file} holds no record", file=log.shown))))
    for each in (log, *log.taken):
        if each.account.is_kept and (each.account.rest or each.account.missed):
            intake.notes.append(("", _not_used(each)))
    for beside in log.taken:
        records.input_of(beside)
    intake.inputs += [counted for counted in records.inputs.values() if counted is not records.leader]


class _Records:
    """Makes records of what an adapter finds in a file and in those beside it: whole, validated, with provenance."""

    def __init__(self, log: Log, adapter: Adapter, intake: Intake, local: Local) -> None:
        self.log, self.adapter, self.intake, self.local = log, adapter, intake, local
        self.leader = Input(log.shown, log.digest, adapter.format.name)
        self.inputs = {log.shown: self.leader}
        self._parts = SharedParts()
        intake.inputs.append(self.leader)

    def input_of(self, file: Log) -> Input:
        """What is counted of a file."""
        counted = self.inputs.get(file.shown)
        if counted is None:
            counted = self.inputs[file.shown] = Input(file.shown, file.digest, self.adapter.format.name)
        return counted

    def refuse(self, fault: Fault) -> None:
        """Set aside what the adapter could not use."""
        place = fault.where.partition(": row")[0]
        file = next((each for each in self.log.taken if each.shown == place), self.log)
        counted = self.input_of(file)
        counted.records += fault.count
        file.account.reject(_lines(fault))
        self.intake.refuse([fault], counted)

    def of(self, found: Found) -> Record | None:
        """One record; None, and told, where it cannot be used."""
        naive = assign.naive(found.record.get("start")) if found.reading is not None else None
        source, local = found.source or self.log, self.local
        counted = self.input_of(source)
        counted.records += 1
        record, notes = _whole(found, source, local)
        self._parts.put_into(record)
        record["provenance"] = self._provenance(found, source)
        first = found.rows[0] if isinstance(found.rows, list) else found.rows
        try:
            run = Run.model_validate(record)
        except resume.BROKEN as error:
            self._refuse_invalid(error, f"{source.shown}: row {first}", counted)
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
            run, Origin(source.shown, first, self.log.folder), notes, self.adapter.format.name, found.identity, found.position, hosts,
            found.weight, found.resolution, found.part_of, assign.joined(source.shown, found.labels, local), found.pieces, source.digest, marks,
        )  # fmt: skip

    def _provenance(self, found: Found, source: Log) -> dict[str, Any]:
        made: dict[str, Any] = {
            "source": source.shown, "sha256": source.digest, "rows": found.rows, "importer": self.adapter.format.name,
            "importer_version": VERSION,
        }  # fmt: skip
        if found.producer:
            made["producer"] = found.producer
        if found.producer_version:
            made["producer_version"] = found.producer_version
        return made

    def _refuse_invalid(self, error: Exception, where: str, counted: Input) -> None:
        if isinstance(error, ValidationError):
            self.intake.refuse(faults.of_validation(error, where), counted)
            return
        why = f"it cannot be validated ({type(error).__name__}: {shorten(str(error), 120)})"
        self.intake.refuse([Fault(where, "", "", why, "Correct the row.", "torn-row")], counted)


def _form_note(log: Log, form: Form) -> Note:
    """What is told of a table that was saved again with other delimiters."""
    if form.decimal == ",":
        message = said(
            "{file} has {delimiter} between its cells, where the tool writes commas; it was read so, with a decimal comma",
            file=log.shown, delimiter=form.name,
        )  # fmt: skip
    else:
        message = said(
            "{file} has {delimiter} between its cells, where the tool writes commas; it was read so, with a decimal point",
            file=log.shown, delimiter=form.name,
        )  # fmt: skip
    return Note("delimiter-inferred", message)


def _lines(fault: Fault) -> int:
    """How many lines a fault sets aside: none where it concerns the file, and not a row of it."""
    if fault.lines is not None:
        return fault.lines
    return fault.count if ": row" in fault.where or fault.count > 1 else 0


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
    notes = [*found.notes, *assign.fill(record, log.shown, found.labels, local)]
    if not record.get("id"):
        first = found.rows[0] if isinstance(found.rows, list) else found.rows
        record["id"] = f"{_stem(log.head.name)}-{log.digest[:8]}-{first}"
    if not record.get("system"):
        record["system"] = _stem(log.head.name)
        notes.append(_system_note(record["system"]))
    if not record.get("stage"):
        record["stage"] = STAGE
        notes.append(_stage_note())
    return record, tuple(notes)


def _stem(name: str) -> str:
    return name.partition(".")[0] or "log"


@lru_cache(maxsize=16)
def _system_note(stem: str) -> Note:
    message = said("the file names no system: {stem} is that of its name", stem=f"{shorten(stem)!r}")
    return Note("system-assumed", message, "system")


@cache
def _stage_note() -> Note:
    return Note("stage-assumed", said("the file names no stage: it counts as {stage}", stage=STAGE), "stage")
