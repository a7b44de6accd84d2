"""A run outside the period of the report, in whole or in part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lca.checks import TOLD_ONE_BY_ONE, Check, Evidence, Finding
from lca.checks.run_divided import NAMED, named
from lca.engine.outside import Outside
from lca.language import joined, plural, said
from lca.numerals import spelled
from lca.statements import Period
from lca.time_parts import BASES

CHECK = Check(
    code="outside-period",
    severity="warning",
    looks_for="A run outside the period of the report, in whole or in part",
    why="What lies outside belongs to another report: it is in no figure of this one.",
    remedy="Correct the period of the profile or the time of the run, or give the run to the report of its period.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """What lies before the begin or after the end of the profile's period, with its amounts."""
    period, outside = a.profile.period, a.outside
    if period is None or outside is None:
        return
    rows = ~outside.undated
    numbers = np.unique(outside.activities.run_of_row[rows]).tolist()
    if len(numbers) > NAMED:
        yield _many(a, outside, period, numbers)
        return
    for number in numbers:
        yield CHECK.at(_one(a, outside, period, number), outside.activities.runs[number].id, "start")


def _one(a: Evidence, outside: Outside, period: Period, number: int) -> str:
    held = outside.activities
    rows = held.run_of_row == number
    amounts = outside.of(rows).told()
    if held.numbers[number] not in set(a.activities.numbers):
        return said(
            "the run lies outside {start} to {end} and is in no figure: {amounts}",
            start=period.start, end=period.end, amounts=amounts,
        )  # fmt: skip
    basis = held.divided[int(np.flatnonzero(rows)[0])].basis
    return said(
        "a part of the run lies outside {start} to {end} and is in no figure: {amounts}, divided {basis}",
        start=period.start, end=period.end, amounts=amounts, basis=BASES[basis],
    )  # fmt: skip


def _many(a: Evidence, outside: Outside, period: Period, numbers: list[int]) -> Finding:
    held, counted = outside.activities, set(a.activities.numbers)
    cut = {number for number in numbers if held.numbers[number] in counted}
    bases = {part.basis for row, part in held.divided.items() if int(held.run_of_row[row]) in cut}
    ids = sorted(held.runs[number].id for number in numbers)
    message = said(
        "{n} runs lie outside {start} to {end} and are in no figure: {amounts}; {names}",
        n=spelled(len(ids)), start=period.start, end=period.end, amounts=outside.of(~outside.undated).told(), names=named(ids),
    )  # fmt: skip
    if cut:
        message = plural(
            len(cut), "{told}; {n} of them lies outside in part and was divided {basis}",
            "{told}; {n} of them lie outside in part and were divided {basis}",
            told=message, n=spelled(len(cut)), basis=joined(", ", [BASES[basis] for basis in sorted(bases)]),
        )  # fmt: skip
    return replace(CHECK.at(message, None, "start"), count=len(ids), runs=tuple(sorted(ids)[:TOLD_ONE_BY_ONE]))
