"""How sure the figures are: scores of the pedigree matrix per set, its coefficients, and spreads over countries."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from .model import BuildError, Factor, Package, Table, joined, number
from .reference import OWN, Reference, Row, read_csv

PACKAGE = "uncertainty/pedigree"
COEFFICIENTS = "factors/uncertainty.csv"
COLUMNS = (
    "quantity", "when", "distribution", "basic", "reliability", "completeness", "temporal", "geographical", "technological",
    "why", "source", "evidence",
)  # fmt: skip
#: who gave the scores, and the distribution of a range
SOURCE, EVIDENCE = "lca_pedigree_scores", "C"
#: names of the reference -> ours, which are those of the columns of scores
INDICATORS = {
    "reliability": "reliability", "completeness": "completeness", "temporal correlation": "temporal",
    "geographical correlation": "geographical", "further technological correlation": "technological",
}  # fmt: skip
#: sets whose row for the world stands in for a country that is not known: its interval is the spread over countries
STAND_INS = {"grid/ember-lifecycle": "grid_lifecycle", "water/wri-2020": "grid_water"}


def packages(reference: Reference) -> list[Package]:
    """`uncertainty/pedigree`: coefficients, basic uncertainties and the scores of what runs state."""
    made = Package(PACKAGE)
    for row in reference.table(COEFFICIENTS):
        if row["kind"] == "derived_gsd":
            made.left_out.append(f"{row['id']}: {row['notes']}")
            continue
        if row["name"] == "sample size":
            made.left_out.append(f"{row['id']}: ecoinvent 3 has no score of it")
            continue
        is_basic = row["kind"] == "basic_uncertainty"
        version = row["source"].removeprefix("pedigree_")
        key = row["name"] if is_basic else f"{version}/{INDICATORS[row['name']]}/{row['stat']}"
        made.factors.append(Factor(
            id=row["id"], quantity=row["kind"], technology=key.replace(BASIC_ELECTRICITY, "demand: electricity"), name=row["name"],
            value=row["value"], unit="1", scope="square of the geometric standard deviation", source=row["source"], evidence=row["evidence"],
        ))  # fmt: skip
    return [made]


BASIC_ELECTRICITY = "demand: electricity, thermal energy, semi-finished products, working material, waste treatment"


def add(packages: dict[str, Package]) -> None:
    """Give each package the scores of its figures, and the world's figures their spread. BuildError where one has none."""
    rows: dict[str, list[Row]] = {}
    for row in read_csv(OWN / "uncertainty.csv"):
        rows.setdefault(row["package"], []).append(
            {c: row.get(c, "") for c in COLUMNS} | {"source": SOURCE, "evidence": EVIDENCE}
        )
    for name, package in packages.items():
        held = rows.pop(name, [])
        lacking = {f.quantity for f in package.factors} - {row["quantity"] for row in held}
        if lacking and not name.startswith("uncertainty/"):
            raise BuildError(f"own/uncertainty.csv: {name} has no row for {sorted(lacking)}")
        if held:
            package.tables["uncertainty"] = Table(COLUMNS, held, ("quantity", "when"))
        if name in STAND_INS:
            package.factors = [_spread(f, package.factors) for f in package.factors]
    if rows:
        raise BuildError(f"own/uncertainty.csv names packages that do not exist: {sorted(rows)}")


def _spread(factor: Factor, among: list[Factor]) -> Factor:
    """The world's figure with the 95 % interval of those of the countries of its years, each counted once."""
    if factor.geography != "WORLD":
        return factor
    alike = [
        f for f in among if (f.quantity, f.valid_from) == (factor.quantity, factor.valid_from) and len(f.geography) == 2
    ]
    values = sorted((number(f.value, f.id), f.value) for f in alike)
    at = Decimal(len(values) - 1)
    low, high = (values[int(at * share)][1] for share in (Decimal("0.025"), Decimal("0.975")))
    told = f"low and high: 2.5 % and 97.5 % of the figures of {len(values)} countries, for one that is not known"
    return replace(factor, low=low, high=high, notes=joined(factor.notes, told))
