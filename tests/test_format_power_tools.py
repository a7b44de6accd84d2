"""Tools of makers and of processors: tegrastats, the smi of AMD, Intel and Gaudi, neuron-monitor, turbostat, perf, PowerJoular, EnergiBridge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOW
from intake_messages import messages, reading

import lca

FIXTURES = Path(__file__).parent / "fixtures"
JETSON = "RAM 2274/6834MB (lfb 27x4MB) SWAP 0/3417MB (cached 0MB) CPU [99%@1189,off] EMC_FREQ 0% GR3D_FREQ 22% "


def text(name):
    return (FIXTURES / name).read_text()


def wh(intake):
    return [round(run.energy[0].value.value * 1000, 6) if run.energy else None for run in intake.runs]


# tegrastats


@pytest.mark.parametrize(
    ("rails", "watts", "counted"),
    [
        ("VDD_IN 6000mW/5900mW VDD_CPU_GPU_CV 2000mW/2000mW VDD_SOC 1500mW/1500mW", 6, "VDD_IN"),
        ("POM_5V_IN 6000/5900 POM_5V_GPU 1000/1000 POM_5V_CPU 900/900", 6, "POM_5V_IN"),
        ("VDD_GPU_SOC 3000mW/1mW VDD_CPU_CV 2000mW/1mW VIN_SYS_5V0 1000mW/1mW VDDQ_VDD2_1V8AO 700mW/1mW", 6, "VDD_GPU_SOC, VDD_CPU_CV and VIN_SYS_5V0"),
        ("GPU 1000mW/1mW CPU 1000mW/1mW SOC 1000mW/1mW CV 500mW/1mW VDDRQ 500mW/1mW SYS5V 2000mW/1mW", 6, "GPU, CPU, SOC, CV, VDDRQ and SYS5V"),
        ("VDD_GPU 1000mW/1mW/1mW VDD_CPU_SOC_MSS 1000mW/1mW/1mW VIN_SYS_5V0 500mW/1mW/1mW VIN 6000mW/1mW/1mW", 6, "VIN"),
    ],
)  # fmt: skip
def test_the_rails_that_hold_the_module_count_once(tmp_path, rails, watts, counted):
    intake, faults = reading(tmp_path, "".join(f"03-01-2025 10:{m:02}:00 {JETSON}{rails}\n" for m in (0, 30)))
    assert (wh(intake), faults) == ([watts / 2], [])
    assert messages(intake, "modelled-component") == [
        f"the power of {counted} counts; what the carrier board and the power supply draw is not in it"
    ]


def test_tegrastats_without_times_gives_no_energy(tmp_path):
    _, faults = reading(tmp_path, f"{JETSON}VDD_IN 6000mW/6000mW\n" * 3)
    assert faults == [
        "no energy follows from it (found 3 lines without a time). Log with tegrastats of JetPack 5 or later, or write a time before each line."
    ]
    _, faults = reading(tmp_path, f"03-01-2025 10:00:00 {JETSON}VDD_NEW 6000mW/6000mW\n" * 3)
    assert faults == [
        "no energy follows from it (found no rail that is known to hold the whole module). "
        "Log with tegrastats of JetPack 5 or later, or write a time before each line."
    ]


def test_a_time_that_a_script_writes_before_tegrastats(tmp_path):
    body = "".join(f"2025-03-01T10:{m:02}:00+01:00 {JETSON}VDD_IN 6000mW/6000mW\n" for m in (0, 30))
    intake, _ = reading(tmp_path, body)
    assert (wh(intake), intake.runs[0].start.isoformat()) == ([3.0], "2025-03-01T09:00:00+00:00")


def test_torn_lines_of_tegrastats(tmp_path):
    lines = text("tegrastats/nano.log").splitlines()
    body = "\n".join([lines[0], lines[1][:60], lines[1].replace("03-01", "33-01"), "tegrastats stopped", lines[2]])
    intake, faults = reading(tmp_path, body)
    assert wh(intake) == [2.0]  # 6 W for 20 minutes
    assert faults == [
        "row 2: VDD_IN: a line without the power of these rails. Restore the row from its source.",
        "row 3: time: not a time (found 33-01-2025 10:10:00). Restore the row from its source.",
    ]  # fmt: skip
    assert not messages(intake, "lines-not-used")


# amd-smi and rocm-smi


def test_amd_smi_watch_with_its_banner_and_repeated_headers(tmp_path):
    head = "timestamp,gpu,socket_power\n"
    body = f"'CTRL' + 'C' to stop watching output:\n{head}1740823200,0,400\n{head}1740825000,0,500\n1740826800,0,4"
    intake, faults = reading(tmp_path, body, "amd.csv")
    # 450 W and 252 W for half an hour each
    assert (wh(intake), faults) == ([225 + 126], [])


def test_a_counter_of_amd_comes_before_its_power(tmp_path):
    intake, _ = reading(tmp_path, text("amd-smi/metric.json"), "amd.json")
    assert (wh(intake), intake.runs[0].energy[0].method) == ([604.0], "counter")
    assert messages(intake, "series-left-out") == [
        "the counters of energy were used; the samples of power of the same devices were not"
    ]


def test_a_counter_of_amd_that_runs_backwards(tmp_path):
    body = "timestamp,gpu,socket_power,total_energy_consumption\n1740823200,0,400,900000\n1740825000,0,400,800000\n"
    intake, _ = reading(tmp_path, body, "amd.csv")
    assert wh(intake) == [200.0]
    assert messages(intake, "series-left-out") == [
        "a counter of energy runs backwards; the samples of power were used instead"
    ]


@pytest.mark.parametrize("wrapped", [True, False])
def test_amd_smi_json_of_both_shapes(tmp_path, wrapped):
    def one(at, watts):
        gpus = [{"gpu": 0, "power": {"socket_power": {"value": watts, "unit": "W"}}}, {"gpu": 1, "power": {"average_socket_power": 100}}]  # fmt: skip
        return {"timestamp": at, "gpu_data": gpus} if wrapped else [{"timestamp": at} | g for g in gpus]

    body = "WARNING: not in group render\n" + "\n".join(json.dumps(one(*s), indent=2) for s in ((1740823200, 400), (1740826800, 500)))  # fmt: skip
    intake, faults = reading(tmp_path, body, "amd.json")
    assert (wh(intake), intake.runs[0].devices[0].count, faults) == ([550.0], 2, [])


def test_amd_smi_monitor_as_json(tmp_path):
    rows = [{"timestamp": 1740823200 + 60 * n, "gpu": 0, "power_usage": {"value": 300, "unit": "W"}} for n in range(61)]
    intake, faults = reading(tmp_path, json.dumps(rows), "amd.json")
    assert not faults
    assert intake.runs[0].energy[0].value.value == pytest.approx(0.3)


def test_amd_smi_json_that_is_cut_off(tmp_path):
    body = text("amd-smi/metric.json")[:-40]
    intake, faults = reading(tmp_path, body, "amd.json")
    assert len(faults) == 1
    assert faults[0].endswith("not JSON from here on. Correct the text; the file may be cut off.")
    assert not intake.runs or intake.runs[0].energy


def test_partitions_of_one_amd_gpu_are_no_gpus(tmp_path):
    rows = "".join(f"{1740823200 + 1800 * n},0,{x},{400 if x == 0 else 'N/A'}\n" for n in (0, 1) for x in range(8))
    intake, _ = reading(tmp_path, "timestamp,gpu,xcp,power_usage\n" + rows, "amd.csv")
    assert (wh(intake), intake.runs[0].devices[0].count) == ([200.0], 1)


def test_rocm_smi_without_times(tmp_path):
    body = "device,Average Graphics Package Power (W)\ncard0,210.0\n\ndevice,Average Graphics Package Power (W)\ncard0,220.0\n"
    _, faults = reading(tmp_path, body, "rocm.csv")
    assert faults == [
        "no energy follows from it (found 2 samples without a time). "
        "Write a time before each output, such as with `date -Is; rocm-smi --showpower --csv`."
    ]


def test_use_of_amd_gpus_without_power(tmp_path):
    body = "".join(f"2025-03-01 10:{m:02}:00\ndevice,GPU use (%),Card series\ncard0,{u},AMD Instinct MI210\n" for m, u in ((0, 40), (30, 60)))  # fmt: skip
    intake, _ = reading(tmp_path, body, "rocm.csv")
    assert intake.runs[0].devices[0].utilisation.value == pytest.approx(0.5)
    assert messages(intake, "utilisation-used") == [
        "power was not recorded; the mean utilisation of each device was used to model it"
    ]


# Gaudi, Intel, Neuron


def test_hl_smi_is_not_taken_for_nvidia_smi(tmp_path):
    rows = "".join(f"2025/03/01 10:{m:02}:00, 0, HL-325L, 500 W\n" for m in (0, 30))
    intake, faults = reading(tmp_path, "timestamp, index, name, power.draw [W]\n" + rows, "hl.csv")
    assert (wh(intake), faults, [i.format for i in intake.inputs]) == ([250.0], [], ["hl-smi"])


def test_times_with_and_without_offset_in_one_log(tmp_path):
    rows = "".join(f"2025-03-01 1{h}:00:00{z}, 0, 500, 40\n" for h, z in ((0, "Z"), (1, "Z"), (2, "")))
    intake, faults = reading(tmp_path, "timestamp, index, power.draw [W], temperature.aip [C]\n" + rows, "hl.csv")
    assert wh(intake) == [500.0]
    assert faults == [
        "row 4: timestamp: not a time (found 2025-03-01 12:00:00). Restore the row from its source."
    ]  # fmt: skip


def test_xpu_smi_energy_counter(tmp_path):
    rows = "".join(f"2025-03-01T10:{m:02}:00.000, 0, {1000 + 36000 * m}.00\n" for m in (0, 30))
    intake, _ = reading(tmp_path, "Timestamp, DeviceId, GPU Energy Consumed (J)\n" + rows, "xpu.csv")
    assert (wh(intake), intake.runs[0].energy[0].method) == ([300.0], "counter")  # 1.08 MJ


def test_power_of_tiles_is_not_used(tmp_path):
    rows = "".join(f"10:{m:02}:00.000, 0, {t}, 100.00\n" for m in (0, 30) for t in (0, 1))
    _, faults = reading(tmp_path, "Timestamp, DeviceId, TileId, GPU Power (W)\n" + rows, "xpu.csv")
    assert faults == ["TileId: power by tile does not tell that of the GPU. Dump without --tile (-t)."]


def test_neuron_devices_are_modelled_by_their_cores(tmp_path):
    (tmp_path / "n.jsonl").write_text(text("neuron-monitor/monitor.jsonl"))
    a = lca.assess(str(tmp_path / "n.jsonl"), now=NOW)
    [run] = a.intake.runs
    # 80 % and 60 %, then 100 % and 80 % of two of four logical cores: a mean of 40 %
    assert run.devices[0].utilisation.value == pytest.approx(0.4)
    assert (run.location.cloud, run.location.region, run.duration.value * 3600) == ("aws", "us-west-2", 10)
    assert messages(a.intake, "clock-fault") == ["its times have no date, so the run has none"]


def test_neuron_monitor_without_devices(tmp_path):
    _, faults = reading(tmp_path, text("neuron-monitor/monitor.jsonl").replace('"neuron_device_count": 2', '"neuron_device_count": 0'))  # fmt: skip
    assert faults == [
        "no report tells the number of devices and a period. Let neuron-monitor run with neuroncore_counters."
    ]


# processors


def test_packages_without_a_row_of_the_whole_machine(tmp_path):
    body = "".join(f"Package Core CPU Time_Of_Day_Seconds PkgWatt RAMWatt\n0 0 0 {t} 50 5\n0 1 1 {t}\n1 0 2 {t} 70 5\n" for t in (1740823200, 1740826800))  # fmt: skip
    intake, _ = reading(tmp_path, body)
    assert wh(intake) == [130.0]
    assert messages(intake, "modelled-component") == [
        "the energy is that of the processor and memory only; the rest of the machine was not measured"
    ]


def test_turbostat_without_times(tmp_path):
    _, faults = reading(tmp_path, "CPU Avg_MHz PkgWatt\n- 1200 50\n0 1200 50\n- 1200 60\n0 1200 60\n")
    assert faults == [
        "no energy follows from it (found 4 rows without a time). Log with turbostat --quiet --Summary --enable Time_Of_Day_Seconds "
        "--show Time_Of_Day_Seconds,PkgWatt,RAMWatt."
    ]


@pytest.mark.parametrize(
    ("number", "joules"),
    [("36,000.50", 36000.5), ("36.000,50", 36000.5), ("36000.50", 36000.5), ("1,236,000.50", 1236000.5), ("36'000.50", 36000.5)],
)  # fmt: skip
def test_numbers_of_perf_in_other_languages(tmp_path, number, joules):
    intake, faults = reading(tmp_path, text("perf-stat/stat.txt").replace("36,000.00", number))
    assert (intake.runs[0].energy[0].components.cpu.value * 3.6e6, faults) == (pytest.approx(joules), [])


def test_outputs_of_perf_one_after_the_other(tmp_path):
    intake, _ = reading(tmp_path, text("perf-stat/stat.txt") * 3)
    [run] = intake.runs
    assert (run.energy[0].value.value, run.duration.value * 3600) == (pytest.approx(0.033), pytest.approx(1800, abs=0.1))  # fmt: skip
    assert messages(intake, "series-left-out") == [
        "the readings of energy-cores overlap those of the packages; they were not added"
    ]


@pytest.mark.parametrize(
    "rows",
    ["{t}.001,{j}.00,Joules,power/energy-pkg/,20,100.00,,", "{t}.001;{j},00;Joules;power/energy-pkg/;20;100,00;;",
     "{t}.001,S0,1,{j}.00,Joules,power/energy-pkg/,20,100.00,,", "     {t}.001048308      {j}.00 Joules power/energy-pkg/",
     "     {t}.001048308 S0        1      {j}.00 Joules power/energy-pkg/"],
)  # fmt: skip
def test_intervals_of_perf(tmp_path, rows):
    body = "#           time             counts unit events\n" + "".join(rows.format(t=t, j=100 * t) + "\n" for t in (1, 2, 3))  # fmt: skip
    intake, faults = reading(tmp_path, body)
    assert (intake.runs[0].energy[0].value.value * 3.6e6, faults) == (pytest.approx(600), [])
    assert intake.runs[0].duration.value * 3600 == pytest.approx(3, abs=2e-3)


def test_perf_without_a_duration_gives_energy_alone(tmp_path):
    intake, _ = reading(
        tmp_path,
        "485.05,Joules,power/energy-pkg/,28141742128,100.00,,\n<not supported>,Joules,power/energy-ram/,0,100.00,,\n",
    )
    assert (intake.runs[0].duration, intake.runs[0].energy[0].value.value * 3.6e6) == (None, pytest.approx(485.05))
    assert messages(intake, "rows-left-out") == ["one counter was not supported or not counted"]
    intake, _ = reading(tmp_path, "485.05,Joules,power/energy-pkg/,28141742128,100.00,,\n10000000000,ns,duration_time,1,100.00,,\n")  # fmt: skip
    assert intake.runs[0].duration.value * 3600 == pytest.approx(10)


def test_a_mean_of_runs_of_perf(tmp_path):
    body = " Performance counter stats for './a' (5 runs):\n\n    100.00 Joules power/energy-pkg/   ( +-  0.5% )\n\n   2.000000000 +- 0.001 seconds time elapsed\n"
    intake, _ = reading(tmp_path, body)
    assert (intake.runs[0].energy[0].value.value * 3.6e6, intake.runs[0].duration.value * 3600) == pytest.approx((500, 10))  # fmt: skip
    assert messages(intake, "cumulative-rows") == [
        "the output is the mean of 5 runs; energy and duration were multiplied by their number"
    ]


def test_a_gpu_that_powerjoular_does_not_see(tmp_path):
    intake, _ = reading(tmp_path, text("powerjoular/power.csv").replace("100.0", "0.0"))
    assert wh(intake) == [40.0]
    assert messages(intake, "modelled-component") == [
        "the energy is that of the processor only; the rest of the machine was not measured"
    ]


def test_the_process_of_powerjoular(tmp_path):
    intake, _ = reading(tmp_path, text("powerjoular/power-4711.csv"))
    assert "the power is the share of one process in that of the processor" in messages(intake, "modelled-component")


def test_torn_rows_of_powerjoular(tmp_path):
    body = text("powerjoular/power.csv").replace("50.0,100.0", "-50.0,100.0").replace("2025-03-01 10:00:00", "2025-03-71 10:00:00")  # fmt: skip
    _, faults = reading(tmp_path, body)
    assert faults[:2] == [
        "row 2: Date: not a time (found 2025-03-71 10:00:00). Restore the row from its source.",
        "row 3: CPU Power: not a power (found -50.0). Restore the row from its source.",
    ]


def test_meters_of_energibridge(tmp_path):
    body = "Delta,Time,CPU_ENERGY (J),GPU0_POWER (mWatts),GPU1_POWER (mWatts)\n" + "".join(
        f"{1000 if n else 0},{1740823200000 + 1000 * max(n - 1, 0)},{50 * n}.0,300000,200000\n" for n in range(5)
    )
    intake, _ = reading(tmp_path, body)
    [run] = intake.runs
    # 200 J of the processor and 500 W for 4 s
    assert (run.energy[0].value.value * 3.6e6, run.devices[0].count) == (pytest.approx(2200), 2)


def test_a_whole_apple_machine_counts_once(tmp_path):
    body = text("energibridge/mac.csv").replace("SYSTEM_POWER", "CPU_POWER (Watts),SYSTEM_POWER").replace("40.0,1", "40.0,5.0,1")  # fmt: skip
    intake, _ = reading(tmp_path, body)
    assert (intake.runs[0].energy[0].boundary, intake.runs[0].energy[0].value.value * 3.6e6) == ("node", pytest.approx(34.5))  # fmt: skip
    assert messages(intake, "series-left-out") == [
        "SYSTEM_POWER is that of the whole machine; its parts were not added"
    ]


def test_a_counter_of_energibridge_that_runs_backwards(tmp_path):
    body = text("energibridge/linux.csv").replace("5100.0", "4900.0")
    _, faults = reading(tmp_path, body)
    assert len(faults) == 1
    assert faults[0].startswith("no energy follows from it: the counter runs backwards, from ")


def test_the_package_power_of_an_intel_mac(tmp_path):
    intake, faults = reading(tmp_path, text("powermetrics/x86.txt"))
    assert (intake.runs[0].energy[0].value.value * 3.6e6, faults) == (pytest.approx(12 * 10 + 24 * 10), [])
    assert messages(intake, "modelled-component") == [
        "powermetrics estimates power from activity; Intel energy model derived package power counts"
    ]
    intake, _ = reading(tmp_path, text("powermetrics/x86.txt").replace("12.00W", "1x.00W"))
    assert intake.runs[0].energy[0].value.value * 3.6e6 == pytest.approx(240)


def test_lists_in_cells_of_amd_smi_and_names_that_are_numbers(tmp_path):
    body = "timestamp,gpu,gfx_activity,vcn_activity,socket_power\n" + "".join(
        f"{1740823200 + 1800 * n},0,95,\"['N/A', 'N/A']\",{400 + 100 * n}\n" for n in (0, 1)
    )
    intake, faults = reading(tmp_path, body, "amd.csv")
    assert (wh(intake), faults) == ([225.0], [])
    body = "".join(f"2025-03-01 10:{m:02}:00\ndevice,Average Graphics Package Power (W),Card model\ncard0,200.0,0x738c\n" for m in (0, 30))  # fmt: skip
    intake, _ = reading(tmp_path, body, "rocm.csv")
    assert (wh(intake), intake.runs[0].devices[0].model) == ([100.0], None)
