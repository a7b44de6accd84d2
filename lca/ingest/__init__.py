"""Logs in: files, folders, globs, standard input, dicts and frames to runs, with everything unusable set aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lca.errors import Fault
from lca.run import Run


@dataclass
class Input:
    """One file that was read."""

    path: str
    sha256: str
    format: str
    records: int = 0
    quarantined: int = 0


class Origin(NamedTuple):
    """Where a run stood: file and row (1 for a file that holds one run)."""

    path: str
    row: int
    folder: str | None = None  # folder whose files the run may name (power series)


@dataclass
class Intake:
    """What was read: runs with their origins, inputs, what was set aside, and totals that a file declares."""

    runs: list[Run] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    declared: list[dict[str, Any]] = field(default_factory=list)
    notes: list[tuple[str, Any]] = field(default_factory=list)  # (id of the run or "", what an importer tells of it)

    def add(self, run: Run, origin: Origin) -> None:
        """Take a run."""
        self.runs.append(run)
        self.origins.append(origin)

    def refuse(self, faults: Iterable[Fault], made: Input | None = None) -> None:
        """Set a record aside, with all that is wrong with it; or many, with what is wrong with all of them."""
        held = list(faults)
        self.faults += held
        if made is not None:
            made.quarantined += max((f.count for f in held), default=1)
