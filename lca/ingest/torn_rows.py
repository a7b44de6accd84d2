"""Faults of rows that cannot be used as they stand in the file: cut off, or with a cell that is not what its column holds."""

from __future__ import annotations

from collections.abc import Sequence

from lca.errors import Fault, shorten

#: what is told of a row that holds others
SWALLOWED = "a quote that is not closed takes in the rows below"
RESTORE = "Restore the row from its source."


def torn_row(where: str, field: str, found: object, problem: str, *, lines: int | None = None) -> Fault:
    """A row or record that is not used; `lines` says how many lines of the file that are, where it is not one."""
    return Fault(
        where=where, field=field, found=shorten(found), problem=problem, remedy=RESTORE, code="torn-row", lines=lines
    )


def wrong_width(where: str, cells: int, columns: int) -> Fault:
    """A row with fewer or more cells than the header has columns."""
    return torn_row(where, "", f"{cells} cells", f"the header has {columns}")


def takes_in_others(cells: Sequence[str], columns: int, delimiter: str = ",") -> bool:
    """Whether a cell holds whole rows of the table, since a quote before them is not closed."""
    swallowed = (line for cell in cells if "\n" in cell for line in cell.split("\n"))
    return any(line.count(delimiter) >= max(1, columns - 1) for line in swallowed)
