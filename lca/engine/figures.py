"""Figures: sums per group and quantity, with interval, rules, factors, tier and what is missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lca.engine.plan import Plan
from lca.engine.summary import Partial, exact_sums, partial, patterns
from lca.engine.trace import Paths
from lca.engine.uncertainty import Bands, Sampler
from lca.language import said
from lca.quantities import BY_NAME, FUNCTIONAL_UNITS, NAMES, OF_SCI, OF_SYSTEM, PER_UNIT, RESOURCES, TIER_NAMES

Columns = Mapping[str, NDArray[Any]]


class WhyMissing(Protocol):
    """Why rows lack a quantity (see `engine.reasons`)."""

    def of(self, quantity: str, row: int) -> str:
        """Why a row lacks a quantity."""

    def row_per_group(self, quantity: str, code: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
        """A row of each group that lacks a quantity, -1 where none does."""


class Grouping:
    """Rows to groups: `code` of each row, `labels` of each group."""

    def __init__(self, by: Sequence[str], labels: Callable[[str], list[str]], rows: int) -> None:
        self.by = tuple(by)
        code = np.zeros(rows, np.int64)
        parts: list[tuple[list[str], NDArray[np.int64]]] = []
        for key in self.by:
            told = labels(key)
            index = {label: n for n, label in enumerate(dict.fromkeys(told))}
            own = np.fromiter(map(index.__getitem__, told), np.int64, len(told))
            parts.append((list(index), own))
            code = code * max(len(index), 1) + own
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        order = np.argsort(first)  # groups in the order in which they occur
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        self.code = rank[inverse.reshape(-1)] if rows else code
        self.labels = [
            {key: names[own[row]] for key, (names, own) in zip(self.by, parts, strict=True)} for row in first[order]
        ]
        if not self.by:
            self.labels = [{}]

    def __len__(self) -> int:
        return len(self.labels)


class Summary:
    """Everything that figures are made from."""

    def __init__(
        self,
        plan: Plan,
        inputs: Columns,
        results: Columns,
        sampler: Sampler,
        factor_ids: Sequence[str],
        piece_of_row: NDArray[np.int64],
    ) -> None:
        self.plan, self.inputs, self.results, self.sampler = plan, inputs, results, sampler
        self.factor_ids, self.piece_of_row = factor_ids, piece_of_row
        held = {n for n in NAMES if n in results and not np.isnan(results[n]).all()}
        self.names = tuple(n for n in NAMES if n in held or not BY_NAME[n].optional)
        self.pattern, first = patterns([results[f"{s.quantity}__rule"] for s in plan.steps])
        self.paths = Paths(plan, results, first)
        self.factor_columns = {k[: -len("__factor")]: c for k, c in inputs.items() if k.endswith("__factor")}
        self._inside: dict[str, list[int]] = {}  # quantity -> codes of the rules that find it inside another
        for code, rule in enumerate(plan.rules):
            if rule.inside:
                self._inside.setdefault(rule.gives, []).append(code)
        self.kind, self.kind_row = patterns([self.pattern, *self.factor_columns.values()])  # same rules, same factors

    def figures(self, grouping: Grouping, why: WhyMissing, names: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Figures of all quantities for each group, in order of group and quantity; of `names` alone, without those per unit of work."""
        asked = [name for name in self.names if name in names] if names else self.names
        groups = len(grouping)
        rests = self._rests(grouping)
        bands = self.sampler.bands(asked, grouping.code, groups)
        made: list[list[dict[str, Any]]] = [[] for _ in range(groups)]
        for name in asked:
            part = self.partial(name, grouping.code, groups)
            gaps = why.row_per_group(name, grouping.code, groups)
            rules, factors = rests(name)
            inside = self.inside(name, grouping.code, groups)
            for g in range(groups):
                figure = _figure(grouping.labels[g], name, BY_NAME[name].unit, part, g, bands.get(name))
                figure["rules"], figure["factors"] = rules[g], factors[g]
                if inside[g]:
                    figure["inside"] = int(inside[g])
                if name in RESOURCES and figure["missing"] and figure["value"] is not None:
                    figure["partial"] = True
                if figure["missing"] or figure["value"] is None:
                    figure["reason"] = why.of(name, int(gaps[g])) if gaps[g] >= 0 else said("nothing was assessed")
                made[g].append(figure)
        for unit in FUNCTIONAL_UNITS if not names else ():
            self._per_unit(unit, grouping, made)
        return [figure for group in made for figure in group]

    def nothing(self, why: str) -> list[dict[str, Any]]:
        """Figures of the whole where there are no rows: none is determined, each for the same reason."""
        empty: dict[str, Any] = {
            "value": None,
            "low": None,
            "high": None,
            "median": None,
            "rules": [],
            "factors": [],
            "tier": None,
        }
        return [
            {"by": {}, "quantity": name, "unit": BY_NAME[name].unit, **empty, "rows": 0, "missing": 0, "reason": why}
            for name in self.names
        ]

    def partial(self, name: str, code: NDArray[np.int64], groups: int) -> Partial:
        """Sums of a quantity per group. A sum of parts is of the tiers of its parts: a default for one does not make all of it one."""
        made = partial(self.results, name, code, groups)
        step = self.plan.step(name)
        if step is None or not any(rule.partial for rule in step.rules):
            return made
        parts = [self.partial(need, code, groups).by_tier for need in step.rules[0].needs]
        return replace(made, by_tier=np.sum(parts, axis=0))

    def inside(
        self, name: str, code: NDArray[np.int64], groups: int, of: NDArray[np.bool_] | bool = True
    ) -> NDArray[np.int64]:
        """Rows per group in which a quantity is 0 because another quantity already holds it (see `Rule.inside`)."""
        chosen, among = self.results.get(f"{name}__rule"), self._inside.get(name)
        if chosen is None or not among:
            return np.zeros(groups, np.int64)
        return np.bincount(code, np.isin(chosen, among) & of, groups).astype(np.int64)

    def _rests(self, grouping: Grouping) -> Callable[[str], tuple[list[list[str]], list[list[str]]]]:
        """For a quantity: the rules and the factors that its figure rests on, for each group."""
        kinds, patterns_ = len(self.kind_row), int(self.pattern.max(initial=0)) + 1
        groups, size = len(grouping), len(self.factor_ids)
        group, kind = np.divmod(np.unique(grouping.code * kinds + self.kind), kinds)
        cell = group * patterns_ + self.pattern[self.kind_row[kind]]  # group and rules
        group_of, pattern_of = np.divmod(np.unique(cell), patterns_)
        by_id = sorted(range(size), key=self.factor_ids.__getitem__)
        rank = np.argsort(by_id)
        names = [self.factor_ids[c] for c in by_id]
        uses = []  # cell, number of the column, rank of the factor
        for number, column in enumerate(self.factor_columns.values()):
            code = column[self.kind_row[kind]].astype(np.int64)
            known = code >= 0
            if not known.any():
                continue
            at, ranked = np.divmod(np.unique(cell[known] * size + rank[code[known]]), max(size, 1))
            uses.append(np.stack([at // patterns_, at % patterns_, np.full(len(at), number), ranked]))
        of_group, of_pattern, of_column, of_factor = (
            np.concatenate(uses, axis=1) if uses else np.zeros((4, 0), np.int64)
        )

        @cache
        def columns(inputs: frozenset[str]) -> NDArray[np.bool_]:
            return np.asarray([name in inputs for name in self.factor_columns], bool)

        def of(name: str) -> tuple[list[list[str]], list[list[str]]]:
            rests = [self.paths.of(p, name) for p in range(patterns_)]
            rules: list[set[int]] = [set() for _ in range(groups)]
            for g, p in zip(group_of.tolist(), pattern_of.tolist(), strict=True):
                rules[g] |= rests[p][0]
            counts = np.stack([columns(inputs) for _, inputs in rests])[of_pattern, of_column]
            factors: list[list[str]] = [[] for _ in range(groups)]
            for use in np.unique(of_group[counts] * size + of_factor[counts]).tolist():
                factors[use // size].append(names[use % size])
            return [sorted(self.plan.rules[c].cite for c in held) for held in rules], factors

        return of

    def amount(self, work: str) -> NDArray[np.float64] | None:
        """Amount of work per row, NaN where it is not known; None where no run gives it."""
        if work == "flops":  # stated, or derived from tokens
            return self.results.get("training_flops")
        return self.inputs.get("parameters_total" if work == "parameters" else f"work_{work}")

    def _torn(self, amount: NDArray[np.float64], code: NDArray[np.int64], groups: int) -> NDArray[np.bool_]:
        """Groups that hold some device groups of a run that states work, and not all that worked side by side."""
        pieces = int(self.piece_of_row.max(initial=-1)) + 1
        if pieces == len(code):  # each has one row
            return np.zeros(groups, bool)
        first, last = np.full(pieces, groups), np.full(pieces, -1)
        np.minimum.at(first, self.piece_of_row, code)
        np.maximum.at(last, self.piece_of_row, code)
        out = np.zeros(groups, bool)
        out[code[((first != last)[self.piece_of_row]) & ~np.isnan(amount)]] = True
        return out

    def _per_unit(self, unit: str, grouping: Grouping, made: list[list[dict[str, Any]]]) -> None:
        """Ratios of sums over the runs that state the amount of work; none where the denominator is 0 or missing."""
        work, size, _ = FUNCTIONAL_UNITS[unit]
        amount = self.amount(work)
        if amount is None or (work in OF_SYSTEM and not {"system", "run"} & set(grouping.by)):
            return
        stated = ~np.isnan(amount)
        if not stated.any():
            return
        groups = len(grouping)
        some = np.bincount(grouping.code[stated], minlength=groups) > 0
        differ = np.zeros(groups, bool)
        if work in OF_SYSTEM:
            total, differ = _one_amount(amount, grouping.code, groups)
            stated = some[grouping.code]
        else:
            total = exact_sums(grouping.code, np.where(stated, amount, 0.0), groups)
        torn = self._torn(amount, grouping.code, groups) if f"work_{work}" in self.inputs else np.zeros(groups, bool)
        here = np.flatnonzero(stated)
        code = grouping.code[here]
        rows = np.bincount(code, minlength=groups)
        base = [{f["quantity"]: f for f in held} for held in made]
        names = [
            n
            for n in self.names
            if n in PER_UNIT and n in self.results and (unit not in OF_SCI or n.startswith("sci_"))
        ]
        bands = self.sampler.bands(names, grouping.code, groups, None if stated.all() else stated)
        for name in names:
            values, parts = self.results[name][here], self.results.get(f"{name}__missing")
            nan = np.isnan(values)
            known = exact_sums(code, np.where(nan, 0.0, values), groups)
            absent = np.bincount(code[nan], minlength=groups)
            missing = absent if parts is None else np.bincount(code[nan | (parts[here] > 0)], minlength=groups)
            inside = self.inside(name, grouping.code, groups, stated)
            by_tier = self.partial(name, np.where(stated, grouping.code, groups), groups + 1).by_tier
            for g in range(groups):
                if not some[g]:
                    continue
                of = base[g][name]
                figure = {"by": grouping.labels[g], "quantity": f"{name}_per_{unit}", "unit": BY_NAME[name].unit,
                          "value": None, "low": None, "high": None, "median": None, "rules": of["rules"], "factors": of["factors"],
                          "tier": of["tier"], "rows": int(rows[g]), "missing": int(missing[g])}  # fmt: skip
                if inside[g]:
                    figure["inside"] = int(inside[g])
                if torn[g]:
                    figure["reason"] = said(
                        "a run has device groups in several of these groups, and its work.{work} is not split between them",
                        work=work,
                    )
                elif differ[g]:
                    figure["reason"] = said("its runs state different numbers of {work}", work=work)
                elif not total[g] > 0:
                    figure["reason"] = said(
                        "work.{work} is 0: a ratio with this denominator is not determined", work=work
                    )
                elif absent[g]:
                    figure["reason"] = said(
                        "{name} is not determined for every run that states work.{work}", name=name, work=work
                    )
                else:
                    per = size / float(total[g])
                    value = float(known[g]) * per
                    if not math.isfinite(value):
                        figure["reason"] = said("work.{work} is too small for a ratio", work=work)
                        made[g].append(figure)
                        continue
                    figure["value"], figure["shares"] = value, shares(by_tier[:, g].tolist())
                    bound(figure, bands.get(name), g, per)
                    if missing[g]:
                        figure["reason"] = of.get("reason", said("a part of the sum is not determined"))
                made[g].append(figure)


def is_inside(figure: Mapping[str, Any]) -> bool:
    """Whether a figure is 0 only because another one already holds all of it."""
    return figure["value"] == 0 and 0 < figure.get("inside", 0) == figure["rows"] - figure["missing"]


def _one_amount(
    amount: NDArray[np.float64], code: NDArray[np.int64], groups: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The one amount of each group, and whether its rows state different ones."""
    least, most = np.full(groups, np.inf), np.full(groups, -np.inf)
    np.fmin.at(least, code, amount)
    np.fmax.at(most, code, amount)
    return np.where(np.isfinite(most), most, 0.0), most > least


def _figure(by: dict[str, str], name: str, unit: str, part: Partial, g: int, bands: Bands | None) -> dict[str, Any]:
    known = part.tier[g] > 0
    figure: dict[str, Any] = {
        "by": by, "quantity": name, "unit": unit, "value": float(part.total[g]) if known else None, "low": None,
        "high": None, "median": None, "rules": [], "factors": [], "tier": int(part.tier[g]) or None, "rows": int(part.rows[g]),
        "missing": int(part.missing[g]),
    }  # fmt: skip
    if known:
        figure["by_tier"] = part.by_tier[:, g].tolist()
        figure["shares"] = shares(figure["by_tier"])
        bound(figure, bands, g)
    return figure


def shares(by_tier: Sequence[float]) -> dict[str, float] | None:
    """How much of a figure is measured, modelled, rated or a default; None for a figure of 0."""
    size = math.fsum(by_tier)
    return {name: part / size for name, part in zip(TIER_NAMES, by_tier, strict=True)} if size > 0 else None


def bound(figure: dict[str, Any], bands: Bands | None, g: int, per: float = 1.0) -> None:
    """Give a figure that has a value its interval and its median, where they are known."""
    if figure["value"] is not None:
        figure["low"], figure["median"], figure["high"] = ends(figure["value"], bands, g, per)


def ends(
    value: float, bands: Bands | None, g: int, per: float = 1.0
) -> tuple[float, float, float] | tuple[None, None, None]:
    """Lower bound, median and upper bound of a figure: None each where nothing has a width.

    A bound that is the value but for the last digits of its draws is the value.
    """
    if bands is None or not bands.high[g] > bands.low[g]:
        return None, None, None
    low, median, high = (float(held[g]) * per for held in bands)
    near = 1e-9 * abs(value)
    return (value if abs(low - value) < near else low), median, (value if abs(high - value) < near else high)
