"""Quantities with units. The only place that knows pint.

Inside lca every number is a plain float in the canonical unit of its dimension (`DIMENSIONS`); the units are chosen so
that the products of rules need no conversion: kW x h = kWh, kWh x kg/kWh = kg, FLOP / (FLOP/h) = h.
"""

from __future__ import annotations

import math
import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

#: dimension -> (canonical unit, units to suggest)
DIMENSIONS: dict[str, tuple[str, str]] = {
    "energy": ("kWh", "Wh, kWh, MWh or J"),
    "power": ("kW", "W or kW"),
    "time": ("h", "s, h or d"),
    "co2e": ("kg", "gCO2e, kgCO2e or tCO2e"),
    "intensity": ("kg/kWh", "gCO2e/kWh or kgCO2e/kWh"),
    "volume": ("L", "mL, L or ML"),
    "mass": ("kg", "g, kg or t"),
    "co2e-per-volume": ("kg/L", "gCO2e/L or kgCO2e/L"),
    "water-intensity": ("L/kWh", "L/kWh"),
    "flops": ("FLOP", "FLOP or TFLOP"),
    "throughput": ("FLOP/h", "TFLOP/s"),
    "resources": ("kgSbeq", "kgSbeq"),
    "primary-energy": ("MJ", "MJ"),
    "power-per-memory": ("kW/GB", "W/GB"),
    "memory": ("GB", "GB or TB"),
    "area": ("cm2", "mm2 or cm2"),
    "defects": ("per_cm2", "per_cm2"),
    "memory-density": ("GB/cm2", "GB/cm2"),
    "co2e-per-area": ("kg/cm2", "kgCO2e/cm2"),
    "co2e-per-memory": ("kg/GB", "kgCO2e/GB"),
    "resources-per-area": ("kgSbeq/cm2", "kgSbeq/cm2"),
    "resources-per-energy": ("kgSbeq/kWh", "kgSbeq/kWh"),
    "primary-per-area": ("MJ/cm2", "MJ/cm2"),
    "ratio": ("1", "a bare number or %"),
    "co2e-per-mass": ("kg/kg", "kgCO2e/kg"),
    "primary-per-energy": ("MJ/kWh", "MJ/kWh"),  # after "ratio": without a quantity that says so, energies cancel
}

#: (unit, dimension) -> factor, as pint gives it: units of most logs, for which pint need not be loaded
COMMON: dict[tuple[str, str], float] = {
    ("s", "time"): 0.0002777777777777778, ("min", "time"): 0.016666666666666666, ("h", "time"): 1.0,
    ("Wh", "energy"): 0.001, ("kWh", "energy"): 1.0, ("J", "energy"): 2.7777777777777776e-07,
    ("W", "power"): 0.001, ("kW", "power"): 1.0, ("gCO2e", "co2e"): 0.001, ("kgCO2e", "co2e"): 1.0, ("L/kWh", "water-intensity"): 1.0,
    ("gCO2e/L", "co2e-per-volume"): 0.001, ("kgCO2e/kg", "co2e-per-mass"): 1.0,
}  # fmt: skip

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_TEXT = re.compile(rf"\s*({_NUMBER})\s*(\S.*?)?\s*\Z")
_UNIT = re.compile(r"[A-Za-zµ%][A-Za-z0-9µ%_]*(?:\s?[/*·]\s?[A-Za-zµ%][A-Za-z0-9µ%_]*)*\Z")
_MAX_UNIT = 40
_THOUSANDS = re.compile(r"\s*[+-]?\d{1,3}([,' ]\d{3})+(?!\d)")

_DEFINITIONS = """
FLOP = [computation]
GB = [memory]
TB = 1000 * GB
GiB = 1.073741824 * GB
TiB = 1099.511627776 * GB
cm2 = centimeter ** 2
mm2 = millimeter ** 2
per_cm2 = 1 / centimeter ** 2
kgSbeq = [antimony_equivalent]
year = 8760 * hour = a = y = yr
gCO2e = gram = gCO2 = gCO2eq
tCO2e = metric_ton = tCO2 = tCO2eq
lbCO2e = pound = lbCO2 = lbCO2eq
kt = 1000 * metric_ton
"""


class Quantity(NamedTuple):
    """A value in the canonical unit of its dimension, with its interval (NaN if none) and the text as written.

    `distribution` says what the interval is (see `lca.distribution`); empty: the 95 % interval of a normal.
    """

    value: float
    low: float = math.nan
    high: float = math.nan
    text: str = ""
    distribution: str = ""


@cache
def registry() -> Any:
    """The pint registry, with the units of the field added; a year is 8,760 h."""
    import pint

    reg: Any = pint.UnitRegistry(on_redefinition="ignore", cache_folder=None)
    reg.load_definitions(_DEFINITIONS.strip().split("\n"))
    return reg


@lru_cache(maxsize=4096)
def to_canonical(unit: str, dimension: str) -> float:
    """Factor from `unit` to the canonical unit of `dimension`.

    Raises ValueError, naming the unit found and those that would do.
    """
    canonical, suggest = DIMENSIONS[dimension]
    if unit in ("", "1", "ratio") and dimension == "ratio":
        return 1.0
    known = COMMON.get((unit, dimension))
    if known is not None:
        return known
    if not unit:
        raise ValueError(f"a bare number where a quantity with a unit belongs; use {suggest}")
    if len(unit) > _MAX_UNIT or not _UNIT.match(unit):
        raise ValueError(f"not a unit: {unit[:_MAX_UNIT]!r}; use {suggest}")
    reg = registry()
    try:
        one = reg.Quantity(1.0, reg.parse_units(unit))
        return float(one.to(canonical if canonical != "1" else "dimensionless").magnitude)
    except Exception as error:  # noqa: BLE001 - pint raises many types for a text that is not a unit of this kind
        kind = "an unknown unit" if "defined" in str(error) else "the wrong dimension"
        raise ValueError(f"{unit!r} is {kind} here; use {suggest}") from None


@lru_cache(maxsize=65536)
def parse(text: str, dimension: str) -> Quantity:
    """A quantity such as ``"330 W"`` in canonical units. Raises ValueError with what was found and what would do."""
    match = _TEXT.match(text) if len(text) <= 200 else None
    suggest = DIMENSIONS[dimension][1]
    if _THOUSANDS.match(text[:200]):
        raise ValueError("thousands separators are refused; write the digits without them")
    if match is None:
        told = "a number, bare or with %" if dimension == "ratio" else f"a number and {suggest}"
        raise ValueError(f"not a number with a unit; write {told}")
    number = float(match[1])
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return Quantity(number * to_canonical(match[2] or "", dimension), text=text)


def convert(value: float, unit: str, dimension: str) -> float:
    """`value` in `unit`, in the canonical unit of `dimension`."""
    return value * to_canonical(unit, dimension)


@lru_cache(maxsize=1024)
def dimension_of(unit: str) -> str:
    """The dimension to which a unit belongs. Raises ValueError if it belongs to none."""
    if unit in ("", "1", "ratio", "%"):
        return "ratio"
    for dimension in DIMENSIONS:
        try:
            to_canonical(unit, dimension)
            return dimension
        except ValueError:
            continue
    raise ValueError(f"{unit!r} is no unit of energy, power, time, mass, volume, work or their ratios")


def half_last_digit(text: str) -> float:
    """Half a unit of the last printed digit of the number in `text`, as a share of that number's own unit.

    Trailing zeros of integers do not count as printed digits: ``"1200 kWh"`` gives 50.
    """
    match = _TEXT.match(text)
    if match is None:
        return 0.0
    mantissa, _, exponent = match[1].lower().partition("e")
    scale = 10.0 ** int(exponent or 0)
    whole, dot, decimals = mantissa.lstrip("+-").partition(".")
    if dot and decimals:
        return 0.5 * 10.0 ** -len(decimals) * scale
    zeros = len(whole) - len(whole.rstrip("0"))
    return 0.5 * 10.0 ** (zeros if whole.strip("0") else 0) * scale


def unit_of(text: str) -> str:
    """The unit part of a quantity's text, empty if there is none."""
    match = _TEXT.match(text)
    return (match[2] or "") if match else ""
