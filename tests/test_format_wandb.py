"""Weights & Biases: metadata beside a log or alone, labels of shared mode, utilisation, several runs of one export."""

from __future__ import annotations

import json
import shutil

import pytest
from conftest import NOW, findings
from test_format_stores import EXIT, FIXTURES, OFFLINE, RUN, START, field, wandb_log
from test_formats import take

import lca


def metadata(folder, name="wandb-metadata.json", **fields):
    raw = json.loads((FIXTURES / "wandb-metadata" / "wandb-metadata.json").read_text()) | fields
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps({k: v for k, v in raw.items() if v is not None}))


def test_metadata_without_its_log(tmp_path):
    shutil.copytree(FIXTURES / "wandb-metadata", tmp_path / "files")
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.status, run.start.isoformat(), run.duration.value * 3600) == (
        "completed", "2026-03-02T08:00:00.250000+00:00", pytest.approx(5400.5))  # fmt: skip
    assert [(d.model, d.count) for d in run.devices] == [("NVIDIA L40S", 2)]
    assert [f.message for f in findings(a, "no-energy")] == [
        "metadata and summary of a run hold no power; its log is not among the files"
    ]
    assert not findings(a, "empty-log")
    assert not [x for x in ("jdoe", "node-042", "example.org") if x in json.dumps(a.as_dict())]


def test_metadata_alone_gives_devices_and_start(tmp_path):
    metadata(tmp_path, startedAt="2021-06-23T08:40:36.246404", state=None)
    [run] = take(tmp_path).runs
    assert (run.start.isoformat(), run.end, run.duration) == ("2021-06-23T08:40:36.246404+00:00", None, None)  # UTC
    metadata(tmp_path, startedAt="2021-06-23T08:40:36", heartbeatAt="2021-06-23T10:40:36")
    assert lca.assess(str(tmp_path), now=NOW).total("device_hours")["value"] == pytest.approx(4)


def test_metadata_of_two_kinds_of_gpus(tmp_path):
    metadata(
        tmp_path, gpu_count=3, gpu_nvidia=[{"name": "NVIDIA L40S"}, {"name": "NVIDIA A40"}, {"name": "NVIDIA L40S"}]
    )
    assert [(d.model, d.count) for d in take(tmp_path).runs[0].devices] == [("NVIDIA L40S", 2), ("NVIDIA A40", 1)]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"startedAt": "yesterday"}, "startedAt of the metadata, yesterday, was not used: not a time"),
        ({"heartbeatAt": [1]}, "heartbeatAt of the metadata, [1], was not used: not a time"),
        ({"gpu_count": -2, "gpu": None, "gpu_nvidia": None}, ""),
        ({"gpu_count": "two", "gpu": 7, "gpu_nvidia": "x"}, ""),
    ],
)
def test_metadata_with_a_bad_field(tmp_path, fields, told):
    metadata(tmp_path, **fields)
    intake = take(tmp_path)
    [run] = intake.runs
    assert [n.message for _, n in intake.notes if n.code == "clock-fault"] == ([told] if told else [])
    assert bool(run.devices) == bool(told)
    assert not intake.faults


def test_metadata_that_is_no_json(tmp_path):
    (tmp_path / "wandb-metadata.json").write_text('{"gpu": "NVIDIA L40S", "gpu_cou')
    assert [str(f) for f in take(tmp_path).faults] == [
        f"{tmp_path}/wandb-metadata.json: not a JSON object. Copy the file again."
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_the_folder_of_a_run_as_the_tool_writes_it(tmp_path, order):
    folder = tmp_path / "wandb" / "run-20260302_080000-abc123"
    shutil.copytree(FIXTURES / "wandb-metadata", folder / "files")
    (folder / "files" / "config.yaml").write_text("lr:\n  value: 0.1\n")
    (folder / "files" / "output.log").write_text("step 1\n")
    (folder / "run-abc123.wandb").write_bytes(OFFLINE)
    a = lca.assess(
        [str(p) for p in sorted(folder.rglob("*.*"))[::order] if p.is_file() and p.suffix in (".json", ".wandb")],
        now=NOW,
    )
    [run] = a.intake.runs
    assert (run.id, run.energy[0].value.value, run.devices[0].model) == ("abc123", pytest.approx(0.4), "NVIDIA L40S")
    assert not a.intake.faults
    assert not lca.assess(str(tmp_path), now=NOW).intake.faults
    assert not findings(a, "empty-log")


def test_the_same_index_under_two_labels_is_two_gpus(tmp_path):
    shutil.copytree(FIXTURES / "wandb-shared", tmp_path / "w")
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    # 400 W + 200 W + 300 W over 1 h, of three GPUs of four: coverage 3/4
    assert (run.energy[0].value.value, run.energy[0].coverage.value.value) == (pytest.approx(0.9), pytest.approx(0.75))
    assert a.total("device_hours")["value"] == pytest.approx(4)
    assert [f.message for f in findings(a, "steps-left-out")] == [
        "3 of 4 GPUs gave samples of their power; the energy is scaled up to all of them"
    ]
    assert not findings(a, "clock-fault")
    assert not findings(a, "lines-not-used")
    assert "node-04" not in json.dumps(a.as_dict())


def test_labels_in_an_offline_log(tmp_path):
    def sample(n, rank):
        item = field(1, f"gpu.0.powerWatts/l:{rank}".encode()) + field(16, b"250.0")
        return field(7, field(2, field(1, START + 60 * n)) + field(3, item))

    records = [sample(n, rank) for n in range(61) for rank in ("a", "b", "c")]
    (tmp_path / "run.wandb").write_bytes(wandb_log(RUN, *records, EXIT))
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.energy[0].value.value, run.devices[0].count) == (pytest.approx(0.75), 3)
    assert not findings(a, "clock-fault")


def test_utilisation_of_gpus_that_give_no_power(tmp_path):
    lines = [
        {"system.gpu.0.gpu": 90, "system.gpu.1.gpu": 30, "_timestamp": START + 600 * n, "_runtime": 600 * n}
        for n in range(7)
    ]
    (tmp_path / "wandb-events.jsonl").write_text("\n".join(map(json.dumps, lines)))
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.energy, run.devices[0].count, run.devices[0].utilisation.value) == ([], 2, pytest.approx(0.6))
    assert [f.message for f in findings(a, "no-energy")] == [
        "the log holds no power of its 2 GPUs; their mean utilisation of 60 % was used to model it"
    ]


def test_an_export_of_two_runs_is_two_runs(tmp_path):
    (tmp_path / "export.csv").write_text(
        "Relative Time (Process),blue-1 - system/gpu.0.powerWatts,red-2 - system/gpu.0.powerWatts,red-2 - system/gpu.0.powerWatts__MIN\n"
        + "".join(f"{60 * n},200,{100 if n < 31 else ''},1\n" for n in range(61))
    )
    runs = take(tmp_path).runs
    # 200 W over 1 h; 100 W over half an hour
    assert [(r.id, r.energy[0].value.value, r.duration.value) for r in runs] == [
        ("blue-1", pytest.approx(0.2), pytest.approx(1)),
        ("red-2", pytest.approx(0.05), pytest.approx(0.5)),
    ]


@pytest.mark.parametrize(
    ("name", "cell", "told"),
    [
        ("powerWatts", -5, "below 0 (found -5)"),
        ("powerWatts", "high", "not a number (found high)"),
        ("powerWatts", 250000, "more than 100 kW, which no GPU draws (found 250000)"),
        ("powerWatts", [1], "not a number (found [1])"),
        ("gpu", 120, "more than 100 % (found 120)"),
    ],
)
def test_an_event_with_a_bad_value_is_set_aside(tmp_path, name, cell, told):
    lines = [{f"system.gpu.0.{name}": cell if n == 2 else 60, "_timestamp": START + 600 * n} for n in range(4)]
    path = tmp_path / "wandb-events.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    intake = take(path)
    assert [str(f) for f in intake.faults] == [
        f"{path}: row 3: system.gpu.0.{name}: {told}. Restore the row from its source."
    ]
    assert not [n for _, n in intake.notes if n.code == "lines-not-used"]


def test_an_event_without_a_value_is_none(tmp_path):
    lines = [{"system.gpu.0.powerWatts": None if n == 2 else 60, "_timestamp": START + 600 * n} for n in range(4)]
    path = tmp_path / "wandb-events.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    intake = take(path)
    assert (intake.faults, [r.devices[0].count for r in intake.runs]) == ([], [1])
