"""Logs that overlap in time and name no device: those of one device are recognised by their samples, which are the same in both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from lca.activity import as_utc
from lca.ingest.formats import DEVICE, Note
from lca.ingest.record import Record
from lca.language import said

#: samples that two logs must have in common, and the share of those at times that both hold
COMMON, AGREE = 8, 0.95
#: values among them that must differ: a constant power may be that of two devices
DISTINCT = 3
#: significant digits of a value, as two ways of reading it agree on
DIGITS = 9


def settle(records: Sequence[Record]) -> list[Record]:
    """The records, those of one device with a host in common; where their samples are constant, the doubt is told."""
    out = list(records)
    for one, other in _alike(records):
        common = _common(records[one], records[other])
        if len(set(common)) >= DISTINCT:
            hosts = out[one].hosts or (f"{DEVICE}samples of {one}",)
            out[one], out[other] = out[one]._replace(hosts=hosts), out[other]._replace(hosts=hosts)
        elif common:
            message = said(
                "{file} holds the same constant samples at the same times: if both are logs of one device, it counts twice",
                file=records[one].origin.path,
            )
            out[other] = out[other]._replace(notes=(*out[other].notes, Note("possible-double-count", message, "power")))
    return out


def _alike(records: Sequence[Record]) -> list[tuple[int, int]]:
    """Pairs of records of one format in two files that have a sample in common."""
    numbers = list(_overlapping(records))
    holders: dict[tuple[str, int, str], list[int]] = {}
    for number in numbers:
        record = records[number]
        if record.marks is not None:
            for stamp, value in record.marks.samples().items():
                holders.setdefault((record.format, stamp, f"{value:.{DIGITS}g}"), []).append(number)
    pairs = {pair for held in holders.values() if len(held) > 1 for pair in combinations(held, 2)}
    return sorted((a, b) for a, b in pairs if records[a].origin.path != records[b].origin.path)


def _overlapping(records: Sequence[Record]) -> Iterator[int]:
    """Records with marks and without a host whose time overlaps that of one in another file."""
    windows = sorted(
        (*window, n) for n, r in enumerate(records) if r.marks is not None and not r.hosts and (window := _window(r))
    )
    until, last = float("-inf"), -1
    seen: set[int] = set()
    for begin, end, number in windows:
        if begin < until:
            seen |= {last, number}
        if end > until:
            until, last = end, number
    yield from sorted(seen)


def _window(record: Record) -> tuple[float, float] | None:
    run = record.run
    if run.start is None or run.end is None:
        return None
    return as_utc(run.start).timestamp(), as_utc(run.end).timestamp()


def _common(one: Record, other: Record) -> list[str]:
    """Values of the samples that both hold, none where too few of those at common times agree."""
    assert one.marks is not None
    assert other.marks is not None
    first, second = one.marks.samples(other.marks.limit), other.marks.samples(one.marks.limit)
    stamps = first.keys() & second.keys()
    values = [f"{first[s]:.{DIGITS}g}" for s in sorted(stamps) if f"{first[s]:.{DIGITS}g}" == f"{second[s]:.{DIGITS}g}"]
    return values if len(values) >= COMMON and len(values) >= AGREE * len(stamps) else []
