"""Alumet CSV: what each sample adds, domains that overlap, parts of the machine, a real file without energy."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import formats, reader
from lca.ingest.log import Log

FIXTURE = (Path(__file__).parent / "fixtures" / "alumet" / "alumet-output.csv").read_bytes()
HEADER = FIXTURE.decode().partition("\n")[0] + "\n"


def rapl(second, joules, kind="cpu_package", number="0", consumer="local_machine", attributes="domain=package"):
    return f"rapl_consumed_energy_J;2025-03-01T10:00:{second:02}Z;{joules};{kind};{number};{consumer};;{attributes}\n"


def assess(tmp_path, *rows, header=HEADER):
    (tmp_path / "a.csv").write_text(header + "".join(rows))
    return lca.assess(str(tmp_path / "a.csv"), now=NOW)


def test_what_samples_add_is_summed_by_domain(tmp_path):
    (tmp_path / "a.csv").write_bytes(FIXTURE)
    a = lca.assess(str(tmp_path / "a.csv"), now=NOW)
    [run] = a.intake.runs
    energy = run.energy[0]
    assert (energy.boundary, energy.method, energy.value.value) == ("component_sum", "counter", pytest.approx(6000 / 3.6e6))  # fmt: skip
    assert (energy.components.cpu.value, energy.components.dram.value) == (
        pytest.approx(5500 / 3.6e6),
        pytest.approx(500 / 3.6e6),
    )
    assert (run.start.isoformat(), (run.end - run.start).total_seconds()) == ("2025-03-01T09:59:50.123000+00:00", 50)
    assert sum(run.power.reading.shape.energy) == pytest.approx(6000 / 3.6e6)
    assert [f.message for f in findings(a, "rows-left-out")] == [
        "5 rows of other metrics are not read, only those of rapl_consumed_energy: mem_free_kB",
        "10 samples of other domains of RAPL, such as cores, lie within these or add them up; they were not added",
        "5 samples of processes or groups are parts of the machine; they were not added",
    ]
    assert not a.intake.faults


def test_psys_holds_package_and_memory(tmp_path):
    rows = [
        r
        for n in (0, 10, 20)
        for r in (rapl(n, 100), rapl(n, 20, "dram", attributes="domain=dram"), rapl(n, 300, "local_machine", "", attributes="domain=platform"))
    ]  # fmt: skip
    a = assess(tmp_path, *rows)
    energy = a.intake.runs[0].energy[0]
    assert (energy.boundary, energy.value.value, energy.components) == (
        "component_sum",
        pytest.approx(900 / 3.6e6),
        None,
    )
    assert [f.message for f in findings(a, "rows-left-out")] == [
        "the energy is that of psys, which holds dram and package: not added"
    ]


def test_packages_alone_are_processors_and_totals_are_not_added(tmp_path):
    rows = [
        r
        for n in (0, 10)
        for r in (rapl(n, 100, attributes=""), rapl(n, 100, "local_machine", "", attributes="domain=package_total"))
    ]
    a = assess(tmp_path, *rows)
    energy = a.intake.runs[0].energy[0]
    assert (energy.boundary, energy.value.value) == ("component_sum", pytest.approx(200 / 3.6e6))
    assert (energy.components.cpu.value, energy.components.dram) == (pytest.approx(200 / 3.6e6), None)
    assert a.total("it_energy")["value"] == pytest.approx(200 / 3.6e6)  # of the processor alone it gave no figure
    assert "the energy is that of the processor only; the rest of the machine was not measured" in [
        f.message for f in findings(a, "modelled-component")
    ]


def test_a_domain_with_one_sample_is_left_out(tmp_path):
    memory = rapl(20, 9, "dram", attributes="domain=dram")
    late = rapl(15, 1, "dram", "1", attributes="domain=dram") + rapl(5, 1, "dram", "1", attributes="domain=dram")
    a = assess(tmp_path, rapl(0, 100), rapl(10, 100), rapl(10, 7), memory)
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(200 / 3.6e6)
    assert [f.message for f in findings(a, "rows-left-out")] == [
        "one domain of RAPL has a single sample, of an unknown step; it was left out"
    ]
    assert findings(a, "clock-fault")
    assert not assess(tmp_path, rapl(0, 100), rapl(10, 100), late).intake.faults


def test_the_domain_may_be_a_column(tmp_path):
    header = HEADER.replace("__late", "domain;__late")
    rows = [rapl(n, 100, attributes="package;") for n in (0, 10)]
    assert assess(tmp_path, *rows, header=header).intake.runs[0].energy[0].value.value == pytest.approx(200 / 3.6e6)


def test_other_metrics_of_energy_and_a_single_sample_are_told(tmp_path):
    other = rapl(0, 5).replace("rapl_consumed_energy_J", "nvml_energy_consumption_mJ")
    a = assess(tmp_path, rapl(0, 5), other)
    assert [f.message for f in findings(a, "no-energy")] == [
        "the file holds only single samples of rapl_consumed_energy, of an unknown step: no energy follows from it"
    ]
    assert [(f.severity, f.message) for f in findings(a, "rows-left-out")] == [
        (
            "warning",
            "one row of another metric is not read, only those of rapl_consumed_energy: nvml_energy_consumption_mJ",
        )
    ]


def test_rows_that_cannot_be_used_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        HEADER
        + rapl(0, 5)
        + rapl(10, -5)
        + rapl(20, "5J")
        + rapl(30, 5).replace("Z", "")
        + rapl(40, 5)
        + "rapl_consumed_energy_J;2025"
    )
    intake = take(path)
    assert [str(f).removeprefix(f"{path}: ") for f in intake.faults] == [
        "row 3: value: below 0 (found -5). Restore the row from its source.",
        "row 4: value: not a number (found 5J). Restore the row from its source.",
        "row 5: timestamp: not a time with an offset (found 2025-03-01T10:00:30). Restore the row from its source.",
        "row 7: the header has 8 (found 2 cells). Restore the row from its source.",
    ]
    assert intake.runs[0].energy[0].value.value == pytest.approx(10 / 3.6e6)


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    made, path = random.Random(3), tmp_path / "log.csv"
    for _ in range(200):
        data = bytearray(FIXTURE)
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(data))
            if made.random() < 0.6:
                data[at] = made.choice(b'09eE-+";,:\xff\0 1N\n')
            else:
                del data[at : min(at + made.randint(1, 40), len(data) - 1)]
        path.write_bytes(data)
        assert reader.read([str(path)], NOW, log_format=made.choice(["", "alumet"])).inputs


@real
def test_real_file_without_energy():
    a = lca.assess(str(REAL / "alumet" / "alumet_output_getting_started.csv"), now=NOW)
    [run] = a.intake.runs
    assert (run.energy, (run.end - run.start).total_seconds()) == ([], pytest.approx(5.000, abs=0.002))
    assert [f.message for f in findings(a, "no-energy")] == [
        "the file holds no rapl_consumed_energy of the machine: no energy follows from it"
    ]
    assert not a.intake.faults


@real
def test_no_other_real_file_is_claimed():
    claims = formats.adapters()["alumet"].claims
    for path in REAL.rglob("*"):
        if path.is_file():
            assert claims(Log(str(path)).head) == (path.parent.name == "alumet"), path
