"""Claims put to the test: each run that carries one is assessed again, by the same engine, under other accounting views.

A view is a copy of the run with one thing changed. No number is made here: every figure is one of the engine, and the
savings are ratios of two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from lca.assessment import of_activities
from lca.catalogue.factor_set import Factor
from lca.catalogue.levers import Lever, levers
from lca.checks.claim_not_testable import technologies
from lca.checks.claim_outside_evidence import claimed_saving
from lca.expand import expand
from lca.run import Electricity, Run
from lca.units import Quantity

if TYPE_CHECKING:
    from lca.assessment import Assessment

AS_CLAIMED, LIFE_CYCLE, SUPPLY = "as-claimed", "life-cycle", "supply-"
SHOWN = ("facility_energy", "use_co2e_location", "use_co2e", "embodied_co2e", "end_of_life_co2e", "total_co2e",
         "use_co2e_market", "total_co2e_market")  # fmt: skip
#: (view, quantity) by which a run is compared with the one it is said to save against
COMPARED = (
    (AS_CLAIMED, "use_co2e_location"), (LIFE_CYCLE, "use_co2e"), (LIFE_CYCLE, "total_co2e"),
    (LIFE_CYCLE, "total_co2e_market"),
)  # fmt: skip


@dataclass(frozen=True)
class View:
    """A run under one view: its figures by quantity, and the factor that was put in place of the stated one."""

    key: str
    figures: dict[str, dict[str, Any]]
    factor: Factor | None = None


@dataclass(frozen=True)
class Tested:
    """A run with a claim, its views, the saving that it declares, and the findings to be read beside it."""

    run: Run
    views: tuple[View, ...]
    base: tuple[View, ...]
    saving: float | None
    evidence: tuple[Lever, ...]

    def view(self, key: str) -> View:
        """One of the views."""
        return next(v for v in self.views if v.key == key)

    def saved(self, key: str, quantity: str) -> float | None:
        """Saving against the base as a share of it; None where one of the two lacks a part, or there is no base.

        A supply of its own is compared with the base on its grid.
        """
        other = LIFE_CYCLE if key.startswith(SUPPLY) else key
        base = next((v.figures[quantity] for v in self.base if v.key == other), None)
        own = self.view(key).figures[quantity]
        if base is None or own["missing"] or base["missing"] or own["value"] is None or not base["value"]:
            return None
        return float(1 - own["value"] / base["value"])


class Claims(NamedTuple):
    """All claims of an assessment, and what the views had to assume beyond it: (code, message)."""

    tested: list[Tested]
    assumed: list[tuple[str, str]]


def examine(a: Assessment) -> Claims:
    """Every run with a claim, in the order of the log."""
    held = [a.activities.runs[n] for n in a.activities.having["claim"]]
    if not held:
        return Claims([], [])
    bases = {r.claim.saving_against for r in held if r.claim is not None and r.claim.saving_against}
    concerned = {r.id for r in held} | bases
    known = technologies(a.catalogue)
    again = {LIFE_CYCLE: _again(a, lambda r: _own_factor(r, None) if r.id in concerned else r)}
    for name in sorted({x for r in held if r.claim is not None for x in r.claim.supply if x in known}):
        factor = a.catalogue.factors[known[name]]
        again[f"{SUPPLY}{name}"] = _again(a, _supplied(name, factor))
    figures = {AS_CLAIMED: _by_run(a, concerned), **{key: _by_run(b, concerned) for key, b in again.items()}}

    def views(run: str, supply: Iterable[str] = ()) -> tuple[View, ...]:
        keys = [AS_CLAIMED, LIFE_CYCLE, *(f"{SUPPLY}{x}" for x in dict.fromkeys(supply) if x in known)]
        factors = {f"{SUPPLY}{x}": a.catalogue.factors[known[x]] for x in supply if x in known}
        return tuple(View(key, figures[key][run], factors.get(key)) for key in keys if run in figures[key])

    findings = levers(a.catalogue.sets)
    by_id = {r.id: r for r in a.activities.runs if r.id in bases}
    made = []
    for run in held:
        assert run.claim is not None
        base = by_id.get(run.claim.saving_against or "") if run.claim.saving_against != run.id else None
        made.append(Tested(
            run, views(run.id, run.claim.supply), views(base.id) if base is not None else (),
            claimed_saving(run, base) if base is not None else None,
            tuple(findings[x] for x in dict.fromkeys(run.claim.levers) if x in findings),
        ))  # fmt: skip
    return Claims(made, _assumed(a, again[LIFE_CYCLE], concerned))


def _again(a: Assessment, change: Callable[[Run], Run]) -> Assessment:
    """The same runs, some of them changed, through the same engine with the same choices."""
    intake = replace(a.intake, runs=[change(r) for r in a.intake.runs], declared=[])
    activities = expand(intake.runs, a.profile.locations(), a.profile.within())
    return of_activities(activities, intake, a.profile, a.catalogue, a.rules, a.made)


def _own_factor(run: Run, factor: Quantity | None) -> Run:
    """The run with another grid factor of its own, or with none; what it bought stays."""
    held = run.electricity or Electricity()
    changed = {"factor": factor, "factor_scope": "unspecified" if factor is None else "lifecycle"}
    return run.model_copy(update={"electricity": held.model_copy(update=changed), "declared": None})


def _supplied(name: str, factor: Factor) -> Callable[[Run], Run]:
    """A run that could mean this technology, with the life-cycle factor of it."""
    stated = Quantity(factor.value, factor.low, factor.high, factor.printed)

    def change(run: Run) -> Run:
        meant = run.claim is not None and name in run.claim.supply
        return _own_factor(run, stated) if meant else run

    return change


def _by_run(a: Assessment, ids: set[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of some runs by quantity."""
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for figure in a.summary.figures(a.grouping(("run",)), a.why, SHOWN):
        run = figure["by"]["run"]
        if run in ids:
            out.setdefault(run, {})[figure["quantity"]] = figure
    return out


def _assumed(a: Assessment, b: Assessment, ids: set[str]) -> list[tuple[str, str]]:
    """What was assumed for the runs concerned once their stated factor is taken away, and was not before."""
    before = {(f.code, f.message) for f in a.findings}
    return sorted({(f.code, f.message) for f in b.findings if f.run in ids or f.run is None} - before)


def as_data(claims: Claims) -> dict[str, Any]:
    """The claims and their tests as data for JSON."""
    tested = []
    for t in claims.tested:
        claim = t.run.claim
        assert claim is not None
        tested.append({
            "run": t.run.id, "text": claim.text, "by": claim.by, "saving_against": claim.saving_against,
            "assumptions": list(claim.assumptions), "claimed_saving": t.saving,
            "views": [_view_data(t, v) for v in t.views],
            "evidence": [
                {"id": x.id, "stance": x.stance, "verdict": x.verdict, "low_saving_pct": x.low, "high_saving_pct": x.high,
                 "evidence": x.evidence, "source": x.source.get("title", "")} for x in t.evidence
            ],
        })  # fmt: skip
    return {"tested": tested, "assumed": [{"code": code, "message": message} for code, message in claims.assumed]}


def _view_data(t: Tested, v: View) -> dict[str, Any]:
    compared = [q for key, q in COMPARED if key == v.key or (q == "total_co2e" and v.key.startswith(SUPPLY))]
    return {
        "view": v.key, "factor": v.factor.id if v.factor is not None else None,
        "savings": {q: t.saved(v.key, q) for q in compared} if t.base else {},
        "figures": [{k: x for k, x in v.figures[q].items() if k != "by"} for q in SHOWN if q in v.figures],
    }  # fmt: skip
