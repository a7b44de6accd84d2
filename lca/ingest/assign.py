"""What a file in a format of others lacks, from the `assign` rules of the profile: each use is told."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from lca.ingest.formats import Note
from lca.profile import Assign

FIELDS = ("system", "stage", "location")


def fill(record: dict[str, Any], path: str, rules: Sequence[Assign]) -> list[Note]:
    """Fill the fields that the record lacks, each from the first rule whose pattern fits the path or the name of the file."""
    notes = []
    for name in FIELDS:
        if record.get(name):
            continue
        for rule in rules:
            value = getattr(rule, name)
            if value is not None and _fits(path, rule.match):
                record[name] = value if isinstance(value, str) else value.model_dump(exclude_none=True)
                told = value if isinstance(value, str) else ", ".join(f"{k} {v}" for k, v in record[name].items())
                because = f": {rule.reason}" if rule.reason else ""
                notes.append(
                    Note("assigned", f"{told}, since the file does not say (assign, {rule.match}){because}", name)
                )
                break
    return notes


def _fits(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path.rpartition("/")[2], pattern)
