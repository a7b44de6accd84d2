"""Electricity as delivered: losses inside the life-cycle figure, scope 2 plus category 3, and the difference between publishers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, assess, factor_set, figure, findings, run, value

GRID = ROOT / "factors" / "grid"
WITHOUT_MIX = {"factor_sets": {"without": ["grid/upstream-mix"]}}


def metered(id="r", /, country="XK", kwh=1000, start="2024-06-01T00:00:00Z", **fields):
    """A run whose facility energy is metered."""
    energy = [{"value": f"{kwh} kWh", "boundary": "facility", "method": "bill"}]
    fields = {"location": {"country": country}, "start": start, "duration": None, "devices": None} | fields
    return run(id, energy=energy, **fields)


def grid(path: Path, country: str = "AQ", **grams: object) -> Path:
    """A factor set with factors of one place in g/kWh, or a share; a pair is a value and its scope."""
    rows = []
    for quantity, given in grams.items():
        amount, scope = given if isinstance(given, tuple) else (given, "td-loss" if "share" in quantity else "x")
        unit = "1" if quantity == "td_loss_share" else "gCO2e/kWh"
        rows.append({"id": f"own-{quantity}", "quantity": quantity, "geography": country, "value": amount, "unit": unit, "scope": scope})  # fmt: skip
    return factor_set(path, rows)


def of(a, *names):
    return tuple(value(a, name) for name in names)


def lines(a):
    return {x["id"]: x for x in a.view_data["lines"] if x["view"] == "ghg-protocol"}


SPLIT = ("use_co2e_location", "use_co2e_upstream", "use_co2e")

#: factors of one place -> scope 2, category 3, life cycle, in kg for 1000 kWh; each worked out by hand
CASES = {
    "life cycle, direct and upstream agree": (
        {"grid_lifecycle": 450, "grid_direct": 400, "grid_wtt": 50, "td_loss_share": 0.1}, (400, 100, 500)),
    "two publishers differ": (
        {"grid_lifecycle": 450, "grid_direct": 400, "grid_wtt": 95, "td_loss_share": 0.1}, (400, 150, 500)),
    "published emissions of losses": (
        {"grid_lifecycle": 450, "grid_direct": 400, "grid_wtt": 50, "grid_td_loss": 30, "td_loss_share": 0.1}, (400, 80, 500)),
    "losses inside the life-cycle factor": (
        {"grid_lifecycle": (500, "lifecycle+td-loss"), "td_loss_share": 0.1}, (500, None, 500)),
    "losses inside the direct factor": (
        {"grid_lifecycle": 450, "grid_direct": (444, "direct+td-loss"), "grid_wtt": 50.4, "td_loss_share": 0.1}, (444, 56, 500)),
    "losses inside both": (
        {"grid_lifecycle": (500, "lifecycle+td-loss"), "grid_direct": (440, "direct+td-loss"), "grid_wtt": (60, "upstream+td-loss"), "td_loss_share": 0.1},
        (440, 60, 500)),
    "no loss share": ({"grid_lifecycle": 450, "grid_direct": 400, "grid_wtt": 50}, (400, 50, 450)),
    "the life-cycle factor stands in": ({"grid_lifecycle": 450, "td_loss_share": 0.1}, (450, 50, 500)),
    "it stands in and no loss share is known": ({"grid_lifecycle": 450}, (450, None, 450)),
    "no life-cycle factor": ({"grid_direct": 400, "grid_wtt": 50, "td_loss_share": 0.1}, (400, 100, 500)),
    "below direct, upstream and losses known": (
        {"grid_lifecycle": 350, "grid_direct": 400, "grid_wtt": 50, "td_loss_share": 0.1}, (400, 100, 500)),
    "below direct, losses known": ({"grid_lifecycle": 350, "grid_direct": 405, "td_loss_share": 0.1}, (405, 45, 450)),
    "below direct, nothing else known": ({"grid_lifecycle": 350, "grid_direct": 400}, (400, None, 400)),
    "below direct, one figure for fuels and losses": (
        {"grid_lifecycle": 525.18, "grid_direct": 620, "grid_upstream": 70, "td_loss_share": 0.04102}, (620, 70, 690)),
    "above a direct factor that holds losses, once they are added": (
        {"grid_lifecycle": 450, "grid_direct": (480, "direct+td-loss"), "grid_wtt": 18, "td_loss_share": 0.1}, (480, 20, 500)),
    "below a direct factor that holds losses, though they are added": (
        {"grid_lifecycle": 450, "grid_direct": (510, "direct+td-loss"), "grid_wtt": 18, "td_loss_share": 0.1}, (510, 20, 530)),
    "as high as the direct factor": (
        {"grid_lifecycle": 400, "grid_direct": 400, "grid_wtt": 50, "td_loss_share": 0.2}, (400, 162.5, 500)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_losses_are_inside_once(tmp_path, name):
    grams, expected = CASES[name]
    a = assess(metered(country="AQ"), factors=[grid(tmp_path / "own", **grams)])
    told = of(a, *SPLIT)
    assert [None if e is None else pytest.approx(e) for e in expected] == list(told)
    held = lines(a)
    location, upstream, whole = expected
    if upstream is None:
        assert held["memo-publishers"]["value"] is None
        assert held["memo-publishers"]["reason"] == "life-cycle, direct or upstream emissions are not determined apart"
    else:
        assert held["memo-publishers"]["value"] == pytest.approx(whole - location - upstream, abs=1e-9)
        assert held["total-location"]["value"] == pytest.approx(location + upstream)
    assert bool(findings(a, "lifecycle-below-direct")) == name.startswith("below")
    assert bool(findings(a, "losses-missing")) == ("td_loss_share" not in grams)


def test_owner_and_customer_have_the_same_electricity(tmp_path):
    """Scope 2, category 3 and the difference between publishers of one are category 1 of the other."""
    factors = [grid(tmp_path / "own", grid_lifecycle=450, grid_direct=400, grid_wtt=95, td_loss_share=0.1)]
    sites = {"own": {"country": "AQ", "role": "owner"}, "rented": {"country": "AQ", "role": "cloud-customer"}}
    a = assess(
        *(metered(site, location={"site": site}) for site in sites),
        profile={"id": "p", "sites": sites},
        factors=factors,
    )
    held = lines(a)
    own = [held[i]["value"] for i in ("scope-2-location", "scope-3-3", "memo-publishers")]
    assert own == pytest.approx([400, 150, -50])
    assert held["scope-3-1"]["value"] == pytest.approx(sum(own))


def test_the_findings_say_what_serves_and_what_is_left_out(tmp_path):
    a = assess(metered(country="AQ"), factors=[grid(tmp_path / "own", grid_lifecycle=350, grid_direct=400)])
    assert [(f.severity, f.message) for f in findings(a, "lifecycle-below-direct")] == [(
        "warning",
        "the life-cycle factor 350 gCO2e/kWh (own-grid_lifecycle) lies below the direct factor 400 gCO2e/kWh (own-grid_direct) "
        "of the same place: the larger one serves, and use_co2e is the direct figure with what is known of its upstream "
        "emissions and losses",
    )]  # fmt: skip
    assert [(f.severity, f.message) for f in findings(a, "losses-missing")] == [
        ("warning", "use_co2e leaves out losses of the grid: no loss share of the place is known")
    ]


def test_a_pinned_share_of_0_says_that_a_pinned_factor_holds_losses():
    pins = [{"quantity": "grid_lifecycle", "value": "300 g/kWh", "reason": "of the supplier"}]
    a = assess(metered(country="DE"), profile={"id": "p", "pins": pins})
    assert value(a, "use_co2e") == pytest.approx(300 / (1 - 0.04725))
    pins.append({"quantity": "td_loss_share", "value": 0, "reason": "as delivered"})
    b = assess(metered(country="DE"), profile={"id": "p", "pins": pins})
    assert value(b, "use_co2e") == pytest.approx(300)
    assert [f.message for f in findings(b, "pinned")] == [
        "grid_lifecycle is pinned to 300 g/kWh: of the supplier",
        "td_loss_share is pinned to 0.0: as delivered",
    ]
    assert not findings(b, "pin-not-used")


@pytest.mark.parametrize(("scope", "upstream"), [("lifecycle", 0), ("unspecified", None)])
def test_nothing_is_added_to_the_factor_that_a_run_states(scope, upstream):
    a = assess(metered(country="PL", electricity={"factor": "640 gCO2e/kWh", "factor_scope": scope}))
    assert of(a, *SPLIT) == (pytest.approx(640), upstream, pytest.approx(640))
    assert not findings(a, "losses-missing")


def test_an_hourly_factor_per_kwh_consumed_is_not_topped_up(tmp_path):
    head = "id,quantity,geography,valid_from,valid_to,year_basis,value,unit,scope,source,evidence,series\n"
    for scope, expected in (("lifecycle", 250 / (1 - 0.04365)), ("lifecycle+td-loss", 250)):
        folder = factor_set(tmp_path / scope, [])
        text = f"{head}own-h,hourly_lifecycle,NL,,,undated,,gCO2e/kWh,{scope},own,A,own.csv\n"
        (folder / "factors.csv").write_text(text, encoding="utf-8")
        (folder / "own.csv").write_text("datetime_utc,lifecycle\n2024-06-01T00:00Z,250\n", encoding="utf-8")
        made = assess(
            metered(country="NL", duration="1 h"), profile={"id": "p", "grid_matching": "hourly"}, factors=[folder]
        )
        assert of(made, "use_co2e_hourly", "use_co2e") == pytest.approx((expected, expected))
        assert not findings(made, "losses-missing")


MIX = {"id": "own-mix", "quantity": "grid_wtt_mix", "geography": "AQ", "value": 60, "low": 40, "high": 90, "unit": "gCO2e/kWh",
       "scope": "upstream without losses, by generation mix"}  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "difference", "taken"),
    [("upstream without losses, derived", 39.9, 60), ("upstream without losses, derived", 40, 40),
     ("upstream without losses, derived", 90, 90), ("upstream without losses, derived", 90.1, 60),
     ("upstream without losses", 5, 5), ("", 0, 60)],
)  # fmt: skip
def test_a_difference_of_publishers_serves_where_the_mix_allows_it(tmp_path, scope, difference, taken):
    """What a publisher gives is never judged; without either the mix serves. The life-cycle figure stays what it is."""
    grams = {"grid_lifecycle": 450, "grid_direct": 400, "td_loss_share": 0.2}
    folder = grid(tmp_path / "own", **grams | ({"grid_wtt": (difference, f'"{scope}"')} if scope else {}))
    mixed = factor_set(tmp_path / "mix", [MIX | {"scope": f'"{MIX["scope"]}"'}], name="own/mix")
    a = assess(metered(country="AQ"), factors=[folder, mixed])
    assert of(a, *SPLIT) == pytest.approx((400, taken + (400 + taken) * 0.2 / 0.8, 562.5))
    told = [(f.severity, f.message) for f in findings(a, "upstream-by-mix")]
    given = "60 gCO2e/kWh, from 40 to 90 gCO2e/kWh (own-mix)"
    if taken == difference:
        assert not told
    elif scope:
        assert told == [("info", f"use_co2e_upstream: the difference between two publishers, {difference} gCO2e/kWh (own-grid_wtt), "
                         f"lies outside what the generation mix allows; the mix gives {given}")]  # fmt: skip
    else:
        assert told == [("info", "use_co2e_upstream: no publisher gives what is upstream of generation; the generation mix "
                         f"gives {given}")]  # fmt: skip


def test_the_market_based_totals_differ_by_the_technology_of_what_is_covered_and_by_the_publishers(tmp_path):
    """Half of 1000 kWh under wind: category 3 keeps 150 x 1/2 of the grid, the life cycle takes 11 g/kWh (AR5) of the technology."""
    factors = [
        grid(tmp_path / "own", country="FR", grid_lifecycle=450, grid_direct=400, grid_wtt=95, td_loss_share=0.1)
    ]
    instrument = {
        "type": "certificate", "share": 0.5, "factor": "0 g/kWh", "market": "FR", "start": "2024-01-01", "end": "2024-12-31",
        "technology": "wind_onshore", "evidence": "registry",
    }  # fmt: skip
    profile = {"id": "p", "role": "owner", "instrument_evidence": "claimed"}
    a = assess(metered(country="FR", electricity={"instruments": [instrument]}), factors=factors, profile=profile)
    [bridge] = [b for b in a.view_data["bridges"] if b["id"] == "ghg-life-cycle-market"]
    made = {s["id"]: s["value"] for s in bridge["steps"]}
    intensity = value(a, "total_co2e_market") - 0.5 * 500
    assert made["total-market"] == pytest.approx(0.5 * 400 + 150)
    assert made["market_covered"] == pytest.approx(intensity - 0.5 * 150)
    assert made["market_beyond"] == pytest.approx(0.5 * -50)
    assert made["total_co2e_market"] == pytest.approx(350 + made["market_covered"] - 25)


def factors_of(*quantities):
    """Rows of all grid sets that ship, by id."""
    rows = (row for path in sorted(GRID.glob("*/factors.csv")) for row in csv.DictReader(path.open(encoding="utf-8")))
    return {row["id"]: row for row in rows if row["quantity"] in quantities}


PLACES = sorted({row["geography"] for row in factors_of("grid_direct", "grid_lifecycle").values()} - {"WORLD", "EU27"})


def location(geography):
    if len(geography) == 2:
        return {"country": geography}
    zone = geography.count("-") > 1 or geography.startswith("CN-GRID")
    return {"country": geography[:2], "grid_zone": geography} if zone else {"subdivision": geography}


def test_life_cycle_is_scope_2_plus_category_3_at_every_place():
    """But for the difference between publishers, which follows from the factors in use, line by line."""
    years = (2023, 2024, 2025)
    a = assess(*(metered(f"{place}/{year}", location=location(place), start=f"{year}-03-01T00:00:00Z", duration="24 h")
                 for place in PLACES for year in years))  # fmt: skip
    columns, inputs = a.columns, a.activities.columns
    use, scope_2, category_3 = (columns[name] for name in ("use_co2e", *SPLIT[:2]))
    assert len(use) == len(PLACES) * len(years)
    assert (use >= scope_2 * (1 - 1e-9)).all(), "the life cycle holds what is emitted directly"
    rules = np.asarray([rule.id for rule in a.plan.rules])[columns["use_co2e__rule"]]

    def input_of(name):
        return inputs.get(name, np.full(len(use), np.nan))

    lost = input_of("lifecycle_loss_share")
    assert (np.isnan(category_3) == (rules == "use-co2e-grid-lifecycle")).all()
    assert set(rules[np.isnan(lost)]) == {"use-co2e-grid-lifecycle"}, "places without a loss share are told"
    by_parts = np.char.startswith(rules, "use-co2e-location-and-upstream")
    assert use[by_parts] == pytest.approx((scope_2 + category_3)[by_parts])
    stands_in = ~np.isnan(input_of("grid_stand_in")) & ~np.isnan(lost)
    assert use[stands_in] == pytest.approx((scope_2 + category_3)[stands_in])

    whole, direct, upstream = (input_of(name) for name in ("grid_lifecycle", "grid_direct", "grid_wtt"))
    upstream = np.where(np.isnan(upstream), input_of("grid_wtt_mix"), upstream)
    generated = np.where(np.isnan(input_of("losses_inside")), direct, direct * (1 - lost))
    between = (whole - generated - upstream) / (1 - lost) * 1000
    rest = (
        ~by_parts
        & ~stands_in
        & ~np.isnan(lost)
        & np.isnan(input_of("grid_td_loss"))
        & np.isnan(input_of("grid_upstream"))
    )
    assert rest.sum() > 100
    assert (use - scope_2 - category_3)[rest] == pytest.approx(between[rest], abs=1e-9)

    derived = factors_of("grid_wtt")
    ids = [f.id for f in a.resolved.factors]
    one_pair = 0
    for row in np.flatnonzero(rest):
        used = [ids[inputs[f"{name}__factor"][row]] for name in ("grid_wtt", "grid_lifecycle", "grid_direct")]
        if inputs["grid_wtt__factor"][row] >= 0 and derived[used[0]]["notes"].startswith(
            f"derived: {used[1]} - {used[2]};"
        ):
            one_pair += 1
            assert use[row] == pytest.approx(scope_2[row] + category_3[row], rel=1e-9)
    assert one_pair > 30
    held = lines(a)
    parts = sum(held[i]["value"] for i in ("scope-2-location", "scope-3-3", "memo-publishers"))
    known = ~np.isnan(category_3)
    assert held["memo-publishers"]["rows"] - held["memo-publishers"]["missing"] == known.sum()
    assert parts - scope_2[~known].sum() == pytest.approx(use[known].sum())


def test_no_loss_share_and_no_place_is_told():
    a = assess(metered(location=None))
    assert figure(a, "use_co2e_upstream")["reason"] == "the run names no place"
    assert [f.message for f in findings(a, "losses-missing")] == [
        "use_co2e leaves out losses of the grid: no loss share of the place is known"
    ]
