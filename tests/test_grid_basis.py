"""What grid factors rest on: losses inside, CO2 alone, global warming potentials; national factors that serve and that do not."""

from __future__ import annotations

import json

import pytest
from conftest import assess, factor_set, findings, run, value

from lca.catalogue import store
from lca.catalogue.factor_set import KEYS
from lca.engine import gwp
from lca.errors import FactorError
from lca.report.numbers import percent
from lca.report.told_sources import TOLD
from lca.resources import folder

METERED = [{"value": "1000 kWh", "boundary": "facility", "method": "bill"}]


def of(name: str, country: str, year: int, **fields):
    return run(
        name, location={"country": country}, energy=METERED, devices=None, start=f"{year}-05-01T00:00:00Z", **fields
    )


@pytest.mark.parametrize(
    ("country", "year", "amount", "losses"),
    [
        ("JP", 2024, 423, 0), ("KR", 2023, 417.3, 0), ("TH", 2026, 475, 0), ("NO", 2022, 19, 0),  # losses are inside
        ("SG", 2024, 402, None), ("MX", 2024, 444, None), ("CO", 2024, 220, None), ("BR", 2025, 46.1, None), ("PE", 2024, 170.233, None),
        ("TW", 2025, 466, None), ("CL", 2024, 213.14, None), ("ZA", 2023, 942, None),
    ],
)  # fmt: skip
def test_national_factors(country, year, amount, losses):
    a = assess(of("r", country, year))
    assert value(a, "use_co2e_location") == pytest.approx(amount)
    if country == "TH":  # upstream of fuels, of the same publisher, as delivered; no losses of the direct factor on top
        assert value(a, "use_co2e_upstream") == pytest.approx(81.2 / (1 - 0.06286))
    inside = a.activities.columns["losses_inside"][0]
    assert (inside == 1) == (losses == 0)


def test_isolated_systems_have_their_own_factor():
    places = {"CL-AI": 304.5, "CL-MA": 587.2, "CL-RM": 213.14, "AE-DU": 404.1}
    for place, amount in places.items():
        a = assess(run("r", location={"subdivision": place}, energy=METERED, start="2024-05-01T00:00:00Z"))
        assert value(a, "use_co2e_location") == pytest.approx(amount), place


def test_what_is_not_shipped_and_why():
    direct = {f.key[KEYS.index("geography")] for f in store.load().factors if f.quantity == "grid_direct"}
    assert not direct & {"MY", "TR", "VN", "PH"}
    package = json.loads((folder("factors") / "grid/national-direct/datapackage.json").read_text("utf-8"))
    told = {line.partition(": ")[0]: line.partition(": ")[2] for line in package["lca"]["left out"]}
    for row in ("dcc-VN-2023", "etkb-TR-2020", "st-MY-pen-740", "doe-PH-LV-2015-2017"):
        assert len(told[row]) > 10
    ember = [f for f in store.load().factors if f.quantity == "grid_lifecycle" and f.key[0] == "SV"]
    assert {f.first_year for f in ember} == {2019, 2020, 2021}


def test_a_factor_that_counts_co2_alone_is_told():
    [told] = findings(assess(of("r", "JP", 2024)), "co2-only-factor")
    assert told.message == "grid_direct: 423 gCO2/kWh (moe-JP-2024) counts CO2 alone"


def test_figures_that_mix_potentials_say_the_shares():
    """FR 2023: EEA 36 g (AR5); JP 2024: 423 g (CO2 only); US 2023: 349.667 g (not stated). 1000 kWh each."""
    a = assess(of("a", "DE", 2024), of("b", "JP", 2024), of("c", "US", 2023))
    total = 291 + 423 + 349.667
    held = gwp.shares(a.plan, a.columns, a.activities, a.resolved, a.catalogue, "use_co2e_location")
    assert held == pytest.approx({("CO2 only",): 423 / total, ("not stated",): 349.667 / total, ("AR5",): 291 / total})
    [told] = [f for f in findings(a, "gwp-mixed") if f.message.startswith("use_co2e_location")]
    assert told.message == (
        "use_co2e_location mixes global warming potentials; shares of its CO2e: CO2 only 39.8 %; not stated 32.9 %; AR5 27.4 %"
    )
    assert TOLD["gwp"](a).text == "Over 100 years: AR5"  # the life-cycle factors of all three
    with_hardware = assess(run("d"))
    use, whole = value(with_hardware, "use_co2e"), value(with_hardware, "total_co2e")
    assert TOLD["gwp"](with_hardware).text == (
        f"Over 100 years; shares of the total: AR5 {percent(use / whole)}; not stated {percent(1 - use / whole)}"
    )
    assert findings(assess(of("a", "DE", 2024), of("b", "FR", 2024)), "gwp-mixed") == []


def test_a_basis_of_ones_own_that_is_wrong_is_named(tmp_path):
    own = factor_set(tmp_path / "own", [])
    (own / "factors.csv").write_text(
        "id,quantity,value,unit,scope,source,evidence,losses\no,grid_direct,0.1,kgCO2e/kWh,direct,own,A,within\n",
        encoding="utf-8",
    )
    with pytest.raises(FactorError) as caught:
        assess(run(), factors=[own])
    assert str(caught.value) == (
        f"{own / 'factors.csv'}: row 2: losses: unknown word (found within). Use inside, outside, or leave it empty."
    )
