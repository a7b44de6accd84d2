"""SLURM seff: hours without a date, GPUs that it does not state, and a core-walltime that must fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import NOW
from intake_messages import messages
from slurm_battery import changed_cells, cut_lines, silent
from test_formats import take

import lca
from lca.ingest import formats
from lca.ingest.formats import Found
from lca.ingest.log import Log

JOB = """Job ID: 123
Cluster: alpha
User/Group: jdoe/ml
State: COMPLETED (exit code 0)
Nodes: 2
Cores per node: 24
CPU Utilized: 1-12:00:00
CPU Efficiency: 37.50% of 4-00:00:00 core-walltime
Job Wall-clock time: 02:00:00
Memory Utilized: 10.00 GB
Memory Efficiency: 10.00% of 100.00 GB
"""


def log(tmp_path, text):
    path = tmp_path / "seff.txt"
    path.write_text(text)
    return path


def test_hours_of_a_job(tmp_path):
    path = log(tmp_path, JOB)
    intake = take(path)
    [run] = intake.runs
    assert (run.id, run.status, run.duration.value, run.start) == ("alpha-123", "completed", 2, None)
    assert run.ext == {"cores": "48", "nodes": "2", "gpus": "not stated"}
    assert messages(intake, "gpus-not-stated") == [
        f"{path} does not state the resources of its job; GPUs, if it had any, are not counted"
    ]
    assert not messages(intake, "lines-not-used")


def test_a_rule_states_the_gpus(tmp_path):
    rules = [{"gpu": "NVIDIA A100-SXM4-40GB", "count": 4, "location": {"country": "DE"}}]
    a = lca.assess(str(log(tmp_path, JOB)), profile={"id": "p", "assign": rules}, now=NOW)
    assert a.total("device_hours")["value"] == pytest.approx(8)  # 2 h x 4 GPUs
    assert "jdoe" not in str(a.as_dict())


def test_several_jobs_an_array_and_one_that_waits(tmp_path):
    array = JOB.replace("Job ID: 123\n", "Job ID: 130\nArray Job ID: 125_4\n")
    waits = "Job ID: 140\nCluster: alpha\nUser/Group: jdoe/ml\nState: PENDING\nCores: 1\nEfficiency not available for jobs in the PENDING state.\n"
    path = log(tmp_path, f"{JOB}\n{array}\n{waits}")
    intake = take(path)
    assert [r.id for r in intake.runs] == ["alpha-123", "alpha-125_4"]
    assert messages(intake, "rows-left-out") == [f"one job in {path} had not started, so it used nothing"]
    assert not intake.faults
    ids = [f.identity for f in formats.adapters()["seff"].read(Log(str(path))) if isinstance(f, Found)]
    assert ids == ["slurm:alpha-123", "slurm:alpha-125_4"]


def test_a_job_that_runs(tmp_path):
    text = (
        JOB.replace("COMPLETED (exit code 0)", "RUNNING")
        + "WARNING: Efficiency statistics may be misleading for RUNNING jobs.\n"
    )
    intake = take(log(tmp_path, text))
    assert [(r.status, r.duration.value) for r in intake.runs] == [("running", 2)]
    assert not messages(intake, "lines-not-used")


def test_cores_per_node_are_rounded_down(tmp_path):
    text = JOB.replace("Cores per node: 24", "Cores per node: 23")  # 47 cores on two nodes: 94 h
    assert len(take(log(tmp_path, text.replace("4-00:00:00", "3-22:00:00"))).runs) == 1


FAULTS = {
    "time": (JOB.replace("time: 02:00:00", "time: 20:00:00"), "Job Wall-clock time: times 48 cores it is not the core-walltime, 4-00:00:00 (found 20:00:00)", "the output of seff"),
    "id": (JOB.replace("Job ID: 123", "Job ID: 12a"), "Job ID: not the id of a job (found 12a)", "the output of seff"),
    "cores": (JOB.replace("node: 24", "node: -24"), "Cores per node: below 0 (found -24)", "the output of seff"),
    "nodes": (JOB.replace("Nodes: 2\n", ""), "Nodes: it is not stated", "the output of seff"),
    "twice": (JOB + "State: FAILED\n", "State: another value of it stands below (found COMPLETED (exit code 0))", "the output of seff"),
    "state": (JOB.replace("COMPLETED", "DONE"), "State: not a state of SLURM (found DONE (exit code 0))", "the row from its source"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_job_that_cannot_be_read_is_set_aside(tmp_path, name):
    text, why, what = FAULTS[name]
    path = log(tmp_path, text)
    assert [str(f) for f in take(path).faults] == [f"{path}: row 1: {why}. Restore {what}."]


def test_lines_of_another_kind_are_told(tmp_path):
    path = log(tmp_path, f"$ seff 123\n{JOB}GPU Utilized: 80.00%\n")
    assert messages(take(path), "lines-not-used") == [
        f"2 lines of {path}, from row 1 on, are in no form that the format has; they were not used"
    ]


def test_no_corruption_goes_without_a_word(tmp_path):
    """But for the name of the cluster, and for ids of which a part is an id."""
    lines = JOB.splitlines()
    changes = [*changed_cells(lines, ": ", 0), *cut_lines(lines, 0)]
    kept = [
        c
        for c in changes
        if "row 2, cell 2," not in c[0] and c[0] not in ("row 1, cell 2, corruption 7", "row 1 cut", "row 2 cut")
    ]
    assert len(kept) > 100
    assert silent(tmp_path / "seff.txt", JOB, kept) == []


def test_the_fixture_is_accounted_for():
    read = Log(str(Path(__file__).parent / "fixtures" / "seff" / "jobs.txt"))
    list(formats.adapters()["seff"].read(read))
    assert (read.account.rest, read.account.total) == (0, 3 + 2 * 4 + 2)
