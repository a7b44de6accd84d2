"""What a JSON file is, where its first bytes do not say it: its keys, wherever they stand.

Formats are told apart by the begin of a file (`Head`). Where no format claims that, `wider` looks into all of it, in bounded
memory, and adds the keys that it finds, with their short values, to the begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import IO

from lca.ingest.log import HEAD, Head, Log
from lca.ingest.source import PART

#: a string of JSON, and whether it is a key; with its value, where that is a string too
_STRING = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"(?:(\s*+:)(?:\s*+"([^"\\]*+(?:\\.[^"\\]*+)*+)")?+)?+', re.S)
_END_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+"', re.S)
#: bytes of one string with its value; of longer ones only the end is looked for
LONGEST = 2**20
#: bytes that may follow a key and belong to it: blanks, and its value
MARGIN = 256
#: pairs of keys and values that are told apart while a document is read
MANY = 100_000
#: keys, values of one key, and characters of a value that are kept
KEYS, VALUES, CHARACTERS = 5000, 8, 100


def is_json(head: Head) -> bool:
    """Whether a file begins like a document of JSON, or like lines of it."""
    return head.text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def wider(log: Log) -> Head | None:
    """The begin of a file with what all of it shows; None where there is no more to see."""
    head = log.head
    if not is_json(head) or len(head.data) < HEAD:
        return None
    with log.binary() as handle:
        found = _keys(handle)
    told = "\n".join(
        f'"{key}": "{value}"' if value else f'"{key}":' for key, values in found.items() for value in values
    )
    return head._replace(text=f"{head.text}\n{told}", keys=frozenset(found))


def _keys(handle: IO[bytes]) -> dict[str, dict[str, None]]:
    """The keys of a document with the first few of their values that are short strings."""
    found: dict[str, dict[str, None]] = {}
    seen: set[tuple[bytes, bytes]] = set()
    for pairs in _pairs(handle):
        new = pairs - seen
        if len(seen) < MANY:
            seen |= new
        for raw_key, raw_value in sorted(new):
            key, value = _text(raw_key), _text(raw_value)
            values = found.get(key)
            if values is None:
                if len(found) >= KEYS:
                    continue
                values = found[key] = {}
            if len(values) < VALUES and (value or not values):
                values[value] = None
    return found


def _pairs(handle: IO[bytes]) -> Iterator[set[tuple[bytes, bytes]]]:
    """Keys, each with its value where that is a string, of one part of a document after another."""
    rest, in_string = b"", False
    while part := handle.read(PART):
        text = rest + part
        position = 0
        if in_string:
            end = _END_OF_STRING.match(text)
            if end is None:
                rest = b"\\" if text.endswith(b"\\") else b""
                continue
            position, in_string = end.end(), False
        until = _end_of_strings(text, position)
        yield _of(text, position, until)
        opened = text.find(b'"', until)
        rest = text[opened:] if opened >= 0 else b""
        if len(rest) > LONGEST:
            rest, in_string = b"", True
    yield _of(rest, 0, len(rest))


def _of(text: bytes, begin: int, end: int) -> set[tuple[bytes, bytes]]:
    pairs = ((m[0], m[2]) for m in set(_STRING.findall(text, begin, end)) if m[1] and len(m[0]) <= CHARACTERS)
    return {(key, value if len(value) <= CHARACTERS else b"") for key, value in pairs}


def _end_of_strings(text: bytes, begin: int) -> int:
    """Where a string, with all that belongs to it, has ended for certain, late in a text; `begin` where none has."""
    line = text.rfind(b"\n", begin, max(begin, len(text) - MARGIN)) + 1  # no string holds the end of a line
    if line and text[max(0, line - MARGIN) : line].rstrip()[-1:] in (b",", b"{", b"[", b"}"):
        return line
    last = begin
    for match in _STRING.finditer(text, begin):
        if match.end() > len(text) - MARGIN:  # what follows may belong to it
            break
        last = match.end()
    return last


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)"(\s*+:)?+|[{}\[\]]', re.S)


@lru_cache(maxsize=8)
def record_keys(text: str) -> frozenset[str]:
    """Keys of the records of a document: the document itself, the entries of a list, of `runs`, or the lines, as far as they are seen."""
    stack: list[str] = []
    of_document: set[str] = set()
    of_runs: set[str] = set()
    key = ""
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "{[":
            stack.append(sign)
        elif sign in "}]":
            if stack:
                stack.pop()
        elif token[2]:
            place = "".join(stack)
            if place in ("{", "[{"):
                key = token[1]
                of_document.add(key)
            elif place == "{[{" and key == "runs":
                of_runs.add(token[1])
    return frozenset(of_runs | (of_document - {"runs"}) if of_runs else of_document)
