"""Where the energy goes: every part has a name, and the parts add up to the facility energy."""

from __future__ import annotations

import pytest
from conftest import assess, run, value
from hypothesis import HealthCheck, given, settings
from strategies import logs

from lca.report import overheads


def sizes(*runs):
    return {name: size for name, size, _ in overheads.parts(assess(*runs))}


def test_device_host_idle_and_facility_stand_apart():
    device = {"model": "H100 SXM", "count": 1, "power": "700 W", "power_boundary": "accelerator"}
    a = run("a", devices=[device], duration="10 h", host={"power": "300 W", "count": 1}, facility={"pue": 1.2})
    energy = [{"value": "5 kWh", "boundary": "it", "method": "counter"}]
    idle = run("i", stage="idle", devices=None, energy=energy, facility={"pue": 1.2})
    got = sizes(a, idle)
    assert list(got.values()) == pytest.approx([7, 0, 3, 0, 5, 3, 0])


@settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(logs())
def test_the_parts_add_up_to_the_facility_energy(records):
    made = assess(*records)
    assert sum(size for _, size, _ in overheads.parts(made)) == pytest.approx(
        value(made, "facility_energy") or 0.0, abs=1e-9
    )
