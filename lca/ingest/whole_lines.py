"""The bytes of a log as whole lines, many at a time: what `lca.ingest.log` gives line by line, or as blocks.

Nothing here is told: where the bytes end in an error, the lines before it come with that error.
"""

from __future__ import annotations

import codecs
import io
import re
import zlib
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

import numpy as np

from lca.ingest.source import PART

#: a line longer than this is no line of a log
LONGEST = 16 * 2**20
#: characters of a line that is too long, after which what follows it is given up
SKIPPED = 64 * 2**20
#: what is raised where the end of a file is missing or damaged
CUT = (OSError, EOFError, zlib.error)
#: bytes of which lines of text are made at once
TEXT = PART // 4
_NEWLINE = 10
#: whether a byte may begin a line that holds nothing but blanks
_IS_BLANK = np.isin(np.arange(256), list(b" \t\r\n"))
_BLANK_LINE = re.compile(rb"^[ \t\r]*$", re.M)


class Lines(NamedTuple):
    """Lines that follow each other, without their ends, and the number of the first.

    `is_too_long` says that a line stands here that is none; `error` that what follows cannot be read.
    """

    first: int
    texts: list[str]
    is_too_long: bool = False
    error: Exception | None = None


def lines(handle: IO[bytes], encoding: str) -> Iterator[Lines]:
    """All lines; bytes that are no text become U+FFFD. A line ends as in any system: with LF, CR, or both."""
    decode = codecs.getincrementaldecoder(encoding)("replace").decode
    number, rest = 1, ""
    skipped = 0  # characters of a line that is too long
    while True:
        data, error = filled(handle, TEXT)
        is_end = not data or error is not None
        texts = _split(rest + decode(data, not data), is_end)
        if skipped and len(texts) == 1:
            skipped += len(texts[0])
            rest = ""
            if is_end or skipped > SKIPPED:
                return
            continue
        if skipped:
            del texts[0]
            skipped = 0
        rest = texts.pop()
        if is_end and error is None and rest:
            texts.append(rest)
        yield Lines(number, texts, error=error)
        number += len(texts)
        if is_end:
            return
        if len(rest) > LONGEST:
            yield Lines(number, [], is_too_long=True)
            number += 1
            rest, skipped = "", len(rest)


def _split(text: str, is_end: bool) -> list[str]:
    """The lines of a text, the last of which may go on; a CR at its end may belong to an LF that follows."""
    if "\r" not in text:
        return text.split("\n")
    is_open = text.endswith("\r") and not is_end
    whole = text[:-1] if is_open else text
    texts = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if is_open:
        texts[-1] += "\r"
    return texts


def filled(handle: Any, size: int, begin: bytes = b"") -> tuple[bytearray, Exception | None]:
    """What is there already and the next `size` bytes or fewer, and what kept more of them from being read."""
    held, left = bytearray(begin), size
    try:
        while left > 0 and (part := handle.read1(min(left, PART))):
            held += part
            left -= len(part)
    except CUT as error:
        return held, error
    return held, None


class Block(NamedTuple):
    """Whole lines in UTF-8, each with its end, but for the last one of a file; how many they are, and how many of them are blank."""

    text: bytes
    lines: int
    blank: int


def blocks(handle: IO[bytes], encoding: str, size: int) -> Iterator[Block | Exception | None]:
    """All lines in blocks of `size` bytes or so; then what kept the others from being read. None: a line has no end."""
    source: Any = _Recoded(handle, encoding) if encoding == "utf-16" else handle
    if encoding == "utf-8-sig":
        handle.read(3)
    rest = b""
    while True:
        held, error = filled(source, size, rest)
        is_end = len(held) == len(rest)
        cut = len(held) if is_end and error is None else held.rfind(b"\n") + 1
        block = bytes(memoryview(held)[:cut])
        rest = bytes(memoryview(held)[cut:])
        if block:
            yield Block(block, *_counted(block))
        if error is not None:
            yield error
            return
        if is_end:
            return
        if len(rest) > LONGEST:
            yield None
            return


def _counted(block: bytes) -> tuple[int, int]:
    """How many lines a block has, and how many of them are blank."""
    data = np.frombuffer(block, np.uint8)
    begins = data[1:][data[:-1] == _NEWLINE]  # first bytes of all lines but the first
    if not (_IS_BLANK[data[0]] or _IS_BLANK[begins].any()):
        return len(begins) + 1, 0  # no line begins with a blank: most logs, and far faster to see
    return len(begins) + 1, len(_BLANK_LINE.findall(block[:-1] if block.endswith(b"\n") else block))


class _Recoded(io.RawIOBase):
    """Text of another encoding as bytes of UTF-8."""

    def __init__(self, handle: IO[bytes], encoding: str) -> None:
        self._text = io.TextIOWrapper(handle, encoding, "replace", newline="")

    def read1(self, size: int) -> bytes:
        """The next bytes, `size` of them or somewhat more."""
        return self._text.read(size).encode()
