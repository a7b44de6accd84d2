"""DCGM: long CSV dumps and `dcgmi dmon` text, with and without times."""

from __future__ import annotations

import random

import pytest
from conftest import NOW, ROOT, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import formats, reader
from lca.ingest.log import Log

FOLDER = ROOT / "tests" / "fixtures" / "dcgm"
FIXTURE: dict[str, bytes] = {p.name: p.read_bytes() for p in sorted(FOLDER.iterdir())}
HEAD = "GPUId,TimeStampUs,Field,Values\n"


def write(tmp_path, text, name="d.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def told(path, code):
    return [f.message for f in findings(lca.assess(str(path), now=NOW), code)]


def test_a_dump_is_one_run_of_all_gpus():
    [run] = take(FOLDER / "dump.csv").runs
    assert (run.energy[0].value.value, run.energy[0].method, run.energy[0].boundary) == (pytest.approx(0.3), "integrated", "accelerator")  # fmt: skip
    assert [(d.kind, d.model, d.count) for d in run.devices] == [("gpu", None, 2)]
    assert (run.start.isoformat(), run.end.isoformat()) == ("2026-03-01T09:00:00+00:00", "2026-03-01T09:30:00+00:00")
    assert run.provenance.rows == [2, 9]


def test_dmon_with_local_times_uses_its_counter():
    path = FOLDER / "dmon.txt"
    [run] = take(path).runs
    assert (run.energy[0].value.value, run.energy[0].method) == (pytest.approx(0.15), "counter")
    assert run.end.isoformat() == "2026-03-01T09:20:00"
    assert told(path, "timezone-assumed")
    assert told(path, "series-left-out") == ["total_energy_consumption counts, power_usage of the same GPUs do not"]


def test_dmon_without_times(tmp_path):
    rows = "#Entity   POWER   TOTEC\nID   W   mJ\nGPU 0   100   1000000\nGPU-I 3   50   1\nGPU 0   100   37000000\n"
    path = write(tmp_path, rows)
    [run] = take(path).runs
    assert (run.energy[0].value.value, run.start, run.end) == (pytest.approx(0.01), None, None)
    path = write(tmp_path, "#Entity   POWER\nGPU 0   100\nGPU 0   100\n")
    assert take(path).runs[0].energy == []
    assert told(path, "no-energy") == ["the samples of power have no times: no energy follows from them"]


def test_the_field_of_most_gpus_counts(tmp_path):
    rows = [f"{g},17723556{s}000000,power_usage,100" for g in (0, 1) for s in ("00", "36")]
    rows += [f"0,17723556{s}000000,total_energy_consumption,{s}0000" for s in ("00", "36")]
    path = write(tmp_path, HEAD + "\n".join(rows) + "\n")
    [run] = take(path).runs
    assert (run.energy[0].value.value, run.energy[0].method) == (pytest.approx(0.002), "integrated")
    path = write(tmp_path, HEAD + "\n".join([*rows[:2], *(r.replace("0,", "1,", 1) for r in rows[4:])]) + "\n")
    assert told(path, "no-energy") == ["one GPU has no total_energy_consumption; it was left out"]


def test_rows_that_cannot_be_used(tmp_path):
    path = write(tmp_path, HEAD + "0,1772355600000000,power_usage,100\n0,late,power_usage,100\n0,1772355636000000,power_usage,1O0\n"
                 "x,1772355636000000,power_usage,100\n0,1772355636000000,power_usage,140737488355328.0\n0,1772355636000000,power_usage,100\n")  # fmt: skip
    intake = take(path)
    assert [str(f).removeprefix(f"{path}: ") for f in intake.faults] == [
        "row 3: TimeStampUs: not a time (found late). Restore the row from its source.",
        "row 4: power_usage: not a number (found 1O0). Restore the row from its source.",
        "row 5: power_usage: not the number of a GPU (found x). Restore the row from its source.",
        "row 6: power_usage: more than 20 kW, which no GPU draws (found 140737488355328.0). Take out blank values.",
    ]
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.001)


def test_rows_of_dmon_that_cannot_be_used(tmp_path):
    path = write(tmp_path, "#Entity   POWER   TOTEC\nnoon GPU 0   100   1\nGPU 0   100\nGPU 0  9  5\n2026-03-01T09:00:00 GPU 0  9  9\n")  # fmt: skip
    assert [str(f).removeprefix(f"{path}: ") for f in take(path).faults] == [
        "row 2: not a time (found noon). Restore the row from its source.",
        "row 3: the header has 2 (found 1 values). Restore the row from its source.",
        "row 4: it bears no time, and other rows do. Restore the row from its source.",
    ]


def test_a_counter_that_runs_backwards_and_a_file_without_values(tmp_path):
    rows = "0,1772355600000000,total_energy_consumption,9000\n0,1772355636000000,total_energy_consumption,8000\n"
    path = write(tmp_path, HEAD + rows)
    first, second = [str(f) for f in take(path).faults]
    assert first == (
        f"{path}: GPU 0: total_energy_consumption: the counter runs backwards, from 2.5e-06 kWh to 2.222222222e-06 kWh at 2026-03-01T09:00:36Z, "
        "and not to a value near 0 as after a reset. Look for two devices under one number."
    )
    assert second == (
        f"{path}: no value of power_usage, power_usage_instant or total_energy_consumption. Watch one of these fields (155 or 156)."
    )


@pytest.mark.parametrize("name", FIXTURE)
def test_damaged_bytes_never_end_in_a_traceback(tmp_path, name):
    made, path = random.Random(5), tmp_path / name
    odd = [b",", b"GPU ", b"#Entity ", b"\n", b"1e400", b"-1", b"NaN", b"9" * 400, b"\xff", b"\0", b" ", b"0000-00-00T00:00Z"]  # fmt: skip
    for _ in range(200):
        data = bytearray(FIXTURE[name])
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(data))
            data[at : at + made.randint(0, 12)] = made.choice([*odd, bytes([made.randrange(256)])])
        path.write_bytes(data)
        intake = reader.read([str(path)], NOW, log_format=made.choice(["", "dcgm"]))
        assert intake.runs or intake.faults or intake.inputs


@real
def test_real_dump():
    [run] = take(REAL / "dcgm" / "dcgm_power_instant_long.csv").runs
    assert run.energy[0].value.value * 3.6e6 == pytest.approx(1191.06745, abs=5e-5)  # trapezoids over 8 GPUs
    assert run.energy[0].coverage.value.value == pytest.approx(0.932023, abs=1e-6)
    assert run.devices[0].count == 8


@real
def test_a_list_of_fields_is_no_log():
    head = Log(str(REAL / "dcgm" / "dcgm-exporter_default-counters.csv")).head
    assert not [a for a in formats.adapters().values() if a.claims(head)]


def test_headers_and_units_of_dmon_that_differ_are_told(tmp_path):
    body = FIXTURE["dmon.txt"].decode()
    path = write(tmp_path, body.replace("#Entity   POWER     TOTEC", "#Entity   POWER     TEMPC", 1))
    assert [str(f).removeprefix(f"{path}: ") for f in take(path).faults] == [
        "row 7: its columns are not those of the header before (found POWER TOTEC SMCLK). Restore the row from its source."
    ]
    path = write(tmp_path, body.replace("         mJ          MHz", "         J           MHz", 1))
    assert [str(f).removeprefix(f"{path}: ") for f in take(path).faults] == [
        "row 2: TOTEC: not in mJ, as DCGM gives it (found J). Restore the row from its source."
    ]


def test_rows_of_other_fields_and_samples_without_a_value_are_told(tmp_path):
    path = write(tmp_path, HEAD + "0,1772355600000000,power_usage,100\n0,1772355636000000,power_usage,N/A\n0,1772355672000000,power_usage,100\n"
                 "0,1772355672000000,sm_clock,1980\n")  # fmt: skip
    assert told(path, "power-samples-empty") == ["one sample of power_usage has no value; it was left out"]
    assert told(path, "rows-left-out") == ["one row of another field is not read: sm_clock"]
