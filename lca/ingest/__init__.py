"""Logs in: files, folders, globs, standard input, dicts and frames to runs, with everything unusable set aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lca.errors import Fault
from lca.run import Run

#: rows of one fault that are kept one by one
KEPT = 100


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
    _seen: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)

    def add(self, run: Run, origin: Origin) -> None:
        """Take a run."""
        self.runs.append(run)
        self.origins.append(origin)

    def refuse(self, faults: Iterable[Fault], made: Input | None = None) -> None:
        """Set a record aside, with all that is wrong with it; or many, with what is wrong with all of them.

        Of the rows of one fault a few are kept, and the others counted: memory does not grow with a file of broken rows.
        """
        given = list(faults)
        for fault in given:
            key = (fault.where.partition(": row ")[0], fault.field, fault.problem, fault.code)
            number, seen = self._seen.get(key, (0, 0))
            if seen >= KEPT:
                self.faults[number] = replace(self.faults[number], count=self.faults[number].count + fault.count)
                continue
            self._seen[key] = len(self.faults), seen + 1
            self.faults.append(fault)
        if made is not None:
            made.quarantined += max((f.count for f in given), default=1)
