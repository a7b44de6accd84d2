"""Scope 1 from activity data of the profile: fuels burnt on site with their supply (category 3), and refrigerants that escaped.

What the profile supplies as the scope 1 of the whole organisation stands before it: activity data are a part of that.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lca.catalogue.factor_set import KEYS, Factor
from lca.catalogue.names import fold
from lca.catalogue.store import Catalogue
from lca.errors import ProfileError, nearest, shorten
from lca.language import joined, said
from lca.numerals import spelled
from lca.profile import Profile

if TYPE_CHECKING:
    from lca.assessment import Assessment

TECHNOLOGY = KEYS.index("technology")
NO_FUELS = said("run logs hold neither fuels nor refrigerants; those of backup generators and of cooling belong here")
#: what stands before the number in the designation of a refrigerant
_PREFIX = re.compile(r"(hfc|pfc|r)(?=\d)")


@dataclass(frozen=True)
class Burnt:
    """An entry of `fuels` or `refrigerants` with its emissions; `supply` is well to tank, None where it does not apply."""

    field: str
    name: str
    amount: float
    unit: str
    counted: bool
    direct: float
    supply: float | None
    factors: tuple[Factor, ...]

    def as_dict(self) -> dict[str, Any]:
        """The entry as data."""
        return {
            "field": self.field, "name": self.name, "amount": self.amount, "amount_unit": self.unit, "counted": self.counted,
            "value": self.direct, "upstream": self.supply, "unit": "kgCO2e", "factors": [f.id for f in self.factors],
        }  # fmt: skip


def entries(profile: Profile, catalogue: Catalogue) -> list[Burnt]:
    """Each entry with its emissions. Raises ProfileError for a fuel or a refrigerant that nobody knows."""
    return [*_fuels(profile, catalogue), *_refrigerants(profile, catalogue)]


def _fuels(profile: Profile, catalogue: Catalogue) -> Iterable[Burnt]:
    for number, entry in enumerate(profile.fuels):
        amount = entry.volume or entry.energy
        assert amount is not None  # the profile holds one of the two
        per, unit = ("litre", "L") if entry.volume is not None else ("kwh", "kWh")
        held = _of(catalogue, f"fuel_direct_per_{per}", entry.date)
        factor = held.get(fold(entry.fuel))
        where = f"profile {profile.id}: fuels[{number}].fuel"
        if factor is None:
            raise _unknown(where, entry.fuel, said("no factor set gives its emissions per {unit}", unit=unit), held)
        supply = _of(catalogue, f"fuel_wtt_per_{per}", entry.date).get(fold(entry.fuel))
        upstream = None if supply is None else amount.value * supply.value
        factors = (factor,) if supply is None else (factor, supply)
        yield Burnt(f"fuels[{number}]", factor.name, amount.value, unit, _counts(profile, entry.date), amount.value * factor.value,
                    upstream, factors)  # fmt: skip


def _refrigerants(profile: Profile, catalogue: Catalogue) -> Iterable[Burnt]:
    held = {name: f for f in _of(catalogue, "refrigerant_gwp", None).values() for name in designations(f.name)}
    for number, entry in enumerate(profile.refrigerants):
        factor = next((held[name] for name in designations(entry.refrigerant) if name in held), None)
        if factor is None and entry.gwp is None:
            where = f"profile {profile.id}: refrigerants[{number}].refrigerant"
            raise _unknown(where, entry.refrigerant, said("no factor set gives its GWP"), held, said("state its `gwp`"))
        gwp = entry.gwp if entry.gwp is not None else factor.value if factor is not None else math.nan
        name = factor.name if factor is not None else entry.refrigerant
        used = (factor,) if factor is not None and entry.gwp is None else ()
        yield Burnt(f"refrigerants[{number}]", name, entry.mass.value, "kg", _counts(profile, entry.date), entry.mass.value * gwp,
                    None, used)  # fmt: skip


def designations(name: str) -> list[str]:
    """The folded names of a refrigerant: `CF4 (PFC-14)` is `cf4` and `14`; R-134a and HFC-134a are `134a`."""
    parts = [fold(part) for part in re.split(r"[()]", name) if fold(part)]
    return list(dict.fromkeys(_PREFIX.sub("", part) for part in parts))


def _of(catalogue: Catalogue, quantity: str, day: date | None) -> dict[str, Factor]:
    """The factors of a quantity by the folded name of the fuel or refrigerant: those of the year nearest to a day, else the latest."""
    out: dict[str, Factor] = {}
    dropped = {old for _, old in catalogue.replaced}
    for factor in catalogue.factors:
        if factor.quantity != quantity or factor.id in dropped:
            continue
        key, held = fold(factor.key[TECHNOLOGY]), None
        held = out.get(key)
        if held is None or _distance(factor, day) < _distance(held, day):
            out[key] = factor
    return out


def _distance(factor: Factor, day: date | None) -> tuple[int, int]:
    first = factor.first_year or 0
    return (abs(first - day.year) if day is not None else 0), -first


def _unknown(where: str, name: str, problem: str, known: Mapping[str, Factor], other: str = "") -> ProfileError:
    """An error that names the nearest fuel or refrigerant, or all that are known."""
    near = nearest(_PREFIX.sub("", fold(name)), list(known))
    names = joined(", ", sorted({factor.name for factor in known.values()}))
    first = (
        said("The nearest known is {near}", near=known[near].name) if near else said("Known are {names}", names=names)
    )
    remedy = said(
        "{first}; {other}, or lay a factor set over the shipped ones.",
        first=first,
        other=other or said("correct the name"),
    )
    return ProfileError(where, problem, remedy, shorten(name))


def _counts(profile: Profile, day: date | None) -> bool:
    period = profile.period
    return day is None or period is None or period.start <= day <= period.end


def direct(a: Assessment) -> dict[str, Any]:
    """Scope 1: as the profile supplies it of the whole, else of its activity data."""
    stated, counted = a.profile.supplied.scope_1, [b for b in a.burnt if b.counted]
    made: dict[str, Any] = {
        "quantity": "",
        "value": None,
        "low": None,
        "high": None,
        "unit": "kgCO2e",
        "rows": 0,
        "missing": 0,
    }
    computed = math.fsum(b.direct for b in counted)
    if stated is not None:
        notes = [said("supplied by the profile, not computed")]
        if counted:
            notes.append(said("its activity data give {kg} kgCO2e, a part of it", kg=spelled(computed)))
        return made | {"value": stated.value, "rows": 1, "note": joined("; ", notes)}
    if not counted:
        return made | {"reason": NO_FUELS}
    note = said("activity data of the profile: {parts}; its interval is not determined", parts=_parts(counted))
    return made | {"value": computed, "rows": len(counted), "note": note}


def _parts(counted: Sequence[Burnt]) -> str:
    return joined(
        ", ", [said("{amount} {unit} {name}", amount=spelled(b.amount), unit=b.unit, name=b.name) for b in counted]
    )


def supply(a: Assessment) -> dict[str, Any] | None:
    """Category 3 of the fuels: their supply, well to tank; None where no fuel was burnt in the period."""
    counted = [b for b in a.burnt if b.counted and b.field.startswith("fuels")]
    if not counted:
        return None
    known = [b.supply for b in counted if b.supply is not None]
    made: dict[str, Any] = {
        "quantity": "", "value": math.fsum(known) if known else None, "low": None, "high": None, "unit": "kgCO2e",
        "rows": len(counted), "missing": len(counted) - len(known), "note": said("well to tank; its interval is not determined"),
    }  # fmt: skip
    return made | ({"reason": said("no factor set gives the supply of a fuel")} if made["missing"] else {})
