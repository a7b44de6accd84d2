"""A draft of a mapping for a table of any kind, from its header and first rows: what is not sure is written as such."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from lca.errors import InputError
from lca.ingest.log import Log
from lca.ingest.mapping import SCHEMA, UNKNOWN

ROWS = 200
_UNITS = {
    u.lower(): u
    for u in ("W", "kW", "mW", "J", "kJ", "MJ", "Wh", "kWh", "MWh", "s", "ms", "min", "h", "kg", "g", "t", "L")
}
_UNIT = re.compile(
    r"[\s_\[(\-./](k?wh|mwh|[km]?j|[km]?w|watts?|joules?|s|sec|secs|seconds|ms|min|minutes|h|hours|kg|g|%|percent|l)[\])]?\Z",
    re.I,
)
_WORDS = {"watt": "W", "watts": "W", "joule": "J", "joules": "J", "sec": "s", "secs": "s", "seconds": "s", "minutes": "min", "hours": "h",
          "percent": "%", "%": "%"}  # fmt: skip
#: field -> what its column is often called (English and German); the first that fits is taken
NAMES: tuple[tuple[str, str], ...] = (
    ("id", r"(run|job|experiment)?[_ ]?id|run"), ("system", r"system|project|model[_ ]?name|experiment"), ("stage", r"stage|phase"),
    ("start", r"start.*|begin.*|beginn.*"), ("end", r"end([_ ].*)?|stop.*|ende"),
    ("duration", r"(duration|elapsed|runtime|wall[_ ]?time|laufzeit|dauer).*"), ("country", r"country.*|land"), ("region", r"region"),
    ("device", r"gpu|gpu[_ ]?(name|model|type)|device|device[_ ]?(name|model)"), ("count", r"(num|n|number)?[_ ]?(gpus|devices)|gpu[_ ]?count"),
    ("energy", r"(total[_ ])?(energy|energie).*|kwh"), ("co2e", r"(co2|emission).*"), ("tokens_in", r"(input|prompt|context)[_ ]?tokens.*"),
    ("tokens_out", r"(output|completion|generated)[_ ]?tokens.*"), ("requests", r"(num[_ ])?requests"),
)  # fmt: skip
_TIME = re.compile(r"(time([_ ]?stamp)?|date([_ ]?time)?|zeit(stempel)?|datum|epoch|ts)([\s_\[(].*)?\Z", re.I)
_POWER = re.compile(r".*(power|watt|leistung).*|(gpu|card|device)[\s_]?\d+([\s_\[(]+w(atts?)?[\])]?)?\Z", re.I)
_COUNTER = re.compile(r".*(energy|energie|joule).*", re.I)
FORMATS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H:%M:%S.%f",
    "%Y/%m/%d %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
)


def draft(log: Log) -> str:
    """The text of a mapping for a CSV file. Raises InputError for what is no table."""
    delimiter, rows = _rows(log)
    header, body = [c.strip().lstrip("\ufeff") for c in rows[0]], rows[1:]
    cells = {name: [r[n].strip() for r in body if n < len(r) and r[n].strip()] for n, name in enumerate(header) if name}
    decimal = "," if delimiter != "," and _share(r"-?\d+,\d+\Z", [c for v in cells.values() for c in v]) > 0 else "."
    lines = [f"schema: {SCHEMA}", f"match: {json.dumps(log.head.name and _name(log))}"]
    if delimiter != ",":
        lines.append(f"delimiter: {json.dumps(delimiter)}")
    if decimal == ",":
        lines.append('decimal: ","')
    time = next((name for name in cells if _TIME.match(name) and _is_time(cells[name])), None)
    power = [name for name in cells if _POWER.match(name) and _numeric(cells[name], decimal)]
    counter = [name for name in cells if _COUNTER.match(name) and _rises(cells[name], decimal)]
    used: set[str] = set()
    if (
        time is not None
        and (power or counter)
        and len(body) > 2
        and not any(_field(n) in ("start", "duration") for n in cells)
    ):
        lines += _samples(time, power, counter, cells, decimal, used)
    else:
        lines += _columns(cells, decimal, used)
    lines += [
        "constants:  # what the table does not say, such as stage: training, location: {country: FR}, devices: [{model: H100, count: 8}]",
        "  {}",
    ]
    rest = [n for n in cells if n not in used]
    if rest:
        lines.append("# columns that are not used, with their first value:")
        lines += [
            f"#   {json.dumps(n, ensure_ascii=False)}: {json.dumps(cells[n][0][:60], ensure_ascii=False) if cells[n] else 'empty'}"
            for n in rest
        ]
    return "\n".join(lines) + "\n"


def _name(log: Log) -> str:
    return log.path.replace("\\", "/").rpartition("/")[2]


def _rows(log: Log) -> tuple[str, list[list[str]]]:
    best: tuple[int, str, list[list[str]]] = (1, ",", [])
    for delimiter in (",", ";", "\t", "|"):
        rows = []
        try:
            for _, cells in log.table(delimiter):
                rows.append(cells)
                if len(rows) > ROWS:
                    break
        except InputError:
            continue
        width = len(rows[0]) if rows else 0
        if width > best[0] and sum(len(r) == width for r in rows) >= 0.9 * len(rows):
            best = width, delimiter, rows
    if len(best[2]) < 2:
        raise InputError(
            log.shown, "no table with a header and rows", "A mapping is for CSV; Parquet names its columns itself."
        )
    return best[1], best[2]


def _samples(time: str, power: Sequence[str], counter: Sequence[str], cells: dict[str, list[str]], decimal: str, used: set[str]) -> list[str]:  # fmt: skip
    kind, columns = ("power", power) if power else ("counter", counter)
    lines = ["samples:", f"  time: {_time(time, cells[time])}", f"  {kind}:"]
    for name in columns:
        unit = _unit(name)
        told = "" if unit else "  # state the unit: the header does not"
        lines.append(f"    - {{column: {_text(name)}, unit: {unit or json.dumps(UNKNOWN)}}}{told}")
    if len(columns) > 1:
        lines.append("    # a column that is the sum of the others counts them twice: take it out")
    lines.append("  boundary: accelerator  # check: accelerator, node, rack or facility")
    used |= {time, *columns}
    return lines


def _columns(cells: dict[str, list[str]], decimal: str, used: set[str]) -> list[str]:
    lines, taken = ["columns:"], set()
    for name in cells:
        field = _field(name)
        if field is None or field in taken:
            continue
        taken.add(field)
        used.add(name)
        if field in ("start", "end"):
            lines.append(f"  {field}: {_time(name, cells[name])}")
            continue
        needs = {"duration": "s, min or h", "energy": "kWh, Wh or J", "co2e": "kg or g"}.get(field)
        unit = _unit(name)
        if needs is None:
            lines.append(f"  {field}: {{column: {_text(name)}}}")
        else:
            told = "" if unit else f"  # state the unit ({needs}): the header does not"
            lines.append(f"  {field}: {{column: {_text(name)}, unit: {unit or json.dumps(UNKNOWN)}}}{told}")
    if not taken:
        lines.append('  id: {column: "' + UNKNOWN + '"}  # no column bears a name that tells what it is')
    if "energy" in taken:
        lines += ["energy:", "  boundary: node  # check: accelerator, component_sum, node, rack, it or facility",
                  "  method: declared  # check: counter, integrated, scheduler, bill, modelled or declared"]  # fmt: skip
    return lines


def _field(name: str) -> str | None:
    bare = _UNIT.sub("", name.strip()).strip()
    return next((field for field, pattern in NAMES if re.fullmatch(pattern, bare, re.I)), None)


def _unit(name: str) -> str:
    found = _UNIT.search(name.strip())
    text = found[1].lower() if found else ""
    return _WORDS.get(text) or _UNITS.get(text, "")


def _time(name: str, values: Sequence[str]) -> str:
    made = f"{{column: {_text(name)}"
    number = _floats(values[:1])
    if number:
        unit = next(
            (u for u, size in (("s", 1e9), ("ms", 1e12), ("us", 1e15), ("ns", 1e18)) if size <= number[0] < 5 * size),
            None,
        )
        return f"{made}, unit: {unit or json.dumps(UNKNOWN)}}}" + (
            "  # from the size of its numbers: check"
            if unit
            else "  # count from where, in which unit? relative: true for a time without date"
        )
    if all(_iso(v) for v in values[:20]):
        return made + "}"
    shape = next((f for f in FORMATS if all(_fits(v, f) for v in values[:20])), UNKNOWN)
    day = "  # day before month? check" if "/" in shape and not shape.startswith("%Y") else ""
    return f"{made}, format: {json.dumps(shape)}}}{day}"


def _is_time(values: Sequence[str]) -> bool:
    return bool(values) and (
        bool(_floats(values[:1])) or all(_iso(v) or any(_fits(v, f) for f in FORMATS) for v in values[:5])
    )


def _iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fits(text: str, shape: str) -> bool:
    try:
        datetime.strptime(text, shape)
    except ValueError:
        return False
    return True


def _floats(values: Sequence[str], decimal: str = ".") -> list[float]:
    try:
        return [float(v.replace(decimal, ".")) for v in values]
    except ValueError:
        return []


def _numeric(values: Sequence[str], decimal: str) -> bool:
    return bool(values) and len(_floats(values, decimal)) == len(values)


def _rises(values: Sequence[str], decimal: str) -> bool:
    numbers = _floats(values, decimal)
    return len(numbers) > 2 and all(a <= b for a, b in pairwise(numbers))


def _share(pattern: str, values: Sequence[str]) -> float:
    return sum(bool(re.match(pattern, v)) for v in values) / len(values) if values else 0.0


def _text(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
