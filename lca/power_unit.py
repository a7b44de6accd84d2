"""In which unit the samples of a power series are: as the run states it, else as the names of its columns say, else W."""

from __future__ import annotations

import re
from typing import NamedTuple

from lca import units
from lca.run import PowerSeries

_LAST_WORD = re.compile(r"(?:\A|[^A-Za-z])([A-Za-z]+)[^A-Za-z0-9]*\Z")
#: last word of the name of a column -> unit; prefixes that differ in their case alone (mW, MW) are read as written
_BY_CASE = ("mW", "MW", "mJ", "MJ", "mWh", "MWh")
_NAMES = {
    "w": "W", "watt": "W", "watts": "W", "kw": "kW", "kilowatt": "kW", "kilowatts": "kW", "milliwatts": "mW",
    "j": "J", "joule": "J", "joules": "J", "kj": "kJ", "wh": "Wh", "kwh": "kWh",
}  # fmt: skip


class Unit(NamedTuple):
    """A unit as text, how many kW (or kWh, for a counter) it holds, and whether nobody stated it."""

    text: str
    scale: float
    counter: bool
    assumed: bool = False


def columns_of(series: PowerSeries) -> list[str]:
    """The columns of a file that hold values."""
    value = series.value or "power"
    return [value] if isinstance(value, str) else value


def unit_of(series: PowerSeries) -> Unit:
    """The unit of a series. Raises ValueError where the run and its columns contradict each other, or it is none."""
    named = {} if series.file is None else {c: _in_name(c) for c in columns_of(series)}
    if series.unit is not None:
        stated = _read(series.unit)
        for column, text in named.items():
            if text and _read(text)[1:] != stated[1:]:
                raise ValueError(
                    f"unit: {series.unit[:40]} is stated, but the name of the column {column[:80]!r} says {text}; correct one of the two"
                )
        return stated
    if series.file is None or not any(named.values()):  # inline samples are in W by the definition of the log
        return _read("W")._replace(assumed=series.file is not None)
    if len(set(named.values())) > 1:
        told = ", ".join(f"{c[:40]!r} {u or 'no unit'}" for c, u in list(named.items())[:4])
        raise ValueError(f"unit: it is not stated, and the names of the columns do not agree ({told}); state it")
    made = _read(next(iter(named.values())))
    if made.counter:  # energy of each step, or a counter? The name alone does not say
        raise ValueError(
            f"unit: it is not stated, and the name of the column {next(iter(named))[:80]!r} says {made.text}; state unit if the "
            "column is a counter that only rises; energy of each step is no power series"
        )
    return made


def _in_name(column: str) -> str:
    """The unit that the name of a column ends with, such as `power_kw` or `power.draw [W]`; empty if it ends with none."""
    match = _LAST_WORD.search(column.strip())
    word = match[1] if match is not None else ""
    return word if word in _BY_CASE else _NAMES.get(word.lower(), "")


def _read(unit: str) -> Unit:
    for dimension in ("power", "energy"):
        try:
            return Unit(unit, units.to_canonical(unit, dimension), dimension == "energy")
        except ValueError:
            continue
    raise ValueError(
        f"unit: {unit[:40]!r} measures neither power nor energy; use W or kW, or for a counter J, Wh or kWh"
    )
