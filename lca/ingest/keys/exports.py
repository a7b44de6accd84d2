"""Exports of one account that hold the same rows: month-to-date files, windows that overlap, a month exported twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lca.ingest import Intake, pieces
from lca.ingest.formats import Note
from lca.ingest.pieces import Pieces
from lca.ingest.record import Record
from lca.language import plural


def settle(records: Sequence[Record], intake: Intake) -> list[Record]:
    """The records with the rows that count; a record of which no row counts is left out.

    First among the exports of one format, by their rows; then among bills in several formats, by the machines that they charge.
    """
    files: dict[str, dict[str, list[int]]] = {}
    for number, record in enumerate(records):
        if record.pieces is not None:
            files.setdefault(record.format, {}).setdefault(record.digest, []).append(number)
    kept: list[Record | None] = list(records)
    for by_file in files.values():
        if len(by_file) > 1:
            groups = [numbers for _, numbers in sorted(by_file.items())]
            parts = _pieces(groups, kept)
            masks = pieces.counted(parts)
            others = pieces.differing(parts, masks)
            _cut(groups, masks, kept, intake)
            _tell_differing(groups, others, records, intake)
    if len(files) > 1:
        groups = [
            [n for numbers in by_file.values() for n in numbers if kept[n] is not None]
            for _, by_file in sorted(files.items())
        ]
        _cut(groups, pieces.of_machines(_pieces(groups, kept)), kept, intake)
    return [record for record in kept if record is not None]


def _pieces(groups: Sequence[Sequence[int]], records: Sequence[Record | None]) -> list[list[Pieces]]:
    return [[r.pieces for n in numbers if (r := records[n]) is not None and r.pieces is not None] for numbers in groups]


def _cut(
    groups: Sequence[Sequence[int]],
    masks: Sequence[Sequence[NDArray[np.bool_]]],
    kept: list[Record | None],
    intake: Intake,
) -> None:
    """Cut the records to the rows that count, and tell how many do not, by file."""
    lost: dict[str, int] = {}
    for numbers, keeps in zip(groups, masks, strict=True):
        for number, keep in zip(numbers, keeps, strict=True):
            record = kept[number]
            if record is None or keep.all():
                continue
            assert record.found is not None
            assert record.remake is not None
            lost[record.origin.path] = lost.get(record.origin.path, 0) + int((~keep).sum())
            found = pieces.without(record.found, keep)
            again = record.remake(found) if found is not None else None
            kept[number] = again._replace(found=found, remake=record.remake) if again is not None else None
            if found is None:  # what is told of the whole file stays
                intake.notes += [("", note) for note in record.found.notes if note.code == "bill-rows-left-out"]
    for path, count in lost.items():
        message = plural(
            count, "one row of {file} is in another export too and was counted there",
            "{n} rows of {file} are in another export too and were counted there", n=count, file=path,
        )  # fmt: skip
        intake.notes.append(("", Note("repeated-export", message)))


def _tell_differing(
    groups: Sequence[Sequence[int]], counts: Sequence[int], records: Sequence[Record], intake: Intake
) -> None:
    for numbers, count in zip(groups, counts, strict=True):
        if count:
            message = plural(
                count, "one row of {file} states another amount than the export that was counted",
                "{n} rows of {file} state other amounts than the export that was counted",
                n=count, file=records[numbers[0]].origin.path,
            )  # fmt: skip
            intake.notes.append(("", Note("repeated-export", message, severity="warning")))
