"""Green Metrics Tool: the unit is in no file; a mapping gives it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import NOW
from test_formats import REAL, real, take

from lca.ingest import formats, reader
from lca.ingest.log import Log

FIXTURE = (Path(__file__).parent / "fixtures" / "green-metrics-tool" / "cpu_energy_rapl_msr_component.log").read_bytes()
MAPPING = """schema: lca-map/1
match: "*.log"
delimiter: " "
header: [time, value, detail]
columns:
  start: {column: time, unit: us}
  energy: {column: value, unit: uJ}
energy: {boundary: cpu, method: counter}
constants: {system: S, stage: inference}
"""


def test_the_unit_is_missing(tmp_path):
    path = tmp_path / "cpu.log"
    path.write_bytes(FIXTURE)
    intake = take(path)
    assert [str(f) for f in intake.faults] == [
        f"{path}: value: the unit is in no file of the Green Metrics Tool: it differs by provider (found 10 rows). Give a mapping lca-map/1 "
        "with it (`lca convert --guess` drafts it): delimiter ' ', header [time, value, detail], and samples with time (unit us), energy (the "
        "unit of the provider, such as uJ) and the boundary."
    ]
    assert (intake.runs, intake.inputs[0].quarantined) == ([], 10)


def test_a_mapping_gives_it(tmp_path):
    (tmp_path / "cpu.log").write_bytes(FIXTURE)
    (tmp_path / "map.yaml").write_text(MAPPING)
    intake = take(tmp_path)
    assert not intake.faults
    assert sum(r.energy[0].value.value for r in intake.runs) == pytest.approx(20045e-6 / 3.6e6)
    assert intake.runs[0].start.isoformat() == "2025-03-01T10:00:00+00:00"


@pytest.mark.parametrize(
    "text",
    ["1740823200000 0.5 1\n", "1740823200000000 0.5 name\n", "1740823200000000 5\n", "1740823200000000 5 1\n", ""],
    ids=["MLflow", "fraction", "no name", "a step", "empty"],
)
def test_what_is_not_claimed(tmp_path, text):
    (tmp_path / "x").write_text(text)
    assert not formats.adapters()["green-metrics-tool"].claims(Log(str(tmp_path / "x")).head)


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    made, path = random.Random(3), tmp_path / "x.log"
    for _ in range(200):
        data = bytearray(FIXTURE)
        for _ in range(made.randint(1, 4)):
            data[made.randrange(len(data))] = made.choice(b'09eE-+";,:\xff\0 1N\n')
        path.write_bytes(data)
        assert reader.read([str(path)], NOW).inputs


@real
def test_no_real_file_of_another_format_is_claimed():
    claims = formats.adapters()["green-metrics-tool"].claims
    assert not [p for p in REAL.rglob("*") if p.is_file() and claims(Log(str(p)).head)]
