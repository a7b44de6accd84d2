"""Derivations, on screen alone: what stands behind each figure of the results, group by group and run by run.

A figure of a group leads to the rules, factors and runs behind it; a figure of a run to its whole tree: each rule with its
formula, the values in it, and each factor with its source and how it was found.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from lca.catalogue.lookups import LOOKUPS
from lca.engine.derivation import Node, derive
from lca.engine.trace import used
from lca.language import number, say
from lca.report import numbers as n
from lca.report.cells import interval, value
from lca.report.parts import Cell, Column, Row, Table, View
from lca.report.sums import Sum, many, ranked, whole
from lca.report.words import ORDER, capital, clean, country, group, quantity, small, stage

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: figures of a group that are derived, and the unit of the engine
FIGURES = (
    ("facility_energy", "kWh"), ("use_co2e", "kgCO2e"), ("embodied_co2e", "kgCO2e"), ("end_of_life_co2e", "kgCO2e"), ("total_co2e", "kgCO2e"),
)  # fmt: skip
YEARS = tuple(str(year) for year in range(1990, 2101))
MONTHS = tuple(f"{year}-{month:02}" for year in YEARS for month in range(1, 13))
#: groups that have an order of their own
ORDERS = {"stage": ORDER, "year": YEARS, "month": MONTHS}
FACTORS_SHOWN, RUNS_SHOWN, RULES_SHOWN, TREES_SHOWN = 6, 8, 4, 50


class Link(View):
    """Something that stands behind a figure, and where more is said of it."""

    text: str = Field(description="What it is")
    href: str = Field(default="", description="Anchor in this report; empty where it stands in the data files alone")


class Step(View):
    """A quantity or input of one run in the tree of its derivation."""

    name: str = Field(description="Name of the quantity")
    value: str = Field(description="Value with unit, or why there is none")
    rule: str = Field(default="", description="Identifier and version of the rule")
    href: str = Field(default="", description="Anchor of the rule or the factor")
    formula: str = Field(default="", description="Formula")
    filled: str = Field(default="", description="The formula with the values in it")
    said: list[str] = Field(default_factory=list, description="Origin, factor, source, level of fallback")
    missing: bool = Field(default=False, description="Whether it is not determined")
    needs: list[Step] = Field(default_factory=list, description="What it was made from")


class Derivation(View):
    """What stands behind the figures of a group or a run."""

    anchor: str = Field(description="Name by which figures lead here")
    title: str = Field(description="Group or run")
    lead: str = Field(description="How the figures were made")
    figures: Table | None = Field(default=None, description="Figures of a group with their rules")
    factors: list[Link] = Field(default_factory=list, description="Factors with the largest share of the group's total")
    runs: list[Link] = Field(default_factory=list, description="Runs with the largest totals")
    steps: list[Step] = Field(default_factory=list, description="Trees of a run, one per device group")


class _Known(NamedTuple):
    """Anchors of factors and runs by identifier, and the rows of each input that a total rests on."""

    factors: Mapping[str, str]
    runs: Mapping[str, str]
    of_total: Mapping[str, NDArray[np.bool_]]


def build(a: Assessment, groups: Mapping[str, int], factors: Mapping[str, str]) -> list[Derivation]:
    """Derivations of the whole, of the groups by each key of `groups` (with how many are shown), and of the largest runs.

    `factors` are the anchors of the factors in section 6, by identifier.
    """
    of_run = run_anchors(a)
    known = _Known(factors, of_run, used(a.plan, a.columns, ["total_co2e"]))
    names = [name for name, _ in FIGURES]
    totals = {name: whole(a, name) for name in names}
    made = [_group(a, "derive-all", say("All runs"), totals, np.ones(a.rows, bool), known)]
    for key, limit in groups.items():
        held = ranked(a, [key], limit, ORDERS.get(key, ()))
        figures = many(a, names, held.code, held.groups)
        for g, label in enumerate(held.labels):
            title = (
                stage(label[key])
                if key == "stage"
                else country(label[key])
                if key == "country"
                else clean(group(label[key]), 90)
            )
            mine = {name: sums[g] for name, sums in figures.items()}
            made.append(_group(a, f"derive-{key}-{g}", title, mine, held.code == g, known))
    return [*made, *_runs(a, of_run, factors)]


def run_anchors(a: Assessment) -> dict[str, str]:
    """Anchor of each run whose derivation is shown, by its identifier."""
    held = ranked(a, ["run"], min(a.profile.runs_shown, TREES_SHOWN))
    return {label["run"]: f"derive-run-{g}" for g, label in enumerate(held.labels)}


def _group(
    a: Assessment, anchor: str, title: str, figures: Mapping[str, Sum], rows: NDArray[np.bool_], known: _Known
) -> Derivation:  # fmt: skip
    lines = [_figure(a, name, unit, figures[name], rows) for name, unit in FIGURES]
    heads = [Column(label=say("Figure"), width=24), Column(label=say("Value"), width=14, right=True), Column(label=say("95 % interval"), width=18, gap=True),
             Column(label=say("Made by"), width=30), Column(label=say("Entries in full"), width=14)]  # fmt: skip
    runs = len(set(a.activities.run_of_row[rows].tolist()))
    entries = n.counted(int(rows.sum()), "entry", "entries")
    return Derivation(
        anchor=anchor, title=title, figures=Table(columns=heads, rows=lines, prefix=title), factors=_factors(a, rows, known), runs=_largest(a, rows, known.runs),
        lead=say("Sums over {entries} (one per run, device group and year) of {runs}. Each entry is computed by itself; results.csv holds all of them.", entries=entries, runs=n.counted(runs, "run")),
    )  # fmt: skip


def _figure(a: Assessment, name: str, engine: str, s: Sum, rows: NDArray[np.bool_]) -> Row:
    unit = n.scale(s.value, engine)
    shown = value(s, unit)
    if s.value is not None and not s.is_inside:
        shown = Cell(text=n.phrase(s.value, engine), mark=shown.mark, hint=shown.hint)
    codes, count = np.unique(a.columns.get(f"{name}__rule", np.full(a.rows, -1))[rows], return_counts=True)
    order = np.argsort(-count, kind="stable")
    told = [
        f"{a.plan.rules[c].cite}: {n.count(k)}"
        for c, k in zip(codes[order].tolist(), count[order].tolist(), strict=True)
        if c >= 0
    ]
    first = next((f"rule-{a.plan.rules[c].id}" for c in codes[order].tolist() if c >= 0), "")
    rules = "; ".join(told[:RULES_SHOWN])
    if len(told) > RULES_SHOWN:
        rules = say("{rules}; {n} more", rules=rules, n=n.count(len(told) - RULES_SHOWN))
    cells = [
        Cell(text=quantity(name), sub=name), shown, interval(s, unit), Cell(text=rules or n.DOES_NOT_APPLY, href=first),
        Cell(text=say("{rows} of {whole}", rows=n.count(s.rows - s.missing), whole=n.count(s.rows))),
    ]  # fmt: skip
    return Row(cells=cells, total=name == "total_co2e")


def _factors(a: Assessment, rows: NDArray[np.bool_], known: _Known) -> list[Link]:
    size = np.nan_to_num(a.columns.get("total_co2e", np.zeros(a.rows)))[rows]
    whole_size = float(size.sum())
    weight: dict[int, tuple[float, str]] = {}
    for lookup in {x.column: x for x in LOOKUPS}.values():
        code = a.activities.columns.get(f"{lookup.column}__factor")
        if code is None or lookup.column not in known.of_total:
            continue
        held = np.where(known.of_total[lookup.column], code, -1)[rows].astype(np.int64)
        there = held >= 0
        if there.any():
            sums = np.bincount(held[there], size[there])
            for c in np.flatnonzero(sums).tolist():
                if sums[c] > weight.get(c, (0.0, ""))[0]:
                    weight[c] = (float(sums[c]), lookup.meaning)
    made = []
    for c, (w, meaning) in sorted(weight.items(), key=lambda item: (-item[1][0], item[0]))[:FACTORS_SHOWN]:
        f = a.resolved.factors[c]
        place = f", {clean(f.name, 60)}" if f.name and f.name != f.quantity else ""
        text = say(
            "{meaning}{place}: {printed}, in {share} of the total",
            meaning=capital(say(meaning)),
            place=place,
            printed=n.unit_text(f.printed),
            share=n.share(w, whole_size),
        )
        made.append(Link(text=clean(text, 240), href=known.factors.get(f.id, "")))
    return made


def _largest(a: Assessment, rows: NDArray[np.bool_], anchors: Mapping[str, str]) -> list[Link]:
    size = np.nan_to_num(a.columns.get("total_co2e", np.zeros(a.rows)))
    runs, at = np.unique(a.activities.run_of_row[rows], return_inverse=True)
    sums = np.bincount(at.reshape(-1), size[rows], len(runs))
    best = np.argsort(-sums, kind="stable")[:RUNS_SHOWN]
    ids = [a.activities.runs[int(runs[b])].id for b in best]
    made = [
        Link(text=f"{clean(name, 64)}: {n.phrase(float(sums[b]), 'kgCO2e')}", href=anchors.get(name, ""))
        for name, b in zip(ids, best, strict=True)
    ]
    left = len(runs) - len(made)
    return [*made, *([Link(text=say("{n} more, in results.csv", n=n.count(left)))] if left else [])]


def _runs(a: Assessment, anchors: Mapping[str, str], factors: Mapping[str, str]) -> list[Derivation]:
    ids = {r.id: number for number, r in enumerate(a.activities.runs)}
    made = []
    for name, at in anchors.items():
        number = ids[name]
        run, source = a.activities.runs[number], a.origin(number)
        rows = np.flatnonzero(a.activities.run_of_row == number)
        trees = [_step(derive(a, "total_co2e", int(row)), factors) for row in rows[:RUNS_SHOWN]]
        lead = say(
            "{system}, {stage}; from {file}, row {row}. Each rule is computed again from the values shown.",
            system=clean(run.system.name, 64), stage=small(stage(run.stage)), file=clean(source.path.rpartition("/")[2], 80), row=source.row,
        )  # fmt: skip
        if len(rows) > RUNS_SHOWN:
            more = say(
                "The first {shown} of {rows} device groups are shown.", shown=RUNS_SHOWN, rows=n.count(len(rows))
            )
            lead = f"{lead} {more}"
        made.append(Derivation(
            anchor=at, title=clean(name, 64), steps=trees, lead=lead,
        ))  # fmt: skip
    return made


def _step(x: Node, factors: Mapping[str, str]) -> Step:
    if x.reason:
        return Step(name=x.name, value=say("not determined: {reason}", reason=clean(say(x.reason), 300)), missing=True)
    told = _sized(x.value, x.unit)
    if x.rule is None:
        behind = [say("factor {factor}", factor=x.factor)] if x.factor else [say(x.said)] if x.said else []
        span = [n.span(_plain(x.interval[0]), _plain(x.interval[1]))] if x.interval is not None else []
        notes = [clean(n.unit_text(note), 300) for note in [*span, *behind, *map(say, x.notes)]]
        return Step(name=x.name, value=told, href=factors.get(x.factor, ""), said=notes)
    if x.above:
        return Step(name=x.name, value=told, said=[say("derived above")])
    r = x.rule
    inside = [say("0 because it is inside {inside} already: nothing is added", inside=r.inside)] if r.inside else []
    return Step(
        name=x.name, value=told, rule=r.cite, href=f"rule-{r.id}", formula=_set(r.formula), filled=_filled(x), needs=[_step(y, factors) for y in x.needs],
        said=[say("tier {tier}; {references}", tier=x.tier, references=clean(r.references[0], 200)), *inside],
    )  # fmt: skip


def _sized(size: float, unit: str) -> str:
    if math.isnan(size):
        return say(n.NOT_AVAILABLE)
    text = _plain(size)
    return text if unit == "1" else f"{text}{n.THIN}{n.unit_text(unit)}"


def _plain(size: float) -> str:
    """A number to six digits, as it can be computed with."""
    return say(number(f"{size:.6g}".replace("-", n.MINUS)))


def _set(formula: str) -> str:
    return formula.replace(" * ", " × ").replace(" - ", f" {n.MINUS} ")


def _filled(x: Node) -> str:
    """The formula with values in place of the names; empty where a function stands in it that values would hide."""
    assert x.rule is not None
    held = {y.name: _sized(y.value, y.unit) if not math.isnan(y.value) else "0" for y in x.needs}
    if not held:
        return ""
    names = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, held), key=len, reverse=True))})\b")
    return _set(names.sub(lambda m: held[m[0]], x.rule.formula))
