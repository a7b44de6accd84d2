"""Prometheus series of other exporters: RAPL of node_exporter, GPUs of nvidia_gpu_exporter, machines of ipmi_exporter, early dcgm-exporter."""

from __future__ import annotations

import pytest
from conftest import NOW
from test_format_prometheus import POWER, answer, series, told

from lca.ingest import reader


def read(path):
    intake = reader.read([str(path)], NOW)
    return intake.runs, [f.problem for f in intake.faults]


def test_processors_of_node_exporter_count_once_though_the_memory_bus_shows_them_too(tmp_path):
    def rapl(zone, joules, index="0", bus="intel-rapl"):
        return series(f"node_rapl_{zone}_joules_total", 100, 100 + joules, step=3600, instance="n1.lab:9100",
                      index=index, path=f"/sys/class/powercap/{bus}:{index}")  # fmt: skip

    path = answer(
        tmp_path, rapl("package", 360_000), rapl("package", 720_000, "1"), rapl("dram", 36_000), rapl("core", 200_000),
        rapl("package", 360_100, bus="intel-rapl-mmio"),
    )  # fmt: skip
    (run,), faults = read(path)
    # 0.1 kWh and 0.2 kWh of two processors, 0.01 kWh of memory; cores lie within the processors
    assert run.energy[0].value.value == pytest.approx(0.31)
    assert run.energy[0].boundary == "component_sum"
    assert [(d.kind, d.count) for d in run.devices] == [("cpu", 2)]
    assert faults == []
    assert told(path, "series-left-out") == [
        "node_rapl_package_joules_total repeat the energy of processors, which other series give too; they were left out",
        "one series is not read, since it gives no known energy or work: node_rapl_core_joules_total",
    ]


def test_processors_of_kepler_count_in_place_of_those_of_node_exporter(tmp_path):
    kepler = series("kepler_node_package_joules_total", 0, 360_000, step=3600, instance="n1:9102", package="0")
    rapl = series("node_rapl_package_joules_total", 0, 360_400, step=3600, instance="n1:9100", index="0")
    (run,), _ = read(answer(tmp_path, kepler, rapl))
    assert run.energy[0].value.value == pytest.approx(0.1)
    elsewhere = series("node_rapl_package_joules_total", 0, 360_400, step=3600, instance="n7:9100", index="0")
    (run,), faults = read(answer(tmp_path, kepler, elsewhere, name="two.json"))
    assert run.energy[0].value.value == pytest.approx(0.1)
    assert faults == [
        "Kepler gives processors too, under other machine names, so it is not known whether they are the same"
    ]


def test_gpus_of_other_exporters_count_once_beside_those_of_dcgm(tmp_path):
    smi = series("nvidia_smi_power_draw_watts", 200, 200, step=3600, uuid="0aa1", instance="n1")
    info = series("nvidia_smi_gpu_info", 1, 1, step=3600, uuid="0aa1", instance="n1")
    info["metric"]["name"] = "NVIDIA A10"
    old = series("nvidia_gpu_power_usage_milliwatts", 100_000, 100_000, step=3600, minor_number="1",
                 uuid="GPU-0bb2", instance="n1")  # fmt: skip
    old["metric"]["name"] = "Tesla T4"
    early = series("dcgm_total_energy_consumption", 0, 180_000_000, step=3600, gpu="2", uuid="GPU-0cc3", instance="n1")
    same = series(POWER, 200, 200, step=3600, gpu="0", UUID="GPU-0aa1", modelName="NVIDIA A10", Hostname="n1")
    (run,), faults = read(answer(tmp_path, smi, info, old, early, same))
    # 200 W, 100 W, and 180 kJ in one hour
    assert run.energy[0].value.value == pytest.approx(0.2 + 0.1 + 0.05)
    assert faults == []
    assert sorted((d.model or "", d.count) for d in run.devices) == [("", 1), ("NVIDIA A10", 1), ("Tesla T4", 1)]


def test_scrapes_of_ipmi_exporter_give_the_energy_of_the_machine(tmp_path):
    path = tmp_path / "scrapes.prom"
    path.write_text("".join(f"# 2026-03-01T{hour:02}:00:00Z\nipmi_dcmi_power_consumption_watts {watts}\n"
                            for hour, watts in ((9, 700), (10, 900))))  # fmt: skip
    (run,), faults = read(path)
    assert (run.energy[0].boundary, run.energy[0].value.value) == ("node", pytest.approx(0.8))
    assert faults == []
