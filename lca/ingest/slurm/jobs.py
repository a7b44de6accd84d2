"""The jobs of one file of SLURM: several rows of one job settled, and what is told of the file as a whole.

A job that was queued again has a row for each start; it may have been written while it ran, and when it had ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lca.errors import Fault
from lca.ingest.formats import Found, Note
from lca.ingest.log import Log
from lca.ingest.slurm import job, notes
from lca.ingest.slurm.job import Parsed
from lca.ingest.slurm.notes import Rows

REMEDY = "Export it with sacct --format=JobID,State,Start,End,Elapsed,AllocTRES,NodeList,ConsumedEnergyRaw -P."
#: columns that cells-not-used names where they are cut off; resources have a finding of their own, states are mostly known
_TOLD_IF_CUT = frozenset(notes.FIELDS) - {"AllocTRES", "AllocGRES", "ReqTRES", "State"}


@dataclass
class Jobs:
    """The jobs of one file. `occurrences` counts the rows of each job that stands in several."""

    log: Log
    occurrences: dict[str, int] = field(default_factory=dict)
    producer_version: str = ""
    day_first: bool | None = None
    not_started: int = 0
    of_no_duration: int = 0
    untimed: Rows = field(default_factory=Rows)
    undated: dict[str, Rows] = field(default_factory=dict)
    gpus: dict[str, Rows] = field(default_factory=dict)
    unread: dict[tuple[str, str], Rows] = field(default_factory=dict)
    sharing: Rows = field(
        default_factory=Rows
    )  # an energy of nodes, and no node or time by which others on it are found
    _groups: dict[str, list[Found]] = field(default_factory=dict)

    def take(
        self, cells: Mapping[str, str], row: int, cut: frozenset[str] = frozenset(), told: tuple[Note, ...] = ()
    ) -> Iterator[Found | Fault]:
        """The runs that are settled with this row."""
        result = job.parse(cells, f"{self.log.shown}: row {row}", self.day_first, cut)
        found = None
        if isinstance(result, Parsed):
            self.log.account.use()
            self._remember(result, row, cut)
            if "energy" in result.record and not (result.hosts and "start" in result.record):
                self.sharing.add(row)
            found = Found(
                result.record, row, told, "SLURM", self.producer_version,
                hosts=result.hosts, weight=result.weight, identity=f"slurm:{result.record['id']}", labels=result.labels,
            )  # fmt: skip
        elif isinstance(result, Fault):
            yield result
        elif result == job.UNTIMED:
            self.untimed.add(row)
        else:
            self.log.account.ignore(result)
            self.not_started += result == job.NOT_STARTED
            self.of_no_duration += result == job.NO_DURATION
        id = cells["JobID"]
        left = self.occurrences.get(id)
        if left is None:
            if found is not None:
                yield found
            return
        group = self._groups.setdefault(id, [])
        if found is not None:
            group.append(found)
        self.occurrences[id] = left - 1
        if left <= 1:
            yield from _settled(self._groups.pop(id))

    def end(self) -> Iterator[Found | Fault | Note]:
        """What is settled and told once the file has ended."""
        for group in self._groups.values():
            yield from _settled(group)
        if self.untimed.count:
            yield Fault(
                where=self.log.shown, field="", found=self.untimed.from_first("job"),
                problem="neither Elapsed nor Start and End is stated, so the hours are unknown", remedy=REMEDY, count=self.untimed.count,
                lines=self.untimed.count,
            )  # fmt: skip
        file = self.log.shown
        if self.not_started:
            yield notes.not_started(file, self.not_started)
        if self.of_no_duration:
            yield notes.of_no_duration(file, self.of_no_duration)
        for why, rows in self.undated.items():
            yield notes.undated(file, why, rows)
        for why, rows in self.gpus.items():
            yield notes.gpus(file, why, rows)
        if self.sharing.count > 1:
            yield notes.sharing(file, self.sharing)
        for (column, why), rows in self.unread.items():
            yield notes.unread(file, column, why, rows)

    def _remember(self, parsed: Parsed, row: int, cut: frozenset[str]) -> None:
        """Keep what is told of the file as a whole."""
        if parsed.undated:
            self.undated.setdefault(parsed.undated, Rows()).add(row)
        if parsed.gpus:
            self.gpus.setdefault(parsed.gpus, Rows()).add(row)
        for what in parsed.unread:
            self.unread.setdefault(what, Rows()).add(row)
        for column in cut & _TOLD_IF_CUT:
            self.unread.setdefault((column, "it is cut off by the column width"), Rows()).add(row)


def repeated(ids: Mapping[str, int]) -> dict[str, int]:
    """The ids that stand in several rows, and in how many."""
    return {id: count for id, count in ids.items() if count > 1}


def _settled(group: Sequence[Found]) -> Iterator[Found]:
    """Rows of one start are one run, of which the last state counts; other starts are other runs, numbered in their order.

    Rows without a start are one run where they are equal, or where one of them was written while the job ran.
    """
    by_id: dict[str, list[Found]] = {}
    for found in group:
        by_id.setdefault(found.record["id"], []).append(found)
    for id, rows in by_id.items():
        starts: dict[str, list[Found]] = {}
        for found in rows:
            if "start" in found.record:
                starts.setdefault(found.record["start"], []).append(found)
        runs = [starts[start] for start in sorted(starts)] + _undated([f for f in rows if "start" not in f.record])
        for number, same in enumerate(runs, start=1):
            last = max(same, key=lambda f: (not _is_running(f), _seconds(f), f.record.get("end", "")))
            if number > 1:
                last.record["id"] = f"{id}#{number}"
            if len(same) > 1:
                told = notes.superseded(len(same), last.record.get("status", ""))
                last = _with(last, sorted(_row(f) for f in same), told)
            yield last


def _undated(rows: Sequence[Found]) -> list[list[Found]]:
    """Rows of one job that have no start, by run."""
    runs: list[list[Found]] = []
    for found in sorted(rows, key=_is_running):  # those that have ended first
        same = next((r for r in runs if _is_running(found) or r[0].record == found.record), None)
        if same is None:
            runs.append([found])
        else:
            same.append(found)
    return runs


def _with(found: Found, rows: list[int], note: Note) -> Found:
    return Found(
        found.record, rows, (*found.notes, note), found.producer, found.producer_version,
        hosts=found.hosts, weight=found.weight, identity=found.identity, labels=found.labels,
    )  # fmt: skip


def _row(found: Found) -> int:
    return found.rows if isinstance(found.rows, int) else found.rows[0]


def _is_running(found: Found) -> bool:
    return found.record.get("status") == "running"


def _seconds(found: Found) -> float:
    """How long a row says that the job has run; 0 where that follows from start and end."""
    text = found.record.get("duration")
    return float(text.partition(" ")[0]) if text else 0.0
