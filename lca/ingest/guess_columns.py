"""What the columns of a table of any kind are, from their names and cells: the judgements behind a draft of a mapping."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lca.ingest import cells, header
from lca.ingest.header import Header
from lca.ingest.mapping import UNKNOWN
from lca.run import STAGES
from lca.units import to_canonical

#: forms of times that do not begin with the year, as strptime writes them
SHAPES = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S.%f", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S.%f",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S.%f", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%a %b %d %H:%M:%S %Y", "%b %d %Y %H:%M:%S", "%d %b %Y %H:%M:%S",
)  # fmt: skip
#: as many cells tell which form the times have
PROOF = 300
#: field -> what its column is called, its words joined by `_` (English and German); the first that fits is taken
NAMES: tuple[tuple[str, str], ...] = (
    ("id", r"(run|job|experiment|task|trial|session)?_?(id|uid|uuid)(_raw)?|(run|job|experiment|task|trial)(_?name)?|name"),
    ("system", r"system|project(_?name)?|(ai_|llm_)?model(_?(name|id))?|llm"),
    ("stage", r"stage|phase"),
    ("status", r"(job_?)?(status|state)"),
    ("start", r"(start|begin|beginn|started|submitted_and_started)(_.*)?|start_?time|date|datum"),
    ("end", r"(end|ende|ended|finish|finished|stop|stopped)(_.*)?|end_?time"),
    ("country", r"country(_(iso_)?code)?|land"),
    ("region", r"(cloud_)?region"),
    ("count", r"(num|n|number|nr|alloc|total|used)?_?(of_)?(gpus?|devices|accelerators|ngpus|numgpus)(_(count|num|number|used))?"),
    ("device", r"(gpu|gpus|device|accelerator|hardware)(_?(name|model|type))?"),
    ("nodes", r"(num|n|number|nr|alloc)?_?(of_)?(nodes?|hosts?|servers|machines|nnodes|numnodes)(_(count|num|number))?"),
    ("tokens_in", r"(total_|num_)?(input|prompt|context)_?tokens(_.*)?"),
    ("tokens_out", r"(total_|num_)?(output|completion|generated)_?tokens(_.*)?"),
    ("tokens_trained", r"(tokens_trained|train(ed|ing)?_tokens)"),
    ("requests", r"(num_|n_|total_)?(requests|queries)"),
    ("images", r"(num_|n_|total_)?images"),
)  # fmt: skip
#: fields whose unit must be known -> their dimension
DIMENSIONS = {"duration": "time", "device_hours": "time", "energy": "energy", "co2e": "co2e", "water": "volume"}
EXAMPLES = {"power": ("W", "kW"), "energy": ("kWh", "Wh", "J"), "time": ("s", "min", "h"), "co2e": ("kg", "g"), "volume": ("L",)}  # fmt: skip
#: fields that by themselves say that resources were used
USES = {"energy", "duration", "device_hours", "end", "tokens_in", "tokens_out", "tokens_trained", "requests", "images"}
_DURATION = {"duration": 0, "elapsed": 0, "runtime": 0, "walltime": 0, "wall": 0, "laufzeit": 0, "dauer": 0, "wallclock": 0, "total": 1, "time": 2, "seconds": 3,
             "minutes": 3, "hours": 3, "training": 3}  # fmt: skip
_NO_DURATION = ("latency", "step", "epoch", "queue", "wait", "waiting", "limit", "timelimit", "pending", "cpu", "token", "tokens", "batch", "iteration", "eta", "remaining",
                "first", "ttft", "tpot", "avg", "mean", "average", "median", "max", "min", "reserved", "planned", "requested", "submit", "lifetime")  # fmt: skip
_NO_SAMPLE = ("limit", "cap", "max", "min", "tdp", "rated", "factor", "requested", "enforced", "default", "peak", "threshold", "budget", "price", "cost", "efficiency", "util",
              "utilization", "utilisation", "temp", "temperature", "memory", "mem", "clock", "freq", "frequency", "fan", "voltage", "index", "pct", "percent", "count", "num",
              "state", "mode", "source", "score", "saved", "intensity", "rate", "token", "request", "reserve")  # fmt: skip
#: boundaries of the parts of a machine, which add up
WITHIN = ("accelerator", "cpu", "dram", "component_sum")
_VARIANTS = ("average", "avg", "mean", "instant", "instantaneous", "current", "draw")
_WHOLE = ("total", "sum", "all", "overall", "consumed", "gesamt", "facility")
_PARTS = (
    ("accelerator", r"gpus?\d*|accelerators?\d*|cards?\d*|tpus?\d*|npus?\d*"), ("cpu", r"cpus?\d*|pkg\d*|package\d*|socket\d*"), ("dram", r"d?ram\d*"),
    ("node", r"nodes?\d*|servers?\d*|chassis|psu\d*|wall"), ("rack", r"racks?\d*"), ("facility", r"facility|datacenter|datacentre"),
)  # fmt: skip
_STAGES = {"train": "training", "pretraining": "training", "pre-training": "training", "finetune": "finetuning", "fine-tuning": "finetuning", "fine-tune": "finetuning",
           "eval": "evaluation", "test": "evaluation", "validation": "evaluation", "infer": "inference", "serving": "inference", "preprocessing": "data",
           "experiment": "experimentation", "tuning": "experimentation"}  # fmt: skip
_STATUS = {"complete": "completed", "success": "completed", "succeeded": "completed", "done": "completed", "finished": "completed", "ok": "completed", "error": "failed",
           "timeout": "failed", "out_of_memory": "failed", "node_fail": "failed", "crashed": "failed", "canceled": "cancelled", "killed": "cancelled"}  # fmt: skip


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
    unit = known.unit or (in_cells.pop() if numbers is not None and len(in_cells) == 1 else "")
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


def _has(column: Column, *parts: str) -> bool:
    return any(part in word for part in parts for word in column.header.words)


def is_energy(column: Column) -> bool:
    """Whether a column holds amounts of energy: its unit says so, or its name where there is no unit."""
    if column.numbers is None or column.header.is_ratio or column.header.has(*_NO_SAMPLE):
        return False
    return column.dimension == "energy" or (
        not column.dimension and _has(column, "energy", "energie", "joule", "consumption", "verbrauch")
    )


def is_power(column: Column) -> bool:
    """Whether a column holds power: its unit says so, or its name; `GPU0` of a table with one column per device too."""
    if column.numbers is None or column.header.is_ratio or column.header.has(*_NO_SAMPLE):
        return False
    if column.dimension:
        return column.dimension == "power"
    return _has(column, "power", "leistung", "watt") or bool(
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


def words_for(field: str, column: Column) -> dict[str, str] | None:
    """What the words of a column stand for where they are not those of a run log; None where one is not known."""
    known = set(STAGES) if field == "stage" else {"completed", "failed", "cancelled", "running"}
    others = _STAGES if field == "stage" else _STATUS
    words: dict[str, str] = {}
    for value in dict.fromkeys(column.values):
        plain = value.lower().partition(" ")[0] if field == "status" else value.lower()
        meaning = plain if plain in known else others.get(plain)
        if meaning is None:
            return None
        words[value] = meaning
    return {} if all(k == v for k, v in words.items()) else words


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


def fields(table: Sequence[Column]) -> dict[str, Column]:
    """Field of a run -> the column that holds it, in the order of `lca-map/1`'s fields that matter to a reader."""
    out: dict[str, Column] = {}
    for field, pattern in NAMES:
        for column in table:
            if (
                column.values
                and column not in out.values()
                and re.fullmatch(pattern, column.header.joined)
                and _suits(field, column)
            ):
                out[field] = column
                break
    rest = [column for column in table if column.values and column not in out.values() and not column.header.is_ratio]
    hours = [
        c for c in rest if c.dimension == "time" and c.numbers and c.header.has("gpu", "gpus", "device", "accelerator")
    ]
    if hours:
        out["device_hours"] = hours[0]
    lengths = sorted((c for c in rest if _length(c) is not None and c not in hours), key=lambda c: _length(c) or 0)
    if lengths:
        out["duration"] = lengths[0]
    energy = energy_of(table).columns
    if energy:
        out["energy"] = energy[0]
    for field, words, units in (
        ("co2e", ("co2", "emission", "carbon", "ghg"), ("", "co2e")),
        ("water", ("water", "wasser"), ("", "volume")),
    ):
        amounts = [
            c
            for c in rest
            if c.numbers
            and c.dimension in units
            and _has(c, *words)
            and not c.header.has("intensity", "rate", "embodied", "factor")
        ]
        if amounts:
            out[field] = amounts[0]
    return out


def _suits(field: str, column: Column) -> bool:
    """Whether the cells are such as a field takes."""
    if field == "id":
        return len(set(column.values)) == len(column.raw)
    if field in ("stage", "status"):
        return words_for(field, column) is not None
    if field in ("start", "end"):
        return column.moment is not None
    if field == "country":
        return all(re.fullmatch(r"[A-Z]{2,3}", value) for value in column.values)
    if field in ("system", "region", "device"):
        return column.numbers is None and not column.clock and column.moment is None
    return column.numbers is not None and not column.dimension and all(n >= 0 for n in column.numbers if n == n)


def _length(column: Column) -> int | None:
    """How surely a column is the duration of a row, the least first; None where it is none."""
    ranks = [_DURATION[word] for word in column.header.words if word in _DURATION]
    if not ranks or column.header.has(*_NO_DURATION) or column.moment is not None:
        return None
    if column.clock or (column.numbers is not None and column.dimension == "time"):
        return min(ranks)
    return min(ranks) + 10 if column.numbers is not None and not column.dimension and min(ranks) < 2 else None


class Energy(NamedTuple):
    """Columns of the energy of a row: one, or several that add up; what they are of, where the table says so."""

    columns: list[Column]
    boundary: str = ""
    rivals: Sequence[Column] = ()  # columns of energy among which none is known to be the whole


def energy_of(table: Sequence[Column]) -> Energy:
    """The column that is the energy of a row: the one that there is, that is the sum of the others or says that it is the whole.

    Several add up where they are parts of one machine, or its devices side by side.
    """
    candidates = alternatives([column for column in table if is_energy(column)])[0]
    candidates = [column for column in candidates if column.unit] or candidates
    if len(candidates) < 2:
        return Energy(candidates, boundary(candidates))
    sums = [column for column in candidates if is_sum(column, [c for c in candidates if c is not column])]
    whole = [
        column for column in candidates if column.header.has(*_WHOLE) or column.header.joined in ("energy", "energie")
    ]
    chosen = sums or whole
    parts = [column for column in candidates if column not in chosen]
    if len(chosen) == 1:
        stated = boundary(chosen) or (boundary(parts) if sums and boundary(parts) in WITHIN else "")
        return Energy(chosen, stated)
    names = {re.sub(r"\d+", "", column.header.joined) for column in candidates}
    kinds = [part_of(column) for column in candidates]
    if not chosen and boundary(candidates) in WITHIN and (len(names) == 1 or len(set(kinds)) == len(kinds)):
        return Energy(candidates, boundary(candidates))
    return Energy([], rivals=candidates)


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
