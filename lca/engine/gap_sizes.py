"""How large a gap is: what entries without a figure would add by the nearest proxy, and their share of energy and of money.

Nothing here enters a total. A proxy is a mean over the entries whose figure is known, per device hour, per kWh or per entry: of
the same device, place or system before all; where nothing is known, the life-cycle factor of the world.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lca.activity import Activities
from lca.catalogue.factor_set import KEYS
from lca.catalogue.resolve import Resolved
from lca.catalogue.store import Catalogue
from lca.engine.summary import exact_sums
from lca.language import said
from lca.run import Run

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]

#: quantities whose gaps get a size: what totals are made of
SIZED = ("facility_energy", "use_co2e", "embodied_co2e", "end_of_life_co2e")
SAME_DEVICE = said("the mean per device hour of entries on the same device")
DEVICE_HOUR = said("the mean per device hour of all entries")
SAME_WORK = said("the mean of entries of the same system and stage")
ENTRY = said("the mean of all entries")
SAME_COUNTRY = said("the mean per kWh of entries in the same country")
KWH = said("the mean per kWh of all entries")
PRODUCTION = said("the mean share of production in all entries")
WORLD = said("the life-cycle factor of the world")
#: what money stands for where no bill says it
DEVICE_HOURS = said("device hours")
_MONEY = re.compile(r"(-?[\d.]+(?:e[+-]?\d+)?)(?: ([A-Za-z]+))?(?: and |$)")


class Proxy(NamedTuple):
    """A step of estimation: what it is called, the keys within which a mean is formed, and what the mean is per."""

    name: str
    keys: Codes
    per: Numbers


@dataclass
class Estimate:
    """Values of a quantity, estimated where it is not known: `step` is the number of the proxy, -1 where it is known or none fits."""

    values: Numbers
    step: Codes
    names: list[str]


@dataclass
class GapSizes:
    """Estimates of quantities, and the weight of each entry by energy (kWh) and by money, which is called `money_name`."""

    estimates: dict[str, Estimate]
    energy: Numbers
    money: Numbers
    money_name: str

    @property
    def money_key(self) -> str:
        """What money is called in data: `cost`, or `device_hours` where no bill says it."""
        return str(self.money_name).replace(" ", "_")

    def shares(
        self, rows: NDArray[np.bool_], within: NDArray[np.bool_] | None = None
    ) -> tuple[float | None, float | None]:
        """Share of some entries by energy and by money in those `within`; None where the weight of one of them is not known."""
        found: list[float | None] = []
        for weight in (self.energy, self.money):
            if np.isnan(weight[rows]).any():
                found.append(None)
                continue
            held = np.nan_to_num(weight if within is None else np.where(within, weight, 0.0))
            whole = float(exact_sums(np.zeros(len(held), np.int64), held, 1)[0])
            part = float(exact_sums(np.zeros(len(held), np.int64), np.where(rows, held, 0.0), 1)[0])
            found.append(part / whole if whole > 0 else None)
        return found[0], found[1]


def sizes(
    activities: Activities, resolved: Resolved, results: Mapping[str, NDArray[Any]], catalogue: Catalogue
) -> GapSizes:
    """The size of every gap of an assessment."""
    rows = activities.rows

    def column(name: str) -> Numbers:
        return results.get(name, np.full(rows, np.nan))

    every, one = np.zeros(rows, np.int64), np.ones(rows)
    hours = column("device_hours")
    device, country = activities.device_of_row, _codes([p["country"] for p in resolved.places])[activities.place_of_row]
    work = _codes([f"{s}\0{t}" for s, t in zip(activities.systems, activities.stages, strict=True)])[
        activities.run_of_row
    ]
    by_hours = (Proxy(SAME_DEVICE, device, hours), Proxy(DEVICE_HOUR, every, hours))
    by_entry = (Proxy(SAME_WORK, work, one), Proxy(ENTRY, every, one))
    energy = _estimate(column("facility_energy"), [*by_hours, *by_entry])
    use = _estimate(column("use_co2e"), [Proxy(SAME_COUNTRY, country, energy.values), Proxy(KWH, every, energy.values)])
    world = _world(catalogue)
    lacking = np.isnan(use.values) & ~np.isnan(energy.values)
    if world is not None and lacking.any():
        use.values[lacking], use.step[lacking] = energy.values[lacking] * world, len(use.names)
        use.names.append(WORLD)
    per_kwh = Proxy(KWH, every, energy.values)
    embodied = _estimate(column("embodied_co2e"), [*by_hours, per_kwh])
    end_of_life = _estimate(column("end_of_life_co2e"), [Proxy(PRODUCTION, every, embodied.values), *by_hours])
    money, name = _money(activities, hours)
    estimates = dict(zip(SIZED, (energy, use, embodied, end_of_life), strict=True))
    return GapSizes(estimates, energy.values, money, name)


def _codes(labels: Sequence[str]) -> Codes:
    index: dict[str, int] = {}
    return np.asarray([index.setdefault(label, len(index)) for label in labels], np.int64)


def _estimate(values: Numbers, proxies: Sequence[Proxy]) -> Estimate:
    """Values filled by the first proxy that fits: the sum of what is known over that of what it is per, within the same keys."""
    known, out = ~np.isnan(values), values.copy()
    step = np.full(len(values), -1, np.int64)
    for number, proxy in enumerate(proxies):
        open_rows = np.isnan(out) & (proxy.per > 0)
        base = known & (proxy.per > 0)
        if not open_rows.any() or not base.any():
            continue
        groups = int(proxy.keys.max(initial=0)) + 1
        above = exact_sums(proxy.keys[base], values[base], groups)
        below = exact_sums(proxy.keys[base], proxy.per[base], groups)
        ratio = np.divide(above, below, out=np.full(groups, np.nan), where=below > 0)[proxy.keys]
        fits = open_rows & ~np.isnan(ratio)
        out[fits], step[fits] = (ratio * proxy.per)[fits], number
    return Estimate(out, step, [p.name for p in proxies])


def _world(catalogue: Catalogue) -> float | None:
    """The newest life-cycle factor of the world, kg per kWh."""
    key = ("WORLD", *[""] * (len(KEYS) - 1))
    held = [catalogue.factors[code] for code in catalogue.index.get(("grid_lifecycle", key), [])]
    return max(held, key=lambda f: f.first_year or 0).value if held else None


def _money(activities: Activities, hours: Numbers) -> tuple[Numbers, str]:
    """What each entry cost, where bills say so in one currency for all runs; else its device hours."""
    costs = [_cost(run) for run in activities.runs]
    currencies = {c[1] for c in costs if c is not None}
    if None in costs or len(currencies) != 1:
        return hours, DEVICE_HOURS
    piece = activities.piece_of_row
    share = 1.0 / np.bincount(piece, minlength=activities.pieces)[piece]
    for row, part in activities.divided.items():
        share[row] *= part.energy
    return np.asarray([c[0] for c in costs if c is not None])[activities.run_of_row] * share, said("cost")


def _cost(run: Run) -> tuple[float, str] | None:
    stated = (run.ext or {}).get("billed_cost")
    found = _MONEY.findall(str(stated)[:400]) if stated is not None else []
    return (float(found[0][0]), found[0][1]) if len(found) == 1 and float(found[0][0]) > 0 else None
