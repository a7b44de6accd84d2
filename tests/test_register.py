"""The register of instruments: each once over the whole inventory, by market, period and evidence; and what it says of each."""

from __future__ import annotations

import copy
import json

import pytest
from conftest import assess, figure, findings, run, value, write
from hypothesis import given
from hypothesis import strategies as st
from test_properties import few

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
        ("info", "a", "electricity.instruments[0].energy", "of the 60 kWh of the certificate 30 kWh count: the rest falls to the time of its runs outside the period of the report")
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


# ---- evidence ---------------------------------------------------------------------------------------------------------

LACKS = {
    ("market",): ("market", "no market"), ("start",): ("", "no period"), ("end",): ("", "no period"), ("evidence",): ("evidence", "no evidence"),
    ("start", "end"): ("", "no period"), ("market", "evidence"): ("", "no market and no evidence"),
    ("market", "start", "end", "evidence"): ("", "no market, no period and no evidence"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["certificate", "ppa", "supplier"])
@pytest.mark.parametrize("lacks", LACKS)
def test_what_is_not_shown_is_listed_and_not_counted(kind, lacks):
    bare = {k: v for k, v in (WIND | {"type": kind, "share": 1, "factor": "0 g/kWh"}).items() if k not in lacks}
    a = assess(used("a", 100, bare))
    assert left(a) == 1
    field, what = LACKS[lacks]
    path = f"electricity.instruments[0]{'.' if field else ''}{field}"
    assert told(a, "instrument-not-evidenced") == [
        ("warning", "a", path, f"the {kind} is not counted: it states {what}")
    ]
    [line] = a.view_data["instruments"]
    assert (line["counted"], line["covered"], line["reason"]) == (
        False,
        0,
        f"the {kind} is not counted: it states {what}",
    )
    claimed = assess(used("a", 100, bare), profile={"id": "p", "instrument_evidence": "claimed"})
    assert value(claimed, "use_co2e_market") == 0
    assert not told(claimed, "instrument-not-evidenced")


def test_serial_numbers_are_evidence():
    bare = {k: v for k, v in WIND.items() if k != "evidence"}
    assert left(assess(used("a", 100, bare | {"share": 1, "serials": "1 to 100"}))) == 0


def test_what_is_not_retired_does_not_count():
    a = assess(used("a", 100, WIND | {"share": 1, "retired": False}))
    assert left(a) == 1
    assert told(a, "instrument-not-evidenced")[0][3] == "the certificate is not counted: it is not retired"
    retired = assess(used("a", 100, WIND | {"share": 1, "retired": "2024-02-01"}))
    assert left(retired) == 0
    states = {c["number"]: c["state"] for c in retired.view_data["instruments"][0]["criteria"]}
    assert states[3] == "met"


def test_a_rate_above_the_grid_counts_without_evidence():
    """Leaving out evidence of a coal contract gains nothing: 800 g/kWh, and the residual mix alike."""
    coal = {"type": "supplier", "share": 0.5, "factor": "800 g/kWh"}
    a = assess(used("a", 100, coal))
    assert value(a, "use_co2e_market") == pytest.approx(40 + value(a, "use_co2e_location") / 2)
    assert told(a, "instrument-not-evidenced")[0][3] == (
        "the supplier is counted although it states no market, no period and no evidence, since its rate lies above what would stand in its place"
    )
    low, high = ({"type": "residual", "factor": f"{g} g/kWh"} for g in (1, 700))
    assert left(assess(used("a", 100, low))) == 1
    assert value(assess(used("a", 100, high)), "use_co2e_market") == pytest.approx(70)
    assert told(assess(used("a", 100, low)), "instrument-not-evidenced")[0][3] == (
        "the residual mix is not counted: it states no market, no period and no evidence"
    )


def test_an_instrument_that_is_not_counted_leaves_its_consumption_to_others():
    a = assess(used("a", 100, {"type": "certificate", "share": 1, "factor": "0 g/kWh"}, WIND | {"type": "supplier", "share": 1, "factor": "20 g/kWh"}))  # fmt: skip
    assert value(a, "use_co2e_market") == pytest.approx(2)


RATES = st.sampled_from([0, 0, 20, 100, 300, 900])


@st.composite
def evidenced(draw):
    """An instrument with all that shows it to meet the criteria."""
    kind = draw(st.sampled_from(["certificate", "ppa", "supplier", "residual"]))
    covers = (
        {"share": draw(st.sampled_from([0.2, 0.5, 1]))}
        if draw(st.booleans())
        else {"energy": f"{draw(st.sampled_from([10, 50, 300]))} kWh"}
    )
    rate = {"factor": f"{draw(RATES)} g/kWh", "evidence": f"entry {draw(st.integers(1, 10**6))}"}
    return {"type": kind, **({} if kind == "residual" else covers), **SHOWN, **rate}


@few
@given(st.lists(evidenced(), min_size=1, max_size=4), st.data())
def test_less_evidence_never_gives_less_emissions(bought, data):
    """One key after another goes, of any instrument; the run lies in France or in Poland, whose grids are low and high."""
    place = {"country": data.draw(st.sampled_from(["FR", "PL"]))}
    held = [copy.deepcopy(i) | {"market": place["country"]} for i in bought]
    before = value(assess(used("a", 100, *held, location=place)), "use_co2e_market")
    for _ in range(data.draw(st.integers(1, 4))):
        one = data.draw(st.sampled_from(held))
        one.pop(data.draw(st.sampled_from(["market", "start", "end", "evidence"])), None)
        after = value(assess(used("a", 100, *held, location=place)), "use_co2e_market")
        assert after >= before * (1 - 1e-9)
        before = after


def test_the_order_of_runs_changes_no_byte():
    runs = [used(str(n), 10 * n + 3.7, WIND | {"energy": "40 kWh", "evidence": f"entry {n % 3}"}) for n in range(6)]
    profile = holding(WIND | {"energy": "61.3 kWh", "evidence": "entry 9"})
    one, other = (assess(*order, profile=profile) for order in (runs, runs[::-1]))
    assert one.view_data["instruments"] == other.view_data["instruments"]
    assert figure(one, "use_co2e_market") == figure(other, "use_co2e_market")
    assert one.findings == other.findings


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


# ---- bad input --------------------------------------------------------------------------------------------------------

BAD = {
    "negative energy": ({"energy": "-5 kWh"}, "instruments[0].energy: must be at least 0 (found -5 kWh). Correct the value."),
    "unknown market": ({"market": "Germny"}, "instruments[0].market: not a market (found Germny). The nearest known is DE; write that, or a market such as EU, a country, a subdivision or a grid zone, such as FR, US-VA or SE-EL-SE3."),
    "reversed period": ({"start": "2024-01-01"}, "instruments[0].end: it is not after start 2024-01-01 (found 2023-12-31). Correct one of the two."),
    "serials twice": ({"serials": ["1 to 9", "4"]}, "instruments[0].serials: 4 is in it twice. List each certificate once."),
    "unknown site": ({"site": "nort"}, "instruments[0].site: no site of the profile has this name (found nort). The nearest is north."),
    "unknown key": ({"sight": "north"}, "instruments[0].sight: unknown key (found sight). Known keys are end, energy, evidence, factor, lifecycle_factor, market, retired, serials, share, site, start, system, technology, type."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_instrument_of_the_profile_is_told_in_full(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    change, message = BAD[name]
    write(tmp_path / "runs.json", [used("a")])
    (tmp_path / "alder.json").write_text(json.dumps(holding(WIND | {"energy": "60 kWh"} | change)), "utf-8")
    done = cli("assess", "runs.json", "--profile", "alder.json")
    assert done.code == 2
    assert message in done.err


def test_an_instrument_of_a_system_without_runs_is_told():
    a = assess(used("a"), profile=holding(WIND | {"energy": "60 kWh", "system": "Model X"}))
    assert told(a, "instrument-not-counted") == [
        ("warning", None, "instruments[0]", "the certificate is held for the system Model X, of which there is no run: it covers nothing")
    ]  # fmt: skip


def test_days_of_a_yaml_profile_are_days(tmp_path):
    path = tmp_path / "alder.yaml"
    path.write_text("id: alder\ninstruments:\n  - {type: certificate, technology: wind, market: FR, start: 2023-01-01, end: 2023-05-01, evidence: entry 17, energy: 60 kWh}\n", "utf-8")  # fmt: skip
    a = assess(used("a", duration="24 h"), profile=path)
    assert left(a) == pytest.approx(0.4)
    [quoted] = a.profile.quoted()["instruments"]
    assert (quoted["start"], quoted["end"], quoted["energy"]) == ("2023-01-01", "2023-05-01", "60 kWh")
