"""Reading: reference tables, own tables, and the registry of sources."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from .model import BuildError

OWN = Path(__file__).parent / "own"
FORBIDDEN = ("agpl", "gpl-", "odbl", "share-alike", "sharealike", "by-sa", "by-nc")
#: registries of sources; of one key in two of them the first counts
SOURCES = (
    "factors/sources.csv",
    "hardware/sources.csv",
    "hardware/more/sources_more.csv",
    "factors/more/sources_new.csv",
)
_SOURCE_FIELDS = ("title", "publisher", "year", "licence", "redistribution", "evidence")

Row = dict[str, str]


def read_csv(path: Path) -> list[Row]:
    """All rows as text ("NA" is Namibia, never a missing value). A ragged row is an error."""
    if not path.is_file():
        raise BuildError(f"{path}: no such file")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        if len(set(header)) != len(header) or not header:
            raise BuildError(f"{path}: empty or repeated column names")
        rows = []
        for cells in reader:
            if len(cells) != len(header):
                raise BuildError(f"{path}:{reader.line_num}: {len(cells)} cells in a table of {len(header)} columns")
            rows.append(dict(zip(header, cells, strict=True)))
    return rows


def own_csv(name: str) -> list[Row]:
    """One of our own tables; each row must name its source and evidence grade."""
    rows = read_csv(OWN / name)
    for row in rows:
        if not row.get("source") or row.get("evidence") not in ("A", "B", "C"):
            raise BuildError(f"own/{name}: {row} has no source or no evidence grade")
    return rows


def own_json(name: str) -> Any:
    """One of our own JSON files."""
    return json.loads((OWN / name).read_text(encoding="utf-8"))


class Reference:
    """The reference folder: tables by name, sources by key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: dict[str, Row] = {}
        for path in (*(folder / name for name in SOURCES), OWN / "sources.csv"):
            for row in read_csv(path):
                known = self.sources.setdefault(row["key"], row)
                if path.parent == OWN and known["url"] != row["url"]:
                    raise BuildError(f"{path}: source {row['key']} has two addresses")
        self._spdx = {row["licence"]: row for row in read_csv(OWN / "licences.csv")}

    def table(self, name: str) -> list[Row]:
        """Rows of a reference table such as `factors/water.csv`; ids must be unique."""
        rows = read_csv(self.folder / name)
        ids = [row["id"] for row in rows]
        if len(set(ids)) != len(ids):
            raise BuildError(f"{name}: an id occurs twice")
        return rows

    def rows(self, name: str) -> list[Row]:
        """Rows of a reference table that has no column of ids."""
        return read_csv(self.folder / name)

    def row(self, address: str) -> Row:
        """One row by address, `hardware/servers.csv#some-id`."""
        name, _, identifier = address.partition("#")
        for row in self.table(name):
            if row["id"] == identifier:
                return row
        raise BuildError(f"{address}: no such row")

    def source(self, key: str) -> dict[str, Any]:
        """The entry of a source for `datapackage.json`; BuildError if it is unknown, incomplete or copyleft."""
        row = self.sources.get(key)
        if row is None:
            raise BuildError(f"source {key!r} is not in any sources.csv")
        for column in _SOURCE_FIELDS:
            if not row.get(column):
                raise BuildError(f"source {key}: no {column}")
        if any(word in f"{row['licence']} {row['redistribution']}".lower() for word in FORBIDDEN):
            raise BuildError(f"source {key}: {row['licence']!r} must not be redistributed here")
        entry: dict[str, Any] = {"key": key, "title": row["title"], "publisher": row["publisher"]}
        if row["url"]:
            entry["path"] = row["url"]
        entry["year"] = int(row["year"])
        if row.get("edition"):
            entry["edition"] = row["edition"]
        entry |= {name: row[name] for name in ("licence", "attribution", "redistribution", "evidence")}
        return entry

    def licence(self, key: str) -> dict[str, str]:
        """Name, title and address of a source's licence."""
        text = self.sources[key]["licence"]
        known = self._spdx.get(text)
        if known is None:
            return {"name": "LicenseRef-facts-with-citation", "title": text}
        return {"name": known["name"], "title": text} | ({"path": known["path"]} if known["path"] else {})
