"""How wide factors of each kind are, and what stands in for another scope, year or place: `uncertainty/kinds`.

The width of a kind is a published spread (own/kinds.csv says which row of which table). The width of a stand-in is how far
apart the sets that this build wrote lie for the same two things: 95 of 100 pairs differ by no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from .model import BuildError, Factor, Package, joined, number
from .reference import Reference, own_csv, own_json

PACKAGE = "uncertainty/kinds"
SPREADS = "factors/uncertainty.csv"
KIND, STAND_IN = "kind_spread", "stand_in_spread"
LIFE_CYCLE, DIRECT, NATIONAL = "grid/ember-lifecycle", "grid/official-direct", "grid/national-direct"
#: sets of direct factors of states, provinces and grid zones whose country has one too
PARTS = ("grid/egrid-2023", "grid/australia-nga", "grid/china-mee-provinces")
#: years apart for which there are pairs enough; what lies further apart counts as the last
MOST_YEARS, FEWEST_PAIRS = 6, 20
_Z = 1.959963984540054
_SOURCE = "lca_shipped_differences"

Place = tuple[str, int]


def package(reference: Reference, packages: dict[str, Package], states: dict[str, str]) -> Package:
    """The table of kinds and stand-ins. `states`: territory -> its state."""
    made = Package(PACKAGE)
    published = {row["id"]: row for row in reference.table(SPREADS)}
    for row in own_csv("kinds.csv"):
        made.factors.append(_kind(row, published, packages))
    direct = _values(packages[DIRECT].factors + packages[NATIONAL].factors, "grid_direct")
    whole = _values(packages[LIFE_CYCLE].factors, "grid_lifecycle")
    made.factors += [
        _stand_in("life-cycle", "direct over life-cycle factor of one place and year", [
            math.log(value / whole[place]) for place, value in direct.items() if place in whole
        ]),
        _stand_in("country", "direct factor of a state, province or grid zone over that of its country", list(_parts(packages))),
        _stand_in("state", "life-cycle factor of a territory over that of its state, of one year", [
            math.log(value / whole[states[area], year]) for (area, year), value in whole.items()
            if area in states and (states[area], year) in whole
        ]),
        *_years(direct, whole),
    ]  # fmt: skip
    used = {kind for text in own_json("sets.json")["sets"].values() for kind in text["lca"].get("kind", {}).values()}
    known = {f.technology for f in made.factors if f.quantity == KIND}
    if used != known:
        raise BuildError(f"own/sets.json and own/kinds.csv differ in kinds: {sorted(used ^ known)}")
    return made


def _kind(row: dict[str, str], published: dict[str, dict[str, str]], packages: dict[str, Package]) -> Factor:
    """A kind by a published spread: GSD², GSD, or the least and most of a technology in `energy/ar5-annex3`."""
    value = row["value"]
    if row["how"] == "gsd":
        value = f"{float(published[row['reference']]['value']) ** 2:.6g}"
    elif row["how"] == "gsd2":
        value = published[row["reference"]]["value"]
    elif row["how"] in ("range of direct", "range of upstream"):
        ends = {
            f.scope: (float(f.low), float(f.high))
            for f in packages["energy/ar5-annex3"].factors
            if f.technology == row["reference"]
        }
        low, high = ends["direct"]
        if row["how"] == "range of upstream":
            low, high = (a - b for a, b in zip(ends["lifecycle"], ends["direct"], strict=True))
        value = f"{math.sqrt(high / low):.6g}"
    elif row["how"] != "value":
        raise BuildError(f"own/kinds.csv: {row['kind']}: {row['how']!r}")
    return Factor(
        id=f"kind-{row['kind']}", quantity=KIND, technology=row["kind"], name=row["kind"].replace("-", " "), value=value, unit="1",
        scope="square of the geometric standard deviation", source=row["source"], evidence=row["evidence"], notes=row["why"],
    )  # fmt: skip


def _values(factors: Iterable[Factor], quantity: str) -> dict[Place, float]:
    """Factors of countries by place and year of their data, losses outside."""
    return {
        (f.geography, int(f.valid_from[:4])): float(number(f.value, f.id))
        for f in factors
        if f.quantity == quantity and f.year_basis == "data" and f.losses != "inside" and len(f.geography) == 2
    }


def _parts(packages: dict[str, Package]) -> Iterable[float]:
    country = {(f.geography, f.source.split("_")[0], f.valid_from): float(f.value) for f in packages[DIRECT].factors}
    for name in PARTS:
        for f in packages[name].factors:
            whole = country.get((f.geography[:2], f.source.split("_")[0], f.valid_from))
            if f.quantity == "grid_direct" and whole:
                yield math.log(float(f.value) / whole)


def _years(direct: dict[Place, float], whole: dict[Place, float]) -> Iterable[Factor]:
    """Factors of one place some years apart; further apart is never narrower."""
    for name, values, what in (
        ("grid_direct", direct, "direct factors"),
        ("grid_lifecycle", whole, "life-cycle factors"),
    ):
        most, told = 0.0, ""
        for years in range(1, MOST_YEARS + 1):
            pairs = [
                abs(math.log(values[area, year + years] / value))
                for (area, year), value in values.items()
                if (area, year + years) in values
            ]
            other = [
                abs(math.log(whole[area, year + years] / value))
                for (area, year), value in whole.items()
                if (area, year + years) in whole
            ]
            mine = pairs if len(pairs) >= FEWEST_PAIRS else other
            said = what if mine is pairs else "life-cycle factors, since direct ones are too few"
            if _quantile(mine, 0.95) > most:
                most, told = _quantile(mine, 0.95), f"{len(mine)} pairs of {said} of one place, {years} years apart"
            yield Factor(
                id=f"stand-in-{name}-{years}-years", quantity=STAND_IN, technology=f"{name} {years} years",
                name=f"{what} of a year {years} years away", value="1", low=f"{math.exp(-most):.4g}", high=f"{math.exp(most):.4g}", unit="1",
                scope="ratio of what is meant to what stands in, 95 % interval", source=_SOURCE, evidence="B",
                notes=f"95 of 100 differ by no more: {told}",
            )  # fmt: skip


def _stand_in(name: str, what: str, logs: list[float]) -> Factor:
    """2.5 % and 97.5 % of the ratios of pairs."""
    low, high = (min(_quantile(logs, 0.025), 0.0), max(_quantile(logs, 0.975), 0.0))
    return Factor(
        id=f"stand-in-{name}", quantity=STAND_IN, technology=name, name=what, value="1", low=f"{math.exp(low):.4g}",
        high=f"{math.exp(high):.4g}", unit="1", scope="ratio of what is meant to what stands in, 95 % interval", source=_SOURCE,
        evidence="B", notes=f"2.5 % and 97.5 % of {len(logs)} pairs of the sets shipped",
    )  # fmt: skip


def _quantile(values: list[float], share: float) -> float:
    """Quantile with linear interpolation, as everyone takes it."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = int(at)
    after = ordered[min(low + 1, len(ordered) - 1)]
    return ordered[low] + (at - low) * (after - ordered[low])


def differences(packages: dict[str, Package], kinds: Package) -> None:
    """Give differences of two factors the interval that follows from both: of a small difference it is wider than itself."""
    spread = {f.technology: float(f.value) for f in kinds.factors if f.quantity == KIND}
    of_set = {name: text["lca"].get("kind", {}) for name, text in own_json("sets.json")["sets"].items()}
    wide = {
        f.id: float(f.value) * math.log(spread[of_set[name][f.quantity]]) / 2 * _Z
        for name, package in packages.items() for f in package.factors
        if f.quantity in of_set.get(name, {}) and of_set[name][f.quantity] in spread
    }  # fmt: skip
    derived = packages["grid/upstream-derived"].factors
    for position, factor in enumerate(derived):
        total, dash, part = factor.notes.removeprefix("derived: ").partition(" - ")
        if not dash or factor.low or factor.high or total not in wide or part not in wide:
            continue
        value, reach = float(factor.value), math.hypot(wide[total], wide[part])
        told = "low and high: both factors vary by the spread of their kind"
        derived[position] = replace(
            factor, low=f"{max(value - reach, 0.0):.4g}", high=f"{value + reach:.4g}", notes=joined(factor.notes, told)
        )
