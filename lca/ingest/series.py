"""Series of Prometheus, from JSON or from scrapes, to runs: which labels tell runs apart, and what one run is made of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from lca.errors import Fault, shorten
from lca.ingest import cells, gauge
from lca.ingest.energy_counter import Counter
from lca.ingest.formats import Found, Note
from lca.ingest.gauge import Gauge
from lca.ingest.log import Log
from lca.ingest.pseudonym import pseudonym
from lca.language import listed, plural, said
from lca.reading import Reading

#: above 2^64, where counters end; larger ones overflow in sums
LARGEST = 1e20
#: names that a message lists
MOST = 5
#: ten years in seconds: a log that spans more has a broken time, and would be cut into as many hours
LONGEST = 10 * 365 * 86400.0
#: labels that name the machine, those of the device before those of the scrape
_HOST = ("Hostname", "exported_instance", "node_name", "node", "kubernetes_node", "nodename", "instance")
_PODS = (("exported_namespace", "exported_pod"), ("container_namespace", "pod_name"), ("pod_namespace", "pod_name"), ("", "pod_name"), ("namespace", "pod"))  # fmt: skip
#: parts of a component sum, in the words of the contract
PARTS = ("accelerator", "cpu", "dram")


class Series(NamedTuple):
    """One series: its place in the file, name, labels, and values by time in seconds.

    `nothing` samples were NaN or infinite, `twice` bear the time of another one.
    """

    row: int
    name: str
    labels: dict[str, str]
    values: dict[float, float]
    nothing: int = 0
    twice: int = 0


class Job(NamedTuple):
    """What ran on a machine, as labels tell: a job of a scheduler, or a pod in its namespace."""

    hpc: str = ""
    namespace: str = ""
    pod: str = ""


@dataclass
class Share:
    """What one run is made of. `meters` are those of a machine by `node` or by part."""

    host: str
    job: Job = field(default_factory=Job)
    meters: dict[str, list[Gauge]] = field(default_factory=dict)
    loads: list[Gauge] = field(default_factory=list)  # utilisation of GPUs without a meter
    devices: list[dict[str, Any]] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    modelled: bool = False
    record: dict[str, Any] = field(default_factory=dict)  # work and what comes with it
    nothing: int = 0
    total: int = 0

    def use(self, series: Iterable[Series]) -> None:
        """Keep where the numbers came from."""
        for one in series:
            self.rows.add(one.row)
            self.nothing += one.nothing
            self.total += one.nothing + len(one.values)


def host_of(labels: dict[str, str]) -> str:
    """The machine without port and domain; empty where the labels say nothing of it. Only its hash may leave the adapters."""
    name = next((labels[n] for n in _HOST if labels.get(n)), "").lower()
    name = re.sub(r":\d+\Z", "", name)
    if not re.fullmatch(r"[\d.]+|.*:.*", name):
        name = name.partition(".")[0]
    return "" if name in ("localhost", "127.0.0.1", "0.0.0.0", "::1", "[::1]") else name


def job_of(labels: dict[str, str]) -> Job:
    """The workload on a device; labels of the exporter itself are none."""
    if labels.get("hpc_job"):
        return Job(hpc=labels["hpc_job"])
    for namespace, pod in _PODS:
        own = namespace == "namespace" and ("exporter" in labels.get(pod, "") or "exporter" in labels.get("container", ""))  # fmt: skip
        if labels.get(pod) and not own and (pod != "pod_name" or not namespace or labels.get(namespace)):
            return Job("", labels.get(namespace, ""), labels[pod])
    return Job()


def moment(raw: Any) -> float | None:
    """Seconds since 1970, None for what is none."""
    if isinstance(raw, str):
        return None
    try:
        time = cells.stamp(raw, unit="s")
    except ValueError:
        return None
    return time.timestamp() if time is not None else None


def number(raw: Any) -> float | None:
    """A value as Prometheus writes it, NaN where it has none or is infinite; None for what is no number, or below 0."""
    if cells.is_blank(raw) or str(raw).lstrip("+-").lower() in ("inf", "infinity"):
        return math.nan
    try:
        value = cells.number(raw)
    except ValueError:
        return None
    return value if value is not None and value < LARGEST else None


def merged(series: Iterable[Series]) -> dict[float, float]:
    """The values of series that repeat one quantity: at each time the first."""
    out: dict[float, float] = {}
    for one in series:
        for at, value in one.values.items():
            out.setdefault(at, value)
    return dict(sorted(out.items()))


def meter(values: dict[float, float], scale: float, counts: bool) -> Gauge:
    """Values to kWh of a counter, or kW of a gauge. Raises ValueError for a counter that runs backwards."""
    if values and max(values) - min(values) > LONGEST:
        raise ValueError("its samples span more than ten years")
    made = Counter() if counts else Gauge()
    for at, value in sorted(values.items()):
        made.put(at, value * scale)
    gauge.span([made])
    return made


def iso(seconds: float) -> str:
    """A time in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def found(log: Log, shares: Iterable[Share]) -> Iterator[Found]:
    """The runs."""
    held = list(shares)
    for share in held:
        meters = [m for group in share.meters.values() for m in group]
        begin, end = gauge.span(meters or share.loads)
        record = dict(share.record)
        if end > begin:
            record |= {"start": iso(begin), "end": iso(end)}
        record |= {"devices": share.devices} if share.devices else {}
        record |= {"system": share.job.namespace} if share.job.namespace and "system" not in record else {}
        if len(held) > 1 or share.host or any(share.job):
            stem = log.head.name.partition(".")[0] or "log"
            named = pseudonym(
                "/".join(
                    [
                        share.host,
                        *share.job,
                        str(record.get("system", "")),
                        "" if meters else "load" if share.loads else "work",
                    ]
                )
            )
            record["id"] = f"{stem}-{log.digest[:8]}-{named}"
        notes = [*share.notes, *gauge.notes(meters or share.loads)]
        energy, reading = _energies(share, notes)
        if energy:
            record["energy"] = energy
        elif meters:
            notes.append(Note("no-energy", said("one sample of each device: no energy follows from it"), "power"))
        if share.nothing:
            notes.append(Note("power-samples-empty", said("{nothing} of {total} samples hold NaN or infinity: left out", nothing=share.nothing, total=share.total)))  # fmt: skip
        host = pseudonym(share.host) if share.host and not any(share.job) and not share.modelled else ""
        yield Found(record, sorted(share.rows), tuple(notes), "prometheus", reading=reading, host=host)


def _energies(share: Share, notes: list[Note]) -> tuple[list[dict[str, Any]], Reading | None]:
    """The energy of the machine as a whole, where it is metered, and last that of its parts."""
    made: dict[str, tuple[dict[str, Any], Reading]] = {}
    for part in ("node", *PARTS):
        try:
            made[part] = gauge.energy(share.meters.get(part, []), part)
        except ValueError:
            continue
    parts = [p for p in PARTS if p in made]
    out: list[dict[str, Any]] = []
    if parts:
        boundary = parts[0] if len(parts) == 1 else "component_sum"
        meters = sorted((m for p in parts for m in share.meters[p]), key=lambda m: m.is_counter)
        record, reading = gauge.energy(meters, boundary)
        if len(parts) > 1:
            record["components"] = {p: made[p][0]["value"] for p in parts}
        out, last = [record], reading
    if "node" in made:
        record, reading = made["node"]
        if not out:
            out, last = [record], reading
        elif _kwh(record) < _kwh(out[0]):
            told = said(
                "the meter of the whole machine gives {kwh} kWh, less than its parts with {parts} kWh: it is not used",
                kwh=f"{_kwh(record):.6g}",
                parts=f"{_kwh(out[0]):.6g}",
            )
            notes.append(Note("identity-mismatch", told, "energy", "warning"))
        else:
            out.insert(0, record)
    if share.modelled:
        for record in out:
            record["method"] = "modelled"
    return out, last if out else None


def _kwh(record: dict[str, Any]) -> float:
    return float(record["value"].partition(" ")[0])


def broken(where: str, count: int, first: str, remedy: str) -> Fault:
    """One fault for all samples that are none."""
    problem = plural(
        count, "one sample lacks a time, or a value of at least 0; it was left out",
        "{n} samples lack a time, or a value of at least 0; they were left out", n=count,
    )  # fmt: skip
    return Fault(where, "values", first, problem, remedy, "torn-row", lines=count)


def others(series: Iterable[str]) -> Iterator[Note]:
    """What is told of series that give neither energy nor work."""
    names = sorted(set(series))
    if names:
        message = plural(
            len(names), "one series is not read, since it gives no known energy or work: {names}",
            "{n} series are not read, since they give no known energy or work: {names}",
            n=len(names), names=listed(shorten(name) or said("one without a name") for name in names[:MOST]),
        )  # fmt: skip
        yield Note("series-left-out", message, "energy", "info")
