"""Federated and edge training: one run, many device groups, each on its own grid."""

from __future__ import annotations

import pytest
from conftest import assess, findings, run, value

PHONES = {"model": "Apple M2", "count": 1000, "power": "10 W", "location": {"country": "FR"}}
LAPTOPS = {"model": "Apple M1", "count": 500, "power": "12 W", "location": {"country": "IN"}}
SERVER = {"model": "H100 SXM", "count": 1, "power": "700 W", "power_boundary": "node", "location": {"country": "US"}}


def federated(*devices, **more):
    return run("fl", devices=list(devices), location=None, facility=None, **more)


def test_each_group_has_its_own_grid_and_its_own_facility():
    a = assess(federated(PHONES, LAPTOPS, SERVER))
    grid = a.activities.columns["grid_lifecycle"]
    assert len(set(grid.tolist())) == 3
    assert a.activities.columns["pue"][:2].tolist() == [1.0, 1.0]  # no data centre stands around them
    assert a.activities.columns["pue"][2] > 1.0
    assert value(a, "it_energy") == pytest.approx(100 + 60 + 7)
    assert value(a, "facility_energy", country="IN") == pytest.approx(60)
    assert [f["by"]["country"] for f in a.figure_list(["country"]) if f["quantity"] == "use_co2e" and f["by"]] == [
        "FR",
        "IN",
        "US",
    ]


def test_one_run_of_many_groups_is_the_sum_of_runs_of_one():
    whole = assess(federated(PHONES, LAPTOPS, SERVER))
    parts = [assess(federated(group)) for group in (PHONES, LAPTOPS, SERVER)]
    for name in ("it_energy", "facility_energy", "use_co2e", "use_co2e_location", "total_co2e"):
        assert value(whole, name) == pytest.approx(sum(value(p, name) for p in parts)), name


def test_energy_metered_for_the_whole_is_shared_and_told():
    metered = [{"value": "200 kWh", "boundary": "it", "method": "counter"}]
    a = assess(federated(PHONES, LAPTOPS, energy=metered))
    assert value(a, "it_energy", country="FR") == pytest.approx(200 * 100 / 160)
    assert value(a, "facility_energy") == pytest.approx(200)
    assert findings(a, "shared-run-values")


def test_a_group_without_a_place_takes_that_of_the_run():
    a = assess(run("fl", devices=[PHONES, {**LAPTOPS, "location": None}], location={"country": "DE"}, facility=None))
    assert [a.resolved.places[p]["country"] for p in a.activities.place_of_row] == ["FR", "DE"]
