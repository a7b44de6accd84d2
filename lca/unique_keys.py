"""JSON and YAML in which a key that stands twice in one object is an error: most readers silently keep the last.

For whatever a user hands in: logs, profiles, mappings, overlays, front matter. `RepeatedKey` names the key.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic_core import from_json, to_json


class RepeatedKey(ValueError):
    """A key that stands twice in one object. `key` is its name."""

    def __init__(self, key: str, where: str = "") -> None:
        from lca.errors import shorten

        self.key = shorten(key)
        super().__init__(f"the key {self.key} stands twice in one object{where}")


def of_json(text: str | bytes | bytearray) -> Any:
    """The value of a JSON text. Raises RepeatedKey, and ValueError where it is no JSON."""
    value = from_json(text)
    if isinstance(value, dict) and (text.count(":") if isinstance(text, str) else text.count(b":")) == len(value):
        return value  # every key that stood there needed a colon
    colons = text.count('":') if isinstance(text, str) else text.count(b'":')
    # written again, a value has as many keys as it had unless some of them stood twice; other spellings are looked into
    if colons != to_json(value).count(b'":'):
        key = repeated(text)
        if key is not None:
            raise RepeatedKey(key)
    return value


def repeated(text: str | bytes | bytearray) -> str | None:
    """The first key that stands twice in one object of a JSON text; None where there is none, or the text is no JSON."""
    try:
        _decode(text if isinstance(text, str) else text.decode("utf-8"))
    except RepeatedKey as error:
        return error.key
    except (ValueError, RecursionError):
        return None
    return None


def by_entry(text: bytes, value: Any) -> dict[int, str]:
    """Keys of a document of JSON that stand twice: by the number, from 1, of the entry of its list (or of `runs` in it), else 0.

    `value` is the text as read; a document that is no list is its first entry.
    """
    if text.count(b'":') == to_json(value).count(b'":'):
        return {}
    try:
        marked = _marking(text.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    if isinstance(marked, dict) and "runs" in marked:
        own = marked.key if isinstance(marked, _Marked) else ""
        entries = marked["runs"] if isinstance(marked["runs"], list) else []
        rest = _first({k: v for k, v in marked.items() if k != "runs"})
        return {0: own or rest} if own or rest else _numbered(entries)
    return _numbered(marked if isinstance(marked, list) else [marked])


def _numbered(entries: list[Any]) -> dict[int, str]:
    found = ((number, _first(entry)) for number, entry in enumerate(entries, start=1))
    return {number: key for number, key in found if key}


class _Marked(dict[str, Any]):
    """An object in which a key stood twice."""

    key = ""


def _mark(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    try:
        _distinct(pairs)
    except RepeatedKey as error:
        made = _Marked(pairs)
        made.key = error.key
        return made
    return dict(pairs)


def _first(value: Any) -> str:
    """The first key that stood twice somewhere in a value; empty where none did."""
    if isinstance(value, _Marked):
        return value.key
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((key for each in inner if (key := _first(each))), "")


_marking = json.JSONDecoder(object_pairs_hook=_mark).decode


def may_repeat(lines: bytes) -> bool:
    """Whether a key may stand twice in one of many lines of JSON: a quick test that never says no wrongly."""
    import pyarrow as pa
    from pyarrow import json as arrow

    try:
        arrow.read_json(pa.BufferReader(lines), arrow.ReadOptions(use_threads=False, block_size=max(len(lines), 1)))
    except (pa.ArrowException, OSError, ValueError, MemoryError):
        return True
    return False


def _distinct(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        seen: set[str] = set()
        raise RepeatedKey(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]


def _nothing(_: str) -> None:
    """In place of a number: only keys are looked at."""


_decode = json.JSONDecoder(object_pairs_hook=_distinct, parse_int=_nothing, parse_float=_nothing).decode


def of_yaml(text: str | bytes) -> Any:
    """The value of a YAML text, read as data alone. Raises RepeatedKey, ValueError and yaml.YAMLError."""
    import yaml

    return yaml.load(text, Loader=loader(yaml.SafeLoader))


@cache
def loader(base: Any) -> Any:
    """A safe loader of YAML that refuses a key that stands twice in one map."""
    import yaml

    class Distinct(base):
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            lines: dict[str, int] = {}
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                    line = key.start_mark.line + 1
                    if key.value in lines:
                        raise RepeatedKey(key.value, f", in lines {lines[key.value]} and {line}")
                    lines[key.value] = line
            return super().construct_mapping(node, deep)

    return Distinct
