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


_MERGE = "tag:yaml.org,2002:merge"


@cache
def loader(base: Any) -> Any:
    """A safe loader of YAML that refuses a key that stands twice in one map."""
    import yaml

    class Distinct(base):
        def get_single_node(self) -> Any:
            node = super().get_single_node()
            self.refuse_repeated(node)
            return node

        def get_node(self) -> Any:
            node = super().get_node()
            self.refuse_repeated(node)
            return node

        def refuse_repeated(self, root: Any) -> None:
            """Look at the text as it was composed: what merges (`<<`) is put into it only when values are made of it."""
            waiting, seen = [root], set()
            while waiting:
                node = waiting.pop()
                if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
                    continue
                seen.add(id(node))
                if isinstance(node, yaml.MappingNode):
                    self.refuse_repeated_keys(node)
                    waiting += [each for pair in node.value for each in pair]
                else:
                    waiting += node.value

        def refuse_repeated_keys(self, node: Any) -> None:
            lines: dict[Any, int] = {}
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode) and key.tag != _MERGE:
                    line = key.start_mark.line + 1
                    value = self.value_of(key)
                    if value in lines:
                        raise RepeatedKey(key.value, f", in lines {lines[value]} and {line}")
                    lines[value] = line

        def flatten_mapping(self, node: Any) -> None:
            """Put in what merges (`<<`): a map's own keys stand before those merged, and earlier maps before later ones.

            The loader of PyYAML tells keys apart by the place of their text in memory, and so mistakes which of them stands.
            """
            merged = [value for key, value in node.value if key.tag == _MERGE]
            if merged:
                node.value = [pair for pair in node.value if pair[0].tag != _MERGE]
                maps = [each for one in merged for each in (one.value if isinstance(one, yaml.SequenceNode) else [one])]
                for each in maps:
                    if not isinstance(each, yaml.MappingNode):
                        problem = f"expected a mapping for merging, but found {each.id}"
                        raise yaml.constructor.ConstructorError(
                            "while constructing a mapping", node.start_mark, problem, each.start_mark
                        )
                    self.flatten_mapping(each)
                pairs = {self.value_of(pair[0]): pair for source in (*reversed(maps), node) for pair in source.value}
                node.value = list(pairs.values())
            super().flatten_mapping(node)

        def value_of(self, key: Any) -> Any:
            """The value of a key: `1` and `0x1` are one, `1` and `'1'` are two."""
            if not isinstance(key, yaml.ScalarNode):
                return id(key)
            try:
                return self.construct_object(key)
            except (ValueError, yaml.YAMLError):
                self.recursive_objects.pop(key, None)
                return key.tag, key.value

    return Distinct
