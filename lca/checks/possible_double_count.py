"""Runs from files of different formats that look like one piece of work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lca.activity import as_utc
from lca.catalogue.devices import fold
from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
from lca.language import said
from lca.run import Run

CHECK = Check(
    code="possible-double-count",
    severity="warning",
    looks_for="Runs from logs of different kinds on the same number of devices of one kind at the same time",
    why="A scheduler, a tracker and samples of power of one job are three records of one energy.",
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
        if run.provenance is None or not run.provenance.importer:
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
