"""A run without a date in a report of a period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lca.checks import TOLD_ONE_BY_ONE, Check, Evidence, Finding
from lca.checks.run_divided import NAMED, named
from lca.language import plural, said
from lca.numerals import spelled

CHECK = Check(
    code="undated-run",
    severity="warning",
    looks_for="A run that states neither start nor end, in a report of a period",
    why="Nothing says that it belongs to the period.",
    remedy="Give the run its start or its end. To count all runs without a date in this report, write `undated: include` in the profile.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs without a date: left out with their amounts, or counted because the profile says so."""
    period = a.profile.period
    if period is None:
        return
    if a.outside is not None and a.outside.undated.any():
        held, rows = a.outside.activities, a.outside.undated
        numbers = np.unique(held.run_of_row[rows]).tolist()
        for number in numbers if len(numbers) <= NAMED else ():
            message = said(
                "the run has no date, so that it is not known whether it lies in {start} to {end}: it is in no figure ({amounts})",
                start=period.start, end=period.end, amounts=a.outside.of(held.run_of_row == number).told(),
            )  # fmt: skip
            yield CHECK.at(message, held.runs[number].id, "start")
        if len(numbers) > NAMED:
            ids = sorted(held.runs[number].id for number in numbers)
            message = said(
                "{n} runs have no date, so that it is not known whether they lie in {start} to {end}: they are in no figure ({amounts}); {names}",
                n=spelled(len(ids)), start=period.start, end=period.end, amounts=a.outside.of(rows).told(), names=named(ids),
            )  # fmt: skip
            yield replace(CHECK.at(message, None, "start"), count=len(ids), runs=tuple(sorted(ids)[:TOLD_ONE_BY_ONE]))
    undated = np.isnan(a.activities.start_of_row) & np.isnan(a.activities.end_of_row)
    if undated.any():
        ids = sorted(a.runs[number].id for number in np.unique(a.activities.run_of_row[undated]).tolist())
        message = plural(
            len(ids),
            "{n} run has no date and counts in the period {start} to {end}, as the profile says (`undated: include`): {names}",
            "{n} runs have no date and count in the period {start} to {end}, as the profile says (`undated: include`): {names}",
            n=spelled(len(ids)), start=period.start, end=period.end, names=named(ids),
        )  # fmt: skip
        found = CHECK.at(message, ids[0] if len(ids) == 1 else None, "start", "info")
        yield replace(found, count=len(ids), runs=tuple(sorted(ids)[:TOLD_ONE_BY_ONE]) if len(ids) > 1 else ())
