"""The twelve mistakes of others that DESIGN.md lists, and the traps of the reference: each made once, and seen or not made."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import assess, figure, findings, run, value

from lca.checks import catalogue

METER = [{"value": "100 kWh", "boundary": "it", "method": "counter"}]


def metered(id: str = "r", **fields):
    return run(id, **{"energy": METER, "devices": None, **fields})


EVIDENCED = {"market": "FR", "start": "2023-01-01", "end": "2023-12-31", "evidence": "registry"}


def test_1_pue_twice_or_on_water():
    inside = metered(energy=[{"value": "120 kWh", "boundary": "it", "includes_pue": True, "method": "counter"}])
    a = assess(inside)
    assert (value(a, "facility_energy"), value(a, "it_energy")) == pytest.approx((120, 100))
    assert findings(a, "pue-already-applied")
    assert value(assess(metered()), "water_onsite") == pytest.approx(100 * 0.5)  # WUE times IT energy, whatever the PUE


def test_2_a_fallback_leaves_a_mark():
    nowhere = assess(metered(location=None))
    assert findings(nowhere, "factor-fallback")
    assert findings(nowhere, "location-missing")
    assert findings(assess(metered(start="2012-05-01T00:00:00Z")), "factor-period")
    unknown = assess(run(devices=[{"model": "Quantum 9000", "count": 1}]))
    assert findings(unknown, "unknown-device")
    assert value(unknown, "it_energy") is None  # never somebody else's number


def test_3_upstream_on_a_life_cycle_factor_or_market_netted_into_location():
    a = assess(metered(electricity={"factor": "100 gCO2e/kWh", "factor_scope": "lifecycle"}))
    assert value(a, "use_co2e") == pytest.approx(120 * 0.1)
    green = {"instruments": [{"type": "ppa", "share": 1, "factor": "0 gCO2e/kWh", **EVIDENCED}]}
    bought, plain = assess(metered(electricity=green)), assess(metered())
    assert value(bought, "use_co2e_location") == value(plain, "use_co2e_location")
    assert value(bought, "use_co2e_market") == 0


def test_4_embodied_is_no_energy_and_totals_are_their_parts():
    a = assess(run())
    parts = [value(a, n) or 0 for n in ("use_co2e", "embodied_co2e", "end_of_life_co2e")]
    assert value(a, "total_co2e") == pytest.approx(sum(parts))
    assert value(a, "facility_energy") == pytest.approx(40 * 1.2)
    torn = {"value": "100 kWh", "boundary": "node", "components": {"cpu": "10 kWh", "dram": "5 kWh"}}
    assert findings(assess(metered(energy=[torn])), "identity-mismatch")


def test_5_one_run_twice():
    other = assess(metered(), metered(duration="11 h"))
    assert (len(other.intake.runs), other.failed) == (1, True)
    assert findings(assess(metered(), metered()), "duplicate-run")
    for code in ("cumulative-rows", "overlap-same-host", "steps-left-out", "identical-files", "possible-double-count"):
        assert code in catalogue()


def test_6_units_under_one_header():
    assert findings(assess(metered(declared={"energy": "120 MWh"})), "unit-suspect")
    assert findings(assess(run(devices=[{"model": "NVIDIA L4", "count": 1, "power": "72 kW"}])), "implausible-power")


def test_7_local_time():
    assert findings(assess(metered(start="2023-05-01T00:00:00")), "timezone-assumed")


def test_8_division_by_zero_is_not_determined():
    a = assess(metered(stage="inference", work={"requests": 0}))
    f = figure(a, "use_co2e_per_request")
    assert (f["value"], f["reason"]) == (None, "work.requests is 0: a ratio with this denominator is not determined")


def test_9_whole_and_parts_agree():
    runs = [
        metered(f"r{n}", energy=[{"value": f"{0.1 * (n + 1)} kWh", "boundary": "it", "method": "counter"}])
        for n in range(9)
    ]
    whole = figure(assess(*runs), "use_co2e")
    assert whole["value"] == figure(assess(*reversed(runs)), "use_co2e")["value"]
    assert whole["value"] == pytest.approx(sum(value(assess(r), "use_co2e") for r in runs), rel=1e-12)


def test_10_the_factor_of_the_year():
    then, now = (figure(assess(metered(start=f"{y}-05-01T00:00:00Z")), "use_co2e")["factors"] for y in (2020, 2023))
    assert "owid-ember-FR-2020" in then
    assert "owid-ember-FR-2023" in now


def test_11_a_fleet_keeps_the_width_of_its_factor():
    one, many = (figure(assess(*(metered(f"r{n}") for n in range(k))), "use_co2e") for k in (1, 400))
    assert (many["high"] - many["low"]) / many["value"] == pytest.approx(
        (one["high"] - one["low"]) / one["value"], rel=1e-6
    )


def test_12_the_basis_of_amortisation_is_named():
    from lca.report import method

    a = assess(run())
    assert "Production by reserved time over the lifetime" in " ".join(p.text for p in method.method(a))
    assert any("reserved-time" in rule for rule in figure(a, "embodied_co2e")["rules"])


H100 = {"model": "NVIDIA H100 80GB HBM3", "count": 8}
#: trap of the reference -> (code, a run that falls into it)
TRAPS = {
    "a factor of CO2 alone": ("co2-only-factor", metered(location={"country": "CN", "subdivision": "CN-BJ"})),
    "a life-cycle factor below the direct one": ("lifecycle-below-direct", metered(location={"country": "EE"})),
    "energy of accelerators alone": ("modelled-component", run(devices=[H100], energy=[{"value": "30 kWh", "boundary": "accelerator", "method": "counter"}])),
    "the energy of one boundary against another": ("boundary-mismatch", run(energy=[{"value": "40 kWh", "boundary": "node", "method": "counter"}, {"value": "60 kWh", "boundary": "accelerator", "method": "counter"}])),
    "an intensity no grid has": ("implausible-intensity", metered(declared={"energy": "120 kWh", "co2e": "900 kg"})),
    "more certificates than consumption": ("instrument-excess", metered(electricity={"instruments": [{"type": "certificate", "energy": "900 kWh", "factor": "0 gCO2e/kWh", **EVIDENCED}]})),
    "a lifetime shorter than the run": ("lifetime-exceeded", run(devices=[{**H100, "lifetime": "1 h"}])),
    "a utilisation of training beyond the peak": ("implausible-mfu", run(work={"flops": 1e25})),
    "a part of the window": ("coverage-scaled", metered(energy=[{"value": "50 kWh", "boundary": "it", "method": "counter", "coverage": 0.5}])),
    "an ambiguous name of a device": ("device-ambiguous", run(devices=[{"model": "A100", "count": 1}])),
    "a region of nobody": ("unknown-region", metered(location={"cloud": "aws", "region": "moon-1", "country": "FR"})),
    "a place against its region": ("place-contradicts", metered(location={"country": "FR", "cloud": "aws", "region": "us-west-2"})),
    "a stated total that is no sum": ("declared-mismatch", metered(declared={"energy": "500 kWh"})),
    "requests without their embodied share": ("zero-work", metered(stage="inference", work={"requests": 0})),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_of_the_reference_is_seen(trap):
    code, made = TRAPS[trap]
    assert findings(assess(made), code), code


def test_na_is_namibia():
    factors = figure(assess(metered(location={"country": "NA"})), "use_co2e")["factors"]
    assert [name.rsplit("-", 1)[0] for name in factors] == ["factbook-td-NA", "owid-ember-NA"]


def test_a_zero_of_the_source_is_no_factor():
    """Central African Republic is printed as 0: not available, so that the world stands in, and says so."""
    a = assess(metered(location={"country": "CF"}))
    assert findings(a, "factor-fallback")
    assert np.isfinite(value(a, "use_co2e"))
    assert value(a, "use_co2e") > 0
