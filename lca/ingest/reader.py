"""Everything that `lca.assess` and the commands accept, to one `Intake`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lca.activity import as_utc
from lca.errors import Fault, InputError, printable, shorten
from lca.ingest import Input, Intake, Origin, faults, files, foreign, formats, keys, lca_run, unreadable
from lca.ingest.assign import NOWHERE, Local, localised
from lca.ingest.formats import Adapter, Note
from lca.ingest.given import Given
from lca.ingest.log import Log
from lca.ingest.record import Record
from lca.language import said
from lca.power_series import integrate
from lca.run import Run

#: the format of mapping files
TABLE = "table"


def read(
    sources: Any,
    now: datetime,
    progress: Callable[[str], None] | None = None,
    log_format: str = "",
    local: Local = NOWHERE,
) -> Intake:
    """All that `stream` takes."""
    intake = Intake()
    for _ in stream(sources, now, intake, progress, log_format, local):
        pass
    return intake


def stream(
    sources: Any, now: datetime, intake: Intake, progress: Callable[[str], None] | None = None, log_format: str = "",
    local: Local = NOWHERE,
) -> Iterator[Run]:  # fmt: skip
    """Take the runs of paths, globs, folders, dicts, `Run` objects or a DataFrame into `intake`, and yield each that counts.

    `now` is the time beyond which lies the future; `log_format` is the format of all files, empty to tell it by content; `local`
    says what files of others lack. Every record is read before the first run is yielded: what counts once is decided for all
    inputs together (`ingest/keys`). Raises InputError where nothing can be read at all; what is wrong with single records is in
    `faults`, whole once the stream has ended.
    """
    limit = now + timedelta(days=1)
    refused: list[tuple[Origin, Fault]] = []
    records = []
    for record in _records(sources, intake, progress, log_format, local):
        fault = _late(record.run, record.origin, limit)
        if fault is not None:
            refused.append((record.origin, fault))
            continue
        if local.zones:
            run, note = localised(record.run, local.zones)
            record = record._replace(run=run, notes=(*record.notes, note)) if note is not None else record
        records.append(record)
    for record in keys.settle(records, intake):
        measured = _measured(record, local.zones)
        if isinstance(measured, Fault):
            refused.append((record.origin, measured))
            continue
        run = measured
        intake.notes += [(run.id, note) for note in record.notes]
        intake.add(run, record.origin)
        yield run
    for origin, fault in refused:
        intake.refuse([fault], next((i for i in intake.inputs if i.path == origin.path), None))
    intake.faults[:] = faults.grouped(intake.faults)


def _records(
    sources: Any, intake: Intake, progress: Callable[[str], None] | None, log_format: str, local: Local
) -> Iterator[Record]:
    """Runs that are valid by themselves."""
    paths: list[str | os.PathLike[str]] = []
    taken = 0
    for number, source in enumerate(_sources(sources), start=1):
        origin = Origin("argument", number)
        if isinstance(source, (str, os.PathLike)):
            paths.append(source)
            continue
        if not isinstance(source, (Run, Mapping)):
            raise InputError(f"argument {number}", "not a path, a dict or a run", "Give paths, dicts, Run objects or a DataFrame.",
                             shorten(source))  # fmt: skip
        run = source if isinstance(source, Run) else lca_run.take(dict(source), origin, intake, None)
        if run is not None:
            taken += 1
            yield Record(run, origin)
    if taken or intake.faults:
        intake.inputs.append(Input("argument", "", lca_run.NAME, taken + len(intake.faults), len(intake.faults)))
    if paths:
        yield from _of_files(files.expand(paths, intake.faults), intake, progress, log_format, local)


def _of_files(
    given: Mapping[str, bool], intake: Intake, progress: Callable[[str], None] | None, log_format: str, local: Local
) -> Iterator[Record]:
    """Runs of files, those in our own format first; each content once."""
    beside: set[str] = set()  # power series of run logs: they are read with their runs, and are no runs of their own
    others: list[tuple[Log, Adapter | None, bool]] = []
    together = Given(given)
    for path, is_named in given.items():
        if progress is not None:
            progress(path)
        try:
            log = Log(path, together)
            adapter = formats.choose(log, log_format)
            if adapter is not None or not formats.is_own(log.head, log_format, is_named):
                others.append((log, adapter, is_named))
                continue
            for run, origin in lca_run.read(files.read(log), log.digest, log.shown, intake):
                if run.power is not None and run.power.file and origin.folder is not None:
                    beside.add(os.path.realpath(os.path.join(origin.folder, run.power.file)))
                yield Record(run, origin)
        except InputError as error:
            intake.inputs.append(Input(printable(path), "", "unreadable", 0, 1))
            intake.faults.append(error.fault)
    yield from _foreign(others, beside, intake, local)


def _foreign(
    logs: list[tuple[Log, Adapter | None, bool]], beside: set[str], intake: Intake, local: Local
) -> Iterator[Record]:
    """Runs of files in formats of others, each content once; what lies in a folder and is no log is told."""
    own = {i.sha256: i.path for i in intake.inputs if i.sha256}
    logs = [each for each in logs if os.path.realpath(each[0].path) not in beside]
    copies = keys.copies.superseded(log for log, adapter, _ in logs if adapter is not None)
    logs.sort(
        key=lambda each: each[1] is None or each[1].format.name != TABLE
    )  # what a mapping names is read by it alone
    for log, adapter, _ in logs:
        if adapter is None or os.path.realpath(log.path) in beside:
            continue
        longer, is_begin = copies.get(log.path, (None, False))
        whole = longer.shown if longer is not None else own.get(log.digest)
        if whole is not None:
            intake.inputs.append(Input(log.shown, log.digest, adapter.format.name))
            intake.notes.append(("", _copy_note(log, whole, is_begin)))
            continue
        yield from foreign.read(log, adapter, intake, local)
        beside |= {os.path.realpath(other.path) for other in log.taken}
    unknown = [
        (log, is_named)
        for log, adapter, is_named in logs
        if adapter is None and os.path.realpath(log.path) not in beside
    ]
    _tell_unknown(unknown, intake)


def _tell_unknown(logs: Sequence[tuple[Log, bool]], intake: Intake) -> None:
    """What no format claims: an error where it was named, or is nearly a log; else a note, one for many files."""
    others: list[str] = []
    for log, is_named in logs:
        schema = formats.result_of_lca(log.head)
        is_fault = is_named or (not schema and formats.nearly(log.head))
        intake.inputs.append(Input(log.shown, log.digest, "none", 0, int(bool(is_fault))))
        if is_fault:
            intake.faults.append(formats.unknown(log.shown, log.head))
        elif schema:
            message = said("{file} is {schema}, a result of lca, and holds no runs", file=log.shown, schema=schema)
            intake.notes.append(("", Note("not-a-log", message, severity="info")))
        elif (kind := unreadable.kind_of(log.head)) is not None:
            intake.notes.append(("", Note("not-a-log", kind.note(log.shown))))
        else:
            others.append(log.shown)
    if len(others) <= faults.NAMED:
        for file in others:
            message = said("{file} is in no known format and was not used", file=file)
            intake.notes.append(("", Note("not-a-log", message)))
    else:
        message = said(
            "{n} files are in no known format and were not used: {files} and {more} more",
            n=len(others), files=", ".join(others[: faults.NAMED]), more=len(others) - faults.NAMED,
        )  # fmt: skip
        intake.notes.append(("", Note("not-a-log", message)))


def _copy_note(log: Log, whole: str, is_begin: bool) -> Note:
    if is_begin:
        message = said(
            "{file} is the beginning of {whole}, which holds all of it; it was not used", file=log.shown, whole=whole
        )
    else:
        message = said("{file} holds the same bytes as {first}: it counts once", file=log.shown, first=whole)
    return Note("identical-files", message)


#: findings that say why a file as a whole gave no run
WHOLE_FILE = ("not-a-log", "identical-files", "empty-log", "lines-not-used", "rows-left-out", "bill-rows-left-out")
#: reasons that are named where nothing could be used
NAMED = 20


def require(intake: Intake) -> None:
    """Raise InputError, with the reason of each file, where no record can be used."""
    if intake.runs:
        return
    error = InputError("runs", "no record could be used", "Give files that hold runs.")
    reasons = [str(f) for f in intake.faults] + [n.message for _, n in intake.notes if n.code in WHOLE_FILE]
    if reasons:
        more = len(reasons) - NAMED
        shown = [*reasons[:NAMED], *([f"and {more} more"] if more > 0 else [])]
        error.args = ("\n".join(shown),)
    if intake.faults:
        error.fault = replace(intake.faults[0], code="unreadable-input")
    raise error


def _sources(sources: Any) -> Iterable[Any]:
    if isinstance(sources, (str, os.PathLike, Mapping, Run)):
        return [sources]
    if hasattr(sources, "to_dict") and hasattr(sources, "columns"):
        return [_unflatten(row) for row in sources.to_dict("records")]
    return list(sources)


def _unflatten(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a frame, its names flattened with dots, as a run; missing cells are left out."""
    out: dict[str, Any] = {}
    for name, value in row.items():
        if value is None or (isinstance(value, float) and value != value):
            continue
        at = out
        parts = str(name).split(".")
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        at[parts[-1]] = value
    for key in ("devices", "energy"):
        held = out.get(key)
        if isinstance(held, dict):
            numbered = held and all(k.isdigit() for k in held)
            out[key] = [held[k] for k in sorted(held, key=int)] if numbered else [held]
    return out


def _measured(record: Record, zones: Mapping[str, str]) -> Run | Fault:
    """The run with the energy of its power series, whose local times are of the zone of its site."""
    run = record.run
    if run.power is None or run.power.is_read:
        return run
    try:
        name = zones.get(run.location.site or "") if run.location is not None else None
        energy, reading = integrate(run, record.origin.folder, ZoneInfo(name) if name else None)
    except ValueError as error:
        return Fault(_where(run, record.origin), "power", "", str(error), "Correct the power series.")
    return run.model_copy(update={"energy": [*run.energy, energy], "power": run.power.read(reading)})


def _where(run: Run, origin: Origin) -> str:
    return f"{origin.path}: row {origin.row} (run {shorten(run.id)})"


def _late(run: Run, origin: Origin, limit: datetime) -> Fault | None:
    for field, stamp in (("start", run.start), ("end", run.end)):
        if stamp is not None and stamp.year >= limit.year and as_utc(stamp) > limit:
            return Fault(
                _where(run, origin),
                field,
                stamp.isoformat(),
                "it lies in the future",
                "Correct the date.",
                "future-date",
            )
    return None
