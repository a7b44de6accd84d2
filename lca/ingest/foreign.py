"""Runs of a file in a format by others: what its adapter found, made whole, validated, with provenance."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from pydantic import ValidationError

from lca.errors import Fault, InputError, shorten
from lca.ingest import Input, Intake, Origin, assign, faults
from lca.ingest.assign import Local
from lca.ingest.formats import Adapter, Found, Note
from lca.ingest.log import Log
from lca.language import plural, said
from lca.numerals import spelled
from lca.run import PowerSeries, Run
from lca.version import VERSION

#: kW beyond which no single machine draws power, with as many accelerators: the largest servers of eight are rated 14.3 kW
HIGHEST, PER_MACHINE = 20.0, 8
#: boundaries that lie within machines; the number of machines of a rack or a hall is not known
MACHINE = ("accelerator", "cpu", "dram", "component_sum", "node")
#: what an adapter raises that was not written for what a file holds
BROKEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    AssertionError,
)
#: stage of a run whose file does not say: most logs of others are of training
STAGE = "training"


class Taken(NamedTuple):
    """A run that is valid by itself, and what tells whether it was counted elsewhere (see `Found`)."""

    run: Run
    origin: Origin
    host: str = ""
    part_of: str = ""
    joins: str = ""


def read(log: Log, adapter: Adapter, intake: Intake, local: Local) -> Iterator[Taken]:
    """The runs of one file; what is wrong goes to `intake`."""
    leader = Input(log.shown, log.digest, adapter.format.name)
    intake.inputs.append(leader)
    inputs = {log.shown: leader}
    folder = os.path.dirname(os.path.abspath(log.path)) if log.path != "-" else None
    log.zone, zone_note = assign.zone_of(log.shown, local)
    try:
        for found in adapter.read(log):
            if isinstance(found, Note):
                intake.notes.append(("", found))
                continue
            if isinstance(found, Fault):
                place = found.where.partition(": row")[0]
                made = inputs.get(place, leader)
                made.records += found.count
                at = next((each for each in log.taken if each.shown == place), log)
                at.account.reject(found.count if found.lines is None else found.lines)
                intake.refuse([found], made)
                continue
            if zone_note is not None and found.reading is not None and found.reading.zone:
                found = replace(found, notes=(*found.notes, zone_note))
            naive = assign.naive(found.record.get("start"))
            whole = _whole(found, log, local)
            first = whole.rows[0] if isinstance(whole.rows, list) else whole.rows
            source = whole.source or log
            if source.shown not in inputs:
                inputs[source.shown] = Input(source.shown, source.digest, adapter.format.name)
            made = inputs[source.shown]
            made.records += 1
            origin = Origin(source.shown, first, folder)
            try:
                run = Run.model_validate(whole.record | {"provenance": _provenance(whole, source, adapter)})
            except ValidationError as error:
                intake.refuse(faults.of_validation(error, f"{source.shown}: row {first}"), made)
                continue
            fault = _implausible(run, f"{source.shown}: row {first}")
            if fault is not None:
                intake.refuse([fault], made)
                continue
            if whole.reading is not None and run.energy:
                reading = assign.in_zone(whole.reading, naive, run.start)
                run.power = PowerSeries.of_log(run.energy[-1].boundary, reading)
            intake.notes += [(run.id, note) for note in whole.notes]
            yield Taken(run, origin, whole.host, whole.part_of, assign.joined(log.shown, found.labels, local))
    except InputError as error:
        intake.refuse([error.fault], leader)
    except BROKEN as error:  # one file that its adapter cannot stand must not cost the others
        told = f"the adapter {adapter.format.name} failed, and what follows in the file is not used ({type(error).__name__}: {shorten(str(error), 120)})"
        intake.refuse(
            [
                Fault(
                    log.shown, "", "", told, "Report it with the file; leave the file out meanwhile.", "adapter-failed"
                )
            ],
            leader,
        )
    if not any(made.records or made.quarantined for made in inputs.values()):
        intake.notes.append(("", Note("empty-log", said("{file} holds no record", file=log.shown))))
    for each in (log, *log.taken):
        if each.account.is_kept and (each.account.rest or each.account.missed):
            intake.notes.append(("", _not_used(each)))
    for beside in log.taken:
        inputs.setdefault(beside.shown, Input(beside.shown, beside.digest, adapter.format.name))
    intake.inputs += [made for made in inputs.values() if made is not leader]


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


def _implausible(run: Run, where: str) -> Fault | None:
    """An energy that needs more power than its machines can draw: a unit is wrong, or a row is torn."""
    seconds = (run.end - run.start).total_seconds() if run.start is not None and run.end is not None else 0.0
    hours = run.duration.value if run.duration is not None else seconds / 3600
    devices = sum(d.count or 1 for d in run.devices)
    limit = HIGHEST * max(1.0, devices / PER_MACHINE)
    for record in run.energy:
        if hours > 0 and record.boundary in MACHINE and record.value.value > limit * hours:
            told = f"{record.value.text} in {spelled(hours, 4)} h"
            return Fault(where, "energy", told, f"more than {limit:g} kW, which its machines cannot draw", "Correct the unit of energy or duration.", "implausible-power")  # fmt: skip
    return None


def _whole(found: Found, log: Log, local: Local) -> Found:
    """The record with what every run must have; what was filled in is told."""
    record: dict[str, Any] = {"schema": "lca-run/1", **found.record}
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
    host = "" if found.host and assign.is_separate(log.shown, found.labels, local) else found.host
    return replace(found, record=record, notes=tuple(notes), host=host)


def _provenance(found: Found, log: Log, adapter: Adapter) -> dict[str, Any]:
    made = {
        "source": log.shown, "sha256": log.digest, "rows": found.rows, "producer": found.producer or None,
        "producer_version": found.producer_version or None, "importer": adapter.format.name, "importer_version": VERSION,
    }  # fmt: skip
    return {k: v for k, v in made.items() if v is not None}
