"""What counts once where several exports of one account hold the same rows, and what is left of a record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from lca.ingest import pieces
from lca.ingest.formats import Found
from lca.ingest.pieces import Collected, counted, without

DAY = 86400
#: 2026-03-01T00:00:00Z
MARCH = 1772323200


def rows(*windows, key="vm", machine=0, hours=24.0):
    """A record of rows on days of March 2026, numbered from 1."""
    made = Collected(machine)
    for row, (begin, end) in enumerate(windows, 2):
        name = pieces.key(key)
        made.add(name, MARCH + (begin - 1) * DAY, MARCH + (end - 1) * DAY, row, [("device_hours", hours), ("billed_cost EUR", 5.0)])  # fmt: skip
    return made.pieces()


def days(first, last):
    return [(d, d + 1) for d in range(first, last + 1)]


def kept(*files):
    return [[mask.tolist() for mask in record] for record in counted(files)]


def test_rows_of_one_export_all_count_whatever_they_share():
    assert kept([rows((1, 2), (1, 2))]) == [[[True, True]]]


def test_a_row_that_stands_in_two_exports_counts_from_the_one_that_reaches_furthest():
    early, late = [rows(*days(1, 2))], [rows(*days(1, 4))]
    assert kept(early, late) == [[[False, False]], [[True, True, True, True]]]
    assert kept(late, early) == [[[True, True, True, True]], [[False, False]]]


def test_windows_that_overlap_in_part_count_each_day_once():
    assert kept([rows(*days(1, 4))], [rows(*days(3, 6))]) == [[[True, True, False, False]], [[True] * 4]]


def test_of_two_states_of_one_day_the_later_one_counts():
    noon, night = [rows((4, 5), hours=12.0)], [rows((4, 5), hours=24.0)]
    assert kept(noon, night) == [[[False]], [[True]]]
    assert kept(night, noon) == [[[True]], [[False]]]


def test_a_day_stands_against_its_hours_in_another_export():
    half = rows(*[(1 + h / 24, 1 + (h + 1) / 24) for h in range(12)], hours=1.0)
    assert kept([rows((1, 2))], [half]) == [[[True]], [[False] * 12]]
    whole = rows(*[(1 + h / 24, 1 + (h + 1) / 24) for h in range(48)], hours=1.0)
    assert kept([rows((1, 2))], [whole]) == [[[False]], [[True] * 48]]


def test_different_resources_and_times_that_touch_all_count():
    assert kept([rows(*days(1, 2))], [rows(*days(3, 4))]) == [[[True, True]], [[True, True]]]
    assert kept([rows((1, 2))], [rows((1, 2), key="other")]) == [[[True]], [[True]]]


def test_one_machine_priced_in_two_ways_has_no_more_hours_than_there_are():
    demand = [rows(*days(1, 3), key="vm on demand", machine=7)]
    plan = [rows(*days(1, 4), key="vm with a plan", machine=7)]
    assert kept(demand, plan) == [[[False] * 3], [[True] * 4]]
    part = [rows((1, 2), key="vm on demand", machine=7, hours=10.0)]
    rest = [rows((1, 2), key="vm with a plan", machine=7, hours=14.0)]
    assert kept(part, rest) == [[[True]], [[True]]]


def test_no_file_and_no_row_count_for_nothing():
    assert kept() == []
    assert kept([], [rows((1, 2))]) == [[], [[True]]]


def test_a_record_is_cut_to_the_rows_that_count():
    made = rows(*days(1, 4))
    record = {
        "id": "m", "start": datetime(2026, 3, 1, tzinfo=UTC).isoformat(), "end": datetime(2026, 3, 5, tzinfo=UTC).isoformat(),
        "devices": [{"model": "x", "device_hours": "96 h"}], "ext": {"billed_cost": "20.0000 EUR"},
    }  # fmt: skip
    found = Found(record, [2, 3, 4, 5], pieces=made)
    left = without(found, np.asarray([True, True, False, False]))
    assert left.record == {
        "id": "m", "start": "2026-03-01T00:00:00+00:00", "end": "2026-03-03T00:00:00+00:00",
        "devices": [{"model": "x", "device_hours": "48 h"}], "ext": {"billed_cost": "10.0000 EUR"},
    }  # fmt: skip
    assert (left.rows, len(left.pieces)) == ([2, 3], 2)
    late = without(replace(found, record=record | {"id": "vm-2026-03-01"}), np.asarray([False, False, True, True]))
    assert (late.record["id"], late.record["start"]) == ("vm-2026-03-03", "2026-03-03T00:00:00+00:00")
    assert found.record["devices"] == [{"model": "x", "device_hours": "96 h"}]
    assert without(found, np.ones(4, bool)) is found
    assert without(found, np.zeros(4, bool)) is None


def test_work_is_cut_too():
    made = Collected()
    made.add(1, MARCH, MARCH + DAY, 1, [("tokens_in", 100.0), ("requests", 2.0)])
    made.add(2, MARCH, MARCH + DAY, 2, [("tokens_in", 30.0), ("tokens_out", 4.0)])
    found = Found({"work": {"tokens_in": 130.0, "requests": 2.0, "tokens_out": 4.0}}, [1, 2], pieces=made.pieces())
    assert without(found, np.asarray([False, True])).record["work"] == {"tokens_in": 30.0, "tokens_out": 4.0, "requests": 0.0}  # fmt: skip


def test_what_counts_does_not_hang_on_the_order_of_rows():
    made = np.random.default_rng(3)
    files = [rows(*[(d, d + int(made.integers(1, 3))) for d in made.integers(1, 28, 40)]) for _ in range(3)]
    masks = counted([[f] for f in files])
    order = made.permutation(40)
    turned = counted([[f.of(order)] for f in files])
    for mask, other in zip(masks, turned, strict=True):
        assert mask[0][order].tolist() == other[0].tolist()


@pytest.mark.parametrize("parts", [("a",), ("a", "b"), ("ab",)])
def test_keys_tell_parts_apart(parts):
    assert pieces.key(*parts) != pieces.key("a", "b", "")
    assert pieces.key(*parts) == pieces.key(*parts)
