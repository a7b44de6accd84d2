"""The register of instruments: each once over the whole inventory, by market, period and evidence; and what it says of each."""

from __future__ import annotations

import json

import pytest
from conftest import assess, figure, findings, run, value

#: France 2023, direct: 36 g/kWh would be 2024; the figures below take it from the location-based one
SHOWN = {"market": "FR", "start": "2023-01-01", "end": "2023-12-31", "evidence": "registry entry 17"}
WIND = {"type": "certificate", "technology": "wind", **SHOWN}


def used(id, kwh=100, *bought, **fields):
    """So many kWh at the facility in France, May 2023, under these instruments."""
    held = {"electricity": {"instruments": list(bought)}} if bought else {}
    energy = [{"value": f"{kwh} kWh", "boundary": "facility", "method": "bill"}]
    return run(id, **{"energy": energy, "devices": [], **held, **fields})


def at(site, id, kwh=100, **fields):
    return used(id, kwh, location={"site": site}, **fields)


def holding(*instruments, **more):
    """A profile that holds these instruments, with two sites in France."""
    sites = {"north": {"country": "FR", "role": "owner"}, "south": {"country": "FR", "role": "owner"}}
    return {"id": "alder", "sites": sites, "instruments": list(instruments), **more}


def told(a, *codes):
    return [(f.severity, f.run, f.field, f.message) for code in codes for f in findings(a, code)]


def left(a, **by):
    """Share of the location-based emissions that the market-based figure keeps; the rest is under instruments of 0."""
    return value(a, "use_co2e_market", **by) / value(a, "use_co2e_location", **by)


# ---- once, whoever names it -------------------------------------------------------------------------------------------


def test_a_certificate_of_a_site_covers_its_runs_in_proportion_and_no_other_site():
    held = WIND | {"energy": "150 kWh", "site": "north"}
    a = assess(at("north", "a", 100), at("north", "b", 200), at("south", "c", 50), profile=holding(held))
    assert [left(a, run=r) for r in "abc"] == pytest.approx([0.5, 0.5, 1])
    assert not told(a, "instrument-excess", "instrument-market", "instrument-period")


def test_a_certificate_of_a_system_covers_its_runs():
    held = WIND | {"energy": "50 kWh", "system": "Model B"}
    a = assess(used("a"), used("b", system="Model B"), profile=holding(held))
    assert [left(a, run=r) for r in "ab"] == pytest.approx([1, 0.5])


def test_what_is_held_for_nothing_in_particular_covers_the_whole_market():
    a = assess(
        used("a"),
        used("b", location={"country": "NO"}),
        used("c", location={"country": "GB"}),
        profile=holding(WIND | {"share": 1}),
    )
    assert [value(a, "use_co2e_market", run=r) == 0 for r in "abc"] == [True, True, False]
    assert not told(a, "instrument-market"), "the consumption of other markets is no fault of the certificate"


def test_what_exceeds_the_use_of_a_site_is_told():
    a = assess(at("north", "a"), at("south", "b"), profile=holding(WIND | {"energy": "1 MWh", "site": "north"}))
    assert left(a) == pytest.approx(0.5)
    assert told(a, "instrument-excess") == [
        ("warning", None, "instruments[0].energy", "the certificate exceeds what was left to cover by 900 kWh; the excess is dropped")
    ]  # fmt: skip


def test_the_narrower_certificate_covers_first():
    """That of the site, whatever the order in the profile, so that the wider one is left for the other site."""
    wide, narrow = WIND | {"energy": "100 kWh"}, WIND | {"energy": "100 kWh", "site": "north", "evidence": "entry 18"}
    for order in ((wide, narrow), (narrow, wide)):
        a = assess(at("north", "a"), at("south", "b"), profile=holding(*order))
        assert value(a, "use_co2e_market") == 0
        assert not told(a, "instrument-excess")


def test_profile_and_run_name_one_certificate():
    held = WIND | {"energy": "150 kWh", "site": "north"}
    bought = {
        "electricity": {
            "instruments": [{k: v for k, v in held.items() if k not in ("site", "technology")} | {"factor": "0 g/kWh"}]
        }
    }
    a = assess(at("north", "a", **bought), at("north", "b"), profile=holding(held))
    assert left(a) == pytest.approx(0.25)
    assert told(a, "evidence-shared") == [
        ("warning", None, "instruments[0].evidence", "the certificate stands in 1 other place too (the profile and run a): it is counted once, for 150 kWh")
    ]  # fmt: skip


def test_two_amounts_under_one_evidence_are_one_certificate_of_the_smaller():
    a = assess(used("a", 100, WIND | {"energy": "80 kWh"}), used("b", 100, WIND | {"energy": "60 kWh"}))
    assert left(a) == pytest.approx(1 - 60 / 200)
    assert told(a, "evidence-shared") == [
        ("warning", "a", "electricity.instruments[0].evidence", "the certificate stands in 1 other place too (run a and run b): it is counted once, for 60 kWh")
    ]  # fmt: skip


def test_one_statement_may_list_several_certificates():
    """Of other technologies or years, or in one list; a contract may deliver several amounts."""
    kinds = (
        ({"technology": "wind"}, {"technology": "solar"}), ({}, {"market": "NO"}), ({}, {"start": "2023-02-01"}),
        ({"type": "ppa"}, {"type": "ppa", "energy": "30 kWh"}),
    )  # fmt: skip
    for one, other in kinds:
        a = assess(
            used("a", 100, WIND | {"energy": "40 kWh"} | one), used("b", 100, WIND | {"energy": "40 kWh"} | other)
        )
        energy = 40 + float(other.get("energy", "40").split()[0])
        assert left(a) == pytest.approx(1 - energy / 200), other
        assert not told(a, "evidence-shared")
    a = assess(used("a", 100, WIND | {"energy": "40 kWh"}, WIND | {"energy": "30 kWh"}))
    assert left(a) == pytest.approx(0.3)


@pytest.mark.parametrize(("one", "other"), [
    ("DE-17 to DE-40", "DE-40"), ("DE-17 to 40", "de-30 .. de-99"), (["7", "9"], ["8", "9"]), ("lot A", "LOT A"), ("DE 17 - DE 40", "DE39"),
    ("GO17-GO40", "GO39"), ("DE-17-DE-40", "DE-40"), ("2024-17", "2024-17"),
])  # fmt: skip
def test_a_serial_number_in_two_places(one, other):
    first = WIND | {"energy": "80 kWh", "serials": one}
    same = first | {"serials": other, "evidence": "another statement"}
    a = assess(used("a", 100, first), used("b", 100, same))
    assert left(a) == pytest.approx(1 - 80 / 200)
    assert not told(a, "instrument-serial")
    a = assess(used("a", 100, first), used("b", 100, same | {"energy": "60 kWh"}))
    assert left(a) == pytest.approx(1 - 60 / 200)
    [(severity, who, field, message)] = told(a, "instrument-serial")
    assert (severity, who, field) == ("error", "a", "electricity.instruments[0].serials")
    assert message.startswith("serial number ")
    assert message.endswith(" stands in run a and run b with different content: the certificate is counted once, with the smallest amount stated, 60 kWh")  # fmt: skip
    assert a.failed


def test_serials_apart_are_certificates_apart():
    for one, other in (("DE-17 to DE-40", "DE-41"), ("DE-17", "FR-17"), ("17", "18 to 20")):
        a = assess(*(used(i, 100, WIND | {"energy": "50 kWh", "serials": s}) for i, s in (("a", one), ("b", other))))
        assert left(a) == pytest.approx(0.5)
        assert not told(a, "evidence-shared", "instrument-serial")


def test_what_is_held_for_nothing_in_particular_is_spent_on_scope_2_alone():
    """A certificate of whoever reports covers no electricity of a service that it buys, unless it is held for that system."""
    rented = used("b", system="Model B", location={"site": "rented"})
    sites = {"rented": {"country": "FR", "role": "cloud-customer"}, "own": {"country": "FR", "role": "owner"}}
    for scope, expected in (({}, [0, 1]), ({"system": "Model B"}, [1, 0])):
        profile = {"id": "alder", "sites": sites, "instruments": [WIND | {"energy": "100 kWh"} | scope]}
        a = assess(at("own", "a"), rented, profile=profile)
        assert [left(a, run=r) for r in "ab"] == pytest.approx(expected)


# ---- period -----------------------------------------------------------------------------------------------------------


def test_a_run_over_new_year_is_covered_by_each_years_certificates_for_its_part():
    """30 days of 100 kWh, 10 of them in 2023: 33.3 kWh fall to 2023, of which 20 are covered; all of 2024."""
    later = WIND | {"start": "2024-01-01", "end": "2024-12-31", "evidence": "entry 18"}
    over = {"start": "2023-12-22T00:00:00Z", "duration": "30 d"}
    a = assess(used("a", 100, WIND | {"energy": "20 kWh"}, later | {"energy": "80 kWh"}, **over))
    rows = a.activities.column("contract_share") * a.columns["facility_energy"]
    assert list(rows) == pytest.approx([20, 200 / 3])
    [(*_, message)] = told(a, "instrument-period")
    assert message.endswith("covers the run in part: 13.3333 kWh that it would have covered are not counted")
    assert told(a, "instrument-excess")[0][3] == (
        "the certificate exceeds what was left to cover by 13.3333 kWh; the excess is dropped"
    )


def test_certificates_of_months_cover_the_months():
    """A run of May and June: 31 and 30 days of 61."""
    may = WIND | {"share": 1, "start": "2023-05-01", "end": "2023-05-31"}
    a = assess(used("a", 610, may, start="2023-05-01T00:00:00Z", duration="61 d"))
    assert left(a) == pytest.approx(30 / 61)
    assert told(a, "instrument-period") == [
        ("warning", "a", "electricity.instruments[0].start", "the certificate is of 2023-05-01 to 2023-05-31, which covers the run in part: 300 kWh that it would have covered are not counted")
    ]  # fmt: skip


def test_a_certificate_counts_for_the_part_of_its_run_in_the_period_of_the_report():
    half = {"start": "2022-12-27T00:00:00Z", "duration": "10 d"}
    both = WIND | {"energy": "60 kWh", "start": "2022-01-01"}
    report = {"id": "p", "period": {"start": "2023-01-01", "end": "2023-12-31"}}
    a = assess(used("a", 100, both, **half), profile=report)
    assert left(a) == pytest.approx(1 - 30 / 50)
    assert told(a, "instrument-period") == [
        ("info", "a", "electricity.instruments[0].energy", "30 of the 60 kWh of the certificate belong to the part of the run outside the period of the report and are not counted")
    ]  # fmt: skip
    own = assess(used("a", 100, WIND | {"energy": "40 kWh"}, **half), profile=report)
    assert left(own) == pytest.approx(1 - 40 / 50), "all of it is of the part inside"


def test_a_certificate_of_the_profile_outside_the_period_of_the_report():
    held = WIND | {"energy": "60 kWh", "start": "2019-01-01", "end": "2019-12-31"}
    a = assess(used("a"), profile=holding(held, period={"start": "2023-01-01", "end": "2023-12-31"}))
    assert left(a) == 1
    assert told(a, "instrument-period") == [
        ("warning", None, "instruments[0].start", "the certificate is of 2019-01-01 to 2019-12-31, in which it is held for no consumption: 60 kWh that it would have covered are not counted")
    ]  # fmt: skip


# ---- life cycle -------------------------------------------------------------------------------------------------------


def test_a_direct_0_is_no_life_cycle_intensity():
    bare = {k: v for k, v in WIND.items() if k != "technology"} | {"share": 1, "factor": "0 g/kWh"}
    a = assess(used("a", 100, bare))
    assert value(a, "use_co2e_market") == 0
    assert value(a, "total_co2e_market") is None
    assert (
        "the certificate states neither a life-cycle intensity nor a technology"
        in figure(a, "total_co2e_market")["reason"]
    )
    assert told(a, "instrument-lifecycle") == [
        ("warning", "a", "electricity.instruments[0].lifecycle_factor", "the life-cycle intensity of the certificate is not known: its direct rate, 0 kgCO2e/kWh, "
         "is below that of any technology over its life cycle and cannot stand in; the market-based total lacks the electricity that it covers")
    ]  # fmt: skip


@pytest.mark.parametrize(("words", "grams"), [
    ("Onshore Wind", 11), ("wind power", 11), ("Offshore wind farm", 12), ("Photovoltaics", 48), ("Solar PV", 48), ("Hydroelectric", 24),
    ("Run-of-river hydro", 24), ("Nuclear power", 12), ("rooftop solar", 41), ("natural gas", 490),
])  # fmt: skip
def test_a_technology_in_the_words_of_an_invoice(words, grams):
    """IPCC AR5 Annex III, medians over the life cycle."""
    a = assess(used("a", 100, WIND | {"share": 1, "technology": words}))
    assert value(a, "total_co2e_market") == pytest.approx(grams / 10)


# ---- told -------------------------------------------------------------------------------------------------------------


def test_each_instrument_is_shown_with_its_share_its_rate_and_its_source():
    a = assess(used("a", 100, WIND | {"share": 0.5}, {"type": "supplier", "share": 0.25, "factor": "100 g/kWh", "lifecycle_factor": "110 g/kWh", **SHOWN, "evidence": "contract 3"}))  # fmt: skip
    text = a.explain("a", "total_co2e_market")
    assert "certificate (wind, FR, 2023-01-01 to 2023-12-31, registry entry 17) for 50 %" in text
    assert "factor ar5-lc-wind" in text
    assert "supplier (FR, 2023-01-01 to 2023-12-31, contract 3) for 25 %" in text


def test_the_register_as_data():
    a = assess(used("a", 100, WIND | {"energy": "150 kWh", "serials": "1 to 150", "retired": True}))
    [line] = json.loads(a.to_json())["views"]["instruments"]
    states = {c["number"]: c["state"] for c in line.pop("criteria")}
    assert states == {
        1: "met",
        2: "met",
        3: "met",
        4: "met",
        5: "met",
        6: "does not apply",
        7: "does not apply",
        8: "not met",
    }
    assert line == {
        "type": "certificate", "technology": "wind", "market": "FR", "area": "European market for guarantees of origin",
        "start": "2023-01-01", "end": "2023-12-31", "energy": 150, "share": None, "covered": 100, "unit": "kWh", "factor": 0,
        "factor_source": "scope2-direct-wind", "lifecycle_factor": 0.011, "lifecycle_low": 0.007, "lifecycle_high": 0.056,
        "lifecycle_source": "ar5-lc-wind", "evidence": "registry entry 17", "serials": ["1 to 150"], "retired": True, "stated_in": ["run a"],
        "counted": True, "reason": "the certificate exceeds what was left to cover by 50 kWh; the excess is dropped",
    }  # fmt: skip


def test_which_residual_mix_is_needed_and_who_has_it():
    a = assess(used("a"))
    assert told(a, "market-location-based") == [
        ("warning", "a", "electricity.instruments", "the location-based factor stands in for 100 kWh in FR: its residual mix is not ours to pass on. Needed from "
         "the Association of Issuing Bodies (AIB): the country's figure of the European Residual Mixes, direct CO2, of the year")
    ]  # fmt: skip
    for country, end in (
        ("AT", "in AT, which has no residual mix (full disclosure: all electricity is under instruments, and no residual mix exists, says E-Control)"),
        ("BR", "in BR: no residual mix of BR is known"),
    ):  # fmt: skip
        [(*_, message)] = told(assess(used("a", location={"country": country})), "market-location-based")
        assert message.endswith(end)
    supplied = {
        "type": "residual",
        "market": "FR",
        "factor": "45 g/kWh",
        "start": "2023-01-01",
        "end": "2023-12-31",
        "evidence": "AIB 2023, table 2",
    }
    a = assess(used("a"), profile=holding(supplied))
    assert value(a, "use_co2e_market") == pytest.approx(4.5)
    assert not told(a, "market-location-based", "instrument-not-evidenced")


def test_national_residual_mixes_are_built_in():
    """Energiavirasto, release of 2024-06-25: 554.90 g/kWh in 2023; used for 2024, and told from 2025 on."""
    for year, is_told in ((2023, False), (2024, False), (2025, True)):
        a = assess(used("a", location={"country": "FI"}, start=f"{year}-05-01T00:00:00Z"))
        assert value(a, "use_co2e_market") == pytest.approx(55.49)
        assert bool(told(a, "residual-mix-year")) == is_told
    assert told(a, "residual-mix-year") == [
        ("warning", "a", "electricity.instruments", "the residual mix of Finland is that of 2023 (ev-FI-residual-2023), the consumption of 2025")
    ]  # fmt: skip
