"""Lists of nodes as SLURM writes them: `gpu[01-03,07],login1`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

#: nodes that one list may name: no cluster has as many
MOST_NODES = 100_000
_BRACKETS = re.compile(r"([^\[\]]*)\[([^\[\]]*)\]")


def nodes_of(text: str) -> list[str]:
    """The nodes that a list names: `gpu[01-03,07]`, `rack[0-1]n[1-4]`. Raises ValueError for what is no such list."""
    names: list[str] = []
    for part in re.split(r",(?![^\[]*\])", text.strip()):
        names += _expanded(part)
        if len(names) > MOST_NODES:
            raise ValueError("more nodes than any cluster has")
    return names


def _expanded(part: str) -> Iterator[str]:
    choices, end = [], 0
    for match in _BRACKETS.finditer(part):
        choices.append([match[1] + number for number in _numbers(match[2])])
        end = match.end()
    rest = part[end:]
    if not part or "[" in rest or "]" in rest or any(c.isspace() for c in part):
        raise ValueError("not a list of nodes")
    size = 1
    for choice in choices:
        size *= len(choice)
    if size > MOST_NODES:
        raise ValueError("more nodes than any cluster has")
    return ("".join(parts) + rest for parts in product(*choices))


def _numbers(text: str) -> list[str]:
    """`01-03,07` as 01, 02, 03, 07."""
    numbers: list[str] = []
    for part in text.split(","):
        first, is_range, last = part.partition("-")
        last = last if is_range else first
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and int(first) <= int(last)):
            raise ValueError("not a list of nodes")
        if int(last) - int(first) > MOST_NODES:
            raise ValueError("more nodes than any cluster has")
        numbers += [f"{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]
    return numbers
