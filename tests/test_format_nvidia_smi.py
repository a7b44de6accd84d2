"""nvidia-smi CSV: several GPUs, units in cells, what a device does not give, and real files."""

from __future__ import annotations

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca

TWO = "timestamp, index, name, power.draw [W], utilization.gpu [%]\n" + "".join(
    f"2024/10/30 18:{m:02}:00.000, {g}, NVIDIA A100-SXM4-40GB, {300 + 100 * g}.00 W, 90 %\n"
    for m in range(31)
    for g in (0, 1)
)


def test_each_gpu_is_a_run_of_its_own(tmp_path):
    path = tmp_path / "smi.csv"
    path.write_text(TWO)
    a = lca.assess(str(path), now=NOW)
    assert [(r.devices[0].model, r.energy[0].value.value, r.energy[0].method) for r in a.intake.runs] == [
        ("NVIDIA A100-SXM4-40GB", pytest.approx(0.15), "integrated"),
        ("NVIDIA A100-SXM4-40GB", pytest.approx(0.2), "integrated"),
    ]
    assert a.total("it_energy")["value"] == pytest.approx(0.35 / 0.7)
    assert findings(a, "timezone-assumed")


def test_what_a_device_does_not_give_is_no_zero(tmp_path):
    path = tmp_path / "smi.csv"
    path.write_text(
        "timestamp, power.draw [W]\n2024/10/30 18:00:00.000, [N/A]\n2024/10/30 18:00:10.000, [Not Supported]\n"
    )
    a = lca.assess(str(path), now=NOW)
    assert a.total("it_energy")["value"] is None
    assert [f.message for f in findings(a, "no-energy")] == [
        "the file holds no sample of power: no energy follows from it"
    ]


def test_torn_rows_and_repeated_headers(tmp_path):
    path = tmp_path / "smi.csv"
    head = "timestamp, power.draw [W]\n"
    path.write_text(f"{head}2024/10/30 18:00:00.000, 100 W\n2024/10/30 18:00:1\n{head}2024/10/30 18:00:20.000, 100 W\n2024/10/30 18:00:30.000, 1O0 W\n"
                    "2024-10-30, 100 W\n2024/10/30 18:00:40.000, 100 W\n")  # fmt: skip
    intake = take(path)
    assert [str(f).removeprefix(f"{path}: ") for f in intake.faults] == [
        "row 3: the header has 2 (found 1 cells). Restore the row from its source.",
        "row 6: power.draw: not a power (found 1O0 W). Restore the row from its source.",
        "row 7: timestamp: not a time (found 2024-10-30). Restore the row from its source.",
    ]
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.1 * 40 / 3600)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_powershell_writes_utf_16(tmp_path, encoding):
    path = tmp_path / "smi.csv"
    path.write_bytes(TWO.encode(encoding))
    assert len(take(path).runs) == 2


@real
def test_real_power_at_50_ms():
    [run] = take(REAL / "nvidia-smi" / "flame_power_50ms.csv").runs
    assert run.energy[0].value.value * 3.6e6 == pytest.approx(79.820, abs=5e-4)
    assert sum(run.power.reading.shape.energy) == pytest.approx(run.energy[0].value.value)
    assert (run.end - run.start).total_seconds() == pytest.approx(3.624)


@real
@pytest.mark.parametrize("name", ["epoch_mem_util_no-power.csv", "util_15s_no-power.csv", "single-sample.csv"])
def test_real_files_without_power(name):
    a = lca.assess(str(REAL / "nvidia-smi" / name), now=NOW)
    assert findings(a, "no-energy")
    assert a.total("it_energy")["value"] is None
