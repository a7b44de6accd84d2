"""Hardware: accelerators, cloud instances, servers, and the names under which logs know them."""

from __future__ import annotations

from collections.abc import Iterable

from . import hardware_more, host_classes, silicon
from .instances import instances, profiles
from .model import BuildError, Factor, Package, Table, joined, need, number, plain
from .reference import Reference, Row, own_csv

DEVICE_COLUMNS = (
    "id", "name", "vendor", "class", "aliases", "loose_aliases", "released", "memory_gb", "memory_type", "process_nm",
    "die_mm2", "foundry", "shared_with", "source", "url", "evidence", "notes",
)  # fmt: skip
#: the class of the host is the last column, since only accelerators have one
ACCELERATOR_COLUMNS = (*DEVICE_COLUMNS, "host_class")
_CLASSES = {"asic": "npu", "superchip": "gpu", "apu": "gpu"}
_SCOPES = {"soc": "soc", "apu": "package"}

Names = dict[str, dict[str, list[str]]]


def packages(reference: Reference) -> list[Package]:
    """`devices/accelerators` and `devices/servers`."""
    older = reference.table("hardware/accelerators.csv") + own_csv("devices.csv")
    accelerators, not_taken = hardware_more.accelerators(reference, older)
    sheets = reference.table("hardware/servers.csv")
    more_sheets, without_sheet = hardware_more.servers(reference, sheets)
    servers = sheets + more_sheets
    names = _names(reference, more_sheets)
    result = [_accelerators(reference, accelerators, names), _servers(servers, names)]
    result[0].left_out += not_taken
    result[1].left_out += without_sheet
    devices = [row for package in result for row in package.tables["devices"].rows]
    for package in result:
        named = {row["id"] for row in package.tables["devices"].rows}
        package.further_sources |= {row["source"] for row in own_csv("aliases.csv") if row["device"] in named}
    result[0].further_sources |= {"nvidia_driver_names", "lca_names", "lca_bill_names"}
    if unknown := set(names) - {row["id"] for row in devices}:
        raise BuildError(f"own/aliases.csv names unknown devices: {sorted(unknown)}")
    check_names(devices)
    return result


def fold(name: str) -> str:
    """A name without case, punctuation and spaces: two names that fold alike are one name."""
    return "".join(character for character in name.casefold().replace("+", "plus") if character.isalnum())


def check_names(devices: Iterable[Row]) -> None:
    """Raise BuildError if one folded name, exact or loose, leads to two devices."""
    owners: dict[str, str] = {}
    for device in devices:
        listed = [device["id"], device["name"], *device["aliases"].split("|"), *device["loose_aliases"].split("|")]
        for name in filter(None, listed):
            owner = owners.setdefault(fold(name), device["id"])
            if owner != device["id"]:
                raise BuildError(f"the name {name!r} leads to both {owner} and {device['id']}")


def _names(reference: Reference, servers: list[Row]) -> Names:
    """Exact and loose names by device: those that we typed, then those of the tables that say nothing new of them."""
    names: Names = {}
    for row in own_csv("aliases.csv"):
        if row["kind"] not in ("exact", "loose") or "|" in row["alias"] or not fold(row["alias"]):
            raise BuildError(f"own/aliases.csv: {row}")
        kinds = names.setdefault(row["device"], {"exact": [], "loose": []})
        if any(fold(row["alias"]) == fold(known) for known in kinds["exact"] + kinds["loose"]):
            raise BuildError(f"own/aliases.csv: {row['alias']!r} of {row['device']} says the same as an earlier alias")
        kinds[row["kind"]].append(row["alias"])
    further = hardware_more.aliases(reference)
    further |= {row["id"]: [row["name"]] for row in servers}
    for device, listed in further.items():
        kinds = names.setdefault(device, {"exact": [], "loose": []})
        for alias in listed:
            if not any(fold(alias) == fold(known) for known in kinds["exact"] + kinds["loose"]):
                kinds["exact"].append(alias)
    return names


def _accelerators(reference: Reference, rows: list[Row], names: Names) -> Package:
    package = Package("devices/accelerators")
    precision = {row["device"]: row for row in own_csv("precision.csv")}
    without = []
    devices = []
    shared = {row["device"]: row["shared_with"] for row in own_csv("shared_names.csv")}
    for row in rows:
        need(row, ("id", "name", "vendor", "class", "source", "evidence"), "accelerators")
        row["shared_with"] = shared.pop(row["id"], "")
        devices.append(_device(row, names, {"released": row["release_date"], "class": row["class"]}))
        if row["tdp_w"]:
            package.factors.append(_power(row))
        else:
            without.append(row["id"])
        if row["bf16_dense_tflops"]:
            package.factors.append(_peak(row, precision.get(row["id"])))
        if row.get("idle_w"):
            package.factors.append(_idle(row))
    if shared:
        raise BuildError(f"own/shared_names.csv names unknown devices: {sorted(shared)}")
    silicon.add_devices(rows, package)
    host_classes.assign(devices)
    package.further_sources |= {row["source"] for row in own_csv("host_classes.csv")}
    package.tables["devices"] = Table(ACCELERATOR_COLUMNS, devices, ("id",))
    known = {row["id"] for row in devices}
    package.tables["instances"] = instances(reference, known, package.left_out)
    package.tables["profiles"] = profiles(reference, known)
    package.left_out.append(f"no rated power found, so none given: {', '.join(sorted(without))}")
    return package


def _device(row: Row, names: Names, extra: Row) -> Row:
    known = names.get(row["id"], {"exact": [], "loose": []})
    return {
        "id": row["id"],
        "name": row["name"],
        "vendor": row.get("vendor", ""),
        "class": _CLASSES.get(extra["class"], extra["class"]),
        "aliases": "|".join(known["exact"]),
        "loose_aliases": "|".join(known["loose"]),
        "released": extra["released"],
        "memory_gb": row.get("mem_gb", ""),
        "memory_type": row.get("mem_type", ""),
        "process_nm": row.get("process_nm", ""),
        "die_mm2": row.get("die_mm2", ""),
        "foundry": row.get("foundry", ""),
        "shared_with": row.get("shared_with", ""),
        "source": row["source"],
        "url": row["url"],
        "evidence": row["evidence"],
        "notes": row["notes"],
    }


def _power(row: Row) -> Factor:
    source, evidence, why = hardware_more.cited(row, "rated")
    stated = [number(text, row["id"]) for text in (row["tdp_w"], row["tdp_w_other_sources"]) if text]
    conflict = len(set(stated)) > 1
    return Factor(
        id=f"{source}-{row['id']}-rated-power",
        quantity="rated_power",
        device=row["id"],
        name=row["name"],
        value=row["tdp_w"],
        low=plain(min(stated)) if conflict else "",
        high=plain(max(stated)) if conflict else "",
        unit="W",
        scope=row.get("power_scope") or _SCOPES.get(row["class"], "accelerator"),
        source=source,
        evidence=evidence,
        notes=joined("sources disagree" if conflict else "", why, row["notes"] if not why else ""),
    )


def _idle(row: Row) -> Factor:
    source, evidence, why = hardware_more.cited(row, "idle")
    low, high = row.get("idle_low", ""), row.get("idle_high", "")
    return Factor(
        id=f"{source}-{row['id']}-idle-power", quantity="idle_power", device=row["id"], name=row["name"], value=row["idle_w"],
        low=low, high=high, unit="W", scope="accelerator", source=source, evidence=evidence, notes=why,
    )  # fmt: skip


def _peak(row: Row, precision: Row | None) -> Factor:
    source, evidence, _ = hardware_more.cited(row, "peak")
    return Factor(
        id=f"{source}-{row['id']}-peak-flops",
        quantity="peak_flops",
        device=row["id"],
        name=row["name"],
        value=row["bf16_dense_tflops"],
        unit="TFLOP/s",
        scope=precision["scope"] if precision else "dense-bf16",
        source=source,
        evidence=evidence,
        notes=precision["notes"] if precision else "dense BF16 rate, without sparsity",
    )


def _server_power(row: Row) -> Factor:
    """Energy of a year of 8,760 h as average power. Sheets of servers with accelerators are left out."""
    watts = number(row["yearly_tec_kwh"], row["id"]) * 1000 / 8760
    return Factor(
        id=f"{row['id']}-power",
        quantity="server_power",
        device=row["id"],
        name=row["name"],
        value=plain(watts, 4),
        unit="W",
        scope="server without accelerators, typical use",
        source=row["source"],
        evidence=row["evidence"],
        notes=f"{row['yearly_tec_kwh']} kWh per year on the sheet, over 8760 h",
    )


def _servers(rows: list[Row], names: Names) -> Package:
    """Manufacturing only: most totals on the sheets include the use phase."""
    package = Package("devices/servers")
    devices = []
    without = []
    for row in rows:
        need(row, ("id", "manufacturer", "name", "source", "evidence"), "servers")
        if not row["gwp_manufacturing_kgco2e"]:
            without.append(row["id"])
            continue
        row |= {"name": f"{row['manufacturer']} {row['name']}", "vendor": row["manufacturer"]}
        parts = [f"{row[column]} {label}" for column, label in (("cpus", "CPUs"), ("gpus", "GPUs")) if row[column]]
        built = joined(", ".join(parts), row["storage"])
        extra = {"class": "server", "released": ""}
        sheet = f"sheet of {row['report_date']}" if row["report_date"] else ""
        device = row | {"mem_gb": row["memory_gb"], "notes": joined(built, sheet)}
        devices.append(_device(device, names, extra))
        total = f"of {row['gwp_total_kgco2e']} kg on the sheet, which include use" if row["gwp_total_kgco2e"] else ""
        package.factors.append(
            Factor(
                id=f"{row['id']}-embodied",
                quantity="embodied_server",
                device=row["id"],
                name=row["name"],
                value=row["gwp_manufacturing_kgco2e"],
                unit="kgCO2e",
                scope="cradle-to-gate",
                source=row["source"],
                evidence=row["evidence"],
                notes=joined(f"manufacturing alone, without transport and end of life; {total}", row["notes"]),
            )
        )
        if row["yearly_tec_kwh"] and not row["gpus"]:
            package.factors.append(_server_power(row))
    package.tables["devices"] = Table(DEVICE_COLUMNS, devices, ("id",))
    package.left_out.append(f"sheets without a figure for manufacturing: {', '.join(sorted(without))}")
    return package
