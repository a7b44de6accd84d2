"""Runs that are claimed as alternatives of each other: of each set one comes true, so that a sum over them is no total."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lca.language import say
from lca.report import numbers as n
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment


class Alternatives(NamedTuple):
    """Sets of runs of which one comes true, by their numbers, and how many runs stand beside them."""

    sets: list[list[int]]
    others: int

    @property
    def runs(self) -> int:
        """How many alternatives there are."""
        return sum(map(len, self.sets))

    @property
    def label(self) -> str:
        """What a range over them is."""
        if len(self.sets) == 1:
            told = say("lowest to highest of {runs} alternatives", runs=n.count(self.runs))
        else:
            told = say("lowest to highest, one of each of {sets} sets of alternatives", sets=n.count(len(self.sets)))
        others = n.counted(self.others, "other run")
        return say("{alternatives}, with {others}", alternatives=told, others=others) if self.others else told

    @property
    def caution(self) -> str:
        """What a reader must know before any sum."""
        runs, sets = n.count(self.runs), n.count(len(self.sets))
        if len(self.sets) == 1:
            told = say("Sums in this report add {runs} alternatives, of which only one can come true.", runs=runs)
        else:
            told = say(
                "Sums in this report add {runs} alternatives, of which only {sets}, one of each set, can come true.",
                runs=runs,
                sets=sets,
            )
        return say("{sums} Such a sum is no total: read the rows one by one.", sums=told)


class Span(NamedTuple):
    """The least and the most that comes true, and the runs that make it so in the first set."""

    low: float
    high: float
    lowest: str
    highest: str


def found(a: Assessment) -> Alternatives | None:
    """Sets of alternatives among the runs of an assessment: a run and those that are said to save against it."""
    numbers = {run.id: number for number, run in enumerate(a.activities.runs)}
    parent: dict[int, int] = {}

    def root(x: int) -> int:
        while parent.setdefault(x, x) != x:
            x = parent[x]
        return x

    for number in a.activities.having["claim"]:
        claim = a.activities.runs[number].claim
        base = numbers.get(claim.saving_against or "") if claim is not None else None
        if base is not None and base != number:
            parent[max(root(number), root(base))] = min(root(number), root(base))
    sets: dict[int, list[int]] = {}
    for number in sorted(parent):
        sets.setdefault(root(number), []).append(number)
    held = list(sets.values())
    return Alternatives(held, len(numbers) - sum(map(len, held))) if held else None


def span(a: Assessment, made: Alternatives, quantity: str) -> Span | None:
    """A quantity with the least and with the greatest of each set; None where none of a set has it."""
    runs = len(a.activities.runs)
    values = a.columns.get(quantity, np.full(a.rows, np.nan))
    known = np.bincount(a.activities.run_of_row, ~np.isnan(values), runs) > 0
    size = np.bincount(a.activities.run_of_row, np.nan_to_num(values), runs)
    rest = float(size.sum())
    ends: list[tuple[int, int]] = []
    for members in made.sets:
        able = [m for m in members if known[m]]
        if not able:
            return None
        rest -= float(size[members].sum())
        ends.append((min(able, key=lambda m: size[m]), max(able, key=lambda m: size[m])))
    rest = 0.0 if not made.others else max(rest, 0.0)
    low, high = (rest + sum(float(size[pair[side]]) for pair in ends) for side in (0, 1))
    first = [clean(a.activities.systems[m], 60) for m in ends[0]]
    return Span(low, high, first[0], first[1])


def total_label(a: Assessment) -> str:
    """What the last row of a table of sums is called."""
    return say("Total") if found(a) is None else say("Sum of alternatives, no total")
