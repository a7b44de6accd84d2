"""Hardware bought: the hosts that accelerators bring, and what is told where they are missing. All sums by hand."""

from __future__ import annotations

import pytest
from conftest import assess, findings, run

from lca.errors import ProfileError

PERIOD = {"start": "2024-01-01", "end": "2024-12-31"}
SERVER = 5700.0  # ecologits_0.11.3-host-embodied, one server of eight accelerators
H100, R740 = 164.0, 1313.0  # nvidia_hgx_h100_pcf / 8; dell_pcf


def buy(*purchases, **profile):
    dated = [{"count": 1, "date": "2024-06-02"} | p for p in purchases]
    return assess(run("r"), profile={"id": "p", "period": PERIOD, "purchases": dated} | profile)


def line(a):
    return next(x for x in a.view_data["lines"] if (x["view"], x["id"]) == ("ghg-protocol", "scope-3-2"))


def told(a):
    return [(f.severity, f.field, f.message) for f in findings(a, "purchase-hosts")]


@pytest.mark.parametrize(
    ("purchase", "hosts", "number", "whole"),
    [
        ({"device": "H100 SXM", "count": 64}, 8 * SERVER, 8, 64 * H100 + 8 * SERVER),
        ({"device": "H100 SXM", "count": 4}, SERVER / 2, 0.5, 4 * H100 + SERVER / 2),
        ({"device": "p5.48xlarge", "count": 2}, 2 * SERVER, 2, 16 * H100 + 2 * SERVER),
        ({"device": "GB200", "count": 144}, 2 * 11129, 2, 144 * 284.25 + 2 * 11129),
        ({"device": "H100 SXM", "count": 64, "host": "PowerEdge R740", "hosts": 16}, 16 * R740, 16, 64 * H100 + 16 * R740),
        ({"device": "H100 SXM", "count": 64, "host": "PowerEdge R740"}, 8 * R740, 8, 64 * H100 + 8 * R740),
    ],
    ids=["servers", "half a server", "instances", "racks", "named with their number", "named"],
)  # fmt: skip
def test_accelerators_bring_the_hosts_of_their_class(purchase, hosts, number, whole):
    a = buy(purchase)
    [bought] = a.view_data["purchases"]
    assert bought["hosts"]["value"] == pytest.approx(hosts)
    assert bought["hosts"]["count"] == number
    assert bought["value"] == line(a)["value"] == pytest.approx(whole)
    assert bought["low"] < whole < bought["high"]
    assert bought["hosts"]["factor"] in line(a)["note"]


def test_a_card_for_a_desktop_computer_brings_a_desktop_computer():
    """269 kg = 302 + 3 - 36, the Esprimo E9900 without its graphics card, beside the card from its dies and memory."""
    [bought] = buy({"device": "GeForce RTX 4090"}).view_data["purchases"]
    assert (bought["hosts"]["name"], bought["hosts"]["value"]) == ("desktop computer", 269.0)
    assert 269 + 20 < bought["value"] < 269 + 150


@pytest.mark.parametrize(
    ("device", "each"),
    [("Jetson AGX Orin 64GB", 32.0), ("Apple M2 Max", 150.0), ("Apple M2 Ultra", 121.0), ("PowerEdge R740", R740)],
)
def test_a_whole_computer_brings_no_second_one(device, each):
    a = buy({"device": device, "count": 3})
    [bought] = a.view_data["purchases"]
    assert bought["value"] == pytest.approx(3 * each)
    assert "hosts" not in bought
    assert told(a) == []


@pytest.mark.parametrize(
    ("purchase", "value", "severity", "message"),
    [
        (
            {"device": "H100 SXM", "count": 64}, 64 * H100 + 8 * SERVER, "info",
            "the purchase of 64 x NVIDIA H100 SXM5 80GB counts with 8 servers around the devices, modelled by their class: "
            "45 600 kgCO2e (ecologits_0.11.3-host-embodied)",
        ),
        (
            {"device": "H100 SXM", "count": 64, "embodied": "900 kg"}, 64 * 900, "warning",
            "the purchase of 64 x NVIDIA H100 SXM5 80GB counts with the footprint that the profile states; the profile does not "
            "state whether the servers around the devices are inside, and none were added",
        ),
        (
            {"device": "H100 SXM", "count": 64, "host": "included"}, 64 * H100, "warning",
            "the purchase of 64 x NVIDIA H100 SXM5 80GB is of whole servers by the profile, but the footprint known "
            "(nvidia_hgx_h100_pcf-h100-sxm5-80-embodied) is that of the devices, and no host was added",
        ),
        (
            {"device": "EPYC 9654", "count": 2, "embodied": "20 kg"}, 40, "warning",
            "the purchase of 2 x AMD EPYC 9654 counts with the footprint that the profile states; the profile does not state "
            "whether the servers around the devices are inside, and none were added",
        ),
        (
            {"device": "EPYC 9654", "count": 2}, None, "warning",
            "the purchase of 2 x AMD EPYC 9654 is missing from the figure, and so are the servers around the devices: no factor "
            "set holds the production footprint of AMD EPYC 9654; state its `embodied`",
        ),
        (
            {"device": "TPU v4", "count": 64}, None, "warning",
            "the purchase of 64 x Google TPU v4 is missing from the figure, and so are the servers around the devices: the "
            "footprint known for Google TPU v4 (schneider_2025-tpu-v4-embodied-with-host) also holds its host, transport and end "
            "of life; state its `embodied`",
        ),
    ],
    ids=["modelled", "stated", "included without a footprint", "stated parts", "parts", "mixed footprint"],
)  # fmt: skip
def test_what_is_assumed_of_the_hosts_is_told(purchase, value, severity, message):
    a = buy(purchase)
    assert line(a)["value"] == (value if value is None else pytest.approx(value))
    assert told(a) == [(severity, "purchases[0].host", message)]


@pytest.mark.parametrize(
    ("purchase", "value"),
    [
        ({"device": "H100 SXM", "count": 8, "host": "included", "embodied": "900 kg"}, 7200.0),
        ({"device": "H100 SXM", "count": 8, "host": "separate"}, 8 * H100),
        ({"device": "H100 SXM", "count": 8, "host": "separate", "embodied": "200 kg"}, 1600.0),
        ({"device": "Wonder 9", "count": 8, "embodied": "200 kg"}, 1600.0),
    ],
)
def test_a_purchase_that_says_what_its_hosts_are_gets_none(purchase, value):
    a = buy(purchase)
    assert line(a)["value"] == pytest.approx(value)
    assert told(a) == []


def test_servers_among_the_purchases_may_be_those_around_the_accelerators():
    """64 x 164 + 8 x 1,313 kg, and no servers on top; those bought before the period change nothing."""
    cards, servers = {"device": "H100 SXM", "count": 64}, {"device": "PowerEdge R740", "count": 8}
    a = buy(cards, servers)
    assert line(a)["value"] == pytest.approx(64 * H100 + 8 * R740)
    assert told(a) == [
        (
            "warning", "purchases[0].host",
            "the purchase of 64 x NVIDIA H100 SXM5 80GB counts without servers of its own: servers are among the purchases, and "
            "may be those around the devices",
        )
    ]  # fmt: skip
    earlier = buy(cards, servers | {"date": "2023-06-02"})
    assert line(earlier)["value"] == pytest.approx(64 * H100 + 8 * SERVER)


def test_what_a_profile_does_not_allow_is_told_and_not_counted():
    """Only factors of hosts in general are of tier 4: a profile that forbids them leaves the accelerators."""
    a = buy({"device": "H100 SXM", "count": 8}, max_tier=3)
    assert line(a)["value"] == pytest.approx(8 * H100)
    [(severity, _, message)] = told(a)
    assert (severity, message) == (
        "warning",
        "the purchase of 8 x NVIDIA H100 SXM5 80GB counts without the host around the devices (server), whose footprint is not known",
    )


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"host": "PowerEdge R7400"},
         "purchases[0].host: no server of the catalogue (found PowerEdge R7400). Write included, separate, or the name of a server "
         "that `lca devices` lists, such as Dell PowerEdge R740."),
        ({"host": "A100"}, "purchases[0].host: no server of the catalogue (found A100). Write included, separate, or the name of a "
                           "server that `lca devices` lists."),
        ({"hosts": 3}, "purchases[0].hosts: there is no server of which this is the number (found 3). Name the server under `host`, "
                       "or leave `hosts` out."),
        ({"host": "included", "hosts": 3}, "purchases[0].hosts: there is no server of which this is the number (found 3). Name the "
                                           "server under `host`, or leave `hosts` out."),
    ],
    ids=["unknown", "no server", "number alone", "number of what is inside"],
)  # fmt: skip
def test_a_host_that_is_no_server_is_refused(keys, message):
    with pytest.raises(ProfileError) as refused:
        buy({"device": "H100 SXM", **keys})
    assert str(refused.value) == f"profile p: {message}"
