"""Computation used for training, beside the amounts that the EU AI Act and its guidelines name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.factor_set import Factor
from lca.catalogue.store import Catalogue
from lca.checks import TOLD_ONE_BY_ONE, Check, Evidence, Finding
from lca.errors import shorten
from lca.language import listed, said
from lca.numerals import spelled

CHECK = Check(
    code="training-compute-threshold",
    severity="info",
    looks_for="The computation used for training each system, beside 1e25 FLOP (Article 51(2) of the EU AI Act) and 1e23 FLOP "
    "(Commission guidelines of July 2025)",
    why="Duties of providers hang on these amounts. A comparison is not a legal finding.",
    remedy="State work.flops, or parameters and tokens, of every run that went into the system.",
)


#: stages whose work goes into a system before it serves
STAGES = ("data", "experimentation", "training", "finetuning")
#: quantities of the two amounts, the larger first
AMOUNTS = ("systemic_risk_flops", "general_purpose_flops")


class Work(NamedTuple):
    """Computation used for one system, or for each model of a system whose runs state several sizes. `lacking`: runs of its training stages for which none is known, of `runs`."""

    system: str
    flops: float
    stated: float
    runs: int
    lacking: int


def thresholds(catalogue: Catalogue) -> list[Factor]:
    """The amounts to compare with, the larger first; empty where the profile leaves their set out."""
    found = {f.quantity: f for f in catalogue.factors if f.quantity in AMOUNTS}
    return [found[name] for name in AMOUNTS] if len(found) == len(AMOUNTS) else []


def per_system(
    activities: Activities, results: Mapping[str, NDArray[Any]], rules: Sequence[Any]
) -> list[Work]:  # fmt: skip
    """Systems with known computation, largest first. Stages after training do not count."""
    flops = results.get("training_flops")
    if flops is None or not len(flops):
        return []
    known = np.isin(
        results["training_flops__rule"], [n for n, r in enumerate(rules) if r.id == "training-flops-stated"]
    )
    runs, of = len(activities.runs), activities.run_of_row
    total = np.bincount(of, np.nan_to_num(flops), runs)
    if not total.any():
        return []
    stated = np.bincount(of, np.where(known, np.nan_to_num(flops), 0.0), runs)
    lacks = np.bincount(of, np.isnan(flops), runs) > 0
    before = [n for n, stage in enumerate(activities.stages) if stage in STAGES]
    of_interest = {activities.systems[n] for n in before if total[n] > 0}
    before = [n for n in before if activities.systems[n] in of_interest]
    held: dict[str, list[float]] = {}
    for name, number in zip(_models(activities, before), before, strict=True):
        sums = held.setdefault(name, [0.0, 0.0, 0, 0])
        for place, value in enumerate((total[number], stated[number], 1, int(lacks[number]))):
            sums[place] += value
    found = [Work(name, float(s[0]), float(s[1]), int(s[2]), int(s[3])) for name, s in held.items() if s[0] > 0]
    return sorted(found, key=lambda w: (-w.flops, w.system))


def _models(activities: Activities, numbers: Sequence[int]) -> list[str]:
    """Systems of runs, with the parameters where runs of one name state several: those are several models."""
    sizes: dict[str, set[float | None]] = {}
    for number in numbers:
        sizes.setdefault(activities.systems[number], set()).add(activities.runs[number].system.parameters)
    several = {name for name, found in sizes.items() if len(found - {None}) > 1}
    if not several:
        return [activities.systems[n] for n in numbers]
    told = {n: activities.runs[n].system.parameters for n in numbers if activities.systems[n] in several}
    sized = {
        n: f", {spelled(size / 1e9, 4)} billion parameters" if size else ", of no stated size"
        for n, size in told.items()
    }
    return [activities.systems[n] + sized.get(n, "") for n in numbers]


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per system, the largest first; beyond a number of them, one for all others."""
    amounts = thresholds(a.catalogue)
    if not amounts:
        return
    found = per_system(a.activities, a.results, a.plan.rules)
    outside = per_system(a.outside.activities, a.outside.results, a.plan.rules) if a.outside is not None else []
    cut = {work.system for work in outside}
    for work in found[:TOLD_ONE_BY_ONE]:
        parts = listed(
            said(
                "above {value} FLOP ({name}, {share} of it)" if work.flops > f.value else "not above {value} FLOP ({name}, {share} of it)",
                value=spelled(f.value), name=f.name, share=spelled(work.flops / f.value, 3),
            )
            for f in amounts
        )  # fmt: skip
        told = said(
            "{system}: {flops} FLOP of training computation, {parts}",
            system=shorten(work.system),
            flops=spelled(work.flops, 4),
            parts=parts,
        )
        if work.lacking:
            told = said(
                "{told}; {n} of {runs} runs before use state no work", told=told, n=work.lacking, runs=work.runs
            )
        if work.system in cut:
            told = said("{told}; what was trained outside the period is not in it", told=told)
        yield CHECK.at(said("{told}. A comparison, not a legal finding", told=told), None, "work")
    if len(found) > TOLD_ONE_BY_ONE:
        yield CHECK.at(
            said("{n} more systems, of less computation each, are in the figures", n=len(found) - TOLD_ONE_BY_ONE),
            None,
            "work",
        )
