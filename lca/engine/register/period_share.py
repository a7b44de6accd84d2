"""How much of an instrument belongs to the period of the report, where that cuts the runs that name it.

An instrument of a run covers all of its consumption alike: what the part outside the period drew under it is not there
for the part inside.
"""

from __future__ import annotations

import math

import numpy as np

from lca.activity import Activities, duration_hours
from lca.engine.register.entries import Entry
from lca.engine.register.slices import Clock, Numbers
from lca.time_parts import Part, Within, divide


def kept(entry: Entry, activities: Activities, clock: Clock, energy: Numbers, within: Within) -> float:
    """Share of an instrument's energy that is there for the rows that count: 1 where its runs lie in the period."""
    if entry.holdings or entry.instrument.energy is None or not activities.divided:
        return 1.0
    inside, everything = [], []
    for number in sorted(entry.runs):
        first, last = np.searchsorted(activities.run_of_row, (number, number + 1)).tolist()
        counted = {activities.divided[row].number for row in range(first, last) if row in activities.divided}
        run = activities.runs[number]
        parts = divide(run, duration_hours(run), within.edges)
        if not counted:
            counted = {part.number for part in parts}
        used = math.fsum(np.nan_to_num(energy[first:last]).tolist())
        share = math.fsum(part.energy for part in parts if part.number in counted)
        whole = used / share if share > 0 else 0.0
        for part in parts:
            drawn = whole * part.energy * _open(entry, part, clock, first)
            everything.append(drawn)
            inside.append(drawn if part.number in counted else 0.0)
    mine, total = math.fsum(inside), math.fsum(everything)
    return mine / total if mine > 0 else 1.0  # of what is held for no part inside it is told that it covers nothing


def _open(entry: Entry, part: Part, clock: Clock, row: int) -> float:
    """Share of a part's time that lies in the period of an instrument."""
    begin, end, at = part.start, part.end, np.asarray([row])
    if entry.instrument.start is not None:
        begin = max(begin, float(clock.limit(entry.instrument.start, at)[0]))
    if entry.instrument.end is not None:
        end = min(end, float(clock.limit(entry.instrument.end, at)[0]))
    return max(end - begin, 0.0) / (part.end - part.start) if part.end > part.start else 1.0
