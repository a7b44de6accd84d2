"""Usage of one model on one day in two exports that are grouped differently, such as by project and not at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lca.ingest import Intake
from lca.ingest.formats import Note
from lca.ingest.record import Record
from lca.language import said

#: what a usage export counts
AMOUNTS = ("requests", "tokens_in", "tokens_out")


def settle(records: Sequence[Record], intake: Intake) -> list[Record]:
    """The records with the usage of each day once.

    Rows of exports that are grouped alike have been compared by now (`exports`). Where the sums of a day are equal, the export
    with the finer grouping counts; where they differ, nothing says whether one holds the other: both count, and are told.
    """
    days: dict[tuple[str, ...], dict[str, list[int]]] = {}
    for number, record in enumerate(records):
        if record.pieces is not None and record.run.work is not None and record.run.start is not None:
            place = record.run.location.country or "" if record.run.location is not None else ""
            day = (record.format, record.run.system.name, place, record.run.start.isoformat())
            days.setdefault(day, {}).setdefault(record.digest, []).append(number)
    dropped: set[int] = set()
    noted: dict[int, Note] = {}
    for by_file in days.values():
        if len(by_file) > 1:
            _compare([by_file[digest] for digest in sorted(by_file)], records, dropped, noted, intake)
    return [
        record._replace(notes=(*record.notes, noted[n])) if n in noted else record
        for n, record in enumerate(records)
        if n not in dropped
    ]


def _compare(
    files: list[list[int]], records: Sequence[Record], dropped: set[int], noted: dict[int, Note], intake: Intake
) -> None:
    """Compare the sums of one model and day in several files, the one with the finest grouping first."""
    files = sorted(files, key=lambda numbers: -_groups(numbers, records))
    finest, *others = files
    for numbers in others:
        if _groups(numbers, records) == _groups(finest, records):
            continue
        first, other = records[finest[0]], records[numbers[0]]
        if _sums(numbers, records) == _sums(finest, records):
            dropped |= set(numbers)
            message = said(
                "usage of {system} in {file} is in {finer} too, grouped more finely; it was counted there",
                system=first.run.system.name, file=other.origin.path, finer=first.origin.path,
            )  # fmt: skip
            intake.notes.append((first.run.id, Note("repeated-export", message)))
        else:
            message = said(
                "{file} holds usage of the same model and day, grouped differently and with other sums; both were counted",
                file=first.origin.path,
            )
            noted[numbers[0]] = Note("possible-double-count", message, "work")


def _groups(numbers: Sequence[int], records: Sequence[Record]) -> int:
    """Into how many groups an export divides the usage."""
    return len(np.unique(np.concatenate([p.keys for n in numbers if (p := records[n].pieces) is not None])))


def _sums(numbers: Sequence[int], records: Sequence[Record]) -> list[float]:
    works = [work for n in numbers if (work := records[n].run.work) is not None]
    return [float(sum(getattr(work, name) or 0 for work in works)) for name in AMOUNTS]
