"""Energy from tokens and from work: where the proxies apply, what wins over them, what they say, and their messages in full."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import assess, figure, findings, run, value
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.catalogue import store
from lca.catalogue.models import ModelIndex
from lca.errors import LcaError

PARTS = ("it_energy", "device_hours", "embodied_co2e", "end_of_life_co2e")
H100 = {"model": "NVIDIA H100 80GB HBM3"}


def answers(id: str = "r", /, **fields: Any) -> dict[str, Any]:
    """A run of which output tokens and the model are known, and nothing more."""
    usual = {
        "stage": "inference",
        "devices": None,
        "duration": None,
        "system": {"name": "A", "parameters": 7e9},
        "work": {"tokens_out": 1e9},
    }
    return run(id, **(usual | fields))


def trained(id: str = "r", /, **fields: Any) -> dict[str, Any]:
    """A training run of which the work and the device are known, and nothing more."""
    usual = {"duration": None, "devices": [H100], "work": {"flops": 1e22}}
    return run(id, **(usual | fields))


def told(a: Any, code: str) -> list[str]:
    return [f.message for f in findings(a, code)]


def test_tokens_and_a_model_give_energy_hours_and_hardware_at_the_worst_tier():
    made = assess(answers())
    for quantity in PARTS:
        got = figure(made, quantity)
        assert got["value"] > 0, quantity
        assert got["tier"] == 4, quantity
        assert got["low"] < got["value"] / 2, quantity
        assert got["high"] > got["value"] * 2, quantity
    assert "it-energy-from-tokens@1" in figure(made, "it_energy")["rules"]
    assert told(made, "modelled-component") == [
        "all of it is modelled from output tokens and the size of the model, for H100 servers that are always full; "
        "measurements lie up to a factor of 2.5 either way"
    ]
    assert "batch_size: 64 (ecologits_0.11.3-batch-size, evidence A)" in told(made, "assumed-default")


@pytest.mark.parametrize(
    "fields",
    [
        {"energy": [{"value": "5 kWh", "boundary": "node", "method": "counter"}]},
        {"energy": [{"value": "5 kWh", "boundary": "node", "method": "declared"}]},
        {"devices": [{**H100, "device_hours": "10 h"}]},
        {"devices": [{**H100, "count": 8}], "duration": "10 h"},
        {"devices": [{"model": "Nothing of the kind", "count": 8}], "duration": "10 h"},
    ],
)
def test_energy_and_device_hours_always_win(fields):
    with_tokens, without = assess(answers(**fields)), assess(answers(**fields, work={"requests": 1}))
    for quantity in PARTS:
        assert value(with_tokens, quantity) == value(without, quantity)


def test_tokens_say_nothing_of_training_and_a_strict_profile_takes_no_proxy():
    assert value(assess(answers(stage="training")), "it_energy") is None
    assert value(assess(answers(), profile="strict"), "it_energy") is None


def test_stated_embodied_gets_no_modelled_addition():
    made = assess(answers(devices=[{"kind": "gpu", "embodied": "100 kgCO2e"}]))
    assert value(made, "it_energy") > 0
    assert value(made, "embodied_co2e") is None


def test_device_groups_share_the_tokens():
    alone = value(assess(answers()), "it_energy")
    assert value(assess(answers(devices=[{"kind": "gpu"}, {"kind": "gpu"}])), "it_energy") == pytest.approx(alone)


def test_a_stated_latency_caps_the_modelled_one():
    free = value(assess(answers(work={"tokens_out": 2e5, "requests": 1000})), "device_hours")
    capped = value(assess(answers(work={"tokens_out": 2e5, "requests": 1000, "latency": "5 s"})), "device_hours")
    loose = value(assess(answers(work={"tokens_out": 2e5, "requests": 1000, "latency": "5 h"})), "device_hours")
    assert capped == pytest.approx(5000 / 3600 / 64)
    assert capped < free == loose


@settings(deadline=None, max_examples=25)
@given(st.floats(1, 511), st.floats(1e8, 1.9e11), st.floats(1, 1e12))
def test_more_tokens_or_a_smaller_batch_never_take_less(batch, parameters, tokens):
    system = {"name": "A", "parameters": parameters}
    made = assess(
        answers("one", system=system, work={"tokens_out": tokens, "batch_size": batch}),
        answers("larger batch", system=system, work={"tokens_out": tokens, "batch_size": batch + 1}),
        answers("twice", system=system, work={"tokens_out": 2 * tokens, "batch_size": batch}),
    )
    one, larger, twice = (value(made, "it_energy", run=name) for name in ("one", "larger batch", "twice"))
    assert one is not None
    assert one > larger
    assert twice == pytest.approx(2 * one)


def test_the_catalogue_of_models_takes_no_name_for_another():
    index = ModelIndex(store.load().sets)
    assert index.resolve("meta-llama/Llama-3.1-70B-Instruct") == index.resolve("llama 3.1 70b")
    for name in ("Llama 3.1", "Llama 3.1 7B", "llama", "Llama 3.1 70B Instruct FP8", ""):
        assert index.resolve(name) is None, name


def test_a_known_model_needs_no_parameters_and_cites_its_source():
    made = assess(answers(system="DeepSeek-V3"))
    assert value(made, "it_energy") == value(
        assess(answers(system={"name": "A", "parameters": 671e9, "active_parameters": 37e9})), "it_energy"
    )
    assert {"deepseek_v3_card-deepseek-v3-parameters-total", "deepseek_v3_card-deepseek-v3-active-parameters"} <= set(
        figure(made, "it_energy")["factors"]
    )
    assert findings(made, "dense-assumed") == []


def test_unknown_model_in_full():
    made = assess(answers(system="Llama 3.1 7B"))
    assert told(made, "unknown-model") == [
        "tokens without a model of known size: 'Llama 3.1 7B' is not in the catalogue of models and the run does not state its "
        "parameters; nearest known: Llama 3.1 70B, Llama 3.1 8B, Llama 3.2 1B. State system.parameters, energy or device hours."
    ]
    got = figure(made, "it_energy")
    assert got["value"] is None
    assert got["reason"] == (
        "the run does not state the parameters of 'Llama 3.1 7B', and no model of the catalogue bears this name"
    )


def overlay(tmp_path):
    """A mixture of experts of which nobody prints the active parameters."""
    from conftest import factor_set, write

    folder = factor_set(
        tmp_path / "own",
        [{"id": "mix", "quantity": "parameters_total", "technology": "mix", "value": 5e10, "unit": "1"}],
    )
    write(folder / "models.csv", "aliases,id,name,architecture\n,mix,Mix 50B,moe\n")
    return tmp_path


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"devices": None}, "the run does not state the parameters of 'B', and no model of the catalogue bears this name; the run names no device"),
        ({}, "the run does not state the parameters of 'B', and no model of the catalogue bears this name"),
        ({"system": {"name": "B", "parameters": 7e9}, "devices": None}, "the run names no device"),
        ({"system": {"name": "B", "parameters": 7e9}, "devices": [{"model": "Wonder 9"}]}, "the run names no device of known peak rate: 'Wonder 9'"),
        ({"system": {"name": "DeepSeek-V3", "parameters": 671e9}, "devices": None, "work": {"flops": 1e20}}, "the run names no device"),
    ],
)  # fmt: skip
def test_why_no_energy_follows_from_training_tokens(fields, reason):
    made = assess(trained(**({"system": "B", "work": {"tokens_trained": 1e12}} | fields)))
    assert figure(made, "it_energy")["value"] is None
    assert figure(made, "it_energy")["reason"] == reason
    unknown = "the parameters of 'B'" in reason
    assert told(made, "unknown-model") == ([
        "tokens without a model of known size: 'B' is not in the catalogue of models and the run does not state its "
        "parameters. State system.parameters, energy or device hours."
    ] if unknown else [])  # fmt: skip


@pytest.mark.parametrize(
    ("make", "work"),
    [
        (answers, {"tokens_out": 0}),
        (answers, {"requests": 0}),
        (trained, {"tokens_trained": 0}),
        (trained, {"flops": 0}),
    ],
)
def test_no_work_is_told_and_its_energy_not_determined(make, work):
    [unit] = work
    made = assess(make(work=work))
    assert told(made, "zero-work") == [f"work.{unit} is 0: no energy follows from it, and no figure per unit of it"]
    for quantity in ("it_energy", "total_co2e"):
        assert figure(made, quantity)["value"] is None
    assert figure(made, "it_energy")["reason"] == f"work.{unit} is 0, and from no work follows no energy"


def test_no_work_beside_metered_energy_leaves_the_energy():
    made = assess(answers(work={"tokens_out": 0}, energy=[{"value": "5 kWh", "boundary": "node", "method": "counter"}]))
    assert value(made, "it_energy") == 5.0
    assert told(made, "zero-work") == ["work.tokens_out is 0: no energy follows from it, and no figure per unit of it"]


def test_a_mixture_of_unknown_active_parameters_is_not_taken_as_dense(tmp_path):
    made = assess(answers(system={"name": "mix-50b", "parameters": 5e10}), factors=[overlay(tmp_path)])
    assert told(made, "unknown-model") == [
        "tokens without a model of known size: Mix 50B is a mixture of experts, and the run states its parameters without the "
        "active ones. State system.active_parameters, energy or device hours."
    ]
    assert value(made, "it_energy") is None
    learned = assess(
        run(system={"name": "mix-50b", "parameters": 5e10}, work={"tokens_trained": 1e9}), factors=[overlay(tmp_path)]
    )
    assert value(learned, "training_flops") is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (",mix,Mix 50B,sparse", "/own/models.csv: mix: architecture: neither dense nor moe (found sparse). Write one of the two, or: not published."),
        ("Llama 3.1 8B,mix,Mix 50B,moe", "factor set models/open-weights: model llama-3.1-8b: the name 'llama-3.1-8b' also means mix. "
         "Give each name to one model."),
    ],
)  # fmt: skip
def test_a_faulty_table_of_models_is_refused(tmp_path, line, message):
    overlay(tmp_path)
    (tmp_path / "own" / "models.csv").write_text(f"aliases,id,name,architecture\n{line}\n")
    with pytest.raises(LcaError) as caught:
        assess(answers(), factors=[tmp_path])
    assert str(caught.value).removeprefix(str(tmp_path)) == message


def test_outside_the_fit_nothing_is_determined():
    made = assess(answers(system="Llama 3.1 405B"), answers("b", work={"tokens_out": 1, "batch_size": 600}))
    assert told(made, "proxy-out-of-range") == 2 * [
        "energy per token was fitted up to 2 × 10¹¹ active parameters and batches of 512; this run lies beyond, and its energy is "
        "not determined from tokens"
    ]
    got = figure(made, "it_energy")
    assert got["value"] is None
    assert got["reason"] == "the model or its batch is larger than any for which energy per token was fitted"


def test_input_tokens_alone_say_nothing_and_are_said_to_be_left_out():
    made = assess(answers(work={"tokens_in": 1e9}))
    assert told(made, "input-tokens-not-modelled") == [
        "no energy can be estimated from input tokens alone; state work.tokens_out, energy or device hours"
    ]
    assert figure(made, "it_energy")["reason"] == "neither the run nor a factor set gives tokens_out (output tokens)"
    both = assess(answers(work={"tokens_in": 1e9, "tokens_cached": 5e8, "tokens_out": 1e9}))
    assert value(both, "it_energy") == value(assess(answers()), "it_energy")
    assert told(both, "input-tokens-not-modelled") == [
        "input tokens, from a cache or not, carry no energy in the estimate from output tokens, which is therefore low"
    ]
    assert figure(both, "it_energy_per_1k_tokens_in")["value"] == pytest.approx(value(both, "it_energy") / 1e6)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"work": {"tokens_in": 1, "tokens_cached": 2}}, "work.tokens_cached: more than tokens_in, of which they are a part (found 2). State both."),
        ({"system": {"name": "A", "parameters": 1e9, "active_parameters": 2e9}},
         "system.active_parameters: more than parameters (found 2000000000). The active ones are those that one token uses."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(fields, message):
    made = assess(answers("good"), answers("bad", **fields))
    assert told(made, "invalid-run") == [f"argument: run 2: {message}"]


def test_work_and_a_device_give_hours_at_a_usual_utilisation():
    made = assess(trained())
    got = figure(made, "device_hours")
    assert got["value"] == pytest.approx(1e22 / (989.4e12 * 3600 * 0.38))
    assert got["tier"] == figure(made, "it_energy")["tier"] == 4
    assert (got["low"], got["high"]) == pytest.approx((got["value"] * 0.38 / 0.5, got["value"] * 0.38 / 0.2), rel=0.01)
    assert "default_mfu: 0.38 (lca_hardware_review-2026-default-mfu, evidence C)" in told(made, "assumed-default")


@pytest.mark.parametrize(
    ("device", "hours", "tier"),
    [
        ({"peak": "500 TFLOP/s", "efficiency": 0.5}, 1e22 / (500e12 * 3600 * 0.5), 2),
        ({"efficiency": 0.5}, 1e22 / (989.4e12 * 3600 * 0.5), 3),
        ({"peak": "500 TFLOP/s"}, 1e22 / (500e12 * 3600 * 0.38), 4),
        ({"device_hours": "7 h"}, 7.0, 1),
    ],
)
def test_what_is_stated_wins_over_the_catalogue_and_the_usual(device, hours, tier):
    got = figure(assess(trained(devices=[{**H100, **device}])), "device_hours")
    assert got["value"] == pytest.approx(hours)
    assert got["tier"] == tier


def test_no_utilisation_is_assumed_beside_energy_nor_for_a_device_of_unknown_peak():
    metered = assess(trained(energy=[{"value": "5 kWh", "boundary": "node", "method": "counter"}]))
    assert value(metered, "device_hours") is None
    assert value(metered, "it_energy") == 5
    assert value(assess(trained(devices=[{"model": "Nothing of the kind"}])), "device_hours") is None
    assert value(assess(trained(stage="inference")), "device_hours") is None


def test_implausible_mfu_in_full():
    fast = assess(trained(devices=[{**H100, "device_hours": "1000 h"}], work={"flops": 1e22}))
    assert told(fast, "implausible-mfu") == [
        "1 × 10²² FLOP in 1 000 device hours are 2.81 of the dense peak of 989.4 TFLOP/s: more than the devices can do"
    ]
    close = assess(trained(devices=[{**H100, "device_hours": "3500 h"}], work={"flops": 1e22}))
    assert told(close, "implausible-mfu") == [
        "1 × 10²² FLOP in 3 500 device hours are 0.802 of the dense peak of 989.4 TFLOP/s: more than 0.75, which no published run reaches"
    ]
    sparse = assess(trained(devices=[{**H100, "peak": "1979 TFLOP/s", "efficiency": 0.4}]))
    assert told(sparse, "implausible-mfu") == [
        "the stated peak is 2 times the dense 16-bit peak of 989.4 TFLOP/s: a rate with sparsity or of 8-bit numbers"
    ]


def test_training_computation_beside_the_amounts_of_the_law():
    made = assess(
        trained("a", system="Large", work={"flops": 2e25}), trained("b", system="Large", stage="finetuning", work=None),
        trained("c", system="Small", work={"flops": 1e22}), trained("d", system="Small", stage="inference", work={"flops": 1e26}),
    )  # fmt: skip
    assert told(made, "training-compute-threshold") == [
        "Large: 2 × 10²⁵ FLOP of training computation, above 1 × 10²⁵ FLOP (presumption of systemic risk, 2 of it) and above 1 × 10²³ FLOP "
        "(indicative criterion for a general-purpose AI model, 200 of it); 1 of 2 runs before use state no work. A comparison, not a "
        "legal finding",
        "Small: 1 × 10²² FLOP of training computation, not above 1 × 10²⁵ FLOP (presumption of systemic risk, 0.001 of it) and not above "
        "1 × 10²³ FLOP (indicative criterion for a general-purpose AI model, 0.1 of it). A comparison, not a legal finding",
    ]


def test_models_of_several_sizes_under_one_name_are_not_added_up():
    made = assess(
        *(trained(str(n), system={"name": "M", "parameters": n * 1e9}, work={"flops": 6e24}) for n in (8, 70))
    )
    assert [m.partition(":")[0] for m in told(made, "training-compute-threshold")] == [
        "M, 70 billion parameters",
        "M, 8 billion parameters",
    ]
    assert all("not above 1 × 10²⁵" in m for m in told(made, "training-compute-threshold"))


def text_of(a: Any, tmp_path: Any) -> str:
    page = a.report(tmp_path / "out", ["html"])["html"].read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_report_shows_computation_and_failed_runs(tmp_path):
    made = assess(trained("a"), trained("b", status="failed", work={"flops": 1e21}), trained("c", status="completed"))
    text = text_of(made, tmp_path)
    assert "Training computation" in text
    assert "2.10 × 10²² stated" in text
    assert "Failed and experimental runs" in text
    assert "1 of 3 runs do not state whether they were completed: some of them may have failed." in text
    assert "Failed runs 1" in text


def test_the_report_says_when_no_run_states_a_status(tmp_path):
    text = text_of(assess(answers()), tmp_path)
    assert "No run states whether it was completed, so that it is not known whether failed runs are left out." in text
    assert "Training computation" not in text
    assert "Failed and experimental runs" not in text_of(assess(answers(status="completed")), tmp_path / "done")
