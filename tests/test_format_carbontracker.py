"""carbontracker: two logs of one run, blocks in other texts, predictions that never count, and a zero that is no measurement."""

from __future__ import annotations

import json

import pytest
from conftest import NOW, findings
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import REAL, real, take

import lca

FOLDER = FIXTURES / "carbontracker"
STANDARD, OUTPUT = (
    "4711.228_2025-03-04T090000Z_carbontracker.log",
    "4711.228_2025-03-04T090000Z_carbontracker_output.log",
)
STD, OUT, PASTED = ((FOLDER / n).read_text() for n in (STANDARD, OUTPUT, "slurm-903.out"))
FIXTURE = OUT.encode()


def pair(tmp_path, standard=STD, output=OUT):
    for name, text in ((STANDARD, standard), (OUTPUT, output)):
        if text is not None:
            (tmp_path / name).write_text(text)
    return tmp_path


def test_two_logs_are_one_run(tmp_path):
    a = lca.assess(str(pair(tmp_path)), now=NOW)
    assert a.intake.faults == []
    (run,) = a.intake.runs
    energy = run.energy[0]
    assert (energy.value.value, energy.boundary, energy.method, energy.includes_pue) == (45.325, "component_sum", None, True)  # fmt: skip
    assert run.facility.pue.value == 1.58
    assert run.duration.value == pytest.approx(37 + 45 / 60 + 51 / 3600)
    assert (run.start.isoformat(), run.end.isoformat()) == ("2025-03-04T09:00:00", "2025-03-05T22:45:51")
    assert [(d.model, d.kind, getattr(d.count, "value", d.count)) for d in run.devices] == [("NVIDIA A100-SXM4-40GB", "gpu", 2)]  # fmt: skip
    assert run.declared["co2e"].value == pytest.approx(6.675466)
    assert (run.location.country, run.provenance.producer_version, run.provenance.rows) == ("DK", "2.4.4", [11, 12, 13, 14])  # fmt: skip
    assert [i.records for i in a.intake.inputs] == [0, 1]
    assert [f.message for f in findings(a, "no-energy")] == [
        "2 of 20 epochs were monitored: the energy of the rest is not in the log and not added"
    ]
    told = json.dumps(a.as_dict())
    assert "Lovelace" not in told


def test_the_facility_draws_what_the_log_says_and_no_more(tmp_path):
    a = lca.assess(str(pair(tmp_path)), now=NOW)
    figures = {f["quantity"]: f["value"] for f in a.as_dict()["figures"] if not f["by"]}
    assert figures["facility_energy"] == pytest.approx(45.325)
    assert figures["it_energy"] == pytest.approx(45.325 / 1.58)


def test_accelerators_alone_are_of_their_boundary(tmp_path):
    cut = " CPU with device(s) cpu:0, cpu:1."
    (run,) = take(pair(tmp_path, STD.replace(cut, ""), OUT.replace(cut, ""))).runs
    assert (run.energy[0].boundary, run.energy[0].method) == ("accelerator", "integrated")


def test_names_with_points_and_names_that_are_none(tmp_path):
    line = "GPU with device(s) GPU, ANE. CPU with device(s) Intel(R) i5-1135G7 @ 2.40GHz."
    text = STD.replace(STD.partition("found: ")[2].partition("\n")[0], line)
    (run,) = take(pair(tmp_path, text)).runs
    assert [(d.model, d.kind) for d in run.devices] == [("Intel(R) i5-1135G7 @ 2.40GHz", "cpu")]


def test_an_output_log_alone(tmp_path):
    intake = take(pair(tmp_path, None))
    (run,) = intake.runs
    assert (run.energy[0].value.value, run.facility, run.location) == (45.325, None, None)
    assert [n.message for _, n in intake.notes if n.code == "pue-already-applied"] == [
        "the file does not state the PUE that carbontracker multiplied in: that of the facility is assumed to be it"
    ]


def test_a_standard_log_alone(tmp_path):
    path = pair(tmp_path, output=None) / STANDARD
    assert [str(f) for f in take(path).faults] == [
        f"{path}: the output log with the actual consumption is missing. Give {OUTPUT} too."
    ]


def test_blocks_in_another_text(tmp_path):
    path = tmp_path / "results.md"
    path.write_text(PASTED + PASTED.replace("0.170745", "0.180000"))
    intake = take(path)
    assert [(r.energy[0].value.value, r.duration.value, r.provenance.rows[0]) for r in intake.runs] == [(0.170745, 0.875, 3), (0.18, 0.875, 19)]  # fmt: skip
    assert len({r.id for r in intake.runs}) == 2


def test_a_block_pasted_twice_counts_once(tmp_path):
    path = tmp_path / "results.md"
    path.write_text(PASTED + PASTED)
    intake = take(path)
    assert len(intake.runs) == 1
    assert [n.message for _, n in intake.notes if n.code == "rows-left-out"] == [
        "row 19 repeats an earlier block of actual consumption figure by figure: it is left out"
    ]


def test_early_end_and_a_component_without_power(tmp_path):
    text = STD.replace("[81.5 78.25]", "None") + "2025-03-05 22:45:51 - Training was interrupted before all 20 epochs were monitored.\n"  # fmt: skip
    told = [n.message for _, n in take(pair(tmp_path, text)).notes if n.code == "no-energy"]
    assert told[1:] == [
        "the run was stopped early: its last epoch is not in the energy",
        "a component had no power (None): cpu 1x; the energy lacks it",
    ]


FAULTS = {
    "zero": (lambda t: t.replace("45.325000 kWh", "0.000000 kWh"), ": row 11: Energy: 0 kWh in 37:45:51 is no measurement (found 0.000000 kWh). Leave the run out, or state its energy."),
    "number": (lambda t: t.replace("45.325000 kWh", "nan kWh"), ": row 11: Energy: not a number (found nan kWh). Give the log as carbontracker wrote it."),
    "unit": (lambda t: t.replace("6675.466000 g", "6.675 kWh"), ": row 11: CO2eq: 'kWh' is the wrong dimension here; use gCO2e, kgCO2e or tCO2e (found 6.675 kWh). Give the log as carbontracker wrote it."),
    "time": (lambda t: t.replace("37:45:51", "37:45"), ": row 11: Time: minutes and seconds, or hours and minutes: write H:MM:SS (found 37:45). Give the log as carbontracker wrote it."),
    "torn": (lambda t: t.partition("\tEnergy:\t45.3")[0], ": row 11: Energy: no such figure in the block. Give the log as carbontracker wrote it."),
    "predicted": (lambda t: t.partition("Actual")[0], ": no block of actual consumption: the run was cut off, or monitored no epoch. Give the log of a run that ended."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_block_that_cannot_be_used_is_set_aside(tmp_path, name):
    change, told = FAULTS[name]
    pair(tmp_path, None, change(OUT))
    intake = take(tmp_path)
    assert intake.runs == []
    assert [str(f) for f in intake.faults] == [f"{tmp_path / OUTPUT}{told}"]


@pytest.mark.parametrize("data", [FIXTURE, PASTED.encode()], ids=["output", "pasted"])
def test_damaged_bytes_never_end_in_a_traceback(tmp_path, data):
    damaged(tmp_path / "x_carbontracker_output.log", data, "carbontracker")


@real
def test_real_files():
    intake = take(REAL / "carbontracker")
    assert len(intake.runs) == 14
    # by grep over the blocks of actual consumption
    assert sum(r.energy[0].value.value for r in intake.runs) == pytest.approx(29.091139)
    assert [str(f).partition(": row ")[2] for f in intake.faults] == [
        "4: Energy: 0 kWh in 0:00:00 is no measurement: power was None (cpu 1x, gpu 1x) (found 0.000000000000 kWh). Leave the run out, or state its energy."
    ]
    claimed_alone(
        "carbontracker",
        *(f"carbontracker/{n}" for n in ("kaggle_results_pasted.md", "zero-duration_carbontracker.log", "zero-duration_carbontracker_output.log")),
    )  # fmt: skip
