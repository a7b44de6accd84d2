"""Emissions of generation by technology: direct, and over the life cycle."""

from __future__ import annotations

from typing import NamedTuple

from lca.catalogue.factor_set import KEYS, Factor
from lca.catalogue.lookup import Choices, by_year
from lca.catalogue.store import Catalogue
from lca.errors import nearest

#: what is taken from a literature value for a technology, wherever the plant stands; zero by definition is no proxy
LITERATURE_TIER = 3


class Intensity(NamedTuple):
    """An intensity in kgCO2e/kWh with its interval, the code of its factor (-1: stated by the run), period and tier."""

    value: float
    low: float
    high: float
    factor: int = -1
    period: str = "undated"
    tier: int = 1


def folded(technology: str) -> str:
    """A technology in the spelling of factor sets: `Wind onshore` is `wind_onshore`."""
    return "_".join(technology.lower().replace("-", " ").replace("_", " ").split())


#: words that say nothing of the technology
_NOISE = frozenset(
    [
        "power",
        "energy",
        "electricity",
        "plant",
        "plants",
        "farm",
        "farms",
        "park",
        "parks",
        "generation",
        "station",
        "stations",
    ]
)


def _words(text: str) -> frozenset[str]:
    """Words of a name, whatever their order and punctuation."""
    return frozenset("".join(c if c.isalnum() else " " for c in text.lower()).split()) - _NOISE


def resolve_technology(catalogue: Catalogue, name: str) -> str:
    """A technology as factor sets write it, from words as on an invoice (`Onshore Wind`): as it stands where none is known."""
    generation = (f for f in catalogue.factors if f.quantity in ("generation_direct", "generation_lifecycle"))
    known = {_technology(f) for f in generation if f.key[KEYS.index("geography")] == "WORLD"}
    if folded(name) in known:
        return folded(name)
    names = {_words(technology): technology for technology in sorted(known, reverse=True)}
    for row in (row for one in catalogue.sets for row in one.technologies if row["technology"] in known):
        for alias in row["aliases"].split("|"):
            names.setdefault(_words(alias), row["technology"])
    return names.get(_words(name), folded(name))


def of_technology(
    catalogue: Catalogue, quantity: str, technology: str, year: int | None, choices: Choices
) -> Intensity | None:
    """The intensity of a technology, worldwide; None where no factor set holds it or the profile allows no such tier."""
    if "technology" in choices.forbidden_levels:
        return None
    wanted = dict.fromkeys(KEYS, "") | {"geography": "WORLD", "technology": resolve_technology(catalogue, technology)}
    found = by_year(
        catalogue, catalogue.index.get((quantity, tuple(wanted.values())), []), year, choices.forbidden_periods
    )
    if found is None:
        return None
    factor = catalogue.factors[found[0]]
    tier = LITERATURE_TIER if factor.value else 1
    return Intensity(factor.value, factor.low, factor.high, *found, tier) if tier <= choices.max_tier else None


def lowest_lifecycle(catalogue: Catalogue) -> float:
    """The lowest life-cycle intensity that a factor set gives any technology, the ends of intervals included."""
    held = [f for f in catalogue.factors if f.quantity == "generation_lifecycle"]
    return min((f.low if f.low == f.low else f.value for f in held), default=0.0)


def nearest_technology(catalogue: Catalogue, quantity: str, technology: str) -> str:
    """The known technology closest to a name, or an empty string."""
    return nearest(folded(technology), {_technology(f) for f in catalogue.factors if f.quantity == quantity})


def _technology(factor: Factor) -> str:
    return factor.key[KEYS.index("technology")]
