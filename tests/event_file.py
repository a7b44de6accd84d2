"""Event files of TensorBoard, byte by byte: for the fixture, and for its corruptions."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

FIXTURE = Path(__file__).resolve().parent / "fixtures" / "tensorboard" / "events.out.tfevents.1"
#: times of its events: the first bears the version of the format, the others a scalar each
WALLS = (1772445600.25, 1772445900.0, 1772447400.0, 1772449200.25)


def crc(data: bytes) -> bytes:
    """The masked CRC-32C (Castagnoli) of a part."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
    value ^= 0xFFFFFFFF
    return struct.pack("<I", ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def event(wall: float | None, number: int) -> bytes:
    """An event: its wall_time, then the version (the first one), or its step and a summary of one scalar."""
    time = b"" if wall is None else b"\x09" + struct.pack("<d", wall)
    if number == 0:
        return time + b"\x1a\x0dbrain.Event:2"
    scalar = b"\x0a\x04loss" + b"\x15" + struct.pack("<f", 1 / number)
    return (
        time + b"\x10" + bytes([number]) + b"\x2a" + bytes([len(scalar) + 2]) + b"\x0a" + bytes([len(scalar)]) + scalar
    )


def framed(data: bytes) -> bytes:
    """A record: length and event, each with its checksum."""
    size = struct.pack("<Q", len(data))
    return size + crc(size) + data + crc(data)


def event_file(walls: Iterable[float | None]) -> bytes:
    """A whole file."""
    return b"".join(framed(event(wall, number)) for number, wall in enumerate(walls))


def corruptions(walls: Sequence[float] = WALLS) -> Iterator[tuple[str, bytes]]:
    """(what, file) for each event made wrong, alone: its time, its checksums, its bytes, its end."""
    records = [framed(event(wall, number)) for number, wall in enumerate(walls)]
    for n, record in enumerate(records):
        before, after = b"".join(records[:n]), b"".join(records[n + 1 :])
        for wall in (-5.0, float("nan"), 1e18, None):
            yield f"event {n + 1}: time as {wall}", before + framed(event(wall, n)) + after
        for at in (0, 8, 14, 18, 22, len(record) - 1):
            flipped = bytes([*record[:at], record[at] ^ 0x10, *record[at + 1 :]])
            yield f"event {n + 1}: byte {at} flipped", before + flipped + after
        for size in (4, 20, len(record) - 2):
            yield f"event {n + 1}: cut after {size} bytes", before + record[:size]
