"""Samples added up while they are read: the same as all at once, gaps, resets, clocks that run backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from conftest import assess, run
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import InputError
from lca.ingest import gauge
from lca.ingest.energy_counter import Counter
from lca.ingest.gauge import Gauge


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


def test_a_sample_out_of_order_is_sorted_and_a_second_one_at_a_time_is_not_used():
    one = made([(0, 1.0), (10, 1.0), (10, 9.0), (5, 9.0), (20, 1.0)])
    record, _ = gauge.energy([one], "node")
    assert kwh(record) == pytest.approx((5 * 5 + 5 * 5 + 10) / 3600)  # 1 to 9 to 1 kW, then 1 kW
    assert [n.message for n in gauge.notes([one])] == [
        "one sample bears a time that other samples cover; it was not used"
    ]


def test_blocks_in_the_wrong_order_give_the_energy_of_both():
    later, earlier = [(t, 1.0) for t in range(600, 1201, 10)], [(t, 1.0) for t in range(0, 600, 10)]
    one = made(later + earlier)
    record, _ = gauge.energy([one], "node")
    assert (kwh(record), "coverage" in record) == (pytest.approx(1200 / 3600), False)
    assert [(n.severity, n.message) for n in gauge.notes([one])] == [
        ("info", "the samples go back in time once; they were sorted")
    ]


def test_a_block_given_twice_counts_once():
    block = [(t, 1.0) for t in range(0, 1000, 10)]
    one = made(block + block)
    record, _ = gauge.energy([one], "node")
    assert kwh(record) == pytest.approx(990 / 3600)
    assert [n.message for n in gauge.notes([one])] == [
        "100 samples bear times that other samples cover; they were not used"
    ]


BERLIN = ZoneInfo("Europe/Berlin")


def wall_clock(first, hours, step=300):
    """Local times of a log, in seconds, that was kept from an instant on."""
    begin = datetime.fromisoformat(first).timestamp()
    instants = [begin + n * step for n in range(int(hours * 3600 / step) + 1)]
    return [datetime.fromtimestamp(i, BERLIN).replace(tzinfo=UTC).timestamp() for i in instants]


@pytest.mark.parametrize(
    "first", ["2026-03-29T00:00:00+01:00", "2026-10-25T01:00:00+02:00", "2026-06-01T00:00:00+02:00"]
)
def test_a_change_of_clocks_is_neither_work_nor_idle_time(first):
    one = Gauge(BERLIN)
    for at in wall_clock(first, 4):
        one.put(at, 0.2)
    record, reading = gauge.energy([one], "node", naive=True)
    assert (kwh(record), "coverage" in record, reading.naive, reading.zone) == (
        pytest.approx(0.8),
        False,
        False,
        "Europe/Berlin",
    )
    start = datetime.fromisoformat(first)
    assert gauge.window([one], naive=True) == {
        "start": start.astimezone(UTC).isoformat(),
        "end": (start.astimezone(UTC) + timedelta(hours=4)).isoformat(),
    }


def test_a_repeated_hour_without_a_zone_counts_once_and_is_told():
    one = made([(at, 0.2) for at in wall_clock("2026-10-25T01:00:00+02:00", 4)])
    record, _ = gauge.energy([one], "node", naive=True)
    assert kwh(record) == pytest.approx(0.6)
    assert [(n.code, n.severity, n.message) for n in gauge.notes([one])] == [
        ("clock-fault", "warning", "the clock went back by an hour before 2026-10-25T02:00:00, as at the end of summer time, "
         "and no time zone is known: 12 samples of the repeated hour were not used. State the time zone")
    ]  # fmt: skip


@given(st.lists(st.floats(0, 5), min_size=20, max_size=200), st.randoms(use_true_random=False), st.integers(2, 40))
def test_the_order_of_samples_changes_nothing(values, random, size):
    samples = [(10.0 * n, v) for n, v in enumerate(values)]
    right, _ = gauge.energy([made(samples)], "node")
    blocks = [samples[n : n + size] for n in range(0, len(samples), size)]
    random.shuffle(blocks)
    swapped = made([s for block in blocks for s in block])
    record, _ = gauge.energy([swapped], "node")
    assert kwh(record) == pytest.approx(kwh(right))
    assert swapped.covered_twice == 0
    random.shuffle(samples)
    record, _ = gauge.energy([made(samples)], "node")
    assert kwh(record) == pytest.approx(kwh(right))


def test_a_block_covers_no_hole_that_another_fills():
    """Blocks of 4 samples, the third and the fifth last: the others leave holes of 5 steps, and no sample counts twice."""
    blocks = [[(10.0 * n, float(n == 9)) for n in range(first, first + 4)] for first in range(0, 36, 4)]
    one = made([sample for n in (0, 1, 3, 5, 6, 7, 8, 2, 4) for sample in blocks[n]])
    record, _ = gauge.energy([one], "node")
    assert (kwh(record), one.covered_twice) == (pytest.approx(10 / 3600), 0)


def test_blocks_longer_than_what_is_held_back_are_sorted_too(monkeypatch):
    monkeypatch.setattr(gauge, "CHUNK", 64)
    monkeypatch.setattr(gauge, "HELD_BACK", 8)
    blocks = [[(t, 1.0 + t / 9000) for t in range(first, first + 3000, 10)] for first in (3000, 6000, 0)]
    one = made([s for block in blocks for s in block])
    record, _ = gauge.energy([one], "node")
    assert (kwh(record), one.covered_twice) == (pytest.approx((8990 + 8990**2 / 18000) / 3600), 0)


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
        "one sample lies more than ten years from the others; it was not used"
    ]


#: readings of a counter in kWh: what falls, and after which step
FALLS = {
    "to less than it counts in a step": ([(0, 10), (3600, 20), (7200, 4), (10800, 14)], 24.0),
    "to 0": ([(0, 10), (3600, 20), (7200, 0), (10800, 10)], 20.0),
    "after a gap": ([(0, 100), (60, 101), (36060, 40), (36120, 41)], 42.0),
    "nearer to the reading before": ([(0, 10), (3600, 20), (7200, 15), (10800, 25)], None),
    "to more than it counts in a step": ([(0, 100), (60, 100.1), (120, 40), (180, 40.1)], None),
    "and never rises": ([(0, 100), (60, 1)], None),
}


@pytest.mark.parametrize("name", FALLS)
def test_logs_and_series_of_runs_have_one_rule_for_resets(name):
    """What a log counts is what a run log of the same readings counts, or both refuse it."""
    readings, expected = FALLS[name]
    series = {"samples": readings, "unit": "kWh", "boundary": "node"}
    stated = run("p", start="1970-01-01T00:00:00Z", duration=f"{readings[-1][0]} s", devices=None, power=series)
    log = made([(t, float(value)) for t, value in readings], Counter)
    if expected is None:
        with pytest.raises(ValueError, match="the counter runs backwards"):
            gauge.energy([log], "node")
        with pytest.raises(InputError, match="the counter runs backwards"):
            assess(stated)
        return
    assert kwh(gauge.energy([log], "node")[0]) == pytest.approx(expected)
    assert assess(stated).activities.runs[0].energy[-1].value.value == pytest.approx(expected)


@pytest.mark.parametrize("gap", [49, 50, 51])
def test_logs_and_series_of_runs_bridge_the_same_gaps(gap):
    """1 kW for 10 steps of 10 s, a gap of 5 of them or one second beside, and 10 steps more."""
    times = [10 * n for n in range(11)] + [100 + gap + 10 * n for n in range(11)]
    expected = (200 + (gap if gap <= 50 else 0)) / 3600
    series = {"samples": [[t, 1] for t in times], "unit": "kW", "boundary": "node"}
    stated = run("p", start="1970-01-01T00:00:00Z", duration=f"{times[-1]} s", devices=None, power=series)
    assert kwh(gauge.energy([made([(t, 1.0) for t in times])], "node")[0]) == pytest.approx(expected)
    assert assess(stated).activities.runs[0].energy[-1].value.value == pytest.approx(expected)
