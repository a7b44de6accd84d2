"""Runs from files of different formats that look like one piece of work."""

from __future__ import annotations

from collections.abc import Iterator

from lca.activity import as_utc
from lca.catalogue.devices import fold
from lca.checks import Check, Evidence, Finding
from lca.errors import shorten
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


def find(a: Evidence) -> Iterator[Finding]:
    """Imported runs whose time lies in that of a run from another kind of file, on devices of the same kind and number."""
    alike: dict[tuple[str, float], list[tuple[float, float, int]]] = {}
    for number, run in enumerate(a.runs):
        if run.provenance is None or not run.provenance.importer:
            continue
        window, key = _window(run), _devices(a, run)
        if window is not None and key is not None:
            alike.setdefault(key, []).append((*window, number))
    for held in alike.values():
        if len({a.runs[n].provenance.importer for _, _, n in held}) > 1:  # type: ignore[union-attr]
            yield from _overlaps(a, sorted(held))


def _overlaps(a: Evidence, held: list[tuple[float, float, int]]) -> Iterator[Finding]:
    active: list[tuple[float, float, int]] = []
    told: set[int] = set()
    for begin, end, number in held:
        active = [w for w in active if w[1] > begin]
        run = a.runs[number]
        for other_begin, other_end, other in active:
            first = a.runs[other]
            if _of(run)[0] == _of(first)[0]:
                continue
            common = min(end, other_end) - max(begin, other_begin)
            if common < COMMON * min(end - begin, other_end - other_begin):
                continue
            later, earlier, length = (
                (number, other, end - begin)
                if end - begin <= other_end - other_begin
                else (other, number, other_end - other_begin)
            )
            if later in told:
                continue
            told.add(later)
            one = a.runs[earlier]
            yield CHECK.at(
                f"it ran on as many devices of the same kind as run {shorten(one.id)} of {_of(one)[1]}, and {100 * common / length:.0f} % of its time "
                "lies in that run's: if both are one piece of work, it counts twice",
                a.runs[later].id,
            )
        active.append((begin, end, number))


def _of(run: Run) -> tuple[str, str]:
    assert run.provenance is not None  # `find` has looked
    return run.provenance.importer or "", run.provenance.source or ""


def _window(run: Run) -> tuple[float, float] | None:
    if run.start is None or run.end is None:
        return None
    begin, end = as_utc(run.start).timestamp(), as_utc(run.end).timestamp()
    return (begin, end) if end > begin else None


def _devices(a: Evidence, run: Run) -> tuple[str, float] | None:
    """Kind and number of the devices of a run that has one group of them."""
    if len(run.devices) != 1 or not run.devices[0].model:
        return None
    device = run.devices[0]
    known = a.devices.resolve(device.model or "")
    return (known.id if known is not None else fold(device.model or ""), float(device.count or 1))
