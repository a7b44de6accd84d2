"""Exports of one account that hold the same rows: month-to-date files, windows that overlap, a month exported twice."""

from __future__ import annotations

from collections.abc import Sequence

from lca.ingest import Intake, pieces
from lca.ingest.formats import Note
from lca.ingest.record import Record
from lca.language import plural


def settle(records: Sequence[Record], intake: Intake) -> list[Record]:
    """The records with the rows that count; a record of which no row counts is left out."""
    files: dict[str, dict[str, list[int]]] = {}
    for number, record in enumerate(records):
        if record.pieces is not None:
            files.setdefault(record.format, {}).setdefault(record.digest, []).append(number)
    if not any(len(by_file) > 1 for by_file in files.values()):
        return list(records)
    changed: dict[int, Record | None] = {}
    for by_file in files.values():
        if len(by_file) > 1:
            changed |= _of_format([numbers for _, numbers in sorted(by_file.items())], records, intake)
    return [kept for n, record in enumerate(records) if (kept := changed.get(n, record)) is not None]


def _of_format(files: Sequence[Sequence[int]], records: Sequence[Record], intake: Intake) -> dict[int, Record | None]:
    """What is left of the records of exports in one format, by number, where that is less than all."""
    changed: dict[int, Record | None] = {}
    parts = [[p for n in numbers if (p := records[n].pieces) is not None] for numbers in files]
    masks = pieces.counted(parts)
    for numbers, keeps, other in zip(files, masks, pieces.differing(parts, masks), strict=True):
        lost = 0
        for number, keep in zip(numbers, keeps, strict=True):
            if keep.all():
                continue
            record = records[number]
            assert record.found is not None
            assert record.remake is not None
            lost += int((~keep).sum())
            found = pieces.without(record.found, keep)
            changed[number] = None if found is None else record.remake(found)
            if found is None:  # what is told of the whole file stays
                intake.notes += [("", note) for note in record.found.notes if note.code == "bill-rows-left-out"]
        if lost:
            message = plural(
                lost, "one row of {file} is in another export too and was counted there",
                "{n} rows of {file} are in another export too and were counted there",
                n=lost, file=records[numbers[0]].origin.path,
            )  # fmt: skip
            intake.notes.append(("", Note("repeated-export", message)))
        if other:
            message = plural(
                other, "one row of {file} states another amount than the export that was counted",
                "{n} rows of {file} state other amounts than the export that was counted",
                n=other, file=records[numbers[0]].origin.path,
            )  # fmt: skip
            intake.notes.append(("", Note("repeated-export", message, severity="warning")))
    return changed
