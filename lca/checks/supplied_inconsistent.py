"""Figures that the profile supplies and that contradict each other or the runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.engine.roles import OWN, roles
from lca.language import joined, said
from lca.numerals import spelled

CHECK = Check(
    code="supplied-inconsistent",
    severity="warning",
    looks_for="A supplied figure that is larger than the whole of which it is a part, or smaller than what the runs used",
    why="Indicators such as PUE, REF and ERF are formed from these figures: a part above its whole makes them impossible.",
    remedy="Correct the figures under `supplied`, or their units, period and boundary.",
)
#: share by which figures may differ through rounding
TOLERANCE = 0.005
MIX = ("fossil_energy", "nuclear_energy", "renewable_energy")
KINDS = ("site_renewable_goo", "site_renewable_ppa", "site_renewable_own")


class Whole(NamedTuple):
    """Supplied figures that together are a part of another one, and what follows where they exceed it."""

    parts: tuple[str, ...]
    whole: str
    unit: str
    meaning: str


WHOLES = (
    Whole(("site_it_energy",), "site_energy", "kWh", said("PUE would be below 1")),
    Whole(("site_heat_reused",), "site_energy", "kWh", said("ERF would be above 1")),
    Whole(("site_renewable",), "site_energy", "kWh", said("REF would be above 1")),
    Whole(KINDS, "site_renewable", "kWh", said("the kinds of renewable energy are parts of all renewable energy")),
    Whole(KINDS, "site_energy", "kWh", said("REF would be above 1")),
)
#: supplied figure -> quantity of the own runs that it must hold, with its unit
HOLDS_RUNS = {
    "site_energy": ("facility_energy", "kWh"),
    "site_it_energy": ("it_energy", "kWh"),
    "site_water": ("water_onsite", "L"),
}


def find(a: Evidence) -> Iterator[Finding]:
    """Parts above their whole, then figures below what the own runs used."""
    stated = {name: a.profile.stated(f"supplied.{name}") for name in type(a.profile.supplied).model_fields}
    value = {name: held.value for name, held in stated.items() if hasattr(held, "value")}
    text = {name: held.text for name, held in stated.items() if hasattr(held, "text")}
    for rule in WHOLES:
        known = [name for name in rule.parts if name in value]
        if (
            not known
            or rule.whole not in value
            or (rule.parts == KINDS and rule.whole == "site_energy" and "site_renewable" in value)
        ):
            continue
        total = math.fsum(value[name] for name in known)
        if _exceeds(total, value[rule.whole]):
            message = said(
                "{parts} is {total} {unit}, more than {whole}, {text}: {meaning}",
                parts=_sum(known), total=spelled(total), unit=rule.unit, whole=rule.whole, text=text[rule.whole], meaning=rule.meaning,
            )  # fmt: skip
            yield CHECK.at(message, None, f"supplied.{known[0]}")
    yield from _power(a, value, text)
    yield from _runs(a, value, text)


def _exceeds(part: float, whole: float) -> bool:
    return part > whole * (1 + TOLERANCE)


def _sum(names: list[str]) -> str:
    return joined(" + ", names)


def _power(a: Evidence, value: dict[str, float], text: dict[str, str]) -> Iterator[Finding]:
    """Energy of the IT equipment against what its installed power can draw over the period, a year unless it is stated."""
    if "it_power_demand" not in value or "site_it_energy" not in value:
        return
    period = a.profile.period
    hours = 8760.0 if period is None else ((period.end - period.start).days + 1) * 24.0
    most = value["it_power_demand"] * hours
    if _exceeds(value["site_it_energy"], most):
        message = said(
            "site_it_energy is {energy}, more than the {most} kWh that it_power_demand, {power}, can draw in {hours} h",
            energy=text["site_it_energy"], most=spelled(most), power=text["it_power_demand"], hours=spelled(hours),
        )  # fmt: skip
        yield CHECK.at(message, None, "supplied.site_it_energy")


def _runs(a: Evidence, value: dict[str, float], text: dict[str, str]) -> Iterator[Finding]:
    """What the own runs used is a part of what the organisation and its data centre used."""
    own = roles(a.activities, a.resolved, a.profile).place == OWN

    def used(quantity: str) -> float:
        return float(np.nansum(np.where(own, a.results.get(quantity, np.zeros(a.activities.rows)), 0.0)))

    for name, (quantity, unit) in HOLDS_RUNS.items():
        if name in value and _exceeds(used(quantity), value[name]):
            message = said(
                "{name} is {text}, less than the {used} {unit} that the runs on own hardware used ({quantity})",
                name=name, text=text[name], used=spelled(used(quantity)), unit=unit, quantity=quantity,
            )  # fmt: skip
            yield CHECK.at(message, None, f"supplied.{name}")
    mix = [name for name in MIX if name in value]
    if "fossil_energy" in value and "renewable_energy" in value:
        total, needed = math.fsum(value[name] for name in mix), used("facility_energy")
        for least, what in (
            (needed, said("the runs on own hardware")),
            (value.get("site_energy", 0.0), said("the data centre (site_energy)")),
        ):
            if _exceeds(least, total):
                message = said(
                    "the energy of own operations by source, {parts}, is {total} kWh, less than the {used} kWh that {what} used",
                    parts=_sum(mix), total=spelled(total), used=spelled(least), what=what,
                )  # fmt: skip
                yield CHECK.at(message, None, f"supplied.{mix[0]}")
