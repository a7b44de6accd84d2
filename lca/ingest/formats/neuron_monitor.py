"""neuron-monitor of AWS Trainium and Inferentia, JSON Lines: kind and number of devices, how long and how busy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from lca.errors import Fault
from lca.ingest import cells
from lca.ingest.device_samples import load_used, torn
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import said

FORMAT = Format(
    "neuron-monitor",
    "AWS neuron-monitor, JSON Lines",
    "kind and number of the Neuron devices, their mean utilisation, duration, cloud region",
    "power, date, system, stage",
)


def claims(head: Head) -> bool:
    """A report of neuron-monitor."""
    return '"neuron_runtime_data"' in head.text and (
        '"neuron_hardware_info"' in head.text or '"instance_info"' in head.text
    )


class _Total:
    """Sums over the reports of a file."""

    def __init__(self) -> None:
        self.seconds = self.busy = 0.0  # s, and s x share of all cores
        self.first = self.last = 0
        self.hardware: dict[str, Any] = {}
        self.instance: dict[str, Any] = {}


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: the devices of the instance."""
    total = _Total()
    for row, line in log.lines():
        if not line.strip():
            continue
        try:
            report = from_json(line.lstrip("\ufeff"))
            _add(total, report)
        except (ValueError, RecursionError):
            yield torn(log, row, "", "", "not a report of neuron-monitor")
            continue
        log.account.use()
        total.first, total.last = total.first or row, row
    run = _found(total)
    if run is None:
        yield Fault(
            log.shown,
            "",
            "",
            "no report tells the number of devices and a period",
            "Let neuron-monitor run with neuroncore_counters.",
        )
        return
    yield run


def _add(total: _Total, report: Any) -> None:
    """Add one report. Raises ValueError for what is none."""
    if not isinstance(report, dict):
        raise ValueError("not an object")
    hardware, instance = report.get("neuron_hardware_info"), report.get("instance_info")
    if isinstance(hardware, dict) and hardware.get("neuron_device_count"):
        total.hardware = hardware
    if isinstance(instance, dict):
        total.instance = instance
    runtimes = report.get("neuron_runtime_data")
    cores: dict[str, float] = {}
    periods: list[float] = []
    for runtime in runtimes if isinstance(runtimes, list) else []:
        counters = _inside(runtime, "report", "neuroncore_counters")
        if (period := cells.number(counters.get("period"))) is not None:
            periods.append(period)
        for core, values in _inside(counters, "neuroncores_in_use").items():
            load = cells.number(_inside(values).get("neuroncore_utilization"))
            cores[core] = max(cores.get(core, 0.0), min((load or 0.0) / 100, 1.0))
    system = _inside(report, "system_data")
    periods += [
        p
        for part in ("vcpu_usage", "memory_info", "neuron_hw_counters")
        if not periods and (p := cells.number(_inside(system, part).get("period"))) is not None
    ]
    seconds = max(periods, default=0.0)
    total.seconds += seconds
    total.busy += seconds * sum(cores.values())


def _inside(value: Any, *names: str) -> dict[str, Any]:
    """An object within objects, an empty one where it is not there."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _count(value: Any) -> int:
    try:
        return cells.count(value) or 0
    except ValueError:
        return 0


def _found(total: _Total) -> Found | None:
    devices = _count(total.hardware.get("neuron_device_count"))
    if not devices or not total.seconds > 0:
        return None
    device: dict[str, Any] = {"kind": "npu", "count": devices}
    kind = total.hardware.get("neuron_device_type")
    if isinstance(kind, str) and kind:
        device["model"] = f"AWS {kind[:40].capitalize()}"
    cores = (
        devices
        * _count(total.hardware.get("neuroncore_per_device_count"))
        / max(1, _count(total.hardware.get("logical_neuroncore_config")))
    )
    notes = [Note("clock-fault", said("its times have no date, so the run has none"), "start")]
    if cores:
        device["utilisation"] = min(total.busy / total.seconds / cores, 1.0)
        notes.append(load_used())
    record: dict[str, Any] = {"duration": f"{total.seconds!r} s", "devices": [device]}
    region = total.instance.get("instance_region")
    if isinstance(region, str) and region:
        record["location"] = {"cloud": "aws", "region": region[:40]}
    return Found(record, sorted({total.first, total.last}), tuple(notes), "neuron-monitor")
