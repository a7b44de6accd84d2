"""Names of columns in tables of any kind: their words and the unit that they state, as `TotalEnergy(J)` or `power_consumption_kwh`."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from lca.ingest import cells

#: units that a header may state, by their dimension
UNITS = {
    "power": ("W", "kW", "MW", "mW", "uW"),
    "energy": ("J", "kJ", "MJ", "mJ", "uJ", "Wh", "kWh", "MWh", "mWh", "GWh", "TWh"),
    "time": ("s", "ms", "us", "ns", "min", "h", "d"),
    "co2e": ("kg", "g", "t", "kgCO2e", "gCO2e", "tCO2e"),
    "volume": ("L", "mL"),
    "ratio": ("%",),
}
_DIMENSIONS = {unit: dimension for dimension, units in UNITS.items() for unit in units}
#: units that differ from another by the case of a letter alone: a header in capitals does not say which it is
_BY_CASE = frozenset(("MW", "mW", "MJ", "mJ", "MWh", "mWh"))
#: words that are a unit wherever they stand in a name; shorter ones only count at its end
_ANYWHERE = re.compile(r"k?wh|[km]?watt-?hours?|(?:kilo|milli)?watts?|(?:kilo|milli|micro)?joules?|seconds?|secs|minutes|hours", re.I)  # fmt: skip
#: units that are written onto the word before them
_SUFFIX = re.compile(r"(?<=[a-zäöüß])(kwh|kWh|KWh|KWH|Wh|watts?|joules?|seconds|minutes|hours)\Z")
_BRACKET = re.compile(r"\s*[\[(]([^\[\]()]*)[\])]\s*\Z")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-zäöüß])|[A-ZÄÖÜ]?[a-zäöüßµ]+\d*|[A-ZÄÖÜ]+\d*|\d+|%")
_CLOCKS = {"h:m:s": "H:M:S", "m:s": "M:S", "h:m": "H:M"}
#: names of SLURM: what `Raw` is the unit of
_RAW = {("elapsed", "raw"): "s", ("consumed", "energy", "raw"): "J"}


class Header(NamedTuple):
    """A name: its words in lower case, the unit that it states, the form of a duration (`H:M:S`), and whether it is a ratio."""

    text: str
    words: tuple[str, ...]
    unit: str = ""
    clock: str = ""
    is_ratio: bool = False

    @property
    def dimension(self) -> str:
        """What its unit measures, empty where it states none."""
        return _DIMENSIONS.get(self.unit, "")

    @property
    def joined(self) -> str:
        """Its words as one."""
        return "_".join(self.words)

    def has(self, *words: str) -> bool:
        """Whether one of these words is in it."""
        return any(word in self.words for word in words)


@cache
def parse(text: str) -> Header:
    """The words and the unit of a name."""
    base, inside = text.strip(), ""
    match = _BRACKET.search(base)
    if match is not None:
        base, inside = base[: match.start()], match[1]
    clock = _CLOCKS.get(re.sub(r"([hms])\1+", r"\1", inside.lower().strip()), "")
    unit = "" if clock else _unit(inside.replace(" ", ""), text)
    words = _words(base) + ([] if unit or clock else _words(inside))
    is_ratio = "per" in [w.lower() for w in words] or "/" in text
    if not unit and not clock:
        words, unit = _unit_among(words, text)
    lower = tuple(word.lower() for word in words)
    return Header(text, lower, unit or _RAW.get(lower, ""), clock, is_ratio)


def unit_of(word: str) -> str:
    """The unit that a word names, empty where it names none that a table has."""
    unit = cells.unit_named(word.replace("µ", "u").replace("μ", "u"))
    return unit if unit in _DIMENSIONS else ""


def dimension_of(unit: str) -> str:
    """What a unit measures, empty for one that no table has."""
    return _DIMENSIONS.get(unit, "")


def _unit(word: str, name: str) -> str:
    """The unit that a word names in a name; none where only the case of its letters would tell, and all are capitals."""
    unit = unit_of(word)
    others = name.replace(word, "", 1)
    if unit in _BY_CASE and unit[0] == "M" and others.upper() == others and any(c.isalpha() for c in others):
        return ""
    return unit


def _words(text: str) -> list[str]:
    words = []
    text = re.sub(r"(G|C|T|N)PUs(?![a-z])", r"\1pus", text)
    for part in re.split(r"[\s_\-./:,|]+", text):
        if unit_of(part) and (len(part) > 1 or part.isalpha()):
            words.append(part)
            continue
        suffix = _SUFFIX.search(part)
        if suffix is not None:
            words += [*_CAMEL.findall(part[: suffix.start()]), suffix[1]]
        else:
            words += _CAMEL.findall(part)
    return words


def _unit_among(words: list[str], name: str) -> tuple[list[str], str]:
    """The unit that stands last in a name, or anywhere where it can be nothing else; and the words without it."""
    if len(words) > 1 and (unit := _unit(words[-1], name)):
        rest = words[:-1]
        return (rest[:-1] if len(rest) > 1 and rest[-1].lower() == "in" else rest), unit
    if len(words) == 1 and (dimension_of(unit := _unit(words[0], name)) in ("power", "energy") or "CO2" in unit):
        return words, unit
    for word in words:
        if _ANYWHERE.fullmatch(word) and (unit := _unit(word, name)):
            return words, unit
    return words, ""
