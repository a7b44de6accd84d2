"""What would narrow an interval: the total drawn again, as if the log gave a datum of its own in place of a default.

Also all that an assessment has to say of its uncertainty, as data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.catalogue.pedigree import Pedigree
from lca.distribution import bounds, draw, lognormal
from lca.engine import lifetime_use
from lca.engine.exact import Sums
from lca.engine.kernel import Array
from lca.engine.sampling import Kind, Model
from lca.engine.sensitivity import Contribution, Effect, Parameter, study
from lca.engine.uncertainty import BOUNDS, Sampler

if TYPE_CHECKING:
    from lca.assessment import Assessment

Rows = NDArray[np.int64]
#: the figure that is looked into, how many pieces of advice are given, and by what share an interval must shrink for one
TOTAL, MOST, LEAST = "total_co2e", 3, 0.05
#: contributions that are told
TOLD = 10


class Advice(NamedTuple):
    """What to log or state, of which parameters, and the interval of the total before and after."""

    parameters: tuple[str, ...]
    text: str
    before: tuple[float, float]
    after: tuple[float, float]


class Sensitivity(NamedTuple):
    """Contributions to variance, one-at-a-time effects by parameter, and advice: of the total of an assessment."""

    contributions: list[Contribution]
    effects: list[Effect]
    advice: list[Advice]

    @property
    def variance(self) -> float:
        """Sum of the contributions."""
        return sum(c.variance for c in self.contributions)


def examine(a: Assessment) -> Sensitivity:
    """What makes the interval of the total as wide as it is, and what would narrow it."""
    sampler, total = a.summary.sampler, a.total(TOTAL)
    if total["low"] is None:
        return Sensitivity([], [], [])
    found, moves = study(sampler, TOTAL)
    before = (total["low"], total["high"])
    pedigree = Pedigree(a.catalogue.sets, a.profile.uncertainty.pedigree)
    asked: dict[str, list[Parameter]] = {}  # one piece of advice may serve several parameters
    for effect in sorted(moves, key=lambda e: -e.variance):
        if effect.parameter.advice and effect.variance > 0:
            asked.setdefault(effect.parameter.advice, []).append(effect.parameter)
    made = []
    for text, parameters in list(asked.items())[: MOST + 1]:
        after = narrowed(sampler, TOTAL, parameters[0], pedigree)
        if after[1] - after[0] < (1 - LEAST) * (before[1] - before[0]):
            made.append(Advice(tuple(p.label for p in parameters), text, before, after))
    made.sort(key=lambda x: x.after[1] - x.after[0])
    return Sensitivity(found, moves, made[:MOST])


def as_data(a: Assessment) -> dict[str, Any]:
    """Key `uncertainty` of the assessment."""
    made, how = a.sensitivity, a.profile.uncertainty
    whole = made.variance
    return {
        "method": "Monte Carlo", "draws": how.draws, "seed": how.seed, "pedigree": how.pedigree, "quantity": TOTAL,
        "contributions": [
            {"input": c.column, "source": a.resolved.factors[c.source.factor].id if c.source and c.source.factor >= 0 else None,
             "runs": c.runs or None, "share_of_variance": c.variance / whole, "low": c.low, "high": c.high}
            for c in made.contributions[:TOLD]
        ],
        "parameters": [
            {"id": e.parameter.id, "label": e.parameter.label, "low": e.low, "high": e.high, "plus_10_percent": e.step,
             "share_of_variance": e.variance / whole if whole else 0.0}
            for e in made.effects
        ],
        "advice": [
            {"parameters": list(x.parameters), "text": x.text, "from": list(x.before), "to": list(x.after)} for x in made.advice
        ],
        "lifetime_utilisation": lifetime_use.as_data(a),
    }  # fmt: skip


def narrowed(sampler: Sampler, name: str, parameter: Parameter, pedigree: Pedigree) -> tuple[float, float]:
    """The 95 % interval of a total if the log gave what `parameter.advice` asks for."""
    model = sampler.model
    spec = pedigree.of_statement(parameter.datum, 1) if parameter.datum else None
    gsd2 = 1.0 if spec is None else pedigree.gsd2(spec)
    own = draw(lognormal(1.0, gsd2), f"datum\0{parameter.datum}", sampler.draws, sampler.seed)
    metered = parameter.datum == "metered_node"
    step = model.plan.step(name)
    parts = list(step.rules[0].needs) if step is not None and step.rules[0].partial else [name]
    whole = np.zeros(len(model.rows), np.int64)
    better = Sums(sampler.draws)  # of the parts that change, in the rows where they do
    changed = {part: np.zeros(len(whole), bool) for part in parts}
    for kind in model.kinds():
        wide = {c: w for c in parameter.columns for w in [_is_wider(model, kind, c, gsd2)] if w.any()}
        columns = list(wide)
        if metered:
            kind = kind.part(model.results["it_energy__tier"][kind.rows] > 1)
            columns = ["it_energy"] if kind.chosen.get("it_energy", -1) >= 0 else []
        moves = model.varies(kind, dict.fromkeys(columns, 0))
        names = [part for part in parts if moves[part]] if columns and len(kind.rows) else []
        if not names:
            continue

        def fill(column: str, part: Kind, held: Mapping[str, Any] = {} if metered else wide) -> Any:
            if column not in held:
                return sampler.fill(column, part)
            return sampler.fill(column, part, (_is_wider(model, part, column, gsd2), own))

        given = _metered(sampler, own) if metered else None
        varies = model.varies(kind) | dict.fromkeys(names, True)
        for batch in kind.batches():
            for block, got in sampler.evaluate(batch, names, varies, given, fill):
                for each in names:
                    sampler.add(better, whole, block.rows, got[each])
        for each in names:
            changed[each][kind.rows] = True
    total = sampler.sums([name], whole)[name].of(0) + better.of(0)
    for part, where in changed.items():
        if where.any():
            total -= sampler.sums([part], whole, where)[part].of(0)
    low, _, high = np.quantile(total, BOUNDS).tolist()
    return low, high


def _metered(sampler: Sampler, own: Array) -> Callable[[Kind], dict[str, Any]]:
    """IT energy as a meter would give it."""
    energy = sampler.model.results["it_energy"]
    return lambda kind: {"it_energy": sampler.outer(kind, [(energy[kind.rows], own[None, :])])}


def _is_wider(model: Model, kind: Kind, column: str, gsd2: float) -> NDArray[np.bool_]:
    """The combinations in which what is known of an input is less than what its own datum would tell."""
    cells = kind.cell.get(column)
    if cells is None or cells[0] < 0:
        return np.zeros(len(kind.first), bool)
    held = [model.spreads.sources[cell].distribution for cell in cells.tolist()]
    return np.asarray([bounds(d)[1] - bounds(d)[0] > d.value * (gsd2 - 1 / gsd2) for d in held])
