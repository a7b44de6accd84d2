"""OpenCost: hours of GPUs by container, idle GPUs, aggregates beside their containers, windows that overlap."""

from __future__ import annotations

import json

import pytest
from conftest import NOW
from test_format_focus import FIXTURES, claimed_alone, damaged
from test_formats import real, take

import lca

FIXTURE = (FIXTURES / "opencost" / "opencost.json").read_bytes()
LEAF = "lovelace-prod/gpu-node-ada-1/training/trainer-0/main"


def changed(tmp_path, change):
    made = json.loads(FIXTURE)
    change(made["data"])
    path = tmp_path / "allocation.json"
    path.write_text(json.dumps(made))
    return path


def hours(intake):
    return [(r.stage, r.start.isoformat()[:16], r.devices[0].device_hours.value) for r in intake.runs]


def test_hours_of_gpus_by_container(tmp_path):
    path = changed(tmp_path, lambda data: None)
    a = lca.assess(str(path), now=NOW)
    assert hours(a.intake) == [
        ("training", "2025-03-04T00:00", 96.0),
        ("training", "2025-03-04T10:00", 1.5),
        ("idle", "2025-03-04T00:00", 24.0),
        ("training", "2025-03-05T00:00", 48.0),
    ]
    assert [r.devices[0].model for r in a.intake.runs] == ["Tesla T4", None, None, None]
    assert (a.intake.runs[0].system.name, a.intake.runs[0].devices[0].kind, a.intake.runs[0].provenance.rows) == ("training", "gpu", 1)  # fmt: skip
    notes = [n.message.replace(str(path), "FILE") for _, n in a.intake.notes if n.code == "bill-rows-left-out"]
    assert notes == [
        "one row of FILE is left out: allocations without GPUs",
        "one row of FILE is left out: aggregates of the containers beside them",
        "one row of FILE is left out: storage that nothing mounts",
        "2.4 core hours of allocations without GPUs in FILE are left out",
    ]
    told = json.dumps(a.as_dict()).replace(str(tmp_path), "")
    assert not [w for w in ("lovelace", "gpu-node", "i-0ada", "trainer-0") if w in told]


def test_aggregates_alone_count(tmp_path):
    def change(data):
        data[:] = [{"training": data[0]["training"]}]

    assert hours(take(changed(tmp_path, change))) == [("training", "2025-03-04T00:00", 97.5)]


def test_no_gpus(tmp_path):
    def change(data):
        data[:] = [{LEAF: data[0][LEAF] | {"gpuHours": 0}}]

    path = changed(tmp_path, change)
    assert [str(f).replace(str(path), "FILE") for f in take(path).faults] == [
        "FILE: no allocation holds hours of GPUs: one row of FILE is left out: allocations without GPUs; "
        "48 core hours of allocations without GPUs in FILE are left out. Give allocations of a cluster with GPUs."
    ]


FAULTS = {
    "overlap": (lambda d: d[1][LEAF].update(start="2025-03-04T12:00:00Z"), 7, "start: before the end of an earlier window of the same name (found 2025-03-04T12:00:00+00:00). Give windows that do not overlap."),
    "hours": (lambda d: d[1][LEAF].update(gpuHours="two"), 7, "gpuHours: not a number of at least 0 (found two). Export the allocations again."),
    "negative": (lambda d: d[1][LEAF].update(gpuHours=-1), 7, "gpuHours: not a number of at least 0 (found -1). Export the allocations again."),
    "time": (lambda d: d[1][LEAF].update(start=[], window=3), 7, "start: not a time (found []). Export the allocations again."),
    "order": (lambda d: d[1][LEAF].update(end="2025-03-05T00:00:00Z"), 7, "end: not after start (found 2025-03-05T00:00:00Z). Export the allocations again."),
    "object": (lambda d: d[1].update({LEAF: 5}), 7, "not an object (found 5). Export the allocations again."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_an_allocation_that_cannot_be_used_is_set_aside(tmp_path, name):
    change, row, told = FAULTS[name]
    path = changed(tmp_path, change)
    intake = take(path)
    assert [str(f) for f in intake.faults] == [f"{path}: allocation {row}: {told}"]
    assert len(intake.runs) == 3


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    damaged(tmp_path / "log.json", FIXTURE, "opencost")


@real
def test_no_other_file_is_claimed():
    claimed_alone("opencost")
