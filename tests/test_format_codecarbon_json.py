"""Records of CodeCarbon as JSON: alone, in a list, one a line, in the lines of a log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import take

import lca

TEXT = (Path(__file__).parent / "fixtures" / "codecarbon-json" / "emissions.jsonl").read_text()
RECORDS = [json.loads(line) for line in TEXT.splitlines()]


def written(tmp_path, text, name="emissions.json"):
    path = tmp_path / name
    path.write_text(text)
    return path


SHAPES = {
    "lines": TEXT,
    "list": json.dumps(RECORDS),
    "indented": json.dumps(RECORDS, indent=2),
    "log": "start\n"
    + "".join(f"2025-03-04 10:00:00 INFO codecarbon {line}\n" for line in TEXT.splitlines())
    + "done\n",
}


@pytest.mark.parametrize("name", SHAPES)
def test_records_give_what_the_same_rows_give(tmp_path, name):
    a = lca.assess(str(written(tmp_path, SHAPES[name], "emissions.log")), now=NOW)
    assert [(r.id, r.energy[0].value.value, r.declared["co2e"].value, r.location.country) for r in a.intake.runs] == [
        ("5f0e-1", 0.3715, 0.034, "FR"),
        ("5f0e-2", 0.0104, 0.0015, "FR"),
    ]
    assert [f.message for f in findings(a, "cumulative-rows")] == ["2 rows of one run: the last one counts"]
    assert not findings(a, "lines-not-used")
    assert not [x for x in ("jdoe", "48.8582") if x in json.dumps(a.as_dict())]


def test_one_record_alone(tmp_path):
    [run] = take(written(tmp_path, json.dumps(RECORDS[0], indent=1))).runs
    assert (run.energy[0].value.value, run.energy[0].components.accelerator.value) == (0.1242, 0.1034)


BAD = {
    "sign": ({"energy_consumed": -0.3715}, "energy_consumed: below 0 (found -0.3715)"),
    "type": ({"duration": "an hour"}, "duration: not a number (found an hour)"),
    "list": ({"duration": [3600]}, "duration: not a number (found [3600])"),
    "missing": ({"timestamp": None}, "timestamp: no value"),
    "flag": ({"emissions": True}, "emissions: not a number (found True)"),
    "long": ({"duration": 1e18}, "duration: longer than a thousand years (found 1e+18)"),
    "unit": ({"energy_consumed": 371.5}, "energy_consumed: more than 20 kW, which no machine draws (found 371.5 kWh in 3600.0 s)"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_one_bad_record_is_set_aside(tmp_path, name):
    changed, message = BAD[name]
    records = [RECORDS[0], RECORDS[1] | changed, RECORDS[2]]
    path = written(tmp_path, "\n".join(map(json.dumps, records)), "e.jsonl")
    intake = take(path)
    remedy = "Correct the unit of energy or duration." if name == "unit" else "Restore the row from its source."
    assert [str(f) for f in intake.faults] == [f"{path}: row 2: {message}. {remedy}"]
    assert [r.energy[0].value.value for r in intake.runs] == [0.1242, 0.0104]
    assert not [n for _, n in intake.notes if n.code == "lines-not-used"]


def test_a_line_that_is_cut_off(tmp_path):
    path = written(tmp_path, TEXT[:-300], "e.jsonl")
    intake = take(path)
    [fault] = intake.faults
    assert (fault.where, fault.problem) == (f"{path}: row 3", "not a record of a tracker")
    assert [r.id for r in intake.runs] == ["5f0e-1"]
