"""BoAmps: energy under the name of power, tokens of one request, several measures, the flattened table, real reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca

CHAT = json.loads((Path(__file__).parent / "fixtures" / "boamps" / "chat.json").read_text())


def report(tmp_path, **changes):
    path = tmp_path / "report.json"
    path.write_text(json.dumps(CHAT | changes))
    return path


def test_a_report(tmp_path):
    a = lca.assess(str(report(tmp_path)), now=NOW)
    [run] = a.intake.runs
    assert (run.system.parameters, run.location.country, run.electricity) == (8e9, "FR", None)
    assert (run.provenance.producer, run.provenance.producer_version) == ("BoAmps, codecarbon", "2.8.2")
    assert [f.message for f in findings(a, "rows-left-out")] == [
        "measures[0] counts of 2: several tools measured one task"
    ]
    assert [f.message for f in findings(a, "work-multiplied")] == [
        "tokens are those of one request, times 100 requests"
    ]
    told = json.dumps(a.as_dict())
    assert not [x for x in ("Jane", "48.8", "2.33") if x in told]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"measures": []}, "measures: not a list with a measure (found []). State at least one measure."),
        ({"measures": [{"powerConsumption": "much"}]}, "measures[0].powerConsumption: not an energy in kWh (found much). State the energy of the task."),
        ({"measures": [{"powerConsumption": -1}]}, "measures[0].powerConsumption: not an energy in kWh (found -1). State the energy of the task."),
        ({"measures": [{"powerConsumption": 0}]}, "measures[0].powerConsumption: 0 kWh is no measurement of a task (found 0). State the energy of the task."),
        ({"measures": [{"powerConsumption": 3, "unit": "mJ"}]}, "measures[0].unit: no unit of energy that BoAmps knows (found mJ). State the energy in kWh."),
        ({"measures": ["x"]}, "a part of the report has another type than the schema says (found AttributeError(\"'str' object has no attribute 'get'\"))."
         " Correct the report."),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_used(tmp_path, changes, told):
    path = report(tmp_path, **changes)
    [fault] = take(path).faults
    assert str(fault) == f"{path}: row 1: {told}"


def test_an_energy_of_an_unknown_method_waits_for_its_boundary(tmp_path):
    path = report(tmp_path, measures=[{"measurementMethod": "ovh metrics", "powerConsumption": 0.25}])
    a = lca.assess(str(path), now=NOW)
    assert [f.message for f in findings(a, "boundary-not-stated")] == [
        "the file does not state the measurement boundary of its energy; the energy was not used"
    ]


@pytest.mark.parametrize(("unit", "kwh"), [("Wh", 0.351), ("kWh", 351), ("MWh", 351000), ("", 351)])
def test_drafts_state_a_unit_and_their_schema(tmp_path, unit, kwh):
    parts = {"infrastructure": {"components": [{"componentName": "gpu", "nbComponent": 2, "series": "rtx4080"}]}}
    measure = {"measurementMethod": "codecarbon", "powerConsumption": 351} | ({"unit": unit} if unit else {})
    link = "https://raw.githubusercontent.com/Boavizta/BoAmps/main/model/report_schema.json"
    [run] = take(report(tmp_path, **{"$schema": link, "measures": [measure]} | parts)).runs
    assert run.energy[0].value.value == pytest.approx(kwh)
    assert [(d.model, d.kind, d.count) for d in run.devices] == [("rtx4080", "gpu", 2)]


def test_a_stage_of_several(tmp_path):
    a = lca.assess(str(report(tmp_path, task=CHAT["task"] | {"taskStage": "training+inference"})), now=NOW)
    assert "taskStage 'training+inference' is none of the stages that lca knows" in {
        f.message for f in findings(a, "stage-assumed")
    }


@real
def test_real_reports_and_their_table_are_one():
    a = lca.assess(str(REAL / "boamps"), now=NOW)
    assert [(r.id[:8], r.energy[0].value.value, r.stage) for r in a.intake.runs] == [
        ("2f4643f7", 0.00267074, "inference"), ("fe49c3d9", pytest.approx(0.0004784439), "inference")]  # fmt: skip
    first = a.intake.runs[0]
    assert (first.work.tokens_in, first.work.tokens_out, first.devices[0].model, first.devices[0].count) == (
        11, 828, "Tesla V100S-PCIE-32GB", 2)  # fmt: skip
    assert (first.duration.value * 3600, first.system.parameters) == (pytest.approx(19.09390426), 13e9)
    assert len(findings(a, "duplicate-run")) == 1
    assert [f.message.rpartition("/")[2] for f in findings(a, "not-a-log")] == [
        "schema_report.json is in no known format and was not used"
    ]
