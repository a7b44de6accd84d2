"""The share of the lifetime in use: stated by runs or the profile, and what the cited default would add where nobody states it."""

from __future__ import annotations

import re

import pytest
from conftest import assess, findings, run, value

from lca.report import hardware
from lca.report.numbers import THIN

#: 8 x H100 for a year of the 5 years of life: a fifth of 8 x 164 kg and of one server of 5,700 kg
EMBODIED = (8 * 164 + 5700) / 5
WHOLE = EMBODIED * 1.01  # with end of life, 1 % of production


def held(id="r", /, **fields):
    metered = [{"value": "1000 kWh", "boundary": "facility", "method": "bill"}]
    device = {"model": "H100 SXM", "count": 8} | fields.pop("device", {})
    return run(
        id,
        devices=[device],
        start="2023-01-01T00:00:00Z",
        duration="8760 h",
        **{"energy": metered, "facility": None} | fields,
    )


def use(a):
    return a.as_dict()["uncertainty"]["lifetime_utilisation"]


def told(a):
    return [pair.text.replace(THIN, " ") for pair in hardware.facts(a)]


def test_what_the_cited_default_would_add_is_told_and_in_no_figure():
    """At 0.85 of the lifetime in use, hardware is 1 / 0.85 of what it is: 1,402.4 x 1.01 x 0.17647 = 249.96 kg more."""
    a = assess(held())
    assert value(a, "embodied_co2e") == pytest.approx(EMBODIED)
    found = use(a)
    assert (found["by"], found["share"], found["factor"], found["rows"]) == (
        "assumed",
        0.85,
        "luccioni_2023-lifetime-utilisation",
        1,
    )
    assert (found["charged"], found["change"]) == pytest.approx((WHOLE, WHOLE * (1 / 0.85 - 1)))
    assert found["change"] == pytest.approx(249.96, abs=0.01)
    assert told(a) == [
        "Hardware is charged for the hours in the logs, as if it were in use for its whole lifetime. With 85 % of the lifetime in use "
        "(luccioni_2023-lifetime-utilisation), hardware would add 250 kg CO₂e to the life-cycle total; “lifetime_utilisation” in the "
        "profile states the share for all runs."
    ]


@pytest.mark.parametrize("share", [0.5, "50 %", {"value": 0.5, "low": 0.4, "high": 0.7}])
def test_the_profile_states_it_for_all_runs(share):
    """At a half of the lifetime in use, hardware counts twice."""
    a = assess(held(), profile={"id": "p", "lifetime_utilisation": share})
    assert value(a, "embodied_co2e") == pytest.approx(2 * EMBODIED)
    assert use(a) == pytest.approx(
        {
            "by": "profile",
            "share": 0.5,
            "factor": "",
            "rows": 1,
            "charged": 2 * WHOLE,
            "change": WHOLE,
            "unit": "kgCO2e",
        }
    )
    assert told(a) == [
        "The profile states that hardware is in use for 50 % of its lifetime, so that its idle life counts too; 1.42 t CO₂e of the "
        "life-cycle total is due to this."
    ]
    assert re.search(
        r"lifetime_utilisation = 0.5( \(0.4 to 0.7\))?   stated by the profile for all runs",
        a.explain("r", "embodied_co2e"),
    )
    assert a.profile.quoted()["lifetime_utilisation"] == (share if share != 0.5 else "0.5")


def test_an_interval_of_the_profile_widens_the_figure():
    narrow, wide = (
        assess(held(), profile={"id": "p", "lifetime_utilisation": share})
        for share in (0.5, {"value": 0.5, "low": 0.25, "high": 0.9})
    )
    spans = [f["high"] - f["low"] for f in (a.total("embodied_co2e") for a in (narrow, wide))]
    assert spans[1] > 1.1 * spans[0]


def test_what_a_run_states_stands_before_the_profile():
    """One run at 0.8 by itself, one at the profile's 0.5."""
    a = assess(
        held("own", device={"lifetime_utilisation": 0.8}),
        held("other"),
        profile={"id": "p", "lifetime_utilisation": 0.5},
    )
    assert value(a, "embodied_co2e") == pytest.approx(EMBODIED / 0.8 + EMBODIED / 0.5)
    assert use(a)["rows"] == 1
    everywhere = assess(held(device={"lifetime_utilisation": 1}))
    assert use(everywhere) is None
    assert told(everywhere) == []


def test_by_active_time_the_profile_replaces_the_default():
    """Active hours over active hours of life: utilisation 0.5 over 0.4 of the lifetime."""
    a = assess(
        held(device={"utilisation": 0.5}),
        profile={"id": "p", "embodied_allocation": "active-time", "lifetime_utilisation": 0.4},
    )
    assert value(a, "embodied_co2e") == pytest.approx(EMBODIED * 0.5 / 0.4)
    assert "which the profile states for all runs" in a.explain("r", "embodied_co2e")
    assert use(a) is None


def test_where_idle_time_is_logged_nothing_would_be_added():
    """The job receives the logged idle hours; the idle life is in the figures already."""
    place = {"location": {"country": "FR", "site": "lab"}}
    sites = {"id": "p", "sites": {"lab": {"country": "FR"}}}
    idle = held("idle", stage="idle", **place)
    a = assess(held("job", **place), idle, profile=sites)
    assert a.attribution.transfers["idle"]
    assert use(a) is None
    stated = assess(held("job", **place), idle, profile=sites | {"lifetime_utilisation": 0.5})
    assert [(f.field, f.message) for f in findings(stated, "idle-in-utilisation")] == [
        (
            "profile.lifetime_utilisation",
            "its devices are in use for 0.5 of their life, and logged idle time is given to it as well",
        )
    ]


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0, "must be more than 0 (found 0). Correct the value."),
        (1.5, "must be at most 1 (found 1.5). Correct the value."),
        ("half", "not a number with a unit (found half). Write a number, bare or with %."),
    ],
)
def test_a_share_that_is_none_is_refused(share, message):
    with pytest.raises(Exception, match="lifetime_utilisation") as refused:
        assess(held(), profile={"id": "p", "lifetime_utilisation": share})
    assert str(refused.value) == f"profile: lifetime_utilisation: {message}"
