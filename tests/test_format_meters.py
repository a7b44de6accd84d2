"""Meters of machines: powermetrics, Power Gadget, IPMI, Redfish, and the text of nvidia-smi."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import NOW, findings
from test_formats import REAL, real, take

import lca

FIXTURES = Path(__file__).parent / "fixtures"


def text(name):
    path = sorted((FIXTURES / name).iterdir())[0]
    return path.read_text()


def assess(tmp_path, body, name="log.txt"):
    (tmp_path / name).write_text(body)
    return lca.assess(str(tmp_path), now=NOW)


def faults(tmp_path, body, name="log.txt"):
    (tmp_path / name).write_text(body)
    return [str(f).removeprefix(f"{tmp_path}/{name}") for f in take(tmp_path).faults]


def test_estimates_of_powermetrics_are_modelled(tmp_path):
    a = assess(tmp_path, text("powermetrics"))
    assert "powermetrics estimates power from activity; Combined Power (CPU + GPU + ANE) counts" in {
        f.message for f in findings(a, "modelled-component")
    }


def test_samples_of_powermetrics_without_power(tmp_path):
    body = "\n".join(line for line in text("powermetrics").splitlines() if "Power" not in line)
    assert faults(tmp_path, body) == [
        ": no sample with a power. Record with powermetrics --samplers cpu_power,gpu_power."
    ]
    body = text("powermetrics").replace("Sat Mar  1 10:00:20 2025", "Sat Mar 99 10:00:20 2025")
    assert faults(tmp_path, body) == [
        ": row 13: not the begin of a sample (found *** Sampled system activity (Sat Mar 99 10:00:20 2025 +0100)...). "
        "Restore the row from its source."
    ]


def test_a_counter_of_power_gadget_that_falls(tmp_path):
    body = text("intel-power-gadget").replace("30.0,40.0,11.111", "30.0,4.0,11.111")
    assert faults(tmp_path, body, "log.csv") == [
        ": row 3: Cumulative Processor Energy_0(Joules): not a reading of a counter that rises (found 4.0). Restore the row from its source."
    ]
    a = assess(tmp_path, text("intel-power-gadget"), "log.csv")
    [energy] = a.intake.runs[0].energy
    assert (energy.components.cpu.value * 3.6e6, energy.components.dram.value * 3.6e6) == pytest.approx((40.0, 2.0))
    assert [f.message for f in findings(a, "clock-fault")] == ["its times have no date, so the run has none"]


def test_readings_of_0_w_are_none(tmp_path):
    a = assess(tmp_path, text("ipmi").replace("400 Watts", "0 Watts", 1))
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(0.3)
    assert [f.message for f in findings(a, "rows-left-out")] == [
        "one reading is 0 W, as a device without a meter gives; it was left out"
    ]


def test_one_reading_of_ipmi(tmp_path):
    body = text("ipmi").partition("\n\n")[0]
    assert faults(tmp_path, body) == [
        ": no energy follows from fewer than two readings (found 1 with a time and a power above 0). "
        "Repeat the reading, with its IPMI timestamp."
    ]
    assert faults(tmp_path, text("ipmi").replace("600 Watts", "some Watts", 1).replace("Mar  1 11", "Mar 99 11")) == [
        ": row 10: Instantaneous power reading: not a number (found some Watts). Restore the row from its source.",
        ": row 14: IPMI timestamp: not a time (found Sat Mar 99 11:00:00 2025). Restore the row from its source.",
        ": no energy follows from fewer than two readings (found 1 with a time and a power above 0). "
        "Repeat the reading, with its IPMI timestamp.",
    ]


def test_meters_of_parts_are_not_added(tmp_path):
    a = assess(tmp_path, text("redfish"), "p.jsonl")
    assert a.intake.runs[0].energy[0].value.value == pytest.approx(1.75)
    assert [f.message for f in findings(a, "steps-left-out")] == [
        "PowerControl[0] counts; one other meter of the file overlaps it and was left out"
    ]


def test_a_report_of_metrics(tmp_path):
    values = [{"MetricId": "PowerConsumedWatts", "MetricValue": str(w), "Timestamp": f"2025-03-01T{h}:00:00+01:00",
               "MetricProperty": "/redfish/v1/Chassis/1/Power#/PowerControl/0/PowerConsumedWatts"} for h, w in ((10, 500), (11, 700))]  # fmt: skip
    [run] = assess(
        tmp_path, json.dumps({"@odata.type": "#MetricReport.v1_4_2.MetricReport", "MetricValues": values}), "m.json"
    ).intake.runs
    assert (run.energy[0].value.value, run.start.isoformat()) == (pytest.approx(0.6), "2025-03-01T09:00:00+00:00")


def test_a_counter_of_a_node(tmp_path):
    lines = [json.dumps({"timestamp": f"2025-03-01T1{h}:00:00Z", "resource": {
        "@odata.type": "#EnvironmentMetrics.v1_3_0.EnvironmentMetrics", "EnergykWh": {"Reading": 100.5 + h}, "PowerWatts": {"Reading": 900}}}) for h in (0, 1, 2)]  # fmt: skip
    [run] = assess(tmp_path, "\n".join(lines), "e.jsonl").intake.runs
    assert (run.energy[0].value.value, run.energy[0].method) == (pytest.approx(2.0), "counter")


def test_a_resource_without_a_time(tmp_path):
    body = json.dumps({"@odata.type": "#Power.v1_7_1.Power", "PowerControl": [{"PowerConsumedWatts": 1000}]})
    assert faults(tmp_path, body, "p.json") == [
        ": no energy follows from fewer than two readings with a time (found one reading without a time). "
        "Save each reading with its time, as JSON Lines with a timestamp beside the resource."
    ]
    assert faults(tmp_path, '{"@odata.type": "#Power.v1_7_1.Power", "PowerControl": [5]}', "p.json")[0].startswith(
        ": row 1: not a resource as its type says"
    )


ADVICE = "Log with nvidia-smi dmon -o DT, or nvidia-smi --query-gpu=timestamp,index,name,power.draw --format=csv -l 10."


def test_dmon_without_times_gives_no_energy(tmp_path):
    body = "# gpu    pwr  gtemp\n# Idx      W      C\n    0    300     60\n    0    310     60\n"
    assert faults(tmp_path, body) == [f": no energy follows from it (found 2 samples without a time). {ADVICE}"]


def test_dmon_with_times_of_day(tmp_path):
    body = "#Time        gpu    pwr\n#HH:MM:SS    Idx      W\n 10:00:00      0    300\n 10:30:00      0    -\n 11:00:00      0    300\n"
    a = assess(tmp_path, body)
    [run] = a.intake.runs
    assert (run.start, run.duration.value, run.energy[0].value.value) == (None, 1.0, pytest.approx(0.3))
    assert findings(a, "clock-fault")


def test_torn_rows_of_dmon(tmp_path):
    body = (
        text("nvidia-dmon")
        .replace("20250301   10:30:00      1    200", "20250301   10:30:00      1    2x0")
        .replace(" 20250301   11:00:00      1    200     58      -     70     30\n", " 20250301   11:00:00\n")
    )
    assert faults(tmp_path, body) == [
        ": row 6: pwr: not a power (found 2x0). Restore the row from its source.",
        ": row 10: the header has 8 (found 2 cells). Restore the row from its source.",
    ]


def test_blocks_of_the_long_text(tmp_path):
    block = "\n==============NVSMI LOG==============\n\nTimestamp                                 : Sat Mar  1 {} 2025\nAttached GPUs                             : 1\n" \
            "GPU 00000000:18:00.0\n    Product Name                          : NVIDIA H100 80GB HBM3\n    GPU UUID                              : GPU-1\n" \
            "    Power Readings\n        Power Draw                        : {} W\n    Module Power Readings\n        Power Draw                        : 900.00 W\n"  # fmt: skip
    a = assess(tmp_path, block.format("10:00:00", "400.00") + block.format("11:00:00", "600.00"))
    [run] = a.intake.runs
    assert (run.energy[0].value.value, run.devices[0].model, run.devices[0].count) == (
        pytest.approx(0.5), "NVIDIA H100 80GB HBM3", 1)  # fmt: skip


@real
def test_real_files():
    [run] = take(REAL / "power-tools" / "apple_powermetrics.txt").runs
    # mean package power of ten samples of about 107 ms each, times their length
    assert run.energy[0].value.value * 3.6e6 == pytest.approx(0.5510, rel=2e-3)
    [run] = take(REAL / "power-tools" / "intel_power_gadget.csv").runs
    assert run.energy[0].value.value * 3.6e6 == pytest.approx(3.141 + 1.426)
    [fault] = take(REAL / "nvidia-smi" / "full_q_text_4gpu.txt").faults
    assert str(fault).endswith(f": no energy follows from it (found 4 GPUs at one time). {ADVICE}")


def notes(tmp_path, body, name="log.txt"):
    (tmp_path / name).write_text(body)
    known = ("stage-assumed", "system-assumed", "modelled-component")
    return [n.message for _, n in take(tmp_path).notes if n.code not in known]


def reading(watts, time):
    return f"\n    Instantaneous power reading:  {watts} Watts\n    IPMI timestamp:   {time}\n    Power reading state is:  activated\n"


def test_a_zone_that_ipmitool_prints_comes_before_one_that_is_assumed(tmp_path):
    body = "".join(reading(500, f"10/26/2025 {time}") for time in ("02:30:00 CEST", "02:30:00 CET", "03:30:00 CET"))
    (tmp_path / "p.txt").write_text(body)
    a = lca.assess(str(tmp_path), profile={"id": "p", "assign": [{"time_zone": "America/New_York"}]}, now=NOW)
    [run] = a.intake.runs
    # 500 W over two hours of real time: 02:30 summer time, 02:30 and 03:30 winter time
    assert (run.energy[0].value.value, run.start.isoformat()) == (pytest.approx(1.0), "2025-10-26T00:30:00+00:00")
    assert not [f for f in findings(a, "assigned") if "time zone" in f.message]
    assert not findings(a, "timezone-assumed")


@pytest.mark.parametrize("name", ["ipmi", "dmon"])
def test_a_clock_that_goes_back_in_a_known_zone_adds_an_hour(tmp_path, name):
    hours = ("01:00:00", "01:30:00", "02:00:00", "02:30:00", "02:00:00", "02:30:00", "03:00:00", "03:30:00", "04:00:00")
    if name == "ipmi":
        body = "".join(reading(400, f"Sun Oct 26 {hour} 2025") for hour in hours)
    else:
        body = "#Date Time gpu pwr\n#YYYYMMDD HH:MM:SS Idx W\n" + "".join(f"20251026 {hour} 0 400\n" for hour in hours)
    (tmp_path / "log.txt").write_text(body)
    rule = {"time_zone": "Europe/Berlin"}
    [run] = lca.assess(str(tmp_path), profile={"id": "p", "assign": [rule]}, now=NOW).intake.runs
    # 400 W from 01:00 summer time to 04:00 winter time: four hours
    assert run.energy[0].value.value == pytest.approx(1.6)
    assert (run.end - run.start).total_seconds() == 4 * 3600


def test_lines_that_scripts_and_newer_versions_join_are_read(tmp_path):
    body = "".join(f"Instantaneous power reading:   600 Watts     IPMI timestamp:   03/01/2025 1{h}:00:00 UTC    Sampling period:   00000001 Seconds.\n" for h in (0, 1))  # fmt: skip
    [run] = assess(tmp_path, body).intake.runs
    assert (run.energy[0].value.value, run.start.isoformat()) == (pytest.approx(0.6), "2025-03-01T10:00:00+00:00")


def test_a_reading_of_ipmi_in_another_unit_or_without_its_time_is_set_aside(tmp_path):
    body = text("ipmi").replace("600 Watts", "600 Amps", 1)
    assert faults(tmp_path, body) == [
        ": row 10: Instantaneous power reading: 'Amps' is an unknown unit here; use W or kW (found 600 Amps). Restore the row from its source."
    ]
    assert faults(
        tmp_path, text("ipmi").replace("    IPMI timestamp:                           Sat Mar  1 10:30:00 2025\n", "")
    ) == [": row 10: Instantaneous power reading: no time follows the reading. Restore the row from its source."]
    body = text("ipmi").replace("Instantaneous power reading:                   600", "Momentary power:  600", 1)
    assert faults(tmp_path, body) == [
        ": row 11: IPMI timestamp: no power stands before the time (found Sat Mar  1 10:30:00 2025). Restore the row from its source."
    ]
    assert notes(tmp_path, body) == [
        f"one line of {tmp_path}/log.txt, row 10, is in no form that the format has; it was not used"
    ]


def test_a_power_of_powermetrics_that_is_none_is_never_0(tmp_path):
    body = text("powermetrics")
    for wrong, problem in (
        ("50.00.0 mW", "not a number"),
        ("-5 mW", "below 0"),
        ("20000 mA", "'mA' is the wrong dimension here; use W or kW"),
        ("", "no value"),
    ):
        torn = body.replace("ANE): 20000 mW", f"ANE): {wrong}")
        found = f" (found {wrong})" if wrong else ""
        assert faults(tmp_path, torn) == [
            f": row 18: Combined Power (CPU + GPU + ANE): {problem}{found}. Restore the row from its source."
        ]
    only = "\n".join(line for line in body.splitlines() if "Combined" not in line)
    [run] = assess(tmp_path, only.replace("CPU Power: 8000 mW", "CPU Power: 8000 mA")).intake.runs
    # the second sample lacks a part of its sum, and does not count: 10 W over 10 s
    assert run.energy[0].value.value == pytest.approx(10 * 10 / 3.6e6)
    body = body.replace("Combined Power (CPU + GPU + ANE): 20000 mW\n", "")
    assert notes(tmp_path, body) == [
        "one sample holds only CPU Power + GPU Power + ANE Power, unlike the others; this counts for it"
    ]


def test_readings_of_redfish_that_are_none_are_told(tmp_path):
    lines = [json.loads(line) for line in text("redfish").splitlines()]
    lines[0]["PowerControl"][0]["PowerConsumedWatts"] = "-5"
    lines[1]["timestamp"] = "noon"
    lines[2]["PowerControl"][0]["PowerConsumedWatts"] = None
    body = "\n".join(map(json.dumps, lines))
    assert faults(tmp_path, body, "p.jsonl")[:2] == [
        ": row 1: PowerControl[0]: below 0 (found -5). Restore the row from its source.",
        ": row 2: time: not a time (found noon). Restore the row from its source.",
    ]
    assert notes(tmp_path, body, "p.jsonl") == [
        "one reading has no value; it was left out",
        "one resource of the file gives no reading of PowerControl[1] with a time",
    ]


def test_columns_of_power_gadget_without_joules_are_told(tmp_path):
    body = text("intel-power-gadget").replace("Cumulative DRAM Energy_0(Joules)", "Cumulative DRAM Energy_0(J)")
    assert notes(tmp_path, body, "log.csv") == [
        "its times have no date, so the run has none",
        "no column holds the joules of DRAM 0; the energy lacks them",
    ]
