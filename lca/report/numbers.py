"""Where a number of the report becomes text: digits, units, intervals, shares (messages: `lca.numerals`).

Text that a reader sees is rounded here and nowhere else; full precision is in the data files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from lca import language, numerals
from lca.language import said, say
from lca.numerals import MINUS, THIN, exponent

DOES_NOT_APPLY = "\u2013"
NOT_AVAILABLE = said("not available")
INSIDE = said("inside")  # 0 only because another figure already holds it
#: below this, in the unit of its column, a number is told as "< 0.001": its digits are in the data files
LEAST = 0.001
#: the ends of an interval that would look alike are told to so many digits after the first
_FINEST = 7

#: unit of the engine -> (what a reader sees, how many of the engine's unit it holds, from which value on it is used)
_LADDERS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "kgCO2e": (
        ("µg CO₂e", 1e-9, 0.0), ("mg CO₂e", 1e-6, 1e-6), ("g CO₂e", 1e-3, 1e-3), ("kg CO₂e", 1.0, 1.0),
        ("t CO₂e", 1e3, 1e3), ("kt CO₂e", 1e6, 1e8), ("Mt CO₂e", 1e9, 1e11),
    ),
    "kWh": (("mWh", 1e-6, 0.0), ("Wh", 1e-3, 1e-3), ("kWh", 1.0, 1.0), ("MWh", 1e3, 1e3), ("GWh", 1e6, 1e8)),
    "L": (("mL", 1e-3, 0.0), ("L", 1.0, 1.0), ("m³", 1e3, 1e3)),
    "MJ": (("MJ", 1.0, 0.0), ("GJ", 1e3, 1e3), ("TJ", 1e6, 1e8)),
    "kgSbeq": (("g Sb eq", 1e-3, 0.0), ("kg Sb eq", 1.0, 1.0)),
}  # fmt: skip


class Scale(NamedTuple):
    """A unit that a reader sees, and how many of the engine's unit it holds."""

    unit: str
    factor: float


def scale(value: float | None, unit: str) -> Scale:
    """The unit in which a value reads well."""
    ladder = _LADDERS.get(unit)
    if ladder is None:
        return Scale(unit, 1.0)
    size = 0.0 if value is None or not math.isfinite(value) else abs(value)
    if size == 0:
        return Scale(*next((name, factor) for name, factor, _ in ladder if factor == 1.0))
    return Scale(*[(name, factor) for name, factor, least in ladder if size >= least][-1])


def place(value: float, at: int) -> str:
    """A number rounded to the decimal place 10**at."""
    return say(numerals.place(value, at))


def digits(value: float, significant: int = 3) -> str:
    """A number to so many significant digits, with thin spaces and a minus sign."""
    if value == 0:
        return "0"
    at = exponent(value, significant)
    return powers(value, significant) if at >= 15 else place(value, at - significant + 1)


def powers(value: float, significant: int = 3) -> str:
    """A large amount as a power of ten, from a million on: `1.68 × 10²³`."""
    return digits(value, significant) if abs(value) < 1e6 else say(numerals.power(value, significant))


def _place(value: float, low: float | None, high: float | None) -> int:
    """The last decimal place that the interval supports: two digits of its half width, 2 to 4 digits of the value."""
    magnitude = math.floor(math.log10(abs(value)))
    significant = 3
    if low is not None and high is not None and high > low:
        significant = min(max(magnitude - math.floor(math.log10((high - low) / 2)) + 2, 2), 4)
    return magnitude - significant + 1


def known(value: float | None) -> bool:
    """Whether there is a number at all."""
    return value is not None and math.isfinite(value)


def column(value: float | None, unit: Scale, low: float | None = None, high: float | None = None) -> str:
    """A number in a table whose unit stands in the column's head, to the digits that its interval supports."""
    if value is None or not math.isfinite(value):
        return say(NOT_AVAILABLE)
    size = value / unit.factor
    if value == 0:
        return "0"
    if abs(size) < LEAST:
        least = place(LEAST, -3)
        return f"<{THIN}{least}" if size > 0 else f">{THIN}{MINUS}{least}"
    return place(size, _place(size, _over(low, unit), _over(high, unit))) if abs(size) < 1e15 else digits(size)


def signed(value: float, unit: Scale) -> str:
    """A change, with its sign."""
    size = abs(value) / unit.factor
    tiny = LEAST / 1000 <= size < LEAST  # a step of a sum is told though it is small: one digit of it
    text = digits(value / unit.factor, 1) if tiny else column(value, unit)
    return f"+{text}" if value > 0 and not text.startswith("<") else text


def _over(value: float | None, unit: Scale) -> float | None:
    return None if value is None or not math.isfinite(value) else value / unit.factor


def interval(value: float | None, low: float | None, high: float | None, unit: Scale, significant: int = 0) -> str:
    """`low to high`, to the same place as the value beside it; empty where no interval is known."""
    if value is None or low is None or high is None or not all(map(math.isfinite, (value, low, high))):
        return ""
    size, down, up = value / unit.factor, low / unit.factor, high / unit.factor
    if size == 0 or abs(size) < LEAST:
        return span(digits(down), digits(up)) if up >= LEAST else f"<{THIN}{place(LEAST, -3)}"
    at = exponent(size, significant) - significant + 1 if significant else _place(size, down, up)
    finest = exponent(size, 1) - _FINEST
    while place(down, at) == place(up, at) and down < up and at > finest:
        at -= 1  # an interval so narrow that its ends would look alike
    return span(place(down, at), place(up, at))


def span(low: str, high: str) -> str:
    """`low to high`."""
    return say("{low} to {high}", low=low, high=high)


class Amount(NamedTuple):
    """A number and its unit, apart because they are set in different type."""

    text: str
    unit: str


def amount(value: float | None, unit: str, significant: int = 3) -> Amount:
    """A number in the unit in which it reads well."""
    if value is None or not math.isfinite(value):
        return Amount(say(NOT_AVAILABLE), "")
    chosen = scale(value, unit)
    return Amount(digits(value / chosen.factor, significant), chosen.unit)


def phrase(value: float | None, unit: str) -> str:
    """A number with its unit, in running text."""
    made = amount(value, unit)
    return f"{made.text}{THIN}{made.unit}" if made.unit and made.unit != "1" else made.text


def share(part: float | None, whole: float | None) -> str:
    """A share in per cent: never 0 for what is there, never 100 for what is not all."""
    if part is None or not whole or not math.isfinite(part):
        return say(NOT_AVAILABLE)
    return percent(part / whole)


def percent(ratio: float) -> str:
    """A ratio in per cent, as text."""
    value = ratio * 100
    if value == 0:
        return f"0{THIN}%"
    if abs(value) < 0.1:
        return f"<{THIN}{place(0.1, -1)}{THIN}%"
    if 99.5 <= value < 100:
        return f">{THIN}99{THIN}%"
    if abs(value) < 1:
        return f"{place(value, -1)}{THIN}%"
    return f"{value:.0f}{THIN}%".replace("-", MINUS)


def count(number: int) -> str:
    """A count, with thin spaces."""
    return f"{number:,}".replace(",", THIN)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 run`, `44 runs`."""
    return say(language.plural(number, f"{{n}} {one}", f"{{n}} {many or one + 's'}", n=count(number)))


def listed(items: Iterable[str]) -> str:
    """`a, b and c`."""
    return say(language.listed(items))


def day(value: date) -> str:
    """`22 November 2026`, whatever the locale of the machine."""
    spoken = language.spoken()
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}" if spoken is None else spoken.day(value)


def month(text: str) -> str:
    """`November 2026` for `2026-11`."""
    value, spoken = date(int(text[:4]), int(text[5:]), 1), language.spoken()
    return f"{_MONTHS[value.month - 1]} {value.year}" if spoken is None else spoken.month(value)


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def unit_text(unit: str) -> str:
    """A unit of the engine as a reader writes it."""
    text = _UNIT.sub(lambda m: f"{m[1] + ' ' if m[1] else ''}CO₂{m[2]}", unit)
    return _PLAIN.sub(lambda m: _WRITTEN[m[0]], text)


_WRITTEN = {"per_cm2": "per cm²", "cm2": "cm²", "kgSbeq": "kg Sb eq"}
_PLAIN = re.compile(rf"\b(?:{'|'.join(_WRITTEN)})\b")


#: CO2e and CO2 with or without the mass before them, but not inside names such as use_co2e
_UNIT = re.compile(r"\b([kmµ]?g|t|kt|lb)?CO2(e?)\b")
