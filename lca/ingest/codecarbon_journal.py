"""The rows of CodeCarbon by their runs: each flush of a run appends one with growing totals, of which the furthest counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lca.errors import Fault, shorten
from lca.ingest import codecarbon_row
from lca.ingest.codecarbon_row import Row
from lca.ingest.codecarbon_setup import Setups


@dataclass
class Journal:
    """The rows of one run: the first, how many, and the one furthest on, which has the totals.

    Rows whose energy no machine draws stand apart: the longest of them counts, without its energy, where the run has no other row.
    """

    row: int
    count: int = 0
    furthest: Row | None = None
    fault: Fault | None = None
    excessive: list[Row] = field(default_factory=list)

    def add(self, where: str, key: str, row: Row) -> None:
        """One more row. They may stand in any order; a longer one has no less energy, and stands for a later time."""
        if row.excess is not None:
            self.excessive.append(row)
            return
        self.count += 1
        last = self.furthest
        if last is None or (row.seconds >= last.seconds and row.energy >= last.energy):
            self.furthest = row
        elif self.fault is None and not (
            row.seconds <= last.seconds and row.energy <= last.energy and _is_before(row, last)
        ):
            problem = "its energy or duration falls from one row of the run to the next"
            self.fault = Fault(
                where, "run_id", shorten(key), problem, "Give each run its own id: none of its rows is used."
            )


def _is_before(row: Row, other: Row) -> bool:
    return row.end.replace(tzinfo=None) < other.end.replace(tzinfo=None)


class Journals:
    """The journals of a file by run and task, and its rows without the id of a run."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.of_run: dict[tuple[str, str], Journal] = {}
        self.nameless: list[Row] = []
        self.setups = Setups()

    def take(self, number: int, texts: Mapping[str, str]) -> Fault | None:
        """Put one row to the journal of its run; a fault where it is no whole row."""
        row = codecarbon_row.parsed(f"{self.shown}: row {number}", number, texts, self.setups)
        if isinstance(row, Fault):
            return row
        if key := texts.get("run_id", ""):
            self.put(key, texts.get("task_name", ""), row)
        else:
            self.nameless.append(row)
        return None

    def put(self, key: str, task: str, row: Row) -> None:
        """Put a whole row to the journal of its run."""
        journal = self.of_run.get((key, task))
        if journal is None:
            journal = self.of_run[key, task] = Journal(row.row)
        journal.add(f"{self.shown}: row {row.row}", key, row)
