"""Writing: `datapackage.json` and CSV files, the same bytes on every run."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

from .model import BASIS_COLUMNS, FACTOR_COLUMNS, BuildError, Package, Table
from .reference import Reference, Row, own_json

_NUMBERS = {
    "value",
    "low",
    "high",
    "memory_gb",
    "process_nm",
    "die_mm2",
    "lifecycle",
    "direct",
    "share",
    "low_saving_pct",
    "high_saving_pct",
}
_INTEGERS = {
    "devices_per_instance",
    "reliability",
    "completeness",
    "temporal",
    "geographical",
    "technological",
}
_DATES = {"valid_from", "valid_to", "released"}


def render(package: Package, reference: Reference) -> dict[str, bytes]:
    """The files of one package, by path below the factor folder."""
    bases = [name for name in BASIS_COLUMNS if any(getattr(factor, name) for factor in package.factors)]
    rows = [{k: v for k, v in f.row().items() if k not in BASIS_COLUMNS or k in bases} for f in package.factors]
    tables = {"factors": Table((*FACTOR_COLUMNS, *bases), rows, ("id",)), **package.tables}
    for table in tables.values():
        table.rows.sort(key=lambda row, t=table: [row[column] for column in t.primary_key])  # type: ignore[misc]
    text = json.dumps(_descriptor(package, tables, reference), indent=2, ensure_ascii=False)
    files = {f"{package.id}/{name}.csv": _csv(table) for name, table in tables.items()}
    files |= {f"{package.id}/{name}.csv.gz": gzip.compress(_csv(t), 9, mtime=0) for name, t in package.series.items()}
    return files | {f"{package.id}/datapackage.json": f"{text}\n".encode()}


def write(files: dict[str, bytes], root: Path) -> None:
    """Write rendered files below `root`. A compressed file that holds the same stays: libraries compress differently."""
    for path, content in files.items():
        held = root / path
        if held.suffix == ".gz" and held.is_file() and gzip.decompress(held.read_bytes()) == gzip.decompress(content):
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def _csv(table: Table) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, table.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(table.rows)
    return buffer.getvalue().encode()


def _descriptor(package: Package, tables: dict[str, Table], reference: Reference) -> dict[str, Any]:
    texts: dict[str, Any] = own_json("sets.json")
    if package.id not in texts["sets"]:
        raise BuildError(f"own/sets.json has no entry for {package.id}")
    text: dict[str, Any] = texts["sets"][package.id]
    keys = _with_ancestors(package.source_keys(), reference)
    licences = {tuple(reference.licence(key).items()) for key in keys}
    lca = dict(text["lca"])
    if package.left_out:
        lca["left out"] = package.left_out
    return {
        "profile": "tabular-data-package",
        "name": package.id,
        "title": text["title"],
        "description": text["description"],
        "version": texts["version"],
        "keywords": text["keywords"],
        "licenses": [dict(licence) for licence in sorted(licences)],
        "sources": [reference.source(key) for key in keys],
        "lca": lca,
        "resources": [
            *(_resource(name, table, texts["fields"]) for name, table in tables.items()),
            *(_compressed(name, table, texts["fields"]) for name, table in sorted(package.series.items())),
        ],
    }


def _with_ancestors(keys: set[str], reference: Reference) -> list[str]:
    """The keys used, and those that a derived source was derived from (column `derived_from` of own/sources.csv)."""
    used = set(keys)
    for key in keys:
        reference.source(key)
        used |= set(reference.sources[key].get("derived_from", "").split())
    return sorted(used)


def _resource(name: str, table: Table, descriptions: Row) -> dict[str, Any]:
    for column in table.columns:
        if column not in descriptions:
            raise BuildError(f"own/sets.json describes no field {column!r}")
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {
            "fields": [
                {"name": column, "type": _type(column), "description": descriptions[column]} for column in table.columns
            ],
            "missingValues": [""],
            "primaryKey": table.primary_key[0] if len(table.primary_key) == 1 else list(table.primary_key),
        },
    }


def _compressed(name: str, table: Table, descriptions: Row) -> dict[str, Any]:
    made = _resource(name, table, descriptions)
    return {**made, "name": name.lower(), "path": f"{name}.csv.gz", "compression": "gz"}


def _type(column: str) -> str:
    if column == "datetime_utc":
        return "datetime"
    if column in _NUMBERS:
        return "number"
    if column in _INTEGERS:
        return "integer"
    return "date" if column in _DATES else "string"
