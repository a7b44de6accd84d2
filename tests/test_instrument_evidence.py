"""What is not shown to meet the quality criteria is listed and not counted, so that less evidence never gives less emissions."""

from __future__ import annotations

import copy

import pytest
from conftest import assess, figure, value
from hypothesis import given
from hypothesis import strategies as st
from test_properties import few
from test_register import SHOWN, WIND, holding, left, told, used

LACKS = {
    ("market",): ("market", "no market"), ("start",): ("", "no period"), ("end",): ("", "no period"), ("evidence",): ("evidence", "no evidence"),
    ("start", "end"): ("", "no period"), ("market", "evidence"): ("", "no market and no evidence"),
    ("market", "start", "end", "evidence"): ("", "no market, no period and no evidence"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["certificate", "ppa", "supplier"])
@pytest.mark.parametrize("lacks", LACKS)
def test_what_is_not_shown_is_listed_and_not_counted(kind, lacks):
    bare = {k: v for k, v in (WIND | {"type": kind, "share": 1, "factor": "0 g/kWh"}).items() if k not in lacks}
    a = assess(used("a", 100, bare))
    assert left(a) == 1
    field, what = LACKS[lacks]
    path = f"electricity.instruments[0]{'.' if field else ''}{field}"
    assert told(a, "instrument-not-evidenced") == [
        ("warning", "a", path, f"the {kind} is not counted: it states {what}")
    ]
    [line] = a.view_data["instruments"]
    assert (line["counted"], line["covered"], line["reason"]) == (
        False,
        0,
        f"the {kind} is not counted: it states {what}",
    )
    claimed = assess(used("a", 100, bare), profile={"id": "p", "instrument_evidence": "claimed"})
    assert value(claimed, "use_co2e_market") == 0
    assert not told(claimed, "instrument-not-evidenced")


def test_serial_numbers_are_evidence():
    bare = {k: v for k, v in WIND.items() if k != "evidence"}
    assert left(assess(used("a", 100, bare | {"share": 1, "serials": "1 to 100"}))) == 0


def test_what_is_not_retired_does_not_count():
    a = assess(used("a", 100, WIND | {"share": 1, "retired": False}))
    assert left(a) == 1
    assert told(a, "instrument-not-evidenced")[0][3] == "the certificate is not counted: it is not retired"
    retired = assess(used("a", 100, WIND | {"share": 1, "retired": "2024-02-01"}))
    assert left(retired) == 0
    states = {c["number"]: c["state"] for c in retired.view_data["instruments"][0]["criteria"]}
    assert states[3] == "met"


def test_a_rate_above_the_grid_counts_without_evidence():
    """Leaving out evidence of a coal contract gains nothing: 800 g/kWh, and the residual mix alike."""
    coal = {"type": "supplier", "share": 0.5, "factor": "800 g/kWh"}
    a = assess(used("a", 100, coal))
    assert value(a, "use_co2e_market") == pytest.approx(40 + value(a, "use_co2e_location") / 2)
    assert told(a, "instrument-not-evidenced")[0][3] == (
        "the supplier is counted although it states no market, no period and no evidence, since its rate lies above what would stand in its place"
    )
    low, high = ({"type": "residual", "factor": f"{g} g/kWh"} for g in (1, 700))
    assert left(assess(used("a", 100, low))) == 1
    assert value(assess(used("a", 100, high)), "use_co2e_market") == pytest.approx(70)
    assert told(assess(used("a", 100, low)), "instrument-not-evidenced")[0][3] == (
        "the residual mix is not counted: it states no market, no period and no evidence"
    )


def test_an_instrument_that_is_not_counted_leaves_its_consumption_to_others():
    a = assess(used("a", 100, {"type": "certificate", "share": 1, "factor": "0 g/kWh"}, WIND | {"type": "supplier", "share": 1, "factor": "20 g/kWh"}))  # fmt: skip
    assert value(a, "use_co2e_market") == pytest.approx(2)


RATES = st.sampled_from([0, 0, 20, 100, 300, 900])


@st.composite
def evidenced(draw):
    """An instrument with all that shows it to meet the criteria."""
    kind = draw(st.sampled_from(["certificate", "ppa", "supplier", "residual"]))
    covers = (
        {"share": draw(st.sampled_from([0.2, 0.5, 1]))}
        if draw(st.booleans())
        else {"energy": f"{draw(st.sampled_from([10, 50, 300]))} kWh"}
    )
    rate = {"factor": f"{draw(RATES)} g/kWh", "evidence": f"entry {draw(st.integers(1, 10**6))}"}
    return {"type": kind, **({} if kind == "residual" else covers), **SHOWN, **rate}


@few
@given(st.lists(evidenced(), min_size=1, max_size=4), st.data())
def test_less_evidence_never_gives_less_emissions(bought, data):
    """One key after another goes, of any instrument; the run lies in France or in Poland, whose grids are low and high."""
    place = {"country": data.draw(st.sampled_from(["FR", "PL"]))}
    held = [copy.deepcopy(i) | {"market": place["country"]} for i in bought]
    before = value(assess(used("a", 100, *held, location=place)), "use_co2e_market")
    for _ in range(data.draw(st.integers(1, 4))):
        one = data.draw(st.sampled_from(held))
        one.pop(data.draw(st.sampled_from(["market", "start", "end", "evidence"])), None)
        after = value(assess(used("a", 100, *held, location=place)), "use_co2e_market")
        assert after >= before * (1 - 1e-9)
        before = after


def test_the_order_of_runs_changes_no_byte():
    runs = [used(str(n), 10 * n + 3.7, WIND | {"energy": "40 kWh", "evidence": f"entry {n % 3}"}) for n in range(6)]
    profile = holding(WIND | {"energy": "61.3 kWh", "evidence": "entry 9"})
    one, other = (assess(*order, profile=profile) for order in (runs, runs[::-1]))
    assert one.view_data["instruments"] == other.view_data["instruments"]
    assert figure(one, "use_co2e_market") == figure(other, "use_co2e_market")
    assert one.findings == other.findings
