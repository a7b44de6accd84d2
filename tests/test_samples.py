"""Logs of one device that name none: recognised by their samples where they overlap, and told where these are constant."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import NOW, findings
from test_keys import SMI, totals

import lca
from lca.ingest.gauge import Gauge


def noisy(folder, name, begin, end, watts=lambda m: 300 + 7.25 * (m * m % 13)):
    rows = (
        f"2024/03/01 {10 + m // 60:02}:{m % 60:02}:00.{m % 7}00, 0, NVIDIA A100-SXM4-40GB, {watts(m):.2f} W\n"
        for m in range(begin, end)
    )
    (folder / name).write_text(SMI + "".join(rows))
    return str(folder / name)


def test_two_logs_that_hold_the_same_samples_are_of_one_gpu(tmp_path):
    noisy(tmp_path, "whole.csv", 0, 121)
    whole = lca.assess(str(tmp_path / "whole.csv"), now=NOW)
    folder = tmp_path / "two"
    folder.mkdir()
    one, other = noisy(folder, "a.csv", 0, 91), noisy(folder, "b.csv", 60, 121)
    for order in ([one, other], [other, one]):
        a = lca.assess(order, now=NOW)
        assert totals(a, "device_hours") == pytest.approx([2 + 0.1 / 3600])  # to 12:00:00.1
        assert totals(a, "it_energy") == pytest.approx(totals(whole, "it_energy"), rel=0.01)
        assert len(findings(a, "overlap-same-host")) == 2


def test_logs_of_two_gpus_at_the_same_times_both_count(tmp_path):
    noisy(tmp_path, "a.csv", 0, 91)
    noisy(tmp_path, "b.csv", 60, 121, lambda m: 310 + 7.25 * (m * m % 11))
    a = lca.assess(str(tmp_path), now=NOW)
    assert totals(a, "device_hours") == pytest.approx([2.5], rel=0.01)
    assert not findings(a, "overlap-same-host")
    assert not findings(a, "possible-double-count")


def test_the_same_constant_samples_in_two_logs_are_told_and_both_count(tmp_path):
    one = noisy(tmp_path, "a.csv", 0, 91, lambda _: 300)
    noisy(tmp_path, "b.csv", 60, 121, lambda _: 300)
    a = lca.assess(str(tmp_path), now=NOW)
    assert totals(a, "device_hours") == pytest.approx([2.5], rel=0.01)
    assert [(f.severity, f.message) for f in findings(a, "possible-double-count")] == [
        (
            "warning",
            f"{one} holds the same constant samples at the same times: if both are logs of one device, it counts twice",
        )
    ]


def test_long_logs_are_recognised_by_a_few_of_their_samples():
    times = np.arange(0.0, 50_000.0)
    values = np.random.default_rng(1).uniform(0.1, 0.7, len(times))
    one, other, third = Gauge(), Gauge(), Gauge()
    one.add(times[:40_000], values[:40_000])
    for begin in range(20_000, 50_000, 7_000):
        other.add(times[begin : begin + 7_000], values[begin : begin + 7_000])
    third.add(times, values[::-1])
    limit = max(one.marks.limit, other.marks.limit)
    assert len(one.marks.samples()) == len(other.marks.samples()) == 128
    common = one.marks.samples(other.marks.limit).keys() & other.marks.samples(one.marks.limit).keys()
    assert limit > 0
    assert len(common) > 30
    assert all(one.marks.samples()[t] == other.marks.samples()[t] for t in common)
    assert not any(one.marks.samples()[t] == third.marks.samples().get(t) for t in common)
