"""Lookups: the level of place and of period is recorded, a forbidden step is not taken, an unknown name stays unknown."""

from __future__ import annotations

import pytest
from conftest import assess, delivered, factor_set, figure, findings, run, value, write

from lca.catalogue import store
from lca.catalogue.devices import DeviceIndex, fold
from lca.errors import FactorError


def row(code: str, year: int | None, amount: float, quantity: str = "grid_lifecycle", **keys: str) -> dict[str, object]:
    dates = {"valid_from": f"{year}-01-01", "valid_to": f"{year}-12-31"} if year else {}
    return {"id": f"own-{code}-{year}", "quantity": quantity, "value": amount, "unit": "kgCO2e/kWh", **dates, **keys}


def trace(a, column: str = "grid_lifecycle", row: int = 0) -> tuple[str, str, str]:
    frame = a.results
    return tuple(frame[f"{column}_{part}"][row] for part in ("factor", "level", "period"))


@pytest.mark.parametrize(
    ("place", "level", "marked"),
    [
        ({"country": "FR"}, "country", False),
        ({"country": "FRA"}, "country", False),
        ({"subdivision": "US-VA"}, "country", False),  # direct and upstream of the state are used instead
        ({"country": "CA", "subdivision": "CA-QC"}, "country", False),  # the same
        ({"cloud": "gcp", "region": "europe-north1"}, "country", False),
        ({"cloud": "Google Cloud", "region": "EUROPE-NORTH1"}, "country", False),
        ({"country": "NA"}, "country", False),
        ({"country": "AQ"}, "world", True),
        (None, "world", True),
    ],
)  # fmt: skip
def test_level_of_place(place, level, marked):
    a = assess(run(location=place))
    assert trace(a)[1] == level
    told = [f for f in findings(a, "factor-fallback") if f.message.startswith("grid_lifecycle")]
    assert bool(told) == marked
    assert bool(findings(a, "location-missing")) == (place is None)


def test_a_cloud_region_leads_to_its_country():
    assert assess(run(location={"cloud": "gcp", "region": "europe-north1"})).results["country"][0] == "FI"
    unknown = assess(run(location={"cloud": "aws", "region": "mars-1"}))
    assert findings(unknown, "unknown-region")
    assert trace(unknown)[1] == "world"


def test_namibia_is_a_country_and_not_a_missing_value():
    a = assess(run(location={"country": "NA"}))
    assert a.results["country"][0] == "NA"
    assert trace(a)[0].startswith("owid-ember-NA-")
    assert figure(a, "use_co2e", country="NA")["value"] == value(a, "use_co2e")


def test_stated_grid_zone_before_subdivision_before_country_before_world(tmp_path):
    rows = [row("world", 2023, 0.9, geography="WORLD", replaces="owid-ember-WORLD-2023"), row("us", 2023, 0.8, geography="US"),
            row("va", 2023, 0.7, geography="US-VA"), row("zone", 2023, 0.6, geography="US-EGRID-SRVC")]  # fmt: skip
    place = {"country": "US", "grid_zone": "US-EGRID-SRVC", "subdivision": "US-VA"}
    for taken in range(4):
        a = assess(
            run(location=place), factors=[factor_set(tmp_path / str(taken), rows[: 4 - taken], name=f"own/{taken}")]
        )
        assert trace(a)[1] == ("grid_zone", "subdivision", "country", "world")[taken] or taken == 3
        if taken < 1:  # the direct factor of the grid zone is nearer than what is left after that
            assert value(a, "use_co2e") == pytest.approx(48 * (0.6 + 0.1 * taken) / (1 - 0.042))


@pytest.mark.parametrize(
    ("start", "year", "period"),
    [("2021-06-01T00:00:00Z", 2021, "exact"), ("2022-06-01T00:00:00Z", 2021, "earlier"),
     ("2016-06-01T00:00:00Z", 2018, "later"), (None, 2024, "latest"), ("2026-02-01T00:00:00Z", 2024, "earlier"),
     ("2021-12-31T23:30:00-05:00", 2021, "earlier"), ("2022-01-01T06:00:00+05:00", 2021, "earlier")],
)  # fmt: skip
def test_period(tmp_path, start, year, period):
    """Antarctica, of which the shipped sets know nothing. The year is that of UTC."""
    own = factor_set(tmp_path / "own", [row("aq", y, y / 1000, geography="AQ") for y in (2018, 2021, 2024)])
    a = assess(run(start=start, location={"country": "AQ"}), factors=[own])
    assert trace(a) == (f"own-aq-{year}", "country", period)
    assert bool([f for f in findings(a, "factor-period") if f.message.startswith("grid_lifecycle")]) == (
        period != "exact"
    )


def test_each_part_of_a_run_over_new_year_has_a_period_of_its_own(tmp_path):
    """From 20:00 UTC of 31 December 2021: the hours of that year find its factor, those after it one of the year before."""
    own = factor_set(tmp_path / "own", [row("aq", y, y / 1000, geography="AQ") for y in (2018, 2021, 2024)])
    a = assess(run(start="2022-01-01T01:00:00+05:00", location={"country": "AQ"}), factors=[own])
    assert [trace(a, row=n) for n in (0, 1)] == [("own-aq-2021", "country", p) for p in ("exact", "earlier")]


def test_an_undated_factor_is_no_miss_of_period(tmp_path):
    a = assess(
        run(location={"country": "AQ"}), factors=[factor_set(tmp_path / "own", [row("aq", None, 0.5, geography="AQ")])]
    )
    assert trace(a) == ("own-aq-None", "country", "undated")
    assert not [f for f in findings(a, "factor-period") if f.message.startswith("grid_lifecycle")]


def test_forbidden_steps_are_not_taken():
    nowhere = run(location=None)
    assert value(assess(nowhere), "use_co2e") is not None
    for profile in ("strict", "ghg-protocol", {"id": "p", "forbid": {"levels": ["world"]}}):
        a = assess(nowhere, profile=profile)
        assert figure(a, "use_co2e")["value"] is None
        assert figure(a, "use_co2e")["reason"]
    old = run(start="1999-05-01T00:00:00Z")
    assert value(assess(old), "use_co2e") is not None
    assert value(assess(old, profile={"id": "p", "forbid": {"periods": ["later"]}}), "use_co2e") is None


def test_strict_takes_no_default():
    a = assess(run(facility=None, devices=[{"model": "H100", "count": 8}]), profile="strict")
    assert value(a, "it_energy") is None
    assert value(a, "facility_energy") is None
    assert all(f["tier"] <= 2 for f in a.figure_list() if f["value"] is not None)


def test_the_order_of_fallback_is_the_profiles(tmp_path):
    own = factor_set(tmp_path / "own", [row("va", 2023, 0.6, geography="US-VA")])
    record = run(location={"subdivision": "US-VA"})
    assert trace(assess(record, factors=[own]))[1] == "subdivision"
    a = assess(record, factors=[own], profile={"id": "p", "fallback": {"grid_lifecycle": ["country"]}})
    assert trace(a)[1] == "country"


def test_a_pin_replaces_and_is_marked_and_limited():
    pins = [{"quantity": "pue", "value": 1.5, "reason": "audited by a third party", "where": {"system": "Model A"}}]
    a = assess(run("a"), run("b", system="Model B"), profile={"id": "p", "pins": pins})
    assert [value(a, "facility_energy", run=r) for r in "ab"] == pytest.approx([60, 48])
    assert [(f.run, "audited by a third party" in f.message) for f in findings(a, "pinned")] == [("a", True)]
    pins = [{"quantity": "grid_lifecycle", "value": "300 gCO2e/kWh", "reason": "contract with the operator"}]
    a = assess(run(), profile={"id": "p", "pins": pins})
    assert value(a, "use_co2e") == pytest.approx(delivered(48 * 0.3))
    assert trace(a)[1] == "pin"


def test_a_site_gives_place_pue_and_water():
    sites = {"lab": {"country": "NO", "pue": 1.1, "wue": "0.2 L/kWh", "source": "meter"}}
    a = assess(run(location={"site": "lab"}, facility=None), profile={"id": "p", "sites": sites})
    assert value(a, "facility_energy") == pytest.approx(44)
    assert value(a, "water_onsite") == pytest.approx(8)
    assert a.results["country"][0] == "NO"
    assert a.results["pue_level"][0] == "site"
    assert value(
        assess(run(location={"site": "lab"}), profile={"id": "p", "sites": sites}), "facility_energy"
    ) == pytest.approx(48)
    assert findings(assess(run(location={"site": "lab"})), "unknown-site")


def test_pue_of_region_provider_industry():
    levels = [assess(run(facility=None, location=place)).results["pue_level"][0]
              for place in ({"cloud": "gcp", "region": "europe-north1"}, {"cloud": "aws", "country": "FR"}, {"country": "FR"})]  # fmt: skip
    assert levels[1:] == ["provider", "industry"]
    assert levels[0] in ("region", "provider")


def test_an_overlay_replaces_and_the_earlier_set_wins(tmp_path):
    one = factor_set(tmp_path / "1", [row("fr", 2023, 0.1, geography="FR")], name="own/one")
    two = factor_set(tmp_path / "2", [row("fr2", 2023, 0.2, geography="FR")], name="own/two")
    record = run()
    shipped = value(assess(record), "use_co2e")
    assert value(assess(record, factors=[one]), "use_co2e") == pytest.approx(delivered(4.8))
    assert value(assess(record, factors=[one, two]), "use_co2e") == pytest.approx(delivered(4.8))
    assert value(assess(record, factors=[two, one]), "use_co2e") == pytest.approx(delivered(9.6))
    order = {"id": "p", "factor_sets": {"order": ["own/two"]}}
    assert value(assess(record, factors=[one, two], profile=order), "use_co2e") == pytest.approx(delivered(9.6))
    without = {"id": "p", "factor_sets": {"without": ["own/one"]}}
    assert value(assess(record, factors=[one], profile=without), "use_co2e") == pytest.approx(shipped)
    gone = factor_set(
        tmp_path / "3", [row("fr", 2024, 0.3, geography="FR", replaces="owid-ember-FR-2023")], name="own/three"
    )
    assert trace(assess(record, factors=[gone]))[0] != "owid-ember-FR-2023"


def test_an_edited_overlay_is_read_again(tmp_path, monkeypatch):
    """In a notebook: edit the file, assess again. And the same relative name in another folder is another set."""
    own = factor_set(tmp_path / "own", [row("fr", 2023, 0.1, geography="FR")])
    assert value(assess(run(), factors=[own]), "use_co2e") == pytest.approx(delivered(4.8))
    factor_set(own, [row("fr", 2023, 0.2, geography="FR")])
    assert value(assess(run(), factors=[own]), "use_co2e") == pytest.approx(delivered(9.6)), (
        "the old factor is still in use"
    )


INDEX = DeviceIndex(store.load().sets)


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("NVIDIA A100-SXM4-80GB", "a100"), ("A100-SXM4-40GB", "a100"), ("NVIDIA H100 80GB HBM3", "h100"),
        ("Tesla V100-SXM2-16GB", "v100"), ("1 x Tesla V100-SXM2-16GB", ""), ("Tesla T4", "t4"), ("NVIDIA A10G", "a10g"),
        ("NVIDIA GeForce RTX 3090", "3090"), ("NVIDIA L4", "l4"), ("TPU v4", "tpu-v4"), ("tpu-v5e", "v5e"),
        ("AMD Instinct MI250X", "mi250x"), ("nvidia_a100_sxm4_80gb", "a100"), ("  nvidia-h100 80gb hbm3 ", "h100"),
        ("H1000", ""), ("A100X SXM4 80GB", ""), ("", ""), ("gpu", ""), ("NVIDIA", ""), ("🙂", ""),
    ],
)  # fmt: skip
def test_names_as_logs_write_them(name, like):
    found = INDEX.resolve(name)
    assert (found is None) == (like == "")
    if found is not None:
        assert like in found.id


def test_no_name_leads_to_two_devices():
    seen: dict[str, str] = {}
    for made in store.load().sets:
        for record in made.devices:
            for name in [
                record["id"],
                record["name"],
                *record["aliases"].split("|"),
                *record["loose_aliases"].split("|"),
            ]:
                if fold(name):
                    assert seen.setdefault(fold(name), record["id"]) == record["id"], name
                    found = INDEX.resolve(name)
                    assert found is not None
                    assert found.id == record["id"]


def test_a_loose_name_is_told():
    assert findings(assess(run(devices=[{"model": "A100", "count": 1}])), "device-ambiguous")
    assert not findings(assess(run(devices=[{"model": "NVIDIA A100-SXM4-80GB", "count": 1}])), "device-ambiguous")


def test_an_instance_type_counts_its_devices():
    a = assess(run(devices=[{"model": "p4d.24xlarge", "count": 2}]))
    assert value(a, "device_hours") == 2 * 8 * 10
    assert findings(a, "instance-expanded")
    by_device = assess(run(devices=[{"model": "NVIDIA A100-SXM4-40GB", "count": 16}]))
    assert value(a, "it_energy") == pytest.approx(value(by_device, "it_energy"))
    stated = assess(
        run(
            duration=None,
            devices=[{"model": "p4d.24xlarge", "device_hours": "80 h", "power": "3 kW", "power_boundary": "node"}],
        )
    )
    assert value(stated, "device_hours") in (80, 640)


def test_an_unknown_device_never_resolves_by_likeness():
    for made in store.load().sets:
        for record in made.devices:
            for name in (record["name"] + " X", "Super " + record["name"], record["name"] + " 9"):
                found = INDEX.resolve(name)
                assert found is None or found.id == record["id"] or fold(name) in {fold(a) for a in _names(found.id)}


def _names(identifier: str) -> list[str]:
    record = INDEX.records[identifier]
    return [record["id"], record["name"], *record["aliases"].split("|"), *record["loose_aliases"].split("|")]


def test_an_alias_of_two_devices_is_refused(tmp_path):
    own = factor_set(tmp_path / "own", [])
    write(own / "devices.csv", "id,name,class,aliases,loose_aliases\nx1,X One,gpu,shared,\nx2,X Two,gpu,Shared!,\n")
    with pytest.raises(FactorError, match=r"factor set own/test: device x2: the name 'Shared!' also means x1"):
        assess(run(), factors=[own])
