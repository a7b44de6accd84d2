"""Logs of trainings that state their time: Ultralytics, LLaMA-Factory with and without its Trainer, checkpoints of one training."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conftest import NOW, findings
from intake_messages import faults_and_notes, only_fault
from test_formats import HEADER, TAIL, flush, take

import lca
from lca.ingest import elapsed, reader
from lca.ingest.assign import Local
from lca.ingest.elapsed import Point
from lca.ingest.formats import hf_trainer, llama_factory
from lca.ingest.log import Log
from lca.site import Assign

FIXTURES = Path(__file__).parent / "fixtures"
RESULTS = (FIXTURES / "ultralytics" / "results.csv").read_text()
STEPS = (FIXTURES / "llama-factory" / "trainer_log.jsonl").read_text()
GPUS = [{"match": "*", "gpu": "NVIDIA A100-SXM4-40GB", "count": 8, "system": "demo", "location": {"country": "DE"}}]


def results(tmp_path, text=RESULTS, name="results.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def hours(path):
    """Device-hours of eight GPUs, and the faults."""
    a = lca.assess(str(path), now=NOW, assign=GPUS)
    return a.total("device_hours")["value"], [f.problem for f in a.intake.faults]


@pytest.mark.parametrize(
    ("points", "seconds", "legs", "outliers"),
    [
        ([(1, 100), (2, 200), (3, 300)], 300, 1, []),
        ([(2, 200), (1, 100), (3, 300)], 300, 1, []),  # rows out of order
        ([(3, 300), (4, 400), (1, 100), (2, 200)], 400, 1, []),  # blocks out of order
        ([(1, 100), (2, 200), (3, 90), (4, 180)], 380, 2, []),  # resumed: 200 + 180
        ([(1, 100), (2, 200), (2, 90), (3, 180)], 380, 2, []),  # resumed from a checkpoint before the last epoch
        ([(1, 100), (2, 200), (3, 3e6), (4, 400), (5, 500)], 500, 1, [3]),  # one value that is wrong
        ([(1, 100)], 100, 1, []),
        ([], 0, 0, []),
    ],
)
def test_time_since_the_start(points, seconds, legs, outliers):
    found = elapsed.elapsed([Point(row, step, at) for row, (step, at) in enumerate(points, start=1)])
    assert (found.seconds, [p.row for p in found.outliers]) == (seconds, outliers)
    assert found.legs == legs or not points


def test_a_training_of_ultralytics_with_its_arguments(tmp_path):
    shutil.copytree(FIXTURES / "ultralytics", tmp_path / "train")
    a = lca.assess(str(tmp_path), now=NOW)
    [run] = a.intake.runs
    assert (run.system.name, run.stage, run.duration.value) == ("yolo11s", "training", pytest.approx(601.5 / 3600))
    assert [(d.kind, d.count, d.model) for d in run.devices] == [("gpu", 2, None)]
    assert run.provenance.rows == [2, 5]
    assert [f.message for f in findings(a, "cumulative-rows")] == [
        "4 rows count the time from the start; the last one counts"
    ]
    assert [f.message for f in findings(a, "no-energy")] == [
        "the log states how long it took, and neither energy nor power"
    ]
    assert not findings(a, "lines-not-used")
    assert not findings(a, "not-a-log")
    assert "jdoe" not in json.dumps(a.as_dict())


def test_hours_of_a_training_of_ultralytics_with_gpus_of_a_rule(tmp_path):
    assert hours(results(tmp_path)) == (pytest.approx(8 * 601.5 / 3600), [])


@pytest.mark.parametrize(("device", "count"), [("0", 1), ("[0, 1, 2]", 3), ("cuda:1", 1), ("'0,1,2,3'", 4), ("cpu", None), ("null", None), ("mps", None), ("true", None)])  # fmt: skip
def test_devices_as_ultralytics_is_told(tmp_path, device, count):
    results(tmp_path)
    (tmp_path / "args.yaml").write_text(f"task: detect\nmodel: yolo11n.pt\ndevice: {device}\n")
    [run] = take(tmp_path).runs
    assert [d.count for d in run.devices] == ([count] if count else [])


def test_arguments_of_another_tool_are_not_read_with_it(tmp_path):
    results(tmp_path)
    (tmp_path / "args.yaml").write_text("- not\n- arguments\n")
    intake = take(tmp_path)
    assert [(r.system.name, r.devices) for r in intake.runs] == [("results", [])]
    assert [i.format for i in intake.inputs if i.path.endswith("args.yaml")] == ["none"]


def test_a_training_of_ultralytics_that_was_resumed(tmp_path):
    path = results(tmp_path, RESULTS + "5,140.5,1.2,1.3,0.6,0.6,1.1,0.004\n6,290.0,1.2,1.2,0.6,0.6,1.1,0.003\n")
    assert hours(path) == (pytest.approx(8 * (601.5 + 290.0) / 3600), [])
    assert (
        faults_and_notes(path)[1][0]
        == "the time begins anew once, as of a training that was resumed; both of its legs count"
    )


def test_results_without_time_say_what_is_missing(tmp_path):
    path = results(tmp_path, "epoch, train/box_loss, metrics/precision(B)\n1, 0.5, 0.4\n")
    assert faults_and_notes(path)[0] == [
        "@: time: a results.csv of YOLO without the column time, as versions before 8.3 write it. "
        "State the run in lca-run/1, with its duration; nothing in this file says how long it took."
    ]


BAD_RESULTS = {
    "sign": ("3,447.3,", "3,-447.3,", "@: row 4: time: below 0 (found -447.3). Restore the row from its source."),
    "unit": ("3,447.3,", "3,447.3 s,", "@: row 4: time: not a number (found 447.3 s). Restore the row from its source."),
    "type": ("3,447.3,", "three,447.3,", "@: row 4: epoch: not a number (found three). Restore the row from its source."),
    "missing": ("3,447.3,", "3,,", "@: row 4: time: no value. Restore the row from its source."),
    "infinite": ("3,447.3,", "3,inf,", "@: row 4: time: not a finite number (found inf). Restore the row from its source."),
    "long": ("3,447.3,", "3,1e18,", "@: row 4: time: longer than a thousand years (found 1e18). Restore the row from its source."),
    "cut": ("3,447.3,1.38,1.6,0.52,0.5,1.3,0.0059", "3,447.3,1.38", "@: row 4: the header has 8 (found 3 cells). Restore the row from its source."),
    "outlier": ("3,447.3,", "3,44730,", "@: row 4: time: later than the row that follows (found 44730 s). Restore the row from its source."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_RESULTS)
def test_one_bad_row_of_ultralytics_costs_that_row(tmp_path, name):
    old, new, message = BAD_RESULTS[name]
    path = results(tmp_path, RESULTS.replace(old, new))
    only_fault(path, message)
    assert hours(path)[0] == pytest.approx(8 * 601.5 / 3600)  # the last row counts


def test_results_of_no_time(tmp_path):
    path = results(tmp_path, "epoch,time,train/box_loss,metrics/mAP50(B)\n1,0,1.1,0.3\n")
    assert faults_and_notes(path)[0] == [
        "@: time: no epoch with a time above 0. Give the results of a training that ran."
    ]


def test_a_training_of_llama_factory(tmp_path):
    path = results(tmp_path, STEPS, "trainer_log.jsonl")
    [run] = take(path).runs
    # 1:01:36 = 3,696 s
    assert (run.stage, run.status, run.duration.value * 3600, run.work.tokens_trained) == (
        "training", "completed", pytest.approx(3696), 3840000)  # fmt: skip
    assert hours(path) == (pytest.approx(8 * 3696 / 3600), [])


def test_more_than_a_day_of_llama_factory(tmp_path):
    path = results(tmp_path, STEPS.replace('"1:01:36"', '"1 day, 2:30:00"'), "trainer_log.jsonl")
    assert hours(path) == (pytest.approx(8 * 26.5), [])


BAD_STEPS = {
    "sign": ('"0:41:02"', '"-0:41:02"', "@: row 2: elapsed_time: not a number (found -0:41:02). Restore the row from its source."),
    "type": ('"0:41:02"', "[1]", "@: row 2: elapsed_time: not a number (found [1]). Restore the row from its source."),
    "missing": ('"elapsed_time": "0:41:02", ', "", "@: row 2: elapsed_time: no value. Restore the row from its source."),
    "step": ('"current_steps": 20', '"current_steps": "x"', "@: row 2: current_steps: not a number (found x). Restore the row from its source."),
    "tokens": ('"total_tokens": 2560000', '"total_tokens": -1', "@: row 2: total_tokens: below 0 (found -1). Restore the row from its source."),
    "outlier": ('"0:41:02"', '"9:41:02"', "@: row 2: elapsed_time: later than the row that follows (found 34862 s). Restore the row from its source."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_STEPS)
def test_one_bad_step_of_llama_factory_costs_that_step(tmp_path, name):
    old, new, message = BAD_STEPS[name]
    path = results(tmp_path, STEPS.replace(old, new), "trainer_log.jsonl")
    only_fault(path, message)
    assert hours(path)[0] == pytest.approx(8 * 3696 / 3600)


def test_a_step_of_llama_factory_that_is_cut_off(tmp_path):
    path = results(tmp_path, STEPS[:-60], "trainer_log.jsonl")
    faults, _ = faults_and_notes(path)
    assert len(faults) == 1
    assert ": row 4: not a step of a training (found {" in faults[0]
    assert hours(path)[0] == pytest.approx(8 * 3690 / 3600)


def state(steps, **more):
    history = [
        {"epoch": n / 30, "step": n, "loss": loss} for n, loss in ((10, 1.92), (20, 1.64), (30, 1.51)) if n <= steps
    ]
    return {
        "epoch": steps / 15,
        "global_step": steps,
        "max_steps": 30,
        "log_history": history,
        "total_flos": steps * 1e15,
    } | more


@pytest.mark.parametrize("names", [("trainer_state.json",), ("all_results.json", "trainer_state.json")])
def test_the_log_of_llama_factory_and_its_trainer_are_one_training(tmp_path, names):
    results(tmp_path, STEPS, "trainer_log.jsonl")
    last = {"epoch": 2.0, "train_runtime": 3700.0, "train_steps_per_second": 0.008}
    whole = state(30)
    whole["log_history"].append({"step": 30, "total_flos": 3e16, **last})
    (tmp_path / "trainer_state.json").write_text(json.dumps(whole))
    if "all_results.json" in names:
        (tmp_path / "all_results.json").write_text(json.dumps(last))
    [run] = take(tmp_path).runs
    assert (run.duration.value * 3600, run.work.flops, run.work.tokens_trained) == (pytest.approx(3700), 3e16, 3840000)
    assert hours(tmp_path)[0] == pytest.approx(8 * 3700 / 3600)


def test_the_log_of_llama_factory_has_the_time_that_a_state_lacks(tmp_path):
    results(tmp_path, STEPS, "trainer_log.jsonl")
    (tmp_path / "trainer_state.json").write_text(json.dumps(state(30)))
    [run] = take(tmp_path).runs
    assert (run.duration.value * 3600, run.work.flops) == (pytest.approx(3696), 3e16)


def test_the_log_of_llama_factory_beside_the_state_of_another_training(tmp_path):
    results(tmp_path, STEPS, "trainer_log.jsonl")
    other = state(30)
    other["log_history"][0]["loss"] = 3.5
    (tmp_path / "trainer_state.json").write_text(json.dumps(other))
    assert sorted(r.provenance.importer for r in take(tmp_path).runs) == ["hf-trainer", "llama-factory"]


def found_in(path):
    [found] = [f for f in hf_trainer.read(Log(str(path))) if hasattr(f, "identity")]
    return found


def test_checkpoints_bear_the_identity_of_their_training(tmp_path):
    found = []
    for n in (10, 20, 30):
        path = tmp_path / f"{n}.json"
        path.write_text(json.dumps(state(n)))
        found.append(found_in(path))
    ended = state(30)
    ended["log_history"].append({"step": 30, "train_runtime": 3700.0})
    (tmp_path / "end.json").write_text(json.dumps(ended))
    found.append(found_in(tmp_path / "end.json"))
    assert len({f.identity for f in found}) == 1
    assert found[0].identity
    assert [f.position for f in found] == [10, 20, 30, 30.5]
    folder = tmp_path / "other"
    folder.mkdir()
    [steps] = llama_factory.read(Log(str(results(folder, STEPS, "trainer_log.jsonl"))))
    assert steps.identity == found[0].identity


def test_trainings_with_another_first_loss_have_another_identity(tmp_path):
    other = state(30)
    other["log_history"][0]["loss"] = 1.93
    (tmp_path / "a.json").write_text(json.dumps(state(30)))
    (tmp_path / "b.json").write_text(json.dumps(other))
    assert found_in(tmp_path / "a.json").identity != found_in(tmp_path / "b.json").identity


@pytest.mark.parametrize("text", ["8 x A100-SXM4-80GB", "8x A100-SXM4-80GB", "8×A100-SXM4-80GB", "8 * A100-SXM4-80GB"])
def test_devices_stated_on_the_command_line(cli, tmp_path, text):
    path = results(tmp_path)
    done = cli("assess", path, "--location", "DE", "--device", text, "--json")
    document = json.loads(done.out)
    [value] = [f["value"] for f in document["figures"] if f["quantity"] == "device_hours" and not f["by"]]
    assert value == pytest.approx(8 * 601.5 / 3600)
    assert [f["message"] for f in document["findings"] if f["code"] == "assigned"][:2] == [
        "A100-SXM4-80GB, since the file does not say (assign, *): stated on the command line",
        "count 8, since the file does not say (assign, *): stated on the command line",
    ]


def test_a_model_stated_on_the_command_line_leaves_the_number_to_the_file(cli, tmp_path):
    results(tmp_path)
    (tmp_path / "args.yaml").write_text("task: detect\nmodel: yolo11n.pt\ndevice: 0,1\n")
    done = cli("assess", tmp_path, "--device", "L40S", "--json")
    [value] = [f["value"] for f in json.loads(done.out)["figures"] if f["quantity"] == "device_hours" and not f["by"]]
    assert value == pytest.approx(2 * 601.5 / 3600)


@pytest.mark.parametrize("text", ["0 x A100", "8 x", "", "  ", "99999999999 x A100"])
def test_devices_that_are_none_are_refused(cli, tmp_path, text):
    done = cli("assess", results(tmp_path), "--device", text)
    assert done.code == 2
    assert done.err.splitlines()[-1] == (
        f"Error: Invalid value for '--device': {text!r} is no number of devices and model; write 8 x A100-SXM4-80GB"
    )


def test_a_number_of_gpus_is_not_that_of_processors(cli, tmp_path):
    (tmp_path / "emissions.csv").write_text(
        HEADER + flush("10:00:00", 3600, 0.5, tail=TAIL.replace("2.0,2 x NVIDIA A100-SXM4-40GB", ","))
    )
    [run] = reader.read([str(tmp_path)], NOW, local=Local([Assign(gpu="H100", count=8)])).runs
    assert [(d.kind, d.count) for d in run.devices] == [("cpu", None)]
