"""The rows of a table of SLURM: jobs, their steps, headers, and what is none of these; each line is accounted for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from lca.errors import Fault, shorten
from lca.ingest.formats import Found, Note
from lca.ingest.log import Log
from lca.ingest.slurm import columns, job, notes
from lca.ingest.slurm.jobs import Jobs, repeated
from lca.ingest.slurm.layout import Layout
from lca.ingest.slurm.notes import Rows
from lca.ingest.torn_rows import torn_row

STEPS = "steps of jobs"
_NO_ENERGY = ("", "0")


def read(
    log: Log, layout: Layout, day_first: bool | None, adapt: Callable[[dict[str, str]], None] = lambda _: None
) -> Iterator[Found | Fault | Note]:
    """The jobs of a table; `adapt` brings the cells of one into the words of the columns of sacct."""
    ids = _ids(log, layout)
    jobs = Jobs(log, repeated(ids), day_first=day_first)
    place = layout.names["JobID"]
    step_energy = layout.names.get("ConsumedEnergyRaw", layout.names.get("ConsumedEnergy"))
    header, split, names = layout.header.strip(), layout.split, tuple(layout.names.items())
    before = layout.before + 1 if header else 0  # a header may stand below a prompt, and again where files were joined
    steps, orphans = 0, Rows()
    last: list[Found] = []  # the last job, until its steps are read
    for row, line in log.lines():
        stripped = line.strip("\ufeff \t")
        if not stripped:
            continue
        if before or stripped == header or stripped[0] == "#" or (stripped[0] == "-" and not stripped.strip("- ")):
            before -= before > 0
            log.account.head()
            continue
        cells = split(line.lstrip("\ufeff") if row == 1 else line)
        if cells is None:
            yield _torn(log, row, line, layout)
            continue
        id = cells[place].strip()
        if "." in id and columns.STEP.match(id):
            if id.partition(".")[0] not in ids:
                orphans.add(row)
                continue
            steps += 1
            if (
                step_energy is not None
                and cells[step_energy] not in _NO_ENERGY
                and last
                and "energy" not in last[-1].record
            ):
                last[-1] = _with_step(last[-1], id, cells[step_energy])
            continue
        yield from last
        last = []
        if not columns.JOB.match(id):
            yield torn_row(f"{log.shown}: row {row}", "JobID", id, "not the id of a job or of a step")
            continue
        one = {name: cells[at].strip() for name, at in names}
        one["JobID"] = id
        adapt(one)
        for made in jobs.take(one, row, layout.cut(cells)):
            if isinstance(made, Found):
                last.append(made)
            else:
                yield made
    yield from last
    if orphans.count:
        yield notes.steps_without_jobs(log, orphans)
    if steps:
        log.account.ignore(STEPS, steps)
        yield notes.steps_left_out(log.shown, steps)
    yield from jobs.end()


def _ids(log: Log, layout: Layout) -> Counter[str]:
    """How many rows each job has: read before the jobs, since a row may be followed by a later state of its job."""
    ids: Counter[str] = Counter()
    if layout.names["JobID"] == 0:
        behind = re.escape(layout.delimiter.encode()) + rb'|[\s"]|\Z' if layout.delimiter else rb"\s|\Z"
        pattern = re.compile(rb'^[ "]*(\d[\d_+]*)(?=[ ]*(?:' + behind + rb"))", re.M)
        for _, block in log.blocks():
            ids.update(pattern.findall(block))
        return Counter({id.decode(): count for id, count in ids.items()})  # type: ignore[attr-defined]
    for _, line in log.lines():
        cells = layout.split(line)
        if cells is not None and columns.JOB.match(cells[layout.names["JobID"]].strip()):
            ids[cells[layout.names["JobID"]].strip()] += 1
    return ids


def _torn(log: Log, row: int, line: str, layout: Layout) -> Fault:
    where = f"{log.shown}: row {row}"
    if layout.delimiter:
        found, told = f"{len(line.split(layout.delimiter))} cells", f"the other rows have {layout.width}"
    else:
        found, told = shorten(line.strip()), "its cells do not stand below the header"
    return torn_row(where, "", found, told)


def _with_step(found: Found, id: str, energy: str) -> Found:
    """A job without energy, told where a step of it has one."""
    note = notes.stated_by_steps()
    if note in found.notes or not found.record["id"].partition("#")[0].endswith(id.partition(".")[0]):
        return found
    try:
        return replace(found, notes=(*found.notes, note)) if job.joules_of(energy) else found
    except ValueError:
        return found
