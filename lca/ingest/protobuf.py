"""Fields of a protobuf message by number, without its schema (https://protobuf.dev/programming-guides/encoding/)."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """(number, value) of each field: an int for varints, the bytes of all else. Raises ValueError for what is no message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value: int | bytes
            value, at = _varint(data, at)
        elif kind in (1, 5, 2):
            size = {1: 8, 5: 4}.get(kind)
            if size is None:
                size, at = _varint(data, at)
            if at + size > len(data):
                raise ValueError("a field reaches beyond its message")
            value, at = data[at : at + size], at + size
        else:
            raise ValueError(f"wire type {kind}")
        yield number, value


def first(data: bytes, number: int) -> bytes:
    """The bytes of the first field with a number, empty where there is none."""
    return next((v for n, v in fields(data) if n == number and isinstance(v, bytes)), b"")


def timestamp(data: bytes) -> float | None:
    """Seconds since 1970 of a google.protobuf.Timestamp, None for one that is empty."""
    held = {n: v for n, v in fields(data) if isinstance(v, int)}
    seconds = held.get(1, 0)
    return seconds + held.get(2, 0) / 1e9 if 0 < seconds < 5e9 else None


def double(data: bytes) -> float:
    """A field of eight bytes as a double."""
    return float(struct.unpack("<d", data)[0]) if len(data) == 8 else float("nan")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("a number without end")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
