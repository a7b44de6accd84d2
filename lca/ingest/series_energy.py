"""Energy in series of Prometheus: GPUs as the exporter of DCGM tells, machines and pods as Kepler does. One level of each counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from lca.errors import Fault, shorten
from lca.ingest.device_samples import load_used
from lca.ingest.formats import Note
from lca.ingest.gauge import Gauge
from lca.ingest.pseudonym import pseudonym
from lca.ingest.series import Job, Series, Share, host_of, job_of, merged, meter
from lca.ingest.series_names import NODE_POWER
from lca.language import listed, said

#: names with their units as dcgm-exporter's etc/default-counters.csv gives them: W, and mJ since the driver was loaded
POWER, COUNT = "DCGM_FI_DEV_POWER_USAGE", "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"
#: share of the time in which a GPU had work, by the number that stands for all of it: the first that a GPU has counts
LOADS = {"DCGM_FI_DEV_GPU_UTIL": 100.0, "DCGM_FI_PROF_GR_ENGINE_ACTIVE": 1.0}
#: kWh in a mJ and in a J, kW in a W
MILLIJOULE, JOULE, WATT = 1 / 3.6e9, 1 / 3.6e6, 1e-3
#: kepler_<level>_<domain>_joules_total; since version 0.10 the domain of a processor stands in the label zone
_KEPLER = re.compile(r"kepler_(node|pod|container)_(package|dram|gpu|platform|cpu)_joules_total")
_DOMAIN = {"package": "cpu", "dram": "dram", "gpu": "accelerator", "platform": "node"}
_LEVELS = ("node", "pod", "container")
#: labels that tell what adds up; all others repeat it, such as those of a second scrape
_KEYS = ("mode", "zone", "package", "path", "index", "pod_id", "container_id", "pod_name", "container_name", "container_namespace")  # fmt: skip


def wanted(name: str) -> bool:
    """Whether energy may follow from a series of this name."""
    return name in (POWER, COUNT, NODE_POWER, *LOADS) or _KEPLER.fullmatch(name) is not None


def unneeded(series: list[Series]) -> set[str]:
    """Names of series of utilisation that no GPU needs, since it has a power or a counter of energy."""
    if any(_DOMAIN.get(m[2]) == "accelerator" for one in series if one.values and (m := _KEPLER.fullmatch(one.name))):
        return set(LOADS)
    gpus, _ = _by_gpu([one for one in series if one.values and one.name in (POWER, COUNT, *LOADS)])
    lacking = [group for group in gpus.values() if not _has_power(group)]
    return set(LOADS) - {one.name for group in lacking for one in group}


def _has_power(group: Iterable[Series]) -> bool:
    return any(one.name in (POWER, COUNT) for one in group)


def shares(where: str, series: list[Series]) -> Iterator[Share | Fault]:
    """What each run is made of. Where Kepler gives a machine, its GPUs by DCGM count in place of Kepler's, and pods do not."""
    machines: dict[tuple[str, Job], Share] = {}
    yield from _kepler(where, series, machines)
    yield from _machines(where, series, machines)
    nodes = any(one.name.startswith("kepler_node_") for one in series)
    whole = {host for host, job in machines if nodes and not any(job)}
    twice = any("accelerator" in share.meters for share in machines.values())
    gpus, doubtful = _by_gpu([one for one in series if one.name in (POWER, COUNT, *LOADS)])
    loaded: dict[tuple[str, Job], Share] = {}
    cleared: set[str] = set()
    unmatched = 0
    for every in gpus.values():
        group = [one for one in every if one.name not in LOADS]
        host = host_of(every[0].labels)
        if not group:
            if not twice:
                _add_load(every, loaded)
            continue
        if twice and host not in whole:
            unmatched += 1
            continue
        for job, part, notes in _owners(group, host in whole):
            key = ("" if job.hpc else host), job
            share = machines.setdefault(key, Share(key[0], job))
            made = _of_gpu(where, part, share, notes)
            if isinstance(made, Fault):
                yield made
                continue
            if host in whole and host not in cleared:
                cleared.add(host)
                _instead(share)
            share.meters.setdefault("accelerator", []).append(made)
            if group[0] in doubtful:
                message = said(
                    "two GPUs have the same number on the same machine at the same time, but different UUIDs; both count"
                )
                share.notes += [Note("possible-double-count", message, "energy", "warning")]
            _add_gpu(share, group[0].labels.get("modelName", ""))
    if unmatched:
        told = said(
            "Kepler gives GPUs too, under other machine names or by pod, so it is not known whether they are the same"
        )
        yield Fault(where, "DCGM", f"{unmatched} GPUs", told, "Give the series of DCGM and of Kepler apart, or only one of them.")  # fmt: skip
    yield from (s for s in (*machines.values(), *loaded.values()) if s.rows)


def _add_load(group: list[Series], loaded: dict[tuple[str, Job], Share]) -> None:
    """A GPU that has neither a power nor a counter: its mean utilisation, from which its power is modelled."""
    host = host_of(group[0].labels)
    for job, part, notes in _owners(group, False):
        name = next(n for n in LOADS if any(one.name == n for one in part))
        kind = [one for one in part if one.name == name]
        values = {at: min(value / LOADS[name], 1.0) for at, value in merged(kind).items()}
        share = loaded.setdefault(("" if job.hpc else host, job), Share("" if job.hpc else host, job))
        load = meter(values, 1.0, False)
        hours, covered = load.result()
        mean = sum(hours.values()) * 3600.0 / covered if covered > 0 else sum(values.values()) / len(values)
        share.loads.append(load)
        share.use(kind)
        share.notes += [n for n in (*notes, load_used()) if n not in share.notes]
        _add_gpu(share, group[0].labels.get("modelName", ""), min(mean, 1.0))


def _machines(where: str, series: list[Series], machines: dict[tuple[str, Job], Share]) -> Iterator[Fault]:
    """Power of machines as their controllers measure it, where no counter gives their energy."""
    of_host: dict[str, list[Series]] = {}
    for one in series:
        if one.name == NODE_POWER:
            of_host.setdefault(host_of(one.labels), []).append(one)
    for host, group in of_host.items():
        share = machines.setdefault((host, Job()), Share(host))
        if "node" in share.meters:
            told = said("both Kepler and the controller of the machine give its power; the power from Kepler was used")
            share.notes.append(Note("series-left-out", told, "energy"))
            continue
        try:
            share.meters["node"] = [meter(merged(group), WATT, False)]
        except ValueError as error:
            yield Fault(
                f"{where}: series {group[0].row}", NODE_POWER, "", str(error), "Correct the times.", "clock-fault"
            )
            continue
        share.use(group)


def _by_gpu(series: list[Series]) -> tuple[dict[str, list[Series]], list[Series]]:
    """Series by the GPU that they are of, and the first ones of those GPUs whose number another one bears at the same time.

    A series without UUID is of the GPU whose number it bears.
    """
    numbers: dict[tuple[str, str], dict[str, None]] = {}
    for one in series:
        if one.labels.get("UUID") and _number(one.labels)[0]:
            numbers.setdefault(_number(one.labels), {})[one.labels["UUID"]] = None
    gpus: dict[str, list[Series]] = {}
    for one in series:
        same = list(numbers.get(_number(one.labels), ()))
        gpus.setdefault(same[0] if len(same) == 1 else _gpu(one.labels), []).append(one)
    doubtful = []
    for uuids in numbers.values():
        spans = sorted(
            ((min(s.values), max(s.values), gpus[u][0]) for u in uuids for s in gpus[u]), key=lambda s: s[:2]
        )
        doubtful += [b[2] for a, b in pairwise(spans) if b[0] <= a[1] and a[2] is not b[2]]
    return gpus, doubtful


def _number(labels: dict[str, str]) -> tuple[str, str]:
    return host_of(labels), labels.get("gpu") or labels.get("device") or ""


def _gpu(labels: dict[str, str]) -> str:
    return labels.get("UUID") or "/".join(_number(labels))


def _instead(share: Share) -> None:
    if share.meters.pop("accelerator", None):
        share.devices = [d for d in share.devices if d["kind"] != "gpu"]
        share.notes.append(Note("series-left-out", said("the GPUs stand in series of DCGM and of Kepler: those of DCGM count"), "energy"))  # fmt: skip


def _owners(group: list[Series], is_whole: bool) -> list[tuple[Job, list[Series], list[Note]]]:
    """The series of one GPU by the job that had it, where no two had it at one time."""
    held: dict[Job, list[Series]] = {}
    for one in group:
        held.setdefault(Job() if is_whole else job_of(one.labels), []).append(one)
    spans = sorted((min(t), max(t)) for part in held.values() if (t := [at for one in part for at in one.values]))
    if len(held) > 1 and any(after[0] <= before[1] for before, after in pairwise(spans)):
        told = said(
            "a GPU stands under {held} jobs or none in one window: it counts for its machine, once", held=len(held)
        )
        return [(Job(), group, [Note("series-left-out", told, "energy")])]
    return [(job, part, []) for job, part in held.items()]


def _of_gpu(where: str, group: list[Series], share: Share, notes: list[Note]) -> Gauge | Fault:
    """The counter of a GPU, or its samples of power where it has none that counts."""
    kinds = {name: [one for one in group if one.name == name] for name in (COUNT, POWER)}
    repeats = max(map(len, kinds.values()))
    if repeats > 1 and not notes:
        notes.append(Note("series-left-out", said("{repeats} series of one GPU, such as of its MIG instances: it counts once", repeats=repeats), "energy"))  # fmt: skip
    counts, power = merged(kinds[COUNT]), merged(kinds[POWER])
    fault = None
    made = None
    if len(counts) > 1 and (len(set(counts.values())) > 1 or len(power) < 2):
        try:
            made = meter(counts, MILLIJOULE, True)
            if len(power) > 1:
                notes.append(Note("series-left-out", said("the GPUs have a counter of energy and samples of power: the counter counts"), "energy"))  # fmt: skip
        except ValueError as error:
            fault = Fault(where, COUNT, shorten(f"GPU {pseudonym(_gpu(group[0].labels))}"), str(error), "Look for two devices under one name.")  # fmt: skip
    if made is None and (power or fault is None):
        try:
            made = meter(power or counts, WATT if power else MILLIJOULE, not power)
        except ValueError as error:
            return Fault(where, POWER if power else COUNT, "", str(error), "Correct the times.", "clock-fault")
    if made is None:
        assert fault is not None
        return fault
    share.use(kinds[COUNT] if made.is_counter else kinds[POWER])
    share.notes += [n for n in notes if n not in share.notes]
    if fault is not None:
        share.notes.append(
            Note("clock-fault", said("{problem}: the samples of power count instead", problem=fault.problem), "energy")
        )
    return made


def _add_gpu(share: Share, model: str, load: float | None = None) -> None:
    described = {"kind": "gpu"} | ({"model": model} if model else {}) | ({} if load is None else {"utilisation": load})
    for device in share.devices:
        if device == described | {"count": device["count"]}:
            device["count"] += 1
            return
    share.devices.append({"kind": "gpu", "count": 1} | described)


def _kepler(where: str, series: list[Series], machines: dict[tuple[str, Job], Share]) -> Iterator[Fault]:
    """Package, DRAM and GPUs of the highest level that the file holds; core and uncore lie within the package."""
    levels: dict[str, dict[tuple[str, ...], list[Series]]] = {}
    for one in series:
        match = _KEPLER.fullmatch(one.name)
        domain = match[2] if match else ""
        if domain == "cpu":
            domain = one.labels.get("zone", "").partition("-")[0]
        if match and domain in _DOMAIN:
            which = (_DOMAIN[domain], one.name, host_of(one.labels), *(one.labels.get(n, "") for n in _KEYS))
            levels.setdefault(match[1], {}).setdefault(which, []).append(one)
    level = next((name for name in _LEVELS if name in levels), "")
    seen: dict[tuple[str, Job, str], set[str]] = {}
    for (part, *_), group in levels.get(level, {}).items():
        if part == "node" != level:  # what Kepler gives a pod of the machine's meter holds its other parts again
            continue
        labels = group[0].labels
        key = host_of(labels), Job() if level == "node" else job_of(labels)
        share = machines.setdefault(key, Share(*key))
        try:
            share.meters.setdefault(part, []).append(meter(merged(group), JOULE, True))
        except ValueError as error:
            yield Fault(f"{where}: series {group[0].row}", group[0].name, "", str(error), "Look for two devices under one name.")  # fmt: skip
            continue
        share.use(group)
        # Kepler divides the energy of a machine among what runs on it, and models it where there is no meter
        share.modelled |= level != "node" or "model" in labels.get("source", "")
        unit = {"accelerator": labels.get("index", ""), "cpu": labels.get("package") or labels.get("path", "")}.get(part)  # fmt: skip
        if unit and level == "node":
            seen.setdefault((*key, part), set()).add(unit)
    for (host, job, part), units in seen.items():
        machines[host, job].devices.append({"kind": "gpu" if part == "accelerator" else "cpu", "count": len(units)})
    others = [name for name in _LEVELS if name in levels and name != level]
    if others:
        told = said(
            "the energy of the machines stands again in the series of each {names}: those of each {level} count",
            names=listed(others),
            level=level,
        )
        for share in machines.values():
            share.notes.append(Note("series-left-out", told, "energy"))


def names(series: Iterable[Any]) -> str:
    """The first names, for a message."""
    return shorten(", ".join(sorted({one.name for one in series})[:3]))
