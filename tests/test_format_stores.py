"""Stores of experiments: MLflow folders and databases, Weights & Biases logs of all kinds, event files of TensorBoard."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import struct
import zlib
from pathlib import Path

import event_file
import pytest
from conftest import NOW, findings
from test_format_goldens import damaged
from test_formats import REAL, real, take

import lca
from lca.ingest.formats.tensorboard import masked_crc
from lca.ingest.wandb_log import HEADER

FIXTURES = Path(__file__).parent / "fixtures"
START = 1740823200  # 2025-03-01T10:00:00Z


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    """A field of a protobuf message: a varint for an int, else bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def stats(at, **watts):
    items = b"".join(
        field(3, field(1, k.replace("_", ".").encode()) + field(16, json.dumps(v).encode())) for k, v in watts.items()
    )
    return field(7, field(2, field(1, at)) + items)


def wandb_log(*records):
    """The bytes of an offline log: records in blocks of 32 KiB, split where they do not fit."""
    out = bytearray(HEADER)
    for record in records:
        rest, is_first = record, True
        while True:
            left = 32768 - len(out) % 32768
            if left < 7:
                out += bytes(left)
                left = 32768
            part, rest = rest[: left - 7], rest[left - 7 :]
            kind = (1 if not rest else 2) if is_first else (4 if not rest else 3)
            out += struct.pack("<IHB", zlib.crc32(part, zlib.crc32(bytes([kind]))), len(part), kind) + part
            is_first = False
            if not rest:
                break
    return bytes(out)


RUN = field(
    17,
    field(1, b"abc123")
    + field(2, b"jdoe-team")
    + field(3, b"llama")
    + field(13, b"node-042.cluster")
    + field(17, field(1, START - 10)),
)
SAMPLES = [
    stats(START + 60 * n, gpu_0_powerWatts=300.0, gpu_process_0_powerWatts=300.0, gpu_1_powerWatts=100.0)
    for n in range(61)
]
EXIT = field(18, field(1, 0))
OFFLINE = wandb_log(RUN, field(2, b"x" * 70_000), *SAMPLES, EXIT)


def test_an_offline_log(tmp_path):
    (tmp_path / "run-abc123.wandb").write_bytes(OFFLINE)
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.id, run.system.name, run.status, run.start.isoformat(), run.end.isoformat()) == (
        "abc123", "llama", "completed", "2025-03-01T09:59:50+00:00", "2025-03-01T11:00:00+00:00")  # fmt: skip
    assert (run.energy[0].value.value, run.devices[0].count) == (pytest.approx(0.4), 2)
    assert not [x for x in ("jdoe", "node-042") if x in json.dumps(a.as_dict())]


def test_an_offline_log_that_is_cut_off(tmp_path):
    (tmp_path / "run.wandb").write_bytes(OFFLINE[:-40])
    a = lca.assess(str(tmp_path), now=NOW)
    assert [f.message.partition(",")[0] for f in findings(a, "torn-row")] == ["the last record is cut off"]
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(0.4, rel=0.05)


def test_an_offline_log_that_is_damaged(tmp_path):
    (tmp_path / "run.wandb").write_bytes(OFFLINE[:20] + b"\x55" + OFFLINE[21:])
    [fault] = take(tmp_path).faults
    assert str(fault) == (
        f"{tmp_path}/run.wandb: the log is damaged: a checksum does not fit (found offset 7). Copy the file again from where it was written."
    )


def test_gpus_that_tell_nothing(tmp_path):
    shutil.copytree(FIXTURES / "wandb", tmp_path / "w")
    path = tmp_path / "w" / "wandb-metadata.json"
    path.write_text(path.read_text().replace('"gpu_count": 2', '"gpu_count": 4'))
    a = lca.assess(str(tmp_path), now=NOW)
    assert [f.message for f in findings(a, "steps-left-out")] == [
        "the machine has 4 GPUs, and 2 of them tell their power"
    ]
    assert not [x for x in ("jdoe", "node-042", "example.org") if x in json.dumps(a.as_dict())]


def test_an_export_of_system_metrics(tmp_path):
    (tmp_path / "export.csv").write_text(
        "_timestamp,system.gpu.0.powerWatts\n" + "".join(f"{START + 60 * n},200\n" for n in range(61)) + "late,200\n"
    )
    intake = take(tmp_path)
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.2)
    assert [str(f) for f in intake.faults] == [
        f"{tmp_path}/export.csv: row 63: _timestamp: not a time (found late). Restore the row from its source."
    ]


def events(*walls):
    out = b""
    for n, wall in enumerate(walls):
        data = b"\x09" + struct.pack("<d", wall) + (field(3, b"brain.Event:2") if n == 0 else field(2, n))
        size = struct.pack("<Q", len(data))
        out += size + struct.pack("<I", masked_crc(size)) + data + struct.pack("<I", masked_crc(data))
    return out


def test_event_files_give_a_window(tmp_path):
    (tmp_path / "events.out.tfevents.1").write_bytes(events(START, START + 60, START + 3600))
    a = lca.assess(str(tmp_path), now=NOW)
    assert (a.intake.runs[0].end - a.intake.runs[0].start).total_seconds() == 3600
    assert findings(a, "no-energy")
    (tmp_path / "events.out.tfevents.1").write_bytes(events(START, START + 60, START + 3600)[:-6])
    a = lca.assess(str(tmp_path), now=NOW)
    assert (a.intake.runs[0].end - a.intake.runs[0].start).total_seconds() == 60
    assert [f.message for f in findings(a, "torn-row")] == ["event 3 is cut off: what follows is not used"]


def test_the_fixture_is_what_its_builder_writes():
    assert event_file.FIXTURE.read_bytes() == event_file.event_file(event_file.WALLS)


def test_events_that_do_not_fit_their_checksums_are_left_out(tmp_path):
    """A first time that moved by a flipped bit would shorten the run, or lengthen it."""
    data = bytearray(event_file.event_file(event_file.WALLS))
    data[18] ^= 0x10
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(data)
    a = lca.assess(str(path), now=NOW)
    assert a.intake.runs[0].start.timestamp() == event_file.WALLS[1]
    assert [(f.severity, f.message) for f in findings(a, "torn-row")] == [
        ("warning", "event 1 does not fit its checksum; it was not used")
    ]
    data[-1] ^= 1
    path.write_bytes(data)
    a = lca.assess(str(path), now=NOW)
    assert a.intake.runs[0].end.timestamp() == event_file.WALLS[2]
    assert [f.message for f in findings(a, "torn-row")] == [
        "2 events, the first of them event 1, do not fit their checksums; they were not used"
    ]


def test_one_event_is_no_window(tmp_path):
    (tmp_path / "e").write_bytes(events(START))
    assert [str(f) for f in take(tmp_path).faults] == [
        f"{tmp_path}/e: no window follows from fewer than two events at different times (found 1 events). Give the file of a run that wrote events."
    ]


def database(path):
    base = sqlite3.connect(path)
    base.executescript(
        "CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE runs (run_uuid TEXT PRIMARY KEY, name TEXT, user_id TEXT, "
        "status TEXT, start_time BIGINT, end_time BIGINT, experiment_id INTEGER); CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT); "
        "CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT); "
        "CREATE TABLE metrics (key TEXT, value REAL, timestamp BIGINT, run_uuid TEXT, step BIGINT, is_nan BOOLEAN);"
    )
    base.execute("insert into experiments values (1, 'llama')")
    for id, start in (("parent", 0), ("child", 600)):
        base.execute(
            "insert into runs values (?, 'n', 'jdoe', 'FINISHED', ?, ?, 1)",
            (id, (START + start) * 1000, (START + 3600) * 1000),
        )
    base.execute("insert into tags values ('mlflow.parentRunId', 'parent', 'child')")
    for n in range(61):
        at = (START + 60 * n) * 1000
        base.execute("insert into metrics values ('system/gpu_0_power_usage_watts', 250, ?, 'parent', ?, 0)", (at, n))
        base.execute("insert into metrics values ('system/gpu_0_power_usage_watts', 250, ?, 'child', ?, 0)", (at, n))
    base.commit()
    base.close()
    return path


def test_a_database_of_runs_with_a_parent(tmp_path):
    database(tmp_path / "mlflow.db")
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.id, run.system.name, run.status, run.energy[0].value.value) == (
        "parent",
        "llama",
        "completed",
        pytest.approx(0.25),
    )
    assert [f.message for f in findings(a, "part-of-run")] == [
        "one record is a part of this run and was not added to it"
    ]
    assert findings(a, "host-gpus")
    assert "jdoe" not in json.dumps(a.as_dict())


def test_a_database_that_is_locked_is_read_and_one_that_is_corrupt_is_set_aside(tmp_path):
    path = database(tmp_path / "mlflow.db")
    holder = sqlite3.connect(path)
    holder.execute("begin exclusive")
    assert len(take(tmp_path).runs) == 1
    holder.rollback()
    holder.close()
    data = path.read_bytes()
    path.write_bytes(data[:6000])
    [fault] = take(tmp_path).faults
    assert fault.problem == "the database cannot be read: it is damaged, or was copied while it was written"


def test_a_folder_and_its_database_are_one(tmp_path):
    shutil.copytree(FIXTURES / "mlflow", tmp_path / "m")
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.status, run.energy[0].value.value) == ("completed", pytest.approx(0.45))
    assert not [x for x in ("jdoe", "/home") if x in json.dumps(a.as_dict())]
    assert not findings(a, "not-a-log")


def test_the_experiment_of_a_folder_is_its_system(tmp_path):
    shutil.copytree(FIXTURES / "mlflow", tmp_path / "m")
    (tmp_path / "m" / "mlruns" / "0" / "meta.yaml").write_text(
        "artifact_location: x\nexperiment_id: '0'\nlifecycle_stage: active\nname: llama\n"
    )
    intake = take(tmp_path)
    assert [r.system.name for r in intake.runs] == ["llama"]
    assert not [n for _, n in intake.notes if n.code == "not-a-log"]


def test_a_metric_that_is_torn(tmp_path):
    shutil.copytree(FIXTURES / "mlflow", tmp_path / "m")
    [path] = tmp_path.rglob("loss")
    path.write_text(path.read_text() + "17408232\n")
    [fault] = take(tmp_path).faults
    assert (
        str(fault)
        == f"{path}: row 3: not a time in ms, a value and a step (found 17408232). Restore the row from its source."
    )


@pytest.mark.parametrize("name", ["offline", "events", "database"])
def test_damaged_bytes_never_end_in_a_traceback(tmp_path, name):
    data = {
        "offline": OFFLINE[: 7 + 3000],
        "events": events(*range(START, START + 30)),
        "database": database(tmp_path / "b.db").read_bytes(),
    }[name]
    made = random.Random(3)
    path = tmp_path / "x" / "log"
    path.parent.mkdir()
    for _ in range(150):
        path.write_bytes(damaged(data, made))
        intake = take(path.parent)
        assert intake.runs or intake.faults or intake.inputs
        assert not [f for f in intake.faults if f.code == "adapter-failed"]


@real
def test_real_files():
    [run] = take(REAL / "wandb").runs
    assert run.energy[0].value.value == pytest.approx(0.0040265, abs=5e-8)
    lines = [json.loads(x) for x in (REAL / "wandb" / "legacy2020_wandb-events.jsonl").read_text().splitlines()]
    watts = [x["system.gpu.0.powerWatts"] for x in lines if "system.gpu.0.powerWatts" in x]
    assert (len(watts), sum(watts) / len(watts)) == (18, pytest.approx(29.81, abs=0.005))
    [run] = take(REAL / "mlflow").runs
    assert (run.id, run.start.isoformat()) == ("mlruns_0_2c55", "2022-09-26T10:28:31.917000+00:00")
    [run] = take(REAL / "tensorboard").runs
    assert run.start.isoformat() == "2020-04-01T19:39:07+00:00"
