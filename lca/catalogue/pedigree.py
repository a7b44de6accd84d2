"""How wide an input is: its own interval, the spread of its kind, or the scores of the pedigree matrix of its factor set.

A factor set names the kind of its quantities; `uncertainty/kinds` says how wide factors of a kind are, and how far apart
what is meant and what stands in for it lie. The grade of evidence has no part in a width: a figure is not surer for being
copied carefully. Where a set names no kind, its scores count:

GSD² = exp(sqrt(sum of (ln U)² + (ln basic)²)), with one U per indicator and score: Weidema and Wesnæs 1996, as ecoinvent
uses it; the coefficients are those of Ciroth et al. 2016 (version 2) or of ecoinvent 2 (version 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from lca.catalogue.factor_set import INDICATORS, Factor, FactorSet
from lca.distribution import KINDS, Distribution, Z, lognormal
from lca.errors import FactorError, nearest, shorten

#: quantity of a factor -> what it is
COEFFICIENT, BASIC, YEARS = "pedigree_factor", "basic_uncertainty", "temporal_years"
KIND, STAND_IN = "kind_spread", "stand_in_spread"
#: quantities for which it is known how far apart years and places lie
STANDING_IN = ("grid_direct", "grid_lifecycle", "residual_mix")
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


class Use(NamedTuple):
    """How a factor is used: scores that follow from how it was found, and what it stands in for."""

    scores: Scores = BEST
    stand_ins: tuple[str, ...] = ()


#: a factor for its own place, year and scope
AS_MEANT = Use()


class Pedigree:
    """Coefficients and scores of all sets, the earlier ones first. `version` is v1 or v2 of the coefficients, or none."""

    def __init__(self, sets: Sequence[FactorSet], version: str = "v2") -> None:
        self.version = version
        factors = [f for s in sets for f in s.factors if f.quantity in (COEFFICIENT, BASIC, YEARS)]
        self._u = {f.key[-1]: f.value for f in reversed(factors)}
        self._years = sorted((f.value, int(f.key[-1].split()[-1])) for f in factors if f.quantity == YEARS)
        self._kinds = {f.key[-1]: f.value for s in reversed(sets) for f in s.factors if f.quantity == KIND}
        self._stand_ins = {f.key[-1]: f for s in reversed(sets) for f in s.factors if f.quantity == STAND_IN}
        self._kinds_of = {s.id: s.kinds for s in sets if s.kinds}
        for s in sets:
            self._require_kinds(s)
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
        keys = ((factor.quantity, when) for when in (factor.source, factor.evidence, ""))
        return next((held[key] for key in keys if key in held), None)

    def _require_kinds(self, made: FactorSet) -> None:
        for kind in made.kinds.values():
            if kind not in self._kinds:
                closest = nearest(kind, set(self._kinds))
                remedy = f"The nearest is {closest}." if closest else "`lca factors uncertainty/kinds` lists them."
                raise FactorError(
                    f"{made.path / 'datapackage.json'}: lca.kind", "no such kind of factor", remedy, shorten(kind)
                )

    def kind_of(self, factor: Factor) -> str:
        """The kind of a factor, by its set; empty where the set names none."""
        kinds = self._kinds_of.get(factor.set_id, {})
        return kinds.get(factor.quantity) or kinds.get("", "")

    def stand_ins(self, factor: Factor, column: str, level: str, is_wider: bool, years: float) -> tuple[str, ...]:
        """What a factor stands in for, by the names of `uncertainty/kinds`: a direct factor, a nearer place, another year."""
        if factor.quantity not in STANDING_IN or not self.kind_of(factor):
            return ()
        found = ["life-cycle"] if column == "grid_stand_in" else []
        if is_wider:
            found.append("country")
        if level == "state":
            found.append("state")
        if not years < 1:  # NaN: the year of the use is not known
            name = "grid_lifecycle" if factor.quantity == "grid_lifecycle" else "grid_direct"
            known = sorted(int(key.split()[1]) for key in self._stand_ins if key.startswith(f"{name} "))
            if known:
                found.append(f"{name} {next((n for n in known if years <= n), known[-1])} years")
        return tuple(key for key in found if key in self._stand_ins)

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
        self, factor: Factor, use: Use = AS_MEANT, floor: float = 0.0, ceiling: float = math.inf
    ) -> Distribution | None:
        """Distribution of a factor as it is used. `use`: what follows from how it was found (year, area, scope).

        Its own interval goes before the spread of its kind, and that before the scores of its set; the use then widens it by
        a factor drawn apart. None where nothing is known.
        """
        spec = self._documented(factor)
        low, high = factor.low, factor.high
        kind = self.kind_of(factor)
        if low == low or high == high:
            form = factor.distribution or (spec.distribution if spec else "lognormal")
            if form == "lognormal" and not (low > floor or low != low):
                form = "pert"  # no lognormal reaches its floor
            own = Spec(form, "", BEST, "")
            below, above = self._of_stand_ins(use)
            spread = math.log(self.gsd2(own, self._left(use))) / 2
            spread = math.hypot(spread, max(below, above) / Z)
            return Distribution(form, factor.value, low, high, floor, ceiling, spread)
        if kind:
            return self._of_kind(factor.value, kind, use, floor, ceiling)
        return None if spec is None else lognormal(factor.value, self.gsd2(spec, use.scores), floor, ceiling)

    def _documented(self, factor: Factor) -> Spec | None:
        """What a set documents of a quantity of a source, whatever the grade of evidence of the factor."""
        held = self.sets.get(factor.set_id, {})
        found = held.get((factor.quantity, factor.source)) or held.get((factor.quantity, ""))
        return found or self.of_factor(factor)

    def _left(self, use: Use) -> Scores:
        """Scores of a use that no stand-in covers: a stand-in says itself how far its year and area lie away."""
        return BEST if use.stand_ins else use.scores

    def _of_stand_ins(self, use: Use) -> tuple[float, float]:
        """How far below and above what is meant may lie, as logarithms of ratios, 95 %."""
        if self.version == "none":
            return 0.0, 0.0
        rows = [self._stand_ins[key] for key in use.stand_ins]
        below, above = ([math.log(end(row)) for row in rows] for end in (lambda f: f.low, lambda f: f.high))
        return math.hypot(*below), math.hypot(*above)

    def _of_kind(self, value: float, kind: str, use: Use, floor: float, ceiling: float) -> Distribution:
        """A lognormal with the spread of the kind, and of what the factor stands in for, which need not be symmetric."""
        if self.version == "none":
            return lognormal(value, 1.0, floor, ceiling)
        own = (
            math.hypot(math.log(self._kinds[kind]), math.log(self.gsd2(Spec("", "", BEST, ""), self._left(use))))
            * Z
            / 2
        )
        below, above = (math.hypot(own, side) for side in self._of_stand_ins(use))
        over = value - floor
        return Distribution(
            "lognormal", value, floor + over * math.exp(-below), floor + over * math.exp(above), floor, ceiling
        )

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
