"""Scope 1: fuels of backup generators, burnt and well to tank, and the global warming potentials of refrigerants."""

from __future__ import annotations

import re

from .model import BuildError, Factor, Package, joined, need, years
from .reference import Reference, Row

FUELS, POTENTIALS = "factors/fuel_backup.csv", "factors/gwp.csv"
#: unit of the reference -> what the quantity is per, our unit
_PER = {"gCO2e/L": ("litre", "gCO2e/L"), "gCO2e/kWh_gross_CV": ("kwh", "gCO2e/kWh")}
_SCOPES = {"direct": "fuel_direct", "wtt": "fuel_wtt"}
#: words of a row's id -> fuel
_NAMES = {"diesel": "diesel", "gas": "natural gas"}
#: the carbon dioxide of a refrigerant circuit, by its designation
_CARBON_DIOXIDE = "CO2 (R-744)"


def packages(reference: Reference) -> list[Package]:
    """`fuels/backup` and `fuels/refrigerants`."""
    fuels = Package("fuels/backup")
    fuels.factors = [_fuel(row) for row in reference.table(FUELS)]
    refrigerants = Package("fuels/refrigerants")
    other = []
    for row in reference.table(POTENTIALS):
        if row["source"] != "epa_efhub_ar6" or re.match(r"(CH4|N2O)", row["name"]):
            other.append(row["id"])
        else:
            refrigerants.factors.append(_refrigerant(row))
    refrigerants.left_out.append(
        f"{len(other)} rows of gases that are no refrigerant, of earlier reports or of other time horizons"
    )
    return [fuels, refrigerants]


def _fuel(row: Row) -> Factor:
    need(row, ("id", "geography", "valid_year", "value", "unit", "scope", "source", "evidence"), FUELS)
    per, unit = _PER[row["unit"]]
    fuel = next((name for word, name in _NAMES.items() if row["id"].endswith(word)), "")
    if not fuel:
        raise BuildError(f"{FUELS}: {row['id']} names no known fuel")
    first, last = years(row["valid_year"], row["id"])
    return Factor(
        id=row["id"], quantity=f"{_SCOPES[row['scope']]}_per_{per}", geography=row["geography"], technology=fuel, name=fuel,
        valid_from=first, valid_to=last, year_basis=row["year_basis"], value=row["value"], unit=unit, scope=row["scope"],
        source=row["source"], evidence=row["evidence"],
        notes=joined(row["basis"], row["notes"], "per kWh of gross calorific value" if per == "kwh" else ""),
    )  # fmt: skip


def _refrigerant(row: Row) -> Factor:
    need(row, ("id", "name", "assessment", "horizon_years", "value", "unit", "source", "evidence"), POTENTIALS)
    name = _CARBON_DIOXIDE if row["name"] == "CO2" else row["name"]
    return Factor(
        id=row["id"], quantity="refrigerant_gwp", technology=name, name=name, value=row["value"], unit=row["unit"],
        scope="direct", source=row["source"], evidence=row["evidence"],
        notes=joined(f"{row['assessment']}, {row['horizon_years']} years", row["notes"]),
    )  # fmt: skip
