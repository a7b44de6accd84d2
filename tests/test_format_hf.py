"""Hugging Face: the state and results of a trainer are one run; the emissions of a card are declared, in grams."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca

FIXTURES = Path(__file__).parent / "fixtures"


def test_the_files_of_one_trainer_are_one_run(tmp_path):
    shutil.copytree(FIXTURES / "hf-trainer", tmp_path / "t")
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.stage, run.duration.value, run.work.flops, run.work.tokens_trained) == (
        "training",
        1.5,
        1.5e17,
        2457600,
    )
    assert {i.path.rpartition("/")[2]: i.records for i in a.intake.inputs} == {
        "all_results.json": 1,
        "trainer_state.json": 0,
    }
    assert [f.message for f in findings(a, "flops-estimated")] == [
        "total_flos is an estimate of the Trainer, of all legs of a resumed run"
    ]
    assert "jdoe" not in json.dumps(a.as_dict())


def test_a_resumed_run_is_told(tmp_path):
    state = json.loads((FIXTURES / "hf-trainer" / "trainer_state.json").read_text())
    state["log_history"].insert(1, {"epoch": 1.5, "step": 150, "train_runtime": 2000.0})
    (tmp_path / "trainer_state.json").write_text(json.dumps(state))
    told = findings(lca.assess(str(tmp_path), now=NOW), "duration-mismatch")
    assert [(f.severity, f.message) for f in told] == [
        ("warning", "the run was resumed: train_runtime is that of its last leg alone")
    ]


def test_zero_operations_are_no_value(tmp_path):
    state = json.loads((FIXTURES / "hf-trainer" / "trainer_state.json").read_text()) | {
        "total_flos": 0,
        "log_history": [],
    }
    (tmp_path / "trainer_state.json").write_text(json.dumps(state))
    [run] = take(tmp_path).runs
    assert (run.work.flops, run.duration) == (None, None)


def card(tmp_path, text):
    (tmp_path / "README.md").write_text(f"---\nlicense: mit\n{text}---\n# x\n")
    return lca.assess(str(tmp_path), now=NOW) if "grams" not in text else take(tmp_path)


def test_a_card(tmp_path):
    a = card(tmp_path, "co2_eq_emissions:\n  emissions: 0.5\n  geographical_location: Cloud X\n  hardware_used: T4\n")
    [run] = a.intake.runs
    assert (run.declared["co2e"].value, run.devices[0].model, run.energy) == (pytest.approx(0.0005), "T4", [])
    assert [f.message for f in findings(a, "unit-suspect")] == [
        "co2_eq_emissions is 0.5 g, where cards of models state kilograms by mistake"
    ]
    assert "'Cloud X' is no country of ISO 3166" in {f.message for f in findings(a, "location-missing")}
    assert findings(a, "no-energy")
    assert a.total("use_co2e")["value"] is None


def test_a_number_alone(tmp_path):
    assert card(tmp_path, "co2_eq_emissions: 1250.5\n").intake.runs[0].declared["co2e"].value == pytest.approx(1.2505)


def test_what_is_no_number_of_grams(tmp_path):
    [fault] = card(tmp_path, "co2_eq_emissions: many grams\n").faults
    assert str(fault) == (
        f"{tmp_path}/README.md: row 3: co2_eq_emissions: not a number of grams (found many grams). Write a number, in grams of CO2e."
    )


def test_a_card_without_emissions_is_no_log(tmp_path):
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\nco2_eq_emissions\n")
    assert [n.code for _, n in take(tmp_path).notes] == ["not-a-log"]


@real
def test_real_files():
    a = lca.assess(str(REAL / "hf-trainer"), now=NOW)
    [other, first] = a.intake.runs
    assert (other.duration, other.work.flops) == (None, pytest.approx(2.3847568878600192e17))
    assert first.duration.value * 3600 == pytest.approx(77350.9963)
    assert first.work.flops == pytest.approx(5.27162132754432e20)
    assert "elsayedissa" not in json.dumps(a.as_dict())
    [run] = take(REAL / "hf-model-card").runs
    assert (run.declared["co2e"].value, run.location.country, run.stage, run.devices[0].model) == (
        pytest.approx(1.71), "SG", "finetuning", "NVIDIA A100-SXM4-40GB")  # fmt: skip
