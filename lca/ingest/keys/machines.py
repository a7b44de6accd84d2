"""One machine measured by several: trackers that each saw all of it, jobs of a scheduler that shared a node, logs of one GPU.

In each stretch of time a machine used the mean of what its records imply; that energy is shared among them: evenly among
trackers, by allocated devices or cores among jobs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lca.activity import as_utc, duration_hours
from lca.errors import shorten
from lca.ingest import Intake
from lca.ingest.formats import DEVICE, Note
from lca.ingest.record import Record
from lca.language import said
from lca.run import Run
from lca.units import Quantity

#: two records of one machine over the same time measured the same power; means further apart are of two machines
ALIKE = 0.1
#: share of both windows that must be common before their means are compared
COMMON = 0.9
#: s that stamps of whole seconds may be off
WHOLE_SECOND = 1.0
#: s that other stamps may be off
RESOLUTION = 1e-3


def settle(records: Sequence[Record], intake: Intake) -> list[Record]:
    """The records with their shares of the machines that they have in common."""
    shares = _shares(records)
    if not shares:
        return list(records)
    return [_with(record, shares[n]) if n in shares else record for n, record in enumerate(records)]


@dataclass
class Share:
    """What a record keeps of its energy, and of the time of its devices; with whom it shares."""

    energy: float
    time: float
    others: tuple[str, ...]


def _with(record: Record, share: Share) -> Record:
    note = Note("overlap-same-host", _message(record, share), "energy[0]")
    return record._replace(run=_scaled_run(record, share), notes=(*record.notes, note))


def _message(record: Record, share: Share) -> str:
    """The sentence of the finding."""
    first = ", ".join(shorten(o) for o in share.others[:3])
    others = (
        said("{first} and {more} more", first=first, more=len(share.others) - 3) if len(share.others) > 3 else first
    )
    value = record.run.energy[0].value.text
    if math.isnan(record.weight):
        return said(
            "its energy, {value}, is that of the whole machine, which {others} measured over the same time: the energy of that time "
            "counts once and is shared evenly among the runs tracked in it, {share} of this value to this run",
            value=value, others=others, share=f"{share.energy:.4g}",
        )  # fmt: skip
    return said(
        "its energy, {value}, is that of whole nodes, which {others} used at the same time: the energy of that time counts once "
        "and is shared by allocated devices or cores, {share} of this value to this run",
        value=value, others=others, share=f"{share.energy:.4g}",
    )  # fmt: skip


def _scaled_run(record: Record, share: Share) -> Run:
    """The run with its share of every energy; of its devices too, where no scheduler allocated them."""
    energy = []
    for each in record.run.energy:
        parts = each.components
        if parts is not None:
            fields = type(parts).model_fields
            scaled = {n: _scaled(q, share.energy) for n in fields if (q := getattr(parts, n)) is not None}
            parts = parts.model_copy(update=scaled)
        energy.append(each.model_copy(update={"value": _scaled(each.value, share.energy), "components": parts}))
    devices = list(record.run.devices)
    if math.isnan(record.weight):
        whole = Quantity(1.0, text="1")
        devices = [d.model_copy(update={"share": _scaled(d.share or whole, share.time)}) for d in devices]
    return record.run.model_copy(update={"energy": energy, "devices": devices})


def _scaled(value: Quantity, factor: float) -> Quantity:
    number, _, unit = value.text.partition(" ")
    text = f"{float(number) * factor!r}{' ' if unit else ''}{unit}"
    return Quantity(value.value * factor, value.low * factor, value.high * factor, text=text)


@dataclass
class Window:
    """What one record says of one machine: its energy over a time, and the part of the machine that the record had."""

    number: int
    id: str
    begin: float
    end: float
    energy: float
    gpu: float | None = None
    weight: float = 1.0
    resolution: float = RESOLUTION
    is_named: bool = False  # the log names the machine: no doubt which one it is
    devices: float = math.nan  # accelerators that a scheduler allocated, NaN for none
    cores: float = math.nan  # processor cores that it allocated, NaN where it does not say

    @property
    def power(self) -> float:
        """Mean power, in kWh per second."""
        return self.energy / (self.end - self.begin)


def _shares(records: Sequence[Record]) -> dict[int, Share]:
    """What each record keeps that shares a machine with others, by its number."""
    machines: dict[str, list[Window]] = {}
    for number, record in enumerate(records):
        window = _window(number, record) if record.hosts else None
        for host in record.hosts if window is not None else ():
            assert window is not None
            machines.setdefault(host, []).append(window)
    parts: dict[int, list[Share]] = {}
    for windows in machines.values():
        for cluster in clusters(windows):
            if len(cluster) > 1 and not _several_machines(cluster):
                for number, share in shared(cluster).items():
                    parts.setdefault(number, []).append(share)
    return {number: _mean(shares, len(records[number].hosts)) for number, shares in parts.items()}


def _mean(shares: Sequence[Share], hosts: int) -> Share:
    """The share of all machines of a record, of which it had others alone."""
    alone = hosts - len(shares)
    others = tuple(dict.fromkeys(o for s in shares for o in s.others))
    return Share((sum(s.energy for s in shares) + alone) / hosts, (sum(s.time for s in shares) + alone) / hosts, others)


def _window(number: int, record: Record) -> Window | None:
    run = record.run
    hours = duration_hours(run)
    if run.start is None or hours is None or not run.energy:
        return None
    begin = as_utc(run.start).timestamp()
    end = as_utc(run.end).timestamp() if run.end is not None else begin + hours * 3600
    if not end > begin:
        return None
    parts = run.energy[0].components
    gpu = parts.accelerator.value if parts is not None and parts.accelerator is not None else None
    weight = 1.0 if math.isnan(record.weight) else record.weight
    is_named = not math.isnan(record.weight) or record.hosts[0].startswith(DEVICE)
    resolution = record.resolution or (WHOLE_SECOND if end == int(end) else RESOLUTION)
    energy = run.energy[0].value.value / len(record.hosts)
    window = Window(number, run.id, begin, end, energy, gpu, weight, resolution, is_named)
    if not math.isnan(record.weight):
        window.devices = math.fsum(d.count or 0 for d in run.devices) or math.nan
        cores = str((run.ext or {}).get("cores") or "")
        window.cores = float(cores) if cores.isdecimal() else math.nan
    return window


def clusters(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """Windows that overlap, directly or through others, by more than their stamps may be off."""
    cluster: list[Window] = []
    until = resolution = 0.0
    for window in sorted(windows, key=lambda w: (w.begin, w.end, w.id)):
        if cluster and window.begin >= until - max(resolution, window.resolution):
            yield cluster
            cluster = []
        if not cluster or window.end > until:
            until, resolution = window.end, window.resolution
        cluster.append(window)
    if cluster:
        yield cluster


def _several_machines(cluster: Sequence[Window]) -> bool:
    """Whether windows that are nearly the same imply powers too far apart to be of one machine."""
    if cluster[0].is_named:
        return False
    for n, a in enumerate(cluster[:50]):
        for b in cluster[n + 1 : 50]:
            common = min(a.end, b.end) - max(a.begin, b.begin)
            if common < COMMON * max(a.end - a.begin, b.end - b.begin):
                continue
            x, y = (a.gpu, b.gpu) if a.gpu is not None and b.gpu is not None else (a.energy, b.energy)
            x, y = x / (a.end - a.begin), y / (b.end - b.begin)
            if abs(x - y) > ALIKE * max(x, y):
                return True
    return False


def _weights(cluster: Sequence[Window]) -> dict[int, float]:
    """By what a machine is shared: accelerators where each job had some, else cores where each states them, else evenly."""
    for kind in ("devices", "cores"):
        weights = {w.number: float(getattr(w, kind)) for w in cluster}
        if not any(math.isnan(v) for v in weights.values()):
            return weights
    is_mixed = any(not math.isnan(w.devices) for w in cluster)
    return {w.number: 1.0 if is_mixed else w.weight for w in cluster}


def shared(cluster: Sequence[Window]) -> dict[int, Share]:
    """What each window keeps, by the number of its record: in each stretch, the mean power, by weight."""
    weights = _weights(cluster)
    edges = sorted({t for w in cluster for t in (w.begin, w.end)})
    energy = dict.fromkeys((w.number for w in cluster), 0.0)
    time = dict(energy)
    others: dict[int, dict[str, None]] = {w.number: {} for w in cluster}
    active: list[Window] = []
    queue = sorted(cluster, key=lambda w: w.begin)
    first = 0
    for begin, end in pairwise(edges):
        active = [w for w in active if w.end > begin]
        while first < len(queue) and queue[first].begin <= begin:
            active.append(queue[first])
            first += 1
        if not active:
            continue
        used = (end - begin) * sum(w.power for w in active) / len(active)
        whole = sum(weights[w.number] for w in active)
        for w in active:
            part = weights[w.number] / whole if whole else 1 / len(active)
            energy[w.number] += used * part
            time[w.number] += (end - begin) * part
            others[w.number] |= dict.fromkeys(o.id for o in active if o.number != w.number)
    return {
        w.number: Share(
            energy[w.number] / w.energy if w.energy else 1.0,
            time[w.number] / (w.end - w.begin),
            tuple(others[w.number]),
        )
        for w in cluster
        if others[w.number]
    }
