"""The period of a profile cuts what is counted; what lies outside is told, and periods that are none are named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import NOW, assess, figure, findings, run, value, write
from period_runs import Y2024, bill, in_total

import lca
from lca.errors import ProfileError, UnknownName
from lca.report import left_out
from lca.report.view import build

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
