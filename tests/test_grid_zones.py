"""Grid zones: the stated one, that of the cloud region, that of the state, and the mean of several. Values by hand from eGRID2023."""

from __future__ import annotations

import csv

import pytest
from conftest import assess, factor_set, figure, findings, run, value

from lca.catalogue import grid_zones, store
from lca.catalogue.factor_set import KEYS
from lca.errors import FactorError
from lca.resources import folder

METERED = [{"value": "1000 kWh", "boundary": "facility", "method": "bill"}]
#: gCO2e/kWh of eGRID2023 subregions, so kg per 1000 kWh
EGRID = {
    "SRVC": 270.489,
    "RFCW": 415.515,
    "NWPP": 288.152,
    "MROW": 420.277,
    "CAMX": 195.037,
    "AKGD": 410.551,
    "AKMS": 236.957,
}


def at(name: str = "r", **location):
    return run(name, location=location, energy=METERED, start="2023-03-01T00:00:00Z", duration="10 h")


def trace(a, column: str = "grid_direct"):
    return tuple(a.results[f"{column}_{part}"][0] for part in ("factor", "level"))


@pytest.mark.parametrize(
    ("place", "zone", "level"),
    [
        ({"cloud": "aws", "region": "us-east-1"}, "SRVC", "region_zone"),
        ({"cloud": "aws", "region": "us-east-1a"}, "SRVC", "region_zone"),  # a zone of the region
        ({"cloud": "gcp", "region": "us-central1", "country": "US"}, "MROW", "region_zone"),
        ({"cloud": "azure", "region": "westus"}, "CAMX", "region_zone"),  # its state is known by the same table only
        ({"cloud": "oci", "region": "us-chicago-1", "subdivision": "US-IL"}, "RFCW", "region_zone"),
        ({"country": "US", "subdivision": "US-WA"}, "NWPP", "state_zone"),
        ({"subdivision": "US-OH"}, "RFCW", "state_zone"),  # 1422 of 1431 ZIP codes
        ({"cloud": "aws", "region": "us-east-1", "grid_zone": "US-EGRID-RFCW"}, "RFCW", "grid_zone"),
        ({"country": "US", "subdivision": "US-VA", "grid_zone": "US-EGRID-RFCW"}, "RFCW", "grid_zone"),
    ],
)  # fmt: skip
def test_a_place_in_the_united_states_takes_its_subregion(place, zone, level):
    a = assess(at(**place))
    assert trace(a) == (f"egrid2023-{zone}", level)
    assert value(a, "use_co2e_location") == pytest.approx(EGRID[zone])
    assert figure(a, "use_co2e_location", grid_zone=f"US-EGRID-{zone}")["value"] == pytest.approx(EGRID[zone])
    assert not [f for f in findings(a, "factor-fallback") if f.message.startswith("grid_direct")]


def test_losses_and_the_life_cycle_follow_the_subregion():
    """SRVC 270.489; upstream of the country 43.223; eGRID's grid gross loss of 4.2 % of generation."""
    a = assess(at(cloud="aws", region="us-east-1"))
    upstream = 43.223 + (270.489 + 43.223) * 0.042 / 0.958
    assert value(a, "use_co2e_upstream") == pytest.approx(upstream, rel=1e-6)
    assert value(a, "use_co2e") == pytest.approx(270.489 + upstream, rel=1e-6)


def test_a_state_in_several_subregions_takes_their_mean_with_a_warning():
    """Alaska, 257 ZIP codes: AKMS 158 + 11 / 2 + 1 / 2, AKGD 87 + 11 / 2, CAMX 1 / 2."""
    a = assess(at(subdivision="US-AK"))
    mean = (164 * 236.957 + 92.5 * 410.551 + 0.5 * 195.037) / 257
    assert value(a, "use_co2e_location") == pytest.approx(mean, rel=1e-5)
    assert trace(a) == ("mean-egrid2023-AKMS-of-US-AK", "zone_mean")
    assert [(f.severity, f.message) for f in findings(a, "factor-fallback") if f.message.startswith("grid_direct")] == [
        (
            "warning",
            "grid_direct: 299.356 gCO2e/kWh (mean-egrid2023-AKMS-of-US-AK) is the share-weighted mean of the grid zones in which the state lies",
        )
    ]
    [part] = [f for f in a.resolved.factors if f.id == "mean-egrid2023-AKMS-of-US-AK"]
    assert (part.low, part.high) == pytest.approx((0.195037, 0.410551))  # as wide as its subregions lie apart
    assert part.notes == (
        "share-weighted mean: 0.6381 x egrid2023-AKMS + 0.3599 x egrid2023-AKGD + 0.001946 x egrid2023-CAMX"
    )


def test_a_region_whose_zone_is_not_known_takes_that_of_its_state():
    assert trace(assess(at(cloud="azure", region="westcentralus"))) == ("mean-egrid2023-RMPA-of-US-WY", "zone_mean")
    nowhere = assess(at(cloud="aws", region="us-gov-west-1"))
    assert trace(nowhere) == ("egrid-US-2023", "country")
    assert [f.message for f in findings(nowhere, "factor-fallback") if f.message.startswith("grid_direct")] == [
        "grid_direct: 349.667 gCO2e/kWh (egrid-US-2023) is that of the country: none is known for the place that the run names"
    ]


def test_puerto_rico_is_a_subregion():
    for place in ({"country": "PR"}, {"subdivision": "US-PR"}):
        assert trace(assess(at(**place))) == ("egrid2023-PRMS", "state_zone")


def test_no_rate_of_what_a_state_generates_serves_as_the_grid():
    states = [f for f in store.load().factors if f.source == "egrid2023_state"]
    assert len(states) == 51  # with DC
    assert {f.quantity for f in states} == {"state_generation_direct"}


def test_the_likeliest_zone_of_a_region_is_told_and_as_wide_as_the_others():
    a = assess(at(cloud="azure", region="eastus"))
    assert trace(a) == ("likeliest-egrid2023-SRVC-of-azure-eastus", "region_zone")
    assert value(a, "use_co2e_location") == pytest.approx(270.489)
    assert figure(a, "use_co2e_location", grid_zone="US-EGRID-SRVC")["value"] == pytest.approx(270.489)
    [factor] = [f for f in a.resolved.factors if f.id == "likeliest-egrid2023-SRVC-of-azure-eastus"]
    assert (factor.low, factor.high) == pytest.approx((0.270489, 0.415515))  # SRVC itself, and RFCW
    assert factor.notes == "likeliest of egrid2023-SRVC, egrid2023-RFCW, egrid2023-RFCE"
    assert [(f.severity, f.message) for f in findings(a, "grid-zone-assumed")] == [
        (
            "warning",
            "region eastus lies in one of several grid zones: US-EGRID-SRVC is used as the likeliest; "
            "US-EGRID-RFCW and US-EGRID-RFCE cannot be excluded",
        )
    ]


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"cloud": "aws", "region": "us-west-2", "grid_zone": "US-EGRID-SRVC"},
         ("warning", "grid zone US-EGRID-SRVC is stated and used, but region us-west-2 lies in US-EGRID-NWPP")),
        ({"subdivision": "US-AZ", "grid_zone": "US-EGRID-SRVC"},
         ("warning", "grid zone US-EGRID-SRVC is stated and used, but US-AZ lies in US-EGRID-AZNM and US-EGRID-NWPP")),
        ({"cloud": "aws", "region": "us-west-2", "subdivision": "US-VA"},
         ("warning", "state or province US-VA is stated, region us-west-2 lies in US-OR")),
        ({"country": "FR", "grid_zone": "US-EGRID-SRVC"},
         ("error", "country FR is stated, grid zone US-EGRID-SRVC lies in US")),
        ({"cloud": "aws", "region": "us-east-1", "grid_zone": "US-EGRID-RFCE"}, None),  # cannot be excluded
        ({"country": "PR", "grid_zone": "US-EGRID-PRMS"}, None),
        ({"country": "US", "subdivision": "US-CA", "grid_zone": "US-CAL-CISO"}, None),  # a zone of others
        ({"country": "SE", "grid_zone": "SE-EL-SE3"}, None),
    ],
)  # fmt: skip
def test_a_zone_or_state_that_contradicts_is_told(place, told):
    found = [(f.severity, f.message) for f in findings(assess(at(**place)), "place-contradicts")]
    assert found == ([told] if told else [])


def test_a_stated_zone_of_which_nothing_is_known_is_told():
    a = assess(at(subdivision="US-WA", grid_zone="US-EGRID-NWPQ"))
    assert trace(a) == ("egrid2023-NWPP", "state_zone")
    assert [f.message for f in findings(a, "factor-fallback") if f.message.startswith("grid_direct")] == [
        "grid_direct: 288.152 gCO2e/kWh (egrid2023-NWPP) is that of the grid zone in which the state lies: none is known for the place that the run names"
    ]


def test_a_factor_of_ones_own_for_the_state_or_zone_counts(tmp_path):
    """What a user knows of the state goes before its zones; a later edition of the zones makes a mean of its own."""
    base = {"quantity": "grid_direct", "unit": "kgCO2e/kWh", "scope": "direct"}
    own = factor_set(tmp_path / "state", [{"id": "own-or", "geography": "US-OR", "value": 0.1} | base])
    assert trace(assess(at(subdivision="US-OR"), factors=[own])) == ("own-or", "subdivision")
    dated = base | {"valid_from": "2024-01-01", "valid_to": "2024-12-31"}
    rows = [
        {"id": f"own-{z}", "geography": f"US-EGRID-{z}", "value": v} | dated for z, v in (("HIOA", 0.4), ("HIMS", 0.2))
    ]
    later = factor_set(tmp_path / "zones", rows, name="own/zones")
    record = at(subdivision="US-HI") | {"start": "2024-03-01T00:00:00Z"}
    a = assess(record, factors=[later])
    assert trace(a)[0] == "mean-own-HIOA-of-US-HI"
    shares = {z.code: z.share for z in grid_zones.shares(a.catalogue.sets)["US-HI"]}
    assert value(a, "use_co2e_location") == pytest.approx(
        1000 * (0.4 * shares["US-EGRID-HIOA"] + 0.2 * shares["US-EGRID-HIMS"])
    )


def test_shares_add_up_and_every_state_is_there():
    with (folder("factors") / "grid/egrid-2023/zones.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["geography"]] = sums.get(row["geography"], 0.0) + float(row["share"])
    assert all(total == pytest.approx(1, abs=2e-5) for total in sums.values())
    assert len(sums) == 52  # 50 states, DC and Puerto Rico
    known = {f.key[KEYS.index("geography")] for f in store.load().factors if f.quantity == "grid_direct"}
    assert {row["zone"] for row in rows} <= known


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("QQ-A,QQ-1,0.5\nQQ-A,QQ-2,0.4\n", "{path}: QQ-A: share: the shares add up to 0.9. Correct them: they are shares of the whole area."),
        ("QQ-A,QQ-1,two\n", "{path}: row 2: share: not a share (found two). Write a number above 0, up to 1."),
        ("QQ-A,QQ-1,0\n", "{path}: row 2: share: not a share (found 0). Write a number above 0, up to 1."),
    ],
)  # fmt: skip
def test_shares_of_ones_own_that_are_wrong_are_named(tmp_path, rows, message):
    own = factor_set(tmp_path / "own", [])
    (own / "zones.csv").write_text(f"geography,zone,share\n{rows}", encoding="utf-8")
    with pytest.raises(FactorError) as caught:
        assess(at(country="FR"), factors=[own])
    assert str(caught.value) == message.format(path=own / "zones.csv")
