"""Traces of requests: one run per file, added up in blocks as row by row, and the answers expected of real traces."""

from __future__ import annotations

import random

import pytest
from conftest import findings
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import NOW, REAL, real, take

import lca
from lca.ingest.formats import llm_trace

FIXTURE = {p.name: p.read_bytes() for p in sorted((FIXTURES / "llm-trace").iterdir())}
HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\n"


def write(tmp_path, text, name="trace.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def of(intake):
    return [(r.stage, r.work.requests, r.work.tokens_in, r.work.tokens_out) for r in intake.runs]


def test_requests_of_azure(tmp_path):
    a = lca.assess(str(write(tmp_path, FIXTURE["azure.csv"])), now=NOW)
    assert of(a.intake) == [("inference", 4, 2000, 50)]
    [run] = a.intake.runs
    assert (run.start.isoformat(), run.end.isoformat()) == ("2024-05-10T00:00:00.009930", "2024-05-10T00:30:00.009930")
    assert (run.devices, run.energy, run.provenance.rows) == ([], [], 2)
    assert findings(a, "timezone-assumed")


def test_times_with_an_offset(tmp_path):
    text = FIXTURE["azure.csv"].decode().replace("0099300,", "009930+00:00,").replace(":01,", ":01+00:00,").replace(".5000000,", ".5+00:00,")  # fmt: skip
    [run] = take(write(tmp_path, text)).runs
    assert (run.start.isoformat(), run.end.isoformat()) == ("2024-05-10T00:00:00.009930+00:00", "2024-05-10T00:30:00.009930+00:00")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "work", "hours"), [("burstgpt.csv", (4, 2076, 524), 180), ("mooncake.jsonl", (3, 14100, 1000), 27)]
)
def test_times_from_an_unknown_moment_give_a_duration(tmp_path, name, work, hours):
    a = lca.assess(str(write(tmp_path, FIXTURE[name], name)), now=NOW)
    assert of(a.intake) == [("inference", *work)]
    assert a.intake.runs[0].duration.value * 3600 == pytest.approx(hours)
    assert [f.message for f in findings(a, "clock-fault")] == [
        "times count from an unknown moment: the trace gives a duration alone"
    ]


def test_blocks_add_up_as_single_rows_do(tmp_path, monkeypatch):
    made = random.Random(3)
    rows = [f"2024-05-{made.randint(1, 28):02} 0{made.randint(0, 9)}:00:0{made.randint(0, 9)}.{made.randint(0, 10**7 - 1):07},{made.randint(0, 9000)},{made.randint(0, 900)}\n" for _ in range(500)]  # fmt: skip
    path = write(tmp_path, HEADER + "".join(rows))
    whole = take(path).runs[0]
    for size in (64, 1000, 4096):
        monkeypatch.setattr(llm_trace, "BLOCK", size)
        again = take(path).runs[0]
        assert (again.work, again.start, again.end) == (whole.work, whole.start, whole.end)
    cells = [r.split(",") for r in rows]
    assert whole.work.tokens_in == sum(int(c[1]) for c in cells)
    assert whole.work.tokens_out == sum(int(c[2]) for c in cells)


FAULTS = {
    "time": ("2024-05-10 00:00:01,50,1", "0000-05-10 00:00:01,50,1", "row 4: TIMESTAMP: not a time (found 0000-05-10 00:00:01)."),
    "tokens": ("1200,30", "12x,30", "row 3: ContextTokens: not a number of tokens (found 12x)."),
    "negative": ("1200,30", "1200,-30", "row 3: GeneratedTokens: not a number of tokens (found -30)."),
    "torn": ("1200,30", "1200", "row 3: the header has 3 (found 2 cells)."),
}  # fmt: skip


@pytest.mark.parametrize("size", [llm_trace.BLOCK, 50])
@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_is_no_request_is_set_aside(tmp_path, monkeypatch, name, size):
    monkeypatch.setattr(llm_trace, "BLOCK", size)
    old, new, told = FAULTS[name]
    path = write(tmp_path, FIXTURE["azure.csv"].decode().replace(old, new))
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}: {told} Restore the row from its source."]
    assert intake.runs[0].work.requests == 3


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [("mooncake.jsonl", '"timestamp": 3000', '"timestamp": "x"', "row 2: timestamp: not a time (found x)."),
     ("mooncake.jsonl", "7322", "1.5", "row 2: input_length: not a number of tokens (found 1.5)."),
     ("mooncake.jsonl", '{"timestamp": 3000', '[{"timestamp": 3000', "row 2: not a JSON object (found [{\"timestamp\": 3000, \"input_length\": 7322, \"output_length\": ...)."),
     ("burstgpt.csv", "45,", "1e400,", "row 3: Timestamp: not a time (found 1e400)."),
     ("burstgpt.csv", "1087", "", "row 3: Request tokens: not a number of tokens.")],
)  # fmt: skip
def test_a_row_of_other_traces_that_is_no_request(tmp_path, name, old, new, told):
    path = write(tmp_path, FIXTURE[name].decode().replace(old, new, 1), name)
    assert [str(f) for f in take(path).faults] == [f"{path}: {told} Restore the row from its source."]


def test_many_rows_of_one_fault_are_told_once(tmp_path):
    path = write(tmp_path, HEADER + "x,1,1\n" * 30)
    told = [str(f) for f in take(path).faults]
    assert told == [
        f"{path}: rows 2, 3, 4 and 27 more: TIMESTAMP: not a time (found x). Restore the row from its source."
    ]


def test_no_request_and_times_with_and_without_offset(tmp_path):
    path = write(tmp_path, HEADER)
    assert [str(f) for f in take(path).faults] == [f"{path}: no request in the trace. Give a trace with requests."]
    path = write(tmp_path, HEADER + "2024-05-10 00:00:00,1,1\n2024-05-11 00:00:00+00:00,1,1\n")
    intake = take(path)
    assert (intake.runs[0].start, intake.runs[0].work.requests) == (None, 2)
    assert intake.notes[0][1].message == "some times have an offset and some have none: the window is left out"


@pytest.mark.parametrize("name", FIXTURE)
def test_damaged_bytes_never_end_in_a_traceback(tmp_path, name):
    damaged(tmp_path / "log.txt", FIXTURE[name], "llm-trace")


#: requests, tokens in, tokens out
EXPECTED = {
    "azure_llm_2023_code.csv": (8819, 18059974, 245896),
    "mooncake_synthetic_trace.jsonl": (3993, 61194628, 595432),
}


@real
@pytest.mark.parametrize("name", EXPECTED)
def test_real_traces(name):
    intake = take(REAL / "traces" / name)
    assert not intake.faults
    assert of(intake) == [("inference", *EXPECTED[name])]


@real
def test_no_other_file_is_claimed():
    claimed_alone("llm-trace", "traces/azure_llm_2023_code.csv", "traces/mooncake_synthetic_trace.jsonl")
