"""Runs in time: each year's factors for its part, and a period that cuts what is counted; nothing is lost between parts."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from conftest import NOW, assess, figure, findings, run, value, write
from hypothesis import given, settings
from hypothesis import strategies as st

import lca
from lca.activity import duration_hours
from lca.errors import ProfileError, UnknownName
from lca.ingest.gauge import Gauge, energy
from lca.numerals import spelled
from lca.report import left_out
from lca.report.view import build
from lca.run import PowerSeries, Run
from lca.time_parts import divide

#: quantities that parts of a run share out among them
ADDITIVE = ("device_hours", "it_energy", "facility_energy", "embodied_co2e", "end_of_life_co2e", "training_flops")


def bill(id="r", /, start="2023-12-17T00:00:00Z", end="2024-01-16T00:00:00Z", kwh=1000.0, country="PL", **fields):
    """A run of so much energy at the facility; 15 of its 30 days lie in each year."""
    made = {
        "schema": "lca-run/1", "id": id, "system": "Model A", "stage": "training", "start": start, "end": end,
        "location": {"country": country}, "energy": [{"value": f"{kwh!r} kWh", "boundary": "facility", "method": "bill"}],
    }  # fmt: skip
    return {k: v for k, v in (made | fields).items() if v is not None}


def of(first, last, **more):
    """A profile with a period."""
    return {"id": "p", "period": {"start": first, "end": last}, **more}


Y2024 = of("2024-01-01", "2024-12-31")


def in_total(*logs, **by):
    """The life-cycle total of runs without a period, as a message spells it."""
    return spelled(value(assess(*logs), "total_co2e", **by), 4)


def parts(log):
    made = Run.model_validate(log)
    return divide(made, duration_hours(made))


# ---- years --------------------------------------------------------------------------------------------------------------


def test_each_part_of_a_run_takes_the_factor_of_its_year():
    """500 kWh at 614 g (eea-PL-2023) and 500 kWh at 566 g (eea-PL-2024)."""
    a = assess(bill())
    assert value(a, "use_co2e_location") == pytest.approx(307 + 283)
    assert value(a, "use_co2e_location", year="2023") == pytest.approx(307)
    assert value(a, "use_co2e_location", month="2023-12") == pytest.approx(307)
    assert value(a, "use_co2e_location", month="2024-01") == pytest.approx(283)
    assert figure(a, "use_co2e_location")["factors"] == ["eea-PL-2023", "eea-PL-2024"]


def test_a_run_of_three_years_has_a_part_for_each():
    a = assess(bill(start="2022-01-01T00:00:00Z", end="2025-01-01T00:00:00Z", kwh=1096.0))
    assert a.columns["facility_energy"].tolist() == pytest.approx([365, 365, 366])
    assert a.activities.year.tolist() == [2022, 2023, 2024]


@pytest.mark.parametrize(
    "log",
    [
        bill(start="2023-12-01T00:00:00Z", end="2024-01-01T00:00:00Z"),  # ends with the year
        bill(start="2024-01-01T00:00:00Z", end="2024-02-01T00:00:00Z"),  # begins with it
        bill(start="2024-01-01T05:00:00+06:00", end="2024-01-01T06:00:00+06:00"),  # in UTC all in 2023
        bill(end=None), bill(start=None), bill(start=None, end=None),
    ],
)  # fmt: skip
def test_a_run_that_crosses_nothing_is_one_row(log):
    assert len(parts(log)) == 1
    a = assess(log)
    assert (a.rows, a.activities.divided, findings(a, "run-divided")) == (1, {}, [])
    assert value(a, "facility_energy") == 1000.0


def test_the_turn_of_the_year_is_that_of_utc():
    [before, after] = parts(bill(start="2024-01-01T00:00:00+01:00", end="2024-01-01T04:00:00+01:00"))
    assert (before.year, before.time, after.year, after.time) == (2023, 0.25, 2024, 0.75)


def test_hours_are_divided_by_time_and_energy_and_work_by_the_power_series():
    """1 kW for 12 hours, then 3 kW for 12: a quarter of the energy and of the work, half of the hours."""
    power = {"samples": [[0, 0], [43200, 12], [86400, 48]], "unit": "kWh", "boundary": "facility"}
    work = {"requests": 400, "tokens_trained": 4e9, "flops": 4e18}
    a = assess(run(start="2023-12-31T12:00:00Z", duration="24 h", power=power, work=work))
    assert a.columns["facility_energy"].tolist() == pytest.approx([12, 36])
    assert a.columns["device_hours"].tolist() == pytest.approx([96, 96])
    assert a.columns["training_flops"].tolist() == pytest.approx([1e18, 3e18])
    assert a.activities.columns["work_requests"].tolist() == pytest.approx([100, 300])
    assert figure(a, "facility_energy_per_request", year="2024")["value"] == pytest.approx(36 / 300)
    [told] = findings(a, "run-divided")
    assert told.message == (
        "the run lasts over the turn of a year and was divided there, its energy and work by the power series of the run: "
        "25 % from 2023-12-31T12:00:00Z to 2024-01-01, 75 % from 2024-01-01 to 2024-01-01T12:00:00Z"
    )


def test_a_run_dated_by_its_samples_alone_is_divided_by_them():
    power = {
        "samples": [["2023-12-31T12:00:00Z", 0], ["2024-01-01T00:00:00Z", 12], ["2024-01-01T12:00:00Z", 48]],
        "unit": "kWh", "boundary": "facility",
    }  # fmt: skip
    a = assess(bill(start=None, end=None, energy=None, power=power))
    assert a.columns["facility_energy"].tolist() == pytest.approx([12, 36])
    assert a.activities.year.tolist() == [2023, 2024]
    assert value(assess(bill(start=None, end=None, energy=None, power=power), profile=Y2024), "facility_energy") == pytest.approx(36)  # fmt: skip


def test_time_without_samples_counts_at_the_mean_power_of_the_others():
    """1 kW in the first 6 of 24 hours, scaled to all: 12 kWh in each year, and not all 24 in the one with samples."""
    power = {"samples": [[600 * n, 1000] for n in range(37)], "unit": "W", "boundary": "facility"}
    a = assess(bill(start="2023-12-31T12:00:00Z", end="2024-01-01T12:00:00Z", energy=None, power=power))
    assert a.columns["facility_energy"].tolist() == pytest.approx([12, 12])
    power["samples"] += [[79200 + 600 * n, 3000] for n in range(13)]  # 2 hours of 3 kW at the end: 12 kWh in 8 hours
    a = assess(bill(start="2023-12-31T12:00:00Z", end="2024-01-01T12:00:00Z", energy=None, power=power))
    assert a.columns["facility_energy"].tolist() == pytest.approx([6 + 6 * 1.5, 6 + 10 * 1.5])


def test_samples_of_a_log_by_others_divide_their_run_in_the_same_way():
    meter = Gauge()
    begin = datetime(2023, 12, 31, 12, tzinfo=UTC).timestamp()
    for first, power, count in ((0, 1.0, 37), (79200, 3.0, 13)):
        meter.add([begin + first + 600 * n for n in range(count)], [power] * count)
    _, reading = energy([meter], "node")
    made = Run.model_validate(bill(start="2023-12-31T12:00:00Z", end="2024-01-01T12:00:00Z"))
    made.power = PowerSeries.of_log("node", reading)
    assert [p.energy for p in divide(made, 24.0)] == pytest.approx([15 / 36, 21 / 36])


def test_device_groups_share_each_part():
    """40 kWh over two groups of 8 and 2 devices of one power: 32 and 8, half of it in each year."""
    group = {"model": "NVIDIA H100 80GB HBM3", "power": "500 W", "power_boundary": "node"}
    log = run(start="2023-12-31T19:00:00Z", devices=[{**group, "count": 8}, {**group, "count": 2}],
              energy=[{"value": "40 kWh", "boundary": "node", "method": "counter"}], work={"requests": 10}, host={"count": 2})  # fmt: skip
    a = assess(log)
    assert a.columns["it_energy"].tolist() == pytest.approx([16, 4, 16, 4])
    assert a.activities.group_of_row.tolist() == [0, 1, 0, 1]
    assert a.activities.part_of_row.tolist() == [0, 0, 1, 1]
    assert a.activities.columns["host_count"].tolist() == pytest.approx([1.6, 0.4, 1.6, 0.4])
    assert a.activities.columns["work_requests"].tolist() == [5, 0, 5, 0]
    assert figure(a, "it_energy_per_request", year="2023")["value"] == pytest.approx(4)
    assert figure(a, "it_energy_per_request", device="NVIDIA H100 SXM5 80GB")["value"] == pytest.approx(4)


def test_several_divided_runs_are_told_at_once():
    a = assess(*(bill(f"r{n}") for n in range(5)))
    [told] = findings(a, "run-divided")
    assert told.message == (
        "5 runs last over the turn of a year and were divided there, their energy and work by time: r0, r1, r2 and 2 more"
    )
    assert (told.count, told.run, told.runs) == (5, None, ("r0", "r1", "r2", "r3", "r4"))


def test_checks_of_power_and_work_look_at_the_whole_run():
    """All of the work fell into the second half; the devices never worked faster than they can."""
    power = {"samples": [[0, 0], [18000, 0.001], [36000, 40]], "unit": "kWh", "boundary": "node"}
    log = run(start="2023-12-31T19:00:00Z", power=power, work={"flops": 1.5e20})
    a = assess(log)
    assert findings(a, "implausible-mfu") == findings(
        assess({**log, "start": "2023-05-01T00:00:00Z"}), "implausible-mfu"
    )
    assert [f.message for f in findings(a, "implausible-power")] == [
        f.message for f in findings(assess({**log, "start": "2023-05-01T00:00:00Z"}), "implausible-power")
    ]
    short = run(start="2023-12-31T19:00:00Z", devices=[{"model": "H100 SXM", "count": 1, "lifetime": "8 h"}])
    assert [f.message for f in findings(assess(short), "lifetime-exceeded")] == [
        "each device is charged 1.25 of its whole life"
    ]


def test_explain_and_results_say_which_part_a_row_is():
    a = assess(bill())
    text = a.explain("r", "facility_energy")
    assert "device group 0, 2023-12-17 to 2024-01-01 (UTC): no device" in text
    assert (
        "metered_facility = 500 kWh   from energy[0] of the run, 1000.0 kWh, times 0.5, the part from 2024-01-01 to 2024-01-16 by time"
        in text
    )
    assert "sum over 2 parts: 1000 kWh" in text
    frame = a.results
    assert frame["start"].tolist() == ["2023-12-17T00:00:00Z", "2024-01-01T00:00:00Z"]
    assert frame["end"].tolist() == ["2024-01-01T00:00:00Z", "2024-01-16T00:00:00Z"]
    assert frame["part"].tolist() == [0, 1]
    assert frame["part_of_time"].tolist() == frame["part_of_energy"].tolist() == [0.5, 0.5]
    assert frame["divided_by"].tolist() == ["time", "time"]
    whole = assess(bill(start=None, end=None)).results
    assert whole["start"].tolist() == [None]
    assert whole["divided_by"].isna().all()


def test_work_and_hours_of_a_part_are_explained():
    log = run(start="2023-12-31T19:00:00Z", work={"flops": 1e18}, devices=[{"model": "H100 SXM", "count": 8, "device_hours": "80 h", "power": "500 W"}])  # fmt: skip
    a = assess(log)
    text = a.explain("r", "training_flops")
    assert "stated_flops = 5e+17 FLOP   1e+18 stated by the run, times 0.5, the part from 2024-01-01 to 2024-01-01T05:00:00Z by time" in text  # fmt: skip
    assert "stated_device_hours = 40 h   stated by the run, times 0.5, the part of its time from 2023-12-31T19:00:00Z to 2024-01-01" in a.explain("r", "device_hours")  # fmt: skip


def test_totals_with_intervals_are_those_of_one_run():
    energy = [
        {"value": {"value": 1000, "low": 800, "high": 1300, "unit": "kWh"}, "boundary": "facility", "method": "bill"}
    ]
    cut, whole = (figure(assess(log), "facility_energy") for log in (bill(energy=energy), bill(energy=energy, start="2023-11-17T00:00:00Z", end="2023-12-17T00:00:00Z")))  # fmt: skip
    for key in ("value", "low", "high", "median"):
        assert cut[key] == pytest.approx(whole[key], rel=1e-9)


# ---- the period ---------------------------------------------------------------------------------------------------------

KINDS = {  # kWh of 1000 that lie in 2024
    "before": (bill(start="2023-11-01T00:00:00Z", end="2023-12-01T00:00:00Z"), 0),
    "after": (bill(start="2025-02-01T00:00:00Z", end="2025-03-01T00:00:00Z"), 0),
    "up to its begin": (bill(start="2023-12-01T00:00:00Z", end="2024-01-01T00:00:00Z"), 0),
    "from its end": (bill(start="2025-01-01T00:00:00Z", end="2025-01-02T00:00:00Z"), 0),
    "across its start": (bill(), 500),
    "across its end": (bill(start="2024-12-31T00:00:00Z", end="2025-01-04T00:00:00Z"), 250),
    "across both": (bill(start="2023-01-01T00:00:00Z", end="2026-01-01T00:00:00Z"), 1000 * 366 / 1096),
    "as long as it": (bill(start="2024-01-01T00:00:00Z", end="2025-01-01T00:00:00Z"), 1000),
    "by its duration": (bill(end=None, duration="60 days"), 750),
    "by its duration to its end": (bill(start=None, duration="30 days"), 500),
    "a start without length": (bill(start="2024-12-31T23:00:00Z", end=None), 1000),
    "an end without length": (bill(start=None, end="2024-01-01T00:00:00Z"), 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_counts_for_its_part_inside(kind):
    log, kwh = KINDS[kind]
    a = assess(log, profile=Y2024)
    assert value(a, "facility_energy") == (pytest.approx(kwh, rel=1e-12) if kwh else None)
    assert len(findings(a, "outside-period")) == (kwh < 1000)
    left = a.left_out
    assert (0.0 if left is None else left.of(np.ones(left.activities.rows, bool)).energy) == pytest.approx(1000 - kwh)


def test_hours_and_hardware_are_cut_like_the_energy():
    """8 x 360 h; (164 kg + 5700/8 kg) x 2880 h / 43800 h."""
    a = assess(bill(devices=[{"model": "H100 SXM", "count": 8}]), profile=Y2024)
    assert value(a, "device_hours") == pytest.approx(2880)
    assert value(a, "embodied_co2e") == pytest.approx((164 + 5700 / 8) * 2880 / 43800)


def test_stated_device_hours_and_work_are_cut():
    log = run(start="2023-12-31T19:00:00Z", work={"requests": 10, "flops": 1e18},
              devices=[{"model": "H100 SXM", "count": 8, "device_hours": "80 h", "power": "500 W"}])  # fmt: skip
    a = assess(log, profile=Y2024)
    assert (value(a, "device_hours"), value(a, "training_flops")) == pytest.approx((40, 5e17))
    per = figure(a, "facility_energy_per_request")["value"]
    assert per == pytest.approx(value(assess(log), "facility_energy", year="2024") / 5)


def test_what_lies_outside_is_told_with_its_amounts():
    outside = bill("before", start="2023-11-01T00:00:00Z", end="2023-12-01T00:00:00Z")
    a = assess(bill("across"), outside, profile=Y2024)
    assert [(f.run, f.severity, f.message) for f in findings(a, "outside-period")] == [
        ("across", "warning", "a part of the run lies outside 2024-01-01 to 2024-12-31 and is in no figure: 360 h, 500 kWh, 307 kgCO2e of "
         f"electricity (location-based) and {in_total(bill(), year='2023')} kgCO2e in total, divided by time"),
        ("before", "warning", "the run lies outside 2024-01-01 to 2024-12-31 and is in no figure: 720 h, 1 000 kWh, 614 kgCO2e of "
         f"electricity (location-based) and {in_total(outside)} kgCO2e in total"),
    ]  # fmt: skip
    assert [r.id for r in a.activities.runs] == ["across"]
    assert {f.run for f in a.findings if f.code == "not-determined"} == {"across"}


def test_many_runs_outside_are_one_finding():
    logs = [bill(f"out{n}", start="2023-05-01T00:00:00Z", end="2023-06-01T00:00:00Z") for n in range(30)]
    a = assess(bill("across"), *logs, profile=Y2024)
    all_of_2023 = in_total(bill("across"), *logs, year="2023")
    [told] = findings(a, "outside-period")
    assert told.message == (
        "31 runs lie outside 2024-01-01 to 2024-12-31 and are in no figure: 22 680 h, 30 500 kWh, 18 730 kgCO2e of electricity "
        f"(location-based) and {all_of_2023} kgCO2e in total; across, out0, out1 and 28 more; 1 of them lies outside in part and was "
        "divided by time"
    )
    assert (told.count, told.run, len(told.runs)) == (31, None, 25)


def test_a_run_without_a_date_is_left_out_until_the_profile_includes_it():
    log = bill(start=None, end=None)
    a = assess(log, profile=Y2024)
    assert value(a, "facility_energy") is None
    [told] = findings(a, "undated-run")
    assert (told.run, told.severity) == ("r", "warning")
    assert told.message == (
        "the run has no date, so that it is not known whether it lies in 2024-01-01 to 2024-12-31: it is in no figure (1 000 kWh, "
        f"566 kgCO2e of electricity (location-based) and {in_total(log)} kgCO2e in total)"
    )
    assert findings(a, "outside-period") == []
    same = assess(log, profile={**Y2024, "undated": "exclude"})
    assert [f.message for f in same.findings] == [f.message for f in a.findings]
    included = assess(log, profile={**Y2024, "undated": "include"})
    assert value(included, "facility_energy") == 1000
    [told] = findings(included, "undated-run")
    assert (told.run, told.severity, told.message) == (
        "r", "info", "1 run has no date and counts in the period 2024-01-01 to 2024-12-31, as the profile says (`undated: include`): r",
    )  # fmt: skip
    assert value(assess(log), "facility_energy") == 1000
    assert findings(assess(log), "undated-run") == []


def test_many_runs_without_a_date_are_one_finding():
    logs = [bill(f"u{n}", start=None, end=None, kwh=10.0) for n in range(4)]
    [told] = findings(assess(*logs, profile=Y2024), "undated-run")
    assert told.message == (
        "4 runs have no date, so that it is not known whether they lie in 2024-01-01 to 2024-12-31: they are in no figure (40 kWh, "
        f"22.64 kgCO2e of electricity (location-based) and {in_total(*logs)} kgCO2e in total); u0, u1, u2 and 1 more"
    )
    [told] = findings(assess(*logs, profile={**Y2024, "undated": "include"}), "undated-run")
    assert told.message == (
        "4 runs have no date and count in the period 2024-01-01 to 2024-12-31, as the profile says (`undated: include`): u0, u1, u2 "
        "and 1 more"
    )


def test_a_run_of_unknown_length_is_told():
    a = assess(bill(start="2024-12-31T23:00:00Z", end=None), profile=Y2024)
    [told] = findings(a, "length-not-stated")
    assert (
        told.message
        == "the run states one end of its time alone, which lies in 2024-01-01 to 2024-12-31: it counts whole"
    )


def test_amounts_that_are_not_known_are_said_to_be_so():
    log = {k: v for k, v in bill(start="2023-05-01T00:00:00Z", end=None).items() if k != "energy"}
    [told] = findings(assess(log, profile=Y2024), "outside-period")
    assert told.message == (
        "the run lies outside 2024-01-01 to 2024-12-31 and is in no figure: amounts that are not determined"
    )


def test_a_declared_value_is_compared_with_the_whole_run():
    log = bill(declared={"energy": "1000 kWh"})
    assert findings(assess(log, profile=Y2024), "declared-mismatch") == []
    [told] = findings(assess(bill(declared={"energy": "500 kWh"}), profile=Y2024), "declared-mismatch")
    assert "1 000" in told.message


@pytest.mark.parametrize(("kwh", "differs"), [(1000, 0), (500, 1)])
def test_totals_that_a_file_declares_are_compared_with_whole_runs(tmp_path, kwh, differs):
    declared = [{"by": {"system": "Model A"}, "quantity": "facility_energy", "value": f"{kwh} kWh"}]
    file = write(tmp_path / "runs.json", {"runs": [bill()], "declared": declared})
    a = lca.assess([file], now=NOW, profile=Y2024)
    assert len(a.intake.declared) == 1
    assert len(findings(a, "declared-mismatch")) == differs


def test_an_instrument_of_a_run_is_cut_with_it():
    """A certificate of 500 kWh over all of the time of a run of 1000 kWh: 250 for the half inside."""
    bought = {"type": "certificate", "energy": "500 kWh", "factor": "0 g/kWh", "market": "PL", "technology": "wind_onshore", "evidence": "GO 1"}  # fmt: skip

    def share(**dates):
        log = bill(electricity={"instruments": [{**bought, **dates}]})
        a = assess(log, profile=Y2024)
        return value(a, "use_co2e_market") / value(a, "use_co2e_location"), [
            f.message for f in findings(a, "instrument-period")
        ]

    left, told = share(start="2023-12-01", end="2024-01-31")
    assert left == pytest.approx(0.5)
    assert told == [
        "250 of the 500 kWh of the certificate belong to the part of the run outside the period of the report and are not counted"
    ]
    assert share(start="2024-01-01", end="2024-12-31") == (pytest.approx(0), [])
    assert share(start="2023-01-01", end="2023-12-31")[0] == pytest.approx(1)


def test_the_computation_of_a_system_is_told_to_lack_what_was_trained_before():
    log = run(start="2023-12-31T19:00:00Z", work={"flops": 2e20})
    [told] = findings(assess(log, profile=Y2024), "training-compute-threshold")
    assert told.message.startswith("Model A: 1 × 10²⁰ FLOP of training computation, ")
    assert told.message.endswith(
        "; what was trained outside the period is not in it. A comparison, not a legal finding"
    )
    [told] = findings(assess(log), "training-compute-threshold")
    assert "outside" not in told.message


def test_a_claim_is_tested_for_the_part_of_its_run_that_counts():
    claim = {"text": "runs on wind", "by": "its maker", "supply": ["wind_onshore"]}
    a = assess(bill(claim=claim), profile=Y2024)
    [tested] = a.claims.tested
    for view in tested.views:
        assert view.figures["facility_energy"]["value"] == pytest.approx(500)
    assert assess(KINDS["before"][0] | {"claim": claim}, profile=Y2024).claims.tested == []


def test_purchases_count_by_their_date_where_no_run_lies_in_the_period():
    profile = {**Y2024, "purchases": [{"device": "H100 SXM", "count": 2, "date": "2024-05-01"}]}

    def lines(log):
        made = assess(log, profile=profile).view_data["lines"]
        return {x["id"]: x["value"] for x in made if x["view"] == "ghg-protocol"}

    nothing, something = lines(KINDS["before"][0]), lines(KINDS["as long as it"][0])
    assert nothing["scope-3-2"] == something["scope-3-2"] > 2 * 100
    assert (nothing["scope-2-location"], something["scope-2-location"]) == (None, pytest.approx(566))


@pytest.mark.parametrize("view", ["life-cycle", "ghg-protocol", "sci"])
def test_a_report_of_nothing_is_a_report(view, tmp_path):
    a = assess(KINDS["after"][0], profile={**Y2024, "view": view, "disclosures": ["esrs-e1"]})
    for f in a.figure_list():
        assert (f["value"], f["rows"], f["reason"]) == (None, 0, "no run lies in the period 2024-01-01 to 2024-12-31")
    assert a.figure_list(("system",)) == a.figure_list(())
    made = a.report(tmp_path, ("html", "json", "csv", "md", "xlsx"))
    text = Path(made["html"]).read_text("utf-8")
    assert "Left out of every figure: 1.00\u202fMWh at the facility" in text
    assert ("No run of the logs lies in the period of the report" in text) == (view == "life-cycle")
    with pytest.raises(UnknownName) as caught:
        a.explain("r")
    assert str(caught.value) == (
        "run r: it is in no figure: it lies outside the period of the profile, or has no date. Explain it under a profile whose "
        "period holds it, or that states none."
    )


def test_the_first_page_says_how_much_was_cut():
    outside = bill("before", start="2023-11-01T00:00:00Z", end="2023-12-01T00:00:00Z")
    a = assess(bill("across"), outside, bill("undated", start=None, end=None), profile=Y2024)
    [told] = left_out.facts(a)
    assert told.text.replace("\u202f", " ") == (
        "Left out of every figure: 1.50 MWh at the facility, 50 % of the energy that was read. 2 runs lie outside 1 January 2024 to "
        "31 December 2024, 1 of them in part. Left out for want of a date: 1.00 MWh at the facility, 33 % of the energy that was "
        "read, of 1 run. Section 3 lists them."
    )
    assert told in build(a).answer.facts
    [table] = left_out.tables(a)
    rows = [[c.text.replace("\u202f", " ") for c in row.cells] for row in table.rows]
    assert [row[:5] for row in rows] == [
        ["before", "the whole run", "720", "1.00", "0.614"],
        ["undated", "no date", "n/a", "1.00", "0.566"],
        ["across", "a part of it", "360", "0.500", "0.307"],
        ["Total", "", "1 080", "2.50", "1.49"],
    ]
    assert [float(row[5]) for row in rows] == pytest.approx([0.68, 0.62, 0.34, 1.64], abs=0.1)
    assert left_out.facts(assess(bill())) == left_out.tables(assess(bill())) == []


def test_expected_runs_are_compared_whole_and_missing_ones_count_inside(tmp_path):
    listed = [bill("across"), bill("gone"), bill("elsewhere", start="2022-05-01T00:00:00Z", end="2022-06-01T00:00:00Z")]
    logs = [{**log, "devices": [{"model": "H100 SXM", "count": 8}]} for log in listed]
    a = assess(logs[0], profile=Y2024, expect=[write(tmp_path / "all.json", logs)])
    assert [(f.code, f.run) for f in a.findings if f.code in ("hours-missing", "energy-not-explained")] == []
    [compared] = a.completeness.compared
    assert (compared.expected, compared.found, [(g.id, g.amounts["device_hours"]) for g in compared.gaps]) == (2, 1, [("gone", pytest.approx(2880))])  # fmt: skip
    assert compared.notes == ["1 run that it names lies outside the period, and was not read; it is not missing"]


# ---- bad input ----------------------------------------------------------------------------------------------------------

WRONG = {
    "period: {start: 2024-12-31, end: 2024-01-01}": "period: it ends before it starts. Correct one of the two dates.",
    "period: [{start: 2024-01-01, end: 2024-06-30}, {start: 2024-06-30, end: 2024-12-31}]":
        "period: it overlaps itself: days stand in two of its entries. Write one start and one end.",
    "period: [{start: 2024-01-01, end: 2024-06-30}, {start: 2024-07-01, end: 2024-12-31}]":
        "period: a report has one period. Write one start and one end, and a profile for each other period.",
    "period: {start: 2024-01-01, start: 2024-02-01, end: 2024-12-31}":
        "cannot be read: the key start stands twice in one object, in lines 1 and 1. Correct the YAML.",
    "period: {start: '05-01', end: '06-30'}": "period.start: it has no year (found 05-01). Write it as 2025-03-31.",
    "period: {start: 2024-05-01, end: 30.06.}": "period.end: it has no year (found 30.06.). Write it as 2025-03-31.",
    "period: {start: 2024, end: 2024}":
        "period.start: a year alone is no day (found 2024). Write a day of it, such as 2024-01-01 or 2024-12-31.",
    "period: {start: 2024-05, end: 2024-06}":
        "period.start: a month alone is no day (found 2024-05). Write a day of it, such as 2025-03-31.",
    "period: {start: 1024-01-01, end: 2024-12-31}":
        "period.start: not a year in which a computer ran (found 1024-01-01). Correct the date.",
    "period: {start: true, end: 2024-12-31}": "period.start: not a date (found True). Write it as 2025-03-31.",
    "period: 2024": "period: not an object with keys (found 2024). Write an object with keys, such as { }.",
    "period: {start: 2024-01-01}": "period.end: it is missing. Add it.",
    "undated: maybe": "undated: not one of the known values (found maybe). Use one of 'exclude' or 'include'.",
    "undated: included": "undated: not one of the known values (found included). Use one of 'exclude' or 'include'; the nearest is include.",
    "undated: exclude": "undated: it leaves out runs without a date, and the profile states no period (found exclude). "
        "State the period, or leave undated out.",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_period_that_is_none_is_named(text, tmp_path):
    path = write(tmp_path / "own.yaml", f"{text}\n")
    with pytest.raises(ProfileError) as caught:
        assess(bill(), profile=path)
    assert str(caught.value) == f"{path}: {WRONG[text]}"


# ---- properties ---------------------------------------------------------------------------------------------------------

START = datetime(2023, 1, 1, tzinfo=UTC)


@st.composite
def logs(draw, count=4):
    """Runs between 2022 and 2026, dated or not, with devices, energy, work and samples or without."""
    out = []
    for n in range(draw(st.integers(1, count))):
        start = START + timedelta(hours=draw(st.integers(-4000, 16000)))
        hours = draw(st.one_of(st.integers(1, 100), st.integers(1000, 20000)))
        log = {"schema": "lca-run/1", "id": f"r{n}", "system": draw(st.sampled_from("AB")), "stage": draw(st.sampled_from(["training", "inference", "idle"])),
               "location": {"country": draw(st.sampled_from(["PL", "FR"]))}, "work": {"requests": draw(st.integers(1, 10**6))}}  # fmt: skip
        dated = draw(st.sampled_from(["start", "end", "both", "neither", "start alone"]))
        if dated in ("start", "both", "start alone"):
            log["start"] = start.isoformat()
        if dated in ("end", "both"):
            log["end"] = (start + timedelta(hours=hours)).isoformat()
        if dated in ("start", "end"):
            log["duration"] = f"{hours} h"
        if draw(st.booleans()):
            log["devices"] = [{"model": m, "count": draw(st.integers(1, 8)), "device_hours": f"{hours} h"} for m in draw(st.sampled_from([["H100 SXM"], ["H100 SXM", "L4"]]))]  # fmt: skip
        if dated == "both" and draw(st.booleans()):
            middle = draw(st.floats(0.1, 0.9))
            log["power"] = {"samples": [[0, 0], [3600 * hours * middle, draw(st.floats(0, 50))], [3600 * hours, 100]], "unit": "kWh", "boundary": "node"}  # fmt: skip
        else:
            log["energy"] = [{"value": f"{draw(st.floats(1, 1e5))!r} kWh", "boundary": "node", "method": "counter"}]
        out.append(log)
    return out


def total(a, quantity):
    return value(a, quantity) or 0.0


@settings(deadline=None, max_examples=25)
@given(logs())
def test_parts_add_up_to_the_whole_run(runs):
    """Property: what a run states is shared out among its parts, and nothing is lost or added."""
    for log in runs:
        made = parts(log)
        assert math.fsum(p.time for p in made) == pytest.approx(1, abs=1e-15)
        assert math.fsum(p.energy for p in made) == pytest.approx(1, abs=1e-15)
        assert all(before.end == after.start for before, after in pairwise(made))
        assert all(0 <= x <= 1 for p in made for x in (p.time, p.energy))
    a, undated = assess(*runs), [{k: v for k, v in log.items() if k not in ("start", "end")} for log in runs]
    stated = math.fsum(float(r["energy"][0]["value"].split()[0]) if "energy" in r else 100.0 for r in runs)
    assert total(a, "it_energy") == pytest.approx(stated, rel=1e-12)
    assert total(a, "device_hours") == pytest.approx(total(assess(*undated), "device_hours"), rel=1e-12)
    assert np.nansum(a.activities.column("work_requests")) == pytest.approx(math.fsum(r["work"]["requests"] for r in runs), rel=1e-12)  # fmt: skip


@settings(deadline=None, max_examples=15)
@given(logs(), st.integers(1, 700))
def test_two_adjacent_periods_add_up_to_that_of_both(runs, day):
    """Property: whatever the cut, both reports together tell what one of the whole time tells."""
    cut = (START + timedelta(days=day)).date()
    first, second, both = (
        of("2023-01-01", str(cut)),
        of(str(cut + timedelta(days=1)), "2024-12-31"),
        of("2023-01-01", "2024-12-31"),
    )
    a, b, c = (assess(*runs, profile=profile) for profile in (first, second, both))
    whole = assess(*runs)
    for quantity in (*ADDITIVE, "use_co2e_location", "use_co2e_upstream", "use_co2e", "total_co2e"):
        assert total(a, quantity) + total(b, quantity) == pytest.approx(total(c, quantity), rel=1e-9, abs=1e-9)
        outside = total(c.outside, quantity) if c.outside is not None else 0.0
        assert total(c, quantity) + outside == pytest.approx(total(whole, quantity), rel=1e-9, abs=1e-9)


@settings(deadline=None, max_examples=10)
@given(logs(), st.randoms(use_true_random=False))
def test_the_order_of_files_changes_no_byte(tmp_path_factory, runs, random):
    """Property: figures, findings and views are those of the same files in any other order."""
    folder = tmp_path_factory.mktemp("runs")
    files = [write(folder / f"{log['id']}.json", log) for log in runs]
    mixed = random.sample(files, len(files))
    a, b = (lca.assess(given_, now=NOW, profile=of("2023-06-01", "2024-05-31")).as_dict() for given_ in (files, mixed))
    for made in (a, b):
        made["inputs"].sort(key=lambda i: i["path"])
    assert a == b
