"""Hardware bought in the period: scope 3, category 2, whole in the year of purchase and never spread over runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lca.catalogue.devices import DeviceIndex
from lca.catalogue.factor_set import Factor
from lca.catalogue.lookup import Choices
from lca.catalogue.store import Catalogue
from lca.distribution import Distribution, draw
from lca.engine.production import BOTTOM_UP, Production, produce
from lca.engine.rule import Rule
from lca.engine.uncertainty import Draws, Numbers
from lca.errors import ProfileError, shorten
from lca.language import joined, said
from lca.profile import Profile, Purchase
from lca.units import Quantity

#: kinds of device that stand in a server, which is bought apart
ACCELERATORS = frozenset({"gpu", "tpu", "npu", "fpga"})


@dataclass(frozen=True)
class Bought:
    """A purchase with its footprint. `counted` is False outside the period; `value` None where none is known.

    `draws` are those of its value, None where nothing has a width; `factor` is the factor on which it rests, or the rule where
    there are several.
    """

    purchase: Purchase
    name: str
    pieces: float
    counted: bool
    value: float | None
    draws: Numbers | None
    factor: str
    note: str


def what(profile: Profile) -> str:
    """What the purchases that count are, as a label: a profile without a period has none in which they could lie."""
    timeless = profile.period is None and profile.purchases
    return said("hardware bought, no period stated") if timeless else said("hardware bought in the period")


def footprints(
    profile: Profile, catalogue: Catalogue, devices: DeviceIndex, rules: Sequence[Rule], choices: Choices
) -> list[Bought]:
    """The profile's purchases with their production footprints. Raises ProfileError for a device that nobody knows."""
    names = [p.device for p in profile.purchases]
    for number, bought in enumerate(profile.purchases):
        if devices.resolve(bought.device) is None and _stated(bought) is None:
            near = devices.suggest(bought.device, 1)
            raise ProfileError(
                f"profile {profile.id}: purchases[{number}].device", "not in the catalogue",
                f"{f'The nearest is {near[0]}; c' if near else 'C'}orrect the name, or state its `embodied`, such as 164 kgCO2e.",
                shorten(bought.device))  # fmt: skip
    named = [(name, bought.date.isoformat()) for name, bought in zip(names, profile.purchases, strict=True)]
    made = produce(named, catalogue, devices, rules, choices, Draws(*profile.uncertainty.draw()))
    return [_one(profile, n, p, catalogue, devices, made[n]) for n, p in enumerate(profile.purchases)]


def _stated(bought: Purchase) -> Quantity | None:
    return (bought.embodied or {}).get("embodied_co2e")


def _one(
    profile: Profile, number: int, bought: Purchase, catalogue: Catalogue, devices: DeviceIndex, made: Production
) -> Bought:
    period = profile.period
    counted = period is None or period.start <= bought.date <= period.end
    entry, stated = devices.resolve(bought.device), _stated(bought)
    name = entry.name if entry is not None else bought.device
    if stated is not None:  # of one piece as bought, whatever it holds
        held = Distribution(stated.distribution or "normal", stated.value, stated.low, stated.high)
        how = Draws(*profile.uncertainty.draw())
        drawn = (
            None
            if held.is_certain or not how.number
            else bought.count * draw(held, f"purchase\0{number}", how.number, how.seed)
        )
        return Bought(
            bought, name, bought.count, counted, bought.count * stated.value, drawn, "", said("stated by the profile")
        )
    assert entry is not None
    amount = bought.count * entry.units
    pieces = int(amount) if amount.denominator == 1 else float(amount)
    if math.isnan(made.value):
        return Bought(bought, name, pieces, counted, None, None, "", _why(catalogue, entry.id, name))
    notes = (
        [said("a default for any {kind}", kind=entry.kind)]
        if any(level == "class" for _, level in made.factors[:1])
        else []
    )
    factor = made.factors[0][0] if len(made.factors) == 1 else made.rule
    if made.rule == BOTTOM_UP:
        notes = [said("no footprint of the product is known: built from its dies and memory")]
    if entry.kind in ACCELERATORS:
        notes.append(said("without the servers around them"))
    if entry.ambiguous:
        notes.append(said("the name also means {names}", names=", ".join(entry.ambiguous[:3])))
    drawn = None if made.draws is None else pieces * made.draws
    return Bought(bought, name, pieces, counted, pieces * made.value, drawn, factor, joined("; ", notes))


def _why(catalogue: Catalogue, device: str, name: str) -> str:
    mixed: list[Factor] = [
        f for f in catalogue.factors if f.quantity == "embodied_device_with_host" and device in f.key
    ]
    if mixed:
        return said(
            "the footprint known for {name} ({id}) also holds its host, transport and end of life; state its `embodied`",
            name=name,
            id=mixed[0].id,
        )
    return said("no factor set holds the production footprint of {name}; state its `embodied`", name=name)


def total(bought: Sequence[Bought]) -> tuple[float | None, Numbers | None]:
    """Sum of what counts and is known, and its draws: pieces that rest on one factor move together."""
    known = [b for b in bought if b.counted and b.value is not None]
    if not known:
        return None, None
    drawn = [b.draws if b.draws is not None else b.value or 0.0 for b in known]
    return math.fsum(b.value or 0.0 for b in known), None if all(b.draws is None for b in known) else np.asarray(
        sum(drawn)
    )
