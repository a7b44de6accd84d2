"""Runs in time: each year takes its factors for its part, and nothing is lost between parts or adjacent periods."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from conftest import NOW, assess, figure, findings, run, value, write
from hypothesis import given, settings
from hypothesis import strategies as st
from period_runs import ADDITIVE, Y2024, bill, of, parts

import lca
from lca.ingest.gauge import Gauge, energy
from lca.run import PowerSeries, Run
from lca.time_parts import divide

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
