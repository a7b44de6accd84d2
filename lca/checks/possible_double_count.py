"""Runs from files of different formats that look like one piece of work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import as_utc
from lca.catalogue.devices import fold
from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said
from lca.numerals import spelled
from lca.run import Run

CHECK = Check(
    code="possible-double-count",
    severity="warning",
    looks_for="Runs from logs of different kinds on the same number of devices of one kind at the same time, and bills beside logs",
    why="A scheduler, a tracker, samples of power and a bill of one machine are four records of one use.",
    remedy="Lay one to the other by an `assign` rule, {match: FILE, run: ID}; leave it, if they are different work.",
)
#: share of the shorter run that must lie in the longer one
COMMON = 0.8


class _Use(NamedTuple):
    """Devices of one kind over one time in one file: one run, or one per device as samples of GPUs give them."""

    begin: float
    end: float
    number: int  # of the first of its runs
    kind: str


def find(a: Evidence) -> Iterator[Finding]:
    """Imported runs whose time lies in that of a run from another kind of file, on devices of the same kind and number."""
    counts: dict[tuple[tuple[str, str], str, int, int], list[Any]] = {}
    for number, run in enumerate(a.runs):
        if run.provenance is None or not run.provenance.is_foreign:
            continue
        window, devices = _window(run), _devices(run)
        if window is not None and devices is not None:
            kind, count = devices
            held = counts.setdefault(
                (_of(run), kind, round(window[0] / 60), round(window[1] / 60)), [0.0, number, *window]
            )
            held[0] += count
    alike: dict[float, list[_Use]] = {}
    for (_, kind, _, _), (count, first, begin, end) in counts.items():
        alike.setdefault(count, []).append(_Use(begin, end, first, kind))
    for uses in alike.values():
        if len({_of(a.runs[u.number])[0] for u in uses}) > 1:
            yield from _overlaps(a, sorted(uses))
    yield from _bills(a)


def _bills(a: Evidence) -> Iterator[Finding]:
    """Machines of a bill beside logs of the same devices at the same place and time: two records of one use."""
    billed = np.asarray([run.ext is not None and "billed_cost" in run.ext for run in a.runs], bool)
    if not billed.any() or billed.all():
        return
    windows = np.asarray([_window(run) or (np.nan, np.nan) for run in a.runs], np.float64).reshape(-1, 2)
    hours = np.nan_to_num(a.results.get("device_hours", np.zeros(a.activities.rows)))
    groups: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
    for row, run in enumerate(a.activities.run_of_row.tolist()):
        device = a.resolved.devices[a.activities.device_of_row[row]]
        place = a.resolved.places[a.activities.place_of_row[row]]
        if device is not None and hours[row] > 0 and windows[run, 1] > windows[run, 0]:
            groups.setdefault((device.id, place["country"]), ([], []))[0 if billed[run] else 1].append(row)
    for (device_id, _), (bills, logs) in groups.items():
        for bill, other, billed_hours, logged_hours, first in (
            _common(a, bills, logs, windows, hours) if bills and logs else ()
        ):
            message = said(
                "the bill {bill} charges {billed} device hours of {device}, and {log} holds {logged} device hours of the same devices in "
                "the same country within that time: if both are of the same machines, they count twice",
                bill=bill, billed=spelled(billed_hours, 6), device=device_id, log=other, logged=spelled(logged_hours, 6),
            )  # fmt: skip
            yield CHECK.at(message, a.runs[first].id, "devices")


def _common(
    a: Evidence, bills: list[int], logs: list[int], windows: NDArray[np.float64], hours: NDArray[np.float64]
) -> Iterator[tuple[str, str, float, float, int]]:
    """(bill, log, hours billed, hours logged while they were, first run of the bill) of each pair of files with time in common."""
    run_of, place_of = a.activities.run_of_row, a.activities.place_of_row
    by_file: dict[tuple[str, int], list[int]] = {}
    for row in logs:
        by_file.setdefault((_source(a.runs[run_of[row]]), int(place_of[row])), []).append(row)
    found: dict[tuple[str, str], list[float]] = {}
    for (name, place), rows in by_file.items():
        begin, end = windows[run_of[rows]].T
        for row in bills:
            if not _is_one_place(a.resolved.places[place_of[row]], a.resolved.places[place]):
                continue
            here = (begin < windows[run_of[row], 1]) & (end > windows[run_of[row], 0])
            if here.any():
                pair = found.setdefault((_source(a.runs[run_of[row]]), name), [0.0, 0.0, float(run_of[row])])
                pair[0] += float(hours[row])
                pair[1] = max(pair[1], float(hours[np.asarray(rows)[here]].sum()))
    for (bill, name), (billed, logged, first) in found.items():
        yield bill, name, billed, logged, int(first)


def _source(run: Run) -> str:
    return _of(run)[1] if run.provenance is not None and run.provenance.is_foreign else said("the run logs")


def _is_one_place(place: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two places of one country may be one: they are not where both name regions that differ."""
    named = ("cloud", "region")
    return not all(place[n] and other[n] for n in named) or all(place[n] == other[n] for n in named)


def _overlaps(a: Evidence, uses: list[_Use]) -> Iterator[Finding]:
    active: list[_Use] = []
    told: set[int] = set()
    for use in uses:
        active = [other for other in active if other.end > use.begin]
        for other in active:
            if _of(a.runs[use.number])[0] == _of(a.runs[other.number])[0] or not (
                use.kind in other.kind or other.kind in use.kind
            ):
                continue
            common = min(use.end, other.end) - max(use.begin, other.begin)
            short, long = (use, other) if use.end - use.begin <= other.end - other.begin else (other, use)
            if common < COMMON * (short.end - short.begin) or short.number in told:
                continue
            told.add(short.number)
            one = a.runs[long.number]
            yield CHECK.at(
                said(
                    "it ran on as many devices of the same kind as run {id} of {of}, and {common} % of its time lies in that run's: if both are one piece of work, it counts twice",
                    id=shorten(one.id),
                    of=_of(one)[1],
                    common=f"{100 * common / (short.end - short.begin):.0f}",
                ),
                a.runs[short.number].id,
            )
        active.append(use)


def _of(run: Run) -> tuple[str, str]:
    assert run.provenance is not None  # `find` has looked
    return run.provenance.importer or "", run.provenance.source or ""


def _window(run: Run) -> tuple[float, float] | None:
    if run.start is None or run.end is None:
        return None
    begin, end = as_utc(run.start).timestamp(), as_utc(run.end).timestamp()
    return (begin, end) if end > begin else None


def _devices(run: Run) -> tuple[str, float] | None:
    """Name and number of the devices of a run that has one group of them; a name may be a part of another (a100)."""
    if len(run.devices) != 1 or not run.devices[0].model:
        return None
    device = run.devices[0]
    return fold(device.model or ""), float(device.count or 1)
