"""Figures that the profile supplies: tested against each other and the runs, and in the totals over scopes."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import assess, findings, run
from test_views import closed, lines

YEAR = {"start": "2023-01-01", "end": "2023-12-31"}
METERED = [{"value": "900 MWh", "boundary": "facility", "method": "counter"}]
OWN: dict[str, Any] = {"id": "p", "role": "owner", "period": YEAR}

#: what is supplied -> (field, message) of each finding; the run used 900,000 kWh on own hardware
FAULTS: dict[str, tuple[dict[str, str], list[tuple[str, str]]]] = {
    "IT equipment above the site": (
        {"site_energy": "3.2 GWh", "site_it_energy": "4.1 GWh"},
        [("site_it_energy", "site_it_energy is 4 100 000 kWh, more than site_energy, 3.2 GWh: PUE would be below 1")],
    ),
    "reused heat above the site": (
        {"site_energy": "3.2 GWh", "site_heat_reused": "3.3 GWh"},
        [("site_heat_reused", "site_heat_reused is 3 300 000 kWh, more than site_energy, 3.2 GWh: ERF would be above 1")],
    ),
    "renewable energy above the site": (
        {"site_energy": "3.2 GWh", "site_renewable": "4 GWh"},
        [("site_renewable", "site_renewable is 4 000 000 kWh, more than site_energy, 3.2 GWh: REF would be above 1")],
    ),
    "kinds above all renewable energy": (
        {"site_energy": "8 GWh", "site_renewable": "4 GWh", "site_renewable_goo": "3 GWh", "site_renewable_ppa": "2 GWh"},
        [("site_renewable_goo", "site_renewable_goo + site_renewable_ppa is 5 000 000 kWh, more than site_renewable, 4 GWh: the kinds of "
          "renewable energy are parts of all renewable energy")],
    ),
    "kinds above the site": (
        {"site_energy": "4 GWh", "site_renewable_own": "5 GWh"},
        [("site_renewable_own", "site_renewable_own is 5 000 000 kWh, more than site_energy, 4 GWh: REF would be above 1")],
    ),
    "more energy than the power can draw": (  # 100 kW x 8,760 h = 876,000 kWh
        {"it_power_demand": "100 kW", "site_it_energy": "1 GWh"},
        [("site_it_energy", "site_it_energy is 1 GWh, more than the 876 000 kWh that it_power_demand, 100 kW, can draw in 8 760 h")],
    ),
    "a site below its runs": (
        {"site_energy": "800 MWh"},
        [("site_energy", "site_energy is 800 MWh, less than the 900 000 kWh that the runs on own hardware used (facility_energy)")],
    ),
    "sources below the runs": (
        {"fossil_energy": "300 MWh", "nuclear_energy": "2 MWh", "renewable_energy": "97 MWh"},
        [("fossil_energy", "the energy of own operations by source, fossil_energy + nuclear_energy + renewable_energy, is 399 000 kWh, less "
          "than the 900 000 kWh that the runs on own hardware used")],
    ),
    "sources below the site": (
        {"fossil_energy": "1 GWh", "renewable_energy": "1 GWh", "site_energy": "3 GWh"},
        [("fossil_energy", "the energy of own operations by source, fossil_energy + renewable_energy, is 2 000 000 kWh, less than the "
          "3 000 000 kWh that the data centre (site_energy) used")],
    ),
    "figures that agree": (
        {"site_energy": "8 GWh", "site_it_energy": "6 GWh", "site_renewable": "4 GWh", "site_renewable_goo": "3 GWh",
         "site_renewable_ppa": "1 GWh", "site_heat_reused": "1 GWh", "it_power_demand": "1 MW", "fossil_energy": "4 GWh",
         "renewable_energy": "4.01 GWh"}, [],
    ),
    "kinds that differ by rounding": ({"site_renewable": "5.01 GWh", "site_renewable_goo": "5.03 GWh"}, []),
    "renewable energy alone is no mix": ({"renewable_energy": "1 MWh"}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_part_above_its_whole_is_told(name):
    supplied, expected = FAULTS[name]
    a = assess(run("r", energy=METERED), profile=OWN | {"supplied": supplied})
    told = [(f.severity, f.field, f.message) for f in findings(a, "supplied-inconsistent")]
    assert told == [("warning", f"supplied.{field}", message) for field, message in expected]


def test_runs_of_others_are_no_part_of_the_own_site():
    a = assess(
        run("r", energy=METERED), profile=OWN | {"role": "cloud-customer", "supplied": {"site_energy": "800 MWh"}}
    )
    assert findings(a, "supplied-inconsistent") == []


def test_totals_over_scopes_hold_what_is_supplied_and_computed():
    """14,000 (scope 1) + scope 2 + category 3 + 410,000 (other categories), whatever the factors of the place."""
    supplied = {"scope_1": "14 t", "scope_3_other": "410 tCO2e"}
    bare, a = (
        assess(run("r", energy=METERED, devices=None), profile=OWN | {"supplied": held, "purchases": bought})
        for held, bought in (
            ({}, []),
            (supplied, [{"device": "Wonder 9", "count": 3, "date": "2023-02-01", "embodied": "100 kgCO2e"}]),
        )
    )
    held, before = lines(a), lines(bare)
    for method, total in (("location", "total-over-scopes"), ("market", "total-over-scopes-market")):
        parts = [held[i]["value"] for i in (f"scope-2-{method}", "scope-3-3")]
        assert held[total]["value"] == pytest.approx(14_000 + sum(parts) + 300 + 410_000)
        assert held[f"total-{method}"]["value"] == pytest.approx(sum(parts) + 300)
        assert before[total]["value"] == pytest.approx(sum(parts))
        assert held[f"total-scope-3-{method}"]["value"] == pytest.approx(held["scope-3-3"]["value"] + 300 + 410_000)
        assert held[total]["low"] - (14_000 + 410_000) == pytest.approx(held[f"total-{method}"]["low"])
        assert held[total]["without"] == []
        assert before[total]["without"] == [
            "scope 1", "scope 3, category 2", "scope 3, category 4", "scope 3, category 5", "scope 3, category 12"
        ]  # fmt: skip
    assert (held["scope-1"]["value"], held["scope-1"]["note"]) == (14_000, "supplied by the profile, not computed")
    assert held["supplied-scope-3-other"]["value"] == 410_000
    assert (before["scope-1"]["value"], before["scope-1"]["rows"]) == (None, 0)
    assert held["total-over-scopes"]["label"] == "Scopes 1 to 3 in total, location-based"
    closed(a)


def test_a_total_of_scope_3_without_any_category_is_not_determined():
    a = assess(run("r", location=None, devices=None), profile=OWN)
    held = lines(a)["total-scope-3-location"]
    assert (held["value"], held["missing"]) == (None, 1)
    assert held["note"] == (
        "the same by both methods: the categories of scope 3 rest on location-based electricity, whatever contracts cover"
    )
