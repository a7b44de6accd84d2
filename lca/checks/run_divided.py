"""A run that was divided in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lca.checks import TOLD_ONE_BY_ONE, Check, Evidence, Finding
from lca.errors import shorten
from lca.language import joined, plural, said
from lca.numerals import spelled
from lca.time_parts import BASES, Part, told

CHECK = Check(
    code="run-divided",
    severity="info",
    looks_for="A run over the turn of a year, which was divided so that each part takes the factors of its year",
    why="A log gives the energy of the whole run. What fell into each year follows from its power series where it has one; else an even use over its time is assumed.",
    remedy="Give the run its power series, or a log for each year, where its use was not even.",
)
#: as many runs are named where several are told of at once
NAMED = 3


def find(a: Evidence) -> Iterator[Finding]:
    """Runs with rows for several parts in time, by what divided them: one with its shares, several by their number."""
    parts: dict[int, dict[int, Part]] = {}
    for row, part in a.activities.divided.items():
        parts.setdefault(int(a.activities.run_of_row[row]), {})[part.number] = part
    years = {number: _by_year(list(held.values())) for number, held in parts.items()}
    for basis in (1, 2):
        numbers = [n for n, held in years.items() if len(held) > 1 and held[0].basis == basis]
        if not numbers:
            continue
        ids = [a.runs[n].id for n in numbers]
        if len(ids) == 1:
            yield CHECK.at(_one(years[numbers[0]], basis), ids[0], "start")
            continue
        message = said(
            "{n} runs last over the turn of a year and were divided there, their energy and work {basis}: {names}",
            n=spelled(len(ids)), basis=BASES[basis], names=named(ids),
        )  # fmt: skip
        yield replace(CHECK.at(message, None, "start"), count=len(ids), runs=tuple(sorted(ids)[:TOLD_ONE_BY_ONE]))


def _by_year(parts: list[Part]) -> list[Part]:
    """Parts joined to one for each year: idle time is divided by months too."""
    out: list[Part] = []
    for part in parts:
        if out and out[-1].year == part.year:
            out[-1] = out[-1]._replace(end=part.end, energy=out[-1].energy + part.energy)
        else:
            out.append(part)
    return out


def _one(parts: list[Part], basis: int) -> str:
    shares = joined(", ", [
        said("{share} % from {start} to {end}", share=spelled(100 * p.energy, 4), start=told(p.start), end=told(p.end))
        for p in parts
    ])  # fmt: skip
    return said(
        "the run lasts over the turn of a year and was divided there, its energy and work {basis}: {shares}",
        basis=BASES[basis], shares=shares,
    )  # fmt: skip


def named(ids: list[str]) -> str:
    """The first of several runs by their ids, and how many more there are."""
    first = joined(", ", [shorten(one) for one in sorted(ids)[:NAMED]])
    more = len(ids) - NAMED
    if more <= 0:
        return first
    return plural(more, "{names} and {n} more", "{names} and {n} more", names=first, n=spelled(more))
