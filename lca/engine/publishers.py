"""The difference between publishers: life-cycle electricity beyond scope 2 and category 3, as a line of the views."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lca.engine.market_bridge import without_noise
from lca.engine.uncertainty import of_draws
from lca.language import said

if TYPE_CHECKING:
    from lca.assessment import Assessment

_NAMES = ("use_co2e", "use_co2e_location", "use_co2e_upstream")


def difference(a: Assessment, own: NDArray[np.bool_]) -> dict[str, Any]:
    """Life-cycle electricity less scope 2 (location-based) and category 3, of the rows whose scopes those are."""
    use, location, upstream = (a.columns.get(name, np.full(a.rows, np.nan)) for name in _NAMES)
    beyond = use - location - upstream
    beyond = np.where(np.isnan(beyond), np.nan, without_noise(beyond, use))
    known = own & ~np.isnan(beyond)
    made: dict[str, Any] = {
        "quantity": "", "value": None, "low": None, "high": None, "median": None, "unit": "kgCO2e",
        "rows": int(own.sum()), "missing": int((own & ~known).sum()),
    }  # fmt: skip
    if known.any():
        made["value"] = math.fsum(beyond[known])
        made |= of_draws(made["value"], _draws(a, known))
    if made["missing"]:
        made["reason"] = said("life-cycle, direct or upstream emissions are not determined apart")
    return made


def _draws(a: Assessment, known: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """Draws of the difference; None where nothing has a width."""
    if not a.profile.uncertainty.draws:
        return None
    sums = a.summary.sampler.sums(list(_NAMES), np.where(known, 0, 1))
    if not any(sums[name].varies(0) for name in _NAMES):
        return None
    return np.asarray(sums["use_co2e"].of(0) - sums["use_co2e_location"].of(0) - sums["use_co2e_upstream"].of(0))
