"""What nvidia-smi prints as text: dmon with and without power, pmon, -q, and the default table."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import NOW
from intake_messages import messages, reading

import lca

FIXTURES = Path(__file__).parent / "fixtures"
TABLE = (FIXTURES / "nvidia-table" / "loop.txt").read_text()
PMON = (FIXTURES / "nvidia-pmon" / "pmon.txt").read_text()
DMON = (FIXTURES / "nvidia-dmon" / "dmon.txt").read_text()
QUERY = """==============NVSMI LOG==============

Timestamp                                 : Sat Mar  1 {time} 2025
Driver Version                            : 550.54.15
Attached GPUs                             : 1
GPU 00000000:18:00.0
    Product Name                          : NVIDIA H100 80GB HBM3
    GPU UUID                              : {uuid}
    Utilization
        Gpu                               : {load} %
        Memory                            : 5 %
    GPU Power Readings
        Power Draw                        : {power}
        Current Power Limit               : 700.00 W
    Module Power Readings
        Power Draw                        : 900.00 W
"""


def test_a_table_with_a_torn_time_is_not_placed(tmp_path):
    intake, faults = reading(tmp_path, TABLE.replace("Sat Mar  1 10:30:00", "Sat Mar 91 10:30:00"))
    # the GPUs: 400 W to 600 W and 200 W over the hour that is left: 0.5 + 0.2 kWh
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.7)
    assert faults == ["row 25: time: not a time (found Sat Mar 91 10:30:00 2025). Restore the row from its source."]
    assert not messages(intake, "lines-not-used")


def test_a_gpu_whose_power_the_table_lacks(tmp_path):
    text = TABLE.replace("200W /  700W", " N/A /  N/A")
    intake, _ = reading(tmp_path, text)
    measured, modelled = intake.runs
    assert (measured.energy[0].value.value, measured.devices[0].count) == (pytest.approx(0.55), 1)
    assert (modelled.energy, modelled.devices[0].utilisation.value, modelled.devices[0].model) == (
        [], pytest.approx(0.5), "NVIDIA H100 80GB HBM3")  # fmt: skip
    assert messages(intake, "utilisation-used") == [
        "power was not recorded; the mean utilisation of each device was used to model it"
    ]


def test_tables_of_two_hosts_in_one_file(tmp_path):
    other = TABLE.replace("00000000:19:00.0", "00000000:1A:00.0").replace("00000000:3B:00.0", "00000000:4B:00.0")
    intake, _ = reading(tmp_path, TABLE + other)
    assert (intake.runs[0].energy[0].value.value, intake.runs[0].devices[0].count) == (pytest.approx(1.5), 4)


def test_a_table_without_gpus(tmp_path):
    text = "\n".join(
        line for line in TABLE.splitlines() if "H100" not in line and " W /" not in line and "MiB /" not in line
    )
    text = text.replace(
        "|                                         |                        |             Disabled |\n", ""
    )
    _, faults = reading(tmp_path, text)
    assert faults == ["no GPU in the table. Run nvidia-smi on a machine with a GPU."]


def test_processes_that_share_a_gpu_are_added_up(tmp_path):
    intake, faults = reading(tmp_path, PMON.replace("41001     C     60", "41001     C     90"))
    # 90 % and 20 % at one time are 100 %
    assert [d.utilisation.value for d in intake.runs[0].devices] == [1.0, 0.0]
    assert not faults


def test_pmon_without_times(tmp_path):
    text = "# gpu        pid  type    sm   mem   enc   dec   command\n# Idx          #   C/G     %     %     %     %   name\n" \
           "    0      41001     C    60    20     -     -   train\n    0      41001     C    70    20     -     -   train\n"  # fmt: skip
    _, faults = reading(tmp_path, text)
    assert faults == [
        "no energy follows from it (found 2 samples without a time). Log with nvidia-smi dmon -o DT, or "
        "nvidia-smi --query-gpu=timestamp,index,name,power.draw --format=csv -l 10."
    ]


def test_torn_rows_of_pmon(tmp_path):
    text = PMON.replace(" 20250301   10:30:00      1           -", " 2025", 1).replace("20250301   11:00:00      1", "20250301   99:00:00      1")  # fmt: skip
    _, faults = reading(tmp_path, text)
    assert faults == [
        "row 8: the header has 10 (found 7 cells). Restore the row from its source.",
        "row 13: Time: not a time (found 20250301 99:00:00). Restore the row from its source.",
    ]


def test_dmon_without_power_gives_utilisation(tmp_path):
    text = "\n".join(" ".join(c for n, c in enumerate(line.split()) if n != 3) for line in DMON.splitlines())
    intake, _ = reading(tmp_path, text)
    assert [d.utilisation.value for d in intake.runs[0].devices] == [pytest.approx(0.9), pytest.approx(0.7)]
    assert messages(intake, "utilisation-used")
    assert messages(intake, "no-energy")


def test_a_night_in_times_of_day(tmp_path):
    text = "#Time        gpu    pwr\n#HH:MM:SS    Idx      W\n 23:30:00      0    300\n 00:00:00      0    300\n 00:30:00      0    300\n"
    intake, _ = reading(tmp_path, text)
    [run] = intake.runs
    assert (run.duration.value, run.energy[0].value.value) == (1.0, pytest.approx(0.3))


def test_the_power_of_the_board_counts_and_not_that_of_the_module(tmp_path):
    blocks = [QUERY.format(time=f"10:{m}:00", uuid="GPU-1", load=50, power="N/A") for m in ("00", "30")]
    intake, _ = reading(tmp_path, "\n".join(blocks))
    [run] = intake.runs
    assert (run.energy, run.devices[0].utilisation.value) == ([], 0.5)


def test_queries_of_two_hosts_with_equal_buses(tmp_path):
    blocks = [QUERY.format(time=f"10:{m}:00", uuid=f"GPU-{u}", load=50, power="400.00 W") for m in ("00", "30") for u in "ab"]  # fmt: skip
    intake, _ = reading(tmp_path, "\n".join(blocks))
    assert (intake.runs[0].energy[0].value.value, intake.runs[0].devices[0].count) == (pytest.approx(0.4), 2)
    assert not messages(intake, "lines-not-used")


def test_a_query_with_a_torn_time(tmp_path):
    blocks = [QUERY.format(time=t, uuid="GPU-1", load=50, power="400.00 W") for t in ("10:00:00", "10:77:00", "11:00:00")]  # fmt: skip
    intake, faults = reading(tmp_path, "\n".join(blocks))
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.4)
    assert faults == ["row 20: Timestamp: not a time (found Sat Mar  1 10:77:00 2025). Restore the row from its source."]  # fmt: skip
    assert not messages(intake, "lines-not-used")


@pytest.mark.parametrize("text", [TABLE, DMON, PMON])
def test_a_stated_zone_moves_the_times(tmp_path, text):
    (tmp_path / "log.txt").write_text(text)
    a = lca.assess(str(tmp_path / "log.txt"), now=NOW, profile={"id": "p", "assign": [{"match": "*", "time_zone": "Asia/Tokyo"}]})  # fmt: skip
    assert a.intake.runs[0].start == datetime(2025, 3, 1, 1, tzinfo=UTC)


def test_dmon_as_csv(tmp_path):
    intake, faults = reading(tmp_path, "\n".join(", ".join(line.split()) for line in DMON.splitlines()))
    assert (intake.runs[0].energy[0].value.value, faults) == (pytest.approx(0.5), [])
