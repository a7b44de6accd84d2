"""AIPerf: the summary of a benchmark, the counts of its server, and both of one benchmark."""

from __future__ import annotations

import json
import random
import shutil
from datetime import UTC, datetime

import pytest
from conftest import NOW, ROOT, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import reader

FOLDER = ROOT / "tests" / "fixtures" / "aiperf"
FIXTURE: dict[str, bytes] = {p.name: p.read_bytes() for p in sorted(FOLDER.iterdir())}
SUMMARY, SERVER = FOLDER / "profile_export_aiperf.json", FOLDER / "server_metrics_export.csv"
ID = "11112222-aaaa-bbbb-cccc-000000000001"


def counts(run):
    return run.work.requests, run.work.tokens_in, run.work.tokens_out, run.work.tokens_cached


def summary(tmp_path, **fields):
    raw = json.loads(SUMMARY.read_text()) | fields
    path = tmp_path / SUMMARY.name
    path.write_text(json.dumps({k: v for k, v in raw.items() if v is not None}))
    return path


def test_a_summary():
    a = lca.assess(str(SUMMARY), now=NOW)
    [run] = a.intake.runs
    assert (run.id, run.system.name, run.stage, run.status) == (ID, "acme/Tiny-7B", "inference", "completed")
    assert counts(run) == (900, 900000, 180000, None)
    assert (run.work.latency.value * 3600, run.energy, run.devices) == (pytest.approx(2.5), [], [])
    assert (run.start.isoformat(), run.end.isoformat()) == ("2026-03-01T09:00:00+00:00", "2026-03-01T09:30:00+00:00")
    assert (run.provenance.producer, run.provenance.producer_version) == ("aiperf", "0.8.0")
    assert [f.message for f in findings(a, "no-energy")] == ["the benchmark tells work, not energy"]
    assert "alice" not in json.dumps(a.as_dict())


def test_the_counts_of_the_server_alone():
    a = lca.assess(str(SERVER), now=NOW)
    [run] = a.intake.runs
    assert (run.id, run.system.name, run.start) == (ID, "acme/Tiny-7B", None)
    assert counts(run) == (920, 930000, 185000, 400000)
    assert run.provenance.rows == [10, 11, 12, 14]
    assert "alice" not in json.dumps(a.as_dict())


@pytest.mark.parametrize("name", ["a.csv", "z.csv"])
def test_both_files_of_one_benchmark_count_once(tmp_path, name):
    shutil.copy(SUMMARY, tmp_path / "m.json")
    shutil.copy(SERVER, tmp_path / name)
    other = SERVER.read_text().replace("000001", "000002")
    (tmp_path / "other.csv").write_text(other)
    a = lca.assess(str(tmp_path), now=NOW)
    assert [(r.id[-1], r.work.requests) for r in a.intake.runs] in ([("1", 900), ("2", 920)], [("2", 920), ("1", 900)])
    assert [f.message for f in findings(a, "series-left-out")] == [
        "what the server counted of the same benchmark is not added: the summary counts"
    ]
    assert not a.intake.faults


def test_a_window_without_stamps(tmp_path):
    [run] = take(summary(tmp_path, min_request_timestamp=None, was_cancelled=True)).runs
    assert (run.start, run.duration.value, run.status) == (None, pytest.approx(0.5), "cancelled")


def test_a_model_that_is_a_path(tmp_path):
    path = summary(tmp_path, input_config={"endpoint": {"model_names": ["/home/alice/models/Tiny-7B/"]}})
    assert take(path).runs[0].system.name == "Tiny-7B"


def test_files_without_work(tmp_path):
    none = dict.fromkeys(("request_count", "total_isl", "total_osl", "input_sequence_length", "output_sequence_length"))
    path = summary(tmp_path, **none)
    assert [str(f) for f in take(path).faults] == [
        f"{path}: request_count: neither requests nor tokens. Export the summary of a run that ended."
    ]
    path = tmp_path / "s.csv"
    path.write_text("".join(SERVER.read_text().splitlines(keepends=True)[:7]))
    assert [str(f) for f in take(path).faults] == [
        f"{path}: no counter of requests or tokens. Give profile_export_aiperf.json of the same benchmark."
    ]


def test_a_count_that_is_none(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(SERVER.read_text().replace("930000.0000", "93O000"))
    intake = take(path)
    assert [str(f) for f in intake.faults] == [
        f"{path}: row 11: total: not a count (found 93O000). Restore the row from its source."
    ]
    assert counts(intake.runs[0]) == (920, None, 185000, None)


WRONG = [None, [], "x", 1, {"avg": "7"}, {"avg": []}, {"avg": 10**400}, {"avg": -1}, {"unit": "ns", "avg": 1e300}]


@pytest.mark.parametrize("name", ["request_count", "min_request_timestamp", "total_isl", "input_config", "was_cancelled", "aiperf_version", "request_latency"])  # fmt: skip
def test_wrong_types_are_left_out(tmp_path, name):
    for wrong in WRONG:
        path = tmp_path / "w.json"
        path.write_text(json.dumps(json.loads(SUMMARY.read_text()) | {name: wrong}))
        intake = take(path)
        assert len(intake.runs) == 1
        is_metric = name in ("request_count", "min_request_timestamp", "total_isl", "request_latency")
        is_wrong = wrong in ([], "x", 1, {"avg": []}, {"avg": 10**400}, {"avg": -1})
        if is_metric and is_wrong:
            told = [n.message for _, n in intake.notes if n.code == "cells-not-used"]
            assert [m for m in told if m.startswith(f"{name} is ")]


@pytest.mark.parametrize("name", FIXTURE)
def test_damaged_bytes_never_end_in_a_traceback(tmp_path, name):
    made, path = random.Random(5), tmp_path / name
    odd = [b",", b"{", b"#", b"\n", b"1e400", b"-1", b"NaN", b"9" * 400, b"\xff", b"\0", b'"', b"[]", b"null"]
    for _ in range(200):
        data = bytearray(FIXTURE[name])
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(data))
            data[at : at + made.randint(0, 12)] = made.choice([*odd, bytes([made.randrange(256)])])
        path.write_bytes(data)
        intake = reader.read([str(path)], NOW, log_format=made.choice(["", "aiperf"]))
        assert intake.runs or intake.faults or intake.inputs


@real
def test_real_benchmark_counts_once():
    late = datetime(2026, 12, 1, tzinfo=UTC)  # the benchmark is later than the day of the tests
    folder = REAL / "llm-serving"
    paths = [str(p) for p in sorted(folder.glob("inferencex*"))]
    assert len(paths) == 2
    [run] = reader.read(paths, late).runs
    assert counts(run) == (659, 58363897, 577074, None)
    assert run.system.name == "amd/Kimi-K2.7-Code-MXFP4"
    assert (run.end - run.start).total_seconds() == pytest.approx(3626.655, abs=1e-3)
    [alone] = reader.read([p for p in paths if p.endswith(".csv")], late).runs
    assert counts(alone) == (659, 59939732, 609337, 52522352)


@real
def test_real_table_of_a_single_project_stays_unclaimed():
    [fault] = take(REAL / "llm-serving" / "codecarbon_vllm_output_0.csv").faults
    assert "in no format that lca knows" in str(fault)
