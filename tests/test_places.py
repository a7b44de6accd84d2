"""Places: what is nearer to the run counts, what contradicts itself is told, what is split over places has no ratio."""

from __future__ import annotations

import pytest
from conftest import assess, factor_set, figure, findings, run, value

METERED = [{"value": "1000 kWh", "boundary": "facility", "method": "bill"}]


def at(**location):
    return run("r", location=location, energy=METERED, start="2025-03-01T00:00:00Z")


@pytest.mark.parametrize("state", ["US-WV", "US-WA", "US-CA"])
def test_the_state_with_its_upstream_stands_before_the_mean_of_the_country(state):
    a = assess(at(country="US", subdivision=state))
    assert value(a, "use_co2e") == pytest.approx(value(a, "use_co2e_location") + value(a, "use_co2e_upstream"))
    assert value(a, "use_co2e") > value(a, "use_co2e_location")


def test_without_a_nearer_direct_factor_the_life_cycle_factor_counts():
    a = assess(at(country="FR"))
    assert value(a, "use_co2e") == pytest.approx(1000 * a.activities.columns["grid_lifecycle"][0])


def test_where_only_the_mean_is_known_and_lies_below_the_finding_says_so():
    a = assess(at(country="CA", subdivision="CA-AB"))
    assert value(a, "use_co2e") < value(a, "use_co2e_location")
    assert [f.message for f in findings(a, "lifecycle-below-direct")] == [
        f"use_co2e is {value(a, 'use_co2e') / value(a, 'use_co2e_location'):.3g} of use_co2e_location, which it should contain"
    ]


def test_the_country_beside_a_region_or_a_site_changes_nothing():
    region = {"cloud": "aws", "region": "us-west-2"}
    assert value(assess(at(**region)), "use_co2e_location") == value(
        assess(at(**region, country="US")), "use_co2e_location"
    )
    profile = {"id": "p", "sites": {"lab": {"country": "US", "subdivision": "US-CA", "pue": 1.1}}}
    alone, both = (assess(at(**x), profile=profile) for x in ({"site": "lab"}, {"site": "lab", "country": "US"}))
    assert value(alone, "use_co2e_location") == value(both, "use_co2e_location")


def test_a_country_that_contradicts_region_or_site_is_an_error():
    made = assess(at(country="FR", cloud="aws", region="us-west-2"))
    assert [(f.severity, f.message) for f in findings(made, "place-contradicts")] == [
        ("error", "country FR is stated, region us-west-2 lies in US")
    ]
    made = assess(at(country="FR", site="lab"), profile={"id": "p", "sites": {"lab": {"country": "US"}}})
    assert [f.message for f in findings(made, "place-contradicts")] == ["country FR is stated, site lab lies in US"]


def test_a_stated_wue_stands_before_one_per_facility_energy(tmp_path):
    rows = [{"id": "own-wue", "quantity": "wue_facility", "value": 0.375, "unit": "L/kWh", "geography": "US"}]
    folder = factor_set(tmp_path / "own", rows)
    a = assess(
        run(
            "r",
            location={"country": "US"},
            facility={"pue": 1.5, "wue": "2 L/kWh"},
            energy=[{"value": "1000 kWh", "boundary": "it"}],
        ),
        factors=[folder],
    )
    assert value(a, "water_onsite") == pytest.approx(2000)
    a = assess(
        run("r", location={"country": "US"}, facility={"pue": 1.5}, energy=[{"value": "1000 kWh", "boundary": "it"}]),
        factors=[folder],
    )
    assert value(a, "water_onsite") == pytest.approx(562.5)


def test_work_of_a_run_in_two_countries_is_not_split_between_them():
    groups = [
        {"model": "H100", "count": 1, "power": "500 W", "power_boundary": "node", "location": {"country": c}}
        for c in ("FR", "PL")
    ]
    a = assess(run("r", devices=groups, work={"requests": 1000}))
    for country in ("FR", "PL"):
        got = figure(a, "it_energy_per_request", country=country)
        assert got["value"] is None
        assert (
            got["reason"]
            == "a run has device groups in several of these groups, and its work.requests is not split between them"
        )
    assert value(a, "it_energy_per_request", run="r") == pytest.approx(10 / 1000)


def test_a_pin_without_effect_is_told():
    pins = [{"quantity": "grid_lifecycle", "value": "900 g/kWh", "reason": "own study", "where": {"country": "France"}}]
    a = assess(run("r"), profile={"id": "p", "pins": pins})
    assert [(f.message, f.field) for f in findings(a, "pin-not-used")] == [
        ("grid_lifecycle pinned to 900 g/kWh for country France: no figure rests on it", "profile.pins[0]")
    ]


def test_a_pin_says_what_the_run_had_stated_and_stands_in_too():
    pins = [
        {"quantity": "pue", "value": 1.5, "reason": "audit"},
        {"quantity": "grid_lifecycle", "value": "100 g/kWh", "reason": "audit"},
    ]
    a = assess(run("r", location={"country": "TD"}), profile={"id": "p", "pins": pins})
    assert [f.message for f in findings(a, "pinned")] == [
        "grid_lifecycle is pinned to 100 g/kWh: audit",
        "pue is pinned to 1.5: audit (in place of 1.2, which the run states)",
    ]
    assert value(a, "use_co2e_location") == value(a, "use_co2e") == pytest.approx(6)


def test_grams_for_kilograms_is_told():
    a = assess(run("r", electricity={"factor": "0.057 gCO2e/kWh"}))
    assert [f.message for f in findings(a, "implausible-intensity")] == [
        "0.057 gCO2e/kWh is below 1 gCO2e/kWh, less than any technology"
    ]
    a = assess(run("r", declared={"energy": "1000 kWh", "co2e": "40000 t"}))
    assert [f.message for f in findings(a, "implausible-intensity")] == [
        "declared 40000 t for 1000 kWh implies 40 000 kgCO2e/kWh, more than any grid"
    ]
