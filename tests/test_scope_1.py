"""Scope 1 from activity data: fuels by volume or energy, refrigerants by mass, each with its factor and its doubts."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import assess, factor_set, findings, run
from test_views import closed, lines

from lca.engine.scope_1 import designations
from lca.errors import ProfileError
from lca.profile import load
from lca.report import fuels, sources

YEAR = {"start": "2025-01-01", "end": "2025-12-31"}
DIESEL = {"fuel": "Diesel", "volume": "500 L", "date": "2025-03-01"}
GAS = {"fuel": "natural gas", "energy": "2 MWh"}
LEAK = {"refrigerant": "R134a", "mass": "3 kg"}


def entered(**fields: Any) -> Any:
    return assess(run("r", start="2025-05-01T00:00:00Z"), profile={"id": "p", "period": YEAR, **fields})


def test_fuels_and_refrigerants_are_scope_1_and_the_supply_of_fuels_is_category_3():
    """500 L x 2570.82 g + 2000 kWh x 182.96 g + 3 kg x 1530 = 6241.33 kg; 500 x 611.01 g + 2000 x 30.21 g = 365.925 kg."""
    a = entered(fuels=[DIESEL, GAS], refrigerants=[LEAK])
    held = lines(a)
    assert (held["scope-1"]["value"], held["scope-1"]["rows"]) == (pytest.approx(6241.33), 3)
    assert held["scope-1"]["note"] == (
        "activity data of the profile: 500 L diesel, 2 000 kWh natural gas, 3 kg HFC-134a; its interval is not determined"
    )
    assert (held["scope-3-3-fuels"]["value"], held["scope-3-3-fuels"]["missing"]) == (pytest.approx(365.925), 0)
    rest = lines(entered())
    assert "scope-3-3-fuels" not in rest
    for id, more in (
        ("total-over-scopes", 6241.33 + 365.925),
        ("total-scope-3-market", 365.925),
        ("total-location", 0.0),
    ):
        assert held[id]["value"] - rest[id]["value"] == pytest.approx(more)
    closed(a)
    shown = fuels.table(a)
    assert shown is not None
    assert [row.cells[0].text for row in shown.rows] == ["Diesel", "Natural gas", "HFC-134a"]
    assert fuels.table(entered()) is None
    cited = sources.factors(a)
    assert any("UK Government GHG Conversion Factors" in s.title for s in cited.sources)


def test_what_is_outside_the_period_does_not_count_and_is_told():
    a = entered(fuels=[DIESEL | {"date": "2024-12-31"}], refrigerants=[LEAK])
    assert lines(a)["scope-1"]["value"] == pytest.approx(4590)
    assert "scope-3-3-fuels" not in lines(a)
    assert [f.message for f in findings(a, "scope-1-factor") if f.field == "fuels[0]"] == [
        "diesel: its date lies outside the period, so it does not count"
    ]


def test_each_factor_is_told_with_its_place_year_and_evidence():
    a = entered(fuels=[DIESEL], refrigerants=[LEAK, {"refrigerant": "Cool 9", "mass": "1 kg", "gwp": 100}])
    assert [(f.severity, f.message) for f in findings(a, "scope-1-factor")] == [
        ("info", "diesel: 500 L by desnz2025-diesel (2570.82 gCO2e/L): a factor of GB, of 2025"),
        ("info", "diesel: 500 L by desnz2026-wtt-diesel (611.01 gCO2e/L): a factor of GB, of 2026"),
        ("info", "HFC-134a: 3 kg by epa-ar6-hfc-134a (1530 kgCO2e/kg): read in a secondary source and to be confirmed"),
    ]
    assert lines(a)["scope-1"]["value"] == pytest.approx(500 * 2.57082 + 3 * 1530 + 100)


def test_a_supplied_scope_1_stands_before_its_activity_data():
    a = entered(fuels=[DIESEL], supplied={"scope_1": "2 t"})
    assert lines(a)["scope-1"]["value"] == 2000
    assert lines(a)["scope-1"]["note"] == (
        "supplied by the profile, not computed; its activity data give 1 285.41 kgCO2e, a part of it"
    )
    less = entered(fuels=[DIESEL], supplied={"scope_1": "1 t"})
    assert next((f.severity, f.field, f.message) for f in findings(less, "scope-1-factor")) == (
        "warning", "supplied.scope_1",
        "fuels and refrigerants give 1 285.41 kgCO2e, more than the supplied scope_1 of the whole, 1 t; the supplied figure serves",
    )  # fmt: skip


def test_a_factor_of_ones_own_serves_for_its_year(tmp_path):
    row = {"id": "own-diesel", "quantity": "fuel_direct_per_litre", "technology": "diesel", "value": 3, "unit": "kgCO2e/L",
           "scope": "direct", "geography": "DE", "valid_from": "2024-01-01", "valid_to": "2024-12-31"}  # fmt: skip
    own = factor_set(tmp_path / "own", [row])
    for year, kg in ((2024, 1500.0), (2025, 1285.41)):
        profile = {"id": "p", "fuels": [DIESEL | {"date": f"{year}-03-01"}]}
        assert lines(assess(run("r"), profile=profile, factors=[own]))["scope-1"]["value"] == pytest.approx(kg)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("R-134a", ["134a"]),
        ("hfc134A", ["134a"]),
        ("CF4 (PFC-14)", ["cf4", "14"]),
        ("r 410A", ["410a"]),
        ("SF6", ["sf6"]),
    ],
)
def test_a_refrigerant_is_known_by_each_of_its_designations(name, expected):
    assert designations(name) == expected


BAD = {
    "unknown fuel": ({"fuels": [{"fuel": "disel", "volume": "1 L"}]}, "profile p: fuels[0].fuel: no factor set gives its emissions per L (found disel). The nearest known is diesel; correct the name, or lay a factor set over the shipped ones."),
    "unknown refrigerant": ({"refrigerants": [{"refrigerant": "R-410B", "mass": "1 kg"}]}, "profile p: refrigerants[0].refrigerant: no factor set gives its GWP (found R-410B). The nearest known is R-410A; state its `gwp`, or lay a factor set over the shipped ones."),
    "no amount": ({"fuels": [{"fuel": "diesel"}]}, "profile: fuels[0]: give either volume or energy. Write volume: 500 L, or energy: 2 MWh of gross calorific value."),
    "negative": ({"refrigerants": [LEAK | {"mass": "-1 kg"}]}, "profile: refrigerants[0].mass: must be at least 0 (found -1 kg). Correct the value."),
    "mass of CO2e": ({"refrigerants": [LEAK | {"mass": "3 kgCO2e"}]}, "profile: refrigerants[0]: mass is one of CO2e. Write that of the refrigerant itself, such as 3 kg."),
    "wrong unit": ({"fuels": [{"fuel": "diesel", "volume": "1 kWh"}]}, "profile: fuels[0].volume: 'kWh' is the wrong dimension here (found 1 kWh). Use mL, L or ML."),
    "unknown key": ({"fuels": [{"fuel": "diesel", "litres": 3}]}, "profile: fuels[0].litres: unknown key (found litres). Known keys are date, energy, fuel, source, volume."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_fuel_or_refrigerant_that_cannot_be_used_is_named(name):
    fields, told = BAD[name]
    with pytest.raises(ProfileError) as caught:
        assess(run("r"), profile=load({"id": "p", **fields}))
    assert str(caught.value) == told
