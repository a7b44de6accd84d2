"""Idle time with its jobs, development with its service: nothing is lost, nothing counted twice, the first view stays."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest
from conftest import assess, figure
from hypothesis import given, settings
from hypothesis import strategies as st

import lca.engine.kernel
from lca.errors import ProfileError

PLACE = {"country": "DE"}


def job(identity: str, hours: float, **more: Any) -> dict[str, Any]:
    devices = [{"model": "A100-SXM4-40GB", "device_hours": f"{hours} h", "power": "400 W", "power_boundary": "node"}]
    return {"schema": "lca-run/1", "id": identity, "system": "S", "stage": "training", "location": PLACE, "devices": devices,
            "facility": {"pue": 1}, "electricity": {"factor": "100 g/kWh"}, **more}  # fmt: skip


def idle(kwh: float, **more: Any) -> dict[str, Any]:
    return {"schema": "lca-run/1", "id": "idle", "system": "cluster", "stage": "idle", "location": PLACE, "facility": {"pue": 1},
            "devices": [{"model": "A100-SXM4-40GB", "device_hours": "1 h"}], "electricity": {"factor": "100 g/kWh"},
            "energy": [{"value": f"{kwh} kWh", "boundary": "node", "method": "counter"}], **more}  # fmt: skip


def served(identity: str, requests: float, hours: float = 10) -> dict[str, Any]:
    return job(identity, hours, stage="inference", work={"requests": requests})


def service(amount: float, **more: Any) -> dict[str, Any]:
    entry = {"system": "S", "work": "requests", "amount": amount, "reason": "forecast of the product team", **more}
    return {"id": "own", "services": [entry]}


def by_run(made: Any, quantity: str) -> dict[str, float]:
    return {f["by"]["run"]: f["value"] for f in made.figure_list(("run",)) if f["quantity"] == quantity and f["by"]}


def test_idle_energy_goes_to_jobs_by_reserved_hours():
    made = assess(job("a", 100), job("b", 300), idle(40))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"a": 50, "b": 150, "idle": 0})
    assert by_run(made, "facility_energy") == pytest.approx({"a": 40, "b": 120, "idle": 40})


def test_idle_energy_goes_to_jobs_by_energy_and_by_active_time():
    jobs = [job("a", 100), job("b", 300)]
    jobs[0]["devices"][0]["power"] = "1200 W"
    made = assess(*jobs, idle(40), profile={"id": "own", "idle_allocation": "energy"})
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"a": 140, "b": 140, "idle": 0})
    jobs[0]["devices"][0]["utilisation"], jobs[1]["devices"][0]["utilisation"] = 0.9, 0.1
    made = assess(*jobs, idle(40), profile={"id": "own", "idle_allocation": "active-time"})
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"a": 150, "b": 130, "idle": 0})


def test_idle_stays_where_nothing_shares_it():
    made = assess(job("a", 100), idle(40), profile={"id": "own", "idle_allocation": "none"})
    assert not [f for f in made.figure_list(()) if f["quantity"].endswith("_with_idle")]


def test_idle_goes_to_its_own_system_where_that_has_jobs():
    made = assess(job("a", 100, system="cluster"), job("b", 100), idle(40))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"a": 80, "b": 40, "idle": 0})


def test_a_job_without_hours_keeps_the_pool_as_it_is():
    bare = job("b", 1)
    bare["devices"][0].pop("device_hours")
    bare["energy"] = [{"value": "1 kWh", "boundary": "node", "method": "counter"}]
    made = assess(job("a", 100), bare, idle(40))
    found = [f for f in made.findings if f.code == "idle-not-allocated"]
    assert [f.message for f in found] == ["device hours reserved of the run b in the same pool is not determined"]
    assert found[0].run == "idle"


def test_another_place_is_another_pool():
    made = assess(job("a", 100, location={"country": "FR"}), idle(40))
    assert [f.message for f in made.findings if f.code == "idle-not-allocated"] == [
        "no other run names the same place and the same devices"
    ]


def dated(start: str, end: str) -> dict[str, str]:
    return {"start": f"{start}T00:00:00Z", "end": f"{end}T00:00:00Z"}


def told(made: Any, code: str) -> list[str]:
    return [f.message for f in made.findings if f.code == code]


def test_idle_time_goes_to_the_jobs_of_its_month():
    """A job of May, and one of which 10 of 20 days lie in April: of April, 50 of its 100 hours, beside 150 of a third."""
    may, april = (
        job("may", 100, **dated("2025-05-02", "2025-05-12")),
        job("april", 150, **dated("2025-04-01", "2025-04-30")),
    )
    both = job("both", 100, **dated("2025-04-21", "2025-05-11"))
    made = assess(may, april, both, idle(40, **dated("2025-04-05", "2025-04-06")))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx(
        {"may": 40, "april": 60 + 30, "both": 40 + 10, "idle": 0}
    )
    assert told(made, "idle-allocated") == [
        "shared among 2 jobs of the pool, each month among its own, by device hours reserved"
    ]


def test_an_idle_run_of_several_months_is_divided_among_them():
    """61 days of April and May, 30.5 kWh in all: 15 to the job of April, 15.5 to that of May."""
    jobs = [job("a", 10, **dated("2025-04-02", "2025-04-03")), job("m", 10, **dated("2025-05-02", "2025-05-03"))]
    made = assess(*jobs, idle(30.5, **dated("2025-04-01", "2025-06-01")))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"a": 4 + 15, "m": 4 + 15.5, "idle": 0})
    assert told(made, "run-divided") == []  # of one year
    whole = assess(*jobs, idle(30.5, **dated("2025-04-01", "2025-07-01")))
    assert by_run(whole, "facility_energy_with_idle")["idle"] == pytest.approx(30.5 * 30 / 91)
    assert told(whole, "idle-not-allocated") == [
        "no other run of the same month names the same place and the same devices"
    ]
    assert whole.total("facility_energy_with_idle")["value"] == pytest.approx(38.5)


def test_idle_time_never_reaches_a_job_of_another_year():
    made = assess(job("old", 10, **dated("2021-04-01", "2021-04-30")), idle(40, **dated("2025-04-05", "2025-04-06")))
    assert figure(made, "facility_energy")["value"] == pytest.approx(44)
    assert told(made, "idle-not-allocated") == [
        "no other run of the same month names the same place and the same devices"
    ]


def test_the_system_of_idle_time_is_preferred_month_by_month():
    own = job("own", 100, system="cluster", **dated("2025-04-01", "2025-04-02"))
    jobs = [job("a", 100, **dated("2025-04-01", "2025-05-01")), job("b", 100, **dated("2025-05-01", "2025-06-01"))]
    made = assess(own, *jobs, idle(61, **dated("2025-04-01", "2025-06-01")))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx(
        {"own": 40 + 30, "a": 40, "b": 40 + 31, "idle": 0}
    )


def test_jobs_without_a_date_share_idle_time_without_one_alone():
    april = job("april", 100, **dated("2025-04-01", "2025-04-30"))
    made = assess(april, job("u", 100), idle(40, **dated("2025-04-05", "2025-04-06")))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"april": 80, "u": 40, "idle": 0})
    assert told(made, "idle-allocated") == [
        "given to the one job of the pool in the same month, by device hours reserved; 1 job without a date gets nothing"
    ]
    made = assess(april, job("u", 100), idle(40))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"april": 60, "u": 60, "idle": 0})
    assert told(made, "idle-allocated") == [
        "shared among 2 jobs of the pool, by device hours reserved; months are not compared where a date is lacking"
    ]
    made = assess(job("u", 100), idle(40, **dated("2025-04-05", "2025-04-06")))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"u": 80, "idle": 0})
    assert told(made, "idle-allocated") == [
        "given to the one job of the pool, by device hours reserved; months are not compared where a date is lacking"
    ]


def test_development_is_spread_over_the_work_served():
    """1,000 h x 0.4 kW = 400 kWh of training, a quarter of the service life served, by two runs at 1 : 3."""
    made = assess(job("t", 1000), served("x", 1e6), served("y", 3e6), profile=service(16e6))
    assert by_run(made, "facility_energy_with_development") == pytest.approx({"t": 300, "x": 4 + 25, "y": 4 + 75})
    per = figure(made, "facility_energy_with_development_per_request", system="S", stage="inference")
    assert per["value"] == pytest.approx(108 / 4e6)
    without = figure(made, "facility_energy_per_request", system="S", stage="inference")
    assert without["value"] == pytest.approx(8 / 4e6)


def test_more_work_than_expected_spreads_all_and_no_more():
    made = assess(job("t", 1000), served("x", 4e6), profile=service(1e6))
    assert by_run(made, "facility_energy_with_development") == pytest.approx({"t": 0, "x": 404})
    assert [f.message for f in made.findings if f.code == "service-life-exceeded"] == [
        "service S: 4 000 000 requests were served, more than the 1 000 000 expected over the service life; all of development is spread, and no more"
    ]


def test_a_service_without_inference_is_told():
    made = assess(job("t", 1000), profile=service(1e6))
    assert [f.message for f in made.findings if f.code == "service-not-spread"] == [
        "service S: no inference run with work.requests is among the runs of this system"
    ]


def test_idle_time_of_training_reaches_the_service():
    made = assess(job("t", 1000), served("x", 1e6, hours=1000), idle(100), profile=service(1e6))
    assert by_run(made, "facility_energy_with_idle") == pytest.approx({"t": 450, "x": 450, "idle": 0})
    assert by_run(made, "facility_energy_with_development") == pytest.approx({"t": 0, "x": 900, "idle": 0})


def test_two_entries_for_one_system_are_refused():
    entry = service(1e6)["services"][0]
    with pytest.raises(ProfileError) as error:
        assess(job("t", 1), profile={"id": "own", "services": [entry, entry]})
    assert str(error.value) == (
        "profile: services: one system is there twice: its development would be spread twice (found S). Keep one entry per system."
    )


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.floats(1, 1e4), min_size=1, max_size=5), st.floats(0, 1e5), st.floats(1, 1e9), st.floats(1, 1e9),
    st.sampled_from(["reserved-time", "energy"]),
)  # fmt: skip
def test_what_moves_is_neither_lost_nor_added(hours, kwh, requests, amount, basis):
    runs = [*(job(f"t{i}", h) for i, h in enumerate(hours)), served("x", requests), idle(kwh)]
    for run in runs:  # an interval that all rows share must not grow by moving
        run["electricity"] = {"factor": {"value": 100, "low": 80, "high": 130, "unit": "g/kWh"}}
    made = assess(*runs, profile={**service(amount), "idle_allocation": basis})
    whole = figure(made, "total_co2e")
    for view in ("idle", "development"):
        got = figure(made, f"total_co2e_with_{view}")
        for key in ("value", "low", "high"):
            assert math.isclose(got[key], whole[key], rel_tol=1e-9), (view, key)
        assert got["missing"] == whole["missing"]
        assert all(v >= -1e-9 * whole["value"] for v in by_run(made, f"total_co2e_with_{view}").values())


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90)), min_size=1, max_size=5), st.integers(0, 300), st.integers(1, 120))  # fmt: skip
def test_idle_time_of_any_months_is_neither_lost_nor_added(jobs, begin, length):
    def span(first: int, days: int) -> dict[str, str]:
        return dated(*(str(date(2024, 7, 1) + timedelta(days=n)) for n in (first, first + days)))

    runs = [
        *(job(f"t{i}", 10 * days, **span(first, days)) for i, (first, days) in enumerate(jobs)),
        idle(100, **span(begin, length)),
    ]
    for run in runs:
        run["electricity"] = {"factor": {"value": 100, "low": 80, "high": 130, "unit": "g/kWh"}}
    made = assess(*runs)
    whole = figure(made, "total_co2e")
    if "total_co2e_with_idle" not in made.summary.names:
        return
    got = figure(made, "total_co2e_with_idle")
    for key in ("value", "low", "high"):
        assert math.isclose(got[key], whole[key], rel_tol=1e-9), key


def test_the_boundary_of_a_block_inside_a_pool_changes_nothing(monkeypatch):
    runs = [*(job(f"t{i}", i + 1) for i in range(7)), served("x", 1e6), idle(40)]
    whole = by_run(assess(*runs, profile=service(2e6)), "total_co2e_with_development")
    monkeypatch.setattr(lca.engine.kernel, "BLOCK", 2)
    assert by_run(assess(*runs, profile=service(2e6)), "total_co2e_with_development") == whole
    assert by_run(assess(*runs[::-1], profile=service(2e6)), "total_co2e_with_development") == pytest.approx(whole)
