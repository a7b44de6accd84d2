"""What studies found of the levers that are said to save energy: figures of the reference, in words of our own."""

from __future__ import annotations

import re

from .model import BuildError, Package, Table, number
from .reference import Reference, Row, own_csv

LEVERS = "hardware/levers.csv"
COLUMNS = (
    "id", "lever", "claim", "phase", "effect", "low_saving_pct", "high_saving_pct", "setting", "caveats", "stance",
    "verdict", "study", "source", "evidence",
)  # fmt: skip
STANCES = ("for", "against", "mixed", "context")
_TEXTS = ("lever", "claim", "effect", "setting", "caveats", "verdict")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
#: a source whose figures must not be passed on yet
_HELD_BACK = "reference only"


def packages(reference: Reference) -> list[Package]:
    """`levers/published`."""
    made = Package("levers/published")
    own = {row["id"]: row for row in own_csv("levers.csv")}
    rows = []
    for row in reference.table(LEVERS):
        if reference.sources[row["source"]]["redistribution"].startswith(_HELD_BACK):
            made.left_out.append(f"{row['id']}: its source asks to be confirmed before its figures are passed on")
        elif row["id"] not in own:
            raise BuildError(f"own/levers.csv: no words for {row['id']}")
        else:
            rows.append(_lever(row, own.pop(row["id"])))
    if own:
        raise BuildError(f"own/levers.csv names levers that {LEVERS} lacks or holds back: {sorted(own)}")
    made.tables["levers"] = Table(COLUMNS, rows, ("id",))
    return [made]


def _lever(row: Row, words: Row) -> Row:
    """One lever: range, phase and study as in the reference, the rest in our words, which add no number of their own."""
    where = f"own/levers.csv: {row['id']}"
    if (words["source"], words["evidence"]) != (row["source"], row["evidence"]):
        raise BuildError(f"{where}: source or evidence differs from {LEVERS}")
    if words["stance"] not in STANCES:
        raise BuildError(f"{where}: stance {words['stance']!r} is not one of {STANCES}")
    if not all(words[name] for name in ("lever", "effect", "setting", "verdict")):
        raise BuildError(f"{where}: lever, effect, setting and verdict must not be empty")
    known = _numbers(" ".join(row.values()))
    added = {n for name in _TEXTS for n in _numbers(words[name])} - known
    if added:
        raise BuildError(f"{where}: {sorted(added)} are not in the row of {LEVERS}")
    bounds = [number(row[name], where) for name in ("low_saving_pct", "high_saving_pct") if row[name]]
    if sorted(bounds) != bounds:
        raise BuildError(f"{where}: the range of savings is upside down")
    given = {name: row[name] for name in ("id", "phase", "low_saving_pct", "high_saving_pct", "source", "evidence")}
    told = {name: words[name] for name in (*_TEXTS, "stance")}
    return {**given, **told, "study": row["study_type"]}


def _numbers(text: str) -> set[str]:
    """Numbers in a text, without their thousands separators."""
    return {found.replace(",", "") for found in _NUMBER.findall(text)}
