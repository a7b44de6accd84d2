"""Tables of runs of MLflow and W&B, results of vLLM's throughput benchmark, and gpustat: what each gives, and what is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOW, findings, write
from test_formats import take

import lca

FIXTURES = Path(__file__).resolve().parent / "fixtures"


def told(path):
    """The faults of a file, without its path."""
    return [str(f).replace(str(path), "@") for f in take(path).faults]


# gpustat


ROUND = "host1  Mon Mar  2 10:{m:02}:00 2026  550.54.15\n[0] NVIDIA L4 | {cells} |  1000 / 23034 MB | ada(900M)\n"


def rounds(*cells):
    return "".join(ROUND.format(m=20 * n, cells=c) for n, c in enumerate(cells))


@pytest.mark.parametrize("cells", ["61°C,  97 %,  72 / 72 W", "61'C,  97 %,  72 W", " ??°C,  30 %,  97 %,  72 / ?? W"])
def test_each_way_in_which_gpustat_shows_power(tmp_path, cells):
    """72 W for 20 minutes."""
    [run] = take(write(tmp_path / "g.log", rounds(cells, cells))).runs
    assert run.energy[0].value.value == pytest.approx(0.024)
    assert (run.devices[0].model, run.devices[0].count) == ("NVIDIA L4", 1)


def test_gpustat_without_power_gives_its_use(tmp_path):
    """The fan stands before the use."""
    a = lca.assess(str(write(tmp_path / "g.log", rounds("61°C,  20 %,  80 %", "61°C,  20 %,  60 %"))), now=NOW)
    [run] = a.intake.runs
    assert (run.energy, run.devices[0].utilisation.value) == ([], pytest.approx(0.7))
    assert [f.message for f in findings(a, "utilisation-used")] == [
        "power was not recorded; the mean utilisation of each device was used to model it"
    ]


@pytest.mark.parametrize(
    "time", ["Mon 02 Mar 2026 10:{m:02}:00 AM UTC", "2026-03-02 10:{m:02}:00", "Mon 02 Mar 2026 10:{m:02}:00"]
)
def test_the_time_of_gpustat_in_other_locales(tmp_path, time):
    text = rounds("61°C,  97 %,  72 W", "61°C,  97 %,  72 W").replace("Mon Mar  2 10:00:00 2026", time.format(m=0))
    [run] = take(write(tmp_path / "g.log", text.replace("Mon Mar  2 10:20:00 2026", time.format(m=20)))).runs
    assert (run.end - run.start).total_seconds() == 1200


def test_colours_of_gpustat_are_seen_through(tmp_path):
    text = rounds("\x1b[31m61°C\x1b(B\x1b[m,  97 %,  \x1b[35m72\x1b[0m / 72 W", "61°C,  97 %,  72 / 72 W")
    assert take(write(tmp_path / "g.log", text)).runs[0].energy[0].value.value == pytest.approx(0.024)


def test_lines_of_gpustat_that_are_cut_are_told(tmp_path):
    text = rounds("61°C,  97 %,  72 W", "61°C,  97 %,  72 W", "61°C,  97 %,  abc")
    text = text.replace("host1  Mon Mar  2 10:20:00 2026  550.54.15", "host1  Mon Mar")
    path = write(tmp_path / "g.log", "[0] NVIDIA L4 | 61°C\n" + text)
    assert told(path) == [
        "@: row 1: not a whole line of gpustat (found [0] NVIDIA L4 | 61°C). Restore the row from its source.",
        "@: row 5: a GPU without the line of host and time before it (found [0] NVIDIA L4 | 61°C,  97 %,  72 W |  1000 / 23034 MB | ada(...). Restore the row from its source.",
        "@: row 7: neither a temperature, a share nor a power (found abc). Restore the row from its source.",
        "@: no energy follows from it (found 1 device at one time). Log with gpustat --json in a loop, or with gpustat -P -i 10.",
    ]


def test_one_round_of_gpustat_is_no_run(tmp_path):
    query = {"hostname": "h", "query_time": "2026-03-02T12:00:00", "gpus": [{"index": 0, "name": "NVIDIA L4", "power.draw": 50, "utilization.gpu": 5}]}  # fmt: skip
    assert told(write(tmp_path / "g.json", json.dumps(query, indent=4))) == [
        "@: no energy follows from it (found 1 device at one time). Log with gpustat --json in a loop, or with gpustat -P -i 10."
    ]


def test_json_of_gpustat_as_it_is_written(tmp_path):
    """Indented documents, one after the other; 100 W for an hour, of two GPUs of which one gives no power."""
    gpus = [
        {"index": n, "name": "NVIDIA L4", "utilization.gpu": 50, "memory.used": 1, "power.draw": w}
        for n, w in ((0, 100), (1, None))
    ]
    text = "".join(
        json.dumps({"hostname": "h", "query_time": f"2026-03-02T1{h}:00:00", "gpus": gpus}, indent=4) + "\n"
        for h in (0, 1)
    )
    first, second = take(write(tmp_path / "g.json", text)).runs
    assert first.energy[0].value.value == pytest.approx(0.1)
    assert (second.energy, second.devices[0].utilisation.value) == ([], 0.5)


# vLLM


RESULT = json.loads((FIXTURES / "vllm-throughput" / "result.json").read_text())


def test_a_throughput_benchmark_gives_time_and_requests(tmp_path):
    a = lca.assess(str(write(tmp_path / "r.json", RESULT)), now=NOW)
    [run] = a.intake.runs
    assert (run.stage, run.work.requests, run.work.tokens_in, run.work.tokens_out) == ("inference", 1000, None, None)
    assert run.duration.value == pytest.approx(120.5 / 3600)
    assert [f.message for f in findings(a, "cells-not-used")] == [
        "its 368400 tokens were not used: the benchmark does not say how many of them went in and how many out"
    ]
    assert [f.message for f in findings(a, "no-energy")] == [
        "the benchmark states work and time, and neither energy nor power"
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"elapsed_time": 0}, "elapsed_time: the result has no duration above 0 (found 0)"),
        ({"elapsed_time": "soon"}, "elapsed_time: not a number (found soon)"),
        ({"num_requests": 2000}, "requests_per_second: not the requests by the elapsed time (found 8.298755186721992)"),
    ],
)
def test_a_throughput_benchmark_that_contradicts_itself(tmp_path, change, message):
    assert told(write(tmp_path / "r.json", RESULT | change)) == [
        f"@: row 1: {message}. Restore the row from its source."
    ]


# tables of runs


def test_runs_that_mlflow_searched(tmp_path):
    intake = take(FIXTURES / "mlflow-runs")
    assert [(r.id[:4], r.status) for r in intake.runs] == [
        ("8c3f", "completed"), ("9d40", "cancelled"), ("5f0c", "completed"), ("6a1d", "failed"), ("7b2e", "running"),
    ]  # fmt: skip
    ended = [r for r in intake.runs if r.end or r.duration]
    assert [r.duration.value if r.duration else (r.end - r.start).total_seconds() / 3600 for r in ended] == [
        pytest.approx(h) for h in (1.5, 0.2, 2.5, 0.1)
    ]
    assert [n.message for _, n in intake.notes if n.code == "clock-fault"] == [
        "the table states no end_time of the run"
    ]


SEARCHED = "run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.system/gpu_0_power_usage_watts,tags.mlflow.parentRunId\n"


def test_a_parent_counts_once_and_its_parts_do_not(tmp_path):
    rows = "a,1,FINISHED,f,2026-03-02 10:00:00+00:00,2026-03-02 12:00:00+00:00,310.5,\n"
    rows += "b,1,FINISHED,f,2026-03-02 10:10:00+00:00,2026-03-02 11:00:00+00:00,,a\n"
    a = lca.assess(str(write(tmp_path / "runs.csv", SEARCHED + rows)), now=NOW)
    assert [r.id for r in a.intake.runs] == ["a"]
    assert len(findings(a, "part-of-run")) == 1
    assert [f.message for f in findings(a, "cells-not-used")] == [
        "the table holds the last sample of the power of each GPU and no others; give the folder mlruns or mlflow.db"
    ]


def test_rows_of_runs_that_are_torn_are_told(tmp_path):
    path = write(
        tmp_path / "runs.csv",
        SEARCHED
        + "a,1,FINISHED,f,yesterday,2026-03-02 12:00:00+00:00,,\n"
        + "b,1,FINISHED,f,2026-03-02 12:00:00+00:00,2026-03-02 11:00:00+00:00,,\n"
        + "c,1,FINISHED\n"
        + 'd,1,FINISHED,"f,2026-03-02 12:00:00+00:00,2026-03-02 13:00:00+00:00,,\n'
        + "e,1,FINISHED,f,2026-03-02 12:00:00+00:00,2026-03-02 13:00:00+00:00,,\n",
    )
    assert told(path) == [
        "@: row 2: start_time: not a time (found yesterday). Restore the row from its source.",
        "@: row 3: end_time: before start_time (found 2026-03-02 11:00:00+00:00). Restore the row from its source.",
        "@: rows 4 and 5: the header has 8 (found 3 cells, 4 cells). Restore the row from its source.",
    ]


def test_a_quote_that_is_not_closed_takes_in_no_row_unseen(tmp_path):
    head = (FIXTURES / "mlflow-runs" / "runs.csv").read_text()
    path = write(tmp_path / "runs.csv", head.replace('"tall, first"', '"tall, first'))
    assert told(path) == [
        "@: row 2: a quote that is not closed takes in the rows below. Restore the row from its source."
    ]


def test_runs_of_a_project_of_wandb(tmp_path):
    a = lca.assess(str(FIXTURES / "wandb-runs"), now=NOW)
    assert [(r.id, r.status, r.duration.value, [(d.model, d.count) for d in r.devices]) for r in a.intake.runs] == [
        ("a1b2c3d4", "completed", 2.0, [("NVIDIA A100-SXM4-80GB", 8)]),
        ("b2c3d4e5", "failed", pytest.approx(900.5 / 3600), [("NVIDIA L4", 1)]),
        ("c3d4e5f6", "running", pytest.approx(1 / 60), []),
    ]
    assert [(f.run, f.message) for f in findings(a, "gpus-not-stated")] == [
        ("c3d4e5f6", "the table does not state the number of GPUs of the run")
    ]


def test_a_number_of_gpus_that_is_none_sets_its_run_aside(tmp_path):
    text = (FIXTURES / "wandb-runs" / "export.csv").read_text().replace('"8"', '"8.5"')
    path = write(tmp_path / "export.csv", text)
    assert told(path) == ["@: row 2: GPU Count: not a whole number (found 8.5). Restore the row from its source."]


@pytest.mark.parametrize(
    ("folder", "name", "old", "new", "lacks"),
    [
        ("mlflow-runs", "runs.csv", "end_time", "finish", "mlflow-runs, but lacks the column end_time"),
        ("mlflow-runs", "page.csv", "Duration", "Took", "mlflow-runs, but lacks the column Duration"),
        ("wandb-runs", "export.csv", "Runtime", "Took", "wandb-runs, but lacks the column Runtime"),
        ("gpustat", "loop.jsonl", "query_time", "when", "gpustat, but lacks the key query_time"),
        ("vllm-throughput", "result.json", "elapsed_time", "took", "vllm-throughput, but lacks the key elapsed_time"),
    ],
)
def test_a_table_without_a_column_that_is_needed_says_so(tmp_path, folder, name, old, new, lacks):
    path = write(tmp_path / name, (FIXTURES / folder / name).read_text().replace(old, new))
    assert told(path)[0].startswith(f"@: in no format that lca knows; it is nearest to {lacks}. ")
