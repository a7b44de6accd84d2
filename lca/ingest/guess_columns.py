"""What the columns of a table of any kind are, from their names and cells: the judgements behind a draft of a mapping."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lca.ingest import cells, header
from lca.ingest.header import Header
from lca.ingest.mapping import UNKNOWN
from lca.units import to_canonical

#: forms of times that do not begin with the year, as strptime writes them
SHAPES = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S.%f", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S.%f",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S.%f", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%a %b %d %H:%M:%S %Y", "%b %d %Y %H:%M:%S", "%d %b %Y %H:%M:%S",
)  # fmt: skip
#: as many cells tell which form the times have
PROOF = 300
EXAMPLES = {
    "power": ("W", "kW"), "energy": ("kWh", "Wh", "J"), "time": ("s", "min", "h"), "co2e": ("kg", "g"),
    "volume": ("L",),
}  # fmt: skip
_NO_SAMPLE = (
    "limit", "cap", "max", "min", "tdp", "rated", "factor", "requested", "enforced", "default", "peak", "threshold",
    "budget", "price", "cost", "efficiency", "util", "utilization", "utilisation", "temp", "temperature", "memory",
    "mem", "clock", "freq", "frequency", "fan", "voltage", "index", "pct", "percent", "count", "num", "state",
    "mode", "source", "score", "saved", "intensity", "rate", "token", "request", "reserve",
)  # fmt: skip
#: boundaries of the parts of a machine, which add up
WITHIN = ("accelerator", "cpu", "dram", "component_sum")
_VARIANTS = ("average", "avg", "mean", "instant", "instantaneous", "current", "draw")
_PARTS = (
    ("accelerator", r"gpus?\d*|accelerators?\d*|cards?\d*|tpus?\d*|npus?\d*"), ("cpu", r"cpus?\d*|pkg\d*|package\d*|socket\d*"), ("dram", r"d?ram\d*"),
    ("node", r"nodes?\d*|servers?\d*|chassis|psu\d*|wall"), ("rack", r"racks?\d*"), ("facility", r"facility|datacenter|datacentre"),
)  # fmt: skip


class Moment(NamedTuple):
    """How a column writes times: unit since 1970, or form; both empty where they begin with the year."""

    unit: str = ""
    shape: str = ""
    is_ambiguous: bool = False


class Column(NamedTuple):
    """A column: its cells (empty where they are blank), what they are, and the unit that header or cells state."""

    name: str
    header: Header
    raw: tuple[str, ...]
    numbers: tuple[float, ...] | None  # None where not all cells but a few are numbers; NaN where one is not
    unit: str
    clock: str  # form of durations with colons: H:M:S, M:S, H:M; UNKNOWN where it may be either of the last two
    moment: Moment | None  # None where the cells are no times

    @property
    def values(self) -> tuple[str, ...]:
        """The cells that hold something."""
        return tuple(cell for cell in self.raw if cell)

    @property
    def first(self) -> str:
        """The first of them."""
        return next(iter(self.values), "")

    @property
    def dimension(self) -> str:
        """What its unit measures."""
        return header.dimension_of(self.unit)


def is_value(cell: str) -> bool:
    """Whether a cell holds a number or a time, and is no name."""
    if _number(cell, ".") is not None or _number(cell, ",") is not None:
        return True
    return ":" in cell and (_moment((cell,), ()) is not None or bool(_clock((cell,), "")))


def of(name: str, raw: Sequence[str], decimal: str) -> Column:
    """A column by its name and cells."""
    known = header.parse(name)
    shown = tuple("" if cells.is_blank(cell) else cell for cell in raw)
    values = [cell for cell in shown if cell]
    found = [_number(cell, decimal) for cell in shown]
    numeric = sum(each is not None for each in found)
    numbers = (
        tuple(float("nan") if each is None else each[0] for each in found)
        if numeric and numeric >= 0.9 * len(values)
        else None
    )
    in_cells = {each[1] for each in found if each is not None}
    in_one = len({header.dimension_of(each) for each in in_cells}) == 1  # each cell says its own, of one dimension
    unit = known.unit or (sorted(in_cells)[0] if numbers is not None and in_one else "")
    clock = _clock(values, known.clock) if numbers is None else ""
    moment = _epoch(numbers, unit) if numbers is not None else None if clock else _moment(values, SHAPES)
    if numbers is not None and moment is None and known.has("date", "datum"):
        moment = _moment(values, ())
    return Column(name, known, shown, numbers, unit, clock, moment)


def _number(cell: str, decimal: str) -> tuple[float, str] | None:
    """A number and the unit that stands behind it."""
    match = re.fullmatch(r"([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zµ%]+)?", cell)
    if match is None or ("," in match[1] and decimal != ",") or ("." in match[1] and decimal == ","):
        return None
    unit = header.unit_of(match[2]) if match[2] else ""
    return (float(match[1].replace(",", ".")), unit) if unit or not match[2] else None


def _clock(values: Sequence[str], stated: str) -> str:
    """The form of durations with colons or in words; empty where the cells are none."""
    try:
        for cell in values:
            cells.duration(cell, "", two_parts="M:S")
    except ValueError:
        return ""
    if not values or not any(":" in cell or re.search(r"\d\s*[dhms]", cell) for cell in values):
        return ""
    if all(cell.count(":") != 1 for cell in values):
        return "H:M:S"
    return stated or ("M:S" if any(re.search(r":\d+[.,]\d", cell) for cell in values) else UNKNOWN)


def seconds(cell: str) -> float:
    """A duration with colons or in words, NaN where it is none."""
    try:
        length = cells.duration(cell, "", two_parts="M:S")
    except ValueError:
        return float("nan")
    return float("nan") if length is None else length


def _epoch(numbers: Sequence[float], unit: str) -> Moment | None:
    real = [number for number in numbers if number == number]
    for name, _, low, high in cells.EPOCHS:
        if real and all(low <= number < high for number in real) and unit in ("", name):
            return Moment(unit=name)
    return None


def _moment(values: Sequence[str], shapes: Sequence[str]) -> Moment | None:
    proof = values[:PROOF]
    if not proof:
        return None
    if _fits(proof, ""):
        return Moment()
    fitting = [shape for shape in shapes if _fits(proof, shape)]
    return Moment(shape=fitting[0], is_ambiguous=len(fitting) > 1 and "/" in fitting[0]) if fitting else None


def _fits(values: Sequence[str], shape: str) -> bool:
    try:
        return all(cells.stamp(value, shape) is not None for value in values)
    except ValueError:
        return False


def holds(column: Column, *parts: str) -> bool:
    """Whether one of these is a part of a word of its name."""
    return any(part in word for part in parts for word in column.header.words)


def clock_of(date: Column, table: Sequence[Column]) -> Column | None:
    """The column of the time of day beside a column that holds days alone; None where there is none, or it holds no times of a day."""
    if date.moment is None or date.moment.unit or any(":" in cell for cell in date.values):
        return None
    for column in table:
        is_named = column.header.has("time", "zeit", "uhrzeit", "clock") and len(column.values) == len(date.values)
        if (
            is_named
            and column.clock
            and all(re.fullmatch(r"([01]?\d|2[0-3]):\d\d(:\d\d([.,]\d+)?)?", cell) for cell in column.values)
        ):
            return column
    return None


def is_energy(column: Column) -> bool:
    """Whether a column holds amounts of energy: its unit says so, or its name where there is no unit."""
    if column.numbers is None or column.header.is_ratio or column.header.has(*_NO_SAMPLE):
        return False
    return column.dimension == "energy" or (
        not column.dimension and holds(column, "energy", "energie", "joule", "consumption", "verbrauch")
    )


def is_power(column: Column) -> bool:
    """Whether a column holds power: its unit says so, or its name; `GPU0` of a table with one column per device too."""
    if column.numbers is None or column.header.is_ratio or column.header.has(*_NO_SAMPLE):
        return False
    if column.dimension:
        return column.dimension == "power"
    return holds(column, "power", "leistung", "watt") or bool(
        re.fullmatch(r"(gpu|card|device|node|host|socket|cpu)s?_?\d+", column.header.joined)
    )


def boundary(columns: Sequence[Column]) -> str:
    """What the energy of columns is of, where each of their names says it; empty where one does not."""
    parts = {part_of(column) for column in columns}
    if len(parts) > 1 and parts <= set(WITHIN):
        return "component_sum"
    return parts.pop() if len(parts) == 1 else ""


def part_of(column: Column) -> str:
    """The part of a machine that a name states."""
    found = {part for part, pattern in _PARTS for word in column.header.words if re.fullmatch(pattern, word)}
    return found.pop() if len(found) == 1 else ""


def rises(column: Column, groups: Sequence[Sequence[str]]) -> bool:
    """Whether numbers only rise from row to row, within each group of rows, and do rise."""
    last: dict[tuple[str, ...], float] = {}
    first: dict[tuple[str, ...], float] = {}
    for number, *key in zip(column.numbers or (), *groups, strict=True):
        group = tuple(key)
        if number != number:
            continue
        if number < last.get(group, number):
            return False
        first.setdefault(group, number)
        last[group] = number
    return len(column.values) > 2 * max(len(last), 1) and any(last[key] > first[key] for key in last)


def alternatives(columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
    """Columns that measure different things, and those that hold once more, as mean or in another unit, what one of them holds."""
    kept: dict[tuple[str, ...], Column] = {}
    others = []
    for column in sorted(columns, key=lambda c: (c.unit == "", len(c.header.words))):
        key = tuple(w for w in column.header.words if w not in _VARIANTS and header.unit_of(w) == "")
        if kept.setdefault(key, column) is not column:
            others.append(column)
    return [c for c in columns if c in kept.values()], [c for c in columns if c in others]


def is_sum(column: Column, parts: Sequence[Column]) -> bool:
    """Whether a column is the sum of others, in each row where all of them have a number."""
    scale = [to_canonical(c.unit, c.dimension) if c.unit and c.dimension else 1.0 for c in (column, *parts)]
    rows = [
        [n * s for n, s in zip(row, scale, strict=True)]
        for row in zip(*((c.numbers or ()) for c in (column, *parts)), strict=True)
    ]
    whole = [row for row in rows if all(n == n for n in row)]
    if len(whole) < 2 or not any(row[0] for row in whole):
        return False
    return all(abs(row[0] - sum(row[1:])) <= 0.01 * max(abs(row[0]), 1e-12) + 1e-9 for row in whole)
