"""Cells to values: one policy for blanks, numbers, units, stamps and durations, and the reason where a cell is none."""

from __future__ import annotations

import ast
import math
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.ingest import cells

BLANKS = ["", "  ", "-", "--", "[N/A]", "N/A", "[Not Supported]", "nan", "NaN", "None", "null", "Unknown", "<NA>", "[Unknown Error]", None, math.nan]  # fmt: skip


def refusal(read, *args, **options):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the text is returned
        read(*args, **options)
    return str(error.value)


@pytest.mark.parametrize("cell", BLANKS)
def test_what_stands_where_there_is_no_value_is_blank_for_every_kind(cell):
    assert cells.is_blank(cell)
    assert cells.number(cell) is None
    assert cells.count(cell) is None
    assert cells.quantity(cell, "W", "power") is None
    assert cells.stamp(cell) is None
    assert cells.duration(cell) is None


@pytest.mark.parametrize("cell", ["0", "x", "-5", 0, 0.0, False, "nano", "unknown GPU", []])
def test_what_holds_anything_else_is_not_blank(cell):
    assert not cells.is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("0", 0.0), (" 12.5 ", 12.5), ("+3", 3.0), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("1.5E-2", 0.015), (7, 7.0), (2.5, 2.5)],
)  # fmt: skip
def test_numbers(cell, value):
    assert cells.number(cell) == value


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("-5", "below 0"), (-0.1, "below 0"), ("abc", "not a number"), ("1,234", "not a number"), ("1 234", "not a number"), ("12 W", "not a number"),
        ("1'000", "not a number"), ("0x1f", "not a number"), ("1_000", "not a number"), ("\u0661\u0662", "not a number"), (True, "not a number"),
        ([1], "not a number"), ("inf", "not a finite number"), ("-Infinity", "not a finite number"), (math.inf, "not a finite number"),
        ("1e999", "not a finite number"), (10**400, "not a finite number"), ("9" * 400, "not a finite number"),
    ],
)  # fmt: skip
def test_what_is_no_number_says_why(cell, problem):
    assert refusal(cells.number, cell) == problem


def test_limits_decimal_commas_and_units_behind_a_number():
    assert cells.number("-5", minimum=None) == -5.0
    assert refusal(cells.number, "0.5", 1.0) == "below 1"
    assert cells.number("3600,5", decimal=",") == 3600.5
    assert refusal(cells.number, "1.234,5", decimal=",") == "not a number with a decimal comma"
    assert cells.number("64 %", unit="%") == 64.0
    assert refusal(cells.number, "64 W", unit="%") == "not a number"


def test_counts_are_whole():
    assert (cells.count("8"), cells.count("8.0"), cells.count(0)) == (8, 8, 0)
    assert refusal(cells.count, "2.5") == "not a whole number"
    assert refusal(cells.count, "-1") == "below 0"


@pytest.mark.parametrize(
    ("word", "unit"),
    [("Watts", "W"), ("watt", "W"), ("KW", "kW"), ("mW", "mW"), ("MW", "MW"), ("mJ", "mJ"), ("MJ", "MJ"), ("Joules", "J"), ("KWH", "kWh"), ("MWh", "MWh"),
     ("secs", "s"), ("Minutes", "min"), ("hrs", "h"), ("gCO2eq", "gCO2e"), ("kgCO2", "kgCO2e"), ("pct", "%"), ("furlong", "furlong")],
)  # fmt: skip
def test_words_for_units(word, unit):
    assert cells.unit_named(word) == unit


@pytest.mark.parametrize(
    ("cell", "unit", "dimension", "value"),
    [
        ("250 W", "", "power", 0.25), ("250", "W", "power", 0.25), ("250000 mW", "W", "power", 0.25), ("0.25kW", "mW", "power", 0.25), (250, "W", "power", 0.25),
        ("3.6e6 J", "", "energy", 1.0), ("1000 Wh", "", "energy", 1.0), ("0,5 kWh", "", "energy", None), ("90 min", "", "time", 1.5), ("500 g", "", "co2e", 0.5),
    ],
)  # fmt: skip
def test_quantities(cell, unit, dimension, value):
    if value is None:
        assert refusal(cells.quantity, cell, unit, dimension) == "not a number"
        assert cells.quantity(cell, unit, dimension, decimal=",") == 0.5
        return
    assert cells.quantity(cell, unit, dimension) == pytest.approx(value)


@pytest.mark.parametrize(
    ("cell", "unit", "problem"),
    [
        ("250", "", "a number without a unit"), ("-3 W", "", "below 0"), ("some W", "", "not a number"), ("12 W 5", "", "not a number"), (True, "W", "not a number"),
        ("250 J", "W", "'J' is the wrong dimension here; use W or kW"), ("250 furlong", "W", "'furlong' is the wrong dimension here; use W or kW"),
        ("250 V", "W", "'V' is the wrong dimension here; use W or kW"), ("1e308 MW", "", "not a finite number"),
    ],
)  # fmt: skip
def test_a_wrong_unit_sign_or_type_says_why(cell, unit, problem):
    assert refusal(cells.quantity, cell, unit, "power") == problem


NOON = datetime(2025, 3, 1, 12, 30, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2025-03-01T12:30:05",
        "2025-03-01 12:30:05",
        "2025/03/01 12:30:05",
        "2025.03.01 12:30:05",
        "20250301T123005",
        "2025-03-01 12:30:05,000",
        NOON,
    ],
)
def test_local_times_stay_local(cell):
    assert cells.stamp(cell) == NOON


@pytest.mark.parametrize(
    "cell",
    ["2025-03-01T12:30:05Z", "2025-03-01 12:30:05 UTC", "2025-03-01T12:30:05+00:00", "2025-03-01T13:30:05+01:00", "2025-03-01 13:30:05 +0100",
     "2025-03-01 13:30:05 +0100 CET", "2025-03-01T12:30:05.000000000Z", 1740832205, "1740832205", 1740832205000, "1740832205000000", 1740832205000000000],
)  # fmt: skip
def test_times_with_an_offset_keep_it_and_epochs_are_utc(cell):
    assert cells.stamp(cell) == NOON.replace(tzinfo=UTC)


def test_a_date_alone_is_its_begin():
    assert cells.stamp("2025-03-01") == cells.stamp("20250301") == datetime(2025, 3, 1)


@pytest.mark.parametrize("fraction", ["12:30:05.25", "12:30:05,25", "12:30:05.250000", "12:30:05.250000999"])
def test_fractions_of_a_second_go_to_the_microsecond(fraction):
    assert cells.stamp(f"2025-03-01T{fraction}") == NOON.replace(microsecond=250000)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("noon", "not a time"), ("2025-13-01", "not a time"), ("2025-02-30T00:00:00", "not a time"), ("01/03/2025", "not a time"), ("12:30:05", "not a time"),
        ("-5", "not a time"), (5, "not a time"), (True, "not a time"), (10**400, "not a time"), (math.inf, "not a time"), ("1e999", "not a time"),
        ("9999-01-01", "the year 9999 is no year of a log"), ("1970-01-01", "the year 1970 is no year of a log"), ([], "not a time"),
    ],
)  # fmt: skip
def test_what_is_no_time_says_why(cell, problem):
    assert refusal(cells.stamp, cell) == problem


def test_years_in_which_no_log_was_written_are_refused():
    assert cells.stamp("1971-01-01") == datetime(1971, 1, 1)
    assert cells.stamp("2200-12-31") == datetime(2200, 12, 31)
    assert refusal(cells.stamp, "2201-01-01") == "the year 2201 is no year of a log"


def test_a_stated_unit_of_epochs_comes_before_their_size():
    assert cells.stamp(86400 * 1000, unit="s") == datetime(1972, 9, 27, tzinfo=UTC)
    assert refusal(cells.stamp, 86400 * 1000) == "not a time"
    assert cells.stamp("1740832205000000", unit="us") == NOON.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shape"),
    [("Sat Mar  1 12:30:05 2025", "%a %b %d %H:%M:%S %Y"), ("03/01/2025 12:30:05", ("%m-%d-%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S")),
     ("03/01/25 12:30:05 PM", "%m/%d/%y %I:%M:%S %p")],
)  # fmt: skip
def test_shapes_for_texts_that_do_not_begin_with_the_year(text, shape):
    assert cells.stamp(text, shape) == NOON
    assert refusal(cells.stamp, text + "x", shape) == "not a time"


@pytest.mark.parametrize(
    ("text", "hour"),
    [("03/01/2025 12:30:05 UTC", 12), ("03/01/2025 13:30:05 CET", 12), ("07/01/2025 14:30:05 CEST", 12), ("03/01/2025 07:30:05 EST", 12), ("07/01/2025 08:30:05 EDT", 12)],
)  # fmt: skip
def test_a_zone_that_the_text_names_counts(text, hour):
    made = cells.stamp(text, "%m/%d/%Y %H:%M:%S")
    assert (made.tzinfo, made.hour, made.minute) == (UTC, hour, 30)


def test_the_name_of_a_zone_tells_both_passes_of_a_repeated_hour_apart():
    first, second = (cells.stamp(f"10/26/2025 02:30:00 {name}", "%m/%d/%Y %H:%M:%S") for name in ("CEST", "CET"))
    assert second - first == timedelta(hours=1)


def test_a_zone_that_does_not_fit_or_is_of_several_places():
    shape = "%m/%d/%Y %H:%M:%S"
    assert refusal(cells.stamp, "01/01/2025 02:30:00 CEST", shape) == "not a time of the zone CEST"
    assert cells.stamp("03/01/2025 12:30:05 CST", shape) == NOON
    assert cells.stamp("03/01/2025 12:30:05 XYZ", shape) == NOON


@pytest.mark.parametrize("name", sorted(cells.ZONES))
def test_the_names_of_zones_are_those_that_the_zones_bear(name):
    zone = ZoneInfo(cells.ZONES[name])
    assert name in ("GMT", "Z") or name in {datetime(2025, month, 15, tzinfo=zone).tzname() for month in range(1, 13)}


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("90", 90.0), (90, 90.0), ("1:02:03", 3723.0), ("377:38:30", 1359510.0), ("1-02:03:04", 93784.0), ("3 days 03:15:45", 270945.0), ("1 day, 0:00:01", 86401.0),
        ("0 days 03:15:45", 11745.0), ("1:30.5", 90.5), ("00:00:01.250", 1.25), ("1h 2m 3s", 3723.0), ("2 hours and 30 minutes", 9000.0), ("500ms", 0.5),
        ("1.5 h", 5400.0), ("PT1H2M", 3720.0), ("P1DT0.5S", 86400.5), ("2-12", 216000.0), ("2w", 1209600.0), (timedelta(minutes=2), 120.0),
    ],
)  # fmt: skip
def test_durations(cell, seconds):
    assert cells.duration(cell) == pytest.approx(seconds)


def test_bare_numbers_are_in_the_stated_unit_and_two_parts_need_a_word():
    assert cells.duration("1.5", "h") == 5400.0
    assert cells.duration("1:30", two_parts="M:S") == 90.0
    assert cells.duration("1:30", two_parts="H:M") == 5400.0
    assert refusal(cells.duration, "1:30") == "minutes and seconds, or hours and minutes: write H:MM:SS"
    assert refusal(cells.duration, "90", "") == "a number without a unit"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("-5", "below 0"), ("abc", "not a number"), ("1:60:00", "not a duration"), ("1:02:61", "not a duration"), ("2-25", "not a duration"),
        ("12 W", "'W' is the wrong dimension here; use s, h or d"), ("7e12 h", "longer than a thousand years"), (timedelta(seconds=-1), "below 0"),
        ("P", "not a number"), ("9" * 400, "not a finite number"),
    ],
)  # fmt: skip
def test_what_is_no_duration_says_why(cell, problem):
    assert refusal(cells.duration, cell) == problem


def test_local_times_in_their_zone():
    berlin = ZoneInfo("Europe/Berlin")
    assert cells.in_zone(NOON, berlin).isoformat() == "2025-03-01T12:30:05+01:00"
    assert cells.in_zone(NOON, None) == NOON
    assert cells.in_zone(NOON.replace(tzinfo=UTC), berlin).utcoffset() == timedelta(0)
    start, end = datetime(2025, 10, 26, 2, 30), datetime(2025, 10, 26, 2, 45)
    for seconds, folds in ((900.0, (0, 0)), (4500.0, (0, 1))):
        span = cells.span_in_zone(start, end, berlin, seconds)
        assert tuple(t.fold for t in span) == folds
        assert span[1].timestamp() - span[0].timestamp() == seconds
    assert cells.span_in_zone(start, None, berlin)[1] is None


@given(
    st.one_of(
        st.text(max_size=30),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.none(),
        st.binary(max_size=5),
        st.lists(st.integers(), max_size=2),
    )
)
def test_nothing_but_a_value_error_is_ever_raised(cell):
    for read in (
        cells.number,
        cells.count,
        cells.stamp,
        cells.duration,
        lambda c: cells.quantity(c, "W", "power"),
        lambda c: cells.stamp(c, "%d %b %Y"),
    ):
        value = None
        with suppress(ValueError):
            value = read(cell)
        assert value is None or not isinstance(value, float) or math.isfinite(value)


FORMATS = Path(cells.__file__).resolve().parent / "formats"


@pytest.mark.parametrize("path", sorted(FORMATS.glob("*.py")), ids=lambda p: p.stem)
def test_no_format_reads_times_by_itself(path):
    names = {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
    assert not names & {"fromisoformat", "strptime"}
