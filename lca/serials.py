"""Serial numbers of certificates: single ones, and ranges of a common beginning (`DE-17 to DE-4816`, `A17-A4816`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

_RANGE = re.compile(r"(.+?)(?:\s+to\s+|\s*\.\.+\s*|\s+[-–]\s+)(.+)\Z", re.IGNORECASE)
#: without spaces only behind a beginning that both ends bear: `2024-17` is one number
_CLOSE_RANGE = re.compile(r"((.*\D)\d+)[-–](\2\d+)\Z", re.DOTALL)
_NUMBER = re.compile(r"(.*?)(\d+)\Z", re.DOTALL)


class Block(NamedTuple):
    """Serial numbers `first` to `last` behind a common beginning; a serial without a number has -1 twice."""

    prefix: str
    first: int
    last: int


def parse(text: str) -> Block:
    """One serial number or range. Raises ValueError for a range that cannot be counted."""
    ends = _ends(text.strip())
    if ends is None:
        prefix, number = _one(text)
        return Block(prefix, number, number)
    (prefix, first), (other, last) = map(_one, ends)
    if other == "" and ends[1].strip().isdigit():  # DE-17 to 4816
        other = prefix
    if first < 0 or last < 0 or prefix != other or last < first:
        raise ValueError("not a range of serial numbers; write FIRST to LAST, such as DE-17 to DE-4816")
    return Block(prefix, first, last)


def _ends(text: str) -> tuple[str, str] | None:
    """First and last number of a range; None for a single number."""
    if found := _RANGE.match(text):
        return found[1], found[2]
    found = _CLOSE_RANGE.match("".join(text.split()).upper())
    return (found[1], found[3]) if found else None


def _one(text: str) -> tuple[str, int]:
    folded = "".join(text.split()).upper()
    found = _NUMBER.match(folded)
    return (found[1], int(found[2])) if found else (folded, -1)


def blocks(texts: Iterable[str]) -> list[Block]:
    """Several serials and ranges, in order."""
    return sorted(parse(text) for text in texts)


def overlap(one: Block, other: Block) -> bool:
    """Whether two blocks share a serial number."""
    return one.prefix == other.prefix and one.first <= other.last and other.first <= one.last


def spelled(block: Block) -> str:
    """The first serial number of a block."""
    return block.prefix if block.first < 0 else f"{block.prefix}{block.first}"


def shared(one: Sequence[str], other: Sequence[str]) -> str:
    """The first serial number that two lists share; an empty string for none."""
    for mine in blocks(one):
        for its in blocks(other):
            if overlap(mine, its):
                return spelled(max(mine, its))
    return ""


def first_overlap(texts: Sequence[str]) -> str:
    """The first serial number that a list holds twice; an empty string for none."""
    held = blocks(texts)
    return next((spelled(b) for a, b in pairwise(held) if overlap(a, b)), "")
