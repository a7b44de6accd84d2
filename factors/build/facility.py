"""Data centres: PUE and WUE by region, provider and industry; cloud regions."""

from __future__ import annotations

from dataclasses import replace

from .model import BuildError, Factor, Package, Table, joined, need, number, plain, years
from .reference import Reference, Row, own_csv

REGIONS, FACILITIES = "factors/cloud_regions.csv", "factors/facility_pue_wue.csv"
REGION_COLUMNS = ("provider", "region", "name", "country", "subdivision", "source", "evidence", "notes")
_UNITS = {"PUE": "1", "WUE": "L/kWh"}


def packages(reference: Reference) -> list[Package]:
    """`facility/pue-wue` and `cloud/regions`."""
    ignored = {row["id"]: row["reason"] for row in own_csv("ignored_regions.csv")}
    rows = reference.table(REGIONS)
    if missing := set(ignored) - {row["id"] for row in rows}:
        raise BuildError(f"own/ignored_regions.csv names unknown rows: {sorted(missing)}")
    left_out = [f"{identifier}: {reason}" for identifier, reason in ignored.items()]
    rows = [row for row in rows if row["id"] not in ignored]
    facility = Package("facility/pue-wue", left_out=list(left_out))
    facility.factors += _regions(rows)
    _operators(reference.table(FACILITIES), facility)
    cloud = Package("cloud/regions", left_out=left_out)
    cloud.tables["regions"] = Table(REGION_COLUMNS, [_region(row) for row in rows], ("provider", "region"))
    return [facility, cloud]


def _region(row: Row) -> Row:
    need(row, ("provider", "name", "geography", "source", "evidence"), REGIONS)
    return {
        "provider": row["provider"],
        "region": row["name"],
        "name": row["location"] or row["name"],
        "country": row["geography"],
        "subdivision": row["subdivision"],
        "source": row["source"],
        "evidence": row["evidence"],
        "notes": "" if row["notes"].startswith("no region WUE") else row["notes"],
    }


def _regions(rows: list[Row]) -> list[Factor]:
    bases = {row["provider"]: row["basis"] for row in own_csv("region_wue_basis.csv")}
    found = []
    for row in rows:
        for metric, column in (("PUE", "pue"), ("WUE", "wue_l_per_kwh")):
            if not row[column]:
                continue
            basis = bases[row["provider"]] if metric == "WUE" else ""
            zero = "zero as published" if number(row[column], row["id"]) == 0 else ""
            made = {
                "id": f"{row['id']}-{metric.lower()}-{row[f'{metric.lower()}_year']}",
                "metric": metric,
                "valid_year": row[f"{metric.lower()}_year"],
                "year_basis": "data",
                "value": row[column],
                "basis": basis,
                "source": row["source_pue_wue"],
                "evidence": row["evidence_pue_wue"],
                "name": row["location"] or row["name"],
                "notes": joined(
                    "basis as stated for the fleet of the operator" if basis else "",
                    zero,
                    row["notes"] if "confirmation" in row["notes"] else "",
                ),
            }
            found.append(replace(_factor(made), provider=row["provider"], region=row["name"]))
    return found


def _operators(rows: list[Row], package: Package) -> None:
    """Fleet and survey figures; own/operators.csv says which operator name is which provider, "" for the industry."""
    known = {(row["operator"], row["name"]): row for row in own_csv("operators.csv")}
    ranges: dict[str, dict[str, Row]] = {}
    left_out = []
    for row in rows:
        entry = known.get((row["operator"], row["name"]))
        if entry is None:
            left_out.append(f"{row['operator']} {row['name']} {row['metric']} {row['valid_year']}")
        elif entry["role"] == "value":
            package.factors.append(replace(_factor(row), provider=entry["provider"]))
        else:
            ranges.setdefault(row["id"].replace(f"range-{entry['role']}-", ""), {})[entry["role"]] = row
            row["provider"] = entry["provider"]
    for identifier, ends in ranges.items():
        low, high = (number(ends[end]["value"], identifier) for end in ("low", "high"))
        middle = _factor(ends["low"] | {"id": identifier, "value": plain((low + high) / 2)})
        package.factors.append(
            replace(
                middle,
                provider=ends["low"]["provider"],
                name=middle.name.removesuffix(" (range low)"),
                low=ends["low"]["value"],
                high=ends["high"]["value"],
                notes=joined("midpoint of the published range", ends["low"]["notes"]),
            )
        )
    package.left_out.append(
        f"{len(left_out)} rows for region groups, single sites or parts of the industry, which no lookup key fits: "
        + "; ".join(left_out)
    )


def _factor(row: Row) -> Factor:
    need(row, ("id", "metric", "valid_year", "year_basis", "value", "source", "evidence"), FACILITIES)
    first, last = years(row["valid_year"], row["id"])
    return Factor(
        id=row["id"],
        quantity=_quantity(row),
        name=row["name"],
        valid_from=first,
        valid_to=last,
        year_basis=row["year_basis"],
        value=row["value"],
        unit=_UNITS[row["metric"]],
        scope="facility" if row["metric"] == "PUE" else f"onsite-water-{_basis(row['basis'])}",
        source=row["source"],
        evidence=row["evidence"],
        notes=joined(row["basis"], row["notes"]),
    )


def _basis(text: str) -> str:
    """Withdrawal and consumption are different quantities of water and must never be compared."""
    for basis in ("consumption", "withdrawal"):
        if text.startswith(basis):
            return basis
    return "unclear"


def _quantity(row: Row) -> str:
    """`wue` is consumption alone: withdrawal, and what does not say, are quantities of their own, never added to it."""
    if row["metric"] == "PUE":
        return "pue"
    return {"consumption": "wue", "withdrawal": "wue_withdrawal"}.get(_basis(row["basis"]), "wue_unclear")
