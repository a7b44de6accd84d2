"""Grid zones of areas that lie in several: their shares, and the means of factors over them.

A state of the US is no area of the grid: what is drawn there comes from the eGRID subregions in which it lies. A set says
in `zones.csv` which zones an area lies in, and with which shares. An area wholly in one takes the factors of that zone;
for one in several this module makes their share-weighted mean, for every quantity that all its zones have. A cloud region
that could lie in several takes the likeliest, with an interval over all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lca.catalogue.factor_set import KEYS, Factor, FactorSet
from lca.errors import FactorError, shorten
from lca.territories import canonical

#: quantities of which a mean over zones means something
QUANTITIES = ("grid_direct", "grid_lifecycle", "grid_upstream", "grid_wtt", "grid_td_loss", "td_loss_share", "residual_mix",
              "grid_water", "grid_adpe", "grid_primary_energy")  # fmt: skip
#: how far the shares of an area may be from 1 in sum, since they are rounded
_CLOSE = 0.001


class Zone(NamedTuple):
    """A grid zone in which an area lies, and the share of the area in it."""

    code: str
    share: float


def shares(sets: Sequence[FactorSet]) -> dict[str, tuple[Zone, ...]]:
    """Zones of each area that a set names, the largest share first; of two sets the earlier counts."""
    out: dict[str, tuple[Zone, ...]] = {}
    for made in sets:
        own: dict[str, list[Zone]] = {}
        for number, row in enumerate(made.zones, start=2):
            own.setdefault(canonical(row["geography"]), []).append(
                _zone(row, f"{made.path / 'zones.csv'}: row {number}")
            )
        for area, zones in own.items():
            whole = math.fsum(zone.share for zone in zones)
            if abs(whole - 1) > _CLOSE:
                raise FactorError(f"{made.path / 'zones.csv'}: {area}: share", f"the shares add up to {whole:g}",
                                  "Correct them: they are shares of the whole area.")  # fmt: skip
            ordered = sorted(zones, key=lambda zone: (-zone.share, zone.code))
            out.setdefault(area, tuple(Zone(zone.code, zone.share / whole) for zone in ordered))
    return out


def _zone(row: Mapping[str, str], where: str) -> Zone:
    try:
        share = float(row["share"])
    except ValueError:
        share = math.nan
    if not 0 < share <= 1:
        raise FactorError(f"{where}: share", "not a share", "Write a number above 0, up to 1.", shorten(row["share"]))
    return Zone(row["zone"], share)


def mean_key(area: str) -> str:
    """The geography under which the means of an area are found."""
    return f"zones of {area}"


def region_key(record: Mapping[str, str]) -> str:
    """The geography under which the factors of a region are found: its grid zone, or a key of its own where it could lie in others."""
    if not record.get("zone_ambiguous"):
        return record.get("grid_zone") or ""
    return mean_key(_region(record))


def possible(record: Mapping[str, str]) -> list[str]:
    """Grid zones in which a region could lie, the likeliest first."""
    return [zone for zone in (record.get("grid_zone") or "", *(record.get("other_zones") or "").split("|")) if zone]


def means(sets: Sequence[FactorSet], candidates: Callable[[str, str], Sequence[Factor]]) -> list[Factor]:
    """Factors of areas in several zones. `candidates`: factors of a quantity and geography, of which the first counts."""
    areas = [("mean", area, zones) for area, zones in shares(sets).items() if len(zones) > 1]
    for record in (r for made in sets for r in made.regions if r.get("zone_ambiguous")):
        zones = tuple(Zone(code, float(n == 0)) for n, code in enumerate(possible(record)))
        areas.append(("likeliest", _region(record), zones))
    out: dict[str, Factor] = {}
    for how, area, zones in areas:
        for quantity in QUANTITIES:
            held = [_by_period(candidates(quantity, zone.code)) for zone in zones]
            for period in [p for p in held[0] if all(p in each for each in held)]:
                made = _over_zones(how, area, zones, [each[period] for each in held])
                out.setdefault(made.id, made)
    return list(out.values())


def _region(record: Mapping[str, str]) -> str:
    return f"{record['provider']} {record['region'].lower()}"


def _by_period(factors: Sequence[Factor]) -> dict[tuple[int | None, int | None], Factor]:
    found: dict[tuple[int | None, int | None], Factor] = {}
    for factor in factors:
        found.setdefault((factor.first_year, factor.last_year), factor)
    return found


def _over_zones(how: str, area: str, zones: Sequence[Zone], parts: Sequence[Factor]) -> Factor:
    """The mean over the zones of an area, by their shares; its interval reaches from the least of them to the most.

    `how`: mean, or likeliest, where the first zone has the whole share and the others are possible.
    """
    first = parts[0]
    value = math.fsum(zone.share * part.value for zone, part in zip(zones, parts, strict=True))
    lows = [min(part.value, part.low) if part.low == part.low else part.value for part in parts]
    highs = [max(part.value, part.high) if part.high == part.high else part.value for part in parts]
    key = list(first.key)
    key[KEYS.index("geography")] = mean_key(area)
    named = " + ".join(f"{zone.share:.4g} x {part.id}" for zone, part in zip(zones, parts, strict=True))
    told = f"share-weighted mean: {named}" if how == "mean" else f"likeliest of {', '.join(p.id for p in parts)}"

    def common(values: Sequence[str], else_: str) -> str:
        return values[0] if len(set(values)) == 1 else else_

    return first._replace(
        id=f"{how}-{first.id}-of-{area.replace(' ', '-')}", key=tuple(key), name=f"{area}: {', '.join(p.name for p in parts)}", value=value,
        low=min(lows), high=max(highs), printed=_printed(value, first), distribution="pert", evidence=max(p.evidence for p in parts),
        notes=told, replaces="", scope=common([p.scope for p in parts], first.scope),
        gwp=common([p.gwp for p in parts], "not stated"), losses=common([p.losses for p in parts], ""),
        accounting=common([p.accounting for p in parts], ""),
    )  # fmt: skip


def _printed(value: float, like: Factor) -> str:
    """The mean in the unit in which the parts are printed, so that a reader can compare them."""
    number, _, unit = like.printed.partition(" ")
    scaled = value * float(number) / like.value if like.value else value
    return f"{scaled:.6g} {unit}".strip()
