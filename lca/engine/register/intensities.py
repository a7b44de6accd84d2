"""Emission rates of instruments: direct, and over the life cycle; stated, or those of their technology.

A direct rate stands in for an unknown life-cycle intensity only where a technology could have it: never one of 0.
"""

from __future__ import annotations

from typing import NamedTuple

from lca.catalogue.lookup import Choices
from lca.catalogue.store import Catalogue
from lca.catalogue.technologies import (
    Intensity,
    lowest_lifecycle,
    nearest_technology,
    of_technology,
    resolve_technology,
)
from lca.engine.register.entries import Entry
from lca.engine.register.notes import Note
from lca.instrument import Instrument
from lca.language import said
from lca.numerals import spelled
from lca.units import Quantity

#: tier of a stated direct rate that stands for an unknown life-cycle intensity
STAND_IN_TIER = 4


class Rates(NamedTuple):
    """Direct and life-cycle intensity, None where they are not known; the technology as factor sets write it."""

    direct: Intensity | None
    lifecycle: Intensity | None
    technology: str = ""
    stands_in: bool = False  # the direct rate stands for the life-cycle intensity


class Technologies:
    """Rates of instruments under one catalogue and profile, each technology looked up once."""

    def __init__(self, catalogue: Catalogue, choices: Choices) -> None:
        self.catalogue, self.choices = catalogue, choices
        self._names: dict[str, str] = {}
        self._found: dict[tuple[str, str, int | None], Intensity | None] = {}
        self._lowest: float | None = None

    def name(self, words: str) -> str:
        """A technology as factor sets write it."""
        if words not in self._names:
            self._names[words] = resolve_technology(self.catalogue, words)
        return self._names[words]

    def rates(self, instrument: Instrument, year: int | None) -> Rates:
        """The intensities of an instrument in a year."""
        technology = self.name(instrument.technology) if instrument.technology else ""
        direct = self._stated(instrument.factor) or self._of("generation_direct", technology, year)
        if direct is None:
            return Rates(None, None, technology)
        lifecycle = self._stated(instrument.lifecycle_factor) or self._of("generation_lifecycle", technology, year)
        if lifecycle is None and direct.value >= self.lowest and self.choices.max_tier >= STAND_IN_TIER:
            return Rates(direct, direct._replace(tier=STAND_IN_TIER), technology, True)
        return Rates(direct, lifecycle, technology)

    @property
    def lowest(self) -> float:
        """The lowest life-cycle intensity that any technology has."""
        if self._lowest is None:
            self._lowest = lowest_lifecycle(self.catalogue)
        return self._lowest

    @staticmethod
    def _stated(stated: Quantity | None) -> Intensity | None:
        return None if stated is None else Intensity(stated.value, stated.low, stated.high)

    def _of(self, quantity: str, technology: str, year: int | None) -> Intensity | None:
        if not technology:
            return None
        key = quantity, technology, year
        if key not in self._found:
            self._found[key] = of_technology(self.catalogue, quantity, technology, year, self.choices)
        return self._found[key]


def told(entry: Entry, rates: Rates, catalogue: Catalogue) -> list[Note]:
    """What is to be told of the rates of an instrument."""
    instrument = entry.instrument
    if rates.direct is None:
        technology = instrument.technology or ""
        near = nearest_technology(catalogue, "generation_direct", technology)
        message = said(
            "the {type} is not counted: it states no factor, and no factor set gives the direct emissions of {technology}",
            type=instrument.type, technology=f"{technology!r}",
        )  # fmt: skip
        if near:
            message = said("{told}; the nearest known is {near}", told=message, near=near)
        return [entry.note("instrument-not-counted", message, "technology")]
    if rates.lifecycle is None or rates.stands_in:
        message = said("the life-cycle intensity of the {type} is not known", type=instrument.type)
        value = spelled(rates.direct.value)
        if rates.stands_in:
            message = said("{told}: {value} kgCO2e/kWh, its direct rate, stands in", told=message, value=value)
        else:
            message = said(
                "{told}: its direct rate, {value} kgCO2e/kWh, is below that of any technology over its life cycle and "
                "cannot stand in; the market-based total lacks the electricity that it covers",
                told=message, value=value,
            )  # fmt: skip
        return [entry.note("instrument-lifecycle", message, "lifecycle_factor", "" if rates.stands_in else "warning")]
    return []
