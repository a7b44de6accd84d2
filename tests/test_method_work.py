"""Published cases of training and inference, through the rules: inputs and results of the shared validation cases."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import assess, figure, findings, run, value

from lca.catalogue import store
from lca.engine import kernel, loader
from lca.engine import plan as planning

pytestmark = pytest.mark.skipif("LCA_SHARED" not in os.environ, reason="set LCA_SHARED to check the published cases")
RULES = {r.id: r for r in loader.shipped()}
FIT = {f.quantity: f.value for f in store.load().factors if f.set_id == "inference/ecologits"}


def case(identifier: str) -> tuple[dict[str, float], dict[str, float], dict[str, Any]]:
    """(inputs, expected, published) of a case of methods."""
    path = Path(os.environ["LCA_SHARED"]) / "validation" / "cases.json"
    found = next(c for c in json.loads(path.read_text("utf-8"))["method_cases"] if c["id"] == identifier)
    values = ({k: v["value"] for k, v in found[part].items()} for part in ("inputs", "expect"))
    return (*values, found["published"])  # type: ignore[return-value]


def close(got: dict[str, float], expect: dict[str, float], published: dict[str, Any]) -> None:
    """Every expected number to 1e-6, every published one to its own tolerance."""
    for name, want in expect.items():
        assert got[name] == pytest.approx(want, rel=1e-6), name
    for name, want in published.items():
        assert got[name] == pytest.approx(want["value"], rel=want["rel"], abs=want["abs"]), name


def derive(rules: list[str], **given: float) -> dict[str, float]:
    """What a chain of rules gives from numbers in canonical units."""
    chosen = [RULES[name] for name in rules]
    made = planning.make([r.gives for r in chosen], chosen, set(given))
    out = kernel.run({name: np.array([number]) for name, number in given.items()}, made)
    return {step.quantity: float(out[step.quantity][0]) for step in made.steps}


def test_ecologits_mistral_7b():
    x, expect, published = case("ECOLOGITS-MISTRAL7B")
    year = 8760.0
    got = derive(
        ["inference-devices", "parameters-active-known", "inference-latency-modelled", "inference-latency-capped",
         "inference-device-energy", "inference-host-energy", "it-energy-from-tokens", "facility-energy-from-pue",
         "inference-device-hours", "embodied-from-tokens", "use-co2e-run-factor", "water-onsite-from-wue", "water-offsite",
         "water-sum"],
        **(FIT | {"inference_fit_ratio": 1.0}), parameters_total=x["total"] * 1e9, active_parameters=x["active"] * 1e9,
        tokens_out=x["tokens"], stated_latency=x["latency"] / 3600, pue=x["pue"], stated_factor_whole=x["ef"],
        embodied_fit_device=x["gpu_gwp"], embodied_host=5700.0, device_lifetime=3 * year, host_lifetime=3 * year,
        wue=x["wue"], grid_water=x["ewif"],
    )  # fmt: skip
    named = {
        "gpus": got["inference_devices"], "latency_used": got["inference_latency"] * 3600,
        "energy": got["facility_energy"], "gwp_use": got["use_co2e"], "gwp_embodied": got["embodied_co2e"],
        "gwp": got["use_co2e"] + got["embodied_co2e"], "wcf": got["water"],
    }  # fmt: skip
    close(named, expect, published)


LLMCARBON = ["T5", "GPT3", "GSHARD"]


@pytest.mark.parametrize("name", LLMCARBON)
def test_llmcarbon_through_the_rules(name):
    x, expect, published = case(f"LLMCARBON-OP-{name}/estimate")
    got = derive(
        ["training-flops-from-tokens", "parameters-active-known", "reserved-hours-from-flops", "it-energy-from-node-power",
         "facility-energy-from-pue", "use-co2e-run-factor"],
        flops_per_parameter_token=6.0, active_parameters=x["params_active"] * 1e9, tokens_trained=x["tokens"] * 1e9,
        stated_peak_flops=x["peak"] * 3.6e15, efficiency=x["efficiency"], device_power_node=x["power"] / 1000,
        pue=x["pue"], stated_factor_whole=x["ef"],
    )  # fmt: skip
    hours, mass = got["reserved_hours"], got["use_co2e"] / 1000
    delta = 100 * (mass / x["actual"] - 1)
    close(
        {"device_hours": hours, "days": hours / x["chips"] / 24, "predicted_t": mass, "delta_percent": delta},
        expect,
        published,
    )


@pytest.mark.parametrize("name", LLMCARBON)
def test_llmcarbon_through_a_run_log(name):
    x, expect, _ = case(f"LLMCARBON-OP-{name}/estimate")
    made = assess(run(
        system={"name": name, "parameters": 1e13, "active_parameters": x["params_active"] * 1e9}, duration=None,
        work={"tokens_trained": x["tokens"] * 1e9}, facility={"pue": x["pue"]}, electricity={"factor": f"{x['ef']} kgCO2e/kWh"},
        devices=[{"peak": f"{x['peak']} TFLOP/s", "efficiency": x["efficiency"], "power": f"{x['power']} W",
                  "power_boundary": "node", "kind": "tpu"}],
    ))  # fmt: skip
    assert value(made, "device_hours") == pytest.approx(expect["device_hours"], rel=1e-6)
    assert value(made, "use_co2e") == pytest.approx(expect["predicted_t"] * 1000, rel=1e-6)


def test_ml_energy_power_over_throughput():
    x, expect, published = case("MLENERGY-L31")
    got = derive(
        ["accelerator-energy-from-power"],
        reserved_hours=x["out"] / x["tput"] / 3600,
        device_power_accelerator=x["power"] / 1000,
    )
    joules = got["accelerator_energy"] * 3.6e6
    close({"j_per_request": joules, "j_per_token": joules / x["out"]}, expect, published)


def serving(**fields: Any) -> dict[str, Any]:
    return {"stage": "inference", "devices": None, "duration": None, "facility": None, **fields}


def stated(amount: str, boundary: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"value": amount, "boundary": boundary, "method": "counter", **fields}]


def test_gemini_components_add_up_over_the_fleet():
    """Accelerators, host and idle are IT energy; the overhead of the facility is what PUE adds."""
    x, expect, published = case("GEMINI")
    inside = x["tpu"] + x["host"] + x["idle"]
    parts = {"accelerator": f"{x['tpu']} Wh", "cpu": f"{x['host']} Wh", "other": f"{x['idle']} Wh"}
    made = assess(run(**serving(
        energy=stated(f"{inside:.15g} Wh", "component_sum", components=parts), work={"requests": 1},
        facility={"pue": (inside + x["overhead"]) / inside},
    )))  # fmt: skip
    assert findings(made, "identity-mismatch") == []
    total = figure(made, "facility_energy_per_request")["value"] * 1000
    close({"total": total, "share_tpu": 100 * x["tpu"] / total, "share_host": 100 * x["host"] / total,
           "scale_accel_to_total": total / x["tpu"], "vs_existing": total / 0.10}, expect, published)  # fmt: skip


def test_dodge_component_power():
    x, expect, published = case("D22-T1")
    parts = {
        "accelerator": f"{x['gpu']} Wh",
        "cpu": f"{x['cpu0'] + x['cpu1']:.15g} Wh",
        "dram": f"{x['dram0'] + x['dram1']:.15g} Wh",
    }
    made = assess(
        run(**serving(energy=stated(f"{sum(x.values()):.15g} Wh", "component_sum", components=parts), duration="1 h"))
    )
    assert findings(made, "identity-mismatch") == []
    total = value(made, "it_energy") * 1000
    close({"total": total, "gpu_share": 100 * x["gpu"] / total}, expect, published)


@pytest.mark.parametrize("name", ["7B", "1B"])
def test_inferences_that_use_as_much_as_training(name):
    x, expect, published = case(f"L24-T5-{name}")
    made = assess(
        run("t", **{**serving(stage="training"), "energy": stated(f"{x['train']} kWh", "it")}),
        run("f", **{**serving(stage="finetuning"), "energy": stated(f"{x['finetune']} kWh", "it")}),
        run("i", **serving(energy=stated(f"{1000 * x['inference']:.15g} kWh", "it"), work={"requests": 1000})),
    )  # fmt: skip
    before = sum(value(made, "it_energy", stage=s) or 0.0 for s in ("training", "finetuning"))
    each = figure(made, "it_energy_per_request", stage="inference")["value"]
    close({"parity": before / each}, expect, published)


def test_annual_energy_of_a_mix_of_queries():
    x, expect, published = case("J25-MIX")
    short = x["queries"] * x["share_short"]
    made = assess(
        run("short", **serving(energy=stated(f"{short * x['wh_short']:.15g} Wh", "facility"), work={"requests": short})),
        run("medium", **serving(
            energy=stated(f"{(x['queries'] - short) * x['wh_medium']:.15g} Wh", "facility"), work={"requests": x["queries"] - short}
        )),
    )  # fmt: skip
    mean = value(made, "facility_energy") / 1000
    assert mean == pytest.approx(expect["energy_mean"], rel=1e-6)
    assert published["energy_mean"]["low"] <= mean <= published["energy_mean"]["high"]
    assert figure(made, "facility_energy_per_request")["value"] == pytest.approx(mean * 1000 / x["queries"], rel=1e-9)
