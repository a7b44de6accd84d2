"""GPUs in the system metrics of experiment trackers: samples of power and load by node and index, to devices and an energy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from lca.ingest import cells, gauge
from lca.ingest.formats import Note
from lca.ingest.gauge import FAR, Gauge
from lca.language import plural, said
from lca.reading import Reading

#: W beyond which no GPU draws power: the unit is another one
HIGHEST = 1e5


def parsed(cell: Any, *, is_power: bool) -> float | None:
    """A sample in W or % as kW or a share, None where the cell is blank. Raises ValueError for what is no such value."""
    value = cells.number(cell)
    if value is None:
        return None
    if is_power and value >= HIGHEST:
        raise ValueError("more than 100 kW, which no GPU draws")
    if not is_power and value > 100:
        raise ValueError("more than 100 %")
    return value / 1000 if is_power else value / 100


@dataclass
class Gpu:
    """One GPU: samples of its power in kW and of its load, 0 to 1."""

    power: Gauge = field(default_factory=Gauge)
    load: Gauge = field(default_factory=Gauge)
    samples: int = 0  # of power
    blanks: int = 0  # samples of power that hold no value


class Gpus:
    """The GPUs of one run. A key is the node (or rank) and the index there: the same index on two nodes is two GPUs."""

    def __init__(self) -> None:
        self._gpus: dict[tuple[str, str], Gpu] = {}
        self._rounds: Counter[str] = Counter()
        self.begin, self.end = math.inf, -math.inf  # of all samples, whatever they are of

    def __len__(self) -> int:
        return len(self._gpus)

    @property
    def nodes(self) -> int:
        """How many nodes the GPUs are on, as far as the log tells them apart."""
        return len({node for node, _ in self._gpus})

    def at(self, seconds: float) -> None:
        """A time at which something was sampled."""
        self.begin, self.end = min(self.begin, seconds), max(self.end, seconds)

    def put(self, key: tuple[str, str], seconds: float, value: float | None, *, is_power: bool) -> None:
        """One sample as `parsed` gives it; a GPU that never gave one is there all the same."""
        gpu = self._gpus.get(key)
        if gpu is None:
            gpu = self._gpus[key] = Gpu()
        if is_power:
            gpu.samples += value is not None
            gpu.blanks += value is None
        if value is not None:
            (gpu.power if is_power else gpu.load).put(seconds, value)

    def round(self, nodes: Collection[str]) -> None:
        """One row that holds samples of GPUs of some nodes: a GPU of these whose power is not in it lacks a sample."""
        self._rounds.update(nodes)

    def window(self) -> tuple[float, float]:
        """First and last time; those of the samples of GPUs where another lies years from them."""
        begin, end = gauge.span([g for gpu in self._gpus.values() for g in (gpu.power, gpu.load)])
        if not end >= begin:
            return self.begin, self.end
        return (self.begin if begin - self.begin < FAR else begin), (self.end if self.end - end < FAR else end)

    def fill(self, record: dict[str, Any], model: str = "", count: int = 0) -> tuple[tuple[Note, ...], Reading | None]:
        """Put devices and energy into a record, and say what is to be told.

        `count` is the number of GPUs of a run that sampled none. GPUs that gave no power but their load are modelled from it, unless
        others of the run gave theirs: then the energy is that of a part of the devices, and is scaled up.
        """
        gpus = [self._gpus[key] for key in sorted(self._gpus)]
        measured = [g for g in gpus if g.power.end > g.power.begin]
        loads = [load for g in gpus if (load := _mean(g.load)) is not None]
        number = len(gpus) or count
        device: dict[str, Any] = {"kind": "gpu", "count": number} | ({"model": model} if model else {})
        if number:
            record["devices"] = [device]
        if measured:
            energy, reading = gauge.energy([g.power for g in measured], "accelerator")
            record["energy"] = [energy]
            notes = [*gauge.notes([g.power for g in measured]), *self._missing()]
            if len(measured) < len(gpus):
                share = len(measured) / len(gpus)
                energy["coverage"] = {"of": "devices", "value": share * energy.get("coverage", {}).get("value", 1.0)}
                told = said(
                    "{measured} of {gpus} GPUs gave samples of their power; the energy is scaled up to all of them",
                    measured=len(measured), gpus=len(gpus),
                )  # fmt: skip
                notes.append(Note("steps-left-out", told, "devices", "warning"))
            return tuple(notes), reading
        if loads and len(loads) == len(gpus):
            device["utilisation"] = sum(loads) / len(loads)
            told = plural(
                len(gpus),
                "the log holds no power of its GPU; its mean utilisation of {load} % was used to model it",
                "the log holds no power of its {n} GPUs; their mean utilisation of {load} % was used to model it",
                n=len(gpus), load=f"{100 * device['utilisation']:.4g}",
            )  # fmt: skip
            return (Note("no-energy", told, "devices[0].utilisation"), *gauge.notes([g.load for g in gpus])), None
        return (), None

    def _missing(self) -> Iterator[Note]:
        """Samples of power that are not there, of GPUs that have others."""
        missing = whole = 0
        for (node, _), gpu in self._gpus.items():
            if gpu.samples:
                expected = max(gpu.samples + gpu.blanks, self._rounds[node])
                missing, whole = missing + expected - gpu.samples, whole + expected
        if missing:
            message = plural(
                missing, "one of {samples} samples of the power of GPUs holds no value",
                "{n} of {samples} samples of the power of GPUs hold no value", n=missing, samples=whole,
            )  # fmt: skip
            yield Note("power-samples-empty", message, "power")


def _mean(load: Gauge) -> float | None:
    """The mean over time, None where fewer than two samples give it."""
    if not load.end > load.begin:
        return None
    hours, covered = load.result()
    return min(sum(hours.values()) * 3600.0 / covered, 1.0) if covered > 0 else None
