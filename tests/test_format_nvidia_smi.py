"""nvidia-smi CSV: several GPUs, units in cells, what a device does not give, and real files."""

from __future__ import annotations

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca

TWO = "timestamp, index, name, power.draw [W], utilization.gpu [%]\n" + "".join(
    f"2024/10/30 18:{m:02}:00.000, {g}, NVIDIA A100-SXM4-40GB, {300 + 100 * g}.00 W, 90 %\n"
    for m in range(31)
    for g in (0, 1)
)


def test_each_gpu_is_a_run_of_its_own(tmp_path):
    path = tmp_path / "smi.csv"
    path.write_text(TWO)
    a = lca.assess(str(path), now=NOW)
    assert [(r.devices[0].model, r.energy[0].value.value, r.energy[0].method) for r in a.intake.runs] == [
        ("NVIDIA A100-SXM4-40GB", pytest.approx(0.15), "integrated"),
        ("NVIDIA A100-SXM4-40GB", pytest.approx(0.2), "integrated"),
    ]
    assert a.total("it_energy")["value"] == pytest.approx(0.35 / 0.7)
    assert findings(a, "timezone-assumed")


def test_what_a_device_does_not_give_is_no_zero(tmp_path):
    path = tmp_path / "smi.csv"
    path.write_text(
        "timestamp, power.draw [W]\n2024/10/30 18:00:00.000, [N/A]\n2024/10/30 18:00:10.000, [Not Supported]\n"
    )
    a = lca.assess(str(path), now=NOW)
    assert a.total("it_energy")["value"] is None
    assert [f.message for f in findings(a, "no-energy")] == [
        "the file holds no sample of power: no energy follows from it"
    ]


def test_torn_rows_and_repeated_headers(tmp_path):
    path = tmp_path / "smi.csv"
    head = "timestamp, power.draw [W]\n"
    path.write_text(f"{head}2024/10/30 18:00:00.000, 100 W\n2024/10/30 18:00:1\n{head}2024/10/30 18:00:20.000, 100 W\n2024/10/30 18:00:30.000, 1O0 W\n"
                    "2024-10-30, 100 W\n2024/10/30 18:00:40.000, 100 W\n")  # fmt: skip
    intake = take(path)
    assert [str(f).removeprefix(f"{path}: ") for f in intake.faults] == [
        "row 3: the header has 2 (found 1 cells). Restore the row from its source.",
        "row 6: power.draw: not a power (found 1O0 W). Restore the row from its source.",
        "row 7: timestamp: not a time (found 2024-10-30). Restore the row from its source.",
    ]
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.1 * 40 / 3600)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_powershell_writes_utf_16(tmp_path, encoding):
    path = tmp_path / "smi.csv"
    path.write_bytes(TWO.encode(encoding))
    assert len(take(path).runs) == 2


@real
def test_real_power_at_50_ms():
    [run] = take(REAL / "nvidia-smi" / "flame_power_50ms.csv").runs
    assert run.energy[0].value.value * 3.6e6 == pytest.approx(79.820, abs=5e-4)
    assert sum(run.power.reading.shape.energy) == pytest.approx(run.energy[0].value.value)
    assert (run.end - run.start).total_seconds() == pytest.approx(3.624)


@real
@pytest.mark.parametrize("name", ["epoch_mem_util_no-power.csv", "util_15s_no-power.csv", "single-sample.csv"])
def test_real_files_without_power(name):
    a = lca.assess(str(REAL / "nvidia-smi" / name), now=NOW)
    assert findings(a, "no-energy")
    assert a.total("it_energy")["value"] is None


def seconds(n, ms=0):
    return f"2025/05/06 10:{n // 60:02}:{n % 60:02}.{ms:03}"


def rows_of(tmp_path, header, rows, name="smi.csv"):
    path = tmp_path / name
    path.write_text("".join(f"{line}\n" for line in [header, *rows] if line))
    return take(path)


def energies(intake):
    """Wh of each run, the smallest first."""
    return sorted(round(r.energy[0].value.value * 1000, 6) for r in intake.runs)


def messages(intake, code):
    return [n.message for _, n in intake.notes if n.code == code]


#: (columns, the number of that of power); 300 W for 20 minutes and 100 W for 20 minutes are 100 Wh and 33.333 Wh
HEADLESS = [
    (lambda t, g: f"{t}, {g}, NVIDIA A100-SXM4-80GB, 90 %, {(300, 100)[g]:.2f} W", 5),
    (lambda t, g: f"{t}, {g}, {(300, 100)[g]:.2f} W, 400.00 W", 3),
    (lambda t, g: f"{t}, GPU-{'ab'[g]}0, {(300, 100)[g]:.2f}", 3),
    (lambda t, g: f"NVIDIA A100-SXM4-80GB, 00000000:{g}7:00.0, {t}, P0, 41, {(300, 100)[g]:.2f}", 6),
]


@pytest.mark.parametrize(("row", "column"), HEADLESS)
def test_columns_without_header_are_told_by_their_cells(tmp_path, row, column):
    intake = rows_of(tmp_path, "", [row(seconds(60 * m), g) for m in range(21) for g in (0, 1)])
    assert energies(intake) == [33.333333, 100.0]
    assert messages(intake, "columns-inferred") == [
        f"the file has no header; column {column} was taken for the power of the GPU"
    ]
    assert not intake.faults


def test_a_column_that_stays_the_same_is_the_limit_of_the_power(tmp_path):
    rows = [f"{seconds(60 * m)}, 250.00 W, {100 + m % 2}.00 W" for m in range(21)]
    # 100 and 101 W in turn: a mean of 100.5 W for 1200 s
    assert energies(rows_of(tmp_path, "", rows)) == [33.5]


def test_utilisation_without_header(tmp_path):
    rows = [f"{seconds(60 * m)}, NVIDIA A100-SXM4-80GB, {20 * (m % 2)} %, 1024 MiB" for m in range(21)]
    intake = rows_of(tmp_path, "", rows)
    assert intake.runs[0].devices[0].utilisation.value == pytest.approx(0.1)
    assert messages(intake, "columns-inferred") == [
        "the file has no header; column 3 was taken for the utilisation of the GPU"
    ]


def test_two_percentages_without_header_are_not_told_apart(tmp_path):
    rows = [f"{seconds(60 * m)}, NVIDIA A100-SXM4-80GB, 50 %, 20 %" for m in range(21)]
    intake = rows_of(tmp_path, "", rows)
    assert intake.runs[0].devices[0].utilisation is None
    assert messages(intake, "columns-inferred") == [
        "the file has no header; no column was found to be the power or the utilisation of the GPU"
    ]
    assert messages(intake, "no-energy") == ["the file holds no sample of power: no energy follows from it"]


@pytest.mark.parametrize("key", ["uuid, index", "index, uuid", "index, pci.bus_id", "hostname, index"])
def test_gpus_of_two_hosts_with_equal_index_are_two(tmp_path, key):
    cells = {"uuid": ("GPU-aa", "GPU-bb"), "index": ("0", "0"), "pci.bus_id": ("00000000:07:00.0", "00000000:08:00.0"), "hostname": ("n1", "n2")}  # fmt: skip
    rows = [f"{seconds(60 * m)}, {', '.join(cells[n][g] for n in key.split(', '))}, {(300, 100)[g]}.00 W" for m in range(21) for g in (0, 1)]  # fmt: skip
    intake = rows_of(tmp_path, f"timestamp, {key}, power.draw [W]", rows)
    assert energies(intake) == [33.333333, 100.0]


@pytest.mark.parametrize("jitter", [0, 1, 12])
@pytest.mark.parametrize("gpus", [2, 3, 8])
def test_gpus_that_nothing_names_are_told_apart_by_their_order(tmp_path, gpus, jitter):
    rows = [f"{seconds(m, g * jitter)}, {100 * (g + 1)}.00 W" for m in range(0, 1201, 60) for g in range(gpus)]
    intake = rows_of(tmp_path, "timestamp, power.draw [W]", rows)
    assert energies(intake) == [pytest.approx(100 * (g + 1) / 3) for g in range(gpus)]
    assert messages(intake, "devices-by-order") == [
        f"the rows name no GPU; {gpus} GPUs were told apart by the order of their rows"
    ]


def test_a_lost_row_moves_one_sample_alone(tmp_path):
    rows = [f"{seconds(m, g)}, {(300, 100)[g]}.00 W" for m in range(0, 1201, 60) for g in (0, 1)]
    rows[20] = rows[20][:15]  # at 10 minutes the first GPU's: the second one's counts in its place
    intake = rows_of(tmp_path, "timestamp, power.draw [W]", rows)
    # the first has 100 W once, in a triangle over two minutes: 300 W x 20 min - 200 W x 1 min
    assert energies(intake) == [pytest.approx(100 / 3), pytest.approx(100 - 200 / 60)]
    assert len(intake.faults) == 1


def test_rounds_over_the_edge_of_a_second(tmp_path):
    """Stamps to the second: in one round of ten the second GPU is read one second after the first."""
    rows = [f"{seconds(m + (g if m % 600 == 0 else 0))}, {(300, 100)[g]}.00 W" for m in range(0, 1201, 60) for g in (0, 1)]  # fmt: skip
    intake = rows_of(tmp_path, "timestamp, power.draw [W]", rows)
    assert energies(intake) == [pytest.approx(100 / 3, abs=1e-3), pytest.approx(100)]


def test_names_tell_gpus_apart(tmp_path):
    rows = [f"{seconds(m + 20 * g)}, {('NVIDIA A100-SXM4-80GB', 'NVIDIA H100 80GB HBM3')[g]}, {(300, 600)[g]}.00 W" for m in range(0, 1201, 60) for g in (0, 1)]  # fmt: skip
    intake = rows_of(tmp_path, "timestamp, name, power.draw [W]", rows)
    assert energies(intake) == [100.0, 200.0]
    assert not messages(intake, "devices-by-order")


@pytest.mark.parametrize("step", [50, 1000])
def test_one_gpu_that_nothing_names_stays_one(tmp_path, step):
    rows = [f"{seconds(n * step // 1000, n * step % 1000)}, 100.00 W" for n in range(41)]
    assert len(rows_of(tmp_path, "timestamp, power.draw [W]", rows).runs) == 1


def test_a_gpu_without_power_counts_by_its_utilisation(tmp_path):
    rows = [f"{seconds(60 * m)}, {g}, NVIDIA A100-SXM4-80GB, {('300.00 W', '[N/A]')[g]}, {(90, 20 * (m % 2))[g]} %" for m in range(21) for g in (0, 1)]  # fmt: skip
    intake = rows_of(tmp_path, "timestamp, index, name, power.draw [W], utilization.gpu [%]", rows)
    first, second = intake.runs
    assert (first.energy[0].value.value, first.devices[0].utilisation) == (pytest.approx(0.1), None)
    assert (second.energy, second.devices[0].utilisation.value) == ([], pytest.approx(0.1))
    assert messages(intake, "utilisation-used") == [
        "power was not recorded; the mean utilisation of each device was used to model it"
    ]


def test_utilisation_of_a_busy_and_an_idle_gpu(tmp_path):
    rows = [f"{seconds(60 * m)}, {g}, NVIDIA A100-SXM4-80GB, {(100, 0)[g]} %" for m in range(31) for g in (0, 1)]
    path = tmp_path / "smi.csv"
    path.write_text("timestamp, index, name, utilization.gpu [%]\n" + "\n".join(rows))
    a = lca.assess(str(path), now=NOW)
    busy, idle = a.results["it_energy"]
    assert busy == pytest.approx(
        0.2 / 0.7
    )  # 400 W, its rated power, for half an hour, at 0.7 of the power of the server
    assert 0 < idle < 0.1
    assert {f.code for f in findings(a, "utilisation-used")} == {"utilisation-used"}


def test_power_in_other_units_of_the_header(tmp_path):
    rows = [f"{seconds(60 * m)}, 0, 300000" for m in range(21)]
    assert energies(rows_of(tmp_path, "timestamp, index, power.draw [mW]", rows)) == [100.0]


def test_the_account_of_a_file_is_whole(tmp_path):
    from lca.ingest.formats import nvidia_smi
    from lca.ingest.log import Log

    path = tmp_path / "smi.csv"
    path.write_text(TWO + "\n" + TWO.replace("300.00 W", "3oo W", 1) + "2024/10/30 18\n")
    log = Log(str(path))
    faults = [each for each in nvidia_smi.read(log) if not hasattr(each, "record")]
    log.account.reject(len(faults))
    assert (log.account.total, log.account.header, log.account.blank, len(faults), log.account.rest) == (128, 2, 1, 2, 0)  # fmt: skip


def test_cells_in_quotation_marks_are_read(tmp_path):
    lines = [[f'"{cell.strip()}"' for cell in line.split(",")] for line in TWO.splitlines()]
    path = tmp_path / "smi.csv"
    path.write_text("".join(",".join(cells) + "\n" for cells in lines))
    intake = take(path)
    assert [run.energy[0].value.value for run in intake.runs] == pytest.approx([0.15, 0.2])
    assert not intake.faults


def test_a_comma_before_the_fraction_of_a_stamp_parts_no_cell(tmp_path):
    path = tmp_path / "smi.csv"  # as a loop writes it that puts `date --iso-8601=ns` before the values of nvidia-smi
    path.write_text(
        "timestamp,utilization.gpu,memory.used,power.draw\n"
        "2026-02-03T10:00:00,123456789+01:00,95, 20000, 200.00\n"
        "2026-02-03T10:30:00,123456789+01:00,95, 20000, 400.00\n"
        "2026-02-03T11:00:00,123456789+01:00,95, 20000, 200.00\n"
        "2026-02-03T11:30:00,123456789+01:00,95, 20000, 200.00, 7\n"
    )
    a = lca.assess(str(path), now=NOW)
    (run,) = a.intake.runs
    assert (run.start.hour, run.end.hour) == (9, 10)  # in UTC
    assert run.energy[0].value.value == pytest.approx(0.3)
    assert [str(f) for f in a.intake.faults] == [
        f"{path}: row 5: the header has 4 (found 6 cells). Restore the row from its source."
    ]
