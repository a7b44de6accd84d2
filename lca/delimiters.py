"""What stands between the cells of tables that are not written with commas: told of our own inputs, which need commas."""

from __future__ import annotations

from collections.abc import Sequence

#: characters and what messages call them
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
#: what to do with a table of our own that has others than commas
REMEDY = "save it with commas between cells and points in numbers"


def instead_of_commas(header: Sequence[str]) -> str:
    """What a header, split at commas, has between its names in their place; empty where it has commas."""
    if len(header) != 1:
        return ""
    return next((name for sign, name in DELIMITERS.items() if sign in header[0]), "")
