"""MLPerf Inference power: the window of the load, what lies beside the samples, zones, and a real measurement."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import formats, reader
from lca.ingest.log import Log

HERE = Path(__file__).parent / "fixtures" / "mlperf-inference"
FIXTURE = {path.name: path.read_bytes() for path in sorted(HERE.iterdir())}
JOULE = 1 / 3.6e6


def put(tmp_path, *names):
    for name in names:
        shutil.copy(HERE / name, tmp_path / name)
    return lca.assess(str(tmp_path), now=NOW)


@pytest.mark.parametrize(
    ("names", "start", "joules", "told"),
    [
        (("spl.txt",), "2025-05-02T14:00:00", 100 * 10 + 250 * 5 + 400 * 50 + 250 * 5,
         ["the window is all samples marked as testing, which is longer than the load: mlperf_log_detail.txt, which says when the load began and ended, is not given"]),
        (("spl.txt", "client.json"), "2025-05-02T14:00:00+02:00", 100 * 10 + 250 * 5 + 400 * 50,
         ["the window is the phase of testing in client.json, which is longer than the load: mlperf_log_detail.txt, which says when the load began and ended, is not given",
          "one sample lies before or after the window; it was left out"]),
        (("spl.txt", "mlperf_log_detail.txt"), "2025-05-02T14:00:15", 400 * 50, ["4 samples lie before or after the window; they were left out"]),
        (tuple(FIXTURE), "2025-05-02T14:00:15+02:00", 400 * 50, ["4 samples lie before or after the window; they were left out"]),
    ],
)  # fmt: skip
def test_the_window_is_that_of_the_load_where_it_is_known(tmp_path, names, start, joules, told):
    a = put(tmp_path, *names)
    [run] = a.intake.runs
    assert (run.id, run.stage, run.start.isoformat()) == ("2025-05-02_13-50-00", "inference", start)
    assert (run.energy[0].boundary, run.energy[0].method) == ("node", "integrated")
    assert run.energy[0].value.value == pytest.approx(joules * JOULE)
    assert sum(run.power.reading.shape.energy) == pytest.approx(joules * JOULE)
    assert [f.message for f in findings(a, "power-series-cut")] == told
    assert [f.message for f in findings(a, "rows-left-out")] == [
        f"{tmp_path}/spl.txt: 3 samples are not of the phase of testing; they were left out"
    ]
    assert bool(findings(a, "timezone-assumed")) == ("+" not in start)
    assert not a.intake.faults
    assert sorted(i.path for i in a.intake.inputs) == sorted(str(tmp_path / n) for n in names)


def test_the_summary_gives_system_and_work(tmp_path):
    [run] = put(tmp_path, *FIXTURE).intake.runs
    assert (run.system.name, run.work.samples, run.work.requests) == ("tiny-resnet", 5500, 5500)
    assert run.ext == {
        "mlperf": {
            "scenario": "SingleStream",
            "mode": "PerformanceOnly",
            "result": "VALID",
            "qps": "100.00",
            "target_qps": "95",
        }
    }


def test_all_samples_of_the_offline_scenario_are_one_query(tmp_path):
    put(tmp_path, "spl.txt")
    text = FIXTURE["mlperf_log_summary.txt"].decode()
    text = text.replace("SingleStream", "Offline").replace("samples_per_query : 1", "samples_per_query : 6600")
    (tmp_path / "mlperf_log_summary.txt").write_text(text)
    [run] = take(tmp_path).runs
    assert (run.work.samples, run.work.requests) == (6600, None)


def test_files_of_a_submission_lie_in_several_folders(tmp_path):
    for folder, name in (("run_1", "spl.txt"), ("run_1", "mlperf_log_detail.txt"), ("power", "client.json"), ("ranging", "mlperf_log_summary.txt")):  # fmt: skip
        (tmp_path / folder).mkdir(exist_ok=True)
        shutil.copy(HERE / name, tmp_path / folder / name)
    intake = take(tmp_path)
    [run] = intake.runs
    assert (run.start.isoformat(), run.work) == ("2025-05-02T14:00:15+02:00", None)
    assert not intake.faults


def test_what_cannot_be_used_is_told(tmp_path):
    spl = FIXTURE["spl.txt"].decode().replace("Watts,400.000000", "Watts,-1.000000", 1)
    (tmp_path / "spl.txt").write_text(spl + "Time,05-02-2025 14:01")
    (tmp_path / "client.json").write_text(FIXTURE["client.json"].decode().replace('"testing"', '"tasting"'))
    detail = FIXTURE["mlperf_log_detail.txt"].decode().replace("14:01:05", "13:01:05")
    (tmp_path / "mlperf_log_detail.txt").write_text(detail)
    intake = take(tmp_path)
    bad = "not a sample of PTDaemon with a time, a power and a mark"
    assert [str(f) for f in intake.faults] == [
        f"{tmp_path}/client.json: phases.testing: it does not say when the test began and ended. Restore client.json from its source.",
        f"{tmp_path}/mlperf_log_detail.txt: power_end: the load ends before it begins: its window is not used. Correct the clock.",
        f"{tmp_path}/spl.txt: row 7: below 0 (found Time,05-02-2025 14:00:15.000,Watts,-1.000000,Volts,230.10000...). Restore the row from its source.",
        f"{tmp_path}/spl.txt: row 19: {bad} (found Time,05-02-2025 14:01). Restore the row from its source.",
    ]
    assert len(intake.runs) == 1


@pytest.mark.parametrize("name", ["client.json", "mlperf_log_summary.txt", "mlperf_log_detail.txt"])
def test_without_samples_there_is_no_energy(tmp_path, name):
    shutil.copy(HERE / name, tmp_path / name)
    kind = name.partition(".")[0].rpartition("_")[2]
    [fault] = take(tmp_path / name).faults
    assert str(fault) == (
        f"{tmp_path}/{name}: no spl.txt is given with it: no energy follows from it (found {kind} without the samples of power). Give spl.txt of the same test with it."
    )


def test_ranging_is_no_test(tmp_path):
    (tmp_path / "spl.txt").write_bytes(b"".join(FIXTURE["spl.txt"].splitlines(True)[:3]))
    [fault] = take(tmp_path / "spl.txt").faults
    assert str(fault) == (
        f"{tmp_path}/spl.txt: Mark: no sample is of the phase of testing: no energy follows from it. Give spl.txt of the test (run_1), not that of the ranging."
    )


def test_a_client_of_another_time_gives_no_zone(tmp_path):
    put(tmp_path, "spl.txt")
    (tmp_path / "client.json").write_text(FIXTURE["client.json"].decode().replace("17461872", "17461876"))
    a = lca.assess(str(tmp_path), now=NOW)
    assert [f.message for f in findings(a, "clock-fault")] == [
        "client.json places the phase of testing at another time than the samples: it is not used"
    ]
    assert a.intake.runs[0].start.tzinfo is None


def test_nothing_personal_is_kept(tmp_path):
    assert "11111111-2222" not in json.dumps(put(tmp_path, *FIXTURE).as_dict())


@pytest.mark.parametrize("name", FIXTURE)
def test_damaged_bytes_never_end_in_a_traceback(tmp_path, name):
    made = random.Random(11)
    for each, data in FIXTURE.items():
        (tmp_path / each).write_bytes(data)
    for _ in range(200):
        data = bytearray(FIXTURE[name])
        for _ in range(made.randint(1, 6)):
            at = made.randrange(len(data))
            if made.random() < 0.6:
                data[at] = made.randrange(256)
            else:
                del data[at : min(at + made.randint(1, 40), len(data) - 1)]
        (tmp_path / name).write_bytes(data)
        assert reader.read([str(tmp_path)], NOW).inputs


@real
def test_real_measurement(tmp_path):
    folder = REAL / "mlperf-inference"
    spl = folder / "orin_resnet50_offline_spl.txt"
    assert take(spl).runs[0].energy[0].value.value / JOULE == pytest.approx(18135.9177)
    a = lca.assess(str(folder), now=NOW)
    [run] = a.intake.runs
    assert run.start.isoformat() == "2023-03-02T13:11:32.141000+00:00"
    assert run.energy[0].value.value / JOULE == pytest.approx(17974.1677)
    assert (run.system.name, run.work.samples) == ("ArmNN_TFLite_SUT", 20859)
    (tmp_path / "spl.txt").write_bytes(spl.read_bytes())
    event = ':::MLLOG {"key": "%s", "value": "03-02-2023 %s", "time_ms": 1.0, "namespace": "mlperf::logging"}\n'
    (tmp_path / "mlperf_log_detail.txt").write_text(
        event % ("power_begin", "13:11:43.162") + event % ("power_end", "13:21:43.227")
    )
    [run] = take(tmp_path).runs
    assert run.energy[0].value.value / JOULE == pytest.approx(17787.5, abs=0.05)


@real
def test_no_other_real_file_is_claimed():
    claims = formats.adapters()["mlperf-inference"].claims
    for path in REAL.rglob("*"):
        if path.is_file():
            assert claims(Log(str(path)).head) == (path.parent.name == "mlperf-inference"), path
