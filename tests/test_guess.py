"""Drafts of mappings: what a header states is read at once, unedited; what a table cannot know is asked for, and never made up."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import NOW, findings
from test_formats import take

import lca
from lca.errors import InputError
from lca.ingest.guess import draft
from lca.ingest.header import parse
from lca.ingest.log import Log

#: what the profile knows of a machine, which no table says
NODE = {"id": "p", "assign": [{"match": "*", "energy_boundary": "node", "reason": "meter of the machine"}]}


def assessed(tmp_path, text, name="jobs.csv", profile=NODE):
    """A table and its draft, as `lca convert --guess` writes it, in one folder."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "draft.map.yaml").write_text(draft([Log(str(tmp_path / name))], str(tmp_path)), encoding="utf-8")
    return lca.assess(str(tmp_path), profile=profile, now=NOW)


def drafted(tmp_path, text, name="jobs.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return draft([Log(str(tmp_path / name))], str(tmp_path))


NAMES = {
    "TotalTime(S)": (("total", "time"), "s"), "Total Energy (J)": (("total", "energy"), "J"), "energy_kwh": (("energy",), "kWh"),
    "power_consumption(kWh)": (("power", "consumption"), "kWh"), "EnergyKWh": (("energy",), "kWh"), "Watts": (("watts",), "W"),
    "cpu_energy_uj": (("cpu", "energy"), "uJ"), "Energy (µJ)": (("energy",), "uJ"), "power.draw [W]": (("power", "draw"), "W"),
    "Energie in kWh": (("energie",), "kWh"), "Laufzeit (min)": (("laufzeit",), "min"), "total_kwh_used": (("total", "kwh", "used"), "kWh"),
    "ElapsedRaw": (("elapsed", "raw"), "s"), "ConsumedEnergyRaw": (("consumed", "energy", "raw"), "J"), "TimelimitRaw": (("timelimit", "raw"), ""),
    "numGPUs": (("num", "gpus"), ""), "co2 (kg CO2eq)": (("co2",), "kgCO2e"), "gpu_hours": (("gpu",), "h"), "power_mW": (("power",), "mW"),
    "PowerMW": (("power",), "MW"), "POWER_MW": (("power", "mw"), ""), "ENERGY_KWH": (("energy",), "kWh"), "params": (("params",), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_words_and_the_unit_of_a_name(name):
    header = parse(name)
    assert (header.words, header.unit) == NAMES[name]


@pytest.mark.parametrize("name", ["energy per token (J)", "kWh/request", "tokens_per_second"])
def test_a_ratio_is_no_amount(name):
    assert parse(name).is_ratio


#: header and rows -> kWh at the node, hours in all
AMOUNTS = {
    # 300 + 700 J over 10 + 20 s
    "joules in brackets": ("Task,TotalTime(S),TotalEnergy(J)\nx,10,300\ny,20,700\n", 1000 / 3.6e6, 30 / 3600),
    # the unit says that a consumption of power is energy
    "a power that is an energy": ("run_id,power_consumption_kwh,duration_h\na,1.25,2\nb,0.75,1\n", 2.0, 3.0),
    # 1:30:00 + 26:00:00 + 0:30:00
    "durations beyond a day": ("name,time,energy(Wh)\na,1:30:00,500\nb,26:00:00,1500\nc,0:30:00,1000\n", 3.0, 28.0),
    # 2 d 3 h + 45 min
    "durations of SLURM": ("job_id,Elapsed,energy_kwh\n1,2-03:00:00,4\n2,00:45:00,1\n", 5.0, 51.75),
    "durations of pandas": ("job,runtime,kwh\n1,0 days 03:15:00,4\n2,1 days 00:45:00,1\n", 5.0, 28.0),
    # 90 s + 30.5 s
    "minutes with decimals of seconds": ("job,elapsed,joules\n1,1:30.0,400\n2,0:30.5,100\n", 500 / 3.6e6, 120.5 / 3600),
    "minutes by the header": ("job,elapsed (mm:ss),joules\n1,90:00,400\n2,30:00,100\n", 500 / 3.6e6, 2.0),
    "raw fields of SLURM": ("JobIDRaw,ElapsedRaw,ConsumedEnergyRaw\n11,3600,720000\n12,1800,360000\n", 0.3, 1.5),
    "a decimal comma": ("Auftrag;Laufzeit (min);Energie (Wh)\na;90,5;2400,5\nb;29,5;99,5\n", 2.5, 2.0),
    "a decimal comma in quotes": ('job,duration (h),energy (kWh)\na,"1,5","0,97"\nb,"0,5","1,03"\n', 2.0, 2.0),
    "tabs": ("job\tduration_s\tenergy_wh\na\t3600\t500\nb\t1800\t250\n", 0.75, 1.5),
    "units in the cells": ("job,duration,energy\na,2 h,1.5 kWh\nb,30 min,500 Wh\n", 2.0, 2.5),
    # 300 W for 1 h and 200 W for 2 h
    "mean power and duration": ("job,avg_power(W),duration(s)\na,300,3600\nb,200,7200\n", 0.7, 3.0),
    # the time of day beside a date is no duration
    "a time of day": ("date,time,duration_h,energy(kWh)\n2025-03-01,1:00:00,2,1\n2025-03-01,3:30:00,1,2\n", 3.0, 3.0),
    "a total beside its parts": ("job,seconds,cpu_energy_kwh,gpu_energy_kwh,total_energy_kwh\na,3600,1,2,3\nb,3600,0.5,1.5,2\n", 5.0, 2.0),
    "the same in two units": ("job,duration_s,energy_kwh,energy_j\na,3600,1,3600000\nb,3600,0.5,1800000\n", 1.5, 2.0),
}  # fmt: skip


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_header_that_states_quantity_and_unit_is_read_at_once(tmp_path, name):
    text, kwh, hours = AMOUNTS[name]
    a = assessed(tmp_path, text)
    assert not a.intake.faults
    assert sum(r.energy[0].value.value for r in a.intake.runs) == pytest.approx(kwh)
    assert sum(r.duration.value for r in a.intake.runs) == pytest.approx(hours)


def test_parts_that_add_up_are_summed(tmp_path):
    # 100 + 120 J and 90 + 100 J of two GPUs each
    a = assessed(tmp_path, "job,gpu0_energy(J),gpu1_energy(J),time(s)\na,100,120,5\nb,90,100,4\n")
    assert [r.energy[0].value.value for r in a.intake.runs] == [pytest.approx(220 / 3.6e6), pytest.approx(190 / 3.6e6)]
    assert {r.energy[0].boundary for r in a.intake.runs} == {"accelerator"}


def test_energies_of_which_none_is_known_to_be_the_whole_are_asked_for(tmp_path):
    text = drafted(tmp_path, "job,energy_phase_one_j,energy_phase_two_j\na,100,120\nb,90,100\n")
    assert (
        '  energy: {column: "???", unit: "???"}  # which one is that of the whole row: "energy_phase_one_j", "energy_phase_two_j"?\n'
        in text
    )


def test_what_no_table_knows_is_never_drafted(tmp_path):
    a = assessed(tmp_path, "job,energy_kwh\na,1.5\n", profile={"id": "p"})
    assert [f.message for f in findings(a, "boundary-not-stated")] == [
        "the file does not state the measurement boundary of its energy; the energy was not used"
    ]
    assert a.intake.runs[0].energy == []


@pytest.mark.parametrize(
    ("header", "boundary"),
    [("gpu_energy_kwh", "accelerator"), ("node_energy_kwh", "node"), ("energy_kwh", None), ("system_energy_kwh", None)],
)
def test_a_boundary_is_drafted_where_the_name_says_it(tmp_path, header, boundary):
    lines = drafted(tmp_path, f"job,{header}\na,1.5\nb,2\n").splitlines()
    stated = [line for line in lines if line.startswith("  boundary:")]
    assert stated == ([f"  boundary: {boundary}  # by the names of the columns: check"] if boundary else [])


#: header and rows of samples -> kWh of the run
SERIES = {
    # 1500 W for an hour
    "a locale": ("Zeit;Leistung (kW)\n01.03.2025 10:00:00;1,5\n01.03.2025 10:30:00;1,5\n01.03.2025 11:00:00;1,5\n", 1.5),
    "epoch times": ("ts,watts\n1740816000,100\n1740817800,100\n1740819600,100\n", 0.1),
    "epoch times in milliseconds": ("timestamp,power_w\n1740816000000,100\n1740817800000,100\n1740819600000,100\n", 0.1),
    "seconds from the start": ("elapsed (s),Power (W)\n0,100\n1800,100\n3600,100\n", 0.1),
    "a clock without a date": ("time,Power (W)\n10:00:00,100\n10:30:00,100\n11:00:00,100\n", 0.1),
    "milliseconds and joules from the start": ("time_relative_ms,energy_relative_joules\n0,0\n1800000,150000\n3600000,360000\n", 0.1),
    # 100 J, then from 0 again to 50 J
    "a counter that was reset": ("time,cumulative_energy_j\n2025-03-01 10:00:00,900\n2025-03-01 10:00:01,1000\n2025-03-01 10:00:02,50\n", 150 / 3.6e6),
    "date and time in two columns": ("Datum;Uhrzeit;Leistung (W)\n01.03.2025;10:00;100\n01.03.2025;10:30;100\n01.03.2025;11:00;100\n", 0.1),
    # a counter that began at 7,000 J and ends at 367,000 J
    "a counter": ("time,total_energy_j\n2025-03-01 10:00:00,7000\n2025-03-01 10:30:00,187000\n2025-03-01 11:00:00,367000\n", 0.1),
    # 50 + 20 + 30 Wh, each since the line before
    "energy per interval": ("time,energy_wh\n2025-03-01 10:00:00,50\n2025-03-01 10:01:00,20\n2025-03-01 10:02:00,30\n", 0.1),
    # 100 W and 200 W of two devices in one column, for an hour
    "devices in rows": ("time,gpu_id,power_w\n" + "".join(f"2025-03-01 1{h}:{m}:00,{g},{100 * (g + 1)}\n" for h, m in ((0, "00"), (0, "30"), (1, "00")) for g in (0, 1)), 0.3),
    # 100 W and 200 W in two columns and their sum in a third
    "a total beside its parts": ("time,cpu (W),gpu (W),total (W)\n2025-03-01 10:00:00,100,200,300\n2025-03-01 10:30:00,100,200,300\n2025-03-01 11:00:00,100,200,300\n", 0.3),
    "the same power three times": ("time,power.draw [W],power.draw.average [W],power.draw.instant [W]\n2025-03-01 10:00:00,100,99,101\n2025-03-01 10:30:00,100,99,101\n"
                                   "2025-03-01 11:00:00,100,99,101\n", 0.1),
    "a limit is no power": ("time,power_w,power_limit_w\n2025-03-01 10:00:00,100,300\n2025-03-01 10:30:00,100,300\n2025-03-01 11:00:00,100,300\n", 0.1),
}  # fmt: skip


@pytest.mark.parametrize("name", SERIES)
def test_samples_over_time_are_read_at_once(tmp_path, name):
    text, kwh = SERIES[name]
    a = assessed(tmp_path, text)
    assert not a.intake.faults
    [run] = a.intake.runs
    assert run.energy[0].value.value == pytest.approx(kwh)


def test_the_nodes_of_a_job_and_its_devices(tmp_path):
    a = assessed(tmp_path, "job_id,num_nodes,n_gpus,gpu,duration_h,energy_kwh\n1,50,400,NVIDIA A100-SXM4-40GB,10,330\n")
    [run] = a.intake.runs
    assert (run.host.count, run.devices[0].count, run.devices[0].model) == (50, 400, "NVIDIA A100-SXM4-40GB")


def test_words_of_other_tools_for_stage_and_status(tmp_path):
    text = drafted(tmp_path, "job,phase,state,kwh\na,train,COMPLETED,1\nb,eval,FAILED,1\n")
    assert '  stage: {column: "phase", values: {"train": training, "eval": evaluation}}\n' in text
    assert '  status: {column: "state", values: {"COMPLETED": completed, "FAILED": failed}}\n' in text


def test_an_id_that_is_there_twice_is_none(tmp_path):
    a = assessed(tmp_path, "job_id,kwh\n7,1\n7,2\n")
    assert sum(r.energy[0].value.value for r in a.intake.runs) == pytest.approx(3.0)


def test_a_table_without_header(tmp_path):
    text = drafted(tmp_path, "2025-03-01 10:00:00,250.5\n2025-03-01 10:00:10,251\n2025-03-01 10:00:20,249\n")
    assert (
        "header: [column1, column2]  # the table names no columns: give them the names that they should have\n" in text
    )
    assert '    - {column: "column2", unit: "???"}  # state the unit (W, kW): the header does not\n' in text
    (tmp_path / "m.yaml").write_text(text.replace('"???"', "W").replace("# boundary: node", "boundary: node"))
    assert take(tmp_path).runs[0].energy[0].value.value == pytest.approx((250.75 + 250) * 10 / 3.6e6)


def test_a_log_of_the_green_metrics_tool(tmp_path):
    text = drafted(
        tmp_path,
        "1740823200000000 5000 [machine]\n1740823201000000 6000 [machine]\n1740823202000000 7000 [machine]\n",
        "psu.log",
    )
    assert "header: [time, value, detail]" in text
    (tmp_path / "m.yaml").write_text(text.replace('"???"', "mJ").replace("# boundary: node", "boundary: node"))
    [run] = take(tmp_path).runs
    assert run.energy[0].value.value == pytest.approx(18 / 3.6e6)  # 5 + 6 + 7 J


def test_two_forms_of_a_duration_are_asked_for(tmp_path):
    text = drafted(tmp_path, "job,elapsed,kwh\na,1:30,1\nb,2:10,2\n")
    assert (
        '  duration: {column: "elapsed", format: "???"}  # minutes and seconds (M:S), or hours and minutes (H:M)?\n'
        in text
    )


def test_one_draft_for_tables_of_one_header(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    for month, kwh in (("jan", 1), ("feb", 2)):
        (tmp_path / "logs" / f"jobs [{month}].csv").write_text(
            f"start,duration_h,node_energy_kwh\n2025-01-01,1,{kwh}\n2025-01-02,1,{kwh}\n"
        )
    done = cli("convert", "--guess", "logs/jobs [jan].csv", "logs/jobs [feb].csv", "-o", "jobs.map.yaml")
    assert (done.code, done.err) == (
        0,
        "wrote a draft to jobs.map.yaml: check it, and give it together with the tables\n",
    )
    assert 'match: "logs/jobs [[]*].csv"' in (tmp_path / "jobs.map.yaml").read_text()
    intake = take(tmp_path)
    assert (len(intake.runs), sum(r.energy[0].value.value for r in intake.runs)) == (4, pytest.approx(6.0))


def test_tables_of_different_headers_have_no_common_draft(tmp_path):
    for name, text in (("a.csv", "job,kwh\n1,2\n"), ("b.csv", "job,wh\n1,2\n")):
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as error:
        draft([Log(str(tmp_path / "a.csv")), Log(str(tmp_path / "b.csv"))], str(tmp_path))
    assert str(error.value) == (
        f"{tmp_path}/b.csv: its header is not that of {tmp_path}/a.csv. Draft a mapping for each kind of table."
    )


def test_a_parquet_table(tmp_path):
    pq.write_table(
        pa.table({"job": ["a", "b"], "duration_s": [3600.0, 1800.0], "energy_kwh": [1.5, 2.0]}),
        tmp_path / "jobs.parquet",
    )
    (tmp_path / "m.yaml").write_text(draft([Log(str(tmp_path / "jobs.parquet"))], str(tmp_path)))
    runs = lca.assess(str(tmp_path), profile=NODE, now=NOW).intake.runs
    assert [(r.id, r.duration.value, r.energy[0].value.value) for r in runs] == [("a", 1.0, 1.5), ("b", 0.5, 2.0)]
