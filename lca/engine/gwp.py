"""On which reports of the IPCC a figure rests: its CO2e by the global warming potentials of the factors behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.dimensions import FACTORS
from lca.catalogue.factor_set import Factor
from lca.catalogue.resolve import Resolved
from lca.catalogue.store import Catalogue
from lca.engine.plan import Plan
from lca.engine.summary import exact_sums
from lca.engine.trace import used
from lca.language import listed, said

REPORTS = ("AR4", "AR5", "AR6")
CO2_ONLY, NOT_STATED = "CO2 only", "not stated"
#: bases in the order of their bits; of a row that rests on several each is named
BASES = (*REPORTS, CO2_ONLY, NOT_STATED)
#: how a basis is told
NAMES = {CO2_ONLY: said("CO2 only"), NOT_STATED: said("not stated")}
#: dimensions of factors that hold CO2e
_CO2E = frozenset({"intensity", "co2e", "co2e-per-area", "co2e-per-memory"})
#: sums whose parts rest on factors of their own
PARTS = {"total_co2e": ("use_co2e", "embodied_co2e", "end_of_life_co2e")}
#: inputs by which a run states CO2e itself
_STATED = ("stated_factor", "contract_", "stated_device_embodied", "stated_host_embodied")


def basis(factor: Factor, of_set: str) -> str:
    """The basis of a factor: as its row says, else as its set says of all rows."""
    if "CO2/" in factor.printed:
        return CO2_ONLY
    text = factor.gwp or of_set
    known = [report for report in REPORTS if report in text]
    if len(known) == 1:
        return known[0]
    return CO2_ONLY if text == CO2_ONLY else NOT_STATED


def shares(
    plan: Plan, results: Mapping[str, NDArray[np.float64]], activities: Activities, resolved: Resolved, catalogue: Catalogue, quantity: str
) -> dict[tuple[str, ...], float]:  # fmt: skip
    """Share of a quantity by its bases, the largest first; empty where nothing is known."""
    of_set = {made.id: made.gwp for made in catalogue.sets}
    bits = np.asarray([_bit(factor, of_set) for factor in resolved.factors] or [0], np.int64)
    sums = np.zeros(1 << len(BASES))
    for part in PARTS.get(quantity, (quantity,)):
        values = np.maximum(np.nan_to_num(results.get(part, np.zeros(0))), 0.0)
        if values.any():
            sums += exact_sums(_bases(plan, results, activities, bits, part), values, len(sums))
    whole = float(sums.sum())
    found = {_of_bits(kind): float(sums[kind]) / whole for kind in np.flatnonzero(sums).tolist()}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _bases(
    plan: Plan, results: Mapping[str, NDArray[np.float64]], activities: Activities, bits: NDArray[np.int64], quantity: str
) -> NDArray[np.int64]:  # fmt: skip
    """Bits of the bases on which a quantity rests, per row."""
    held = np.zeros(activities.rows, np.int64)
    for column, mask in used(plan, results, [quantity]).items():
        code = activities.columns.get(f"{column}__factor")
        if code is not None:
            held |= np.where(mask & (code >= 0), bits[np.maximum(code, 0)], 0)
        if column.startswith(_STATED) and column in activities.columns:
            own = mask & ~np.isnan(activities.columns[column])
            held |= np.where(own if code is None else own & (code < 0), 1 << BASES.index(NOT_STATED), 0)
    return held


def is_mixed(held: Mapping[tuple[str, ...], float]) -> bool:
    """Whether shares are of more than one basis."""
    return len({name for bases in held for name in bases}) > 1


def _bit(factor: Factor, of_set: Mapping[str, str]) -> int:
    sized = FACTORS.get(factor.quantity)
    if sized is None or sized.dimension not in _CO2E or factor.value == 0:
        return 0
    return 1 << BASES.index(basis(factor, of_set.get(factor.set_id, "")))


def _of_bits(kind: int) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(BASES) if kind >> bit & 1) or (NOT_STATED,)


def named(bases: Sequence[str]) -> str:
    """The bases of one part of a figure, in words."""
    return listed([NAMES.get(name, name) for name in bases])
