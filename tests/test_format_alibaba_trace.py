"""Traces of Alibaba: shares of GPUs, instances by day, requests for images."""

from __future__ import annotations

import pytest
from conftest import NOW, findings
from test_formats import take

import lca

DAYS = "day,instance_id,app_id,model_id,base_id,gpu_type,workload,gpu_count,gpu_hours\n0,i1,a,b_1,x,gpu_A,online,2,48\n1,i1,a,b_1,x,gpu_A,online,2,24.5\n0,i2,a,s_2,x,gpu_B,offline,1,x\n"
IMAGES = (
    "gmt_create,predict_type,predict_status,exec_time_seconds,groupId,num_images_per_prompt\n2024-11-15 16:57:50,TXT_2_IMG,SUCCEED,32,G0,2\n"
    "2024-11-15 17:57:50,TXT_2_IMG,SUCCEED,32,G0,1\n2024-11-15 17:58:50,TXT_2_IMG,PROCESSING,3,G0,1\n"
)


def test_instances_add_up_by_model_and_type(tmp_path):
    (tmp_path / "d.csv").write_text(DAYS)
    intake = take(tmp_path / "d.csv")
    [run] = intake.runs
    assert (run.system.name, run.stage, run.devices[0].model, run.devices[0].device_hours.value) == (
        "b_1",
        "inference",
        "gpu_A",
        72.5,
    )
    assert [str(f) for f in intake.faults] == [
        f"{tmp_path}/d.csv: row 4: gpu_hours: not a number of at least 0 (found x). Restore the row from its source."
    ]


def test_requests_for_images(tmp_path):
    (tmp_path / "r.csv").write_text(IMAGES)
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.work.requests, run.work.images, run.start.isoformat()) == (2, 3, "2024-11-15T16:57:50")
    assert [f.message for f in findings(a, "rows-left-out")] == [
        f"one row of {tmp_path}/r.csv used no GPU: never scheduled, without one, or not done"
    ]
    assert "G0" not in str(a.as_dict())


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("p,1,1,x,1000,,LS,Running,0,1,0\n", "num_gpu: not a number in its range (found x)."),
        ("p,1,1,1,2000,,LS,Running,0,1,0\n", "gpu_milli: not a number in its range (found 2000)."),
        ("p,1,1,1,1000,,LS,Running,0,1,5\n", "deletion_time: not a time after scheduled_time (found 1)."),
    ],
)
def test_a_pod_that_cannot_be_used_is_set_aside(tmp_path, row, told):
    head = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n"
    (tmp_path / "p.csv").write_text(head + row)
    assert [str(f) for f in take(tmp_path / "p.csv").faults] == [
        f"{tmp_path}/p.csv: row 2: {told} Restore the row from its source."
    ]
