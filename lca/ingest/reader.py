"""Everything that `lca.assess` and the commands accept, to one `Intake`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lca.activity import as_utc
from lca.errors import Fault, InputError, shorten
from lca.ingest import Input, Intake, Origin, faults, files, lca_run
from lca.power_series import integrate
from lca.run import Run


def read(sources: Any, now: datetime, progress: Callable[[str], None] | None = None) -> Intake:
    """Runs of paths, globs, folders, dicts, `Run` objects or a DataFrame. `now` is the time beyond which lies the future.

    Raises InputError where nothing can be read at all; what is wrong with single records is in `faults`.
    """
    intake = Intake()
    paths: list[str | os.PathLike[str]] = []
    for number, source in enumerate(_sources(sources), start=1):
        if isinstance(source, (str, os.PathLike)):
            paths.append(source)
        elif isinstance(source, Run):
            intake.add(source, Origin("argument", number))
        elif isinstance(source, Mapping):
            lca_run.take(dict(source), Origin("argument", number), intake, None)
        else:
            raise InputError(f"argument {number}", "not a path, a dict or a run", "Give paths, dicts, Run objects or a DataFrame.",
                             shorten(source))  # fmt: skip
    if intake.runs or intake.faults:
        intake.inputs.append(
            Input("argument", "", lca_run.NAME, len(intake.runs) + len(intake.faults), len(intake.faults))
        )
    for path in files.expand(paths) if paths else ():
        if progress is not None:
            progress(path)
        shown = path.encode("utf-8", "backslashreplace").decode("utf-8")  # a name need not be text
        try:
            data, digest = files.read(path)
        except InputError as error:
            intake.inputs.append(Input(shown, "", "unreadable", 0, 1))
            intake.faults.append(error.fault)
            continue
        lca_run.read(data, digest, shown, intake)
    _settle(intake, now)
    return intake


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


def _settle(intake: Intake, now: datetime) -> None:
    """Duplicates, dates in the future and power series: what needs more than one record, or the clock, or a file."""
    limit = now + timedelta(days=1)
    year = limit.year
    if len({run.id for run in intake.runs}) == len(intake.runs) and not any(
        run.power or (run.start and run.start.year >= year) or (run.end and run.end.year >= year) for run in intake.runs
    ):
        return  # the usual case, kept short: it runs once per run
    seen: dict[str, int] = {}
    keep: list[int] = []
    for number, run in enumerate(intake.runs):
        first = seen.setdefault(run.id, number)
        origin = intake.origins[number]
        fault = _late(run, origin, limit)
        if fault is not None and first == number:
            del seen[run.id]
        fault = fault or _copy(run, origin, first, number, intake)
        if fault is None and run.power is not None:
            try:
                record, reading = integrate(run, origin.folder)
                intake.runs[number] = run.model_copy(
                    update={"energy": [*run.energy, record], "power": run.power.read(reading)}
                )
            except ValueError as error:
                fault = Fault(_where(run, origin), "power", "", str(error), "Correct the power series.")
        if fault is not None:
            _refuse(intake, origin, fault)
            continue
        keep.append(number)
    if len(keep) != len(intake.runs):
        intake.runs = [intake.runs[n] for n in keep]
        intake.origins = [intake.origins[n] for n in keep]


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


def _copy(run: Run, origin: Origin, first: int, number: int, intake: Intake) -> Fault | None:
    if first == number:
        return None
    other, where = intake.origins[first], _where(run, origin)
    told = f"{other.path}: row {other.row}"
    if faults.same(run, intake.runs[first]):
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


def _refuse(intake: Intake, origin: Origin, fault: Fault) -> None:
    made = next((i for i in intake.inputs if i.path == origin.path), None)
    intake.refuse([fault], made)
