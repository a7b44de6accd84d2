"""Electricity: instruments and what they cover, upstream and losses, both totals side by side."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from conftest import assess, delivered, factor_set, figure, findings, run, value, write
from hypothesis import given
from hypothesis import strategies as st
from strategies import instruments, logs
from test_properties import differences, few, values

VALID = {"market": "FR", "start": "2023-01-01", "end": "2023-12-31", "evidence": "registry"}
WIND = {"type": "certificate", "share": 1, "technology": "wind", **VALID}


def with_(*bought, **fields):
    """100 kWh at the facility in France, May 2023, under these instruments."""
    stated = fields.pop("electricity", {})
    usual = {"energy": [{"value": "100 kWh", "boundary": "facility", "method": "bill"}], "devices": []}
    return run(**{**usual, **fields}, electricity={"instruments": list(bought), **stated})


def told(a, code):
    return [(f.severity, f.field, f.message) for f in findings(a, code)]


def of(a, name):
    return float(a.activities.columns[name][0])


def test_renewable_supply_is_zero_in_scope_2_and_has_its_own_life_cycle_in_the_total():
    """IPCC AR5 Annex III: onshore wind 11 g/kWh (7.0 to 56), drawn as PERT since the ends are no 95 % interval."""
    a = assess(with_(WIND))
    assert value(a, "use_co2e_market") == 0
    total = figure(a, "total_co2e_market")
    assert total["value"] == pytest.approx(100 * 0.011)
    assert 0.7 < total["low"] < 1.1 < total["high"] < 5.6
    assert total["factors"] == ["ar5-lc-wind"]
    assert figure(a, "use_co2e_market")["factors"] == ["scope2-direct-wind"]
    assert "ar5-lc-wind" in a.explain("r", "total_co2e_market")


def test_a_stated_life_cycle_factor_wins_and_an_unknown_one_is_marked():
    assert value(assess(with_(WIND | {"lifecycle_factor": "20 g/kWh"})), "total_co2e_market") == pytest.approx(2.0)
    bare = {k: v for k, v in WIND.items() if k != "technology"}
    a = assess(with_(bare | {"factor": "30 g/kWh"}))
    assert value(a, "total_co2e_market") == pytest.approx(3.0)
    assert figure(a, "total_co2e_market")["tier"] == 4
    assert told(a, "instrument-lifecycle") == [
        ("info", "electricity.instruments[0].lifecycle_factor",
         "the life-cycle intensity of the certificate is not known: 0.03 kgCO2e/kWh, its direct rate, stands in")
    ]  # fmt: skip


def test_fuels_keep_their_direct_emissions():
    """IPCC AR5 Annex III: gas 370 direct, 490 over the life cycle; coal 760 and 820."""
    for fuel, direct, lifecycle in (("gas", 37.0, 49.0), ("coal", 76.0, 82.0)):
        a = assess(with_(WIND | {"technology": fuel}))
        assert value(a, "use_co2e_market") == pytest.approx(direct)
        assert value(a, "total_co2e_market") == pytest.approx(lifecycle)


def test_several_instruments_in_the_order_of_the_guidance():
    """Certificates first, then PPA, then the supplier, whatever their order in the log."""
    a = assess(with_(
        {"type": "supplier", "share": 1, "factor": "100 g/kWh", "lifecycle_factor": "120 g/kWh", **VALID},
        {"type": "ppa", "energy": "30 kWh", "technology": "solar", **VALID}, WIND | {"share": 0.5},
    ))  # fmt: skip
    assert value(a, "use_co2e_market") == pytest.approx(20 * 0.1)
    assert value(a, "total_co2e_market") == pytest.approx(50 * 0.011 + 30 * 0.048 + 20 * 0.12)
    assert figure(a, "total_co2e_market")["factors"] == ["ar5-lc-solar", "ar5-lc-wind"]
    assert told(a, "instrument-excess") == [
        ("warning", "electricity.instruments[0].share",
         "the supplier exceeds what was left to cover by 80 % of the consumption; the excess is dropped")
    ]  # fmt: skip


def test_four_intensities_are_as_good_as_three():
    parts = ("wind", "solar", "nuclear", "gas")
    a = assess(with_(*(WIND | {"share": 0.25, "technology": t} for t in parts)))
    assert value(a, "total_co2e_market") == pytest.approx(25 * (0.011 + 0.048 + 0.012 + 0.49))
    assert value(a, "use_co2e_market") == pytest.approx(25 * 0.37)


def test_a_certificate_never_covers_more_than_was_used():
    a = assess(with_(WIND | {"share": None, "energy": "160 kWh"}))
    assert value(a, "total_co2e_market") == pytest.approx(1.1)
    assert of(a, "contract_share") == 1
    excess = "the certificate exceeds what was left to cover by {} kWh; the excess is dropped"
    assert told(a, "instrument-excess") == [("warning", "electricity.instruments[0].energy", excess.format(60))]
    unused = assess(
        with_(WIND | {"share": None, "energy": "160 kWh"}, energy=[{"value": "0 kWh", "boundary": "facility"}])
    )
    assert told(unused, "instrument-excess") == [("warning", "electricity.instruments[0].energy", excess.format(160))]
    assert value(unused, "use_co2e_market") == 0


def test_energy_cannot_cover_a_consumption_that_is_not_known():
    a = assess(with_(WIND | {"share": None, "energy": "10 kWh"}, energy=None))
    assert told(a, "instrument-not-counted") == [
        ("warning", "electricity.instruments[0].energy",
         "the certificate covers nothing: the energy used is not determined, so that its share is unknown")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "market", "counted"),
    [
        ({"country": "FR"}, "FRA", True), ({"country": "FR"}, "NO", True), ({"country": "FR"}, "CH", True), ({"country": "FR"}, "EU", True),
        ({"country": "FR"}, "GB", False), ({"country": "GB"}, "GB", True), ({"country": "GB"}, "EU", False), ({"country": "FR"}, "RS", False),
        ({"country": "US", "subdivision": "US-VA"}, "US", True), ({"country": "US", "subdivision": "US-VA"}, "US-TX", True),
        ({"country": "US"}, "CA-QC", True), ({"country": "US"}, "north america", True), ({"country": "US"}, "MX", False),
        ({"country": "SE", "grid_zone": "SE-EL-SE3"}, "se-el-se3", True), ({"country": "RE"}, "FR", True),
        ({"cloud": "gcp", "region": "europe-north1"}, "FI", True), ({"country": "JP"}, "JP", True), ({"country": "JP"}, "KR", False),
    ],
)  # fmt: skip
def test_market(place, market, counted):
    a = assess(with_(WIND | {"market": market}, location=place))
    assert (value(a, "use_co2e_market") == 0) == counted
    assert bool(told(a, "instrument-market")) == (not counted)
    assert not told(a, "instrument-not-evidenced")


def test_the_market_of_a_run_without_a_place_is_not_shown():
    a = assess(with_(WIND, location=None))
    assert value(a, "use_co2e_market") == value(a, "use_co2e_location")
    assert told(a, "instrument-not-evidenced") == [
        ("warning", "electricity.instruments[0]", "the certificate is not counted: the run names no place")
    ]


def test_an_instrument_of_another_market_is_not_counted_and_told():
    a = assess(with_(WIND | {"market": "GB"}))
    bare = assess(run(energy=with_()["energy"], devices=[]))
    assert value(a, "use_co2e_market") == value(bare, "use_co2e_market")
    assert value(a, "total_co2e_market") == value(bare, "total_co2e_market")
    assert told(a, "instrument-market") == [
        ("warning", "electricity.instruments[0].market", "the certificate is of the market GB and the consumption in FR: "
         "100 % of the consumption that it would have covered are not counted")
    ]  # fmt: skip
    by_energy = assess(with_(WIND | {"market": "GB", "share": None, "energy": "40 kWh"}))
    assert told(by_energy, "instrument-market")[0][2].endswith("40 kWh that it would have covered are not counted")
    residual = assess(with_({"type": "residual", "factor": "500 g/kWh", "market": "DE"}))
    assert told(residual, "instrument-market")[0][2] == (
        "the residual mix is that of DE and not counted for consumption in FR"
    )
    assert value(residual, "use_co2e_market") == value(bare, "use_co2e_market")


@pytest.mark.parametrize(
    ("period", "start", "left"),
    [
        (("2023-01-01", "2023-12-31"), "2023-12-31T14:00:00+09:00", 0),
        (("2023-01-01", "2023-12-31"), "2023-12-31T15:00:00+09:00", 0.1),
        (("2023-01-01", "2023-12-31"), "2023-01-01T00:00:00+09:00", 0),
        (("2023-01-01T00:00:00Z", "2023-12-31"), "2023-01-01T00:00:00+09:00", 0.9),
        (("2023-01-01T00:00:00Z", "2023-12-31"), "2022-12-31T22:00:00+09:00", 1),
        (("2023-05-01", "2023-05-01T10:00:00Z"), "2023-05-01T00:00:00Z", 0),
        (("2023-05-01", "2023-05-01T05:00:00Z"), "2023-05-01T00:00:00Z", 0.5),
    ],
)  # fmt: skip
def test_period(period, start, left):
    """Ten hours, of which the part in the period is covered. Days without offset are those of the run's own place, the last one inside."""
    a = assess(with_(WIND | dict(zip(("start", "end"), period, strict=True)), start=start, duration="10 h"))
    energy = a.columns["facility_energy"]
    covered = (np.nan_to_num(a.activities.column("contract_share")) * energy).sum()
    assert covered == pytest.approx(100 * (1 - left))
    assert bool(told(a, "instrument-period")) == (left > 0)


@pytest.mark.parametrize("lacks", ["start", "end"])
def test_a_period_of_which_one_end_is_stated_is_not_shown(lacks):
    bare = {k: v for k, v in WIND.items() if k != lacks}
    a = assess(with_(bare, duration="10 h"))
    assert value(a, "use_co2e_market") == value(a, "use_co2e_location")
    assert told(a, "instrument-not-evidenced") == [
        ("warning", "electricity.instruments[0]", "the certificate is not counted: it states no period")
    ]


def test_the_period_of_a_run_without_a_date_is_not_shown():
    a = assess(with_(WIND, start=None))
    assert value(a, "use_co2e_market") == value(a, "use_co2e_location")
    assert told(a, "instrument-not-evidenced") == [
        ("warning", "electricity.instruments[0]", "the certificate is not counted: the run has no date")
    ]


def test_a_run_of_unknown_length_is_compared_by_its_start():
    for start, counted in (
        ("2023-12-31T23:00:00Z", True),
        ("2024-01-01T00:00:00Z", False),
        ("2025-01-01T00:00:00Z", False),
    ):
        a = assess(with_(WIND, start=start, duration=None))
        assert (value(a, "use_co2e_market") == 0) == counted, start
        assert bool(told(a, "instrument-evidence")) == counted


def test_an_instrument_of_another_period_is_told_with_what_it_would_have_covered():
    a = assess(with_(WIND | {"start": "2021-01-01", "end": "2021-12-31", "share": 0.6}))
    assert told(a, "instrument-period") == [
        ("warning", "electricity.instruments[0].start", "the certificate is of 2021-01-01 to 2021-12-31, which does not cover "
         "the run: 60 % of the consumption that it would have covered are not counted")
    ]  # fmt: skip


def test_what_is_not_stated_is_counted_as_claimed_where_the_profile_says_so():
    claimed = {"id": "claimed", "instrument_evidence": "claimed"}
    a = assess(with_({"type": "ppa", "share": 1, "technology": "wind", "evidence": "contract"}), profile=claimed)
    assert value(a, "use_co2e_market") == 0
    assert not told(a, "instrument-not-evidenced")
    assert told(a, "instrument-evidence") == [
        ("info", "electricity.instruments[0]", "the ppa is counted unchecked: it states no market and it states no period")
    ]  # fmt: skip


def groups(*places):
    return [{"model": "H100", "count": n + 1, "power": "500 W", "power_boundary": "node", "location": {"country": p}}
            for n, p in enumerate(places)]  # fmt: skip


def federated(*bought, places=("FR", "DE", "NO")):
    """6, 12 and 18 kWh in three countries: one, two and three devices for ten hours at PUE 1.2."""
    return run(devices=groups(*places), location=None, electricity={"instruments": list(bought)})


def test_device_groups_in_several_countries_are_matched_row_by_row():
    german = {**WIND, "market": "IN"}
    a = assess(federated(WIND | {"share": None, "energy": "3 kWh"}, german, places=("FR", "IN", "GB")))
    assert list(a.columns["facility_energy"]) == pytest.approx([6, 12, 18])
    assert list(a.activities.columns["contract_share"]) == pytest.approx([0.5, 1, np.nan], nan_ok=True)
    market, location = a.columns["use_co2e_market"], a.columns["use_co2e_location"]
    assert list(market) == pytest.approx([location[0] / 2, 0, location[2]])
    assert told(a, "instrument-market") == [
        ("warning", "electricity.instruments[1].market", "the certificate is of the market IN and the consumption in FR and GB: "
         "100 % of the consumption that it would have covered are not counted")
    ]  # fmt: skip


def test_energy_is_spent_in_proportion_to_what_is_uncovered_and_never_more_than_used():
    british = WIND | {"share": None, "energy": "6 kWh", "market": "GB"}
    anywhere = WIND | {"type": "ppa", "share": None, "energy": "10 kWh", "market": "EU", "evidence": "contract"}
    a = assess(federated(british, anywhere, places=("GB", "DE", "NO")))
    assert list(a.activities.columns["contract_share"]) == pytest.approx([1, 1 / 3, 1 / 3])
    much = assess(federated(british | {"energy": "9 kWh"}, places=("GB", "DE", "NO")))
    assert list(much.activities.columns["contract_share"]) == pytest.approx([1, np.nan, np.nan], nan_ok=True)
    assert told(much, "instrument-excess")[0][2].endswith("by 3 kWh; the excess is dropped")
    every = [{**WIND, "market": c} for c in ("FR", "GB", "JP")]
    covered = assess(federated(*every, places=("FR", "GB", "JP")))
    assert value(covered, "use_co2e_market") == 0
    assert not told(covered, "instrument-market"), "each covers its own market: nothing is lost"


@few
@given(logs(), st.lists(instruments(), max_size=4))
def test_no_more_is_covered_than_was_used(records, bought):
    for record in records:
        record.setdefault("electricity", {})["instruments"] = bought
    a = assess(*records)
    share = np.nan_to_num(a.activities.column("contract_share"))
    assert ((share >= 0) & (share <= 1)).all()
    slots = sum(np.nan_to_num(a.activities.column(f"contract_{n}_share")) for n in (1, 2, 3))
    assert slots == pytest.approx(share)
    energy = np.nan_to_num(a.columns["facility_energy"])
    bound = sum(_amount(i) for i in bought if i["type"] != "residual")
    for number in range(len(records)):
        rows = a.activities.run_of_row == number
        if not any("share" in i for i in bought):
            assert (share * energy)[rows].sum() <= bound * (1 + 1e-9)


def _amount(instrument):
    stated = instrument.get("energy", 0)
    return float(stated.split()[0]) if isinstance(stated, str) else stated["value"] if stated else 0.0


@few
@given(logs(), st.lists(instruments(), min_size=1, max_size=4))
def test_location_based_figures_do_not_see_what_was_bought(records, bought):
    names = ("use_co2e_location", "use_co2e_upstream", "use_co2e", "total_co2e", "facility_energy", "water")
    contracted = copy.deepcopy(records)
    for record in records:
        record.get("electricity", {}).pop("instruments", None)
    for record in contracted:
        record.setdefault("electricity", {})["instruments"] = bought
    one, other = assess(*records), assess(*contracted)
    assert differences(values(one, names), values(other, names)) == {}
    for name in names:
        for key in ("rules", "factors", "tier"):
            assert figure(one, name)[key] == figure(other, name)[key]


def test_na_is_no_residual_mix_of_zero(cli, tmp_path):
    """France has no residual mix here: the location-based figure stands in for the rest, in both market-based figures."""
    a = assess(with_(WIND | {"share": 0.6}))
    assert value(a, "use_co2e_market") == pytest.approx(0.4 * value(a, "use_co2e_location"))
    assert value(a, "total_co2e_market") == pytest.approx(60 * 0.011 + 0.4 * value(a, "use_co2e"))
    assert findings(a, "market-location-based")
    empty = assess(with_(WIND | {"share": 0.6}, {"type": "residual"}))
    assert differences(values(a), values(empty)) == {}
    row = {"id": "own-fr", "quantity": "residual_mix", "geography": "FR", "value": "NA", "unit": "gCO2e/kWh"}
    own = factor_set(tmp_path / "own", [row], name="own/residual")
    done = cli("assess", write(tmp_path / "runs.json", [run()]), "--factors", own)
    assert done.code == 2
    assert "not a finite number (found NA). Leave a row out whose value is not available; NA is never zero." in done.err
    stated = run(electricity={"instruments": [{"type": "residual", "factor": "NA"}]})
    done = cli("assess", write(tmp_path / "runs.json", [run("good"), stated]), "-q")
    assert done.code == 1
    assert "electricity.instruments[0].factor: not a number with a unit (found NA)" in done.err


def test_upstream_of_a_residual_mix_is_added_once_or_told():
    """Australia 2025: residual mix 810 g/kWh, fuels and losses 70 g/kWh (NGA 2025)."""
    a = assess(with_(location={"country": "AU"}, start="2025-05-01T00:00:00Z"))
    assert value(a, "use_co2e_market") == pytest.approx(81.0)
    assert value(a, "total_co2e_market") == pytest.approx(88.0)
    assert not findings(a, "market-upstream-missing")
    whole = {"factor": "300 g/kWh", "factor_scope": "lifecycle"}
    b = assess(with_(location={"country": "AU"}, start="2025-05-01T00:00:00Z", electricity=whole))
    assert value(b, "use_co2e_upstream") == 0
    assert value(b, "total_co2e_market") == pytest.approx(81.0)
    assert told(b, "market-upstream-missing") == [
        ("info", "electricity.instruments", "total_co2e_market leaves out upstream emissions of the residual mix")
    ]


def test_upstream_in_two_parts_and_never_on_a_life_cycle_factor():
    """Great Britain 2026 (DESNZ): 130.96 direct, 36.82 well-to-tank, 12.99 + 3.59 losses and their well-to-tank."""
    place = {"location": {"country": "GB"}, "start": "2026-02-01T00:00:00Z"}
    a = assess(with_(**place))
    assert value(a, "use_co2e_location") == pytest.approx(13.096)
    assert [float(a.columns[n][0]) for n in ("use_co2e_wtt", "use_co2e_td_loss")] == pytest.approx([3.682, 1.658])
    assert value(a, "use_co2e_upstream") == pytest.approx(5.34)
    text = a.explain("r", "use_co2e_upstream")
    assert "use_co2e_wtt = 3.682 kgCO2e" in text
    assert "use_co2e_td_loss = 1.658 kgCO2e" in text
    assert value(a, "use_co2e") == pytest.approx(delivered(100 * of(a, "grid_lifecycle"), "GB")), (
        "upstream is inside a life-cycle factor, losses are not"
    )
    direct = assess(with_(**place, electricity={"factor": "100 g/kWh", "factor_scope": "direct"}))
    assert value(direct, "use_co2e") == pytest.approx(10 + 5.34)
    for scope in ("lifecycle", "unspecified"):
        whole = assess(with_(**place, electricity={"factor": "100 g/kWh", "factor_scope": scope}))
        assert value(whole, "use_co2e") == pytest.approx(10)
        assert value(whole, "use_co2e_upstream") == (0 if scope == "lifecycle" else None)
        for name in ("grid_wtt", "grid_td_loss", "td_loss_share", "grid_upstream"):
            assert np.isnan(of(whole, name)), name


def test_losses_from_a_share_and_not_on_a_factor_per_kwh_consumed():
    """US 2023: grid gross loss of 4.2 %. ECCC's intensities are per kWh consumed, with losses inside."""
    a = assess(with_(location={"country": "US"}))
    added = (float(a.columns["use_co2e_location"][0]) + float(a.columns["use_co2e_wtt"][0])) * 0.042 / 0.958
    assert float(a.columns["use_co2e_td_loss"][0]) == pytest.approx(added)
    canada = assess(with_(location={"country": "CA", "subdivision": "CA-QC"}))
    assert canada.activities.columns["grid_direct__factor"][0] >= 0
    assert np.isnan(canada.columns["use_co2e_td_loss"][0])
    assert np.isnan(of(canada, "td_loss_share"))


def test_losses_alone_are_told():
    without = {"id": "p", "factor_sets": {"without": ["grid/upstream-mix"]}}
    a = assess(with_(location={"country": "IN"}, start="2024-06-01T00:00:00Z"), profile=without)
    share = of(a, "td_loss_share")
    assert value(a, "use_co2e_upstream") == pytest.approx(value(a, "use_co2e_location") * share / (1 - share))
    assert told(a, "upstream-partial") == [
        ("info", "location",
         "use_co2e_upstream leaves out emissions upstream of generation: no factor of the place is known")
    ]  # fmt: skip


def test_under_strict_no_literature_value_stands_for_an_instrument():
    a = assess(with_(WIND), profile="strict")
    assert value(a, "use_co2e_market") == 0
    assert value(a, "total_co2e_market") is None
    why = (
        "the certificate states no life-cycle intensity, and none of wind is known at the tiers that the profile allows"
    )
    assert why in figure(a, "total_co2e_market")["reason"]
