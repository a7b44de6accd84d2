"""Scrapes of Prometheus as text: one gives work since the server started, several with times give energy."""

from __future__ import annotations

import json
import random

import pytest
from conftest import NOW, ROOT, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import formats, reader
from lca.ingest.log import Log

PATH = ROOT / "tests" / "fixtures" / "prometheus-text" / "scrapes.prom"
FIXTURE: bytes = PATH.read_bytes()
POWER = 'DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="G",Hostname="alice-box"}'


def write(tmp_path, text):
    path = tmp_path / "m.prom"
    path.write_text(text)
    return path


def test_scrapes_with_times():
    a = lca.assess(str(PATH), now=NOW)
    [run] = a.intake.runs
    assert (run.system.name, run.stage, run.energy[0].method) == ("acme/Tiny-7B", "inference", "counter")
    assert run.energy[0].value.value == pytest.approx(0.1)
    assert (run.work.requests, run.work.tokens_in, run.work.tokens_out) == (100, 90000, 10000)
    assert (run.end - run.start).total_seconds() == 1800
    assert run.provenance.rows == [7, 10, 12, 14]
    assert not findings(a, "timezone-assumed")
    assert "alice" not in json.dumps(a.as_dict())


@pytest.mark.parametrize(("first", "second"), [("1772355600000", "1772357400000"), ("1772355600.5", "1772357400.5")])
def test_times_beside_samples_are_milliseconds_or_seconds(tmp_path, first, second):
    path = write(tmp_path, f"{POWER} 100 {first}\n{POWER} 300 {second}\n{POWER} NaN {second}1\n")
    [run] = take(path).runs
    assert run.energy[0].value.value == pytest.approx(0.1)


def test_scrapes_without_times_are_told(tmp_path):
    path = write(tmp_path, f"# 2026-03-01T09:00:00\n{POWER} 100\n{POWER} 300\n")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: row 3: DCGM_FI_DEV_POWER_USAGE: the series stands twice, and the scrapes have no times. "
        "Write a line such as `# 2026-03-01T09:00:00Z` before each scrape, or export the series as JSON."
    ]


def test_lines_that_are_broken(tmp_path):
    path = write(tmp_path, f'{POWER} 100 1772355600000\n{POWER} 100x\n{POWER[:-3]}\nvllm:prompt_tokens_total{{a="\\"}}"}} 5 1772355600.\n')  # fmt: skip
    intake = take(path)
    assert [str(f).removeprefix(f"{path}: ") for f in intake.faults] == [
        "row 2: DCGM_FI_DEV_POWER_USAGE: not a value of at least 0, or not a time (found 100x). Restore the line from its source.",
        "row 3: not a sample (found DCGM_FI_DEV_POWER_USAGE). Restore the line from its source.",
    ]
    assert [f.message for f in findings(lca.assess(str(path), now=NOW), "no-energy")] == [
        "one sample of each device: no energy follows from it"
    ]


def test_an_exporter_of_other_things(tmp_path):
    path = write(tmp_path, "# TYPE kepler_node_info gauge\nkepler_node_info 1\n")
    [fault] = take(path).faults
    assert str(fault).startswith(f"{path}: no series that gives energy or work: ")
    assert fault.found == "kepler_node_info"


def test_a_list_of_fields_is_no_scrape(tmp_path):
    path = write(tmp_path, "# Power\nDCGM_FI_DEV_POWER_USAGE,              gauge, Power draw (in W).\n")
    assert not formats.adapters()["prometheus-text"].claims(Log(str(path)).head)


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    made, path = random.Random(5), tmp_path / "r.prom"
    odd = [b'"', b"{", b"}", b"\n", b"1e400", b"-1", b"NaN", b"9" * 400, b"\xff", b"\\", b" ", b"0000-00-00T00:00Z"]
    for _ in range(200):
        data = bytearray(FIXTURE)
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(data))
            data[at : at + made.randint(0, 12)] = made.choice([*odd, bytes([made.randrange(256)])])
        path.write_bytes(data)
        intake = reader.read([str(path)], NOW, log_format=made.choice(["", "prometheus-text"]))
        assert intake.runs or intake.faults or intake.inputs


@real
def test_real_scrape_of_vllm():
    path = REAL / "llm-serving" / "vllm_metrics_exposition.txt"
    a = lca.assess(str(path), now=NOW)
    [run] = a.intake.runs
    assert (run.work.tokens_out, run.work.requests, run.work.tokens_in, run.energy) == (12345, 42, None, [])
    assert len(findings(a, "cumulative-rows")) == 1


def test_samples_with_and_without_times(tmp_path):
    path = write(tmp_path, f"{POWER} 100\n# 2026-03-01T09:00:00Z\n{POWER} 300\n")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: row 3: DCGM_FI_DEV_POWER_USAGE: some samples have times and some do not. "
        "Write a line such as `# 2026-03-01T09:00:00Z` before each scrape, or export the series as JSON."
    ]


def test_a_time_far_from_the_others(tmp_path):
    path = write(tmp_path, f"{POWER} 100 1072355600000\n{POWER} 300 1772355600000\n")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: DCGM_FI_DEV_POWER_USAGE: its samples span more than ten years. Correct the times."
    ]
