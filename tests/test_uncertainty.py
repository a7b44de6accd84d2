"""Intervals of assessments: what is shared, order and partitions, what makes them wide and what narrows them."""

from __future__ import annotations

import json
import math
import random

import numpy as np
import pytest
from conftest import NOW, ROOT, assess, factor_set, figure, run

import lca
from lca.catalogue.pedigree import BEST, Pedigree
from lca.distribution import Z, lognormal, uniforms
from lca.engine.advice import narrowed
from lca.engine.exact import Sums
from lca.engine.sensitivity import PARAMETERS
from lca.engine.spreads import Source
from lca.engine.uncertainty import moved
from lca.report import covers

N = 20000
#: cases MC-LOGN and MC-NORMSUM: inputs and closed forms (test_method_cases compares them with the shared file)
LOGNORMALS = {"e": 1289.376, "s1": 0.05, "f": 0.429, "s2": 0.1}  # MWh and t/MWh, with standard deviations of ln x
NORMALS = {"mu": [100.0, 50.0, 25.0], "sd": [10.0, 5.0, 5.0]}  # t
#: errors that 100,000 draws may have there: of means and deviations, of percentiles
MEAN, PERCENTILE = 0.005, 0.01
#: only what is stated counts
PLAIN = {"id": "p", "uncertainty": {"pedigree": "none"}}
METERED = {
    "energy": [{"value": "100 kWh", "boundary": "facility", "method": "counter"}],
    "devices": None,
    "facility": None,
}


def spread(value: float, s: float) -> dict[str, float | str]:
    """A lognormal with standard deviation `s` of ln x, as a run states it."""
    return {
        "value": value,
        "low": value * math.exp(-Z * s),
        "high": value * math.exp(Z * s),
        "distribution": "lognormal",
    }


def drawn(a, quantity="use_co2e"):
    """Draws of the sum over all runs."""
    return a.summary.sampler.sums([quantity], np.zeros(a.rows, np.int64))[quantity].of(0)


def factors(folder, **of):
    """A grid factor of our own for France, with the columns `of` of its uncertainty."""
    row = {"id": "own-fr", "quantity": "grid_lifecycle", "geography": "FR", "value": 429, "unit": "gCO2e/kWh",
           "valid_from": "2023-01-01", "valid_to": "2023-12-31", "replaces": "owid-ember-FR-2023"}  # fmt: skip
    made = factor_set(folder, [row], "own/grid")
    if of:
        text = (made / "factors.csv").read_text().splitlines()
        lines = [text[0] + "".join(f",{name}" for name in of), text[1] + "".join(f",{x}" for x in of.values())]
        (made / "factors.csv").write_text("\n".join(lines) + "\n")
    return made


# ---- what is shared, order and partitions ---------------------------------------------------------------------------


def fleet(count, **fields):
    return [run(f"r{n:05d}", **{**METERED, **fields}) for n in range(count)]


def relative(f):
    return (f["high"] - f["low"]) / f["value"]


def test_a_fleet_is_as_uncertain_as_its_grid_factor():
    """DESIGN.md, mistake 11: independent draws per row would make the interval of 10,000 runs a hundredth of this."""
    how = {"id": "p", "uncertainty": {"draws": N}}
    one, many = (figure(assess(*fleet(n), profile=how), "use_co2e") for n in (1, 10_000))
    assert many["value"] == pytest.approx(10_000 * one["value"])
    assert relative(many) == pytest.approx(relative(one), rel=1e-6)
    meter, grid = (
        gsd2 ** (Z / 2) for gsd2 in (1.05, 1.125**2)
    )  # at 1.96 deviations; a modelled life-cycle factor of its own year
    both = math.exp(math.hypot(math.log(meter), math.log(grid)))
    assert relative(one) == pytest.approx(both - 1 / both, rel=0.02)


def test_intervals_of_their_own_do_average_out():
    energy = [
        {"value": {"value": 100, "low": 80, "high": 120, "unit": "kWh"}, "boundary": "facility", "method": "counter"}
    ]
    one, many = (figure(assess(*fleet(n, energy=energy), profile=PLAIN), "facility_energy") for n in (1, 400))
    assert relative(many) == pytest.approx(relative(one) / 20, rel=0.1)


def some(count, seed=3):
    """Runs of several kinds: stated, metered, rated, with and without intervals of their own."""
    rng, made = random.Random(seed), []
    for n in range(count):
        kind = n % 5
        fields = {"location": {"country": rng.choice(["FR", "DE", "US"])}, "system": f"s{n % 3}"}
        if kind == 0:
            fields |= {
                "energy": [{"value": f"{rng.uniform(1, 9000):.3f} kWh", "boundary": "node", "method": "counter"}]
            }
        elif kind == 1:
            fields |= {
                "devices": [
                    {
                        "model": "NVIDIA H100 80GB HBM3",
                        "count": rng.randint(1, 64),
                        "utilisation": round(rng.random(), 3),
                    }
                ]
            }
        elif kind == 2:
            fields |= {"devices": [{"model": "NVIDIA A100-SXM4-80GB", "count": rng.randint(1, 64)}], "facility": None}
        elif kind == 3:
            power = {"value": 500, "low": 400, "high": 650, "unit": "W"}
            fields |= {"devices": [{"model": "NVIDIA L4", "count": 2, "power": power, "power_boundary": "node"}]}
        made.append(run(f"r{n}", **fields))
    return made


def test_order_and_partitions_change_no_bit():
    runs = some(60)
    whole = assess(*runs)
    shuffled = runs[:]
    random.Random(9).shuffle(shuffled)
    other = assess(*shuffled)
    for name in ("facility_energy", "use_co2e", "embodied_co2e", "total_co2e"):
        f, g = figure(whole, name), figure(other, name)
        assert [f[k] for k in ("value", "low", "median", "high")] == [g[k] for k in ("value", "low", "median", "high")]
        assert drawn(whole, name).tobytes() == drawn(other, name).tobytes()
        merged = Sums(whole.summary.sampler.draws)
        for part in (shuffled[:7], shuffled[7:31], shuffled[31:]):
            a = assess(*part)
            merged.merge(a.summary.sampler.sums([name], np.zeros(a.rows, np.int64))[name])
        assert merged.of(0).tobytes() == drawn(whole, name).tobytes()


def test_order_changes_no_bit_of_what_is_said_of_uncertainty():
    runs = some(300)
    shuffled = random.Random(9).sample(runs, len(runs))
    first, second = assess(*runs), assess(*shuffled)
    assert first.sensitivity.contributions
    assert json.dumps(first.as_dict()["uncertainty"]) == json.dumps(second.as_dict()["uncertainty"])
    pedigree = Pedigree(first.catalogue.sets)
    for parameter in PARAMETERS:
        ends = [narrowed(a.summary.sampler, "total_co2e", parameter, pedigree) for a in (first, second)]
        assert ends[0] == ends[1], parameter.id


def test_no_draws_give_no_interval_and_are_told(tmp_path):
    purchases = [{"device": "H100", "count": 2, "date": "2023-02-01"}]
    profile = {"id": "p", "view": "ghg-protocol", "purchases": purchases}
    with_, without = (assess(*some(20), profile=profile | {"uncertainty": {"draws": draws}}) for draws in (1000, 0))
    for f, g in zip(with_.figure_list(("run",)), without.figure_list(("run",)), strict=True):
        assert (g["value"], g["low"], g["median"], g["high"]) == (f["value"], None, None, None)
        assert g["tier"] == f["tier"]
    held = without.as_dict()
    assert held["uncertainty"]["contributions"] == held["uncertainty"]["advice"] == []
    assert all(x["low"] is None for x in held["views"]["lines"])
    assert any(x["low"] is not None for x in with_.as_dict()["views"]["lines"])
    assert covers.told(without) == "No interval is given: the profile asks for no draws."
    without.report(tmp_path, ("html",))


def test_what_is_near_its_limit_never_exceeds_it():
    """A share of 0.9 falls like any other, and rises by dividing what is left to 1."""
    g = np.asarray([0.5, 0.9, 1.0, 1.25, 10.0])
    source = Source("s", "utilisation", lognormal(1.0, 1.2), -1, BEST, "", 1.0)
    factor, amount = moved(source, g, 0.0)
    assert 0.9 * factor + amount == pytest.approx([0.45, 0.81, 0.9, 0.92, 0.99])
    assert 0.4 * factor + amount == pytest.approx([0.2, 0.36, 0.4, 0.52, 0.94])


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    first, again, other = (
        assess(*some(10), profile={"id": "p", "uncertainty": {"seed": seed}}).as_dict()["figures"] for seed in (7, 7, 8)
    )
    assert json.dumps(first) == json.dumps(again)
    assert json.dumps(first) != json.dumps(other)
    assert [f["value"] for f in first] == [f["value"] for f in other]


def test_groups_in_batches_are_the_same_as_at_once(monkeypatch):
    runs = some(40)
    once = assess(*runs).figure_list(("run",))
    from lca.engine import uncertainty

    monkeypatch.setattr(uncertainty, "BUDGET", 8 * 1000 * 30 * 3)  # room for the draws of three groups
    assert assess(*runs).figure_list(("run",)) == once


def test_draws_are_stratified_and_read_only():
    u = uniforms("x", 100, 1)
    assert sorted((u * 100).astype(int).tolist()) == list(range(100))
    with pytest.raises(ValueError, match="read-only"):
        u[0] = 0


# ---- what is told ---------------------------------------------------------------------------------------------------


def test_contributions_add_up_to_the_variance_of_the_draws():
    a = assess(*some(60))
    found = a.sensitivity
    assert sum(c.variance for c in found.contributions) == pytest.approx(drawn(a, "total_co2e").var(), rel=0.15)
    assert [c.variance for c in found.contributions] == sorted((c.variance for c in found.contributions), reverse=True)
    told = a.as_dict()["uncertainty"]
    assert (told["draws"], told["seed"], told["pedigree"]) == (1000, 1, "v2")
    assert len(told["contributions"]) == 10
    assert {p["id"] for p in told["parameters"]} >= {"grid", "pue", "lifetime", "host", "load", "utilisation"}


def test_one_parameter_at_a_time():
    """PUE 1.2 with 18.8 % on its overhead: the electricity of a run moves by what 0.2 moves."""
    a = assess(
        run(
            energy=[{"value": "100 kWh", "boundary": "it", "method": "counter"}],
            devices=None,
            electricity={"factor": "1 kgCO2e/kWh"},
        )
    )
    effect = next(e for e in a.sensitivity.effects if e.parameter.id == "pue")
    gsd2 = math.exp(math.hypot(math.log(1.05), math.log(1.18))) ** (Z / 2)
    assert (effect.low, effect.high) == pytest.approx((100 * 0.2 * (1 / gsd2 - 1), 100 * 0.2 * (gsd2 - 1)))
    assert effect.step == pytest.approx(100 * 0.12)


def test_a_meter_narrows_the_interval_and_the_advice_says_so():
    rated = run(devices=[{"model": "NVIDIA H100 80GB HBM3", "count": 8}])
    a = assess(rated)
    best = a.sensitivity.advice[0]
    assert best.text == "Meter the energy of the nodes and log it with its boundary and method"
    assert best.before == (figure(a, "total_co2e")["low"], figure(a, "total_co2e")["high"])
    kwh = figure(a, "it_energy")["value"]
    metered = assess(
        run(devices=rated["devices"], energy=[{"value": f"{kwh} kWh", "boundary": "node", "method": "counter"}])
    )
    f = figure(metered, "total_co2e")
    assert best.after == pytest.approx((f["low"], f["high"]), rel=0.02)


def test_a_default_load_is_wider_than_a_meter():
    rated = relative(figure(assess(run(devices=[{"model": "NVIDIA H100 80GB HBM3", "count": 8}])), "it_energy"))
    stated = relative(figure(assess(run()), "it_energy"))
    metered = relative(figure(assess(run(**METERED)), "facility_energy"))
    assert metered < stated < rated


def test_a_place_or_year_that_stands_in_is_wider():
    near, far = (
        relative(figure(assess(run(**METERED, start=f"{y}-05-01T00:00:00Z")), "use_co2e")) for y in (2023, 2012)
    )
    nowhere = relative(figure(assess(run(**METERED, location=None)), "use_co2e"))
    assert near < far < nowhere
    assert nowhere > 1


def test_every_figure_with_a_value_lies_inside_its_interval_and_every_set_documents_its_own():
    a = lca.assess(str(ROOT / "samples" / "*.json"), now=NOW)
    bounded = [f for f in a.figure_list() if f["low"] is not None]
    assert len(bounded) > 300
    assert all(f["low"] <= f["value"] <= f["high"] and f["low"] <= f["median"] <= f["high"] for f in bounded)
    assert not a.summary.sampler.spreads.unknown
    frame = a.results
    assert (frame["total_co2e_low"].dropna() <= frame["total_co2e"][frame["total_co2e_low"].notna()] * (1 + 1e-9)).all()
