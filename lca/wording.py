"""What pydantic refuses, in the words of lca: the field, what was found, what is allowed, what to do. Of logs and profiles alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from lca.errors import nearest, shorten
from lca.numerals import spelled

#: parts of a location that name no field: functions, and the branches of a union (`lca.run.EnergyRecord.coverage`)
_NO_FIELD = re.compile(r"function-|<\w+>\Z")
#: kind of fault -> (what is wrong, what to do); a bound stands in braces
_SIMPLE = {
    "greater_than": ("must be more than {gt}", ""),
    "greater_than_equal": ("must be at least {ge}", ""),
    "less_than": ("must be less than {lt}", ""),
    "less_than_equal": ("must be at most {le}", ""),
    "finite_number": ("not a finite number", ""),
    "string_type": ("not a text", "Write it in quotes"),
    "string_too_long": ("longer than {max_length} characters", "Shorten it"),
    "string_too_short": ("shorter than {min_length} characters", "Write it out"),
    "too_short": ("fewer than {min_length} entries", "Give at least {min_length}"),
    "too_long": ("more than {max_length} entries", "Give at most {max_length}"),
    "string_unicode": ("not a text in UTF-8", "Save it as UTF-8"),
    "bool": ("neither true nor false", "Write true or false, without quotes"),
    "int_from_float": ("not a whole number", "Write a whole number, such as 8"),
    "int": ("not a whole number", "Write a whole number, such as 8"),
    "float": ("not a number", "Write a number, such as 8 or 1e9"),
    "list": ("not a list", "Write it in brackets, [ ]"),
    "tuple": ("not a list", "Write it in brackets, [ ]"),
    "dict": ("not an object with keys", "Write an object with keys, such as {{ }}"),
    "model": ("not an object with keys", "Write an object with keys, such as {{ }}"),
    "datetime": ("not a time", "Write RFC 3339 with an offset, such as 2024-05-01T12:00:00Z"),
    "date": ("not a date", "Write a day of the calendar, such as 2025-03-31"),
    "missing_argument": ("it is missing", "Add it"),
}
_CORRECT = "Correct the value"


class Words(NamedTuple):
    """One fault in words; `found` is empty where there is nothing to show."""

    path: str
    found: str
    problem: str
    remedy: str


def fault(item: Mapping[str, Any], known: Collection[str] = (), free: str = "") -> Words:
    """A fault that pydantic found. `known` are the keys that fit where an unknown one stands, `free` what else may be done."""
    location, kind, given = fields(item), str(item["type"]), item.get("input")
    path = field_path(location)
    if kind == "extra_forbidden":
        name = str(location[-1])
        near = nearest(name, known)
        listed = "" if free else f"Known keys are {', '.join(sorted(known))}"
        hint = f"The nearest known key is {near}" if near else listed
        return Words(path, shorten(name), "unknown key", "; ".join(x for x in (hint, free) if x) + ".")
    if kind == "missing":
        return Words(path, "", "it is missing", "Add it.")
    if kind in ("literal_error", "enum"):
        return _choice(path, given, str(item.get("ctx", {}).get("expected", "")))
    if kind in ("value_error", "assertion_error"):
        return _own(path, item)
    simple = _SIMPLE.get(kind) or _SIMPLE.get(kind.partition("_")[0])
    if simple is None:
        message = str(item["msg"])
        return Words(path, _shown(given), message[:1].lower() + message[1:], f"{_CORRECT}, see `lca schema`.")
    bounds = {k: spelled(v) if isinstance(v, (int, float)) else v for k, v in (item.get("ctx") or {}).items()}
    empty = bounds.get("min_length") == "1"
    problem = "it is empty" if empty else simple[0].format(**bounds)
    return Words(path, "" if empty else _shown(given), problem, (simple[1] or _CORRECT).format(**bounds) + ".")


def _choice(path: str, given: Any, expected: str) -> Words:
    """A value that is not one of those known, with the nearest."""
    known = re.findall(r"'([^']*)'", expected)
    near = nearest(given, known) if isinstance(given, str) and len(known) > 1 else ""
    remedy = f"Use one of {expected}" + (f"; the nearest is {near}" if near else "")
    return Words(path, _shown(given), "not one of the known values", f"{remedy}.")


def _shown(given: Any) -> str:
    """A value as a log states it: 2000000000, not 2000000000.0."""
    if isinstance(given, date):
        return given.isoformat()
    return f"{given:.10g}" if isinstance(given, float) else shorten(given)


def _own(path: str, item: Mapping[str, Any]) -> Words:
    """What a validator of lca refused: `key: what is wrong; what to do`, where the key and what to do may be missing."""
    message, given = item["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, "), item.get("input")
    inner, _, rest = message.partition(": ")
    if rest and isinstance(given, Mapping) and inner in given:
        path, message, given = f"{path}.{inner}" if path else inner, rest, given[inner]
    problem, _, remedy = message.partition("; ")
    found = "" if isinstance(given, (Mapping, list)) or problem == "unknown quantity" else _shown(given)
    remedy = remedy or _CORRECT
    return Words(path, found, problem, remedy[:1].upper() + remedy[1:] + ".")


def fields(item: Mapping[str, Any]) -> tuple[int | str, ...]:
    """The location of a fault without the parts that name no field; an unknown key is kept whatever its name."""
    location = tuple(item["loc"])
    kept = location[-1:] if item["type"] == "extra_forbidden" else ()
    before = location[: len(location) - len(kept)]
    return (*(p for p in before if not (isinstance(p, str) and _NO_FIELD.match(p))), *kept)


def field_path(location: Sequence[int | str]) -> str:
    """A location as `devices[0].power`."""
    out = ""
    for part in location:
        out += f"[{part}]" if isinstance(part, int) else (f".{part}" if out else str(part))
    return shorten(out, 120)
