"""MLflow: nodes of one run, utilisation where power is missing, databases whose tables are named late."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3

import pytest
from conftest import NOW, findings
from test_format_stores import FIXTURES, START, database
from test_formats import take

import lca


def late_database(path):
    """A database whose tables are named beyond the first 64 KiB: one that grew, and was changed later."""
    base = sqlite3.connect(path)
    base.execute("create table notes (text text)")
    base.executemany("insert into notes values (?)", [("x" * 1000,)] * 200)
    for number in range(600):
        base.execute(f"create table filler_{number} (a integer, b text, c text, d text, e text)")
    base.commit()
    base.close()
    return database(path)


def test_a_database_whose_tables_are_named_late_in_the_file(tmp_path):
    path = late_database(tmp_path / "mlflow.db")
    assert b"run_uuid" not in path.read_bytes()[:65536]
    intake = take(path)
    assert [r.energy[0].value.value for r in intake.runs] == [pytest.approx(0.25)]
    assert not intake.faults
    (tmp_path / "packed.db.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert len(take(tmp_path / "packed.db.gz").runs) == 1


def test_a_database_of_another_program_is_no_log(tmp_path):
    path = tmp_path / "other.db"
    base = sqlite3.connect(path)
    base.execute("create table runs (id integer)")
    base.commit()
    base.close()
    intake = take(tmp_path)
    assert (intake.runs, intake.faults) == ([], [])
    assert [i.format for i in intake.inputs] == ["none"]


def test_the_same_index_on_two_nodes_is_two_gpus(tmp_path):
    shutil.copytree(FIXTURES / "mlflow-nodes", tmp_path / "m")
    for path in tmp_path.rglob("gpu_*"):
        path.rename(path.with_name(path.name.replace("utilization_percentage", "power_usage_watts")))
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    # (80 + 60 + 40 + 40) W over 1 h
    assert (run.energy[0].value.value, run.devices[0].count) == (pytest.approx(0.22), 4)
    assert not findings(a, "clock-fault")


def test_utilisation_counts_where_mlflow_logged_no_power(tmp_path):
    shutil.copytree(FIXTURES / "mlflow-nodes", tmp_path / "m")
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.system.name, run.energy, run.devices[0].count, run.devices[0].utilisation.value) == (
        "parcels", [], 4, pytest.approx(0.55))  # fmt: skip
    assert [f.message for f in findings(a, "no-energy")] == [
        "the log holds no power of its 4 GPUs; their mean utilisation of 55 % was used to model it"
    ]
    assert not findings(a, "lines-not-used")
    assert not [x for x in ("jdoe", "node-a0") if x in json.dumps(a.as_dict()).replace("metrics/system/node-a0", "")]


def test_nodes_and_utilisation_in_a_database(tmp_path):
    path = database(tmp_path / "mlflow.db")
    base = sqlite3.connect(path)
    base.execute("delete from metrics")
    for n in range(61):
        at = (START + 60 * n) * 1000
        for node, load in (("a", 90), ("b", 30)):
            base.execute(
                f"insert into metrics values ('system/{node}/gpu_0_utilization_percentage', ?, ?, 'parent', ?, 0)",
                (load, at, n),
            )
    base.execute(
        "insert into metrics values ('system/a/gpu_0_utilization_percentage', 140, ?, 'parent', 99, 0)",
        ((START + 4000) * 1000,),
    )
    base.commit()
    base.close()
    intake = take(path)
    [run] = intake.runs
    assert (run.devices[0].count, run.devices[0].utilisation.value) == (2, pytest.approx(0.6))
    assert [n.message for _, n in intake.notes if n.code == "power-samples-empty"] == [
        "one sample of utilization_percentage, 140.0, was not used: more than 100 %"
    ]


@pytest.mark.parametrize(
    ("cell", "told"),
    [("-250.0", "below 0 (found -250.0)"), ("9e9", "more than 100 kW, which no GPU draws (found 9e9)")],
)
def test_a_sample_of_mlflow_that_cannot_be(tmp_path, cell, told):
    shutil.copytree(FIXTURES / "mlflow", tmp_path / "m")
    [path] = tmp_path.rglob("gpu_0_power_usage_watts")
    lines = path.read_text().splitlines()
    lines[1] = f"{lines[1].split()[0]} {cell} 1"
    path.write_text("\n".join(lines) + "\n")
    assert [str(f) for f in take(tmp_path).faults] == [
        f"{path}: row 2: gpu_0_power_usage_watts: {told}. Restore the row from its source."
    ]
