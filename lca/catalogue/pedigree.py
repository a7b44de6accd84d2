"""How wide an input is: its own interval, or the scores of the pedigree matrix that its factor set documents.

GSD² = exp(sqrt(sum of (ln U)² + (ln basic)²)), with one U per indicator and score: Weidema and Wesnæs 1996, as ecoinvent
uses it; the coefficients are those of Ciroth et al. 2016 (version 2) or of ecoinvent 2 (version 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from lca.catalogue.factor_set import INDICATORS, Factor, FactorSet
from lca.distribution import KINDS, Distribution, lognormal
from lca.errors import FactorError, shorten

#: quantity of a factor -> what it is
COEFFICIENT, BASIC, YEARS = "pedigree_factor", "basic_uncertainty", "temporal_years"
#: sets whose rows say how wide is what a run states
OF_STATEMENTS = "uncertainty/"

Scores = tuple[int, int, int, int, int]
BEST: Scores = (1, 1, 1, 1, 1)


class Spec(NamedTuple):
    """What a factor set documents of a quantity: form of its intervals, basic uncertainty, scores (1 best, 5 worst), why."""

    distribution: str
    basic: str
    scores: Scores
    why: str


def worse(first: Scores, second: Scores) -> Scores:
    """The worse of two scores for each indicator."""
    a, b, c, d, e = (max(pair) for pair in zip(first, second, strict=True))
    return a, b, c, d, e


class Pedigree:
    """Coefficients and scores of all sets, the earlier ones first. `version` is v1 or v2 of the coefficients, or none."""

    def __init__(self, sets: Sequence[FactorSet], version: str = "v2") -> None:
        self.version = version
        factors = [f for s in sets for f in s.factors if f.quantity in (COEFFICIENT, BASIC, YEARS)]
        self._u = {f.key[-1]: f.value for f in reversed(factors)}
        self._years = sorted((f.value, int(f.key[-1].split()[-1])) for f in factors if f.quantity == YEARS)
        self.sets = {s.id: _specs(s) for s in sets}
        self._statements: dict[tuple[str, str], Spec] = {}
        for s in reversed(sets):
            if s.id.startswith(OF_STATEMENTS):
                self._statements |= self.sets[s.id]

    def of_factor(self, factor: Factor) -> Spec | None:
        """What the set of a factor documents of it, None where it documents nothing."""
        held = self.sets.get(factor.set_id)
        if held is None:
            return self.of_statement(factor.quantity)
        return held.get((factor.quantity, factor.evidence)) or held.get((factor.quantity, ""))

    def of_statement(self, column: str, tier: int = 0) -> Spec | None:
        """How wide is what a run or a profile states without an interval, None for what counts as exact."""
        if self.version == "none":
            return None
        return self._statements.get((column, f"tier {tier}")) or self._statements.get((column, ""))

    def temporal(self, years: float) -> int:
        """Score of a datum that is `years` older or younger than its use; NaN: its age is not known."""
        return next((score for limit, score in self._years if years < limit), 5) if self._years else 1

    def gsd2(self, spec: Spec, scores: Scores = BEST) -> float:
        """Squared geometric standard deviation; of two scores for an indicator the worse counts."""
        if self.version == "none":
            return 1.0
        worst = zip(INDICATORS, worse(spec.scores, scores), strict=True)
        logs = [self._log(f"{self.version}/{name}/{score}") for name, score in worst]
        return math.exp(math.hypot(*logs, self._log(spec.basic) if spec.basic else 0.0))

    def _log(self, key: str) -> float:
        return math.log(self._u.get(key, 1.0))

    def distribution(
        self, factor: Factor, use: Scores = BEST, floor: float = 0.0, ceiling: float = math.inf
    ) -> Distribution | None:
        """Distribution of a factor as it is used. `use`: scores that follow from how it was found (year, area).

        Its own interval goes before the scores of its set; the use then widens it by a factor drawn apart. None where
        neither is known.
        """
        spec = self.of_factor(factor)
        low, high = factor.low, factor.high
        if low == low or high == high:
            form = factor.distribution or (spec.distribution if spec else "lognormal")
            if form == "lognormal" and not (low > floor or low != low):
                form = "pert"  # no lognormal reaches its floor
            of_use = Spec(form, "", BEST, "")
            return Distribution(form, factor.value, low, high, floor, ceiling, math.log(self.gsd2(of_use, use)) / 2)
        return None if spec is None else lognormal(factor.value, self.gsd2(spec, use), floor, ceiling)

    @cached_property
    def is_known(self) -> bool:
        """Whether there are coefficients at all."""
        return bool(self._u) and self.version != "none"


def _specs(made: FactorSet) -> dict[tuple[str, str], Spec]:
    out: dict[tuple[str, str], Spec] = {}
    for number, row in enumerate(made.uncertainty, start=2):
        where = f"{made.path / 'uncertainty.csv'}: row {number}"
        if row["distribution"] not in KINDS:
            raise FactorError(f"{where}: distribution", "unknown distribution", f"Use {', '.join(KINDS)}.",
                              shorten(row["distribution"]))  # fmt: skip
        scores = []
        for name in INDICATORS:
            if row[name] not in ("1", "2", "3", "4", "5"):
                raise FactorError(f"{where}: {name}", "not a score", "Write 1 (best) to 5.", shorten(row[name]))
            scores.append(int(row[name]))
        first, second, third, fourth, fifth = scores
        key = (row["quantity"], row.get("when") or "")
        out[key] = Spec(row["distribution"], row.get("basic") or "", (first, second, third, fourth, fifth), row["why"])
    return out
