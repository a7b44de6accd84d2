"""Embodied hardware: which footprint is used, dies and memory, the host and its parts, resources, water, what is left out."""

from __future__ import annotations

import json
import math

import pytest
from conftest import assess, factor_set, figure, findings, run, value

from lca.catalogue import store
from lca.catalogue.devices import DeviceIndex
from lca.engine.bottom_up import bottom_up
from lca.errors import FactorError

CATALOGUE = store.load()
INDEX = DeviceIndex(CATALOGUE.sets)
LIFE = 43800.0  # default lifetime in hours
V100 = {"model": "Tesla V100-SXM2-16GB", "count": 8}
H100 = {"model": "NVIDIA H100 80GB HBM3", "count": 8}
CPU = {"kind": "cpu", "model": "EPYC 9654", "count": 2, "die_area": "1261 mm2", "power": "200 W"}
RAM = {"kind": "memory", "count": 32, "capacity": "64 GB"}
SSD = {"model": "NVMe SSD", "count": 8, "capacity": "3.84 TB", "power": "5 W"}


def built(name):
    return bottom_up(CATALOGUE, INDEX.resolve(name))


def per_device(a, row=0):
    return a.columns["device_embodied"][row]


def rule_of(a, row=0, quantity="device_embodied"):
    return a.plan.rules[a.columns[f"{quantity}__rule"][row]].id


@pytest.mark.parametrize(("name", "published"), [("NVIDIA H100 80GB HBM3", 164), ("NVIDIA A100-SXM4-40GB", 127.6)])
def test_the_published_footprint_lies_inside_the_bottom_up_interval(name, published):
    made = built(name)
    assert made.interval[0] < published < made.interval[1]


@pytest.mark.parametrize(
    ("name", "lacking"),
    [("NVIDIA B200", ("die_area", "die_count")), ("TPU v4", ("die_area", "die_count", "memory_embodied_per_gb")),
     ("MI300X", ("die_area", "die_count"))],
)  # fmt: skip
def test_an_unknown_die_area_is_never_somebody_elses(name, lacking):
    made = built(name)
    assert math.isnan(made.value)
    assert made.lacking == lacking


def test_the_dies_of_a_package_yield_one_by_one():
    """MI250X: 724 mm2 is one of two dies. One die of twice the area would yield less and weigh more."""
    a = assess(run(devices=[{"model": "MI250X", "count": 1}]))
    wafer = 2.02825
    good = (1 - math.exp(-0.724)) / 0.724
    assert a.columns["die_embodied"][0] == pytest.approx(2 * 7.24 * wafer / good**2 + 0.15)
    assert a.columns["memory_embodied"][0] == pytest.approx(128 * 0.9)


def test_wafer_factors_hold_no_yield():
    """Murphy yield on top of ACT's 0.875, or of imec's figures per area of good die, would count yield twice."""
    found = [f for f in CATALOGUE.factors if f.quantity == "wafer_embodied"]
    assert {f.source for f in found} == {"act_v2"}
    assert all("before yield" in f.scope for f in found)
    seven = next(f for f in found if f.id == "act_v2-wafer-7nm")
    energy, gas, materials, grid = 2.15, (0.350 + 0.200) / 2, 0.500, 0.583  # EPA, GPA 95-99 %, MPA, Taiwan 2022
    assert seven.value == pytest.approx(energy * grid + gas + materials, rel=0.001)


def test_stated_before_published_before_bottom_up_before_class():
    assert rule_of(assess(run(devices=[H100]))) == "device-embodied-published"
    assert per_device(assess(run(devices=[H100]))) == 164
    made = assess(run(devices=[V100]))
    assert rule_of(made) == "device-embodied-bottom-up"
    assert [f.run for f in findings(made, "embodied-bottom-up")] == ["r"]
    unknown = assess(run(devices=[{"model": "MI300X", "count": 8}]))
    assert rule_of(unknown) == "device-embodied-of-class"
    assert per_device(unknown) == 150
    assert [f for f in findings(unknown, "factor-fallback") if f.message.startswith("embodied_class")]
    stated = assess(run(devices=[{**V100, "embodied": "99 kgCO2e"}]))
    assert value(stated, "embodied_co2e") == pytest.approx(99 * 80 / LIFE)
    off = assess(run(devices=[V100]), profile={"id": "p", "rules_off": ["device-embodied-bottom-up"]})
    assert per_device(off) == 150


def test_a_pin_wins_over_bottom_up():
    pins = [{"quantity": "embodied_device", "value": "80 kgCO2e", "reason": "told by the maker"}]
    made = assess(run(devices=[V100]), profile={"id": "p", "pins": pins})
    assert (per_device(made), rule_of(made)) == (80, "device-embodied-published")


def test_a_host_of_listed_parts_takes_the_place_of_the_modelled_one():
    made = assess(run(devices=[H100, CPU, RAM, SSD]))
    parts = [164, 9.14 + 1.97 * 12.61, 64 * 0.4, 3840 * 0.018]
    assert [per_device(made, row) for row in range(4)] == pytest.approx(parts)
    hours = [80, 20, 320, 80]
    total = sum(p * h for p, h in zip(parts, hours, strict=True)) / LIFE
    assert value(made, "embodied_co2e") == pytest.approx(total)
    assert [f.severity for f in findings(made, "host-parts")] == ["info"]
    assert "board, casing, power supply and what is not listed are left out" in findings(made, "host-parts")[0].message
    assert figure(made, "embodied_co2e")["missing"] == 0


@pytest.mark.parametrize(
    "devices",
    [[H100, {**CPU, "die_area": None}, RAM], [H100, CPU], [H100, CPU, {**RAM, "capacity": None}],
     [H100, CPU, RAM, {"kind": "storage", "model": "tape", "capacity": "18 TB"}]],
)  # fmt: skip
def test_parts_without_a_figure_are_inside_the_modelled_host(devices):
    devices = [{k: v for k, v in d.items() if v is not None} for d in devices]
    made = assess(run(devices=devices))
    assert value(made, "embodied_co2e") == pytest.approx(value(assess(run(devices=[H100])), "embodied_co2e"))
    assert figure(made, "embodied_co2e")["missing"] == 0
    assert "inside the modelled host" in findings(made, "host-parts")[0].message


def test_parts_are_never_added_to_a_footprint_that_holds_the_host():
    tpu = {"model": "TPU v4", "count": 4}
    alone = value(assess(run(devices=[tpu])), "embodied_co2e")
    assert value(assess(run(devices=[tpu, CPU, RAM])), "embodied_co2e") == pytest.approx(alone)
    server = {"host": {"model": "Dell PowerEdge R740"}}
    alone = value(assess(run(devices=[H100], **server)), "embodied_co2e")
    assert value(assess(run(devices=[H100, CPU, RAM], **server)), "embodied_co2e") == pytest.approx(alone)


def test_a_server_without_accelerators_is_the_sum_of_its_parts():
    made = assess(run(devices=[CPU, RAM]))
    assert value(made, "embodied_co2e") == pytest.approx(((9.14 + 1.97 * 12.61) * 20 + 25.6 * 320) / LIFE)
    unknown = assess(run(devices=[{"kind": "memory", "count": 4, "power": "5 W"}]))
    told = figure(unknown, "embodied_co2e")
    assert told["value"] is None
    assert told["reason"] == "no factor set holds the embodied emissions of the device for memory in general"


def test_memory_without_power_takes_power_per_gb():
    made = assess(run(devices=[RAM]))
    assert value(made, "it_energy") == pytest.approx(32 * 64 * 0.3725e-3 * 10)
    assert [f for f in findings(made, "assumed-default") if f.message.startswith("memory_power_per_gb")]
    assert value(assess(run(devices=[{**RAM, "power": "5 W"}])), "it_energy") == pytest.approx(1.6)
    assert value(assess(run(devices=[{**SSD, "power": None}])), "it_energy") is None


def test_capacity_die_area_and_embodied_change_no_energy():
    bare = [H100, {k: v for k, v in CPU.items() if k != "die_area"}, {**RAM, "power": "5 W"}, {**SSD}]
    rich = [{**H100, "embodied": {"adpe": "0.01 kgSbeq", "water": "100 L"}}, CPU, {**RAM, "power": "5 W"}, SSD]
    for quantity in ("device_hours", "it_energy", "facility_energy", "use_co2e", "water"):
        assert value(assess(run(devices=bare)), quantity) == value(assess(run(devices=rich)), quantity)


#: of electricity neither abiotic depletion nor primary energy is known
OF_HARDWARE = {"id": "p", "factor_sets": {"without": ["grid/adpe-mix", "grid/primary-energy-mix"]}}


def test_resources_of_hardware_are_counted_and_what_is_missing_is_named():
    made = assess(run(devices=[H100]), profile=OF_HARDWARE)
    adpe = figure(made, "adpe")
    assert adpe["value"] == pytest.approx(0.00895 * 80 / LIFE)
    assert value(made, "primary_energy") == pytest.approx(3721 * 80 / LIFE)
    assert adpe["missing"] == 1
    assert "no factor set holds the abiotic depletion of electricity for FR" in adpe["reason"]
    assert "adpe_hosts is not determined" in adpe["reason"]


def test_with_those_of_electricity_by_the_generation_mix_only_the_host_is_missing():
    """France 2023: factors adpe-mix-FR-2023 and primary-energy-mix-FR-2023 of the shipped sets."""
    made = assess(run(devices=[H100]))
    factors = {f.id: f.value for f in made.resolved.factors}
    energy = value(made, "facility_energy")
    assert value(made, "adpe") == pytest.approx(energy * factors["adpe-mix-FR-2023"] + 0.00895 * 80 / LIFE)
    assert value(made, "primary_energy") == pytest.approx(
        energy * factors["primary-energy-mix-FR-2023"] + 3721 * 80 / LIFE
    )
    assert "electricity" not in figure(made, "adpe")["reason"]


def test_a_set_of_ones_own_gives_the_use_part(tmp_path):
    rows = [{"id": "own-adpe", "quantity": "grid_adpe", "geography": "FR", "value": 5e-8, "unit": "kgSbeq/kWh"},
            {"id": "own-pe", "quantity": "grid_primary_energy", "geography": "FR", "value": 11.3, "unit": "MJ/kWh"}]  # fmt: skip
    made = assess(run(devices=[H100]), factors=[factor_set(tmp_path / "own", rows)])
    energy = value(made, "facility_energy")
    assert value(made, "adpe") == pytest.approx(energy * 5e-8 + 0.00895 * 80 / LIFE)
    assert value(made, "primary_energy") == pytest.approx(energy * 11.3 + 3721 * 80 / LIFE)


def test_stated_resources_and_water_are_allocated_by_life():
    """Morrison et al. 2025, section 4.1: 102.6 L per GPU over four years, 1.65 million GPU-hours, 4.8 kL."""
    device = {"model": "NVIDIA H100 80GB HBM3", "device_hours": "1650000 h", "lifetime": "4 years",
              "embodied": {"embodied_co2e": "0.013 kg", "water": "102.6 L", "adpe": "0.02 kgSbeq", "primary_energy": "4000 MJ"}}  # fmt: skip
    log = run(devices=[device], host={"embodied": {"embodied_co2e": "3700 kg"}, "lifetime": "4 years"})
    made = assess(log, profile=OF_HARDWARE)
    share = 1650000 / 35040
    assert value(made, "embodied_water") == pytest.approx(102.6 * share)
    assert value(made, "embodied_water") == pytest.approx(4800, abs=50)
    assert value(made, "adpe") == pytest.approx(0.02 * share)
    assert value(made, "primary_energy") == pytest.approx(4000 * share)
    assert value(made, "water") == pytest.approx(value(made, "water_onsite") + value(made, "water_offsite"))


def test_a_run_that_states_any_embodied_value_gets_none_modelled():
    made = assess(run(devices=[{**H100, "embodied": {"adpe": "0.01 kgSbeq"}}, CPU, RAM]))
    told = figure(made, "embodied_co2e")
    assert told["value"] is None
    assert told["reason"] == "the run states embodied values of its own, to which nothing modelled is added"


def test_the_catalogue_shows_published_and_bottom_up_side_by_side(cli):
    told = cli("devices", "NVIDIA H100 80GB HBM3").out.splitlines()[-2:]
    assert told == [
        "  bottom-up: 158.9 kgCO2e per card, 119 to 217.7",
        "  published: 164 kgCO2e (nvidia_hgx_h100_pcf-h100-sxm5-80-embodied); published / bottom-up = 1.03, inside the interval",
    ]
    assert "bottom-up: not determined: no factor set holds die_area, die_count for it" in cli("devices", "B200").out
    assert "published: no footprint of the product is known" in cli("devices", "Tesla V100-SXM2-16GB").out


def test_reports_say_what_is_left_out(tmp_path):
    made = assess(run())
    text = made.report(tmp_path, formats=("html",))["html"].read_text("utf-8")
    for part in ("Network equipment beyond the server: not included", "Data-centre building: not included"):
        assert part in text


DEVICE = "lca: runs.json: run 2: devices[0]."
BAD = {
    "lifetime": ("0 h", "lifetime: must be more than 0 (found 0 h). Correct the value."),
    "lifetime_utilisation": (0, "lifetime_utilisation: must be more than 0 (found 0). Correct the value."),
    "utilisation": (1.2, "utilisation: must be at most 1 (found 1.2). Correct the value."),
    "capacity": ("0 GB", "capacity: must be more than 0 (found 0 GB). Correct the value."),
    "die_area": ("8 kg", "die_area: 'kg' is the wrong dimension here (found 8 kg). Use mm2 or cm2."),
    "embodied": ({"adpe": "1 kg"}, "embodied.adpe: 'kg' is the wrong dimension here (found 1 kg). Use kgSbeq."),
}


@pytest.mark.parametrize("name", BAD)
def test_impossible_lives_and_sizes_are_refused_by_name(cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    given, told = BAD[name]
    records = [run("good"), run("bad", devices=[{**H100, name: given}])]
    (tmp_path / "runs.json").write_text(json.dumps(records))
    done = cli("assess", "runs.json", "--json")
    assert done.err == DEVICE + told + "\n"
    assert done.code == 1


def test_a_lifetime_of_nothing_in_host_and_profile_is_refused(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs.json").write_text(json.dumps([run("good"), run("bad", host={"lifetime": "0 years"})]))
    assert cli("assess", "runs.json", "--json").err == (
        "lca: runs.json: run 2: host.lifetime: must be more than 0 (found 0 years). Correct the value.\n"
    )
    (tmp_path / "p.yaml").write_text("pins: [{quantity: device_lifetime, value: 0 h, reason: for a test}]\n")
    done = cli("assess", "runs.json", "--profile", "p.yaml", "--json")
    assert done == (2, "", "lca: profile p: pins[0].value: must be more than 0 (found 0 h). Correct the value.\n")


def test_a_named_server_gives_its_power_and_its_footprint():
    """PowerEdge R740: 1760.3 kWh a year, 1313 kg for making it."""
    host = {"model": "Dell PowerEdge R740", "count": 1, "exclusive": True}
    made = assess(run(devices=[{**H100, "power": "500 W"}], host=host))
    watts = 200.9
    assert value(made, "it_energy") == pytest.approx(8 * 0.5 * 10 + watts / 1000 * 10)
    assert value(made, "embodied_co2e") == pytest.approx(164 * 80 / LIFE + 1313 * 10 / LIFE)
    assert "average power on the sheet of the server" in findings(made, "modelled-component")[0].message
    alone = assess(run(devices=[{"model": "Dell PowerEdge R740", "count": 2}]))
    assert value(alone, "it_energy") == pytest.approx(2 * watts / 1000 * 10)
    assert value(alone, "embodied_co2e") == pytest.approx(1313 * 20 / LIFE)
    stated = assess(run(devices=[{**H100, "power": "500 W"}], host={**host, "power": "1 kW"}))
    assert value(stated, "it_energy") == pytest.approx(50)


def test_an_exclusion_without_a_known_source_is_refused(tmp_path):
    folder = factor_set(tmp_path / "own", [{"id": "x", "quantity": "pue", "value": 1.1, "unit": "1"}])
    (folder / "exclusions.csv").write_text("id,part,reason,source\nroof,roof,not included,nobody\n")
    with pytest.raises(FactorError) as caught:
        store.load([tmp_path / "own"])
    assert str(caught.value) == (
        f"{folder / 'exclusions.csv'}: roof: source: no such key among the sources of datapackage.json (found nobody). "
        "Add the source with title, publisher, year and address."
    )
