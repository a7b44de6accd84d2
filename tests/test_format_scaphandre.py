"""Scaphandre JSON: reports without separator and in an array, without a time, torn; parts are not added."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import formats, reader
from lca.ingest.formats import scaphandre
from lca.ingest.log import Log

FIXTURE = (Path(__file__).parent / "fixtures" / "scaphandre" / "report.json").read_bytes()
KWH = 500 / 3.6e6


def reports():
    return json.loads("[" + FIXTURE.decode().replace("}{", "},{") + "]")


@pytest.mark.parametrize(
    "text",
    [
        FIXTURE.decode(),
        json.dumps(reports()),
        json.dumps(reports(), indent=2),
        "\n".join(map(json.dumps, reports())) + "\n",
    ],
    ids=["no separator", "array", "indented", "lines"],
)
@pytest.mark.parametrize("part", [7, 2**18])
def test_power_of_the_host_in_each_shape(tmp_path, text, part, monkeypatch):
    monkeypatch.setattr(scaphandre, "_PART", part)
    (tmp_path / "r.json").write_text(text)
    a = lca.assess(str(tmp_path / "r.json"), now=NOW)
    [run] = a.intake.runs
    assert run.energy[0].value.value == pytest.approx(KWH)
    assert (run.energy[0].boundary, run.energy[0].method) == ("component_sum", "integrated")
    assert (run.start.isoformat(), (run.end - run.start).total_seconds()) == ("2025-03-01T10:00:00+00:00", 10)
    assert [f.message for f in findings(a, "rows-left-out")] == [
        "12 entries of consumers are parts of the host; they were not added"
    ]
    assert not a.intake.faults
    assert "ada.lovelace" not in json.dumps(a.as_dict())


def test_without_a_time_there_is_no_energy(tmp_path):
    held = reports()
    for report in held:
        del report["host"]["timestamp"]
    (tmp_path / "r.json").write_text(json.dumps(held))
    a = lca.assess(str(tmp_path / "r.json"), now=NOW)
    assert [f.message for f in findings(a, "no-energy")] == [
        "no report bears a time: no energy follows from their power"
    ]
    assert a.intake.runs[0].energy == []


def test_reports_that_cannot_be_used_are_told(tmp_path):
    held = reports()
    held[1]["host"]["consumption"] = "much"
    held[2]["host"]["timestamp"] = 12
    del held[3]["host"]["timestamp"]
    lines = [json.dumps(each) for each in held]
    lines[4] = lines[4][:40]
    path = tmp_path / "r.json"
    path.write_text("\n".join(lines) + "\n" + lines[0][:30])
    intake = take(path)
    assert [str(f).removeprefix(f"{path}: ") for f in intake.faults] == [
        "row 2: host.consumption: not a number (found much). Restore the report from its source.",
        "row 3: host.timestamp: the year 1970 is no year of a log (found 12). Restore the report from its source.",
        'rows 5 and 7: not a report of Scaphandre in JSON (found {"host": {"consumption": 40000000.0, "ti, {"host": {"consumption": 40000). '
        "Restore it from its source.",
    ]
    assert intake.runs[0].energy[0].value.value == pytest.approx(KWH)
    assert [n.message for _, n in intake.notes if n.code == "rows-left-out"] == [
        "6 entries of consumers are parts of the host; they were not added",
        "one report has no time; it was left out",
    ]


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    made, path = random.Random(3), tmp_path / "log.json"
    for _ in range(200):
        data = bytearray(FIXTURE)
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(data))
            if made.random() < 0.6:
                data[at] = made.choice(b'09eE-+[]{}",:\xff\0 1N')
            else:
                del data[at : min(at + made.randint(1, 40), len(data) - 1)]
        path.write_bytes(data)
        assert reader.read([str(path)], NOW, log_format=made.choice(["", "scaphandre"])).inputs
    path.write_text('{"host":{"consumption":1},"sockets":' + "[" * 100000)
    assert take(path).faults


@real
def test_no_real_file_of_another_format_is_claimed():
    claims = formats.adapters()["scaphandre"].claims
    assert not [p for p in REAL.rglob("*") if p.is_file() and claims(Log(str(p)).head)]
