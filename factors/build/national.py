"""National direct factors collected later: which rows serve, on which basis, and why the others do not."""

from __future__ import annotations

from decimal import Decimal

from .grid import factor, gwp_basis
from .model import BuildError, Package, joined, number, plain
from .reference import Reference, Row, own_csv

TABLE = "factors/more/grid_direct_official.csv"
PACKAGE = "grid/national-direct"
_QUANTITIES = {"direct": "grid_direct", "wtt": "grid_wtt", "td-loss-emissions": "grid_td_loss"}


def package(reference: Reference) -> Package:
    """`grid/national-direct`. own/national.csv says of each row what it is per, or why it is left out."""
    made = Package(PACKAGE)
    chosen = {row["reference"]: row for row in own_csv("national.csv")}
    sums: dict[str, list[Row]] = {}
    for row in reference.table(TABLE):
        choice = chosen.pop(row["id"], None)
        if choice is None:
            raise BuildError(f"own/national.csv says nothing of {row['id']}")
        if choice["left_out"]:
            made.left_out.append(f"{row['id']}: {choice['left_out']}")
        elif choice["sum"]:
            sums.setdefault(choice["sum"], []).append(row)
        else:
            _add(made, row, choice)
    for identifier, parts in sums.items():
        same = {(p["geography"], p["valid_year"], p["unit"], p["scope"], p["source"], p["year_basis"]) for p in parts}
        if len(same) != 1:
            raise BuildError(
                f"own/national.csv: the parts of {identifier} differ in place, year, unit, scope or source"
            )
        total = plain(sum((number(p["value"], p["id"]) for p in parts), Decimal(0)))
        named = " + ".join(f"{p['value']} ({p['name']})" for p in parts)
        _add(made, parts[0] | {"id": identifier, "value": total, "notes": joined(named, parts[0]["notes"])}, {})
    if chosen:
        raise BuildError(f"own/national.csv names unknown rows: {sorted(chosen)}")
    return made


def _add(made: Package, row: Row, choice: Row) -> None:
    scope = {"wtt": "upstream without losses"}.get(row["scope"], row["scope"])
    if choice.get("losses") == "inside":
        scope = "direct+td-loss"
    row = row | {"scope": scope, "geography": choice.get("geography") or row["geography"]}
    quantity = _QUANTITIES[{"direct+td-loss": "direct", "upstream without losses": "wtt"}.get(scope, scope)]
    made.factors.append(
        factor(
            row, quantity, gwp=gwp_basis(row), losses=choice.get("losses", ""), accounting=choice.get("accounting", "")
        )
    )
