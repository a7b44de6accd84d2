"""Data centres: PUE and WUE by region, provider and industry; cloud regions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from . import zones
from .model import BuildError, Factor, Package, Table, joined, need, number, plain, years
from .reference import Reference, Row, own_csv

REGIONS, FACILITIES = "factors/cloud_regions.csv", "factors/facility_pue_wue.csv"
MORE_REGIONS = "factors/more/cloud_region_more.csv"
REGION_COLUMNS = (
    "provider", "region", "name", "country", "subdivision", "grid_zone", "other_zones", "zone_ambiguous", "zone_evidence",
    "zone_basis", "aliases", "source", "evidence", "notes",
)  # fmt: skip
#: providers whose bills write the names of the table; in that of others a name is only a place
_NAMED = {"aws", "gcp", "oci", "alibaba", "tencent", "ibm"}
#: a list under share-alike, from which a place is known: the fact itself is that of the provider
_PLACES_OF = {"d4b_cloud": "provider_region_list"}
_UNITS = {"PUE": "1", "WUE": "L/kWh"}


def packages(reference: Reference) -> list[Package]:
    """`facility/pue-wue` and `cloud/regions`."""
    ignored = {row["id"]: row["reason"] for row in own_csv("ignored_regions.csv")}
    rows = reference.table(REGIONS)
    if missing := set(ignored) - {row["id"] for row in rows}:
        raise BuildError(f"own/ignored_regions.csv names unknown rows: {sorted(missing)}")
    left_out = [f"{identifier}: {reason}" for identifier, reason in ignored.items()]
    rows = [row for row in rows if row["id"] not in ignored]
    more = [_more(row) for row in reference.table(MORE_REGIONS)]
    left_out.append("WUE of Scaleway's zones: one value repeats over its sites, which looks like a filler")
    facility = Package("facility/pue-wue", left_out=list(left_out))
    facility.factors += _regions(rows + more)
    _operators(reference.table(FACILITIES), facility)
    cloud = Package("cloud/regions", left_out=left_out)
    cloud.further_sources = {"lca_bill_names", "epa_pp_zip_2018"}
    listed = _with_aliases([_region(row) for row in rows + more])
    cloud.tables["regions"] = Table(REGION_COLUMNS, _with_zones(reference, listed, cloud), ("provider", "region"))
    return [facility, cloud]


def _with_zones(reference: Reference, rows: list[Row], cloud: Package) -> list[Row]:
    """The regions with their grid zone, where it is known, and with the state where only the table of zones says it."""
    found, unknown = zones.of_regions(reference, rows)
    cloud.left_out.extend(f"grid zone of {told}" for told in unknown)
    nothing = dict.fromkeys(
        ("grid_zone", "other_zones", "zone_ambiguous", "zone_evidence", "zone_basis", "zone_state"), ""
    )
    made = []
    for row in rows:
        zone = found.get((row["provider"], row["region"].lower()), nothing)
        state = zone["zone_state"]
        if row["subdivision"] and state and row["subdivision"] != state:
            raise BuildError(f"{zones.REGIONS}: {row['provider']} {row['region']}: {state} is not {row['subdivision']}")
        kept = {name: value for name, value in zone.items() if name != "zone_state"}
        made.append(row | kept | {"subdivision": row["subdivision"] or state})
    return made


def _more(row: Row) -> Row:
    """A row of the later table without what it marks as filler; of a country alone where the state is not evidenced."""
    place = "" if row["location"] == "state only" else row["location"]
    note = "; ".join(
        part for part in row["notes"].split("; ") if not any(word in part for word in ("PUE", "WUE", "d4b"))
    )
    return row | {
        "source": _PLACES_OF.get(row["source"], row["source"]), "location": place, "wue_l_per_kwh": "", "wue_year": "",
        "notes": note,
    }  # fmt: skip


def _with_aliases(rows: list[Row]) -> list[Row]:
    """Names by which bills call a region: those that we typed, and the provider's own where it is that of one region alone."""
    typed: dict[tuple[str, str], list[str]] = {}
    for entry in own_csv("region_aliases.csv"):
        typed.setdefault((entry["provider"], entry["region"]), []).append(entry["alias"])
    if unknown := set(typed) - {(row["provider"], row["region"]) for row in rows}:
        raise BuildError(f"own/region_aliases.csv names unknown regions: {sorted(unknown)}")
    number = Counter((row["provider"], row["name"]) for row in rows)
    for row in rows:
        named = row["provider"] in _NAMED and row["name"] != row["region"] and number[row["provider"], row["name"]] == 1
        if row["provider"] == "oci" and "(" not in row["name"]:
            named = False
        row["aliases"] = "|".join(
            dict.fromkeys([*([row["name"]] if named else []), *typed.get((row["provider"], row["region"]), [])])
        )
    return rows


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
