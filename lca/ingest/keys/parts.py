"""Records that belong to another run: parts of it that its own record holds, and what a rule lays to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lca.errors import shorten
from lca.ingest import Intake
from lca.ingest.formats import Note
from lca.ingest.record import Record
from lca.language import plural, said
from lca.numerals import spelled
from lca.run import Coverage, EnergyRecord, Run
from lca.units import Quantity

#: notes on what a run lacked that a part of another one need not have
_OF_A_RUN_OF_ITS_OWN = ("system-assumed", "stage-assumed", "assigned")


def settle(records: Sequence[Record], intake: Intake) -> list[Record]:
    """The records with what belongs to them; parts are left out where their whole is there."""
    if not any(r.joins or r.part_of for r in records):
        return list(records)
    records = _joined(records)
    ids = {r.run.id for r in records if not r.part_of}
    counts: dict[str, int] = {}
    for record in records:
        if record.part_of in ids:
            counts[record.part_of] = counts.get(record.part_of, 0) + 1
    for id, count in counts.items():
        message = plural(
            count, "one record is a part of this run and was not added to it",
            "{n} records are parts of this run and were not added to it", n=count,
        )  # fmt: skip
        intake.notes.append((id, Note("part-of-run", message)))
    return [record for record in records if record.part_of not in ids]


def _joined(records: Sequence[Record]) -> list[Record]:
    """What a rule lays to another run, laid to it.

    Records of one file are of different devices and add up by boundary and method; then they stand beside the energies of that
    run, of which the engine uses one.
    """
    targets = {r.run.id: n for n, r in enumerate(records) if not r.joins}
    kept = list(records)
    groups: dict[tuple[int, str], list[Record]] = {}
    for number, record in enumerate(records):
        target = targets.get(record.joins) if record.joins else None
        if target is not None:
            groups.setdefault((target, record.origin.path), []).append(record)
        elif record.joins:
            message = said(
                "no run {joins} is there, to which a rule lays it: it counts by itself", joins=shorten(record.joins)
            )
            note = Note("part-of-run", message, severity="warning")
            kept[number] = record._replace(notes=(*record.notes, note))
    for (target, path), group in groups.items():
        kept[target] = _with(kept[target], group, path)
    return [r for r in kept if not (r.joins and r.joins in targets)]


def _with(record: Record, group: Sequence[Record], path: str) -> Record:
    """A record with the energies of those that belong to it."""
    run, energy = record.run, _added([r.run for r in group])
    update: dict[str, Any] = {"energy": [*run.energy, *energy]}
    if len(group) == 1 and group[0].run.power is not None and run.power is None:
        update["power"] = group[0].run.power
    for name in ("devices", "start", "end", "duration", "location", "work"):
        if len(group) == 1 and not getattr(run, name) and getattr(group[0].run, name):
            update[name] = getattr(group[0].run, name)
    gave = ", ".join(f"{spelled(e.value.value, 6)} kWh ({e.boundary})" for e in energy) or said("no energy")
    message = plural(
        len(group), "one record of {file} is laid to this run by a rule and gives {energy}",
        "{n} records, added up, of {file} are laid to this run by a rule and give {energy}", n=len(group), file=path, energy=gave,
    )  # fmt: skip
    theirs = tuple(n for r in group for n in r.notes if n.code not in _OF_A_RUN_OF_ITS_OWN)
    notes = (*record.notes, *dict.fromkeys(theirs), Note("part-of-run", message))
    return record._replace(run=run.model_copy(update=update), notes=notes)


def _added(runs: Sequence[Run]) -> list[EnergyRecord]:
    """Energies of runs on different devices, added up by boundary and method; coverage is their mean."""
    groups: dict[tuple[str, str | None], list[EnergyRecord]] = {}
    for run in runs:
        for record in run.energy:
            groups.setdefault((record.boundary, record.method), []).append(record)
    out = []
    for records in groups.values():
        first = records[0]
        if len(records) > 1:
            total = sum(e.value.value for e in records)
            share = sum(_coverage(e) for e in records) / len(records)
            cover = Coverage(of="time", value=Quantity(share)) if share < 0.999 else None
            value = Quantity(total, text=f"{total!r} kWh")
            first = first.model_copy(update={"value": value, "coverage": cover, "components": None})
        out.append(first)
    return out


def _coverage(record: EnergyRecord) -> float:
    if record.coverage is None:
        return 1.0
    return record.coverage.value.value if isinstance(record.coverage, Coverage) else record.coverage.value
