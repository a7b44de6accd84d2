"""Which of several stated energies counts, and how what a run states as a whole falls to its device groups."""

from __future__ import annotations

import pytest
from conftest import assess, figure, findings, run, value

A = {"model": "NVIDIA A100-SXM4-40GB", "count": 8}


def job(**fields):
    base = {"start": "2024-05-01T00:00:00Z", "devices": [A], "facility": {"pue": 1.2}}
    return run("r", **{**base, **fields})


def meter(kwh, boundary, method="counter", **more):
    return {"value": f"{kwh} kWh", "boundary": boundary, "method": method, **more}


def test_a_meter_of_it_energy_stands_before_a_default_pue():
    a = assess(job(facility=None, energy=[meter(120, "facility", "bill"), meter(100, "it")]))
    assert value(a, "it_energy") == pytest.approx(100)
    assert value(a, "facility_energy") == pytest.approx(120)
    assert a.columns["it_energy__tier"][0] == 1


def test_energy_of_accelerators_with_pue_does_not_stand_before_a_node_meter():
    both = [meter(120, "accelerator", includes_pue=True), meter(150, "node")]
    for facility in ({"pue": 1.2}, None):
        a = assess(job(facility=facility, energy=both))
        assert value(a, "it_energy") == pytest.approx(150)
    alone = assess(job(energy=both[:1]))
    assert [f.message for f in findings(alone, "pue-already-applied")] == [
        "120 kWh of accelerators includes PUE: it is divided by the PUE of the run"
    ]


def test_a_power_curve_at_the_node_has_the_host_inside():
    device = {**A, "power_curve": [[0, "100 W"], [1, "500 W"]], "utilisation": 0.5, "power_boundary": "node"}
    assert value(assess(job(devices=[device])), "it_energy") == pytest.approx(24)


def test_energy_of_a_run_falls_to_its_groups_by_what_they_reserve():
    groups = [{**A, "location": {"country": "FR"}}, {**A, "share": 0.1, "location": {"country": "PL"}}]
    a = assess(job(devices=groups, energy=[meter(110, "node")]))
    assert value(a, "it_energy", country="FR") == pytest.approx(100)
    assert value(a, "it_energy", country="PL") == pytest.approx(10)


def test_energy_of_accelerators_falls_to_accelerators_alone():
    groups = [{**A, "power": "300 W"}, {"kind": "cpu", "count": 2, "power": "200 W"}]
    assert value(assess(job(devices=groups, energy=[meter(24, "accelerator")])), "it_energy") == pytest.approx(28)


def test_drives_beside_accelerators_take_no_part_of_their_servers():
    life = {"duration": "43800 h", "energy": [meter(1, "node")], "host": {"count": 1, "exclusive": True}}
    alone = value(assess(job(**life)), "embodied_co2e")
    assert alone == pytest.approx(8 * 127.6 + 5700)
    assert value(assess(job(devices=[A, {"kind": "storage", "count": 64}], **life)), "embodied_co2e") == pytest.approx(
        alone
    )


def test_a_full_active_life_by_energy_is_the_whole_device():
    device = {**A, "power": "400 W", "embodied": "100 kg"}
    a = assess(job(devices=[device], duration="37230 h"), profile={"id": "p", "embodied_allocation": "energy-share"})
    assert value(a, "embodied_co2e") == pytest.approx(800)


def test_a_stated_share_of_life_stands_before_the_default():
    device = {**A, "utilisation": 0.5, "embodied": "100 kg", "power": "400 W", "power_boundary": "node"}
    profile = {"id": "p", "embodied_allocation": "active-time"}
    one = value(assess(job(devices=[device]), profile=profile), "embodied_co2e")
    other = value(assess(job(devices=[{**device, "lifetime_utilisation": 0.425}]), profile=profile), "embodied_co2e")
    assert other == pytest.approx(2 * one)


def test_parts_whose_power_is_not_known_are_inside_the_modelled_host():
    gpu, cpu = {**A, "power": "300 W"}, {"kind": "cpu", "count": 2}
    alone = value(assess(job(devices=[gpu])), "it_energy")
    a = assess(job(devices=[gpu, cpu]))
    assert value(a, "it_energy") == pytest.approx(alone)
    assert any(f.message.startswith("energy of the parts listed is inside") for f in findings(a, "host-parts"))
    powered = assess(job(devices=[gpu, {**cpu, "power": "200 W"}]))
    assert value(powered, "it_energy") == pytest.approx(24 + 4)


def test_the_stated_power_of_a_host_holds_its_processors():
    groups = [{**A, "power": "300 W"}, {"kind": "cpu", "count": 2, "power": "200 W"}]
    a = assess(job(devices=groups, host={"count": 1, "power": "800 W", "exclusive": True}))
    assert value(a, "it_energy") == pytest.approx(24 + 8)


def test_power_times_hours_stands_before_a_declared_energy():
    mine = {**A, "power": "400 W", "power_boundary": "node"}
    declared = [meter(999, "it", "declared")]
    a = assess(job(devices=[mine], duration="12 h", energy=declared))
    assert value(a, "it_energy") == pytest.approx(38.4)
    assert [(f.field, f.message) for f in findings(a, "energy-not-used")] == [
        ("energy[0]", "999 kWh is only declared: what the run states of the power of its devices stands before it")
    ]
    assert value(assess(job(devices=[{**mine, "power": None}], duration="12 h", energy=declared)), "it_energy") == 999


#: without the widths that scores give
STATED_ALONE = {"id": "p", "uncertainty": {"pedigree": "none"}}
INTERVALS = [
    ({"duration": {"value": 10, "high": 20, "unit": "h"}}, (40, 40, 80)),
    ({"energy": [meter(100, "node", coverage={"value": 0.5, "low": 0.4, "high": 1})]}, (200, 100, 250)),
    ({"energy": [{**meter(1, "node", coverage={"of": "time", "value": {"value": 0.5, "low": 0.4, "high": 1}}),
                  "value": {"value": 100, "low": 62.5, "unit": "kWh"}}]}, (200, 75, 250)),
    ({"devices": [{**A, "power": None, "power_curve": [[0, "100 W"], [1, {"value": 500, "low": 400, "unit": "W"}]],
                   "utilisation": {"value": 0.5, "low": 0.4, "high": 0.8}, "power_boundary": "node"}]},
     (24, 24 - 8 * 10 * (0.04**2 + 0.05**2) ** 0.5, 33.6)),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "want"), INTERVALS, ids=["duration", "coverage", "both", "curve"])
def test_an_interval_of_any_statement_reaches_the_result(fields, want):
    mine = {**A, "power": "500 W", "power_boundary": "node"}
    a = assess(job(**{"devices": [mine], "duration": "10 h", **fields}), profile=STATED_ALONE)
    f = figure(a, "it_energy")
    assert f["value"] == pytest.approx(want[0])
    assert (f["low"], f["high"]) == pytest.approx(want[1:], rel=0.003)


def test_what_is_stated_and_not_used_is_told():
    mine = {**A, "power": "500 W", "power_boundary": "node", "utilisation": 0.5}
    a = assess(job(devices=[mine], duration="10 h", host={"power": "1 kW", "count": 2, "exclusive": False},
                   energy=[meter(50, "node")]))  # fmt: skip
    assert [(f.field, f.message) for f in findings(a, "stated-not-used")] == [
        ("devices[0].power", "it is stated, and it_energy follows from something else"),
        ("devices[0].utilisation", "it is stated, and it_energy follows from something else"),
        ("host.count", "the servers are shared with other runs: their hours follow from the devices, not from their number"),
        ("host.power", "it is stated, and it_energy follows from something else"),
    ]  # fmt: skip


def test_more_device_hours_than_the_devices_have():
    a = assess(job(devices=[{**A, "device_hours": "100 h"}], duration="10 h"))
    assert [(f.field, f.message) for f in findings(a, "duration-mismatch")] == [
        (
            "devices[0].device_hours",
            "100 device hours, number of devices times duration 80 h: the device hours are used",
        )
    ]
