"""What a bottom-up footprint needs: dies and memory of each device, wafer area and memory by technology, exclusions."""

from __future__ import annotations

from .hardware_more import cited
from .model import BuildError, Factor, Package, Table, joined, number, plain
from .reference import Reference, Row, own_csv

COMPONENTS = "hardware/embodied_components.csv"
EXCLUSION_COLUMNS = ("id", "part", "reason", "source", "evidence")
#: how ACT's rows name the yield inside their figure: it is taken out, since yield is a step of its own
_MARK = "cm2 of die, yield "


def packages(reference: Reference) -> list[Package]:
    """`embodied/silicon` and `embodied/exclusions`."""
    made = Package("embodied/silicon")
    held = {row["id"]: row for row in reference.table(COMPONENTS)}
    for row in own_csv("wafers.csv"):
        made.factors.append(_wafer(row, held))
    exclusions = Package("embodied/exclusions")
    exclusions.tables["exclusions"] = Table(EXCLUSION_COLUMNS, own_csv("exclusions.csv"), ("id",))
    return [made, exclusions]


def _wafer(row: Row, held: dict[str, Row]) -> Factor:
    """Figure of ACT per area of good die, times the yield inside it. `low_from` and `high_from` widen half nodes."""
    parts = [held.get(row[column]) for column in ("value_from", "low_from", "high_from")]
    if any(part is None or not part["per"].startswith(_MARK) for part in parts):
        raise BuildError(f"own/wafers.csv: {row['technology']}: not a row of {COMPONENTS} with {_MARK}")
    middle, low, high = (part for part in parts if part is not None)
    inside = number(middle["per"].removeprefix(_MARK), row["technology"])
    amounts = [plain(number(text, row["technology"]) * inside) for text in (middle["value"], low["low"], high["high"])]
    return Factor(
        id=f"act_v2-wafer-{row['technology'].replace(' ', '')}", quantity="wafer_embodied", technology=row["technology"],
        name=f"logic wafer, {row['technology']}", value=amounts[0], low=amounts[1], high=amounts[2], unit="kgCO2e/cm2",
        scope="wafer fab and materials, before yield", source=middle["source"], evidence=row["evidence"],
        notes=joined(
            f"ACT gives {middle['value']} per cm2 of good die with a yield of {inside} inside: that yield is taken out",
            f"interval: {middle['notes']}", row["notes"],
        ),
    )  # fmt: skip


def add_devices(rows: list[Row], package: Package) -> None:
    """Area and number of dies and size of memory of each device. own/dies.csv says where a row is not one plain die."""
    special = {row["device"]: row for row in own_csv("dies.csv")}
    if unknown := set(special) - {row["id"] for row in rows}:
        raise BuildError(f"own/dies.csv names unknown devices: {sorted(unknown)}")
    for row in rows:
        entry = special.get(row["id"])
        count = entry["dies"] if entry is not None else "1"
        if row.get("die_mm2") and count:
            why = entry["reason"] if entry is not None else ""
            package.factors.append(_of_device(row, "die_area", row["die_mm2"], "mm2", "one die", why))
            package.factors.append(_of_device(row, "die_count", count, "1", "package", why))
        if row.get("mem_gb"):
            package.factors.append(
                _of_device(row, "memory_size", row["mem_gb"], "GB", "device", row.get("mem_type", ""))
            )
    left = [f"{row['device']} ({row['reason']})" for row in special.values() if not row["dies"]]
    package.left_out.append(
        f"dies not given, since the area in the table is not that of one plain die: {', '.join(left)}"
    )


def _of_device(row: Row, quantity: str, value: str, unit: str, scope: str, notes: str) -> Factor:
    source, evidence, why = cited(row, quantity.partition("_")[0])
    return Factor(
        id=f"{source}-{row['id']}-{quantity.replace('_', '-')}", quantity=quantity, device=row["id"],
        name=row["name"], value=value, unit=unit, scope=scope, source=source, evidence=evidence, notes=joined(notes, why),
    )  # fmt: skip
