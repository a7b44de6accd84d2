"""Bytes that are made when they are asked for, as a file to read from."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, Any


def of_parts(parts: Iterator[bytes]) -> IO[bytes]:
    """A file of these parts, in their order; an error in making one is raised where it is read."""
    return io.BufferedReader(_Stream(parts))


class _Stream(io.RawIOBase):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._left = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._left = part
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
