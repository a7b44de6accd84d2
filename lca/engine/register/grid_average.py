"""Consumption whose market-based figure rests on the grid average, since no residual mix is known; and which one is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.markets import Markets, ResidualMix
from lca.catalogue.resolve import Resolved
from lca.engine.plan import Plan

#: rules in which the location-based figure stands in for the market-based one
RULES = frozenset({"use-co2e-market-location", "use-co2e-market-contracts-and-location"})


class Gap(NamedTuple):
    """A country (or an empty string) with the rows concerned, their energy in kWh, and the residual mix that it has."""

    country: str
    rows: NDArray[np.int64]
    energy: float
    mix: ResidualMix | None


def gaps(
    activities: Activities, resolved: Resolved, plan: Plan, results: Mapping[str, NDArray[Any]], markets: Markets
) -> list[Gap]:
    """Countries in which the grid average stands in, that with the most energy first."""
    chosen = results.get("use_co2e_market__rule")
    if chosen is None:
        return []
    codes = [n for n, rule in enumerate(plan.rules) if rule.id in RULES]
    rows = np.flatnonzero(np.isin(chosen, codes))
    free = 1.0 - np.nan_to_num(activities.column("contract_share")[rows])
    energy = np.nan_to_num(results["facility_energy"][rows]) * free
    countries = [resolved.places[code]["country"] for code in activities.place_of_row[rows].tolist()]
    names, which = np.unique(np.asarray(countries, object).astype(str), return_inverse=True)
    made = [
        Gap(
            str(name),
            rows[which == n],
            float(energy[which == n].sum()),
            markets.residual_mix(str(name)) if name else None,
        )
        for n, name in enumerate(names.tolist())
    ]
    return sorted(made, key=lambda gap: (-gap.energy, gap.country))
