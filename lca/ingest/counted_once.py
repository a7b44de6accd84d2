"""Gates before anything is counted: parts of a run that is there too, and several records of one machine over the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lca.activity import as_utc
from lca.errors import shorten
from lca.ingest import Intake, Origin
from lca.ingest.foreign import Taken
from lca.ingest.formats import Note
from lca.language import plural, said
from lca.numerals import spelled
from lca.run import Coverage, EnergyRecord, Run
from lca.units import Quantity

#: two records of one machine over the same time measured the same power; means further apart are of two machines
ALIKE = 0.1
#: notes on what a run lacked that a part of another one need not have
_OF_A_RUN_OF_ITS_OWN = ("system-assumed", "stage-assumed", "assigned")
#: share of both windows that must be common before their means are compared
COMMON = 0.9


def sift(held: Sequence[Taken], whole: set[str], intake: Intake) -> Iterator[tuple[Run, Origin]]:
    """The runs that count: parts only where their whole is missing, and the energy of a machine once.

    `whole` are the ids of runs that are not in question.
    """
    held = _joined(held, intake)
    ids = whole | {t.run.id for t in held if not t.part_of}
    left: dict[str, int] = {}
    kept: list[Taken] = []
    for taken in held:
        if taken.part_of in ids:
            left[taken.part_of] = left.get(taken.part_of, 0) + 1
            _count_off(taken, intake)
        else:
            kept.append(taken)
    for id, count in left.items():
        intake.notes.append(
            (
                id,
                Note(
                    "part-of-run", said("{count} records are parts of this run: they are not added to it", count=count)
                ),
            )
        )
    shares = _shares(kept)
    for taken in kept:
        share = shares.get(taken.run.id)
        run = taken.run
        if share is not None and run.energy:
            intake.notes.append((run.id, Note("overlap-same-host", share.told(run), "energy[0]")))
            run = share.applied(run)
        yield run, taken.origin


def _joined(held: Sequence[Taken], intake: Intake) -> list[Taken]:
    """What a rule lays to another run, laid to it.

    Records of one file are of different devices and add up by boundary and method; then they stand beside the energies of that
    run, of which the engine uses one.
    """
    targets = {t.run.id: n for n, t in enumerate(held) if not t.joins}
    kept = list(held)
    parts: dict[tuple[int, str], list[Taken]] = {}
    for taken in held:
        at = targets.get(taken.joins) if taken.joins else None
        if at is not None:
            parts.setdefault((at, taken.origin.path), []).append(taken)
        elif taken.joins:
            told = said(
                "no run {joins} is there, to which a rule lays it: it counts by itself", joins=shorten(taken.joins)
            )
            intake.notes.append((taken.run.id, Note("part-of-run", told, severity="warning")))
    for (at, path), group in parts.items():
        run = kept[at].run
        energy = _added([t.run for t in group])
        update: dict[str, Any] = {"energy": [*run.energy, *energy]}
        if len(group) == 1 and group[0].run.power is not None and run.power is None:
            update["power"] = group[0].run.power
        for name in ("devices", "start", "end", "duration", "location", "work"):
            if len(group) == 1 and not getattr(run, name) and getattr(group[0].run, name):
                update[name] = getattr(group[0].run, name)
        kept[at] = kept[at]._replace(run=run.model_copy(update=update))
        ids = {t.run.id for t in group}
        intake.notes[:] = [
            (run.id if id in ids else id, note)
            for id, note in intake.notes
            if not (id in ids and note.code in _OF_A_RUN_OF_ITS_OWN)
        ]
        gave = ", ".join(f"{spelled(e.value.value, 6)} kWh ({e.boundary})" for e in energy) or said("no energy")
        message = plural(
            len(group), "one record of {file} is laid to this run by a rule and gives {energy}",
            "{n} records, added up, of {file} are laid to this run by a rule and give {energy}", n=len(group), file=path, energy=gave,
        )  # fmt: skip
        intake.notes.append((run.id, Note("part-of-run", message)))
    return [t for t in kept if not (t.joins and t.joins in targets)]


def _added(runs: Sequence[Run]) -> list[EnergyRecord]:
    """Energies of runs on different devices, added up by boundary and method; coverage is their mean."""
    groups: dict[tuple[str, str | None], list[EnergyRecord]] = {}
    for run in runs:
        for record in run.energy:
            groups.setdefault((record.boundary, record.method), []).append(record)
    out = []
    for held in groups.values():
        first = held[0]
        if len(held) > 1:
            total = sum(e.value.value for e in held)
            covers = [
                e.coverage.value.value if isinstance(e.coverage, Coverage) else e.coverage.value if e.coverage else 1.0
                for e in held
            ]
            share = sum(covers) / len(covers)
            cover = Coverage(of="time", value=Quantity(share)) if share < 0.999 else None
            first = first.model_copy(
                update={"value": Quantity(total, text=f"{total!r} kWh"), "coverage": cover, "components": None}
            )
        out.append(first)
    return out


def _count_off(taken: Taken, intake: Intake) -> None:
    """A part that is left out was a record of its file, and is none that was used: its notes go too."""
    intake.notes[:] = [(id, note) for id, note in intake.notes if id != taken.run.id]


@dataclass(frozen=True)
class Share:
    """What a run keeps of its energy, and of the time of its devices."""

    energy: float
    time: float
    others: tuple[str, ...]

    def told(self, run: Run) -> str:
        """The sentence of the finding."""
        first = ", ".join(shorten(o) for o in self.others[:3]) + (
            f" and {len(self.others) - 3} more" if len(self.others) > 3 else ""
        )
        value = run.energy[0].value.text
        return (
            f"its energy, {value}, is that of the whole machine, which {first} measured over the same time: the energy of that time "
            f"counts once and is shared evenly among the runs tracked in it, {self.energy:.4g} of this value to this run"
        )

    def applied(self, run: Run) -> Run:
        """The run with its share of every energy, and of its devices."""
        energy = []
        for record in run.energy:
            parts = record.components
            if parts is not None:
                held = {
                    n: _scaled(q, self.energy) for n in type(parts).model_fields if (q := getattr(parts, n)) is not None
                }
                parts = parts.model_copy(update=held)
            energy.append(record.model_copy(update={"value": _scaled(record.value, self.energy), "components": parts}))
        devices = [
            d.model_copy(
                update={
                    "share": _scaled(d.share, self.time)
                    if d.share is not None
                    else Quantity(self.time, text=f"{self.time!r}")
                }
            )
            for d in run.devices
        ]
        return run.model_copy(update={"energy": energy, "devices": devices})


def _scaled(value: Quantity, factor: float) -> Quantity:
    number, _, unit = value.text.partition(" ")
    text = f"{float(number) * factor!r}{' ' if unit else ''}{unit}"
    return Quantity(value.value * factor, value.low * factor, value.high * factor, text=text)


@dataclass
class _Window:
    id: str
    begin: float
    end: float
    energy: float
    gpu: float | None

    @property
    def power(self) -> float:
        return self.energy / (self.end - self.begin)


def _shares(kept: Sequence[Taken]) -> dict[str, Share]:
    """What each run keeps that shares its machine with others, by id.

    In each stretch of time the machine used the mean of what the runs tracked in it imply; each of them gets an equal part.
    """
    machines: dict[str, list[_Window]] = {}
    for taken in kept:
        window = _window(taken.run)
        if taken.host and window is not None:
            machines.setdefault(taken.host, []).append(window)
    out: dict[str, Share] = {}
    for windows in machines.values():
        windows.sort(key=lambda w: (w.begin, w.end, w.id))
        for cluster in _clusters(windows):
            if len(cluster) > 1 and not _several_machines(cluster):
                out |= _share(cluster)
    return out


def _window(run: Run) -> _Window | None:
    if run.start is None or run.end is None or not run.energy:
        return None
    begin, end = as_utc(run.start).timestamp(), as_utc(run.end).timestamp()
    parts = run.energy[0].components
    gpu = parts.accelerator.value if parts is not None and parts.accelerator is not None else None
    return _Window(run.id, begin, end, run.energy[0].value.value, gpu) if end > begin else None


def _clusters(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """Windows that overlap, directly or through others."""
    cluster: list[_Window] = []
    until = 0.0
    for window in windows:
        if cluster and window.begin >= until:
            yield cluster
            cluster = []
        until = max(until, window.end) if cluster else window.end
        cluster.append(window)
    if cluster:
        yield cluster


def _several_machines(cluster: Sequence[_Window]) -> bool:
    """Whether windows that are nearly the same imply powers of accelerators too far apart to be of one machine."""
    for n, a in enumerate(cluster[:50]):
        for b in cluster[n + 1 : 50]:
            common = min(a.end, b.end) - max(a.begin, b.begin)
            if common < COMMON * max(a.end - a.begin, b.end - b.begin):
                continue
            x, y = (a.gpu, b.gpu) if a.gpu is not None and b.gpu is not None else (a.energy, b.energy)
            if abs(x / (a.end - a.begin) - y / (b.end - b.begin)) > ALIKE * max(
                x / (a.end - a.begin), y / (b.end - b.begin)
            ):
                return True
    return False


def _share(cluster: Sequence[_Window]) -> dict[str, Share]:
    edges = sorted({t for w in cluster for t in (w.begin, w.end)})
    energy = dict.fromkeys((w.id for w in cluster), 0.0)
    time = dict(energy)
    others: dict[str, dict[str, None]] = {w.id: {} for w in cluster}
    active: list[_Window] = []
    queue = sorted(cluster, key=lambda w: w.begin)
    at = 0
    for begin, end in pairwise(edges):
        active = [w for w in active if w.end > begin]
        while at < len(queue) and queue[at].begin <= begin:
            active.append(queue[at])
            at += 1
        if not active:
            continue
        used = (end - begin) * sum(w.power for w in active) / len(active)
        for w in active:
            energy[w.id] += used / len(active)
            time[w.id] += (end - begin) / len(active)
            others[w.id] |= dict.fromkeys(o.id for o in active if o.id != w.id)
    return {
        w.id: Share(energy[w.id] / w.energy if w.energy else 1.0, time[w.id] / (w.end - w.begin), tuple(others[w.id]))
        for w in cluster
        if others[w.id]
    }
