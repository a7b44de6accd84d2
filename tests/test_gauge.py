"""Samples added up while they are read: the same as all at once, gaps, resets, clocks that run backwards."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.ingest import gauge
from lca.ingest.gauge import Counter, Gauge


def kwh(record):
    number, unit = record["value"].split()
    assert unit == "kWh"
    return float(number)


def made(samples, kind=Gauge):
    one = kind()
    for at, value in samples:
        one.put(at, value)
    return one


def test_trapezoids_over_the_hours():
    record, reading = gauge.energy([made([(0, 1.0), (1800, 1.0), (3600, 3.0), (5400, 3.0)])], "accelerator")
    assert kwh(record) == pytest.approx(0.5 + 1.0 + 1.5)
    assert (record["boundary"], record["method"], "coverage" in record) == ("accelerator", "integrated", False)
    assert (reading.shape.first, reading.shape.energy) == (0, pytest.approx((1.5, 1.5)))


def test_a_gap_is_not_bridged_and_lowers_the_coverage():
    samples = [(t, 1.0) for t in range(0, 600, 10)] + [(t, 1.0) for t in range(6000, 6600, 10)]
    record, _ = gauge.energy([made(samples)], "node")
    assert kwh(record) == pytest.approx(2 * 590 / 3600)
    assert record["coverage"]["value"] == pytest.approx(1180 / 6590)


def test_a_step_across_hours_is_cut_at_each():
    _, reading = gauge.energy([made([(1800, 1.0), (1800 + 7200, 3.0)])], "node")
    assert reading.shape.energy == pytest.approx((0.625, 2.0, 1.375))
    assert sum(reading.shape.energy) == pytest.approx(4.0)


def test_a_counter_counts_through_gaps_and_starts_again_after_a_reset():
    record, reading = gauge.energy([made([(0, 5.0), (10, 6.0), (5000, 9.0), (5010, 0.25)], Counter)], "accelerator")
    assert (kwh(record), record["method"]) == (pytest.approx(4.25), "counter")
    assert [(r.before, r.after, r.time) for r in reading.resets] == [("9 kWh", "0.25 kWh", "1970-01-01T01:23:30Z")]


def test_a_counter_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="runs backwards, from 20 kWh to 15 kWh at 1970-01-01T02:00:00Z"):
        gauge.energy([made([(0, 19.0), (3600, 20.0), (7200, 15.0)], Counter)], "node")


def test_times_that_do_not_rise_are_left_out_and_told():
    one = made([(0, 1.0), (10, 1.0), (10, 9.0), (5, 9.0), (20, 1.0)])
    record, _ = gauge.energy([one], "node")
    assert kwh(record) == pytest.approx(20 / 3600)
    assert [n.message for n in gauge.notes([one])] == [
        "2 samples bear a time that is not after the one before them: left out"
    ]


def test_two_devices_of_one_run():
    two = [made([(0, 1.0), (3600, 1.0)]), made([(0, 1.0), (1800, 1.0)])]
    record, reading = gauge.energy(two, "accelerator")
    assert (kwh(record), reading.devices) == (pytest.approx(1.5), 2)
    assert record["coverage"]["value"] == pytest.approx(0.75)


def test_one_sample_is_no_energy():
    with pytest.raises(ValueError, match="no device has two samples"):
        gauge.energy([made([(0, 1.0)])], "node")


@given(
    st.lists(st.tuples(st.integers(1, 4000), st.floats(0, 5)), min_size=2, max_size=60),
    st.lists(st.integers(1, 59), max_size=4),
)
def test_chunks_change_nothing(steps, cuts):
    times = np.cumsum([float(s) for s, _ in steps])
    values = np.array([v for _, v in steps])
    whole = Gauge()
    whole.add(times, values)
    parts = Gauge()
    edges = sorted({0, len(times), *(c for c in cuts if c < len(times))})
    for a, b in pairwise(edges):
        parts.add(times[a:b], values[a:b])
    assert sum(parts.result()[0].values()) == pytest.approx(sum(whole.result()[0].values()))
    assert parts.result()[1] == pytest.approx(whole.result()[1])
    longest = whole.longest()
    kept = np.diff(times) <= longest * 1.01
    bound = float(((values[1:] + values[:-1]) / 2 * np.diff(times))[kept].sum() / 3600)
    assert sum(whole.result()[0].values()) <= bound * (1 + 1e-9) + 1e-12


def test_a_time_decades_away_is_left_out_and_told():
    one = made([(0, 1.0), (10, 1.0), (1e9, 9.0)])
    record, _ = gauge.energy([one], "node")
    assert kwh(record) == pytest.approx(10 / 3600)
    assert [n.message for n in gauge.notes([one])] == [
        "1 samples lie more than ten years after the one before them: left out"
    ]
