"""`explain` re-computes a figure from its inputs, and shows each factor with its source and level of fallback."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from conftest import ROOT, assess, run, value

import lca
from lca.errors import RuleError, UnknownName
from lca.quantities import NAMES


def test_each_factor_stands_with_value_source_and_level():
    a = assess(
        run(devices=[{"model": "NVIDIA H100 80GB HBM3", "count": 8}], facility=None, location={"subdivision": "US-VA"})
    )
    text = a.explain("r", "total_co2e")
    for f in a.figure_list(()):
        if f["quantity"] == "total_co2e":
            for identifier in f["factors"]:
                assert f"factor {identifier}" in text
            for rule in f["rules"]:
                assert rule in text
    for factor in re.findall(r"factor (\S+)\n +(.*)\n +(.*)", text):
        assert re.match(r".+, .+, evidence [ABC]; found by .+", factor[1]), factor
        assert len(factor[2]) > 10
    assert "found by country" in text
    assert "average of the industry" in text


def test_every_figure_of_the_samples_re_computes():
    a = lca.assess(str(ROOT / "samples" / "*.json"))
    for number, record in enumerate(a.activities.runs):
        rows = np.flatnonzero(a.activities.run_of_row == number)
        for quantity in NAMES:
            text = a.explain(record.id, quantity)
            assert text.startswith(f"{quantity} of ")
            if quantity not in a.summary.names:
                assert "not determined" in text
                continue
            got = value(a, quantity, run=record.id)
            if got is None:
                assert "not determined" in text
                continue
            printed = re.findall(rf"^{quantity} = (\S+)", text, re.MULTILINE)
            assert len(printed) <= len(rows)
            assert math.isclose(math.fsum(map(float, printed)), got, rel_tol=1e-8), (record.id, quantity)


def test_formulas_evaluate_to_what_is_shown():
    """Read the tree as an auditor would: the formula with the values printed below it gives the value above it."""
    text = assess(run(facility={"pue": 1.25})).explain("r", "use_co2e")
    numbers = {name: float(number) for name, number in re.findall(r"(\w+) = ([\d.e+-]+)", text)}
    for name, _, formula in re.findall(r"(\w+) = \S+ \S+\n +(\S+): (.+?)   \[tier", text):
        assert math.isclose(eval(formula, {}, numbers), numbers[name], rel_tol=1e-9)
    assert numbers["use_co2e"] == pytest.approx(40 * 1.25 * 0.05326)


def test_a_figure_that_does_not_re_compute_is_refused():
    a = assess(run())
    a.columns["facility_energy"][0] += 1
    with pytest.raises(RuleError, match="re-computed"):
        a.explain("r", "facility_energy")


def test_device_groups_add_up():
    a = assess(run(devices=[{"model": "H100", "count": 8}, {"model": "L4", "count": 2}]))
    text = a.explain("r", "it_energy")
    assert "device group 0: H100" in text
    assert "device group 1: L4" in text
    assert float(re.findall(r"sum over 2 device groups: (\S+) kWh", text)[0]) == pytest.approx(value(a, "it_energy"))


def test_what_is_not_determined_says_why_for_the_run_asked_for():
    a = assess(run("known"), run("bare", devices=[], duration="1 h"))
    assert "it_energy: not determined: " in a.explain("bare", "it_energy")
    assert "it_energy = 40 kWh" in a.explain("known", "it_energy")
    reason = next(
        f["reason"] for f in a.figure_list(("run",)) if f["by"] == {"run": "bare"} and f["quantity"] == "it_energy"
    )
    assert reason in a.explain("bare", "it_energy")


def test_unknown_names_are_told_with_the_nearest():
    a = assess(run("good"))
    with pytest.raises(UnknownName) as caught:
        a.explain("goood")
    assert str(caught.value) == "run goood: no such run. The nearest is good."
    with pytest.raises(UnknownName) as caught:
        a.explain("good", "total_co2")
    assert str(caught.value) == "quantity total_co2: no such quantity. The nearest is total_co2e."


def test_a_pin_and_a_site_are_shown_with_their_reason():
    sites = {"lab": {"country": "NO", "pue": 1.1, "source": "own meter, 2023"}}
    pins = [{"quantity": "grid_lifecycle", "value": "30 gCO2e/kWh", "reason": "figure of the operator"}]
    a = assess(run(facility=None, location={"site": "lab"}), profile={"id": "p", "sites": sites, "pins": pins})
    text = a.explain("r", "use_co2e")
    assert "figure of the operator" in text
    assert "pinned by the profile" in text
    assert "own meter, 2023" in text


def test_intervals_of_inputs_are_shown():
    device = {
        "model": "H100",
        "count": 1,
        "power": {"value": 500, "low": 400, "high": 650, "unit": "W"},
        "power_boundary": "node",
    }
    assert "device_power_node = 0.5 kW (0.4 to 0.65)" in assess(run(devices=[device])).explain("r", "it_energy")
