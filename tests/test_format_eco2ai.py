"""Eco2AI: trackers and epochs, names with commas, a column that says power and holds energy."""

from __future__ import annotations

import json
import re

import pytest
from conftest import NOW
from intake_messages import messages
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import REAL, real, take

import lca

PATH = FIXTURES / "eco2ai" / "emission.csv"
FIXTURE = PATH.read_bytes()


def changed(tmp_path, old, new):
    text = FIXTURE.decode()
    assert old in text
    path = tmp_path / "emission.csv"
    path.write_text(text.replace(old, new))
    return path


def test_trackers_and_epochs():
    a = lca.assess(str(PATH), now=NOW)
    one, epochs, laptop = a.intake.runs
    assert [r.energy[0].value.value for r in (one, epochs, laptop)] == pytest.approx([0.85, 0.26, 0.0012])
    assert [r.duration.value * 3600 for r in (one, epochs, laptop)] == pytest.approx([3600.5, 1220, 120.25])
    assert (one.energy[0].boundary, one.energy[0].method, one.energy[0].includes_pue) == ("component_sum", "modelled", False)  # fmt: skip
    assert [r.location.country for r in (one, epochs, laptop)] == ["DK", "DK", "IN"]
    assert [r.location.subdivision for r in (one, epochs, laptop)][2] == "IN-TN"
    assert [(d.model, d.kind) for d in one.devices] == [("NVIDIA A100-SXM4-40GB", "gpu")]
    assert [(d.model, d.kind) for d in laptop.devices] == [("11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz", "cpu")]
    assert epochs.provenance.rows == [3, 4]
    assert epochs.declared["co2e"].value == pytest.approx(0.104)
    assert messages(a.intake, "cumulative-rows") == [
        "2 rows of one id, each with its own start: they are epochs and are added up"
    ]
    assert "Lovelace" not in json.dumps(a.as_dict())


def test_rows_of_one_start_grow(tmp_path):
    intake = take(changed(tmp_path, "2025-03-04 11:10:00", "2025-03-04 11:00:00"))
    run = intake.runs[1]
    assert (run.energy[0].value.value, run.duration.value * 3600) == (0.135, pytest.approx(620))
    assert messages(intake, "cumulative-rows") == ["2 rows of one id and start: the longest one counts"]


def test_epochs_that_overlap_are_told(tmp_path):
    intake = take(changed(tmp_path, "2025-03-04 11:10:00", "2025-03-04 11:05:00"))
    assert messages(intake, "clock-fault") == ["an epoch begins before the one before it has ended: both count"]


def test_rows_without_an_id_are_runs_of_their_own(tmp_path):
    intake = take(changed(tmp_path, "0a6b1c2d-0002-4000-8000-000000000002", ""))
    assert len(intake.runs) == 4
    assert len({r.id for r in intake.runs}) == 4


FAULTS = {
    "number": (",0.85,", ",much,", ": row 2: power_consumption(kWh): not a number (found much). Restore the row from its source."),
    "negative": (",3600.5,", ",-1,", ": row 2: duration(s): below 0 (found -1). Restore the row from its source."),
    "co2": (",0.34,", ",inf,", ": row 2: CO2_emissions(kg): not a finite number (found inf). Restore the row from its source."),
    "time": ("2025-03-04 09:00:00", "0000-03-04 09:00:00", ": row 2: start_time: not a time (found 0000-03-04 09:00:00). Restore the row from its source."),
    "unit": (",3600.5,0.85,", ",0,0.85,", ": row 2: power_consumption(kWh): more than 20 kW, which no machine draws (found 0.85 kWh in 0 s). Correct the unit of energy or duration."),
    "zero": (",0.85,", ",0.0,", ": row 2: power_consumption(kWh): 0 kWh in 3600.5 s is no measurement (found 0.0). Leave the row out, or state its energy."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, name):
    old, new, problem = FAULTS[name]
    path = changed(tmp_path, old, new)
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}{problem}"]
    assert len(intake.runs) == 2


def test_an_energy_that_no_machine_draws_is_not_used_and_its_hours_stay(tmp_path):
    intake = take(changed(tmp_path, ",0.85,", ",850,"))
    assert (intake.runs[0].energy, intake.runs[0].duration.value * 3600) == ([], pytest.approx(3600.5))
    assert [(n.severity, n.message) for _, n in intake.notes if n.code == "implausible-power"] == [
        ("error", "850.0 kWh in 1 h is more than 20 kW, which its machines cannot draw; the energy was not used")
    ]


def test_an_epoch_whose_energy_no_machine_draws_is_left_to_the_others(tmp_path):
    intake = take(changed(tmp_path, ",620.0,0.135,", ",620.0,135,"))
    run = intake.runs[1]
    # epochs of 600 s with 0.125 kWh and of 620 s with none: what was measured covers 600 / 1220 of the time
    assert (run.energy[0].value.value, run.duration.value * 3600) == (0.125, pytest.approx(1220))
    assert run.energy[0].coverage.value.value == pytest.approx(600 / 1220)
    assert messages(intake, "implausible-power") == [
        "135 kWh in 0.1722 h is more than 20 kW, which its machines cannot draw; the energy was not used"
    ]


def test_rows_that_contradict_each_other(tmp_path):
    text = FIXTURE.decode().replace("2025-03-04 11:10:00,620.0,0.135", "2025-03-04 11:00:00,620.0,0.1")
    path = tmp_path / "emission.csv"
    path.write_text(text)
    assert [str(f) for f in take(path).faults] == [
        f"{path}: row 4: id: rows of one id and start, of which the longer one has less energy "
        "(found 0a6b1c2d-0002-4000-8000-000000000002). Give each run its own id: none of its rows is used."
    ]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "emission.csv", FIXTURE, "eco2ai")


@real
@pytest.mark.parametrize(("name", "runs", "energy"), [("green_ai_emission", 4, 4.40e-7), ("green_ai_long", 51, 3.78e-7)])  # fmt: skip
def test_real_files(name, runs, energy):
    intake = take(REAL / "eco2ai" / f"{name}.csv")
    assert len(intake.runs) == runs
    # reference/formats.md, section 5
    assert sum(r.energy[0].value.value for r in intake.runs) == pytest.approx(energy, rel=2e-3)
    assert {r.location.country for r in intake.runs} == {"IN"}


@real
def test_no_other_file_is_claimed():
    claimed_alone("eco2ai", "eco2ai/green_ai_emission.csv", "eco2ai/green_ai_long.csv")


def test_rows_of_one_start_among_epochs_count_once(tmp_path):
    header, *rows = FIXTURE.decode().splitlines()
    epochs = [r for r in rows if "0002" in r.partition(",")[0]]
    assert len(epochs) == 2
    path = tmp_path / "emission.csv"
    path.write_text("\n".join([header, *epochs, epochs[-1]]) + "\n")
    [run] = take(path).runs
    assert run.energy[0].value.value == pytest.approx(0.26)
    assert messages(take(path), "cumulative-rows") == [
        "2 rows of one id and start: the longest one counts",
        "2 rows of one id, each with its own start: they are epochs and are added up",
    ]


def test_how_power_was_found_may_stand_behind_the_gpu(tmp_path):
    path = tmp_path / "emission.csv"
    path.write_text(re.sub(r"(NVIDIA [^,]* \d device\(s\))", r"\1 nvml", FIXTURE.decode()))
    assert "device(s) nvml" in path.read_text()
    plain, run = take(PATH).runs[0], take(path).runs[0]
    assert run.devices == plain.devices


def test_a_blank_declaration_and_a_gpu_that_is_none(tmp_path):
    path = tmp_path / "emission.csv"
    path.write_text(FIXTURE.decode() if isinstance(FIXTURE, bytes) else FIXTURE)
    text = (
        path.read_text()
        .replace(",0.34,", ",nan,")
        .replace("NVIDIA A100-SXM4-40GB 2 device(s),Linux", "two A100,Linux", 1)
    )
    path.write_text(text)
    intake = take(path)
    run = intake.runs[0]
    assert (run.energy[0].value.value, run.declared, [d.kind for d in run.devices]) == (0.85, None, ["cpu"])
    assert [n.message for id, n in intake.notes if n.code == "torn-row"] == [
        "GPU_name is two A100, not a model with a number of devices; none counts"
    ]
