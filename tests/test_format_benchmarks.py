"""Benchmarks of models: serving benchmarks as text and JSON, the CSV of AIPerf, optimum-benchmark."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import NOW, findings
from intake_messages import faults_and_notes, only_fault
from test_formats import take

import lca
from lca.ingest.formats import serving_benchmark
from lca.ingest.log import Log

FIXTURES = Path(__file__).parent / "fixtures"
BENCH = (FIXTURES / "serving-benchmark" / "bench.log").read_text()
RESULT = (FIXTURES / "serving-benchmark" / "result.json").read_text()
AIPERF = (FIXTURES / "aiperf-csv" / "profile_export_aiperf.csv").read_text()
SUMMARY = FIXTURES / "aiperf" / "profile_export_aiperf.json"
REPORT = json.loads((FIXTURES / "optimum-benchmark" / "benchmark_report.json").read_text())
CONFIG = json.loads((FIXTURES / "optimum-benchmark" / "experiment_config.json").read_text())
GPUS = [{"match": "*", "gpu": "NVIDIA A100-SXM4-40GB", "count": 8, "system": "demo", "location": {"country": "DE"}}]


def written(tmp_path, text, name):
    path = tmp_path / name
    path.write_text(text)
    return path


def hours(path):
    return lca.assess(str(path), now=NOW, assign=GPUS).total("device_hours")["value"]


def work(run):
    return run.work.requests, run.work.tokens_in, run.work.tokens_out


def test_each_printed_result_is_a_run(tmp_path):
    path = written(tmp_path, BENCH, "bench.log")
    a = lca.assess(str(path), now=NOW)
    assert [(r.system.name, r.duration.value * 3600, work(r), r.provenance.rows) for r in a.intake.runs] == [
        ("Tiny-7B", pytest.approx(125.5), (500, 512000, 98304), [4, 14]),
        ("bench", pytest.approx(61.02), (240, 245760, 46080), [17, 26]),
    ]
    assert {f.message for f in findings(a, "no-energy")} == {
        "the benchmark states work and time, and neither energy nor power"
    }
    assert not findings(a, "lines-not-used")
    assert "jdoe" not in json.dumps(a.as_dict())
    assert hours(path) == pytest.approx(8 * (125.5 + 61.02) / 3600)


@pytest.mark.parametrize("marks", ["# ", "> ", "| ", "    "])
def test_a_result_that_was_quoted(tmp_path, marks):
    text = "".join(marks + line + "\n" for line in BENCH.splitlines())
    assert [work(r) for r in take(written(tmp_path, text, "b.md")).runs] == [(500, 512000, 98304), (240, 245760, 46080)]


BAD_BLOCKS = {
    "sign": ("125.50", "-125.50", "@: row 7: Benchmark duration (s): below 0 (found -125.50). Restore the row from its source."),
    "type": (" 500\nFailed", " many\nFailed", "@: row 5: Successful requests: not a number (found many). Restore the row from its source."),
    "infinite": ("125.50", "inf", "@: row 7: Benchmark duration (s): not a finite number (found inf). Restore the row from its source."),
    "zero": ("125.50", "0.00", "@: row 4: Benchmark duration (s): the result has no duration above 0. Restore the row from its source."),
    "missing": ("Benchmark duration (s):                  125.50\n", "", "@: row 4: Benchmark duration (s): the result has no duration above 0. Restore the row from its source."),
    "long": ("125.50", "7e17", "@: row 7: Benchmark duration (s): longer than a thousand years (found 7e17). Restore the row from its source."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_BLOCKS)
def test_one_bad_result_costs_that_result(tmp_path, name):
    old, new, message = BAD_BLOCKS[name]
    path = written(tmp_path, BENCH.replace(old, new, 1), "bench.log")
    only_fault(path, message)
    assert [work(r) for r in take(path).runs] == [(240, 245760, 46080)]


def test_a_result_that_is_cut_off_counts_where_its_duration_is_there(tmp_path):
    whole = BENCH[: BENCH.index("Total generated")]
    assert [work(r) for r in take(written(tmp_path, whole, "a.log")).runs] == [(500, 512000, None)]
    cut = BENCH[: BENCH.index("Benchmark duration")]
    assert faults_and_notes(written(tmp_path, cut, "b.log"))[0] == [
        "@: row 4: Benchmark duration (s): the result has no duration above 0. Restore the row from its source."
    ]


def test_the_json_of_a_serving_benchmark(tmp_path):
    [run] = take(written(tmp_path, RESULT, "r.json")).runs
    assert (run.system.name, run.stage, work(run)) == ("acme/Tiny-7B", "inference", (1200, 1228800, 307200))
    # date is the end, by the local clock: 10:15:00 less 903.25 s
    assert (run.start.isoformat(), run.end.isoformat()) == ("2026-03-02T09:59:56.750000", "2026-03-02T10:15:00")
    assert (run.provenance.producer, run.provenance.importer) == ("vLLM", "serving-benchmark")


def test_the_json_of_a_serving_benchmark_indented(tmp_path):
    path = written(tmp_path, json.dumps(json.loads(RESULT), indent=2), "r.json")
    assert [work(r) for r in take(path).runs] == [(1200, 1228800, 307200)]
    path.write_text(path.read_text()[:-20])
    [fault] = faults_and_notes(path)[0]
    assert fault.startswith("@: not JSON: ")


BAD_RESULTS = {
    "sign": ({"duration": -1}, "@: row 1: duration: below 0 (found -1). Restore the row from its source."),
    "type": ({"completed": [1]}, "@: row 1: completed: not a number (found [1]). Restore the row from its source."),
    "flag": ({"completed": True}, "@: row 1: completed: not a number (found True). Restore the row from its source."),
    "missing": ({"duration": None}, "@: row 1: duration: the result has no duration above 0 (found None). Restore the row from its source."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_RESULTS)
def test_a_bad_json_of_a_serving_benchmark(tmp_path, name):
    changed, message = BAD_RESULTS[name]
    path = written(tmp_path, json.dumps(json.loads(RESULT) | changed), "r.json")
    assert faults_and_notes(path)[0] == [message]


def test_a_date_that_is_none_is_told(tmp_path):
    path = written(tmp_path, json.dumps(json.loads(RESULT) | {"date": "yesterday"}), "r.json")
    [run] = take(path).runs
    assert (run.start, run.duration.value * 3600) == (None, pytest.approx(903.25))
    assert "the date of the result, yesterday, is no time; the run has no date" in faults_and_notes(path)[1]


def test_lines_of_sglang_are_runs_and_a_cut_one_is_set_aside(tmp_path):
    text = (FIXTURES / "serving-benchmark" / "sglang.jsonl").read_text()
    path = written(tmp_path, text, "s.jsonl")
    assert [(r.provenance.producer, r.duration.value * 3600, work(r)) for r in take(path).runs] == [
        ("SGLang", pytest.approx(200.5), (160, 163840, 81920)),
        ("SGLang", pytest.approx(360), (320, 327680, 163840)),
    ]
    path.write_text(text[:-40])
    [fault] = faults_and_notes(path)[0]
    assert fault.startswith("@: row 2: not a result of a benchmark (found {")
    assert len(take(path).runs) == 1


def test_a_printed_result_and_its_json_bear_one_identity(tmp_path):
    block = (
        BENCH.replace("125.50", "903.25")
        .replace(" 500\nFailed", " 1200\nFailed")
        .replace("512000", "1228800")
        .replace("98304", "307200")
    )
    text, saved = (
        list(serving_benchmark.read(Log(str(written(tmp_path, body, name)))))
        for body, name in ((block, "b.log"), (RESULT, "r.json"))
    )
    assert text[0].identity == saved[0].identity
    assert (text[0].position, saved[0].position) == (0.0, 1.0)
    assert text[1].identity != saved[0].identity


def test_the_summary_of_aiperf_as_csv(tmp_path):
    path = written(tmp_path, AIPERF, "profile_export_aiperf.csv")
    a = lca.assess(str(path), now=NOW)
    [run] = a.intake.runs
    assert (work(run), run.duration.value * 3600, run.work.latency.value * 3600) == (
        (600, 614700, 153750), pytest.approx(720), pytest.approx(2.4))  # fmt: skip
    # (480 + 460) / 2 = 470 W each
    assert [(d.model, d.count, d.power.value, d.utilisation) for d in run.devices] == [
        ("NVIDIA H100 80GB HBM3", 2, pytest.approx(0.47), None)
    ]
    assert [(f.severity, f.message) for f in findings(a, "columns-inferred")] == [
        ("info", "the file gives the mean length of a request, not the sum; tokens_out is 256.25 times 600 requests")
    ]
    assert not findings(a, "no-energy")
    assert not findings(a, "lines-not-used")
    assert "alice" not in json.dumps(a.as_dict())


def test_the_summary_of_aiperf_without_telemetry_of_gpus(tmp_path):
    path = written(tmp_path, AIPERF[: AIPERF.index("Endpoint,")], "p.csv")
    assert hours(path) == pytest.approx(8 * 720 / 3600)
    assert [n for n in faults_and_notes(path)[1] if "energy" in n] == ["the benchmark tells work, not energy"]


def test_utilisation_of_gpus_counts_where_their_power_is_missing(tmp_path):
    text = "".join(line for line in AIPERF.splitlines(keepends=True) if "Power Usage" not in line)
    [run] = take(written(tmp_path, text, "p.csv")).runs
    assert [(d.count, d.power, d.utilisation.value) for d in run.devices] == [(2, None, pytest.approx(0.7))]


@pytest.mark.parametrize("name", ["a_profile.csv", "z_profile.csv"])
def test_csv_and_json_of_one_benchmark_of_aiperf_count_once(tmp_path, name):
    shutil.copy(SUMMARY, tmp_path / "profile.json")
    text = AIPERF.replace("Benchmark Duration (sec),720.00", "Benchmark Duration (sec),1800.00").replace(
        "Request Count,600.00", "Request Count,900.00"
    )
    written(tmp_path, text, name)
    intake = take(tmp_path)
    [run] = intake.runs
    assert (work(run), [d.count for d in run.devices]) == ((900, 900000, 180000), [2])
    assert not intake.faults
    written(tmp_path, AIPERF, "other.csv")
    assert sorted(r.work.requests for r in take(tmp_path).runs) == [600, 900]


BAD_METRICS = {
    "sign": ("Benchmark Duration (sec),720.00", "Benchmark Duration (sec),-720.00", "@: row 8: Benchmark Duration (sec): below 0 (found -720.00). Restore the row from its source."),
    "unit": ("Benchmark Duration (sec),720.00", "Benchmark Duration (furlong),720.00", "@: row 8: Benchmark Duration (furlong): 'furlong' is the wrong dimension here; use s, h or d (found 720.00). Restore the row from its source."),
    "type": ("Request Count,600.00", "Request Count,six hundred", "@: row 10: Request Count: not a number (found six hundred). Restore the row from its source."),
    "missing": ("Request Count,600.00", "Request Count,", "@: row 10: Request Count: no value. Restore the row from its source."),
    "cut": ("Request Count,600.00\n", "Request Count\n", "@: row 10: its table has 2 columns (found 1 cells). Restore the row from its source."),
    "power": ("GPU Power Usage (W),480.00", "GPU Power Usage (W),-480.00", "@: row 14: GPU Power Usage (W): below 0 (found -480.00). Restore the row from its source."),
    "load": ("GPU Utilization (%),71.00", "GPU Utilization (%),171.00", "@: row 15: GPU Utilization (%): more than 100 % (found 171.00). Restore the row from its source."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_METRICS)
def test_one_bad_metric_of_aiperf_is_set_aside(tmp_path, name):
    old, new, message = BAD_METRICS[name]
    path = written(tmp_path, AIPERF.replace(old, new), "p.csv")
    only_fault(path, message)


def optimum(tmp_path, report=REPORT, config=CONFIG, names=("benchmark_report.json", "benchmark_config.json")):
    written(tmp_path, json.dumps(report), names[0])
    if config is not None:
        written(tmp_path, json.dumps(config), names[1])
    return tmp_path


@pytest.mark.parametrize(
    "names", [("benchmark_report.json", "benchmark_config.json"), ("a_report.json", "experiment_config.json")]
)
def test_phases_that_lie_in_no_other_are_added_up(tmp_path, names):
    a = lca.assess(str(optimum(tmp_path, names=names)), now=NOW)
    [run] = a.intake.runs
    assert (run.system.name, run.stage, run.provenance.producer_version) == ("acme/Tiny-1B", "inference", "0.6.0")
    # load_model 0.00042 + first_generate 0.00046 + generate 0.000224; prefill and decode are parts of generate
    assert run.energy[0].value.value == pytest.approx(0.001104)
    parts = run.energy[0].components
    assert (parts.accelerator.value, parts.cpu.value, parts.dram.value) == (
        pytest.approx(0.0009), pytest.approx(0.00017), pytest.approx(0.000034))  # fmt: skip
    assert run.duration.value * 3600 == pytest.approx(12 + 6 + 3)
    assert [(d.model, d.count) for d in run.devices] == [("NVIDIA A100-SXM4-80GB", 2)]
    assert [f.message for f in findings(a, "rows-left-out")] == [
        "the energy of generate is that of one call; how often it was called while energy was measured is not in the report"
    ]
    assert not findings(a, "empty-log")
    assert not findings(a, "lines-not-used")


def test_prefill_and_decode_count_where_generate_was_not_measured(tmp_path):
    report = {k: v for k, v in REPORT.items() if k != "generate"}
    [run] = take(optimum(tmp_path, report)).runs
    assert run.energy[0].value.value == pytest.approx(0.00042 + 0.00046 + 0.000045 + 0.000179)


def test_a_training_counts_as_a_whole(tmp_path):
    latency = {"unit": "s", "values": [10.0], "count": 1, "total": 10.0, "mean": 10.0}
    energy = {"unit": "kWh", "cpu": 0.001, "ram": 0.001, "gpu": 0.008, "total": 0.01}
    phase = {"memory": None, "latency": latency, "throughput": None, "energy": None, "efficiency": None}
    report = {
        "overall": phase | {"energy": energy},
        "warmup": phase | {"energy": energy},
        "train": phase | {"energy": energy},
    }
    [run] = take(optimum(tmp_path, report, None)).runs
    assert (run.stage, run.energy[0].value.value, run.duration.value * 3600) == ("training", 0.01, pytest.approx(10))


def test_a_report_and_its_copy_with_the_configuration_count_once(tmp_path):
    optimum(tmp_path)
    written(tmp_path, json.dumps({"config": CONFIG, "report": REPORT}), "benchmark.json")
    intake = take(tmp_path)
    assert [r.energy[0].value.value for r in intake.runs] == [pytest.approx(0.001104)]
    assert not intake.faults


def test_a_report_of_latencies_alone(tmp_path):
    report = {name: phase | {"energy": None} for name, phase in REPORT.items()}
    a = lca.assess(str(optimum(tmp_path, report)), now=NOW)
    assert a.total("device_hours")["value"] == pytest.approx(2 * (12 + 6 + 9) / 3600)
    assert [f.message for f in findings(a, "no-energy")] == ["the report holds latencies and no energy"]


def test_a_configuration_without_its_report(tmp_path):
    path = written(tmp_path, json.dumps(CONFIG), "benchmark_config.json")
    intake = take(path)
    assert intake.runs == []
    assert f"{path} is the configuration of a benchmark; its benchmark_report.json is not among the files" in [
        n.message for _, n in intake.notes
    ]


BAD_ENERGIES = {
    "sign": ({"total": -1}, "load_model.energy.total: below 0 (found -1)"),
    "unit": ({"unit": "furlong"}, "load_model.energy.gpu: 'furlong' is the wrong dimension here; use Wh, kWh, MWh or J (found 0.0003)"),
    "type": ({"gpu": "much"}, "load_model.energy.gpu: not a number (found much)"),
    "list": ({"cpu": [1]}, "load_model.energy.cpu: not a number (found [1])"),
    "missing": ({"unit": 7, "cpu": 1, "ram": 2}, "load_model.energy: not an energy by part with its unit (found {'unit': 7, 'cpu': 1, 'ram': 2, 'gpu': 0.0003, 'total': 0.00...)"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_ENERGIES)
def test_a_phase_with_a_bad_energy_sets_the_report_aside(tmp_path, name):
    changed, message = BAD_ENERGIES[name]
    phase = REPORT["load_model"]
    report = {"load_model": phase | {"energy": phase["energy"] | changed}}
    path = written(tmp_path, json.dumps(report), "benchmark_report.json")
    assert faults_and_notes(path)[0] == [f"@: {message}. Restore the row from its source."]
