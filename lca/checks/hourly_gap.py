"""Hours of a run for which its zone's hourly series has no factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lca.catalogue.hourly import COLUMNS
from lca.checks import TOLD_ONE_BY_ONE, Check, Evidence, Finding
from lca.language import said
from lca.numerals import spelled

CHECK = Check(
    code="hourly-gap",
    severity="warning",
    looks_for="Hours of a run that have no hourly factor, left out of the mean of the others",
    why="The energy of those hours is taken to be as clean as that of the others.",
    remedy="Lay a fuller series over the shipped one with --factors, or leave the finding to stand.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """Runs of which some hours are matched and some are not, each told once."""
    told: dict[int, tuple[int, int, float]] = {}
    columns = a.activities.columns
    for name in COLUMNS:
        lacking = columns.get(f"{name}__lacking")
        if lacking is None:
            continue
        hours, gap = columns[f"{name}__hours"], columns[f"{name}__gap"]
        rows = np.flatnonzero(a.is_used(name) & (lacking > 0))
        _, first = np.unique(a.activities.piece_of_row[rows], return_index=True)  # device groups share their hours
        found: dict[int, tuple[int, int, float]] = {}
        for row in rows[first].tolist():
            part = a.activities.divided.get(row)
            run, share = int(a.activities.run_of_row[row]), part.energy if part is not None else 1.0
            before = found.get(run, (0, 0, 0.0))
            found[run] = (
                before[0] + int(lacking[row]),
                before[1] + int(hours[row]),
                before[2] + float(gap[row]) * share,
            )
        for run, gaps in found.items():
            told.setdefault(run, gaps)
    if len(told) <= TOLD_ONE_BY_ONE:
        for number, (some, hours_, share) in told.items():
            message = said(
                "{some} of {hours} hours have no hourly factor: {share} of the energy is taken at the mean of the others",
                some=some,
                hours=hours_,
                share=spelled(share, 3),
            )
            yield CHECK.at(message, a.runs[number].id, "location")
    else:
        some, hours_ = sum(t[0] for t in told.values()), sum(t[1] for t in told.values())
        message = said(
            "{some} of {hours} hours of {told} runs have no hourly factor: their energy is taken at the mean of the others",
            some=some,
            hours=hours_,
            told=len(told),
        )
        ids = tuple(sorted(a.runs[number].id for number in told)[:TOLD_ONE_BY_ONE])
        yield replace(CHECK.at(message, None, "location"), count=len(told), runs=ids)
