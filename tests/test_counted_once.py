"""What is counted once of several: one machine measured by several trackers, tasks beside their run, equal files."""

from __future__ import annotations

from itertools import pairwise

import pytest
from conftest import NOW, findings
from hypothesis import given
from hypothesis import strategies as st

import lca
from lca.ingest.keys.machines import Window, shared

HEADER = (
    "timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_iso_code,os,cpu_count,"
    "cpu_model,gpu_count,gpu_model,ram_total_size,tracking_mode,task_name\n"
)


def row(end, seconds, kwh, run, mode="machine", task="", gpu=0.5, ram="64"):
    return (
        f"2024-03-01T{end},Tiny,{run},{seconds},0.01,{kwh * (0.75 - gpu)},{kwh * gpu},{kwh / 4},{kwh},FRA,Linux,32,Xeon,1,"
        f"1 x NVIDIA A100-SXM4-40GB,{ram},{mode},{task}\n"
    )


def assess(tmp_path, *rows, **options):
    (tmp_path / "emissions.csv").write_text(HEADER + "".join(rows))
    return lca.assess(str(tmp_path), now=NOW, **options)


def test_two_trackers_of_one_machine_share_its_energy(tmp_path):
    a = assess(tmp_path, row("11:00:00", 3600, 1.0, "a"), row("11:30:00", 3600, 1.0, "b"))
    assert a.total("it_energy")["value"] == pytest.approx(1.5)
    assert [r.energy[0].value.value for r in a.intake.runs] == pytest.approx([0.75, 0.75])
    assert a.total("device_hours")["value"] == pytest.approx(1.5)
    assert [f.message for f in findings(a, "overlap-same-host")] == [
        "its energy, 1.0 kWh, is that of the whole machine, which b measured over the same time: the energy of that time counts once and is "
        "shared evenly among the runs tracked in it, 0.75 of this value to this run",
        "its energy, 1.0 kWh, is that of the whole machine, which a measured over the same time: the energy of that time counts once and is "
        "shared evenly among the runs tracked in it, 0.75 of this value to this run",
    ]  # fmt: skip
    assert not findings(a, "identity-mismatch")


@pytest.mark.parametrize(
    "rows",
    [
        (row("11:00:00", 3600, 1.0, "a"), row("12:00:00", 3600, 1.0, "b")),  # one after the other
        (row("11:00:00", 3600, 1.0, "a", ram="64"), row("11:00:00", 3600, 1.0, "b", ram="128")),  # other hardware
        (row("11:00:00", 3600, 1.0, "a", "process"), row("11:00:00", 3600, 1.0, "b", "process")),
        (row("11:00:00", 3600, 1.2, "a"), row("11:00:00", 3600, 0.8, "b")),  # powers of two machines
    ],
)
def test_what_is_not_shared(tmp_path, rows):
    a = assess(tmp_path, *rows)
    assert a.total("it_energy")["value"] == pytest.approx(2.0)
    assert not findings(a, "overlap-same-host")


def test_equal_machines_that_were_several(tmp_path):
    rows = row("11:00:00", 3600, 1.0, "a"), row("11:00:00", 3600, 1.0, "b")
    a = assess(tmp_path, *rows, profile={"id": "p", "assign": [{"separate_hosts": True}]})
    assert a.total("it_energy")["value"] == pytest.approx(2.0)


def test_tasks_beside_their_run_are_parts_of_it(tmp_path):
    (tmp_path / "emissions_x_a.csv").write_text(
        HEADER + row("10:30:00", 1800, 0.4, "a", task="load") + row("11:00:00", 1800, 0.6, "a", task="train")
    )
    a = assess(tmp_path, row("11:00:00", 3600, 1.0, "a"))
    assert [(r.id, r.energy[0].value.value) for r in a.intake.runs] == [("a", 1.0)]
    assert [(f.run, f.message) for f in findings(a, "part-of-run")] == [
        ("a", "2 records are parts of this run and were not added to it")
    ]


def test_tasks_alone_count(tmp_path):
    a = assess(tmp_path, row("10:30:00", 1800, 0.4, "a", task="load"), row("11:00:00", 1800, 0.6, "a", task="train"))
    assert [r.id for r in a.intake.runs] == ["a/load", "a/train"]
    assert a.total("it_energy")["value"] == pytest.approx(1.0)


def test_rows_without_an_id_that_overlap_are_told(tmp_path):
    a = assess(tmp_path, row("11:00:00", 3600, 1.0, ""), row("11:30:00", 3600, 1.0, ""), row("15:00:00", 60, 0.01, ""))
    assert a.total("it_energy")["value"] == pytest.approx(2.01)
    told = findings(a, "overlap-same-host")
    assert [f.message for f in told] == [
        "the row has no run id and overlaps another row; both count, although they may belong to one run"
    ] * 2


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(1, 1000), st.floats(0.1, 10)), min_size=2, max_size=8))
def test_what_is_shared_is_the_energy_of_the_time_covered(windows):
    held = [Window(n, str(n), b, b + d, p * d) for n, (b, d, p) in enumerate(windows)]
    shares = shared(held)
    kept = sum(w.energy * (shares[w.number].energy if w.number in shares else 1.0) for w in held)
    edges = sorted({t for w in held for t in (w.begin, w.end)})
    used = 0.0
    for begin, end in pairwise(edges):
        powers = [w.power for w in held if w.begin <= begin and w.end >= end]
        used += (end - begin) * sum(powers) / len(powers) if powers else 0.0
    assert kept == pytest.approx(used)
    assert all(0 < s.time <= 1 for s in shares.values())


SMI = "timestamp, name, power.draw [W]\n" + "".join(
    f"2024/03/01 10:{m:02}:00.000, NVIDIA A100-SXM4-40GB, 300.00 W\n" for m in range(60)
)
JOB = "JobID|State|Start|End|Elapsed|AllocTRES\n7|COMPLETED|2024-03-01T10:00:00|2024-03-01T11:00:00|01:00:00|gres/gpu:a100=1\n"


def test_files_of_one_job_are_told_and_joined_by_a_rule(tmp_path):
    (tmp_path / "smi.csv").write_text(SMI)
    (tmp_path / "jobs.txt").write_text(JOB.replace("a100", "nvidia_a100-sxm4-40gb"))
    a = lca.assess(str(tmp_path), now=NOW)
    assert len(a.intake.runs) == 2
    told = findings(a, "possible-double-count")
    assert [(f.severity, f.run) for f in told] == [("warning", a.intake.runs[1].id)]
    assert told[0].message == (
        f"it ran on as many devices of the same kind as run 7 of {tmp_path}/jobs.txt, and 100 % of its time lies in that run's: "
        "if both are one piece of work, it counts twice"
    )
    rules = [{"match": "smi.csv", "run": "7"}]
    a = lca.assess(str(tmp_path), profile={"id": "p", "assign": rules}, now=NOW)
    [run] = a.intake.runs
    assert (run.id, [(e.boundary, e.method) for e in run.energy]) == ("7", [("accelerator", "integrated")])
    assert a.total("device_hours")["value"] == pytest.approx(1.0)
    assert [f.message for f in findings(a, "part-of-run")] == [
        f"one record of {tmp_path}/smi.csv is laid to this run by a rule and gives 0.295 kWh (accelerator)"
    ]
    assert not findings(a, "possible-double-count")


def test_a_rule_that_names_a_run_that_is_not_there(tmp_path):
    (tmp_path / "smi.csv").write_text(SMI)
    a = lca.assess(str(tmp_path), profile={"id": "p", "assign": [{"run": "8"}]}, now=NOW)
    assert len(a.intake.runs) == 1
    assert [(f.severity, f.message) for f in findings(a, "part-of-run")] == [
        ("warning", "no run 8 is there, to which a rule lays it: it counts by itself")
    ]


def test_samples_of_several_gpus_beside_their_job_are_told(tmp_path):
    rows = "".join(
        f"2024/03/01 10:{m:02}:00.000, {g}, NVIDIA A100-SXM4-40GB, 300.00 W\n" for m in range(60) for g in range(4)
    )
    (tmp_path / "smi.csv").write_text("timestamp, index, name, power.draw [W]\n" + rows)
    (tmp_path / "jobs.txt").write_text(JOB.replace("gres/gpu:a100=1", "gres/gpu:a100=4"))
    [told] = findings(lca.assess(str(tmp_path), now=NOW), "possible-double-count")
    assert told.run.endswith("gpu0")
    a = lca.assess(str(tmp_path), profile={"id": "p", "assign": [{"match": "smi.csv", "run": "7"}]}, now=NOW)
    [run] = a.intake.runs
    assert (run.energy[0].value.value, run.devices[0].count) == (pytest.approx(4 * 0.3 * 59 / 60), 4)
    assert [f.message for f in findings(a, "part-of-run")] == [
        f"4 records, added up, of {tmp_path}/smi.csv are laid to this run by a rule and give 1.18 kWh (accelerator)"
    ]


BILL = (
    "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,"
    "lineItem/ResourceId,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,product/instanceType,product/region,pricing/unit\n"
    "Usage,2024-03-01T00:00:00Z,2024-04-01T00:00:00Z,AmazonEC2,EU-BoxUsage:p4d.24xlarge,RunInstances,i-0123456789abcdef0,10,USD,300,"
    "p4d.24xlarge,eu-west-3,Hrs\n"
)


@pytest.mark.parametrize(("country", "told"), [("FRA", True), ("DEU", False)])
def test_a_bill_beside_a_tracker_of_the_same_devices_is_told(tmp_path, country, told):
    (tmp_path / "bill.csv").write_text(BILL)
    a = assess(tmp_path, row("11:00:00", 3600, 3.0, "a").replace("FRA", country).replace("1 x NVIDIA", "8 x NVIDIA"))
    assert len(a.intake.runs) == 2
    expected = [
        f"the bill {tmp_path}/bill.csv charges 80 device hours of a100-sxm4-40, and {tmp_path}/emissions.csv holds 8 device hours of the "
        "same devices in the same country within that time: if both are of the same machines, they count twice"
    ]
    assert [f.message for f in findings(a, "possible-double-count")] == (expected if told else [])
