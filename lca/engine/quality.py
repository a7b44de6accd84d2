"""Data quality: scores by the criteria of ISO 14044:2006, 4.2.3.6.2, a grade, and the share of primary data.

Each part of the total of each entry is as good as the weakest input that it rests on, indicator by indicator of the
pedigree matrix (1 best, 5 worst); parts and entries are weighted by their emissions. The grade is that of the data quality
rating of the Product Environmental Footprint, Recommendation (EU) 2021/2279, annex I.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import DEFINED
from lca.catalogue.factor_set import INDICATORS
from lca.catalogue.lookups import LEVEL_NAMES, LEVELS
from lca.catalogue.pedigree import BEST, Pedigree, Scores, worse
from lca.engine.kernel import Array
from lca.engine.register.slots import SLOTS
from lca.engine.spreads import uses
from lca.engine.summary import exact_sums
from lca.engine.trace import used

if TYPE_CHECKING:
    from lca.assessment import Assessment

Rows = NDArray[np.int64]
#: the parts of the total
PARTS = ("use_co2e", "embodied_co2e", "end_of_life_co2e")
#: class of a rating up to so much
CLASSES = ((1.5, "excellent"), (2.0, "very good"), (3.0, "good"), (4.0, "fair"), (5.0, "poor"))
#: indicators of which the rating is the mean: technology, geography, time, precision
RATED = ("technological", "geographical", "temporal", "reliability")
#: score of what stands in for something that is not known, and of reliability and completeness where nobody scored them
STAND_IN, UNSCORED = 4, 5
#: energies, which are data of an activity and have no emission factor
ENERGIES = ("it_energy", "facility_energy")
#: figure -> column of the intensity of what its electricity is contracted at
CONTRACTED = {"use_co2e_market": "factor", "total_co2e_market": "lifecycle"}
EVIDENCES = ("A", "B", "C")


class Use(NamedTuple):
    """An input as a part of the total uses it: its column, the code of its factor (-1: a statement), scores, and the rows."""

    column: str
    factor: int
    scores: Scores
    rows: Rows


class Cause(NamedTuple):
    """An input that sets the score of an indicator, and the share of the total where it does."""

    column: str
    factor: int
    share: float


class Quality(NamedTuple):
    """Scores of the total and of its parts by indicator, and what follows from them; all weights are emissions."""

    scores: dict[str, float]
    parts: dict[str, dict[str, float]]  # part of the total -> indicator -> score
    rating: float
    grade: str
    weakest: str  # the indicator with the worst score among those of the rating
    causes: list[Cause]  # what sets it, the largest share first
    evidence: dict[str, float]  # grade of evidence -> share of the total whose weakest factor has it
    unscored: set[int]  # codes of factors that nobody scored


def examine(a: Assessment) -> Quality | None:
    """Quality of the data on which the total rests; None where no part of it is known."""
    pedigree = Pedigree(a.catalogue.sets)
    evidence = np.asarray(
        [(*EVIDENCES, "").index(f.evidence if f.evidence in EVIDENCES else "") for f in a.resolved.factors]
    )
    weights: dict[str, Array] = {}
    held: dict[str, list[Use]] = {}
    sums: dict[str, Array] = {}
    worst: dict[str, NDArray[np.int8]] = {}
    rests, unscored = np.zeros(len(EVIDENCES)), set[int]()
    for part in PARTS:
        size = np.maximum(np.nan_to_num(a.columns[part]), 0.0) if part in a.columns else np.zeros(a.rows)
        if not size.any():
            continue
        weights[part], held[part] = size, list(_uses(a, part, size > 0, pedigree, unscored))
        worst[part] = np.ones((len(INDICATORS), a.rows), np.int8)
        least = np.full(a.rows, -1)
        for use in held[part]:
            for n, score in enumerate(use.scores):
                worst[part][n, use.rows] = np.maximum(worst[part][n, use.rows], score)
            if use.factor >= 0 and evidence[use.factor] < len(EVIDENCES):
                least[use.rows] = np.maximum(least[use.rows], evidence[use.factor])
        sums[part] = _weighed(worst[part], size)
        rests += exact_sums(least[least >= 0], size[least >= 0], len(EVIDENCES))
    if not weights:
        return None
    sizes = {part: math.fsum(size.tolist()) for part, size in weights.items()}
    whole = sum(sizes.values())
    total = np.sum(list(sums.values()), axis=0) / whole
    scores = dict(zip(INDICATORS, total.tolist(), strict=True))
    rating = sum(scores[name] for name in RATED) / len(RATED)
    weakest = max(RATED, key=lambda name: scores[name])
    return Quality(
        scores, {p: dict(zip(INDICATORS, (s / sizes[p]).tolist(), strict=True)) for p, s in sums.items()}, rating,
        grade(rating), weakest, _causes(held, worst, weights, INDICATORS.index(weakest), whole),
        dict(zip(EVIDENCES, (rests / whole).tolist(), strict=True)), unscored,
    )  # fmt: skip


def _weighed(scores: NDArray[np.int8], size: Array) -> Array:
    """Sum of score times size per indicator, rounded once per score: the same in whatever order the rows come."""
    return np.asarray([exact_sums(row.astype(np.int64), size, 6) @ np.arange(6) for row in scores])


def grade(rating: float) -> str:
    """Class of a rating."""
    return next((name for limit, name in CLASSES if rating <= limit), CLASSES[-1][1])


def _uses(a: Assessment, part: str, rows: NDArray[np.bool_], pedigree: Pedigree, unscored: set[int]) -> Iterator[Use]:
    """Inputs of a part of the total, each with its scores."""
    columns = a.activities.columns
    for column, mask in used(a.plan, a.columns, [part]).items():
        if column in a.columns or column not in columns:
            continue
        values = columns[column]
        mine = np.flatnonzero(mask & rows & ~np.isnan(values))
        code = columns.get(f"{column}__factor")
        of_factor = np.full(len(mine), -1) if code is None else code[mine].astype(np.int64)
        yield from _statements(a, column, mine[of_factor < 0], pedigree)
        mine, of_factor = mine[of_factor >= 0], of_factor[of_factor >= 0]
        if len(mine):
            level = columns[f"{column}__level"][mine]
            kinds, which = uses(a.activities, a.resolved, pedigree, column, mine, of_factor)
            for number, (factor, use) in enumerate(kinds):
                at = np.flatnonzero(which == number)
                found = LEVEL_NAMES[int(level[at[0]])]
                scores = worse(_own(a, factor, pedigree, unscored), worse(use.scores, _stand_in(found)))
                yield Use(column, factor, scores, mine[at])


def _own(a: Assessment, code: int, pedigree: Pedigree, unscored: set[int]) -> Scores:
    factor = a.resolved.factors[code]
    spec = pedigree.of_factor(factor)
    if spec is not None:
        return spec.scores
    if factor.set_id not in pedigree.sets:  # what the profile states counts as exact where statements do
        return BEST
    unscored.add(code)
    return UNSCORED, UNSCORED, 1, 1, 1


def _stand_in(level: str) -> Scores:
    """Scores of a level of fallback. What its interval covers already does not widen it, but it is no better for that."""
    if LEVELS[level].tier < STAND_IN:
        return BEST
    return (1, 1, 1, STAND_IN, 1) if level == "world" else (1, 1, 1, 1, STAND_IN)


def _statements(a: Assessment, column: str, rows: Rows, pedigree: Pedigree) -> Iterator[Use]:
    if column in DEFINED:
        rows = rows[a.activities.columns[column][rows] != DEFINED[column]]
    tiers = a.activities.columns.get(f"{column}__tier")
    of_tier = np.zeros(len(rows), np.int64) if tiers is None else tiers[rows].astype(np.int64)
    for tier in np.unique(of_tier).tolist():
        spec = pedigree.of_statement(column, tier)
        yield Use(column, -1, BEST if spec is None else spec.scores, rows[of_tier == tier])


def _causes(
    held: Mapping[str, list[Use]], worst: Mapping[str, NDArray[np.int8]], weights: Mapping[str, Array], indicator: int, whole: float
) -> list[Cause]:  # fmt: skip
    """Inputs that set an indicator where it is not the best, the largest share of the total first."""
    shares: dict[tuple[str, int], float] = {}
    for part, found in held.items():
        for use in found:
            score = use.scores[indicator]
            if score > 1:
                sets = use.rows[worst[part][indicator, use.rows] == score]
                key = (use.column, use.factor)
                shares[key] = shares.get(key, 0.0) + math.fsum(weights[part][sets].tolist())
    made = [Cause(column, factor, size / whole) for (column, factor), size in shares.items() if size > 0]
    return sorted(made, key=lambda c: (-c.share, c.column, c.factor))


class Primary(NamedTuple):
    """How much of a figure rests on primary data: on those of the activity, and on those of its emission factor as well."""

    activity: float
    both: float


def primary(a: Assessment, figure: Mapping[str, Any]) -> Primary | None:
    """Shares of primary data in a figure of the whole; None where it is 0 or not determined.

    PACT counts emissions of which both the data of the activity and the emission factor are primary (Pathfinder
    Framework 2.0, 4.2.1). Measured energy is primary data of an activity. Grid averages and published footprints are
    secondary; what an instrument states of its own generation is primary. A footprint that a run states for a device
    bears no share of its own, so none is counted.
    """
    name, value = figure["quantity"], figure["value"]
    if not value or value < 0:
        return None
    activity = figure["by_tier"][0] / value
    if name in ENERGIES:
        return Primary(activity, activity)
    if name not in CONTRACTED:
        return Primary(activity, 0.0)
    of_contracts = _of_contracts(a, CONTRACTED[name])
    return Primary(activity, min(math.fsum(of_contracts.tolist()) / value, activity))


def _of_contracts(a: Assessment, intensity: str) -> Array:
    """Emissions in each row of measured energy under instruments that state their own intensity."""
    out, columns = np.zeros(a.rows), a.activities.columns
    measured = a.columns["facility_energy__tier"] == 1
    for slot in range(1, SLOTS + 1):
        name = f"contract_{slot}_{intensity}"
        if name in columns and f"contract_{slot}_share" in columns:
            own = measured & (columns[f"{name}__factor"] < 0) & (columns[f"{name}__tier"] == 1)
            made = columns[f"contract_{slot}_share"] * columns[name] * a.columns["facility_energy"]
            out += np.where(own, np.nan_to_num(made), 0.0)
    return out


def as_data(a: Assessment) -> dict[str, Any] | None:
    """Key `data_quality` of the assessment."""
    made = a.quality
    if made is None:
        return None
    shares = {
        f["quantity"]: primary(a, f)
        for f in a.figure_list(())
        if f["quantity"] in (*ENERGIES, *PARTS, "total_co2e", *CONTRACTED)
    }
    return {
        "rating": made.rating, "grade": made.grade, "scores": made.scores, "parts": made.parts, "weakest": made.weakest,
        "causes": [
            {"input": c.column, "factor": a.resolved.factors[c.factor].id if c.factor >= 0 else None, "share": c.share}
            for c in made.causes[:10]
        ],
        "evidence": made.evidence, "unscored": sorted(a.resolved.factors[code].id for code in made.unscored),
        "primary_data_share": {name: held.both for name, held in shares.items() if held is not None},
        "primary_activity_share": {name: held.activity for name, held in shares.items() if held is not None},
    }  # fmt: skip
