"""Time that a log counts from the start of a training: its last value counts, and that of each leg where it was resumed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from lca.errors import Fault
from lca.ingest.formats import Note
from lca.ingest.torn_rows import torn_row
from lca.language import plural, said


class Point(NamedTuple):
    """One row: its line, its step or epoch, and the seconds since the start."""

    row: int
    step: float
    seconds: float


class Elapsed(NamedTuple):
    """The whole time, how many legs it is made of, and the rows whose time lies above what follows."""

    seconds: float
    legs: int
    outliers: list[Point]


def elapsed(points: Sequence[Point]) -> Elapsed:
    """The time that a training took.

    Rows in another order than their steps are sorted, where all is well afterwards. Elsewhere a time that falls below the one before
    it begins a new leg, as of a training that was resumed; but where only one value stands above its neighbours, that one is wrong.
    """
    ordered = sorted(points, key=lambda p: p.step)
    steps = {p.step for p in points}
    if len(steps) == len(points) and all(a.seconds <= b.seconds for a, b in itertools.pairwise(ordered)):
        return Elapsed(ordered[-1].seconds if ordered else 0.0, 1, [])
    outliers: list[Point] = []
    legs: list[list[Point]] = []
    for point in points:
        leg = legs[-1] if legs else []
        if leg and point.seconds >= leg[-1].seconds:
            leg.append(point)
        elif len(leg) > 1 and point.seconds >= leg[-2].seconds:
            outliers.append(leg.pop())
            leg.append(point)
        else:
            legs.append([point])
    return Elapsed(sum(leg[-1].seconds for leg in legs), len(legs), outliers)


def notes(found: Elapsed, rows: int) -> tuple[Note, ...]:
    """What to tell of the time: the last row counts, or that of each leg; and that the log holds no energy."""
    no_energy = Note("no-energy", said("the log states how long it took, and neither energy nor power"), "energy")
    if found.legs > 1:
        told = plural(
            found.legs - 1,
            "the time begins anew once, as of a training that was resumed; both of its legs count",
            "the time begins anew {n} times, as of a training that was resumed; all of its legs count",
            n=found.legs - 1,
        )
        return (Note("cumulative-rows", told, "duration", "warning"), no_energy)
    if rows < 2:
        return (no_energy,)
    told = said("{rows} rows count the time from the start; the last one counts", rows=rows)
    return (Note("cumulative-rows", told, "duration"), no_energy)


def faults(shown: str, field: str, outliers: Sequence[Point]) -> list[Fault]:
    """Rows whose time lies above that of the row that follows."""
    return [
        torn_row(f"{shown}: row {p.row}", field, f"{p.seconds:.10g} s", "later than the row that follows")
        for p in outliers
    ]
