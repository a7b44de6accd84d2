"""Software Carbon Intensity: published cases through the rules themselves, boundaries, functional units, what it never holds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import assess, figure, findings, run, value

from lca.rules.electricity.use_co2e_location_run_factor import use_co2e_location_run_factor
from lca.rules.embodied.embodied_stated_device import embodied_stated_device
from lca.rules.embodied.lifetime_share_reserved_time import lifetime_share_reserved_time
from lca.rules.energy.accelerator_energy_from_power_curve import accelerator_energy_from_power_curve
from lca.rules.energy.it_energy_from_node_power import it_energy_from_node_power
from lca.rules.sci.sci_embodied import sci_embodied
from lca.rules.sci.sci_operational import sci_operational
from lca.rules.sci.sci_sum import sci_sum

SHARED = os.environ.get("LCA_SHARED")
published = pytest.mark.skipif(not SHARED, reason="set LCA_SHARED to the shared folder to run the published SCI cases")
WATT, GRAM, SECOND = 1e-3, 1e-3, 1 / 3600  # in kW, kg, h


def case(identity: str) -> dict[str, Any]:
    cases = json.loads((Path(SHARED or "") / "validation" / "cases.json").read_text("utf-8"))["method_cases"]
    return next(c for c in cases if c["id"] == identity)


def inputs(made: dict[str, Any]) -> dict[str, float]:
    return {name: entry["value"] for name, entry in made["inputs"].items()}


@published
def test_eshoppen_database_server():
    """Green Software Foundation, eShoppen: 9.6 Wh at 951 g/kWh, and an eighth of 1,433.12 kg over 35,040 h, in one hour."""
    made = case("SCI-ESHOP-DB/sci")
    x = inputs(made)
    power = x["util"] * x["cores"] * x["tdp"] * x["coef"] * WATT
    energy = it_energy_from_node_power(1.0, power)
    o = sci_operational(use_co2e_location_run_factor(energy, x["ef"] * GRAM))
    m = sci_embodied(embodied_stated_device(x["te"], lifetime_share_reserved_time(x["rr"], 35040.0, 1.0)))
    got = {"energy": energy, "embodied": m / GRAM, "sci": sci_sum(o, m) / GRAM}
    for name, expected in made["expect"].items():
        assert got[name] == pytest.approx(expected["value"], rel=made["tolerance"]["rel"]), name
    for name, printed in made["published"].items():
        assert got[name] == pytest.approx(printed["value"], rel=printed["rel"]), name


@published
def test_impact_framework_row_1():
    """O and the printed sum follow; the printed M follows from defaults (1,000 kg over 4 years, whole), not from what was declared."""
    made = case("IF-SCI-ROW1/sci")
    x, rel = inputs(made), made["tolerance"]["rel"]
    hours, reserved = x["duration"] * SECOND, x["duration"] * SECOND / x["ratio"]
    o = sci_operational(
        use_co2e_location_run_factor(
            accelerator_energy_from_power_curve(reserved, 0.75 * x["tdp"] * WATT), x["ef"] * GRAM
        )
    )
    assert o / GRAM == pytest.approx(made["expect"]["operational"]["value"], rel=rel)
    printed = sci_embodied(
        embodied_stated_device(1e6 * GRAM, lifetime_share_reserved_time(hours, 126_144_000 * SECOND, 1.0))
    )
    assert printed / GRAM == pytest.approx(made["expect"]["embodied"]["value"], rel=rel)
    assert sci_sum(o, printed) / GRAM == pytest.approx(made["expect"]["sci"]["value"], rel=rel)
    declared = embodied_stated_device(
        x["te_declared"] * GRAM, lifetime_share_reserved_time(reserved, x["el_declared"] * SECOND, 1.0)
    )
    assert declared / GRAM == pytest.approx(made["expect"]["embodied_from_declared_g"]["value"], rel=rel)


@published
def test_impact_framework_row_1_is_detected():
    """The engine gives what the declared inputs give, and says that the printed figure is another one."""
    made = case("IF-SCI-ROW1/sci")
    x = inputs(made)
    row = run(
        "row-1", start=None, duration=f"{x['duration']} s", facility={"pue": 1}, electricity={"factor": f"{x['ef']} gCO2e/kWh"},
        devices=[{"kind": "cpu", "count": 1, "share": 1 / x["ratio"], "power": f"{0.75 * x['tdp']} W", "power_boundary": "node",
                  "embodied": f"{x['te_declared']} gCO2e", "lifetime": f"{x['el_declared']} s"}],
        declared={"embodied_co2e": f"{made['published']['embodied']['value']} gCO2e"},
    )  # fmt: skip
    a = assess(row)
    assert (value(a, "sci_operational_co2e") or 0) / GRAM == pytest.approx(
        made["expect"]["operational"]["value"], rel=1e-6
    )
    assert (value(a, "sci_embodied_co2e") or 0) / GRAM == pytest.approx(
        made["expect"]["embodied_from_declared_g"]["value"], rel=1e-6
    )
    assert [(f.field, f.severity) for f in findings(a, "declared-mismatch")] == [("declared.embodied_co2e", "warning")]


def scores(a: Any, boundary: str) -> dict[str, dict[str, Any]]:
    return {x["id"].rpartition(".")[2]: x for x in a.view_data["lines"] if x["id"].startswith(f"{boundary}.score")}


SYSTEM = {"name": "Model A", "parameters": 7e9}
FACTOR = {"factor": "300 gCO2e/kWh", "factor_scope": "direct"}


def sized(identity: str, stage: str, **fields: Any) -> dict[str, Any]:
    """A run of 10 kWh and 1 kg of hardware: 3 kg by location, 4 kg in all."""
    return run(
        identity, stage=stage, system=SYSTEM, facility={"pue": 1}, electricity=FACTOR,
        devices=[{"kind": "gpu", "count": 1, "power": "1 kW", "power_boundary": "node", "embodied": "100 kgCO2e", "lifetime": "1000 h"}],
        **fields,
    )  # fmt: skip


def test_a_score_needs_both_parts():
    half = run("half", devices=[{"kind": "gpu", "count": 1, "power": "1 kW", "power_boundary": "node", "model": "Wonder 9"}], stage="inference",
               work={"requests": 10})  # fmt: skip
    a = assess(half)
    assert value(a, "sci_operational_co2e") is not None
    assert value(a, "sci_embodied_co2e") is None
    assert value(a, "sci_co2e") is None
    assert figure(a, "sci_co2e")["missing"] == 1
    assert scores(a, "consumer")["request"]["value"] is None
    assert scores(a, "consumer")["request"]["reason"].startswith("O or M is missing for 1 of 1 entries: ")


#: counts instruments that are not shown to meet the quality criteria, too
CLAIMED = {"id": "p", "instrument_evidence": "claimed"}


def test_certificates_never_enter_a_score():
    bought = FACTOR | {
        "instruments": [{"type": "certificate", "share": 1, "factor": "0 kgCO2e/kWh", "evidence": "registry"}]
    }
    plain, green = (
        assess({**sized("a", "inference", work={"requests": 10}), "electricity": e}, profile=CLAIMED)
        for e in (FACTOR, bought)
    )
    assert value(green, "use_co2e_market") == 0
    for name in ("sci_co2e", "sci_operational_co2e", "sci_co2e_per_request"):
        assert (
            value(plain, name)
            == value(green, name)
            == pytest.approx({"sci_co2e": 4, "sci_operational_co2e": 3}.get(name, 0.4))
        )


def test_boundaries_of_provider_and_consumer():
    """Failed runs emit, but their work is not in R; evaluation and data count for the provider; idle counts for nobody."""
    records = [
        sized("d", "data"), sized("t", "training", work={"tokens_trained": 2e6, "flops": 1e15}),
        sized("f", "training", status="failed", work={"tokens_trained": 1e6, "flops": 5e14}), sized("e", "evaluation"),
        sized("i", "inference", work={"requests": 40}), sized("x", "idle"),
    ]  # fmt: skip
    a = assess(*records)
    provider, consumer = scores(a, "provider"), scores(a, "consumer")
    assert {unit: x["value"] for unit, x in provider.items()} == {
        "flop": pytest.approx(16 / 1e15), "1k_tokens_trained": pytest.approx(16 / 2000), "parameter": pytest.approx(16 / 7e9),
    }  # fmt: skip
    assert {unit: x["value"] for unit, x in consumer.items()} == {"request": pytest.approx(0.1)}
    sums = {x["id"]: x["value"] for x in a.view_data["lines"] if x["id"].startswith("sum.")}
    assert sums == {"sum.both": pytest.approx(20), "sum.idle": pytest.approx(4)}


@pytest.mark.parametrize(
    ("records", "boundary", "told"),
    [
        ([sized("a", "training", work={"flops": 1e15}), sized("b", "training")], "provider",
         {"flop": "1 of 2 entries that count for it do not state work.flops", "parameter": None}),
        ([sized("a", "training", status="failed", work={"flops": 1e15})], "provider",
         {"flop": "no training or fine-tuning run was completed", "parameter": None}),
        ([sized("a", "inference")], "consumer", {"": "no functional unit: no run states work.requests or work.tokens_out or work.tokens_in or "
         "work.images or work.samples"}),
        ([sized("a", "inference", work={"requests": 0})], "consumer", {"request": "work.requests is 0: a ratio with this denominator is not determined"}),
        ([sized("a", "data"), {**sized("b", "training"), "system": {**SYSTEM, "parameters": 8e9}}], "provider",
         {"parameter": "the runs of the system state different numbers of parameters"}),
    ],
)  # fmt: skip
def test_a_score_that_cannot_be_formed_says_why(records, boundary, told):
    assert {unit: x.get("reason") for unit, x in scores(assess(*records), boundary).items()} == told


def test_parameters_do_not_add_up_over_runs():
    a = assess(sized("a", "training"), sized("b", "training"))
    assert value(a, "sci_co2e_per_parameter", system="Model A", stage="training") == pytest.approx(8 / 7e9)
    assert not [f for f in a.figure_list(("stage",)) if f["quantity"] == "sci_co2e_per_parameter"], (
        "stages hold several systems"
    )
