"""Series of other exporters of Prometheus under the names that `series_energy` knows, so that one meter counts once.

A row of `NAMES` gives an exporter's name of a series, the name that counts, the factor to its unit, and the labels that are called
otherwise. The unit is in the name; dcgm-exporter before 2.0 wrote W and mJ, as its later names do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from lca.errors import Fault
from lca.ingest.formats import Note
from lca.ingest.series import Series, host_of
from lca.language import listed, said


class Name(NamedTuple):
    """The name that counts, the factor to its unit, and labels by what they are called there."""

    name: str
    factor: float = 1.0
    labels: Mapping[str, str] = MappingProxyType({})


_GPU_POWER, _GPU_ENERGY = "DCGM_FI_DEV_POWER_USAGE", "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION"
#: power of a whole machine, in W
NODE_POWER = "ipmi_dcmi_power_consumption_watts"
#: a series whose labels name the model of a GPU
_GPU_INFO = "nvidia_smi_gpu_info"
_RAPL = "node_rapl_"
NAMES = {
    "nvidia_smi_power_draw_watts": Name(_GPU_POWER, labels={"uuid": "UUID"}),
    "nvidia_gpu_power_usage_milliwatts": Name(
        _GPU_POWER, 1e-3, {"uuid": "UUID", "minor_number": "gpu", "name": "modelName"}
    ),
    "dcgm_power_usage": Name(_GPU_POWER, labels={"uuid": "UUID"}),
    "dcgm_total_energy_consumption": Name(_GPU_ENERGY, labels={"uuid": "UUID"}),
    "node_rapl_package_joules_total": Name("kepler_node_package_joules_total", labels={"index": "package"}),
    "node_rapl_dram_joules_total": Name("kepler_node_dram_joules_total", labels={"index": "package"}),
}


def is_other(name: str) -> bool:
    """Whether a series is one of another exporter that is known."""
    return name in NAMES or name in (NODE_POWER, _GPU_INFO)


def known(where: str, series: Iterable[Series]) -> Iterator[Series | Note | Fault]:
    """Each series under the name that counts; those of RAPL that are given twice are left out and told."""
    every = list(series)
    models = {_uuid(s.labels.get("uuid", "")): s.labels.get("name", "") for s in every if s.name == _GPU_INFO}
    kepler = {host_of(s.labels) for s in every if s.name.startswith("kepler_node_")}
    buses = {_domain(s) for s in every if s.name.startswith(_RAPL) and not _is_repeat(s)}
    left_out: list[str] = []
    for one in every:
        if one.name.startswith(_RAPL) and one.name in NAMES:
            host = host_of(one.labels)
            if host in kepler or (_is_repeat(one) and _domain(one) in buses):
                left_out.append(one.name)
                continue
            if kepler:
                problem = said("Kepler gives processors too, under other machine names, so it is not known whether they are the same")  # fmt: skip
                remedy = "Give the series of node_exporter and of Kepler apart, or only one of them."
                yield Fault(f"{where}: series {one.row}", one.name, "", problem, remedy, lines=0)
                continue
        yield _renamed(one, models)
    if left_out:
        told = said(
            "{names} repeat the energy of processors, which other series give too; they were left out",
            names=listed(sorted(set(left_out))),
        )
        yield Note("series-left-out", told, "energy")


def _renamed(one: Series, models: dict[str, str]) -> Series:
    new = NAMES.get(one.name)
    if new is None:
        return one
    labels = {new.labels.get(key, key): value for key, value in one.labels.items()}
    labels.pop("path", None)
    if labels.get("UUID"):
        labels["UUID"] = _uuid(labels["UUID"])
        labels.setdefault("modelName", models.get(labels["UUID"], ""))
    values = {at: value * new.factor for at, value in one.values.items()}
    return one._replace(name=new.name, labels=labels, values=values)


def _uuid(text: str) -> str:
    """As the driver writes it; one exporter leaves the begin out."""
    return text if not text or text.startswith(("GPU-", "MIG-")) else f"GPU-{text}"


def _domain(one: Series) -> tuple[str, str, str]:
    return one.name, host_of(one.labels), one.labels.get("index", "")


def _is_repeat(one: Series) -> bool:
    """Whether it is the second way to one counter: a processor shows its registers on the memory bus too."""
    return "mmio" in one.labels.get("path", "")
