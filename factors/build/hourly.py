"""Hourly grid factors: one file of hours per zone and year, and a row of `factors.csv` for each of its columns."""

from __future__ import annotations

import csv
import gzip
import re
from decimal import Decimal

from .model import FACTOR_COLUMNS, BuildError, Factor, Package, Table, joined, number, years
from .reference import Reference, Row

TABLE = "factors/hourly/series.csv"
#: source of a series -> package
PACKAGES = {"entsoe_2020": "hourly/entsoe-2020", "eia_930_2022": "hourly/eia-930-2022"}
#: column of the reference -> (column here, quantity, unit, scope)
COLUMNS = {
    "lifecycle_gco2e_per_kwh": ("lifecycle", "hourly_lifecycle", "gCO2e/kWh", "lifecycle"),
    "direct_gco2_per_kwh": ("direct", "hourly_direct", "gCO2/kWh", "direct"),
}
NAMES = {"DE": "Germany", "FR": "France", "GB": "Great Britain", "US-CA": "California (CISO)"}
_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d:00Z\Z")


def packages(reference: Reference) -> list[Package]:
    """A package per source."""
    made = {source: Package(name) for source, name in PACKAGES.items()}
    for row in reference.table(TABLE):
        if row["source"] not in made:
            raise BuildError(f"{TABLE}: {row['id']}: no package for source {row['source']!r}")
        _add(made[row["source"]], row, reference)
    for package in made.values():
        rows = [f.row() | {"series": f"{f.id.rpartition('-')[0]}.csv.gz"} for f in package.factors]
        columns = (*FACTOR_COLUMNS, "gwp", "series")
        rows = [{name: row[name] for name in columns} for row in rows]
        package.tables["factors"] = Table(columns, rows, ("id",))
    return list(made.values())


def _add(package: Package, row: Row, reference: Reference) -> None:
    hours = _hours(reference, row)
    columns = [c for c in COLUMNS if c in hours[0]]
    names = ("datetime_utc", *(COLUMNS[c][0] for c in columns))
    table = [{"datetime_utc": h["datetime_utc"], **{COLUMNS[c][0]: h[c] for c in columns}} for h in hours]
    package.series[row["id"]] = Table(names, table, ("datetime_utc",))
    first, last = years(row["valid_year"], row["id"])
    for column in columns:
        short, quantity, unit, scope = COLUMNS[column]
        values = [number(h[column], row["id"]) for h in hours if h[column]]
        mean = round(sum(values, Decimal()) / len(values), 2)
        if column == columns[0] and mean != number(row["mean_value"], row["id"]):
            raise BuildError(f"{row['id']}: the mean of {column} is {mean}, {TABLE} says {row['mean_value']}")
        package.factors.append(Factor(
            id=f"{row['id']}-{short}", quantity=quantity, geography=row["geography"],
            name=f"{NAMES[row['geography']]}, mean of the hours", valid_from=first, valid_to=last, year_basis="data",
            value=str(mean), unit=unit, scope=scope, source=row["source"], evidence=row["evidence"],
            notes=joined(f"{len(values)} hours with a value", row["basis"], row["notes"]),
            gwp="CO2 only" if unit == "gCO2/kWh" else "AR5",
        ))  # fmt: skip


def _hours(reference: Reference, row: Row) -> list[Row]:
    """The hours of a reference file in order, blank values left blank."""
    with gzip.open(reference.folder / "factors" / "hourly" / row["file"], "rt", encoding="utf-8", newline="") as file:
        hours = list(csv.DictReader(file))
    stamps = [h["datetime_utc"] for h in hours]
    if len(hours) != int(row["rows"]) or stamps != sorted(set(stamps)) or not all(map(_HOUR.match, stamps)):
        raise BuildError(f"{row['file']}: {len(hours)} rows, not in order, twice, or not whole hours in UTC")
    return hours
