"""MLPerf Training: power cut to the run, logs without power, clocks at fault, nodes beside the log of their run."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import formats, reader
from lca.ingest.log import Log

FIXTURE = (Path(__file__).parent / "fixtures" / "mlperf-training" / "node_0.txt").read_bytes()
BEGIN = 1740823200000


def line(key, value, seconds, **metadata):
    return f":::MLLOG {json.dumps({'namespace': '', 'time_ms': BEGIN + 1000 * seconds, 'event_type': 'POINT_IN_TIME', 'key': key, 'value': value, 'metadata': metadata})}\n"


def run(start=0, stop=100, status="success"):
    return [line("submission_benchmark", "ssd", -5), line("run_start", None, start), line("run_stop", None, stop, status=status)]  # fmt: skip


def power(*seconds, watts=1000):
    return [line("power_reading", watts, s) for s in seconds]


def put(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines))
    return lca.assess(str(path), now=NOW)


def test_power_is_cut_to_the_run(tmp_path):
    (tmp_path / "node_0.txt").write_bytes(FIXTURE)
    a = lca.assess(str(tmp_path / "node_0.txt"), now=NOW)
    [made] = a.intake.runs
    assert (made.system.name, made.stage, made.status) == ("bert", "training", "completed")
    assert (made.energy[0].boundary, made.energy[0].method) == ("node", "integrated")
    assert made.energy[0].value.value == pytest.approx(5050 * 100 / 3.6e6)
    assert made.start.isoformat() == "2025-03-01T10:00:01+00:00"
    assert [f.message for f in findings(a, "power-series-cut")] == [
        "5 readings lie before run_start or after run_stop; they were left out"
    ]
    assert not a.intake.faults
    assert "ada.lovelace" not in json.dumps(a.as_dict())


def test_a_log_without_power_gives_the_window(tmp_path):
    a = put(tmp_path / "result_0.txt", run(status="aborted"))
    [made] = a.intake.runs
    assert (made.start.isoformat(), made.end.isoformat(), made.status, made.energy) == (
        "2025-03-01T10:00:00+00:00",
        "2025-03-01T10:01:40+00:00",
        "failed",
        [],
    )
    assert [f.message for f in findings(a, "no-energy")] == [
        "the file holds no power_reading: no energy follows from it"
    ]


@pytest.mark.parametrize(
    ("lines", "told", "kwh"),
    [
        ([*run(100, 0), *power(0, 10, 20)], "run_stop is not after run_start: the window is not used", 20 / 3600),
        ([*run(), *power(3600, 3610)], "no reading of power lies between run_start and run_stop: the window is that of the readings", 10 / 3600),
        (power(0, 10), "no run_start with a time: the window of the run is not known", 10 / 3600),
        ([*run(), line("run_start", None, 10), *power(20, 30)], "2 run_start and 1 run_stop: the window goes from the first to the last", 10 / 3600),
        ([*run(), *power(20, 30, 25)], "the samples go back in time once; they were sorted", 10 / 3600),
    ],
)  # fmt: skip
def test_clocks_at_fault_are_told(tmp_path, lines, told, kwh):
    a = put(tmp_path / "n.txt", lines)
    assert [f.message for f in findings(a, "clock-fault")] == [told]
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(kwh)


def test_a_unit_that_is_missing_and_an_efficiency_are_told(tmp_path):
    a = put(tmp_path / "n.txt", [*run(), line("conversion_eff", 0.9, 0), *power(20, 30)])
    assert [f.message for f in findings(a, "power-unit-assumed")] == ["power_reading bears no unit: it counts in W"]
    assert [f.message for f in findings(a, "boundary-not-stated")] == [
        "conversion_eff is stated and not applied: the readings count as those of the node at the wall"
    ]
    kilo = [line("power_reading", {"value": 2, "unit": "kW"}, s) for s in (10, 20)]
    a = put(tmp_path / "k.txt", [*run(), *kilo])
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(20 / 3600)
    assert not findings(a, "power-unit-assumed")


def test_nodes_take_the_window_of_the_log_of_their_run(tmp_path):
    for n in (0, 1):
        put(tmp_path / "power" / "result_0" / f"node_{n}.txt", power(-10, 0, 50, 100, 110, watts=1000 + n))
    put(tmp_path / "result_0.txt", run())
    a = lca.assess(str(tmp_path), now=NOW)
    assert [(r.system.name, r.energy[0].value.value) for r in a.intake.runs] == [
        ("ssd", pytest.approx(100 / 3600)),
        ("ssd", pytest.approx(100.1 / 3600)),
    ]
    assert not a.intake.faults
    only = lca.assess(str(tmp_path / "power"), now=NOW)
    assert len(findings(only, "clock-fault")) == 2


def test_lines_that_cannot_be_used_are_told(tmp_path):
    path = tmp_path / "n.txt"
    put(path, [*run(), *power(1, 2), line("power_reading", -3, 3), line("power_reading", {"value": 9, "unit": "J"}, 3),
               line("power_reading", [1], 3), line("power_reading", 1, 3).replace("1740823203000", '"late"'), ':::MLLOG {"key": "power_re'])  # fmt: skip
    assert [str(f).removeprefix(f"{path}: ") for f in take(path).faults] == [
        "row 6: power_reading: below 0 (found -3). Restore the line from its source.",
        "row 7: power_reading: 'J' is the wrong dimension here; use W or kW (found {'value': 9, 'unit': 'J'}). Restore the line from its source.",
        "row 8: power_reading: not a number (found [1]). Restore the line from its source.",
        "row 9: power_reading: not a time (found 1). Restore the line from its source.",
        'row 10: not an event of MLLOG (found {"key": "power_re). Restore the line from its source.',
    ]


def test_a_log_of_no_run(tmp_path):
    (tmp_path / "n.txt").write_text(line("seed", 4, 0))
    [fault] = take(tmp_path / "n.txt").faults
    assert str(fault) == (
        f"{tmp_path}/n.txt: neither run_start nor power_reading is in it: it tells of no run. Give the log of the run (result_*.txt), or that of its power."
    )


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    made, path = random.Random(5), tmp_path / "log.txt"
    for _ in range(200):
        data = bytearray(FIXTURE)
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(data))
            if made.random() < 0.6:
                data[at] = made.choice(b'09eE-+[]{}",:\xff\0 1N')
            else:
                del data[at : min(at + made.randint(1, 40), len(data) - 1)]
        path.write_bytes(data)
        assert reader.read([str(path)], NOW, log_format=made.choice(["", "mlperf-training"])).inputs


@real
def test_no_real_file_of_another_format_is_claimed():
    claims = formats.adapters()["mlperf-training"].claims
    assert not [p for p in REAL.rglob("*") if p.is_file() and claims(Log(str(p)).head)]
