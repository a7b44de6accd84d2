"""Where two parts meet: meters and stated power, series and counts, hourly matching and upstream, pins and life-cycle factors."""

from __future__ import annotations

import json

import pytest
from conftest import assess, figure, findings, run, value

H100 = {"model": "H100 SXM", "count": 8}
WEIRD = {"model": "Weird X1", "count": 8, "embodied": "100 kg"}
BASE = {
    "start": "2024-02-01T00:00:00Z",
    "duration": "50 h",
    "location": {"country": "DE"},
    "facility": {"pue": 1},
    "devices": [H100],
}


def job(id="r", /, **fields):
    return run(id, **{**BASE, **fields})


def meter(kwh, boundary="it", **more):
    return [{"value": f"{kwh} kWh", "boundary": boundary, "method": "counter", **more}]


def series(tmp_path, text, count, **power):
    (tmp_path / "p.csv").write_text(text, "utf-8")
    record = job(duration="1 h", devices=[{**H100, "count": count}], power={"file": "p.csv", "unit": "W", **power})
    path = tmp_path / "r.json"
    path.write_text(json.dumps(record), "utf-8")
    return assess(str(path))


BY_DEVICE = "time,gpu,power\n" + "".join(f"{t},{g},500\n" for g in (0, 1) for t in range(0, 3601, 60))


def test_a_series_of_fewer_devices_is_scaled_up_to_all(tmp_path):
    """2 of 4 devices at 500 W for 1 h: 1 kWh metered, 2 kWh in all, divided by the accelerators' share of 0.7."""
    a = series(tmp_path, BY_DEVICE, 4, device="gpu")
    assert value(a, "it_energy") == pytest.approx(2 / 0.7)
    assert [f.message for f in findings(a, "coverage-scaled")] == [
        "the series holds 2 of 4 devices: its energy is scaled up by 2"
    ]
    assert value(series(tmp_path, BY_DEVICE, 2, device="gpu"), "it_energy") == pytest.approx(1 / 0.7)


def test_a_series_of_more_devices_is_told(tmp_path):
    a = series(tmp_path, BY_DEVICE, 1, device="gpu")
    assert value(a, "it_energy") == pytest.approx(1 / 0.7)
    assert [f.message for f in findings(a, "series-devices")] == [
        "the series holds 2 devices, the run states 1: all of them count"
    ]


def test_an_hourly_direct_figure_has_no_upstream_inside():
    """No annual direct factor is allowed, so the life-cycle factor would stand in: the hourly direct series comes before."""
    profile = {"id": "p", "grid_matching": "hourly", "forbid": {"periods": ["later"]}}
    a = assess(job(start="2020-02-01T00:00:00Z", duration="100 h", energy=meter(100)), profile=profile)
    assert value(a, "use_co2e_location") == pytest.approx(14.82, rel=1e-3)
    assert figure(a, "use_co2e_upstream")["value"] is None
    assert not [f for f in findings(a, "factor-fallback") if "stands in" in f.message]


@pytest.mark.parametrize("quantity", ["grid_wtt", "grid_upstream"])
@pytest.mark.parametrize(("scope", "want"), [("lifecycle", 0), ("unspecified", None)])
def test_a_pin_does_not_top_up_a_life_cycle_factor(quantity, scope, want):
    pins = [{"quantity": quantity, "value": "100 g/kWh", "reason": "our own"}]
    stated = {"factor": "0.5 kg/kWh", "factor_scope": scope}
    a = assess(job(energy=meter(100), electricity=stated), profile={"id": "p", "pins": pins})
    assert value(a, "use_co2e_upstream") == want
    assert findings(a, "pin-not-used")


def test_energy_stays_whole_where_a_receiver_has_none():
    records = [
        job("tr", devices=[WEIRD], energy=meter(100)),
        job("idle", stage="idle", devices=[WEIRD], energy=meter(20)),
        job("inf", stage="inference", devices=[WEIRD], work={"requests": 10}),
    ]
    services = [{"system": "Model A", "work": "requests", "amount": 20, "reason": "forecast"}]
    a = assess(*records, profile={"id": "p", "services": services})
    for quantity in ("facility_energy", "facility_energy_with_idle", "facility_energy_with_development"):
        assert value(a, quantity) == pytest.approx(120)
    assert [f.message for f in findings(a, "service-not-spread")] == [
        "service Model A: the total of the run inf is not determined"
    ]


def test_a_meter_beside_a_stated_node_power_is_told():
    node = {**H100, "power": "1 kW", "power_boundary": "node"}
    a = assess(job(devices=[node], energy=meter(200, "accelerator")))
    assert value(a, "it_energy") == pytest.approx(400)
    assert [(f.severity, f.message) for f in findings(a, "energy-not-used")] == [
        ("warning", "200 kWh at the boundary accelerator is not used: it-energy-from-node-power stands before it")
    ]
    both = assess(job(devices=[node, {"model": "A100-SXM4-80GB", "count": 8}], energy=meter(200, "accelerator")))
    assert [f.message for f in findings(both, "energy-not-used")] == [
        "200 kWh at the boundary accelerator is not used: it-energy-from-node-power stands before it in 1 of 2 device groups"
    ]


def test_stated_power_of_hosts_stands_before_a_ratio():
    """8 H100 idle at 70 W for 50 h: 28 kWh; a server of 2 kW beside them: 100 kWh."""
    idle = job(stage="idle")
    assert value(assess(idle), "it_energy") == pytest.approx(28 / 0.7)
    assert value(assess({**idle, "host": {"power": "2 kW", "count": 1}}), "it_energy") == pytest.approx(128)
    parts = [{"kind": "cpu", "count": 2, "power": "200 W"}, {"kind": "memory", "count": 16, "power": "5 W"}]
    assert value(assess({**idle, "devices": [H100, *parts]}), "it_energy") == pytest.approx(28 + 24)


def test_a_run_that_reaches_beyond_the_period_by_its_duration_is_told():
    profile = {"id": "p", "period": {"start": "2024-01-01", "end": "2024-06-30"}}
    late = job("late", start="2024-06-30T12:00:00Z", duration="1000 h")
    early = job("early", start=None, end="2024-01-03T12:00:00Z", duration="1000 h")
    a = assess(late, early, job("inside"), profile=profile)
    assert sorted(f.run for f in findings(a, "outside-period")) == ["early", "late"]


def test_servers_are_in_use_as_their_devices_are():
    whole, half = (
        value(assess(job(devices=[{**H100, "lifetime_utilisation": share}])), "embodied_co2e") for share in (1, 0.5)
    )
    assert half == pytest.approx(2 * whole)


def test_idle_life_is_not_carried_twice_without_a_word():
    busy = {**H100, "lifetime_utilisation": 0.5}
    a = assess(job(devices=[busy]), job("i", stage="idle", devices=[H100]))
    assert [(f.run, f.message) for f in findings(a, "idle-in-utilisation")] == [
        ("r", "its devices are in use for 0.5 of their life, and logged idle time is given to it as well")
    ]


def test_development_falls_to_all_device_groups_that_serve():
    here, there = ({**H100, "count": 4, "location": {"country": c}} for c in ("DE", "US"))
    services = [{"system": "Model A", "work": "requests", "amount": 20, "reason": "forecast"}]
    for groups in ([here, there], [there, here]):
        serving = job("inf", stage="inference", devices=groups, energy=meter(50), work={"requests": 10})
        a = assess(job("tr", energy=meter(100)), serving, profile={"id": "p", "services": services})
        got = [value(a, "facility_energy_with_development", run="inf", country=c) for c in ("DE", "US")]
        assert got == pytest.approx([50, 50])


def test_one_certificate_under_two_runs_counts_once_and_is_told():
    held = {"market": "EU", "start": "2024-01-01", "end": "2024-12-31", "evidence": "GO-123"}
    bought = {"instruments": [{"type": "certificate", "energy": "50 kWh", "factor": "0 g/kWh", **held}]}
    a = assess(job("a", energy=meter(50), electricity=bought), job("b", energy=meter(50), electricity=bought))
    assert [(f.run, f.message) for f in findings(a, "evidence-shared")] == [
        ("a", "the certificate stands in 1 other place too (run a and run b): it is counted once, for 50 kWh")
    ]
    assert value(a, "use_co2e_market") == pytest.approx(value(a, "use_co2e_location") / 2)


def test_a_pinned_footprint_of_a_device_is_counted_with_its_server():
    """8 x 500 kg as pinned, and one server of 5,700 kg by its class."""
    profile = {"id": "p", "purchases": [{"device": "H100 SXM", "count": 8, "date": "2024-03-01"}],
               "pins": [{"quantity": "embodied_device", "value": "500 kg", "reason": "our own study"}]}  # fmt: skip
    [bought] = assess(job(), profile=profile).view_data["purchases"]
    assert bought["value"] == pytest.approx(4000 + 5700)
    assert "1 server around the devices: 5 700 kgCO2e (ecologits_0.11.3-host-embodied)" in bought["note"]


def test_parts_beside_accelerators_under_strict():
    """No rule that a strict profile allows gives the footprint of a device: the parts are then inside the host."""
    parts = [H100, {"kind": "cpu", "count": 2}, {"kind": "memory", "count": 16}]
    a = assess(job(devices=parts, energy=meter(100)), profile="strict")
    assert value(a, "it_energy") == pytest.approx(100)
    assert value(a, "embodied_co2e") is None
