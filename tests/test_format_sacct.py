"""SLURM accounting: jobs and steps, GPUs counted once, energy without boundary, files without header, JSON."""

from __future__ import annotations

import json

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca
from lca.ingest.slurm.tres import devices_of

HEAD = "JobID|State|Start|End|Elapsed|AllocTRES|ConsumedEnergyRaw\n"
JOB = "7|COMPLETED|2025-03-01T08:00:00|2025-03-01T10:00:00|02:00:00|cpu=8,gres/gpu=2,gres/gpu:a100=2,node=1|7200000\n"


def log(tmp_path, text, name="sacct.txt"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_an_energy_is_used_once_the_boundary_is_stated(tmp_path):
    path = log(tmp_path, HEAD + JOB)
    a = lca.assess(str(path), now=NOW)
    assert [f.message for f in findings(a, "boundary-not-stated")] == [
        "the file does not state the measurement boundary of its energy; the energy was not used"
    ]
    rules = [{"energy_boundary": "node", "gpu": "never", "time_zone": "Europe/Paris", "location": {"country": "FR"}}]
    a = lca.assess(str(path), profile={"id": "p", "assign": rules}, now=NOW)
    run = a.intake.runs[0]
    assert (run.energy[0].boundary, run.energy[0].method, run.devices[0].model) == ("node", "scheduler", "a100")
    assert a.total("it_energy")["value"] == pytest.approx(2.0)
    assert run.start.isoformat() == "2025-03-01T08:00:00+01:00"
    assert not findings(a, "timezone-assumed")
    assert {f.field for f in findings(a, "assigned")} == {"location", "energy", "start"}


@pytest.mark.parametrize(
    ("tres", "told"),
    [
        ({"gres/gpu": "1", "gres/gpu:a100": "1"}, [("a100", 1)]),
        ({"gres/gpu": "1"}, [(None, 1)]),
        ({"gres/gpu": "4", "gres/gpu:a100": "1"}, [("a100", 1), (None, 3)]),
        ({"cpu": "4"}, []),
        ({"gres/gpu:nvidia_h100": "8", "gres/gpumem": "80"}, [("nvidia_h100", 8)]),
    ],
)
def test_gpus_are_counted_once(tres, told):
    assert [(d.get("model"), d["count"]) for d in devices_of(tres)] == told


@pytest.mark.parametrize(
    ("tres", "told"),
    [
        ({"gres/gpu": "x"}, "a number of GPUs that is no whole number of at least 0"),
        ({"gres/gpu:a100": "-2"}, "a number of GPUs that is no whole number of at least 0"),
        ({"gres/gpu": "1", "gres/gpu:a100": "2"}, "fewer GPUs than those of its types"),
    ],
)
def test_a_number_of_gpus_that_is_none_is_never_0(tres, told):
    with pytest.raises(ValueError, match=told):
        devices_of(tres)


FAULTS = {
    "torn": ("7|COMPLETED|2025\n", "row 2: the other rows have 7 (found 3 cells). Restore the row from its source."),
    "elapsed": (JOB.replace("02:00:00|", "two hours|"), "row 2: Elapsed: not a time (found two hours). Restore the row from its source."),
    "order": (JOB.replace("|2025-03-01T10", "|2025-02-01T10"),
              "row 2: End: it lies before Start, 2025-03-01T08:00:00 (found 2025-02-01T10:00:00). Correct the times."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path, name):
    row, told = FAULTS[name]
    path = log(tmp_path, HEAD + row + JOB.replace("7|", "8|", 1))
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}: {told}"]
    assert [r.id for r in intake.runs] == ["8"]


def test_jobs_without_time_are_one_fault_that_counts_them(tmp_path):
    path = log(
        tmp_path, "JobID|State|AllocTRES\n7|COMPLETED|cpu=1\n7.batch|COMPLETED|cpu=1\n8|FAILED|cpu=1\n9|PENDING|\n"
    )
    intake = take(path)
    assert [str(f) for f in intake.faults] == [
        f"{path}: neither Elapsed nor Start and End is stated, so the hours are unknown (found 2 jobs from row 2). "
        "Export it with sacct --format=JobID,State,Start,End,Elapsed,AllocTRES,NodeList,ConsumedEnergyRaw -P."
    ]
    assert intake.inputs[0].quarantined == 2
    assert [n.message for _, n in intake.notes] == [
        f"one step in {path} repeats the time and energy of its job; it was left out",
        f"one job in {path} had not started, so it used nothing",
    ]


def test_labels_choose_the_rule_and_are_not_shown(tmp_path):
    head = HEAD.replace("JobID|", "JobID|JobName|Partition|User|WorkDir|")
    path = log(
        tmp_path,
        head
        + JOB.replace("7|", "7|llama-3|gpu|jdoe|/home/jdoe|", 1)
        + JOB.replace("7|", "8|prep|cpu|jdoe|/home/jdoe|", 1),
    )
    rules = [{"where": {"job": "llama-*"}, "system": "Llama"}, {"where": {"partition": "cpu"}, "stage": "data"}]
    a = lca.assess(str(path), profile={"id": "p", "assign": rules}, now=NOW)
    assert [(r.system.name, r.stage) for r in a.intake.runs] == [("Llama", "training"), ("sacct", "data")]
    assert "jdoe" not in json.dumps(a.as_dict())


def test_cores_alone_become_processors_where_the_site_says_which(tmp_path):
    path = log(tmp_path, HEAD + JOB.replace("gres/gpu=2,gres/gpu:a100=2,", "").replace("cpu=8", "cpu=48"))
    rules = [{"cpu": "Xeon Gold 6226R", "cpu_cores": 32}]
    [run] = lca.assess(str(path), profile={"id": "p", "assign": rules}, now=NOW).intake.runs
    [device] = run.devices
    assert (device.model, device.kind, device.count, device.share.value) == ("Xeon Gold 6226R", "cpu", 2, 0.75)


def document(**changes):
    job = {
        "job_id": 7, "cluster": "hpc", "name": "llama", "user": "jdoe", "state": {"current": ["COMPLETED"]},
        "time": {"start": 1740816000, "end": 1740823200, "elapsed": 7200},
        "tres": {"allocated": [{"type": "cpu", "name": "", "count": 8}, {"type": "gres", "name": "gpu:a100", "count": 2},
                               {"type": "gres", "name": "gpu", "count": 2}, {"type": "energy", "name": "", "count": 7200000}]},
        "steps": [{"statistics": {"energy": {"consumed": {"set": True, "infinite": False, "number": 7100000}}}}],
    } | changes  # fmt: skip
    return json.dumps({"meta": {"slurm": {"release": "23.11.4"}}, "jobs": [job]})


def test_json_of_the_data_parser(tmp_path):
    path = log(tmp_path, document(), "jobs.json")
    rules = [{"energy_boundary": "node"}]
    a = lca.assess(str(path), profile={"id": "p", "assign": rules}, now=NOW)
    [run] = a.intake.runs
    assert (run.id, run.status, run.start.isoformat(), run.end.isoformat()) == (
        "hpc-7", "completed", "2025-03-01T08:00:00+00:00", "2025-03-01T10:00:00+00:00")  # fmt: skip
    assert [(d.model, d.count) for d in run.devices] == [("a100", 2)]
    assert run.energy[0].value.value == pytest.approx(2.0)
    assert run.provenance.producer_version == "23.11.4"
    assert findings(a, "steps-left-out")
    assert "jdoe" not in json.dumps(a.as_dict())


def test_json_whose_steps_alone_have_an_energy(tmp_path):
    tres = {"allocated": [{"type": "energy", "count": 18446744073709551614}]}
    a = lca.assess(str(log(tmp_path, document(tres=tres), "jobs.json")), now=NOW)
    assert [f.message for f in findings(a, "no-energy")] == [
        "only its steps state an energy; steps on one node measure the same node, so their energy was not used"
    ]


@pytest.mark.parametrize(
    "changes", [{"time": None}, {"state": []}, {"tres": 5}, {"time": {"start": 1e300, "end": 2e300}}, {"job_id": [1]}]
)
def test_json_of_another_shape_is_set_aside(tmp_path, changes):
    intake = take(log(tmp_path, document(**changes), "jobs.json"))
    assert len(intake.runs) + len(intake.faults) == 1


@real
def test_real_files():
    runs = take(REAL / "slurm" / "greenalgorithms_raw.txt").runs
    assert [(r.id, [d.count for d in r.devices], r.duration.value) for r in runs] == [
        ("556141", [], pytest.approx(4 + 25 / 3600)), ("552375", [1], pytest.approx(3 + 30 / 3600))]  # fmt: skip
    assert "/job/path" not in str(runs)
    intake = take(REAL / "slurm" / "osc_sacct_default.txt")
    assert (len(intake.runs), intake.faults[0].count) == (0, 75)
    a = lca.assess(str(REAL / "slurm" / "sonar_headerless_completed.txt"), now=NOW)
    assert len(a.intake.runs) == 29
    assert [round(r.duration.value * 3600) for r in a.intake.runs[:2]] == [7164, 4881]
    assert findings(a, "columns-inferred")
    assert findings(a, "steps-left-out")
