"""Numbers in messages, and names that are alike."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.declared import DECLARED
from lca.errors import alike, nearest
from lca.numerals import as_written, spelled


@pytest.mark.parametrize(
    ("value", "significant", "text"),
    [
        (48.0, 6, "48"), (0.3, 6, "0.3"), (2 / 3, 4, "0.6667"), (1289.4, 6, "1 289.4"), (9.61934e6, 3, "9 620 000"),
        (9.61934e29, 3, "9.62 × 10²⁹"), (1e25, 6, "1 × 10²⁵"), (3.652e-7, 4, "3.652 × 10⁻⁷"), (-7.34, 3, "−7.34"),
        (0, 3, "0"), (5e-324, 2, "4.9 × 10⁻³²⁴"), (999999999.9, 6, "1 000 000 000"),
    ],
)  # fmt: skip
def test_a_number_reads_as_in_the_report(value, significant, text):
    assert spelled(value, significant) == text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("0.9000000000000006 kWh", "0.9 kWh"), ("40 MWh", "40 MWh"), ("1289.4 kWh", "1289.4 kWh"), ("1e23 FLOP", "1 × 10²³ FLOP"),
        ("2E-9 GB", "2 × 10⁻⁹ GB"), ("12345678 kWh", "12345678 kWh"), ("many", "many"), ("1.2.3e4", "1.2.3e4"), ("", ""),
    ],
)  # fmt: skip
def test_a_quantity_is_told_as_written_unless_nobody_could_read_it(given, text):
    assert as_written(given) == text


@given(st.floats(-1e300, 1e300), st.integers(2, 12))
def test_a_number_keeps_its_value_and_has_no_raw_exponent(value, significant):
    """Property: what is told is the number itself, rounded."""
    text = spelled(value, significant)
    assert "e" not in text.lower()
    head, _, power = text.replace(" × ", "×").replace(" ", "").replace("−", "-").partition("×10")
    back = float(f"{head}e{power.translate(str.maketrans('⁻⁰¹²³⁴⁵⁶⁷⁸⁹', '-0123456789')) or 0}")
    assert math.isclose(back, value, rel_tol=10.0 ** (1 - significant), abs_tol=1e-320)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("energie", "energy"), ("co2", "co2e"), ("total_co2", "total_co2e"), ("flops", "training_flops"), ("device-hours", "device_hours"),
        ("hours_device", "device_hours"), ("electricity", ""), ("power", ""), ("carbon", ""), ("", ""), ("zzz", ""), ("n" * 10_000, ""),
    ],
)  # fmt: skip
def test_only_names_that_are_alike_are_suggested(name, near):
    assert nearest(name, DECLARED) == near


def test_words_in_another_order_and_parts_of_names_are_alike():
    assert nearest("onshore wind", ["hydro", "wind_offshore", "wind_onshore"]) == "wind_onshore"
    assert nearest("pruning", ["lever-10-pruning", "running"]) == "lever-10-pruning"
    assert alike("quantisation", ["lever-04-quantisation", "lever-10-pruning"], 3) == ["lever-04-quantisation"]


def test_the_ends_of_a_narrow_interval_do_not_look_alike():
    from lca.cli import common
    from lca.report import numbers

    kilo = numbers.scale(206.0, "kgCO2e")
    assert numbers.interval(205.98, 205.96174, 205.9957, kilo) == "205.96 to 206.00"
    assert numbers.interval(206.0, 206.0, 206.0, kilo) == "206 to 206"
    assert common.interval(205.96174, 205.9957) == "205.96174 to 205.9957"
    assert (common.interval(9.571, 34.36), common.interval(None, None)) == ("9.571 to 34.36", "")
