"""The host around the devices: modelled once, never on top of its own parts, and shared by the devices in an instance."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import lca

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def total(devices, quantity="it_energy", **fields):
    run = {
        "schema": "lca-run/1", "id": "r", "system": "S", "stage": "training", "start": "2024-05-01T00:00:00Z", "duration": "10 h",
        "location": {"country": "FR"}, "facility": {"pue": 1}, "devices": devices, **fields,
    }  # fmt: skip
    return lca.assess([run], now=NOW).total(quantity)["value"]


A100 = {"model": "NVIDIA A100-SXM4-80GB", "count": 8, "power": "300 W"}
CPU = {"model": "EPYC", "kind": "cpu", "count": 2, "power": "200 W"}
MEMORY = {"model": "memory, 1 GB", "kind": "memory", "count": 512, "power": "0.3725 W"}


def test_the_host_is_modelled_by_the_accelerators_share():
    assert total([A100]) == pytest.approx(24 / 0.7)


def test_parts_of_the_host_that_the_run_lists_are_not_modelled_again():
    assert total([A100, CPU, MEMORY]) == pytest.approx(24 + 4 + 1.9072)


def test_a_rated_accelerator_beside_listed_parts_brings_no_host():
    rated = {"model": "NVIDIA H100 80GB HBM3", "count": 1}
    assert total([rated, CPU]) == pytest.approx(7 * 0.76 + 4)


def test_a_system_on_chip_brings_no_host():
    assert total([{"model": "Apple M1", "count": 1}]) == pytest.approx(0.1 * 0.76)


def test_an_instance_counts_as_its_devices_and_its_power_once():
    instance = {"model": "p4d.24xlarge", "count": 2, "power": "5 kW", "power_boundary": "node"}
    assert total([instance]) == pytest.approx(100)
    assert total([instance], "device_hours") == pytest.approx(160)


def test_stated_host_power_is_added_for_the_servers_held():
    assert total([A100], host={"count": 1, "power": "1.2 kW", "exclusive": True}) == pytest.approx(24 + 12)
