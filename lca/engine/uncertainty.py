"""Monte Carlo through the rules of an assessment: 95 % intervals and medians of sums over any groups of rows.

Draws come from `lca.distribution`, keyed by the name of what is drawn; sums are exact (`engine.exact`). So the same seed
gives the same bytes whatever the order of the rows and however they are parted. What is kept per row is a few numbers
(`engine.outer`); where matrices of rows and draws are needed they are made in blocks, and groups are worked on in batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.pedigree import Pedigree
from lca.catalogue.resolve import Resolved
from lca.catalogue.store import Catalogue
from lca.distribution import draw, quantile, uniforms
from lca.engine import spreads
from lca.engine.exact import Sums, Vectors
from lca.engine.kernel import Array
from lca.engine.outer import Outer, TooLarge
from lca.engine.plan import Plan
from lca.engine.sampling import CELLS, Fill, Kind, Model, products
from lca.engine.spreads import OWN, Source, field_of, of_row

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

#: probabilities of the lower bound, the median and the upper bound
BOUNDS = (0.025, 0.5, 0.975)
#: bytes that the draws of open groups may take
BUDGET = 1 << 28


class Draws(NamedTuple):
    """How many draws, from which seed, and which coefficients of the pedigree matrix (v1, v2, or none)."""

    number: int = 1000
    seed: int = 1
    pedigree: str = "v2"


DEFAULT = Draws()


class Bands(NamedTuple):
    """Bounds of the 95 % interval and median per group; NaN where no input of the group has a known width."""

    low: Numbers
    median: Numbers
    high: Numbers


class Drawn(NamedTuple):
    """One quantity over all rows: numbers per row times the draws at a place, and the kinds of rows that need matrices."""

    rows: Rows
    values: Numbers
    place: Rows
    matrices: list[Kind]


class Moved(NamedTuple):
    """How draws of a source move a value: by a factor on what lies above the floor, and by an amount (None for none)."""

    factor: Numbers
    amount: Numbers | None


class Sampler:
    """The draws of one assessment. `identity` names each run."""

    def __init__(self, model: Model, run_of_row: Rows, identity: Sequence[str], how: Draws = DEFAULT) -> None:
        self.model, self.spreads, self.limits = model, model.spreads, model.spreads.limits
        self.run_of_row, self.identity = run_of_row, identity
        self.draws, self.seed = how.number, how.seed
        self.vectors = Vectors()
        self._of_source: dict[int, tuple[Numbers, Moved]] = {}
        self._drawn: dict[str, Drawn] = {}

    def of_source(self, number: int) -> tuple[Numbers, Moved]:
        """Draws of a source, and how they move a value around which it lies."""
        held = self._of_source.get(number)
        if held is None:
            source = self.spreads.sources[number]
            drawn = draw(source.distribution, source.name, self.draws, self.seed)
            held = self._of_source[number] = drawn, moved(source, drawn, self.limits(source.column)[0])
        return held

    def fill(self, name: str, kind: Kind, instead: tuple[NDArray[np.bool_], Numbers] | None = None) -> Any:
        """Draws of an uncertain input in a kind of rows. `instead`: combinations in which other draws, around 1, move it."""
        cells, values = kind.cell[name], self.model.columns[name][kind.rows]
        if cells[0] == OWN:
            return self._own(name, kind.rows)
        held = [self.of_source(cell) for cell in cells.tolist()]
        sources = [self.spreads.sources[cell] for cell in cells.tolist()]
        at = np.asarray([s.distribution.value if s.factor >= 0 else np.nan for s in sources])
        if instead is None and (values == at[kind.of]).all():
            return self.outer(kind, [(1.0, np.stack([drawn for drawn, _ in held]))])
        floor = self.limits(name)[0]
        factors, amounts = [m.factor for _, m in held], [m.amount for _, m in held]
        if instead is not None:
            factors = [instead[1] if other else f for other, f in zip(instead[0], factors, strict=True)]
            amounts = [None if other else x for other, x in zip(instead[0], amounts, strict=True)]
        terms: list[Any] = [(values - floor, np.stack(factors))]
        if floor:
            terms.append((floor, 1.0))
        if any(x is not None for x in amounts):
            terms.append((1.0, np.stack([np.zeros(self.draws) if x is None else x for x in amounts])))
        return self.outer(kind, terms)

    def outer(self, kind: Kind, terms: list[Any]) -> Outer:
        """A sum of products in a kind of rows."""
        return Outer(terms, (len(kind.rows), self.draws), self.most, kind.of)

    def _own(self, name: str, rows: Rows) -> Array:
        """Draws of what runs state with an interval; all rows of a run share them."""
        if len(rows) > self.most:
            raise TooLarge
        out = np.empty((len(rows), self.draws))
        for at, row in enumerate(rows.tolist()):
            d = of_row(self.model.columns, name, row, self.limits(name))
            out[at] = quantile(
                d, uniforms(f"run\0{self.identity[self.run_of_row[row]]}\0{field_of(name)}", self.draws, self.seed)
            )
        return out

    @property
    def most(self) -> int:
        """Rows that a matrix may have."""
        return max(CELLS // self.draws, 1)

    def evaluate(
        self, kind: Kind, names: Sequence[str], varies: Mapping[str, bool], given: Callable[[Kind], dict[str, Any]] | None = None,
        fill: Fill | None = None,
    ) -> Iterable[tuple[Kind, dict[str, Any]]]:  # fmt: skip
        """Quantities that vary in the rows of a kind: for all rows at once, or in blocks where matrices are needed."""
        use, wrap = fill or self.fill, products(self.draws, self.most)

        def run(part: Kind) -> dict[str, Any]:
            return self.model.evaluate(part, names, varies, use, wrap, given(part) if given else None)

        try:
            yield kind, run(kind)
        except TooLarge:
            for part in kind.blocks(self.draws):
                yield part, run(part)

    def _draw(self, names: Sequence[str]) -> None:
        """Take the quantities apart, over all rows."""
        model = self.model
        new = [n for n in dict.fromkeys(names) if n not in self._drawn]
        if not new:
            return
        parts: dict[str, list[tuple[Rows, Numbers, Rows]]] = {n: [] for n in new}
        matrices: dict[str, list[Kind]] = {n: [] for n in new}
        for kind in model.kinds():
            varies = model.varies(kind)
            for name in new:
                if not varies[name] and kind.chosen.get(name, -1) >= 0:
                    parts[name].append((kind.rows, model.results[name][kind.rows], np.zeros(len(kind.rows), np.int64)))
            moving = [n for n in new if varies[n]]
            for batch in kind.batches() if moving else ():
                got = self._whole(batch, moving, varies) if len(self.vectors) < BUDGET // (8 * self.draws) else {}
                places: dict[int, Rows] = {}
                for name in moving:
                    values = got.get(name)
                    if isinstance(values, Outer):
                        parts[name].extend(self._parts(batch.rows, values, places, self.vectors))
                    else:
                        matrices[name].append(batch)
        for name in new:
            held = parts[name]
            rows = np.concatenate([np.zeros(0, np.int64), *(r for r, _, _ in held)])
            values = np.concatenate([np.zeros(0), *(v for _, v, _ in held)])
            place = np.concatenate([np.zeros(0, np.int64), *(p for _, _, p in held)])
            self._drawn[name] = Drawn(rows, values, place, matrices[name])

    def _whole(self, kind: Kind, names: Sequence[str], varies: Mapping[str, bool]) -> dict[str, Any]:
        """Quantities in all rows of a kind; nothing where matrices are needed and the rows are too many."""
        for part, got in self.evaluate(kind, names, varies):
            if part is kind:
                return got
            break
        return {}

    def _parts(
        self, rows: Rows, values: Outer, places: dict[int, Rows], vectors: Vectors
    ) -> list[tuple[Rows, Numbers, Rows]]:
        out = []
        for a, b in values.terms:
            if isinstance(b, float) or b.shape[1] == 1:
                amount = a * (b if isinstance(b, float) else values.by_row(b)[:, 0])
                at = np.zeros(len(rows), np.int64)
            else:
                held = places.get(id(b))
                if held is None:
                    held = places[id(b)] = np.asarray([vectors.place(one) for one in b], np.int64)
                amount, at = a, held[values.of] if len(held) > 1 else np.full(len(rows), held[0])
            out.append((rows, np.broadcast_to(np.asarray(amount, np.float64), len(rows)), at))
        return out

    def sums(
        self, names: Sequence[str], code: Rows, of: NDArray[np.bool_] | None = None, weight: Numbers | None = None
    ) -> dict[str, Sums]:
        """Draws of the sums of quantities over groups of rows, of all rows or the rows `of`, each times its `weight`."""
        self._draw(names)
        out = {name: Sums(self.draws) for name in names}
        kinds: dict[int, tuple[Kind, list[str]]] = {}
        for name, made in out.items():
            rows, values, place, matrices = self._drawn[name]
            if of is not None:
                inside = of[rows]
                rows, values, place = rows[inside], values[inside], place[inside]
            made.add_products(code[rows], values if weight is None else values * weight[rows], place, self.vectors)
            for kind in matrices:
                kinds.setdefault(id(kind), (kind, []))[1].append(name)
        for kind, wanted in kinds.values():
            mine = kind if of is None else kind.part(of[kind.rows])
            varies = self.model.varies(kind)
            for block in mine.blocks(self.draws):
                for part, got in self.evaluate(block, wanted, varies):
                    for name in wanted:
                        self.add(out[name], code, part.rows, got[name], weight)
        return out

    def add(self, sums: Sums, code: Rows, rows: Rows, values: Any, weight: Numbers | None = None) -> None:
        """Add what was evaluated for some rows: products as products, so that the sum is the same as if they were kept."""
        if not isinstance(values, Outer):
            values = values if weight is None else values * weight[rows][:, None]
            sums.add_matrix(code[rows], np.broadcast_to(values, (len(rows), self.draws)))
            return
        vectors = Vectors()
        for at, amount, place in self._parts(rows, values, {}, vectors):
            amount = amount if weight is None else amount * weight[at]
            sums.add_products(code[at], amount, place, vectors)

    def bands(
        self, names: Sequence[str], code: Rows, groups: int, of: NDArray[np.bool_] | None = None
    ) -> dict[str, Bands]:
        """Intervals of sums of quantities over groups, over all rows or the rows `of`."""
        names = [n for n in names if n in self.model.results]
        out = {n: Bands(*(np.full(groups, np.nan) for _ in BOUNDS)) for n in names}
        if not self.spreads.cell or not len(code):
            return out
        most = max(BUDGET // (8 * self.draws * max(len(names), 1)), 1)
        for start in range(0, groups, most):
            mine = of
            if groups > most:
                inside = (code >= start) & (code < start + most)
                mine = inside if of is None else inside & of
            for name, sums in self.sums(names, code, mine).items():
                settle(out[name], sums, range(start, min(start + most, groups)))
        return out


def settle(bands: Bands, sums: Sums, groups: Iterable[int]) -> None:
    """Write the bounds and medians of sums."""
    found = [g for g in groups if sums.varies(g)]
    for start in range(0, len(found), 256):
        part = found[start : start + 256]
        drawn = sums.each(part)
        for held, values in zip(bands, np.quantile(drawn, BOUNDS, axis=1), strict=True):
            held[part] = values


def of_draws(value: float | None, drawn: Numbers | None) -> dict[str, float | None]:
    """`low`, `median` and `high` of a figure from its draws: None each where nothing has a width."""
    if value is None or drawn is None:
        return {"low": None, "median": None, "high": None}
    return dict(zip(("low", "median", "high"), np.quantile(drawn, BOUNDS).tolist(), strict=True))


def moved(source: Source, drawn: Numbers, floor: float) -> Moved:
    """How draws of a source move the values around which it lies.

    What has a limit near its values falls as any other, and rises by dividing what is left to the limit: no draw exceeds it.
    """
    d = source.distribution
    factor = (drawn - d.floor) / (d.value - d.floor) if d.value > d.floor else np.ones_like(drawn)
    if source.limit == np.inf:
        return Moved(factor, None)
    left = 1.0 / np.maximum(factor, 1.0)
    return Moved(np.minimum(factor, left), (source.limit - floor) * (1.0 - left))


def prepare(
    activities: Activities, resolved: Resolved, plan: Plan, results: Mapping[str, Array], used: Mapping[str, NDArray[np.bool_]],
    catalogue: Catalogue, how: Draws,
) -> Sampler:  # fmt: skip
    """The sampler of runs that were assessed; without draws nothing has a width."""
    found = spreads.Spreads()
    if how.number:
        found = spreads.find(activities, resolved, plan, used, Pedigree(catalogue.sets, how.pedigree))
    names = [run.id for run in activities.runs]
    return Sampler(Model(plan, activities.columns, results, found), activities.run_of_row, names, how)
