"""Prometheus JSON: GPUs of DCGM, machines of Kepler, work of vLLM; one level of each, and no names of machines or pods."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from conftest import NOW, ROOT, findings
from test_formats import REAL, real, take

import lca
from lca.ingest import reader

PATH = ROOT / "tests" / "fixtures" / "prometheus" / "range.json"
FIXTURE: bytes = PATH.read_bytes()
COUNT, POWER = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "DCGM_FI_DEV_POWER_USAGE"
BEGIN = 1772355600


def series(name, *values, step=60, begin=BEGIN, **labels):
    pairs = [[begin + step * n, str(v)] for n, v in enumerate(values)]
    return {"metric": {"__name__": name, **labels}, "values": pairs}


def answer(tmp_path, *result, name="range.json"):
    path = tmp_path / name
    path.write_text(json.dumps({"status": "success", "data": {"resultType": "matrix", "result": list(result)}}))
    return path


def told(path, code):
    return [f.message for f in findings(lca.assess(str(path), now=NOW), code)]


def joules(run, which=-1):
    return run.energy[which].value.value * 3.6e6


def test_gpus_of_each_machine_with_the_work_of_its_server():
    a = lca.assess(str(PATH), now=NOW)
    first, second = a.intake.runs
    assert (first.system.name, first.stage, first.energy[0].method) == ("Tiny-7B", "inference", "counter")
    assert first.energy[0].value.value == pytest.approx(0.56)
    assert (first.work.requests, first.work.tokens_in, first.work.tokens_out) == (250, 100000, 25000)
    assert (first.start.isoformat(), first.end.isoformat()) == ("2026-03-01T09:00:00+00:00", "2026-03-01T10:00:00+00:00")  # fmt: skip
    assert [(d.model, d.count) for d in first.devices] == [("NVIDIA H100 80GB HBM3", 2)]
    assert first.provenance.rows == [1, 2, 6, 7, 8, 9]
    assert (second.energy[0].value.value, second.energy[0].method) == (pytest.approx(0.35), "integrated")
    assert [(d.model, d.count) for d in second.devices] == [("NVIDIA A100-SXM4-80GB", 1)]
    assert [f.message for f in findings(a, "series-left-out")] == [
        "one series is not read, since it gives no known energy or work: DCGM_FI_DEV_GPU_UTIL",
        "the GPUs have a counter of energy and samples of power: the counter counts",
        "3 requests that ended with abort or error do not count",
    ]
    text = json.dumps(a.as_dict())
    assert not any(name in text for name in ("alice", "bob", "10.1.2.3", "lab.example", "dcgm-exporter-x7"))


def test_kepler_adds_modes_and_leaves_out_core_and_containers(tmp_path):
    def node(name, values, **labels):
        return series(f"kepler_node_{name}_joules_total", *values, instance="n1.lab:9102", **labels)

    path = answer(
        tmp_path,
        *(node("package", (100 * p, 100 * p + 600), package=str(p), mode=m) for p in (0, 1) for m in ("idle", "dynamic")),
        node("package", (0, 600), package="0", mode="idle", job="scraped twice"),
        node("core", (0, 500), package="0", mode="dynamic"), node("uncore", (0, 50), package="0", mode="dynamic"),
        node("dram", (0, 300), package="0", mode="dynamic"), node("gpu", (0, 900), index="0", mode="idle"), node("other", (0, 70)),
        node("platform", (0, 5000), source="acpi", mode="idle"), node("platform", (0, 1000), source="acpi", mode="dynamic"),
        series("kepler_container_package_joules_total", 0, 700, pod_name="p", container_namespace="team", instance="n1.lab:9102"),
    )  # fmt: skip
    [run] = take(path).runs
    assert [(e.boundary, e.method) for e in run.energy] == [("node", "counter"), ("component_sum", "counter")]
    assert (joules(run, 0), joules(run, 1)) == (pytest.approx(6000), pytest.approx(2400 + 300 + 900))
    parts = run.energy[1].components
    assert [3.6e6 * p.value for p in (parts.cpu, parts.dram, parts.accelerator)] == pytest.approx([2400, 300, 900])
    assert [(d.kind, d.count) for d in run.devices] == [("cpu", 2), ("gpu", 1)]
    assert told(path, "series-left-out") == [
        "3 series are not read, since they give no known energy or work: kepler_node_core_joules_total, "
        "kepler_node_other_joules_total and kepler_node_uncore_joules_total",
        "the energy of the machines stands again in the series of each container: those of each node count",
    ]


def test_kepler_of_pods_alone_is_modelled(tmp_path):
    def pod(name, rise, zone):
        return series("kepler_pod_cpu_joules_total", 5, 5 + rise, pod_name=name, pod_namespace="team-a", zone=zone, instance="n1")  # fmt: skip

    runs = take(answer(tmp_path, pod("x", 100, "package"), pod("x", 40, "core"), pod("x", 30, "dram"), pod("y", 7, "package"))).runs  # fmt: skip
    assert [(r.system.name, joules(r), r.energy[0].boundary, r.energy[0].method) for r in runs] == [
        ("team-a", pytest.approx(130), "component_sum", "modelled"),
        ("team-a", pytest.approx(7), "cpu", "modelled"),
    ]


def test_a_meter_of_the_machine_below_its_parts_is_not_used(tmp_path):
    path = answer(tmp_path, series("kepler_node_package_joules_total", 0, 3600, instance="n"), series("kepler_node_platform_joules_total", 0, 1800, instance="n"))  # fmt: skip
    [run] = take(path).runs
    assert [e.boundary for e in run.energy] == ["cpu"]
    assert told(path, "identity-mismatch") == [
        "the meter of the whole machine gives 0.0005 kWh, less than its parts with 0.001 kWh: it is not used"
    ]


def test_instances_of_one_gpu_count_once(tmp_path):
    path = answer(tmp_path, *(series(POWER, 300, 300, UUID="GPU-1", Hostname="h", GPU_I_ID=n) for n in ("3", "5")))
    assert joules(take(path).runs[0]) == pytest.approx(18000)
    assert told(path, "series-left-out") == ["2 series of one GPU, such as of its MIG instances: it counts once"]


def test_a_gpu_goes_from_job_to_job(tmp_path):
    def of(pod, begin, rise):
        return series(COUNT, begin * 1000, (begin + rise) * 1000, UUID="G", Hostname="h", exported_pod=pod, exported_namespace="ns",
                      begin=BEGIN + begin)  # fmt: skip

    runs = take(answer(tmp_path, of("a", 0, 100), of("b", 600, 250))).runs
    assert [(r.system.name, joules(r)) for r in runs] == [("ns", pytest.approx(100)), ("ns", pytest.approx(250))]
    path = answer(
        tmp_path, of("a", 0, 100), of("b", 60, 55) | {"values": [[BEGIN + 30, "50000"], [BEGIN + 90, "150000"]]}
    )
    [run] = take(path).runs
    assert joules(run) == pytest.approx(150)
    assert told(path, "series-left-out") == [
        "a GPU stands under 2 jobs or none in one window: it counts for its machine, once"
    ]


def test_a_job_of_a_scheduler_is_one_run_over_machines(tmp_path):
    path = answer(tmp_path, *(series(COUNT, 0, 60000, UUID=h, Hostname=h, hpc_job="77") for h in ("h1", "h2")))
    [run] = take(path).runs
    assert (joules(run), run.devices[0].count) == (pytest.approx(120), 2)


def test_dcgm_stands_before_the_gpus_of_kepler(tmp_path):
    package = series("kepler_node_package_joules_total", 0, 500, instance="h1:9102", package="0")
    gpu = series("kepler_node_gpu_joules_total", 0, 800, instance="h1:9102", index="0")
    path = answer(tmp_path, package, gpu, series(COUNT, 0, 900000, UUID="G", Hostname="h1.lab", modelName="NVIDIA L4"))
    [run] = take(path).runs
    assert (joules(run), run.energy[0].boundary) == (pytest.approx(1400), "component_sum")
    assert [(d.kind, d.model, d.count) for d in run.devices] == [("cpu", None, 1), ("gpu", "NVIDIA L4", 1)]
    path = answer(tmp_path, package, gpu, series(COUNT, 0, 900000, UUID="G", Hostname="h2"))
    intake = take(path)
    assert joules(intake.runs[0]) == pytest.approx(1300)
    assert [str(f) for f in intake.faults] == [
        f"{path}: DCGM: Kepler gives GPUs too, under other machine names or by pod, so it is not known whether they are the same (found 1 GPUs). "
        "Give the series of DCGM and of Kepler apart, or only one of them."
    ]


def test_a_counter_that_runs_backwards(tmp_path):
    bad, good = series(COUNT, 9000, 8000, 9500, UUID="G"), series(POWER, 100, 100, UUID="G")
    path = answer(tmp_path, bad)
    why = "the counter runs backwards, from 2.5e-06 kWh to 2.222222222e-06 kWh at 2026-03-01T09:01:00Z, and not to a value near 0 as after a reset"
    assert [str(f) for f in take(path).faults] == [
        f"{path}: DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: {why} (found GPU 333e0a1e27815d0c). Look for two devices under one name.".replace(
            "333e0a1e27815d0c", "333e0a1e2781"
        )
    ]
    path = answer(tmp_path, bad, good)
    assert joules(take(path).runs[0]) == pytest.approx(6000)
    assert told(path, "clock-fault") == [f"{why}: the samples of power count instead"]


def test_values_that_are_none(tmp_path):
    one = series(POWER, 100, "NaN", 100, "+Inf", 100, UUID="G")
    one["values"] += [["late", "100"], [BEGIN + 600, "-3"], [BEGIN], 10**400, [10**400, "1"]]
    path = answer(tmp_path, one)
    intake = take(path)
    assert [str(f) for f in intake.faults] == [
        f"{path}: series 1: values: 5 samples lack a time, or a value of at least 0; they were left out "
        "(found ['late', '100']). Export the series again, by name and without functions such as rate."
    ]
    assert joules(intake.runs[0]) == pytest.approx(24000)
    assert told(path, "power-samples-empty") == ["2 of 5 samples hold NaN or infinity: left out"]


def test_one_sample_is_no_energy_and_one_scrape_counts_since_the_start(tmp_path):
    path = tmp_path / "now.json"
    result = [{"metric": {"__name__": n, "modelName": "NVIDIA L4", "UUID": "G"} | m, "value": [BEGIN, v]} for n, m, v in (
        (COUNT, {}, "5000"), ("vllm:prompt_tokens_total", {"model_name": "M"}, "700"))]  # fmt: skip
    path.write_text(json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}))
    [run] = take(path).runs
    assert (run.energy, run.work.tokens_in, run.start) == ([], 700, None)
    assert told(path, "no-energy") == ["one sample of each device: no energy follows from it"]
    assert told(path, "cumulative-rows") == [
        "one scrape: its counters hold all since the server started, and prompt tokens include those that a prefix cache served"
    ]


def test_a_server_that_began_again(tmp_path):
    path = answer(tmp_path, series("vllm:generation_tokens_total", 100, 150, 20, 30, model_name="M"))
    [run] = take(path).runs
    assert (run.work.tokens_out, run.end.isoformat()) == (80, "2026-03-01T09:03:00+00:00")
    assert told(path, "counter-reset") == [
        "a counter fell once and was taken to have restarted at 0; what was served before is not counted in full"
    ]


def test_two_models_on_one_machine_share_no_energy(tmp_path):
    path = answer(tmp_path, series(COUNT, 0, 60000, UUID="G", Hostname="h"),
                  *(series("vllm:generation_tokens_total", 0, 9, model_name=m, instance="h:8000") for m in "AB"))  # fmt: skip
    runs = take(path).runs
    assert [(bool(r.energy), r.work and r.work.tokens_out) for r in runs] == [(True, None), (False, 9), (False, 9)]


@pytest.mark.parametrize(
    ("text", "problem"),
    [('{"status":"error","errorType":"bad_data","error":"x"}', "an answer with the status error holds no data. Repeat the query."),
     ('{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}',
      "a result of the type scalar holds no series. Export the series again, by name and without functions such as rate."),
     ('{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up"},"values":[[1772355600,"1"]]}]}}',
      "no series that gives energy or work: DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION, DCGM_FI_DEV_POWER_USAGE, kepler_node_package_joules_total, "
      "vllm:prompt_tokens_total and the like do (found up). Export the series again, by name and without functions such as rate.")],
)  # fmt: skip
def test_answers_without_energy_or_work(tmp_path, text, problem):
    path = tmp_path / "r.json"
    path.write_text(text)
    assert [str(f) for f in take(path).faults] == [f"{path}: {problem}"]


def test_a_dict_by_metric(tmp_path):
    path = tmp_path / "r.json"
    one = series("kepler_node_package_joules_total", 0, 3600)
    path.write_text(json.dumps({"kepler_node_package_joules_total": [one], "up": [series("up", 1)], "note": 3}))
    assert joules(take(path).runs[0]) == pytest.approx(3600)


def test_damaged_bytes_never_end_in_a_traceback(tmp_path):
    made, path = random.Random(5), tmp_path / "r.json"
    odd = [b'"x"', b"null", b"[]", b"{}", b"1e400", b"-1", b"NaN", b"9" * 400, b"\xff", b"[[[[", b"true"]
    for _ in range(200):
        data = bytearray(FIXTURE)
        for _ in range(made.randint(1, 8)):
            at = made.randrange(len(data))
            data[at : at + made.randint(0, 12)] = made.choice([*odd, bytes([made.randrange(256)])])
        path.write_bytes(data)
        intake = reader.read([str(path)], NOW, log_format=made.choice(["", "prometheus"]))
        assert intake.runs or intake.faults or intake.inputs


WRONG = [[], {}, None, 1, "x", [1], {"metric": []}, {"metric": {"__name__": 3}}, {"metric": {"__name__": POWER}, "values": {}},
         {"metric": {"__name__": POWER, "UUID": []}, "values": [[1, 2, 3], {}, None]}, {"metric": {"__name__": POWER}, "value": "x"}]  # fmt: skip


@pytest.mark.parametrize("one", WRONG, ids=repr)
def test_wrong_types_end_in_a_fault(tmp_path, one):
    intake = take(answer(tmp_path, one))
    assert intake.faults
    assert not intake.runs


@real
def test_real_kepler():
    path = REAL / "kepler" / "kepler_prom_range_idle.json"
    [run] = take(path).runs
    rises = {}
    for name, result in json.loads(Path(path).read_text()).items():
        rises[name] = sum(float(s["values"][-1][1]) - float(s["values"][0][1]) for s in result)
    parts = [rises[f"kepler_node_{part}_joules_total"] for part in ("package", "dram", "gpu")]
    assert joules(run) == pytest.approx(sum(parts)) == pytest.approx(16105.441)
    assert [(d.kind, d.count) for d in run.devices] == [("gpu", 5), ("cpu", 2)]
    assert (run.end - run.start).total_seconds() == 87
    assert rises["kepler_node_platform_joules_total"] == pytest.approx(8643)  # below its parts: told, and not used
    assert len(told(path, "identity-mismatch")) == 1
    assert "kind-fms" not in json.dumps(lca.assess(str(path), now=NOW).as_dict())


def test_two_gpus_under_one_number_of_one_machine_are_told(tmp_path):
    path = answer(
        tmp_path,
        series(COUNT, 0, 3.6e7, gpu="0", UUID="GPU-a", Hostname="h"),
        series(POWER, 900, 900, gpu="0", UUID="GPU-b", Hostname="h"),
    )
    assert told(path, "possible-double-count") == [
        "two GPUs have the same number on the same machine at the same time, but different UUIDs; both count"
    ]


def test_a_series_without_uuid_is_of_the_gpu_whose_number_it_bears(tmp_path):
    path = answer(
        tmp_path,
        series(COUNT, 0, 3.6e7, gpu="0", UUID="GPU-a", Hostname="h"),
        series(POWER, 900, 900, gpu="0", Hostname="h"),
    )
    [run] = take(path).runs
    assert (run.devices[0].count, run.energy[0].method, len(run.energy)) == (1, "counter", 1)


def test_a_second_value_at_one_time_is_told(tmp_path):
    one = series(POWER, 100, 100, 100, UUID="G")
    one["values"].append([one["values"][0][0], "900"])
    assert told(answer(tmp_path, one), "clock-fault") == [
        "one sample has the time of another sample of its series; the first of the two counts"
    ]


UTILISATION, ENGINE = "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
LOAD_USED = "power was not recorded; the mean utilisation of each device was used to model it"
A100 = "NVIDIA A100-SXM4-80GB"


def test_utilisation_stands_in_where_gpus_have_no_power(tmp_path):
    path = answer(
        tmp_path,
        series(UTILISATION, *[100] * 61, gpu="0", UUID="GPU-0", modelName=A100, Hostname="n1"),
        series(ENGINE, *[0.5] * 61, gpu="0", UUID="GPU-0", modelName=A100, Hostname="n1"),  # the first one counts
        series(ENGINE, *[0.25] * 61, gpu="1", UUID="GPU-1", modelName=A100, Hostname="n1"),
    )
    a = lca.assess(str(path), now=NOW)
    [run] = a.intake.runs
    assert [(d.model, d.count) for d in run.devices] == [(A100, 1), (A100, 1)]
    assert [d.utilisation.value for d in run.devices] == pytest.approx([1.0, 0.25])
    assert a.total("device_hours")["value"] == pytest.approx(2.0)  # two GPUs over 60 steps of a minute
    assert [f.message for f in findings(a, "utilisation-used")] == [LOAD_USED]


def test_utilisation_is_a_mean_over_time(tmp_path):
    gpu = {"gpu": "0", "UUID": "GPU-0", "modelName": A100, "Hostname": "n1"}
    path = answer(tmp_path, series(UTILISATION, 0, 0, 100, 100, **gpu))
    [run] = lca.assess(str(path), now=NOW).intake.runs
    assert run.devices[0].utilisation.value == pytest.approx(0.5)  # 0 for a minute, 0 to 100, 100 for a minute


def test_utilisation_beside_power_is_not_needed(tmp_path):
    gpu = {"gpu": "0", "UUID": "GPU-0", "modelName": A100, "Hostname": "n1"}
    path = answer(tmp_path, series(POWER, *[200] * 61, **gpu), series(UTILISATION, *[90] * 61, **gpu))
    a = lca.assess(str(path), now=NOW)
    [run] = a.intake.runs
    assert (run.energy[0].value.value, run.devices[0].utilisation) == (pytest.approx(0.2), None)
    assert [f.message for f in findings(a, "series-left-out")] == [
        f"one series is not read, since it gives no known energy or work: {UTILISATION}"
    ]


def test_a_gpu_without_power_beside_one_with_it_is_modelled(tmp_path):
    path = answer(
        tmp_path,
        series(POWER, *[200] * 61, gpu="0", UUID="GPU-0", modelName=A100, Hostname="n1"),
        series(UTILISATION, *[40] * 61, gpu="1", UUID="GPU-1", modelName=A100, Hostname="n1"),
    )
    a = lca.assess(str(path), now=NOW)
    measured, modelled = sorted(a.intake.runs, key=lambda run: not run.energy)
    assert (measured.energy[0].value.value, modelled.energy) == (pytest.approx(0.2), [])
    assert modelled.devices[0].utilisation.value == pytest.approx(0.4)
    assert a.total("device_hours")["value"] == pytest.approx(2.0)
