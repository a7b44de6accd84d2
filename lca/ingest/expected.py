"""What should be there: lists of jobs, scheduler exports and bills, given with `--expect` and never counted themselves."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from lca.errors import Fault
from lca.ingest import Input, Intake, files, formats, job_list, reader
from lca.ingest.assign import Local
from lca.ingest.job_list import Job
from lca.ingest.log import Log
from lca.run import Run

#: format of a list of jobs
LIST = "list of jobs"


@dataclass
class Expectation:
    """One file with what should be there: jobs by id, runs as a log tells them, and sums over runs, as in a bill."""

    made: Input
    jobs: list[Job] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    sums: list[Run] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of the file without its folder."""
        return os.path.basename(self.made.path) or self.made.path


def read(paths: Iterable[str | os.PathLike[str]], now: datetime, local: Local) -> list[Expectation]:
    """What each path expects. Raises InputError for one that cannot be read, or holds nothing that could be expected."""
    return [_read(path, now, local) for path in paths]


def _read(path: str | os.PathLike[str], now: datetime, local: Local) -> Expectation:
    given = list(files.expand([path]))
    if len(given) == 1:
        log = Log(given[0])
        if formats.choose(log, "") is None and "lca-run/1" not in log.head.text:
            held = job_list.read(log)
            count = len(held.jobs) + len(held.faults)
            return Expectation(
                Input(log.shown, log.digest, LIST, count, len(held.faults)),
                held.jobs,
                faults=held.faults,
                notes=held.notes,
            )
    intake = Intake()
    runs = list(reader.stream([path], now, intake, None, "", local))
    reader.require(intake)
    known = sorted({i.format for i in intake.inputs if i.records})
    first = intake.inputs[0]
    whole = Input(
        os.fspath(path) if len(given) > 1 else first.path, first.sha256 if len(given) == 1 else "", ", ".join(known),
        sum(i.records for i in intake.inputs), sum(i.quarantined for i in intake.inputs),
    )  # fmt: skip
    notes = list(dict.fromkeys(note.message for _, note in intake.notes if note.code in _TOLD))
    return Expectation(
        whole, [], [r for r in runs if not _is_sum(r)], [r for r in runs if _is_sum(r)], intake.faults, notes
    )


#: what is told of reading a file that says what it leaves out
_TOLD = ("bill-rows-left-out", "rows-left-out", "identical-files", "not-a-log")


def _is_sum(run: Run) -> bool:
    """Whether a run is a sum over runs: of a bill, or energy that was billed and no devices."""
    importer = run.provenance.importer if run.provenance is not None else None
    adapter = formats.adapters().get(importer or "")
    if adapter is not None and adapter.format.sums:
        return True
    return bool(run.energy) and not run.devices and all(e.method == "bill" for e in run.energy)
