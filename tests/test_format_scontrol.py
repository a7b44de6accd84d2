"""SLURM scontrol show job: blocks, one line for each job, JSON; what is told where a job says less than it used."""

from __future__ import annotations

import json
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

JOB = """JobId=123 JobName=fit lr=0.1 RunTime
   UserId=jdoe(1001) GroupId=ml(100) MCS_label=N/A
   JobState=COMPLETED Reason=None Dependency=(null)
   Requeue=1 Restarts=0 BatchFlag=1
   RunTime=1-02:00:00 TimeLimit=2-00:00:00 TimeMin=N/A
   StartTime=2025-03-01T08:00:00 EndTime=2025-03-02T10:00:00 Deadline=N/A
   Partition=gpu AllocNode:Sid=login1:4242
   NodeList=gpu[01-02]
   NumNodes=2 NumCPUs=64 NumTasks=2
   ReqTRES=cpu=64,mem=512G,node=2,billing=64,gres/gpu=8
   AllocTRES=cpu=64,mem=512G,node=2,billing=64,gres/gpu=8,gres/gpu:a100=8
   Command=/home/jdoe/train.sh
"""


def log(tmp_path, text, name="job.txt"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_a_job_that_has_ended(tmp_path):
    intake = take(log(tmp_path, JOB))
    [run] = intake.runs
    assert (run.id, run.status, run.duration.value) == ("123", "completed", 26)
    assert [(d.model, d.count) for d in run.devices] == [("a100", 8)]
    assert (run.start.isoformat(), run.end.isoformat()) == ("2025-03-01T08:00:00", "2025-03-02T10:00:00")
    assert run.ext == {"cores": "64", "nodes": "2"}
    assert {n.code for _, n in intake.notes} == {"system-assumed", "stage-assumed"}
    assert "jdoe" not in json.dumps(lca.assess(str(tmp_path / "job.txt"), now=NOW).as_dict())


def test_one_line_for_each_job(tmp_path):
    line = " ".join(JOB.split())
    path = log(tmp_path, f"{line}\n{line.replace('JobId=123', 'JobId=124').replace('COMPLETED', 'FAILED')}\n")
    assert [(r.id, r.status, r.duration.value) for r in take(path).runs] == [
        ("123", "completed", 26),
        ("124", "failed", 26),
    ]


def test_the_end_of_a_job_that_runs_is_that_of_its_time_limit(tmp_path):
    path = log(tmp_path, JOB.replace("COMPLETED", "RUNNING").replace("RunTime=1-02:00:00", "RunTime=00:45:00"))
    [run] = take(path).runs
    assert (run.status, run.end, run.duration.value) == ("running", None, 0.75)


def test_a_job_that_waits_has_an_estimated_start(tmp_path):
    path = log(tmp_path, JOB.replace("COMPLETED", "PENDING").replace("RunTime=1-02:00:00", "RunTime=00:00:00"))
    intake = take(path)
    assert (intake.runs, intake.faults) == ([], [])
    assert messages(intake, "rows-left-out") == [f"one job in {path} had not started, so it used nothing"]


@pytest.mark.parametrize(
    ("keys", "id"),
    [("JobId=125 ArrayJobId=120 ArrayTaskId=4", "120_4"), ("JobId=125 HetJobId=124 HetJobOffset=1", "124+1"),
     ("JobId=125 PackJobId=124 PackJobOffset=0", "124+0")],
)  # fmt: skip
def test_ids_are_those_of_sacct(tmp_path, keys, id):
    path = log(tmp_path, JOB.replace("JobId=123", keys))
    [found] = [f for f in formats.adapters()["scontrol"].read(Log(str(path))) if isinstance(f, Found)]
    assert (found.record["id"], found.identity) == (id, f"slurm:{id}")


def test_earlier_starts_of_a_job_are_not_in_the_output(tmp_path):
    path = log(tmp_path, JOB.replace("Restarts=0", "Restarts=2"))
    assert messages(take(path), "rows-left-out") == [
        "the job has started 2 times before: the hours of those starts are not in the output"
    ]


@pytest.mark.parametrize(
    ("asked", "devices"),
    [("TresPerNode=gres:gpu:a100:4", [("a100", 8)]), ("TresPerNode=gres/gpu:4", [(None, 8)]), ("TresPerJob=gres:gpu:6", [(None, 6)]),
     ("Gres=gpu:v100:2", [("v100", 4)]), ("TresPerNode=gres:nic:1", [])],
)  # fmt: skip
def test_gpus_that_the_site_does_not_account_for_are_those_asked_for(tmp_path, asked, devices):
    text = JOB.replace(",gres/gpu=8,gres/gpu:a100=8", "").replace(",gres/gpu=8", "")
    path = log(tmp_path, f"{text}   {asked}\n")
    intake = take(path)
    assert [(d.model, d.count) for d in intake.runs[0].devices] == devices
    assert messages(intake, "gpus-not-stated") == [
        f"{path}: row 1 states requested, not allocated resources; the requested ones are counted"
    ] * bool(devices)


FAULTS = {
    "twice": (JOB + "   JobState=FAILED\n", "JobState: the job states COMPLETED before (found FAILED)"),
    "id": (JOB.replace("JobId=123", "JobId=12a"), "JobId: not the id of a job (found 12a)"),
    "task": (JOB.replace("JobId=123", "JobId=123 ArrayTaskId=7"), "ArrayTaskId: an array is stated without its task, or the task without its array"),
    "asked": (JOB + "   TresPerNode=gpu\n", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_job_that_cannot_be_read_is_set_aside(tmp_path, name):
    text, why = FAULTS[name]
    path = log(tmp_path, text)
    faults = [str(f) for f in take(path).faults]
    assert faults == ([f"{path}: row 1: {why}. Restore the output."] if why else [])


def test_lines_that_are_of_no_job_are_told(tmp_path):
    path = log(tmp_path, f"$ scontrol show job 123\n{JOB}\nslurm_load_jobs error: Invalid job id specified\n")
    intake = take(path)
    assert len(intake.runs) == 1
    assert messages(intake, "lines-not-used") == [
        f"2 lines of {path}, from row 1 on, are in no form that the format has; they were not used"
    ]


def document(**changes):
    number = lambda value: {"set": True, "infinite": False, "number": value}  # noqa: E731
    job = {
        "job_id": 123, "cluster": "alpha", "name": "fit", "user_name": "jdoe", "job_state": ["COMPLETED"], "nodes": "gpu07",
        "start_time": number(1740816000), "end_time": number(1740823200), "array_job_id": number(0),
        "array_task_id": {"set": False, "infinite": False, "number": 0}, "cpus": number(8), "node_count": number(1),
        "tres_alloc_str": "cpu=8,mem=64G,node=1,billing=8,gres/gpu=2,gres/gpu:a100=2",
    } | changes  # fmt: skip
    return json.dumps({"jobs": [job], "meta": {"slurm": {"release": "24.05.1"}}})


def test_json(tmp_path):
    [run] = take(log(tmp_path, document(), "jobs.json")).runs
    assert (run.id, run.start.isoformat(), run.end.isoformat()) == (
        "alpha-123",
        "2025-03-01T08:00:00+00:00",
        "2025-03-01T10:00:00+00:00",
    )
    assert [(d.model, d.count) for d in run.devices] == [("a100", 2)]
    assert run.provenance.producer_version == "24.05.1"
    array = {"array_job_id": 120, "array_task_id": {"set": True, "infinite": False, "number": 4}}
    assert take(log(tmp_path, document(**array), "jobs.json")).runs[0].id == "alpha-120_4"


def test_json_of_a_job_that_runs_states_no_hours(tmp_path):
    path = log(tmp_path, document(job_state="RUNNING"), "jobs.json")
    [fault] = take(path).faults
    assert fault.problem == "neither Elapsed nor Start and End is stated, so the hours are unknown"


@pytest.mark.parametrize(
    "changes", [{"start_time": None}, {"job_state": []}, {"tres_alloc_str": 5}, {"job_id": "x"}, {"start_time": 1e300}]
)
def test_json_of_another_shape_is_set_aside(tmp_path, changes):
    path = log(tmp_path, document(**changes), "jobs.json")
    intake = take(path)
    assert not intake.runs
    assert [(f.problem, f.remedy) for f in intake.faults] == [
        ("not a job as scontrol show job --json writes it", "Write the file again.")
    ]


def test_no_corruption_goes_without_a_word(tmp_path):
    """But for names of types, which another catalogue may know; the fixture's other file has GPUs that were asked for by one key alone."""
    lines = JOB.splitlines()
    changes = [*changed_cells(lines, " ", 0), *cut_lines(lines, 0)]
    assert len(changes) > 300
    assert silent(tmp_path / "job.txt", JOB, changes) == []


def test_the_fixture_is_accounted_for():
    folder = Path(__file__).parent / "fixtures" / "scontrol"
    for path in sorted(folder.iterdir()):
        read = Log(str(path))
        list(formats.adapters()["scontrol"].read(read))
        assert (read.account.rest, read.account.is_kept) == (0, True), path.name
