"""SLURM squeue: jobs that run have used what they have used until then; jobs that wait have used nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_messages import messages
from slurm_battery import changed_cells, cut_lines, silent
from test_formats import take

from lca.ingest import formats
from lca.ingest.log import Log

TABLE = """             JOBID PARTITION     NAME     USER ST       TIME  NODES NODELIST(REASON)
     71010_[1-4%2]       gpu    sweep     jdoe PD       0:00      1 (Nodes required for job are DOWN, DRAINED)
             71001       gpu llama-pr     jdoe  R 1-02:30:00      1 gpu07
             71002       gpu  my eval     jdoe  R       5:00      2 gpu[08-09]
"""
BARS = "JOBID|NAME|STATE|TIME|NODES|TRES_PER_NODE\n71005|fit|RUNNING|2:00:00|2|gres/gpu:a100:4\n71006|fit|RUNNING|1:00:00|1|gres:gpu:2\n"


def log(tmp_path, text):
    path = tmp_path / "queue.txt"
    path.write_text(text)
    return path


def test_its_table(tmp_path):
    path = log(tmp_path, TABLE)
    intake = take(path)
    assert [(r.id, r.status, r.duration.value, r.ext["nodes"]) for r in intake.runs] == [
        ("71001", "running", 26.5, "1"), ("71002", "running", pytest.approx(5 / 60), "2"),
    ]  # fmt: skip
    assert messages(intake, "rows-left-out") == [f"one job in {path} had not started, so it used nothing"]
    assert messages(intake, "gpus-not-stated") == [
        f"{path} does not state the resources of its 2 jobs; GPUs, if they had any, are not counted"
    ]
    assert not intake.faults


def test_gpus_of_each_node_count_on_all_of_them(tmp_path):
    intake = take(log(tmp_path, BARS))
    assert [[(d.model, d.count) for d in r.devices] for r in intake.runs] == [[("a100", 8)], [(None, 2)]]


def test_the_end_of_a_job_that_runs_is_that_of_its_time_limit(tmp_path):
    text = "JOBID|STATE|TIME|START_TIME|END_TIME|TRES_ALLOC\n7|RUNNING|2:00:00|2025-03-01T08:00:00|2025-03-02T08:00:00|cpu=8,node=1,gres/gpu=2\n"
    [run] = take(log(tmp_path, text)).runs
    assert (run.start.isoformat(), run.end, run.duration.value, run.devices[0].count) == (
        "2025-03-01T08:00:00",
        None,
        2,
        2,
    )


def test_no_corruption_goes_without_a_word(tmp_path):
    """But for the type of GPU, names, and ids of which a part is an id."""
    lines = BARS.splitlines()
    changes = [
        c
        for c in [*changed_cells(lines, "|", 1), *cut_lines(lines, 1)]
        if "cell 1, corruption 7" not in c[0] and "cell 2," not in c[0]
    ]
    assert silent(tmp_path / "queue.txt", BARS, changes) == []


def test_the_fixture_is_accounted_for():
    for path in sorted((Path(__file__).parent / "fixtures" / "squeue").iterdir()):
        read = Log(str(path))
        list(formats.adapters()["squeue"].read(read))
        assert (read.account.rest, read.account.is_kept) == (0, True), path.name
