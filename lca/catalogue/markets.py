"""Within which market an instrument is recognised, and who publishes the residual mix of a country.

A market is the area of quality criterion 5 of the GHG Protocol Scope 2 Guidance (2015), Table 7.1. Countries that share one
are listed by the factor sets; any other country is a market of its own. Subdivisions and grid zones lie in their country.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lca.catalogue.factor_set import FactorSet
from lca.territories import STATES


class ResidualMix(NamedTuple):
    """Which residual mix a country has. `status`: shipped, theirs (not ours to pass on), none (it has no residual mix)."""

    status: str
    publisher: str
    figure: str


class Markets:
    """The markets of the factor sets; of two rows for one country the earlier set's counts."""

    def __init__(self, sets: Iterable[FactorSet]) -> None:
        self._area: dict[str, str] = {}
        self._mix: dict[str, ResidualMix] = {}
        self._names: dict[str, str] = {}
        for one in sets:
            for row in one.markets:
                self._names.setdefault(row["market"], row["name"])
            for row in one.areas:
                self._area.setdefault(row["geography"], row["market"])
            for row in one.residual_mixes:
                self._mix.setdefault(row["geography"], ResidualMix(row["status"], row["publisher"], row["figure"]))

    def area(self, code: str) -> str:
        """The market in which a market, country, subdivision or grid zone lies; an empty string for no code."""
        if code in self._names:
            return code
        country = code.partition("-")[0]
        return self._area.get(country) or self._area.get(STATES.get(country, ""), country)

    def name(self, code: str) -> str:
        """What a market is called: a country is called by its code."""
        return self._names.get(code, code)

    def residual_mix(self, country: str) -> ResidualMix | None:
        """What is known of the residual mix of a country: its own entry, else that of its market."""
        return self._mix.get(country) or self._mix.get(self.area(country))
