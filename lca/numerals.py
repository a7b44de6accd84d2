"""How a number reads: thousands apart, a minus sign, powers of ten in place of `1e+23`. For messages, and for the report."""

from __future__ import annotations

import math
import re

from lca.language import number, said

THIN = "\u202f"  # narrow no-break space: a number never breaks over two lines
MINUS = "\u2212"
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: a number from here on, or below the second, is told as a power of ten
_LARGE, _SMALL = 1e9, 1e-4
_TEXT = re.compile(r"([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(.*)\Z", re.DOTALL)
#: what was written with more digits than these is told rounded
_DIGITS = 8


def exponent(value: float, significant: int) -> int:
    """The power of ten of a number that is rounded to so many digits."""
    return math.floor(math.log10(abs(float(f"{value:.{significant - 1}e}"))))


def place(value: float, at: int) -> str:
    """A number rounded to the decimal place 10**at."""
    rounded = round(value, -at)
    text = f"{abs(rounded):,.{max(-at, 0)}f}".replace(",", THIN)
    return number(f"{MINUS}{text}" if rounded < 0 else text)


def power(value: float, significant: int) -> str:
    """A number as a power of ten: `1.68 × 10²³`."""
    head, _, at = f"{value:.{significant - 1}e}".partition("e")
    return number(f"{head.replace('-', MINUS)} × 10{str(int(at)).translate(_SUPERSCRIPT)}")


def spelled(value: float, significant: int = 6) -> str:
    """A number in a message, to so many digits at most: `48`, `9 620 000`, `9.62 × 10²⁹`."""
    value = float(value)
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    if _SMALL <= abs(value) < _LARGE:
        text = place(value, exponent(value, significant) - significant + 1).replace(
            THIN, " "
        )  # searched for, and copied
        return number(text.rstrip("0").rstrip(".") if "." in text else text)
    head, times, rest = power(value, significant).partition(" × ")
    return number(f"{head.rstrip('0').rstrip('.') if '.' in head else head}{times}{rest}")


def as_written(text: str) -> str:
    """A quantity as it was written, its number rounded if it has an exponent or more digits than a reader can use."""
    match = _TEXT.match(text)
    if match is None:
        return text
    written, rest = match[1], match[2]
    if "e" not in written.lower() and sum(c.isdigit() for c in written.lstrip("+-0.")) <= _DIGITS:
        return text
    try:
        return said("{number}{rest}", number=spelled(float(written)), rest=rest)
    except ValueError:  # such as 1.2.3: no number at all
        return text
