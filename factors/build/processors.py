"""Processors: names and rated power of the package."""

from __future__ import annotations

import re

from .devices import DEVICE_COLUMNS, check_names, fold
from .hardware_more import FOLDER, facts
from .model import Factor, Package, Table, joined
from .reference import Reference, Row, own_csv

PACKAGE = "devices/processors"


def packages(reference: Reference, others: list[Row]) -> list[Package]:
    """`devices/processors`; `others` are the devices of the other packages, whose names must stay theirs."""
    package = Package(PACKAGE, further_sources={"lca_names"})
    powerless, devices = [], []
    taken = {fold(name) for row in others for name in (row["id"], row["name"], *row["aliases"].split("|"))}
    notes = {row["device"]: row["note"] for row in own_csv("processor_notes.csv")}
    for row in reference.table(f"{FOLDER}cpus.csv"):
        if fold(row["name"]) in taken:
            package.left_out.append(f"{row['name']}: in devices/accelerators, with its GPU")
            continue
        known = row["tdp_source"] != "not published"
        node = row["process_nm"] if re.fullmatch(r"\d+", row["process_nm"]) else ""
        note = joined(f"{row['cores']} cores" if row["cores"] else "", facts(row["notes"]), notes.get(row["id"], ""))
        devices.append(dict.fromkeys(DEVICE_COLUMNS, "") | {
            "id": row["id"], "name": row["name"], "vendor": row["vendor"], "class": "cpu",
            "aliases": "|".join(_names(row)), "process_nm": node,
            "source": row["tdp_source"] if known else "lca_names", "evidence": row["tdp_evidence"] if known else "C",
            "notes": note,
        })  # fmt: skip
        if known:
            package.factors.append(Factor(
                id=f"{row['tdp_source']}-{row['id']}-rated-power", quantity="rated_power", device=row["id"], name=row["name"],
                value=row["tdp_w"], unit="W", scope="processor package", source=row["tdp_source"], evidence=row["tdp_evidence"],
                notes=joined("base or turbo power: the list mixes both" if row["tdp_source"] == "codecarbon_cpu" else "", note),
            ))  # fmt: skip
        else:
            powerless.append(row["name"])
    check_names(devices)
    package.tables["devices"] = Table(DEVICE_COLUMNS, devices, ("id",))
    package.left_out.append(f"no rated power is published: {', '.join(sorted(powerless))}")
    package.left_out.append(
        "areas of dies: those of the source are of one chiplet, or of one die for processors of different size"
    )
    return [package]


def _names(row: Row) -> list[str]:
    """Names as tools write them: what the table lists, and the name without its vendor."""
    listed = [name for name in row["aliases"].split("|") if name]
    return [n for n in listed if fold(n) != fold(row["name"])]
