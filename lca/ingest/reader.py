"""Everything that `lca.assess` and the commands accept, to one `Intake`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lca.activity import as_utc
from lca.errors import Fault, InputError, printable, shorten
from lca.ingest import Input, Intake, Origin, counted_once, faults, files, foreign, formats, lca_run
from lca.ingest.assign import NOWHERE, Local, localised
from lca.ingest.formats import Adapter, Note
from lca.ingest.log import Given, Log
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
    """Take the runs of paths, globs, folders, dicts, `Run` objects or a DataFrame into `intake`, and yield each.

    `now` is the time beyond which lies the future; `log_format` is the format of all files, empty to tell it by content; `local`
    says what files of others lack. What is done with a run as it comes costs less than to come back to
    it later, when it has left the processor's cache. Raises InputError where nothing can be read at all; what is wrong
    with single records is in `faults`, whole once the stream has ended.
    """
    limit = now + timedelta(days=1)
    year = limit.year
    seen: dict[str, tuple[Run, Origin]] = {}
    refused: list[tuple[Origin, Fault]] = []
    for record in _records(sources, intake, progress, log_format, local):
        run, origin = record
        if local.zones:
            run, note = localised(run, local.zones)
            if note is not None:
                intake.notes.append((run.id, note))
                record = run, origin
        first = seen.setdefault(run.id, record)
        if (
            first is not record
            or run.power is not None
            or (run.start is not None and run.start.year >= year)
            or (run.end is not None and run.end.year >= year)
        ):
            settled = _settle(run, origin, first, limit)
            if isinstance(settled, Fault):
                refused.append((origin, settled))
                if first is record and settled.code == "future-date":
                    del seen[run.id]
                continue
            run = settled
            seen[run.id] = run, origin
        intake.add(run, origin)
        yield run
    for origin, fault in refused:
        intake.refuse([fault], next((i for i in intake.inputs if i.path == origin.path), None))


def _records(
    sources: Any, intake: Intake, progress: Callable[[str], None] | None, log_format: str, local: Local
) -> Iterator[tuple[Run, Origin]]:  # fmt: skip
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
            yield run, origin
    if taken or intake.faults:
        intake.inputs.append(Input("argument", "", lca_run.NAME, taken + len(intake.faults), len(intake.faults)))
    later: list[tuple[Log, Adapter | None, bool]] = []
    targets = {rule.run for rule in local.rules if rule.run}
    held_back: list[foreign.Taken] = []  # runs that may be counted elsewhere, or to which others belong
    beside: set[str] = set()  # power series of run logs: they are read with their runs, and are no runs of their own
    given = files.expand(paths, intake.faults) if paths else {}
    together = Given(given)
    for path, is_named in given.items():
        if progress is not None:
            progress(path)
        try:
            log = Log(path, together)
            adapter = formats.choose(log.shown, log.head, log_format)
            if adapter is not None or not formats.is_own(log.head, log_format, is_named):
                later.append((log, adapter, is_named))
                continue
            for run, origin in lca_run.read(files.read(log), log.digest, log.shown, intake):
                if run.power is not None and run.power.file and origin.folder is not None:
                    beside.add(os.path.realpath(os.path.join(origin.folder, run.power.file)))
                if run.id in targets:
                    held_back.append(foreign.Taken(run, origin))
                    continue
                yield run, origin
        except InputError as error:
            shown = printable(path)
            intake.inputs.append(Input(shown, "", "unreadable", 0, 1))
            intake.faults.append(error.fault)
    yield from _foreign(later, beside, intake, local, held_back, targets)


def _foreign(
    logs: list[tuple[Log, Adapter | None, bool]],
    beside: set[str],
    intake: Intake,
    local: Local,
    held_back: list[foreign.Taken],
    targets: set[str],
) -> Iterator[tuple[Run, Origin]]:
    """Runs of files in formats of others, each content once; what lies in a folder and is no log is told."""
    held = {i.sha256: i.path for i in intake.inputs if i.sha256}
    whole: set[str] = set()
    logs.sort(
        key=lambda each: each[1] is None or each[1].format.name != TABLE
    )  # what a mapping names is read by it alone
    for log, adapter, _ in logs:
        if adapter is None or os.path.realpath(log.path) in beside:
            continue
        first = held.setdefault(log.digest, log.shown)
        if first != log.shown:
            intake.inputs.append(Input(log.shown, log.digest, adapter.format.name))
            intake.notes.append(
                (
                    "",
                    Note(
                        "identical-files",
                        said("{file} holds the same bytes as {first}: it counts once", file=log.shown, first=first),
                    ),
                )
            )
            continue
        for taken in foreign.read(log, adapter, intake, local):
            if taken.host or taken.part_of or taken.joins or taken.run.id in targets:
                held_back.append(taken)
                continue
            whole.add(taken.run.id)
            yield taken.run, taken.origin
        beside |= {os.path.realpath(other.path) for other in log.taken}
    yield from counted_once.sift(held_back, whole, intake)
    for log, adapter, is_named in logs:
        if adapter is not None or os.path.realpath(log.path) in beside:
            continue
        if is_named:
            intake.inputs.append(Input(log.shown, log.digest, "none", 0, 1))
            intake.faults.append(formats.unknown(log.shown))
        else:
            intake.inputs.append(Input(log.shown, log.digest, "none"))
            intake.notes.append(
                ("", Note("not-a-log", said("{file} is in no known format: it is not used", file=log.shown)))
            )


def require(intake: Intake) -> None:
    """Raise InputError, with all that was wrong, where no record can be used."""
    if intake.runs:
        return
    error = InputError("runs", "no record could be used", "Correct the records named.")
    if intake.faults:
        error.args = ("\n".join(str(f) for f in intake.faults[:20]),)
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


def _settle(run: Run, origin: Origin, first: tuple[Run, Origin], limit: datetime) -> Run | Fault:
    """Duplicates, dates in the future and power series: what needs more than one record, or the clock, or a file."""
    fault = _late(run, origin, limit) or _copy(run, origin, first)
    if fault is not None or run.power is None or run.power.is_read:
        return fault or run
    try:
        record, reading = integrate(run, origin.folder)
    except ValueError as error:
        return Fault(_where(run, origin), "power", "", str(error), "Correct the power series.")
    return run.model_copy(update={"energy": [*run.energy, record], "power": run.power.read(reading)})


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


def _copy(run: Run, origin: Origin, first: tuple[Run, Origin]) -> Fault | None:
    other, stood = first
    if stood is origin:
        return None
    where, told = _where(run, origin), f"{stood.path}: row {stood.row}"
    if faults.same(run, other):
        return Fault(
            where,
            "id",
            shorten(run.id),
            f"the same run stands at {told}; it counts once",
            "Remove the copy.",
            "duplicate-run",
        )
    return Fault(
        where,
        "id",
        shorten(run.id),
        f"a different run at {told} has this id; this one is not used",
        "Give each run its own id.",
    )
