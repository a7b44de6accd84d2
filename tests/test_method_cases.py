"""The worked methods of the shared validation set, each through the rules of the engine: what a run log gives, not arithmetic beside it.

One function per kind of method. What a kind gives is compared with every value that the case expects, at its tolerance.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import assess, run, value

from lca.engine import kernel, loader, plan
from lca.errors import LcaError

SHARED = os.environ.get("LCA_SHARED")
CASES = json.loads((Path(SHARED) / "validation/cases.json").read_text("utf-8"))["method_cases"] if SHARED else []
Values = dict[str, Any]
HOW: dict[str, Callable[[Values, dict[str, Any]], Values]] = {}
#: kinds that a module of their own reproduces
ELSEWHERE = {
    "embodied_water": "test_method_embodied", "component_embodied": "test_method_embodied", "ecologits_llm_inference": "test_method_work",
}  # fmt: skip


def how(kind: str) -> Callable[[Any], Any]:
    """The function that reproduces a kind."""

    def mark(function: Any) -> Any:
        HOW[kind] = function
        return function

    return mark


def it(kwh: float, **more: Any) -> dict[str, Any]:
    """A run with its IT energy alone; PUE 1 and no place unless given."""
    made = {"energy": [{"value": f"{kwh!r} kWh", "boundary": "it", "method": "counter"}], "devices": None, "location": None,
            "facility": {"pue": 1}, **more}  # fmt: skip
    return run(made.pop("id", "r"), **made)


@how("water")
def water(x: Values, case: dict[str, Any]) -> Values:
    if "wue_total" in x:
        # the source multiplies one combined factor with facility energy: that is a factor of the grid's place here
        made = assess(
            it(
                x["energy_it"] * 1e3,
                facility={"pue": x["pue"]},
                electricity={"water_factor": f"{x['wue_total']} L/kWh"},
            )
        )
        return {"water": value(made, "water_offsite") / 1e3}
    facility = {"pue": x["pue"], "wue": f"{x['wue_onsite']} L/kWh"}
    grid = {"water_factor": f"{x['ewif']} L/kWh"}
    t = assess(it(x["energy_server_training"] * 1e3, facility=facility, electricity=grid))
    r = assess(
        it(x["energy_server_request"], facility=facility, electricity=grid, stage="inference", work={"requests": 1})
    )
    per = value(r, "water_per_request") * 1e3
    return {
        "train_onsite": value(t, "water_onsite") / 1e6, "train_offsite": value(t, "water_offsite") / 1e6, "train_total": value(t, "water") / 1e6,
        "req_onsite": value(r, "water_onsite") * 1e3, "req_offsite": value(r, "water_offsite") * 1e3, "req_total": per, "req_per_500ml": 500 / per,
    }  # fmt: skip


@how("rollup")
def rollup(x: Values, case: dict[str, Any]) -> Values:
    if "mwh" in x:
        runs = [it(e * 1e3, id=f"r{i}", electricity={"factor": f"{t / e!r} kg/kWh", "water_factor": f"{w / e!r} L/kWh"})
                for i, (e, t, w) in enumerate(zip(x["mwh"], x["t"], x["kl"], strict=True))]  # fmt: skip
        made = assess(*runs)
        return {
            "mwh_total": value(made, "facility_energy") / 1e3,
            "t_total": value(made, "use_co2e") / 1e3,
            "kl_total": value(made, "water_offsite") / 1e3,
        }
    training = run("training", location=None, facility={"pue": 1}, electricity={"factor": "1 kg/kWh"},
                   energy=[{"value": f"{x['dynamic'] * 1e3} kWh", "boundary": "it", "method": "counter"}],
                   devices=[{"model": "A100", "device_hours": "1 h", "lifetime": "1 h", "embodied": f"{x['embodied'] * 1e3} kg"}])  # fmt: skip
    made = assess(training, it(x["idle"] * 1e3, id="idle", stage="idle", electricity={"factor": "1 kg/kWh"}))
    whole = value(made, "total_co2e")
    return {"total": whole / 1e3, "share_embodied": 100 * value(made, "embodied_co2e") / whole,
            "share_dynamic": 100 * value(made, "use_co2e", stage="training") / whole, "share_idle": 100 * value(made, "use_co2e", stage="idle") / whole}  # fmt: skip


@how("training_estimate")
def training_estimate(x: Values, case: dict[str, Any]) -> Values:
    """6 N D over the rate reached gives hours; hours and power give energy."""
    device = {"model": "V100", "count": x["chips"], "peak": f"{x['peak']} TFLOP/s", "efficiency": x["efficiency"], "power": f"{x['power']} W",
              "power_boundary": "node"}  # fmt: skip
    made = assess(run(system={"name": "M", "parameters": x["params_active"] * 1e9}, duration=None, devices=[device], facility={"pue": x["pue"]},
                      work={"tokens_trained": x["tokens"] * 1e9}, electricity={"factor": f"{x['ef']} kg/kWh"}))  # fmt: skip
    hours, tonnes = value(made, "device_hours"), value(made, "use_co2e") / 1e3
    return {
        "device_hours": hours,
        "days": hours / x["chips"] / 24,
        "predicted_t": tonnes,
        "delta_percent": 100 * (tonnes / x["actual"] - 1),
    }


@how("sci")
def sci(x: Values, case: dict[str, Any]) -> Values:
    grid = {"factor": f"{x['ef']} g/kWh"}
    if "te_declared" in x:
        curve = [[load, f"{share * x['tdp']!r} W"] for load, share in ((0, 0.12), (0.1, 0.32), (0.5, 0.75), (1, 1.02))]

        def grams(embodied: float, share: float, life: float) -> tuple[float, float]:
            device = {"kind": "cpu", "count": 1, "power_curve": curve, "utilisation": x["util"] / 100, "share": share,
                      "embodied": f"{embodied!r} g", "lifetime": f"{life!r} s"}  # fmt: skip
            made = assess(run(devices=[device], duration=f"{x['duration']} s", facility={"pue": 1}, electricity=grid))
            return value(made, "use_co2e_location") * 1e3, value(made, "embodied_co2e") * 1e3

        operational, declared = grams(x["te_declared"], 1 / x["ratio"], x["el_declared"])
        _, default = grams(1e6, 1.0, 126144000)  # what the framework took instead: its default, of four years
        with pytest.raises(LcaError, match="unknown key"):
            assess(run(devices=[{"kind": "cpu", "count": 1, "expected-lifespan": x["el_declared"]}]))
        return {
            "operational": operational,
            "embodied": default,
            "sci": operational + default,
            "embodied_from_declared_g": declared,
        }
    each = x["te"] * x["rr"] / x["cores"]  # the share of the server that falls to one of the cores
    device = {
        "kind": "cpu",
        "count": x["cores"],
        "power": f"{x['util'] * x['tdp'] * x['coef']!r} W",
        "embodied": f"{each!r} kg",
        "lifetime": "35040 h",
    }
    made = assess(run(devices=[device], duration="1 h", facility={"pue": 1}, electricity=grid))
    return {
        "energy": value(made, "it_energy"),
        "embodied": value(made, "sci_embodied_co2e") * 1e3,
        "sci": value(made, "sci_co2e") * 1e3,
    }


@how("component_power")
def component_power(x: Values, case: dict[str, Any]) -> Values:
    """One hour at these powers: the energy of the parts, and of the accelerator alone."""
    parts = {
        "accelerator": f"{x['gpu']} Wh",
        "cpu": f"{x['cpu0'] + x['cpu1']!r} Wh",
        "dram": f"{x['dram0'] + x['dram1']!r} Wh",
    }
    total = sum(x.values())
    record = {"value": f"{total!r} Wh", "boundary": "component_sum", "method": "integrated", "components": parts}
    made = assess(run(energy=[record], devices=None, duration="1 h", facility={"pue": 1}))
    assert not [f for f in made.findings if f.code == "identity-mismatch"]
    watts = value(made, "it_energy") * 1e3
    return {"total": watts, "gpu_share": 100 * x["gpu"] / watts}


@how("break_even")
def break_even(x: Values, case: dict[str, Any]) -> Values:
    made = assess(
        it(x["train"], id="t"),
        it(x["finetune"], id="f", stage="finetuning"),
        it(x["inference"], id="i", stage="inference", work={"requests": 1}),
    )
    before = value(made, "facility_energy", stage="training") + value(made, "facility_energy", stage="finetuning")
    return {"parity": before / value(made, "facility_energy_per_request", stage="inference")}


@how("interval")
def interval(x: Values, case: dict[str, Any]) -> Values:
    short, medium = x["queries"] * x["share_short"], x["queries"] * (1 - x["share_short"])
    runs = [
        it(n * wh / 1e3, id=i, stage="inference", work={"requests": n})
        for i, n, wh in (("s", short, x["wh_short"]), ("m", medium, x["wh_medium"]))
    ]
    return {"energy_mean": value(assess(*runs), "it_energy") / 1e3}


@how("utilisation")
def utilisation(x: Values, case: dict[str, Any]) -> Values:
    """A request holds G of the node's N devices with B others, and the devices draw a share d of the node's power."""

    def share(d: float) -> float:
        device = {
            "model": "H100",
            "count": x["G"],
            "share": 1 / x["B"],
            "power": f"{d / x['N']!r} kW",
            "power_boundary": "node",
        }
        return 100 * value(assess(run(devices=[device], duration="1 h")), "it_energy")

    return {"u_nongpu": share(x["d_nongpu"]), "u_gpu_max_micro": share(x["d_gpu_max"])}


@how("component_energy")
def component_energy(x: Values, case: dict[str, Any]) -> Values:
    """Parts of one request, among them idle machines and the facility's overhead."""
    served = sum(x[k] for k in ("tpu", "host", "idle"))
    components = {"accelerator": f"{x['tpu']} Wh", "other": f"{x['host'] + x['idle']!r} Wh"}
    record = {"value": f"{served!r} Wh", "boundary": "component_sum", "method": "counter", "components": components}
    made = assess(
        run(
            energy=[record],
            devices=None,
            duration="1 h",
            stage="inference",
            facility={"pue": sum(x.values()) / served},
            work={"requests": 1},
        )
    )
    total = value(made, "facility_energy_per_request") * 1e3
    return {"total": total, "share_tpu": 100 * x["tpu"] / total, "share_host": 100 * x["host"] / total,
            "scale_accel_to_total": total / x["tpu"], "vs_existing": total / 0.10}  # fmt: skip


@how("scaling")
def scaling(x: Values, case: dict[str, Any]) -> Values:
    grid = {"factor": f"{x['g'] / 1e3!r} kg/kWh", "water_factor": f"{x['ml'] / 1e3!r} L/kWh"}
    made = assess(it(1.0, stage="inference", work={"tokens_out": x["tokens"]}, electricity=grid))
    shares = {"share_t": "total_t", "share_w": "total_m3"}
    parts = [it(1.0, id=f"{k}{i}", system=k, stage=stage, electricity={"factor": f"{part * x[total] * 1e3!r} kg/kWh"})
             for k, total in shares.items() for i, (stage, part) in enumerate((("training", x[k]), ("data", 1 - x[k])))]  # fmt: skip
    split = assess(*parts)
    got = {k: value(split, "use_co2e", system=k, stage="training") / 1e3 for k in shares}
    return {"g_per_1k_tokens": value(made, "use_co2e_per_1k_tokens_out") * 1e3, "ml_per_1k_tokens": value(made, "water_offsite_per_1k_tokens_out") * 1e3,
            "train_inf_t": got["share_t"], "train_inf_m3": got["share_w"]}  # fmt: skip


@how("implied_factor")
def implied_factor(x: Values, case: dict[str, Any]) -> Values:
    """What the declared emissions imply: a factor of exactly that gives them back, and no finding is raised."""
    implied = x["t"] / x["energy"]
    made = assess(
        it(x["energy"] * 1e3, electricity={"factor": f"{implied!r} kg/kWh"}, declared={"co2e": f"{x['t']} t"})
    )
    assert not [f for f in made.findings if f.code == "declared-mismatch"]
    return {"implied_ef": value(made, "use_co2e") / value(made, "facility_energy")}


@how("utilisation_curve")
def utilisation_curve(x: Values, case: dict[str, Any]) -> Values:
    curve = [[load, f"{share * x['tdp']!r} W"] for load, share in ((0, 0.12), (0.1, 0.32), (0.5, 0.75), (1, 1.02))]
    device = {
        "kind": "cpu",
        "count": 1,
        "power_curve": curve,
        "utilisation": x["util"] / 100,
        "share": x["vcpus_allocated"] / x["vcpus_total"],
    }
    return {"energy": value(assess(run(devices=[device], duration=f"{x['duration']} s")), "it_energy")}


@how("grid_mix")
def grid_mix(x: Values, case: dict[str, Any]) -> Values:
    """A mix is the mean of its contracts. Printed as kg/kWh, it is a thousand times any grid's: the finding."""
    parts = [{"type": "supplier", "share": x[name], "factor": f"{ef} kg/MWh", "evidence": "mix"}
             for name, ef in zip(("coal", "oil", "gas", "nuclear"), x["ef"], strict=True)]  # fmt: skip
    claimed = {"id": "p", "instrument_evidence": "claimed"}
    mix = value(assess(it(1e3, electricity={"instruments": parts}), profile=claimed), "use_co2e_market")
    printed = assess(it(1.0, electricity={"factor": f"{mix} kg/kWh"}))
    assert [f.field for f in printed.findings if f.code == "implausible-intensity"] == ["electricity.factor"]
    return {"mix": mix}


@how("equivalence")
def equivalence(x: Values, case: dict[str, Any]) -> Values:
    """No equivalence is printed by this tool. Energy where emissions belong is refused by its dimension."""
    with pytest.raises(Exception, match=r"declared.co2e: 'kWh' is the wrong dimension"):
        assess(it(x["kwh"], declared={"co2e": f"{x['kwh']} kWh"}))
    per_kwh = value(assess(it(x["kwh"], electricity={"factor": "0.475 kg/kWh"})), "use_co2e")
    return {"km": 1 / x["ef_km"], "km_at_475": per_kwh / x["ef_km"]}


@how("energy_per_token")
def energy_per_token(x: Values, case: dict[str, Any]) -> Values:
    """One request at this rate: power over throughput, times the tokens of the request."""
    seconds = x["out"] / x["tput"]
    device = {"model": "H100", "count": 1, "power": f"{x['power']!r} W", "power_boundary": "node"}
    made = assess(
        run(
            devices=[device], duration=f"{seconds!r} s", stage="inference", work={"requests": 1, "tokens_out": x["out"]}
        )
    )
    return {
        "j_per_token": value(made, "it_energy_per_1k_tokens_out") * 3.6e6 / 1e3,
        "j_per_request": value(made, "it_energy_per_request") * 3.6e6,
    }


@how("uncertainty")
def uncertainty(x: Values, case: dict[str, Any]) -> Values:
    """Draws through the rules: one column of the kernel may be rows by draws."""
    draws, seed = case["tolerance"]["sampling"]["n"], np.random.default_rng(20250101)
    made = plan.make(
        ["use_co2e"],
        loader.load(),
        {"facility_energy", "stated_factor_whole"} | {n for r in loader.load() for n in (*r.needs, r.gives)},
    )
    made = made.after("stated_factor_whole")

    def emitted(energy: Any, factor: Any) -> Any:
        got = kernel.run({"facility_energy": energy, "stated_factor_whole": factor}, made)["use_co2e"]
        return got.sum(axis=0)

    z = seed.standard_normal((4, draws))
    if "s1" in x:
        got = emitted(x["e"] * np.exp(x["s1"] * z[:1]), x["f"] * np.exp(x["s2"] * z[1:2]))
        low, median, high = np.percentile(got, [2.5, 50, 97.5])
        return {"median": median, "mean": got.mean(), "p2_5": low, "p97_5": high, "gsd": math.exp(np.log(got).std())}
    mu, sd = np.asarray(x["mu"])[:, None], np.asarray(x["sd"])[:, None]
    one = np.ones((len(mu), draws))
    apart, together = emitted(mu + sd * z[: len(mu)], one), emitted(mu + sd * z[3], one)
    return {"mean": together.mean(), "sd_indep": apart.std(), "sd_full_corr": together.std()}


@how("allocation")
def allocation(x: Values, case: dict[str, Any]) -> Values:
    """Idle emissions shared among two jobs: by hours in proportion to mass, and to mass times price."""

    def shares(weights: list[float]) -> list[float]:
        jobs = [run(f"j{i}", location=None, facility={"pue": 1}, duration=None, electricity={"factor": "0 kg/kWh"},
                    devices=[{"model": "H100", "device_hours": f"{w} h", "power": "1 W", "power_boundary": "node", "embodied": "0 kg"}])
                for i, w in enumerate(weights)]  # fmt: skip
        idle = it(x["total"], id="idle", stage="idle", electricity={"factor": "1 kg/kWh"})
        made = assess(*jobs, idle)
        assert value(made, "total_co2e_with_idle") == pytest.approx(x["total"])
        return [value(made, "total_co2e_with_idle", run=f"j{i}") for i in range(len(weights))]

    mass, price = shares(x["mass"]), shares([m * p for m, p in zip(x["mass"], x["price"], strict=True)])
    return {"mass_A": mass[0], "mass_B": mass[1], "econ_A": price[0], "econ_B": price[1]}


@how("implied")
def implied(x: Values, case: dict[str, Any]) -> Values:
    """What the later figure and the drop imply for the earlier one: undone by the ratio of two figures of the engine."""

    def before(now: float, drop: float) -> float:
        later = value(assess(it(1.0, electricity={"factor": f"{now!r} g/kWh"})), "use_co2e")
        one = value(assess(it(1.0, electricity={"factor": "1 g/kWh"})), "use_co2e")
        return later / one / (1 - drop)

    return {"v5e_before": before(x["v5e_now"], x["v5e_drop"]), "trillium_before": before(x["tri_now"], x["tri_drop"])}


def _close(case: dict[str, Any], key: str, got: float, want: float) -> bool:
    sampling = case["tolerance"].get("sampling")
    if sampling:
        rel = sampling.get(key, sampling.get("percentiles" if key[0] in "pmg" else "sd", 0.01))
    else:
        rel = case["tolerance"]["rel"]
    return math.isclose(got, want, rel_tol=rel)


@pytest.mark.skipif(not SHARED, reason="set LCA_SHARED to the shared folder to run the 43 method cases")
def test_every_method_is_reproduced_somewhere():
    assert len(CASES) == 43
    assert {c["kind"] for c in CASES} == set(HOW) | set(ELSEWHERE)
    for kind, module in ELSEWHERE.items():
        text = (Path(__file__).parent / f"{module}.py").read_text("utf-8")
        assert all(c["id"].split("/")[0] in text for c in CASES if c["kind"] == kind), kind


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] not in ELSEWHERE], ids=lambda c: c["id"])
def test_method(case):
    inputs = {name: q["value"] for name, q in case["inputs"].items()}
    got = HOW[case["kind"]](inputs, case)
    assert set(got) == set(case["expect"])
    for key, want in case["expect"].items():
        assert _close(case, key, got[key], want["value"]), (key, got[key], want)
    for key, told in case.get("published", {}).items():
        if told.get("consistent") and "value" in told and case["role"] == "reproduce":
            assert math.isclose(got[key], told["value"], rel_tol=told["rel"], abs_tol=told["abs"]), (
                key,
                got[key],
                told,
            )
