"""`explain` re-computes a figure from its inputs, and shows each factor with its source and level of fallback."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from conftest import ROOT, assess, delivered, run, value

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
    assert numbers["use_co2e"] == pytest.approx(delivered(40 * 1.25 * 0.05326), rel=1e-6)


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


def origin(text: str, name: str) -> str:
    """What stands behind the value of an input, without its meaning."""
    return re.findall(rf"^ +{name} = [^\n]*?   (.+?)(?:: [^\n]*)?$", text, re.MULTILINE)[0]


def test_a_value_that_was_scaled_says_how():
    log = run(
        energy=[
            {"value": "30 kWh", "boundary": "accelerator", "method": "counter"},
            {"value": "40 kWh", "boundary": "node", "method": "counter", "coverage": 0.8},
        ]
    )
    text = assess(log).explain("r", "it_energy")
    assert "metered_node = 50 kWh" in text
    assert origin(text, "metered_node") == "from energy[1] of the run, 40 kWh, divided by its coverage, 0.8"


def test_energy_with_pue_inside_says_what_was_done_with_it():
    node = {"value": "48 kWh", "boundary": "node", "method": "counter", "includes_pue": True}
    text = assess(run(energy=[node])).explain("r", "it_energy")
    told = "from energy[0] of the run, 48 kWh, taken for facility energy, since PUE is inside it"
    assert origin(text, "metered_facility") == told
    text = assess(run(energy=[node | {"boundary": "accelerator"}])).explain("r", "accelerator_energy")
    assert origin(text, "metered_accelerator") == "from energy[0] of the run, 48 kWh, divided by the PUE inside it, 1.2"


def test_what_a_run_states_as_a_whole_is_shown_with_its_share():
    groups = [{"model": "H100", "count": 6}, {"model": "H100", "count": 2}]
    log = run(devices=groups, work={"flops": 8e20}, energy=[{"value": "40 kWh", "boundary": "node"}])
    text = assess(log).explain("r", "it_energy")
    told = "from energy[0] of the run, 40 kWh, times 0.75, the share of this device group by modelled energy"
    assert origin(text, "metered_node") == told
    text = assess(log).explain("r", "training_flops")
    assert origin(text, "stated_flops") == (
        "8e+20 stated by the run, times 0.75, the share of this device group by modelled energy"
    )


def test_what_is_not_stated_is_not_called_stated():
    """A share of 1, a duration from two times, power on a curve, the devices in an instance, a power series."""
    text = assess(run(energy=[], duration=None, end="2023-05-01T05:00:00Z")).explain("r", "it_energy")
    assert origin(text, "duration") == "end minus start of the run"
    assert origin(text, "device_share") == "not stated by the run, so 1 by definition"
    curve = {"model": "H100", "count": 1, "power_curve": [[0, "100 W"], [1, "500 W"]], "utilisation": 0.5}
    text = assess(run(energy=[], devices=[curve])).explain("r", "it_energy")
    assert "curve_power = 0.3 kW" in text
    assert origin(text, "curve_power") == "read from power_curve of the run at its utilisation, 0.5"
    text = assess(run(energy=[], devices=[{"model": "p5.48xlarge", "count": 2}])).explain("r", "it_energy")
    assert origin(text, "device_count") == "stated by the run, times 8, the devices in one p5.48xlarge"
    samples = [[0, 1000], [1800, 1000], [3600, 1000]]
    log = run(energy=[], duration="2 h", power={"samples": samples, "unit": "W", "boundary": "node"})
    text = assess(log).explain("r", "it_energy")
    told = "integrated from the power series of the run, 1 kWh, divided by its coverage, 0.5"
    assert origin(text, "metered_node") == told
