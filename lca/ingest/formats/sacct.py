"""SLURM `sacct`: text in any layout, with or without header, and `--json`; each job is a run, its steps are not."""

from __future__ import annotations

from collections.abc import Iterator

from lca.errors import Fault
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.ingest.slurm import document, rows
from lca.ingest.slurm.layout import SAMPLE, Layout, layout_of
from lca.ingest.slurm.times import is_day_first
from lca.language import said

FORMAT = Format(
    "sacct",
    "SLURM accounting: sacct -p or -P with any delimiter, its default table, with or without header, and sacct --json",
    "hours and number of GPUs of each job, their type where the site's gres has types, state, window, energy where SLURM has it",
    "time zone (text), place, stage, system, model of GPUs and processors, which part of the node the energy is of",
)


def claims(head: Head) -> bool:
    """A header of sacct, rows whose first cell is the id of a job, or the JSON of its data parser."""
    lines = head.lines
    if not lines:
        return False
    if lines[0].lstrip("\ufeff ").startswith("{"):
        return (
            '"jobs"' in head.text
            and '"job_id"' in head.text
            and '"job_state"' not in head.text  # that of scontrol and squeue
            and ('"tres"' in head.text or '"slurm"' in head.text.lower())
        )
    return layout_of(lines[:SAMPLE]) is not None


def read(log: Log) -> Iterator[Found | Fault | Note]:
    """One run per job, and one fault for all jobs that say nothing of time."""
    if log.head.text.lstrip("\ufeff \n\r\t").startswith("{"):
        yield from document.read(log, document.of_sacct, "sacct --json")
        return
    lines = log.head.lines[:SAMPLE]
    layout = layout_of(lines)
    assert layout is not None  # `claims` has looked
    if layout.is_inferred:
        yield _inferred(log, layout)
    yield from rows.read(log, layout, is_day_first(lines))


def _inferred(log: Log, layout: Layout) -> Note:
    """What the columns of a table without header were taken for."""
    taken = ", ".join(f"{place + 1} {name}" for name, place in sorted(layout.names.items(), key=lambda n: n[1]))
    message = said(
        "{file} has no header: what its columns are follows from their content ({columns}); the others are not used",
        file=log.shown, columns=taken,
    )  # fmt: skip
    return Note("columns-inferred", message)
