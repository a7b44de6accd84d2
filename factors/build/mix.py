"""What the generation mix of a place makes of figures by technology: upstream emissions, primary energy, ADPe, water.

Each figure is the sum over technologies of their share in generation times a figure per kWh of the technology, with the
least and the most of each beside it. All figures of one sum come from one family of values (one method), named in the
notes of the row. What lies upstream is the life-cycle figure less the direct one of the same statistic (AR5 Annex III).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from .model import BuildError, Factor, Package, number, plain, years
from .reference import Reference, Row

MIX, IMPACTS = "factors/more/generation_mix_country.csv", "factors/more/lifecycle_other_impacts.csv"
TECHNOLOGIES = ("coal", "gas", "oil", "nuclear", "hydro", "wind", "solar", "bio", "other")
#: mark in the notes of a mix whose `oil_pct` is oil shale, dug beside its plant like lignite
OIL_SHALE = "oil_pct is oil shale"
#: most of a mix, in per cent, that may be of technologies of which a family says nothing
UNKNOWN = Decimal(5)
#: UNECE 2022, upper end for hydropower (reference/factors/README.md, section 2): the most of AR5, 2200, is one reservoir
HYDRO_MOST = Decimal(147)
#: UNECE's ADPe lies 3 to 40 times above ADEME's (reference/factors/more/README.md)
ADPE_NEAREST, ADPE_FARTHEST = Decimal(3), Decimal(40)


class Range(NamedTuple):
    """Least, central and most of a technology per kWh generated."""

    low: Decimal
    value: Decimal
    high: Decimal


Family = Mapping[str, Range]


def packages(reference: Reference) -> list[Package]:
    """The packages that follow from generation mixes."""
    mixes = reference.table(MIX)
    water_known = {row["geography"] for row in reference.table("factors/water.csv") if row["source"] == "wri_2020"}
    return [
        _package("grid/upstream-mix", "grid_wtt_mix", mixes, upstream(reference), UPSTREAM),
        _package("grid/primary-energy-mix", "grid_primary_energy", mixes, primary_energy(reference), PRIMARY_ENERGY),
        _package("grid/adpe-mix", "grid_adpe", mixes, adpe(reference), ADPE),
        _package("water/generation-mix", "grid_water", mixes, water(reference), WATER, without=water_known | {"WORLD"}),
    ]


class Kind(NamedTuple):
    """How the rows of one quantity are written."""

    id: str
    unit: str
    scope: str
    source: str
    evidence: str
    notes: str
    digits: int


UPSTREAM = Kind(
    "upstream-mix", "gCO2e/kWh", "upstream without losses, by generation mix", "lca_mix_upstream", "C",
    "CO2e GWP100; share of generation in % x upstream of the technology in g/kWh", 4,
)  # fmt: skip
PRIMARY_ENERGY = Kind(
    "primary-energy-mix", "MJ/kWh", "primary energy of generation, by generation mix", "lca_mix_primary_energy", "C",
    "heat rates of the EIA (HHV, at the plant, without upstream) and the physical energy content of water, wind and sun; "
    "without grid losses; share of generation in % x MJ/kWh", 4,
)  # fmt: skip
ADPE = Kind(
    "adpe-mix", "kgSbeq/kWh", "lifecycle, by generation mix", "lca_mix_adpe", "C",
    "minerals and metals (EF/ILCD), family of UNECE 2021, 3 to 40 times above that of ADEME: low is a fortieth, high three "
    "times the value; without grid losses; share of generation in % x kgSbeq/kWh", 4,
)  # fmt: skip
WATER = Kind(
    "water-mix", "L/kWh", "offsite-water-consumption, by generation mix", "lca_mix_water", "C",
    "consumption at plants of the United States (Macknick 2012), the middle of the kinds of cooling; hydropower with gross "
    "evaporation of reservoirs, of which low counts nothing; without grid losses; share of generation in % x L/kWh", 4,
)  # fmt: skip


def _package(
    package: str, quantity: str, mixes: list[Row], family: Family, kind: Kind, without: set[str] | None = None
) -> Package:
    made, lacking = Package(package), []
    for mix in mixes:
        if without is not None and mix["geography"] in without:
            continue
        row = _row(quantity, mix, family, kind)
        if row is None:
            lacking.append(f"{mix['geography']} {mix['valid_year']}")
        else:
            made.factors.append(row)
    if lacking:
        made.left_out.append(
            f"{len(lacking)} mixes of which more than {UNKNOWN} % is of technologies without a value: {', '.join(lacking)}"
        )
    if without:
        made.left_out.append("places that water/wri-2020 answers")
    return made


def _row(quantity: str, mix: Row, family: Family, kind: Kind) -> Factor | None:
    """The figure of one mix; None where too much of it is of technologies that the family lacks."""
    shares = {name: number(mix[f"{name}_pct"], mix["id"]) for name in TECHNOLOGIES}
    if not Decimal(99) < sum(shares.values()) < Decimal(101):
        raise BuildError(f"{mix['id']}: shares add up to {sum(shares.values())}")
    if OIL_SHALE in mix["notes"] and kind is UPSTREAM:
        shares["coal"] += shares.pop("oil")
    known = {name: share for name, share in shares.items() if name in family and share}
    rest = sum((share for name, share in shares.items() if name not in family), Decimal(0))
    if rest > UNKNOWN or not known:
        return None
    whole = sum(known.values())
    value = sum((share * family[name].value for name, share in known.items()), Decimal(0)) / whole
    least, most = min(r.low for r in family.values()), max(r.high for r in family.values())
    scale = 100 / (whole + rest)
    low = (sum(share * family[name].low for name, share in known.items()) + rest * least) * scale / 100
    high = (sum(share * family[name].high for name, share in known.items()) + rest * most) * scale / 100
    if kind is ADPE:
        low, high = value / ADPE_FARTHEST, value * ADPE_NEAREST
    terms = " + ".join(f"{name} {plain(share, 4)} x {plain(family[name].value, 4)}" for name, share in known.items())
    unknown = f"; {plain(rest, 3)} % of technologies without a value takes the mean of the rest" if rest else ""
    first, last = years(mix["valid_year"], mix["id"])
    return Factor(
        id=f"{kind.id}-{mix['geography']}-{mix['valid_year']}", quantity=quantity, geography=mix["geography"],
        name=mix["name"], valid_from=first, valid_to=last, year_basis="data", value=plain(value, kind.digits),
        low=plain(min(low, value), kind.digits), high=plain(max(high, value), kind.digits), unit=kind.unit,
        scope=kind.scope, source=kind.source, evidence=kind.evidence,
        notes=f"derived from {mix['id']}: {terms}{unknown}; {kind.notes}" + (f"; {mix['notes']}" if mix["notes"] else ""),
    )  # fmt: skip


def upstream(reference: Reference) -> Family:
    """What lies upstream of generation by technology, gCO2e per kWh generated.

    Coal and gas: life-cycle less direct of the same statistic; the least and the most of the three differences. Coal may
    have nothing upstream (lignite beside its mine), and so has what is counted as oil (waste, process gases). Nothing is
    burned elsewhere, or what is burned is biogenic, so that all of the life-cycle figure is upstream. Oil: well-to-tank
    of diesel per combustion of diesel (DESNZ), times the direct emissions of gas (least), coal (most) or their middle.
    """
    rows = {row["id"]: row for row in reference.table("factors/energy_source.csv")}
    fuels = {row["id"]: row for row in reference.table("factors/fuel_backup.csv")}

    def of(scope: str, technology: str, statistic: str) -> Decimal:
        found = f"ar5-{scope}-{technology}-{statistic}"
        return number(rows[found]["value"], found)

    def burned(technology: str) -> Range:
        differences = [of("lc", technology, s) - of("direct", technology, s) for s in ("min", "median", "max")]
        return Range(min(differences), differences[1], max(differences))

    def whole(*technologies: str) -> Range:
        least, most = (
            pick(of("lc", name, statistic) for name in technologies) for pick, statistic in ((min, "min"), (max, "max"))
        )
        return Range(least, of("lc", technologies[0], "median"), most)

    coal, gas, hydro = burned("coal_pc"), burned("gas_combined_cycle"), whole("hydropower")
    supply = number(fuels["desnz2026-wtt-diesel"]["value"], "desnz2026-wtt-diesel") / number(
        fuels["desnz2025-diesel"]["value"], "desnz2025-diesel"
    )
    gas_direct, coal_direct = of("direct", "gas_combined_cycle", "median"), of("direct", "coal_pc", "median")
    return {
        "coal": coal._replace(low=Decimal(0)),
        "gas": gas,
        "oil": Range(
            Decimal(0), supply * (gas_direct + coal_direct) / 2, supply * of("direct", "coal_pc", "max")
        ),
        "nuclear": whole("nuclear"),
        "hydro": hydro._replace(high=HYDRO_MOST),
        "wind": whole("wind_onshore", "wind_offshore"),
        "solar": whole("solar_pv_utility", "solar_pv_rooftop"),
        "bio": whole("biomass_dedicated"),
        "other": whole("geothermal"),
    }  # fmt: skip


def primary_energy(reference: Reference) -> Family:
    """Primary energy at the plant by technology, MJ per kWh generated.

    Heat rates of the EIA and, for water, wind and sun, the physical energy content. Heat rates of coal and gas spread as
    their direct emissions do (AR5), those of oil and biomass as coal's; biomass is burned as coal is.
    """
    rows = {row["id"]: row for row in reference.table(IMPACTS)}
    direct = {row["id"]: row for row in reference.table("factors/energy_source.csv")}

    def of(found: str) -> Decimal:
        return number(rows[found]["value"], found)

    def spread(value: Decimal, technology: str) -> Range:
        least, centre, most = (
            number(direct[f"ar5-direct-{technology}-{s}"]["value"], technology) for s in ("min", "median", "max")
        )
        return Range(value * least / centre, value, value * most / centre)

    coal = spread(of("eia-heatrate-coal-2022"), "coal_pc")
    nuclear, convention = of("eia-heatrate-nuclear-2022"), of("pec-nuclear")
    return {
        "coal": coal,
        "gas": spread(of("eia-heatrate-gas-2022"), "gas_combined_cycle"),
        "oil": spread(of("eia-heatrate-oil-2022"), "coal_pc"),
        "nuclear": Range(min(nuclear, convention), nuclear, max(nuclear, convention)),
        **{name: Range(*(of(f"pec-{name}"),) * 3) for name in ("hydro", "wind", "solar")},
        "bio": coal,
    }


def adpe(reference: Reference) -> Family:
    """Abiotic depletion of elements by technology, kgSbeq per kWh, all of the family of UNECE 2021.

    Other renewables have no value that is fit for use. Least and most are those of the sum, see `_row`.
    """
    rows = {row["id"]: row for row in reference.table(IMPACTS)}
    names = {name: f"unece21-adpe-{name}" for name in ("coal", "gas", "wind", "solar", "hydro", "nuclear")}
    names |= {name: f"cb22-adpe-{name}" for name in ("oil", "bio")}
    return {name: Range(*(number(rows[found]["value"], found),) * 3) for name, found in names.items()}


def water(reference: Reference) -> Family:
    """Water consumed at the plant by technology, L per kWh: least, middle and most over the kinds of cooling.

    Of oil nothing is published; it is burned in steam plants as gas is. Of reservoirs nothing may be laid to electricity.
    """
    found: dict[str, list[Decimal]] = {}
    for row in reference.table(IMPACTS):
        if row["source"] == "macknick_2012":
            found.setdefault(row["name"], []).append(number(row["value"], row["id"]))
            if row["id"].startswith("macknick-gas-steam"):
                found.setdefault("oil", []).append(number(row["value"], row["id"]))
    made = {name: Range(min(values), median(values), max(values)) for name, values in found.items() if name != "csp"}
    made["other"] = made.pop("geothermal")
    made["hydro"] = made["hydro"]._replace(low=Decimal(0))
    return made
