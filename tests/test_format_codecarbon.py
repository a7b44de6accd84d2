"""CodeCarbon: what counts of a journal, which machine a row is of, and rows that lack or belie something."""

from __future__ import annotations

import pytest
from test_formats import codecarbon, flush, take

from lca.ingest import codecarbon_columns
from lca.ingest.codecarbon_setup import machine
from lca.ingest.formats import adapters
from lca.ingest.log import Log

HEADER = (
    "timestamp,project_name,run_id,duration,emissions,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,"
    "country_iso_code,os,cpu_count,cpu_model,gpu_count,gpu_model,longitude,latitude,ram_total_size,tracking_mode,pue\n"
)
ROW = {
    "timestamp": "2025-02-01T10:30:00", "project_name": "Tiny", "run_id": "r1", "duration": "1800.0", "emissions": "0.02", "cpu_power": "40",
    "gpu_power": "200", "ram_power": "10", "cpu_energy": "0.02", "gpu_energy": "0.1", "ram_energy": "0.005", "energy_consumed": "0.125",
    "country_iso_code": "FRA", "os": "Linux", "cpu_count": "40", "cpu_model": "Xeon", "gpu_count": "2", "gpu_model": "2 x NVIDIA A40",
    "longitude": "2.35", "latitude": "48.85", "ram_total_size": "187.5887145", "tracking_mode": "machine", "pue": "1.0",
}  # fmt: skip


def row(**cells):
    return ",".join((ROW | {name: str(value) for name, value in cells.items()}).values()) + "\n"


def log(tmp_path, *rows):
    return codecarbon(tmp_path, *rows, header=HEADER)


def found(path):
    return list(adapters()["codecarbon"].read(Log(str(path))))


def told(intake):
    return [note.message for _, note in intake.notes if note.code not in ("stage-assumed", "system-assumed")]


def test_a_blank_emission_declares_nothing_and_its_energy_counts(tmp_path):
    intake = take(log(tmp_path, row(emissions=""), row(run_id="r2", emissions="NaN", timestamp="2025-02-01T12:00:00")))
    assert [(r.energy[0].value.value, r.declared) for r in intake.runs] == [(0.125, None), (0.125, None)]
    assert intake.faults == []


def test_a_duration_of_the_last_task_beside_the_energy_of_all(tmp_path):
    # 0.125 kWh at 40 + 200 + 10 W = 0.5 h; in 2.5 s they would need 180 kW
    intake = take(log(tmp_path, row(duration=2.5)))
    [run] = intake.runs
    assert (run.energy[0].value.value, run.duration.value) == (0.125, pytest.approx(0.5))
    assert (run.start.isoformat(), run.end.isoformat()) == ("2025-02-01T10:00:00", "2025-02-01T10:30:00")
    assert told(intake) == [
        "its duration, 2.5 s, is too short for its energy, as where it is only that of the last task; 1800 s, the time that "
        "the energy takes at the power that the row states, were used instead"
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"energy_consumed": 496, "gpu_energy": 495.975, "duration": 60},  # 250 W would need 83 days
        {"energy_consumed": 12.5, "duration": 60},  # its parts are 0.125 kWh
        {"gpu_power": "", "cpu_power": 0, "ram_power": 0, "duration": 2.5},
        {"gpu_power": "abc", "duration": 2.5},
    ],
)
def test_an_energy_that_the_stated_power_does_not_explain_is_not_used_and_its_hours_stay(tmp_path, cells):
    intake = take(log(tmp_path, row(**cells)))
    [run] = intake.runs
    assert (run.energy, run.duration.value, intake.faults) == ([], pytest.approx(cells["duration"] / 3600), [])
    [note] = [n for _, n in intake.notes if n.code == "implausible-power"]
    assert note.severity == "error"
    assert note.message.endswith("is more than 20 kW, which its machines cannot draw; the energy was not used")


def test_no_gpu_of_a_model_is_no_device(tmp_path):
    intake = take(log(tmp_path, row(gpu_count=0, gpu_model="0 x NVIDIA A40")))
    assert [(r.devices, r.energy[0].value.value) for r in intake.runs] == [([], 0.125)]
    assert intake.faults == []


def test_an_energy_in_no_time_sets_its_row_aside(tmp_path):
    intake = take(log(tmp_path, row(duration=0, gpu_power="abc")))
    assert ([f.code for f in intake.faults], intake.runs) == (["implausible-power"], [])


def test_a_row_that_no_machine_draws_costs_a_run_of_other_rows_nothing(tmp_path):
    rows = [flush("10:00:00", 1800, 0.2), flush("10:30:00", 3600, 500), flush("11:00:00", 5400, 0.8)]
    for order in ((0, 1, 2), (1, 0, 2), (0, 2, 1)):
        path = codecarbon(tmp_path, *(rows[n] for n in order))
        intake = take(path)
        assert [(r.energy[0].value.value, r.duration.value) for r in intake.runs] == [(0.8, 1.5)]
        assert [str(f) for f in intake.faults] == [
            f"{path}: row {2 + order.index(1)}: energy_consumed: more than 20 kW, which no machine draws "
            "(found 500 kWh in 3600 s). Correct the unit of energy or duration."
        ]
    intake = take(codecarbon(tmp_path, rows[1]))
    assert [(r.energy, r.duration.value) for r in intake.runs] == [([], 1.0)]


def test_what_a_row_can_draw_grows_with_its_gpus(tmp_path):
    # 25 kWh in 1 h: 16 GPUs stand in two machines of 20 kW each at most, 8 in one
    text = codecarbon(tmp_path, flush("10:00:00", 3600, 25)).read_text()
    for count, energies in ((16, [25]), (8, [])):
        path = tmp_path / f"emissions_{count}.csv"
        path.write_text(text.replace("2 x NVIDIA", f"{count} x NVIDIA"))
        assert f"{count} x NVIDIA" in path.read_text()
        assert [e.value.value for r in take(path).runs for e in r.energy] == energies


def test_flushes_in_any_order_give_the_last_one(tmp_path):
    rows = [flush("10:30:00", 3600, 0.5), flush("10:00:00", 1800, 0.2), flush("11:00:00", 5400, 0.8)]
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        intake = take(codecarbon(tmp_path, *(rows[n] for n in order)))
        assert ([r.energy[0].value.value for r in intake.runs], intake.faults) == ([0.8], [])


def test_a_run_says_how_far_it_was(tmp_path):
    [run] = found(log(tmp_path, row()))
    assert (run.identity, run.position, run.resolution) == ("r1", 1800.0, 1.0)
    [run] = found(log(tmp_path, row(timestamp="2025-02-01T10:30:00.250000")))
    assert run.resolution == 0.0


def test_rows_of_a_run_that_is_set_aside_are_all_accounted_for(tmp_path):
    path = log(tmp_path, row(), row(duration=1900, energy_consumed=0.1), row(duration=2000, energy_consumed=0.2))
    intake = take(path)
    assert [(f.field, f.count, f.lines) for f in intake.faults] == [("run_id", 1, 3)]
    assert "lines-not-used" not in [note.code for _, note in intake.notes]


@pytest.mark.parametrize(
    "cells",
    [
        {"ram_total_size": "187.58871450001"},
        {"cpu_count": "40.0"},
        {"gpu_count": "2.0"},
        {"longitude": "2.3500001"},
        {"latitude": "48.8500"},
    ],
)
def test_numbers_that_two_versions_print_in_their_own_way_are_of_one_machine(cells):
    assert machine(ROW) == machine(ROW | cells) != ""


@pytest.mark.parametrize(
    "cells",
    [
        {"ram_total_size": "503.5"},
        {"country_iso_code": "DEU"},
        {"longitude": "11.6", "latitude": "48.1"},
        {"rank": "1"},
        {"gpu_model": "2 x A100"},
    ],
)
def test_machines_that_differ_in_hardware_place_or_rank_are_several(cells):
    assert machine(ROW) != machine(ROW | cells)


def test_rows_that_follow_each_other_within_the_second_of_their_stamps_do_not_overlap(tmp_path):
    # 10:00:04 less 4.15 s, 10:00:09 less 5.3 s: the second begins 0.3 s before the end of the first, which is cut to 10:00:04
    intake = take(log(tmp_path, row(run_id="", timestamp="2025-02-01T10:00:04", duration=4.15, energy_consumed=0.001),
                      row(run_id="", timestamp="2025-02-01T10:00:09", duration=5.3, energy_consumed=0.001)))  # fmt: skip
    assert told(intake) == []
    intake = take(log(tmp_path, row(run_id="", timestamp="2025-02-01T10:00:04", duration=4.15, energy_consumed=0.001),
                      row(timestamp="2025-02-01T10:00:05", duration=5.3, energy_consumed=0.001)))  # fmt: skip
    assert told(intake) == [
        "the row has no run id and overlaps another row; both count, although they may belong to one run"
    ]


def test_cells_beside_the_energy_that_are_no_numbers_are_told(tmp_path):
    intake = take(log(tmp_path, row(pue="high", gpu_energy="-1", gpu_count="two", gpu_model="NVIDIA A40")))
    assert told(intake) == [
        "gpu_count is two: not a number; it was not used",
        "gpu_energy is -1: below 0; it was not used",
        "pue is high: not a number; it was not used",
    ]
    assert intake.runs[0].energy[0].value.value == 0.125


def test_gpus_without_a_model_are_counted(tmp_path):
    [run] = take(log(tmp_path, row(gpu_model=""))).runs
    assert [(d.kind, d.model, d.count) for d in run.devices] == [("gpu", None, 2)]


def test_columns_that_no_version_writes_are_told(tmp_path):
    path = codecarbon(tmp_path, row(), header=HEADER.replace("gpu_model", "gpu"))
    assert told(take(path)) == [f"{path}: one column, gpu, is of no version of CodeCarbon; it was not read"]
    path = codecarbon(tmp_path, row().replace("\n", ",,\n"), header=HEADER.replace("\n", ",,\n"))
    assert told(take(path)) == []


def test_both_lanes_read_the_same(tmp_path, monkeypatch):
    rows = [flush(f"10:{n // 60:02}:{n % 60:02}", 10 + n, 0.001 * n, f"r{n % 4}") for n in range(1200)]
    path = codecarbon(tmp_path, *rows)
    at_once = found(path)
    monkeypatch.setattr(codecarbon_columns, "is_plain", lambda *_: False)
    assert found(path) == at_once
    assert len(at_once) == 4
