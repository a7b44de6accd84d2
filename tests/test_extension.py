"""A rule, a factor set and a device from a folder of one's own, without touching the package."""

from __future__ import annotations

import csv
import io
import json

import pytest
from conftest import assess, delivered, factor_set, figure, run, value, write

RULE = '''
from lca.engine.rule import Example, rule


@rule(
    id="own-cooling", tier=1, rank=0, gives="water_onsite", unit="L",
    needs={"facility_energy": "kWh", "own_cooling": "L/kWh"}, references=["Own measurement campaign 2024"],
    examples=[Example({"facility_energy": 10.0, "own_cooling": 0.5}, 5.0, "own")],
)
def own_cooling(facility_energy, own_cooling):
    """Water of the cooling tower by facility energy, where the own factor is known."""
    return facility_energy * own_cooling
'''
DEVICE = "id,name,class,aliases,loose_aliases\nown-npu,Own NPU 9000,gpu,npu9k|NPU-9000 OAM,\n"


@pytest.fixture
def own(tmp_path):
    factor_set(tmp_path / "factors" / "grid", [
        {"id": "own-fr", "quantity": "grid_lifecycle", "geography": "FR", "value": "0.1", "low": "0.08", "high": "0.13",
         "unit": "kgCO2e/kWh", "valid_from": "2023-01-01", "valid_to": "2023-12-31"}], name="own/grid")  # fmt: skip
    factor_set(tmp_path / "factors" / "device", [
        {"id": "own-npu-power", "quantity": "rated_power", "device": "own-npu", "value": 400, "unit": "W", "scope": "device"},
        {"id": "own-npu-made", "quantity": "embodied_device", "device": "own-npu", "value": 90, "unit": "kgCO2e", "scope": "cradle-to-gate"},
    ], name="own/device")  # fmt: skip
    write(tmp_path / "factors" / "device" / "devices.csv", DEVICE)
    write(tmp_path / "rules" / "own_cooling.py", RULE.replace('"own_cooling": "L/kWh"', '"wue_facility": "L/kWh"')
          .replace('"own_cooling": 0.5', '"wue_facility": 0.5').replace("own_cooling)", "wue_facility)")
          .replace("* own_cooling", "* wue_facility"))  # fmt: skip
    record = run(
        "own",
        devices=[{"model": "NPU 9000-OAM", "count": 4}],
        facility={"pue": 1.2, "wue": "0.5 L/kWh", "wue_basis": "facility"},
    )
    write(tmp_path / "runs.json", [record])
    return tmp_path


def test_they_are_seen_in_figures(own):
    a = assess(str(own / "runs.json"), factors=[own / "factors"], rules=[own / "rules"])
    co2e = figure(a, "use_co2e")
    assert co2e["value"] == pytest.approx(delivered((value(a, "facility_energy") or 0) * 0.1))
    assert "own-fr" in co2e["factors"]
    assert (co2e["low"], co2e["high"]) == pytest.approx((co2e["value"] * 0.8, co2e["value"] * 1.3), rel=0.2)
    assert "own-npu-power" in figure(a, "it_energy")["factors"]
    assert "own-npu-made" in figure(a, "embodied_co2e")["factors"]
    assert (
        figure(a, "water_onsite")["rules"][0] == "own-cooling@1"
        or "own-cooling@1" in figure(a, "water_onsite")["rules"]
    )
    assert figure(a, "device_hours", device="Own NPU 9000")["value"] == 40
    assert {s.id for s in a.catalogue.sets} >= {"own/grid", "own/device"}


def test_they_are_seen_in_explain_results_and_json(own, cli):
    options = ("--factors", own / "factors", "--rules", own / "rules")
    done = cli("explain", own / "runs.json", "--run", "own", "--quantity", "total_co2e", *options)
    assert done.code == 0
    for text in (
        "factor own-fr",
        "Own measurement, Tests 2024",
        "factor own-npu-power",
        "factor own-npu-made",
        "400 W",
    ):
        assert text in done.out
    water = cli("explain", own / "runs.json", "--run", "own", "--quantity", "water_onsite", *options).out
    assert "own-cooling@1: facility_energy * wue_facility" in water
    assert "Own measurement campaign 2024" in water
    from lca.export.write import results_csv

    made = assess(str(own / "runs.json"), factors=[own / "factors"], rules=[own / "rules"])
    [row] = csv.DictReader(io.StringIO(results_csv(made).decode()))
    assert (row["grid_lifecycle_factor"], row["rated_power_factor"], row["device"]) == (
        "own-fr",
        "own-npu-power",
        "Own NPU 9000",
    )
    assert row["water_onsite_rule"] == "own-cooling@1"
    document = json.loads(cli("assess", own / "runs.json", "--json", *options).out)
    assert [s["version"] for s in document["factor_sets"] if s["id"] == "own/grid"] == ["1"]


def test_they_are_in_the_catalogues(own, cli):
    assert "own-cooling@1" in cli("rules", "own-cooling", "--rules", own / "rules").out
    assert "own/grid" in cli("factors", "--factors", own / "factors").out
    shown = cli("factors", "own-fr", "--factors", own / "factors").out
    assert "Own measurement" in shown
    assert "Own NPU 9000" in cli("devices", "npu9k", "--factors", own / "factors").out


def test_a_rule_that_needs_a_new_factor_brings_it_along(tmp_path):
    """The quantity `own_cooling` exists nowhere in lca: rule and factor set together are refused or work, never silent."""
    write(tmp_path / "rules" / "own_cooling.py", RULE)
    from lca.errors import RuleError

    with pytest.raises(
        RuleError, match="it needs own_cooling, which no rule, no factor set and no field of a run gives"
    ):
        assess(run(), rules=[tmp_path / "rules"])


def test_without_them_nothing_of_them_is_left(own):
    a = assess(str(own / "runs.json"))
    assert value(a, "it_energy") is None
    assert "own" not in json.dumps([f["factors"] for f in a.figure_list()])
