"""Cloud instance types and MIG profiles: how many devices, or which part of one, a name stands for.

A row of `instances.csv` whose name ends in `*` stands for every number there: `v4-*` with 1/2 says that `v4-512` is 256 chips.
"""

from __future__ import annotations

import re
from fractions import Fraction

from .hardware_more import FOLDER, facts
from .model import BuildError, Table
from .reference import Reference, Row, own_csv

INSTANCE_COLUMNS = ("name", "provider", "device", "devices_per_instance", "aliases", "source", "evidence", "notes")
PROFILE_COLUMNS = ("device", "profile", "processor_share", "memory_share", "memory_gb", "source", "evidence")
#: begin of a source's text -> its key
_SOURCES = {
    "karpenter": "karpenter_instance_types", "kubernetes_autoscaler": "kubernetes_autoscaler", "vantage": "vantage_gpu_data",
    "aws_neuron_docs": "aws_neuron_architecture", "MicrosoftDocs": "azure_compute_docs", "xpk": "xpk",
    "gcp_arm_docs": "gcp_arm_docs", "google_tpu_docs": "google_tpu_docs", "skypilot": "skypilot_catalog",
    "find_string": "instance_lists", "gcp TPU": "instance_lists",
}  # fmt: skip
#: names of the reference's devices that are ours under another id
_DEVICES = {"gh200 (96 GB HBM3)": "gh200", "gh200 (144G HBM3e)": "gh200-144"}
_SLICE = re.compile(r"(v2|v3|v4|v5p|v5litepod|v6e|tpu7x)-\d+")


def instances(reference: Reference, devices: set[str], left_out: list[str]) -> Table:
    """Our own rows, then those of the reference that are not among them; slices of TPUs stand as one row per kind."""
    rows = [{"aliases": "", "notes": "", **row} for row in own_csv("instances.csv")]
    known = {(row["provider"], row["name"].casefold()) for row in rows}
    slices = {
        row["name"].removesuffix("*"): Fraction(row["devices_per_instance"])
        for row in rows
        if row["name"].endswith("*")
    }
    aliases: dict[str, list[str]] = {}
    for entry in own_csv("instance_aliases.csv"):
        aliases.setdefault(entry["name"], []).append(entry["alias"])
    withheld = {row["name"]: row["reason"] for row in own_csv("instances_left.csv")}
    for row in reference.rows(f"{FOLDER}cloud_instances.csv"):
        name, count = row["name"], row["devices_per_instance"]
        if _SLICE.fullmatch(name):
            kind, _, number = name.rpartition("-")
            if slices[f"{kind}-"] * int(number) != Fraction(count):
                raise BuildError(
                    f"own/instances.csv: {name} is {count} devices, not {slices[f'{kind}-'] * int(number)}"
                )
        elif name in withheld or not (row["device"] and count):
            left_out.append(f"instance type {name}: {withheld.get(name) or row['notes']}")
        elif (row["provider"], name.casefold()) in known:
            aliases.setdefault(name, []).extend(_instance(row)["aliases"].split("|"))
        else:
            rows.append(_instance(row))
    for instance in rows:
        listed = [*instance["aliases"].split("|"), *aliases.pop(instance["name"], [])]
        instance["aliases"] = "|".join(dict.fromkeys(filter(None, listed)))
    if aliases:
        raise BuildError(f"own/instance_aliases.csv names unknown types: {sorted(aliases)}")
    if unknown := {row["device"] for row in rows} - devices:
        raise BuildError(f"instances of unknown devices: {sorted(unknown)}")
    return Table(INSTANCE_COLUMNS, [{c: row[c] for c in INSTANCE_COLUMNS} for row in rows], ("provider", "name"))


def _instance(row: Row) -> Row:
    text = row["source"]
    source = next((key for begin, key in _SOURCES.items() if text.startswith(begin)), None)
    if source is None:
        raise BuildError(f"{FOLDER}cloud_instances.csv: {row['name']}: no key for the source {text!r}")
    prefixed = [alias for alias in row["aliases"].split("|") if alias and alias != f"ml.{row['name']}"]
    worse = "C" if source == "instance_lists" else row["evidence"]
    return row | {"aliases": "|".join(prefixed), "source": source, "evidence": worse, "notes": facts(row["notes"])}


def profiles(reference: Reference, devices: set[str]) -> Table:
    """MIG profiles by device. Variants such as `+me` have the shares of the plain profile, which stands for them."""
    rows = []
    for row in reference.rows(f"{FOLDER}mig_profiles.csv"):
        if not re.fullmatch(r"\d+g\.\d+gb", row["profile"]):
            continue
        for device in row["devices"].split("|"):
            device = _DEVICES.get(device, device)
            if device not in devices:
                raise BuildError(f"{FOLDER}mig_profiles.csv: unknown device {device}")
            rows.append({
                "device": device, "profile": row["profile"], "processor_share": row["sm_fraction"],
                "memory_share": row["memory_fraction"], "memory_gb": row["memory_gb"], "source": "nvidia_mig_parted",
                "evidence": row["evidence"],
            })  # fmt: skip
    return Table(PROFILE_COLUMNS, rows, ("device", "profile"))
