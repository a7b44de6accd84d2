"""A stated duration that differs from end minus start, or device hours that do not fit into it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.activity import as_utc
from lca.checks import Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="duration-mismatch",
    severity="warning",
    looks_for="A stated duration that differs from end minus start, or more device hours than the devices have in it",
    why="One of the three is wrong.",
    remedy="Correct the log, or leave one of them out.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Differences above 1 %; the stated duration and the stated device hours are used."""
    columns = a.activities
    hours = columns.over_parts(columns.column("stated_device_hours"))
    most = columns.column("device_count") * columns.over_parts(columns.column("duration"))
    for row in np.flatnonzero(hours > 1.01 * most).tolist():
        told = said(
            "{hours} device hours, number of devices times duration {most} h: the device hours are used",
            hours=spelled(hours[row]),
            most=spelled(most[row]),
        )
        field = f"devices[{int(columns.group_of_row[row])}].device_hours"
        yield from CHECK.per_run(a, [int(columns.run_of_row[row])], told, field)
    for number, run in a.having("end"):
        if run.duration is None or run.start is None or run.end is None:
            continue
        span = (as_utc(run.end) - as_utc(run.start)).total_seconds() / 3600.0
        if abs(span - run.duration.value) > 0.01 * max(span, run.duration.value):
            yield from CHECK.per_run(
                a,
                [number],
                said(
                    "duration {value} h, end minus start {span} h: the duration is used",
                    value=spelled(run.duration.value),
                    span=spelled(span),
                ),
                "duration",
            )
