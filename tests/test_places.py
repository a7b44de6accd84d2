"""Places: what is nearer to the run counts, what contradicts itself is told, what is split over places has no ratio."""

from __future__ import annotations

import pytest
from conftest import assess, delivered, factor_set, figure, findings, run, value

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
    assert value(a, "use_co2e") == pytest.approx(delivered(1000 * a.activities.columns["grid_lifecycle"][0]))


def test_a_province_takes_what_is_upstream_of_its_country_rather_than_the_mean_of_it():
    """Alberta, Canada, emits above the mean of its country, Quebec below: 438 and 1.2 g/kWh against some 170."""
    for province in ("CA-AB", "CA-QC"):
        a = assess(at(country="CA", subdivision=province))
        assert value(a, "use_co2e") == pytest.approx(value(a, "use_co2e_location") + value(a, "use_co2e_upstream"))
        assert not findings(a, "lifecycle-below-direct")


def test_a_pinned_life_cycle_factor_below_the_direct_one_stays_and_the_finding_says_so():
    pins = [{"quantity": "grid_lifecycle", "value": "10 g/kWh", "reason": "audit"}]
    a = assess(at(country="FR"), profile={"id": "p", "pins": pins})
    assert value(a, "use_co2e") == pytest.approx(delivered(10))
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
    assert value(a, "use_co2e_location") == pytest.approx(6)
    assert value(a, "use_co2e") == pytest.approx(delivered(6, "TD"))


def test_grams_for_kilograms_is_told():
    a = assess(run("r", electricity={"factor": "0.057 gCO2e/kWh"}))
    assert [f.message for f in findings(a, "implausible-intensity")] == [
        "0.057 gCO2e/kWh is below 1 gCO2e/kWh, less than any technology"
    ]
    a = assess(run("r", declared={"energy": "1000 kWh", "co2e": "40000 t"}))
    assert [f.message for f in findings(a, "implausible-intensity")] == [
        "declared 40000 t for 1000 kWh implies 40 000 kgCO2e/kWh, more than any grid"
    ]


@pytest.mark.parametrize(
    ("cloud", "region", "place"),
    [
        ("aws", "ap-southeast-5", "MY"), ("aws", "ap-southeast-7", "TH"), ("aws", "ap-east-2", "TW"), ("aws", "mx-central-1", "MX"),
        ("aws", "eusc-de-east-1", "DE"), ("AWS European Sovereign Cloud", "eusc-de-east-1", "DE"), ("aws", "EU (Ireland)", "IE"),
        ("Amazon Web Services", "US East (N. Virginia)", "US-VA"), ("aws", "us-east-1a", "US-VA"), ("aws", "South America (Sao Paulo)", "BR"),
        ("azure", "US East 2", "US-VA"), ("azure", "US East", "US-VA"), ("azure", "EU West", "NL"), ("azure", "EU North", "IE"),
        ("azure", "FR Central", "FR"), ("azure", "AP Southeast", "SG"), ("azure", "UK South", "GB"), ("azure", "DE West Central", "DE"),
        ("azure", "West Europe", "NL"), ("azure", "East US 2", "US-VA"), ("Microsoft", "ja east", "JP"), ("azure", "chinaeast2", "CN-SH"),
        ("gcp", "us-central1-a", "US-IA"), ("Google Cloud", "Iowa", "US-IA"), ("gcp", "europe-west4", "NL"),
        ("Oracle", "us-ashburn-1", "US-VA"), ("oci", "US East (Ashburn)", "US-VA"), ("oci", "iad", "US-VA"), ("oci", "eu-frankfurt-1-ad-2", "DE"),
        ("coreweave", "US-EAST-04", "US-VA"), ("CoreWeave", "us-east-04a", "US-VA"), ("coreweave", "EU-SOUTH-03", "ES"),
        ("Alibaba Cloud", "ap-southeast-5", "ID"), ("alibaba", "cn-hongkong", "HK"), ("alibaba", "US (Virginia)", "US-VA"),
        ("lambda", "us-west-2", "US-AZ"), ("nebius", "us-central1", "US-MO"), ("scaleway", "fr-par-2", "FR"), ("hetzner", "fsn1", "DE"),
    ],
)  # fmt: skip
def test_a_region_is_known_as_bills_write_it(cloud, region, place):
    made = assess(at(cloud=cloud, region=region))
    got = {made.results["country"][0], made.results["subdivision"][0]}
    assert place in got
    assert not findings(made, "unknown-region")
    assert not findings(made, "location-missing")


def test_one_id_at_two_providers_is_two_places():
    """us-west-2 is Oregon at AWS and Arizona at Lambda; ap-southeast-5 is Malaysia at AWS and Indonesia at Alibaba."""
    for region, places in (
        ("us-west-2", {"aws": "US-OR", "lambda": "US-AZ"}),
        ("ap-southeast-5", {"aws": "MY", "alibaba": "ID"}),
    ):
        for cloud, place in places.items():
            made = assess(at(cloud=cloud, region=region))
            assert place in (made.results["country"][0], made.results["subdivision"][0])
    for cloud, region in (
        ("lambda", "eu-west-1"),
        ("crusoe", "us-east-1"),
        ("nebius", "europe-west4"),
        ("gcp", "eu-west-1"),
    ):
        assert [f.message for f in findings(assess(at(cloud=cloud, region=region)), "unknown-region")] == [
            f"no region '{region}' of provider '{cloud}'"
        ]


def test_a_region_by_its_name_has_the_facility_of_the_region():
    by_id, by_name = (
        assess(run("r", location={"cloud": "gcp", "region": region}, facility=None))
        for region in ("europe-west4", "Eemshaven")
    )
    assert value(by_id, "facility_energy") == value(by_name, "facility_energy")
    assert by_name.results["pue_level"][0] == "region"
    assert by_name.results["region"][0] == "europe-west4"


@pytest.mark.parametrize(
    ("subdivision", "territory"),
    [("US-PR", "PR"), ("US-GU", "GU"), ("US-VI", "VI"), ("US-AS", "AS"), ("FR-971", "GP"), ("FR-972", "MQ"), ("FR-973", "GF"), ("FR-974", "RE"),
     ("CN-HK", "HK"), ("CN-MO", "MO"), ("CN-TW", "TW"), ("NL-AW", "AW"), ("FR-NC", "NC"), ("FR-PF", "PF")],
)  # fmt: skip
def test_a_territory_is_one_place_under_each_of_its_codes(subdivision, territory):
    state = subdivision[:2]
    ways = ({"country": territory}, {"country": state, "subdivision": subdivision}, {"subdivision": subdivision},
            {"country": territory, "subdivision": subdivision})  # fmt: skip
    found = [assess(at(**way)) for way in ways]
    for quantity in ("use_co2e", "use_co2e_location", "use_co2e_upstream"):
        assert len({value(a, quantity) for a in found}) == 1
    for a in found:
        assert a.results["country"][0] == territory
        assert a.results["grid_lifecycle_level"][0] == "country"
    assert value(found[0], "use_co2e") != value(assess(at(country=state)), "use_co2e")


@pytest.mark.parametrize(
    ("subdivision", "territory", "state"),
    [("FR-976", "YT", "FR"), ("NL-CW", "CW", "NL"), ("NL-SX", "SX", "NL"), ("NL-BQ1", "BQ", "NL"), ("FI-01", "AX", "FI"), ("NO-21", "SJ", "NO"),
     ("US-MP", "MP", "US")],
)  # fmt: skip
def test_of_a_territory_without_figures_the_state_stands_in_and_is_told(subdivision, territory, state):
    own, whole = assess(at(subdivision=subdivision)), assess(at(country=state))
    assert own.results["country"][0] == territory
    assert value(own, "use_co2e_location") == value(whole, "use_co2e_location")
    told = [f.message for f in findings(own, "factor-fallback") if f.message.startswith("grid_lifecycle")]
    assert len(told) == 1
    assert told[0].endswith("is the average of the state to which the territory belongs")


def test_a_factor_of_a_territory_counts_whichever_code_its_row_bears(tmp_path):
    row = {"id": "own-cw", "quantity": "grid_lifecycle", "geography": "NL-CW", "value": 600, "unit": "gCO2e/kWh"}
    folder = factor_set(tmp_path / "own", [row])
    for way in ({"country": "CW"}, {"subdivision": "NL-CW"}):
        a = assess(at(**way), factors=[folder])
        assert value(a, "use_co2e") == pytest.approx(1000 * 0.6), (
            "what the grid of its state loses says nothing of its own"
        )
        assert findings(a, "losses-missing")


def test_kosovo_has_a_code_and_a_factor_of_its_own():
    for code in ("XK", "XKX", "xk"):
        a = assess(at(country=code))
        assert a.results["country"][0] == "XK"
        assert a.results["grid_lifecycle_level"][0] == "country"
    from lca.report.words import country

    assert country("XK") == "Kosovo"


def test_a_country_is_known_by_code_or_name():
    from lca.fields import named_country

    assert [named_country(text) for text in ("Kosovo", "xkx", "France", "FR", "fra")] == ["XK", "XK", "FR", "FR", "FR"]
    with pytest.raises(LookupError):
        named_country("Atlantis")
