"""eGRID subregions of US cloud regions and of US states: which one, or in what shares."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .model import BuildError, Table, joined, number, plain, worse
from .reference import Reference, Row, own_csv

REGIONS, SHARES = "factors/more/cloud_region_egrid.csv", "factors/more/us_state_egrid_zip_shares.csv"
ZONE_COLUMNS = ("geography", "zone", "share", "name", "source", "evidence", "notes")
#: a state of whose ZIP codes at least this share lies in one subregion alone lies in it, by the words of the reference
#: ("state lies in one subregion (1422 of 1431 ZIP codes of OH ...)"; of 96.8 % it says "almost wholly")
WHOLLY = Fraction(99, 100)
DIGITS = 6


def subregion(code: str) -> str:
    """The geography of an eGRID subregion."""
    return f"US-EGRID-{code}"


def of_regions(reference: Reference, known: Sequence[Row]) -> tuple[dict[tuple[str, str], Row], list[str]]:
    """Subregion, other possible ones and how they are known, by provider and region; and what is told of the others."""
    found: dict[tuple[str, str], Row] = {}
    unknown = []
    regions = {(row["provider"], row["region"].lower()) for row in known}
    for row in reference.table(REGIONS):
        key = (row["provider"], row["name"].lower())
        others = [subregion(code) for code in row["alternatives"].split(";") if code]
        if not row["egrid_subregion"]:
            unknown.append(f"{row['id']}: {row['method']}")
            continue
        if key not in regions:
            unknown.append(f"{row['id']}: the table of regions does not hold it")
            continue
        if row["egrid_geography"] != subregion(row["egrid_subregion"]):
            raise BuildError(f"{REGIONS}: {row['id']}: {row['egrid_geography']} is not {row['egrid_subregion']}")
        found[key] = {
            "grid_zone": row["egrid_geography"],
            "other_zones": "|".join(others),
            "zone_ambiguous": "yes" if row["ambiguous"] == "yes" else "",
            "zone_evidence": row["evidence"],
            "zone_basis": joined(row["method"], row["notes"]),
            "zone_state": row["subdivision"],
        }
    return found, unknown


def of_states(reference: Reference, names: dict[str, str]) -> Table:
    """Shares of each state's ZIP codes by subregion; a ZIP code in several counts in equal parts. `names` by geography."""
    rows: list[Row] = []
    states: dict[str, list[Row]] = {}
    for row in reference.table(SHARES):
        states.setdefault(row["geography"], []).append(row)
    for state, parts in sorted(states.items()):
        whole = sum(int(part["zip_count"]) for part in parts)
        if whole != int(parts[0]["zip_codes"]):
            raise BuildError(f"{SHARES}: {state}: {whole} ZIP codes in its parts, {parts[0]['zip_codes']} in all")
        shares: dict[str, Fraction] = {}
        alone: dict[str, Fraction] = {}
        for part in parts:
            codes = part["combination"].split("+")
            for code in codes:
                shares[code] = shares.get(code, Fraction(0)) + Fraction(int(part["zip_count"]), whole * len(codes))
            if len(codes) == 1:
                alone[codes[0]] = Fraction(int(part["zip_count"]), whole)
        main = max(alone, key=lambda code: alone[code])
        told = f"of {whole} ZIP codes; one that lies in several subregions counts in equal parts"
        if alone[main] >= WHOLLY:
            shares = {main: Fraction(1)}
            told = f"{float(alone[main]):.2%} of {whole} ZIP codes lie in this subregion alone"
        for code, share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
            rows.append({
                "geography": state, "zone": subregion(code), "share": plain(number(str(round(float(share), DIGITS)), state)),
                "name": names[subregion(code)], "source": parts[0]["source"], "evidence": worse(*(p["evidence"] for p in parts)), "notes": told,
            })  # fmt: skip
    for row in own_csv("zones.csv"):
        rows.append({column: row.get(column, "") for column in ZONE_COLUMNS} | {"name": names[row["zone"]]})
    return Table(ZONE_COLUMNS, rows, ("geography", "zone"))
