"""Serial numbers of certificates: single ones, and ranges of a common beginning (`DE-17 to DE-4816`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

_RANGE = re.compile(r"(.+?)(?:\s+to\s+|\s*\.\.+\s*|\s+[-–]\s+)(.+)\Z", re.IGNORECASE)
_NUMBER = re.compile(r"(.*?)(\d+)\Z", re.DOTALL)


class Block(NamedTuple):
    """Serial numbers `first` to `last` behind a common beginning; a serial without a number has -1 twice."""

    prefix: str
    first: int
    last: int


def parse(text: str) -> Block:
    """One serial number or range. Raises ValueError for a range that cannot be counted."""
    found = _RANGE.match(text.strip())
    if found is None:
        return Block(*_one(text), _one(text)[1])
    (prefix, first), (other, last) = _one(found[1]), _one(found[2])
    if other == "" and found[2].strip().isdigit():  # DE-17 to 4816
        other = prefix
    if first < 0 or last < 0 or prefix != other or last < first:
        raise ValueError("not a range of serial numbers; write FIRST to LAST, such as DE-17 to DE-4816")
    return Block(prefix, first, last)


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
