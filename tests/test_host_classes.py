"""The host around a device, by its class: footprint, devices in it and power. Each sum by hand, over 43,800 h of life."""

from __future__ import annotations

import pytest
from conftest import assess, factor_set, findings, run, value

from lca.catalogue import store
from lca.catalogue.devices import DeviceIndex

INDEX = DeviceIndex(store.load().sets)
YEAR = "8760 h"  # a fifth of the default life of 43,800 h


def held(model, hours=YEAR, **fields):
    """A run that holds one device for a year, its energy metered at the facility."""
    metered = [{"value": "1000 kWh", "boundary": "facility", "method": "bill"}]
    return run(
        "r",
        devices=[{"model": model, "count": 1}],
        start="2023-01-01T00:00:00Z",
        duration=hours,
        **{"energy": metered, "facility": None} | fields,
    )


def own_footprint(a):
    return float(a.columns["device_embodied"][0])


@pytest.mark.parametrize(
    ("model", "host_class"),
    [
        ("NVIDIA GeForce RTX 3060", "desktop"), ("NVIDIA RTX A6000", "desktop"), ("Quadro RTX 8000", "desktop"), ("RX 7900 XTX", "desktop"),
        ("NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition", "desktop"), ("Intel Arc A770", "desktop"), ("TITAN V", "desktop"),
        ("NVIDIA GeForce RTX 4070 Laptop GPU", "laptop"), ("NVIDIA GeForce RTX 2080 with Max-Q Design", "laptop"), ("Apple M3 Pro", "laptop"),
        ("Apple M1 Ultra", "desktop"), ("DGX Spark", "desktop"), ("Jetson Orin Nano 8GB", "embedded"), ("NVIDIA RTX A2000 Embedded GPU", "embedded"),
        ("NVIDIA GB200", "rack"), ("NVIDIA GB300", "rack"), ("GH200", "superchip-server"), ("TPU v5p", "tpu-host"), ("H100 SXM", "accelerator-server"),
        ("NVIDIA L4", "accelerator-server"), ("NVIDIA RTX PRO 6000 Blackwell Server", "accelerator-server"), ("MI300X", "accelerator-server"),
        ("Gaudi 2", "accelerator-server"), ("Trainium2", ""), ("EPYC 9654", ""), ("PowerEdge R740", ""), ("g4dn.xlarge", "accelerator-server"),
        ("a4x-highgpu-4g", "rack"),
    ],
)  # fmt: skip
def test_each_device_names_its_class(model, host_class):
    assert INDEX.resolve(model).host_class == host_class


@pytest.mark.parametrize(
    ("model", "host", "devices", "factor"),
    [
        ("NVIDIA GeForce RTX 4090", 269.0, 1, "fujitsu_2010-desktop-host"),
        ("NVIDIA RTX A6000", 269.0, 1, "fujitsu_2010-desktop-host"),
        ("NVIDIA GeForce RTX 4090 Laptop GPU", 264.0, 1, "tcs_gwf-laptop-host"),
        ("NVIDIA RTX A2000 Embedded GPU", 32.0, 1, "mac_mini_2024-embedded-host"),
        ("GH200", 1360.0, 1, "lca_host_parts-superchip-host"),
        ("GB200", 11129.0, 72, "lca_host_parts-rack-host"),
        ("H100 SXM", 5700.0, 8, "ecologits_0.11.3-host-embodied"),
    ],
)
def test_a_device_carries_the_host_of_its_class(model, host, devices, factor):
    """A fifth of the device and a fifth of its part of the host."""
    a = assess(held(model))
    assert value(a, "embodied_co2e") == pytest.approx((own_footprint(a) + host / devices) / 5)
    assert factor in a.total("embodied_co2e")["factors"]
    assert any(
        f.message.startswith(f"embodied_host: {host:g} kgCO2e ({factor}") for f in findings(a, "assumed-default")
    )


@pytest.mark.parametrize(
    ("model", "computer"),
    [("Jetson AGX Orin 64GB", 32.0), ("Apple M2 Max", 150.0), ("Apple M2 Ultra", 121.0), ("DGX Spark", 121.0)],
)
def test_a_system_on_a_chip_carries_its_whole_computer(model, computer):
    a = assess(held(model))
    assert value(a, "embodied_co2e") == pytest.approx(computer / 5)
    assert a.plan.rules[a.columns["embodied_co2e__rule"][0]].id == "embodied-computer"
    assert value(a, "end_of_life_co2e") == pytest.approx(0.01 * computer / 5)


def test_the_parts_of_a_rack_add_up():
    """Memory and drives by their trays, and 36 processors; the ends with the ends of memory and drives alone."""
    catalogue = store.load()
    rack = next(f for f in catalogue.factors if f.id == "lca_host_parts-rack-host")
    memory, drives, processors = 18 * 960, 18 * 12000, 36 * 9.14
    assert rack.value == round(memory * 0.4 + drives * 0.018 + processors)
    assert rack.low == round(memory * 0.065 + drives * 0.003948 + processors)
    assert rack.high == round(memory * 0.93 + drives * 0.16 + processors)
    superchip = next(f for f in catalogue.factors if f.id == "lca_host_parts-superchip-host")
    assert (superchip.value, superchip.low, superchip.high) == (1168 + 192, round(1168 + 31.2), round(1168 + 446.4))


@pytest.mark.parametrize(
    ("place", "host", "devices"),
    [({"country": "DE"}, 269.0, 1), ({"cloud": "aws", "region": "eu-central-1"}, 5700.0, 8)],
    ids=["at home", "in a cloud"],
)
def test_a_card_that_a_cloud_lets_stands_in_a_server(place, host, devices):
    a = assess(held("NVIDIA RTX A6000", location=place))
    assert value(a, "embodied_co2e") == pytest.approx((own_footprint(a) + host / devices) / 5)


def test_a_host_that_the_run_names_stands_before_that_of_the_class():
    """The published 1,313 kg of the server, one card in it."""
    a = assess(held("NVIDIA GeForce RTX 4090", host={"model": "PowerEdge R740", "count": 1, "exclusive": True}))
    assert value(a, "embodied_co2e") == pytest.approx((own_footprint(a) + 1313) / 5)


@pytest.mark.parametrize(
    ("model", "share", "stands_in"),
    [("GB200", 0.72, ""), ("TPU v4", 0.699, ""), ("H100 SXM", 0.7, ""), ("GH200", 0.7, ""), ("NVIDIA GeForce RTX 4090", 0.7, "desktop computer"),
     ("NVIDIA GeForce RTX 4090 Laptop GPU", 0.7, "laptop"), ("NVIDIA RTX A2000 Embedded GPU", 0.7, "appliance")],
)  # fmt: skip
def test_the_power_of_the_host_is_that_of_its_class_or_told(model, share, stands_in):
    metered = [{"value": "700 kWh", "boundary": "accelerator", "method": "counter"}]
    a = assess(held(model, energy=metered))
    assert value(a, "it_energy") == pytest.approx(700 / share)
    expected = [
        (
            "warning", "devices[0].model",
            f"share of the power that accelerators take: no figure is known for the {stands_in} around the device; that of servers "
            "in general, 0.70 (zeus_page-accelerator-share), is used",
        )
    ]  # fmt: skip
    assert [(f.severity, f.field, f.message) for f in findings(a, "host-class")] == (expected if stands_in else [])


def test_a_rack_draws_its_rating_by_the_gpu():
    """120 kW / 72 x 0.76 of the rating in training, for 10 h."""
    a = assess(held("GB200", "10 h", energy=None))
    assert value(a, "it_energy") == pytest.approx(10 * 0.76 * 1.6667)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"model": "Trainium2", "host": {"count": 1, "exclusive": True}}, "no factor set holds the embodied emissions of the device for AWS Trainium2"),
        ({"model": "TPU v3"}, "no factor set holds the embodied emissions of the device for Google TPU v3"),
    ],
)  # fmt: skip
def test_a_device_without_figures_is_not_determined(fields, reason):
    model = fields.pop("model")
    assert assess(held(model, **fields)).total("embodied_co2e")["reason"] == reason


def test_a_class_without_a_figure_is_named(tmp_path):
    """A footprint of a user's own for a device of which no class of host is known, and for a TPU, whose hosts have no figure."""
    rows = [
        {"id": f"own-{device}", "quantity": "embodied_device", "device": device, "value": 300, "unit": "kgCO2e"}
        for device in ("trainium2", "tpu-v3")
    ]
    own = factor_set(tmp_path / "own", rows)
    reasons = [
        assess(held(model, host={"count": 1, "exclusive": True}), factors=[own]).total("embodied_co2e")["reason"]
        for model in ("Trainium2", "TPU v3")
    ]
    assert reasons == [
        "no factor set says in which class of host AWS Trainium2 stands",
        "no factor set holds the embodied emissions of the server for the class of host of Google TPU v3, tpu-host",
    ]


def test_a_factor_of_the_user_for_a_class_counts(tmp_path):
    """A desktop computer of 600 kg with two cards in it, which take 0.8 of its power."""
    rows = [
        {"id": "own-host", "quantity": "embodied_host", "class": "desktop", "value": 600, "unit": "kgCO2e"},
        {"id": "own-cards", "quantity": "devices_per_host", "class": "desktop", "value": 2, "unit": "1"},
        {"id": "own-share", "quantity": "accelerator_share", "class": "desktop", "value": 0.8, "unit": "1"},
    ]
    metered = [{"value": "80 kWh", "boundary": "accelerator", "method": "counter"}]
    a = assess(held("NVIDIA GeForce RTX 4090", energy=metered), factors=[factor_set(tmp_path / "own", rows)])
    assert value(a, "embodied_co2e") == pytest.approx((own_footprint(a) + 600 / 2) / 5)
    assert value(a, "it_energy") == pytest.approx(100)
    assert findings(a, "host-class") == []
