"""Published embodied figures and default values, typed in own/values.csv and checked against the reference tables."""

from __future__ import annotations

from .model import FACTOR_COLUMNS, BuildError, Factor, Package, number
from .reference import Reference, Row, own_csv


def add(reference: Reference, packages: dict[str, Package], devices: set[str]) -> None:
    """Add every row of own/values.csv to the package that it names, which is made if need be."""
    for row in own_csv("values.csv"):
        if row["device"] and row["device"] not in devices:
            raise BuildError(f"own/values.csv: {row['id']} names the unknown device {row['device']}")
        if row["reference"]:
            _compare(reference, row)
        columns = {name if name != "class" else "class_": row[name] for name in FACTOR_COLUMNS}
        packages.setdefault(row["package"], Package(row["package"])).factors.append(Factor(**columns))


def _compare(reference: Reference, row: Row) -> None:
    """The typed value, times `per`, must be the value of the reference row, and of the same source."""
    found = reference.row(row["reference"])
    product = number(row["value"], row["id"]) * number(row["per"] or "1", row["id"])
    if product != number(found["value"], row["reference"]) or found["source"] != row["source"]:
        raise BuildError(f"own/values.csv: {row['id']} differs from {row['reference']}")
