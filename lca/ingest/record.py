"""A run that is valid by itself, and the keys by which all inputs together tell what of it counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from lca.ingest import Origin
from lca.ingest.formats import Found, Note
from lca.ingest.pieces import Pieces
from lca.marks import Marks
from lca.run import Run


class Record(NamedTuple):
    """A run with its keys; those that a format does not give are empty (see `Found`).

    `joins` is the id of the run to which an `assign` rule lays it. `remake` makes the record again of a `Found` that was cut.
    """

    run: Run
    origin: Origin
    notes: tuple[Note, ...] = ()
    format: str = ""
    identity: str = ""
    position: float = math.nan
    hosts: tuple[str, ...] = ()
    weight: float = math.nan
    resolution: float = 0.0
    part_of: str = ""
    joins: str = ""
    pieces: Pieces | None = None
    digest: str = ""
    marks: Marks | None = None
    found: Found | None = None
    remake: Callable[[Found], Record | None] | None = None

    @property
    def where(self) -> str:
        """File and row."""
        return f"{self.origin.path}: row {self.origin.row}"
