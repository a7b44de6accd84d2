"""Electricity: grid factors, residual mix, losses, upstream, generation by technology, water of generation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from . import zones
from .model import BuildError, Factor, Package, joined, need, number, plain, worse, years
from .reference import Reference, Row, own_csv

COUNTRY, SUBNATIONAL = "factors/grid_country.csv", "factors/grid_subnational.csv"
#: README of the later factors: Ember's El Salvador of these years lacks its gas (135.45 g in 2023, other editions about 271)
WITHHELD = {("SV", year) for year in ("2022", "2023", "2024", "2025")}
_REQUIRED = ("id", "geography", "valid_year", "year_basis", "value", "unit", "scope", "source", "evidence")


def packages(reference: Reference) -> list[Package]:
    """All packages of electricity."""
    country, regional = reference.table(COUNTRY), reference.table(SUBNATIONAL)
    ember = _ember(country)
    direct = _select("grid/official-direct", "grid_direct", country, lambda row: row["scope"] == "direct")
    mee = _select("grid/china-lifecycle", "grid_lifecycle", country, lambda row: row["source"].startswith("mee_pcf"))
    result = [ember, mee, direct, *_regional(regional)]
    egrid = next(p for p in result if p.id == "grid/egrid-2023")
    egrid.tables["zones"] = zones.of_states(reference, {f.geography: f.name for f in egrid.factors})
    withheld = sum(_is_withheld(row) for row in country)
    taken = sum(len(p.factors) for p in (ember, mee, direct)) + sum(row["value"] == "0.0" for row in country) + withheld
    if taken != len(country):
        raise BuildError(f"{COUNTRY}: {len(country)} rows, but {taken} went into a package or were left out")
    result.append(_derived_upstream(ember, direct))
    result.append(_upstream(reference))
    residual = [
        row for name in ("residual_mix", "more/residual_mix_national") for row in reference.table(f"factors/{name}.csv")
    ]
    result.append(
        _select(
            "grid/residual-mix",
            "residual_mix",
            residual,
            lambda row: row["scope"] == "residual",
            losses="",
            accounting="",
        )
    )
    result.append(_losses(reference))
    technology = _by_technology(reference.table("factors/energy_source.csv"))
    result.append(_technology("energy/ar5-annex3", technology, "ipcc_ar5_annex3", dated=False))
    result.append(_technology("energy/china-mee-technology", technology, "mee_pcf_2024", dated=True))
    return [*result, *_water(reference)]


def factor(
    row: Row, quantity: str, *, with_basis: bool = True, gwp: str = "", losses: str = "", accounting: str = ""
) -> Factor:
    """A reference row as a factor of one calendar year."""
    need(row, _REQUIRED, quantity)
    first, last = years(row["valid_year"], row["id"])
    return Factor(
        id=row["id"],
        quantity=quantity,
        geography=row["geography"],
        name=row["name"],
        valid_from=first,
        valid_to=last,
        year_basis=row["year_basis"],
        value=row["value"],
        unit=row["unit"],
        scope=row["scope"],
        source=row["source"],
        evidence=row["evidence"],
        notes=joined(row["basis"] if with_basis else "", row["notes"]),
        gwp=gwp,
        losses=losses,
        accounting=accounting,
    )


def gwp_basis(row: Row) -> str:
    """Report of the IPCC whose global warming potentials a row rests on, by what the reference says of its basis."""
    if row["unit"] == "gCO2/kWh":
        return "CO2 only"
    known = [report for report in ("AR4", "AR5", "AR6") if report in row["basis"]]
    return known[0] if len(known) == 1 and "not IPCC" not in row["basis"] else "not stated"


def _select(
    package: str, quantity: str, rows: Iterable[Row], chosen: Callable[[Row], bool], *, losses: str = "outside",
    accounting: str = "generation",
) -> Package:  # fmt: skip
    """A package of the rows chosen. `losses` of the grid and `accounting`: README of the reference, trap 6, and its notes."""
    return Package(
        package,
        [
            factor(row, quantity, gwp=gwp_basis(row), losses=losses, accounting=accounting)
            for row in rows
            if chosen(row)
        ],
    )


def _is_withheld(row: Row) -> bool:
    return row["source"].startswith("ember_owid") and (row["geography"], row["valid_year"]) in WITHHELD


def _ember(rows: list[Row]) -> Package:
    package = Package("grid/ember-lifecycle")
    zeros = []
    for row in rows:
        if not row["source"].startswith("ember_owid"):
            continue
        if number(row["value"], row["id"]) == 0:
            zeros.append(row)
        elif not _is_withheld(row):
            basis = {"gwp": gwp_basis(row), "losses": "outside", "accounting": "generation"}
            package.factors.append(factor(row, "grid_lifecycle", with_basis=False, **basis))
    places = sorted({row["name"] for row in zeros})
    package.left_out.append(f"{len(zeros)} rows printed as 0, that is, not available: {', '.join(places)}")
    package.left_out.append(
        "El Salvador of 2022 to 2025: the file lacks its gas (135.45 g/kWh in 2023, other editions about 271)"
    )
    return package


def _regional(rows: list[Row]) -> list[Package]:
    egrid = _select("grid/egrid-2023", "grid_direct", rows, lambda row: row["source"].startswith("egrid2023"))
    national = [f for f in egrid.factors if f.geography == "US-usa"]
    egrid.factors = [_by_state(f) for f in egrid.factors if f.geography != "US-usa"]
    egrid.left_out.append(
        f"{len(national)} row for the United States as a whole (US-usa): the same figure stands in grid/official-direct"
    )
    nordic = _select("grid/nordic-zones", "grid_lifecycle", rows, lambda row: row["source"] == "codecarbon_nordic")
    nordic.factors = [replace(f, evidence="C") for f in nordic.factors]
    result = [
        egrid,
        _losses_inside(
            _select(
                "grid/canada-eccc",
                "grid_direct",
                rows,
                lambda row: row["source"].startswith("eccc_"),
                losses="inside",
                accounting="consumption",
            )
        ),
        _select("grid/australia-nga", "grid_direct", rows, lambda row: row["source"].startswith("nga_")),
        _select(
            "grid/china-mee-provinces",
            "grid_direct",
            rows,
            lambda row: row["source"].startswith("mee_"),
            accounting="consumption",
        ),
        nordic,
    ]
    if sum(len(package.factors) for package in result) + len(national) != len(rows):
        raise BuildError(f"{SUBNATIONAL}: a row belongs to no package")
    return result


def _by_state(factor: Factor) -> Factor:
    """eGRID's rates of states are of what is generated there, not of what is drawn: no lookup takes them for the grid."""
    if factor.source != "egrid2023_state":
        return factor
    note = "rate of what is generated in the state; what is drawn there comes from its eGRID subregions"
    return replace(factor, quantity="state_generation_direct", notes=joined(factor.notes, note))


def _losses_inside(package: Package) -> Package:
    """The scope says that losses of the grid are inside, so that none are added."""
    package.factors = [replace(f, scope="direct+td-loss") for f in package.factors]
    return package


def _derived_upstream(lifecycle: Package, direct: Package) -> Package:
    package = Package("grid/upstream-derived")
    totals = {(f.geography, f.valid_from): f for f in lifecycle.factors}
    negative, consumed = [], []
    for part in direct.factors:
        if "td-loss" in part.scope:  # per kWh consumed, and the life-cycle factor per kWh generated
            consumed.append(part.id)
            continue
        total = totals.get((part.geography, part.valid_from))
        if part.year_basis != "data" or total is None or not part.unit == total.unit == "gCO2e/kWh":
            continue
        difference = number(total.value, total.id) - number(part.value, part.id)
        if difference <= 0:
            negative.append(f"{part.geography} {part.valid_from[:4]}")
            continue
        package.factors.append(
            replace(
                total,
                id=f"upstream-{total.id}-minus-{part.id}",
                quantity="grid_wtt",
                value=plain(difference),
                scope="upstream without losses, derived",
                source="lca_upstream_derived",
                evidence=worse(total.evidence, part.evidence),
                notes=f"derived: {total.id} - {part.id}",
                gwp=total.gwp if total.gwp == part.gwp else "not stated",
                losses="",
                accounting="",
            )
        )
    if consumed:
        package.left_out.append(f"direct factors that hold losses of the grid: {', '.join(sorted(consumed))}")
    pairs = ", ".join(sorted(negative))
    package.left_out.append(
        f"{len(negative)} pairs whose difference is not positive (direct above life-cycle): {pairs}"
    )
    return package


def _upstream(reference: Reference) -> Package:
    """What can be added to a direct factor: one figure, or fuels and losses apart, summed as own/combined.csv says."""
    package = Package("grid/upstream")
    rows = {row["id"]: row for row in reference.table("factors/upstream_wtt.csv")}
    for sum_row in own_csv("combined.csv"):
        parts = [rows.pop(part) for part in sum_row["parts"].split("|")]
        same = {(p["geography"], p["valid_year"], p["unit"], p["source"], p["year_basis"]) for p in parts}
        if len(same) != 1 or parts[0]["source"] != sum_row["source"]:
            raise BuildError(f"own/combined.csv: the parts of {sum_row['id']} differ in place, year, unit or source")
        total = sum((number(p["value"], p["id"]) for p in parts), Decimal(0))
        named = " + ".join(f"{p['value']} ({p['notes']})" for p in parts)
        combined = parts[0] | {name: sum_row[name] for name in ("id", "scope", "evidence", "notes")}
        combined |= {"value": plain(total), "notes": joined(named, sum_row["notes"])}
        package.factors.append(factor(combined, sum_row["quantity"]))
    heat = 0
    for row in rows.values():
        if row["scope"] == "upstream+td-loss":
            package.factors.append(factor(row, "grid_upstream"))
        elif row["scope"] == "td-loss-emissions":
            package.factors.append(factor(row, "grid_td_loss"))
        else:
            heat += 1
    package.left_out.append(f"{heat} well-to-tank row for heat and steam: not electricity")
    return package


def _losses(reference: Reference) -> Package:
    """Shares of 1 instead of per cent; where two publishers answer, own/preferred.csv says which one stays."""
    package = Package("grid/td-losses")
    dropped = {row["drop"]: row for row in own_csv("preferred.csv")}
    for row in reference.table("factors/td_losses.csv"):
        if row["id"] in dropped:
            package.left_out.append(f"{row['id']}: {dropped[row['id']]['reason']}")
            continue
        if row["unit"] != "%":
            raise BuildError(f"{row['id']}: unit {row['unit']!r} where % was expected")
        share = plain(number(row["value"], row["id"]) / 100)
        package.factors.append(factor(row | {"value": share, "unit": "1"}, "td_loss_share"))
    return package


def _by_technology(rows: list[Row]) -> dict[tuple[str, str, str], dict[str, Row]]:
    """Rows by source, technology and scope, then by statistic."""
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in rows:
        found.setdefault((row["source"], row["name"], row["scope"]), {})[row["stat"]] = row
    return found


def _technology(package: str, rows: dict[tuple[str, str, str], dict[str, Row]], source: str, *, dated: bool) -> Package:
    """Minimum, median and maximum in one row per technology and scope."""
    result = Package(package)
    for (key, technology, scope), stats in rows.items():
        if key != source:
            continue
        centre = stats.get("median") or stats.get("central")
        if centre is None:
            raise BuildError(f"{package}: {technology} {scope} has no central value")
        made = factor(centre | {"year_basis": "data"}, f"generation_{scope}")
        made = replace(
            made,
            id=made.id.removesuffix("-median"),
            technology=technology,
            name=technology.replace("_", " "),
            low=stats["min"]["value"] if "min" in stats else "",
            high=stats["max"]["value"] if "max" in stats else "",
            evidence=worse(*(row["evidence"] for row in stats.values())),
        )
        result.factors.append(made if dated else replace(made, valid_from="", valid_to="", year_basis="undated"))
    return result


def _water(reference: Reference) -> list[Package]:
    """Water of electricity generation (WRI) and of US data centres (LBNL)."""
    wri, lbnl = Package("water/wri-2020"), Package("water/lbnl-2024")
    chosen = {row["reference"]: row for row in own_csv("water.csv")}
    unused = 0
    for row in reference.table("factors/water.csv"):
        if row["id"] not in chosen and not (row["source"] == "wri_2020" and row["geography"] != "WORLD"):
            unused += 1
            continue
        choice = chosen.get(row["id"], {"package": wri.id, "quantity": "grid_water", "notes": ""})
        target = {wri.id: wri, lbnl.id: lbnl}[choice["package"]]
        target.factors.append(factor(row | {"notes": joined(row["notes"], choice["notes"])}, choice["quantity"]))
    wri.left_out.append(
        f"{unused} rows of WRI Table 4 and LBNL that a figure of this or the other water package already answers"
    )
    return [wri, lbnl]
