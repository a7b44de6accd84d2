"""TensorBoard event files: when a run wrote its first and its last event, and nothing else that counts here.

Layout: length (uint64), its masked crc32c, the event, its masked crc32c (tensorflow/core/lib/io/record_writer.h); event.proto: field 1
is wall_time.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import IO

from lca.errors import Fault
from lca.ingest import cells, protobuf
from lca.ingest.formats import Format, Found, Note
from lca.ingest.log import Head, Log
from lca.language import plural, said
from lca.local_time import iso

FORMAT = Format(
    "tensorboard",
    "TensorBoard event file",
    "window from the first to the last event, in UTC",
    "energy, devices, place, stage, system",
)
#: an event that is larger is none
LARGEST = 1 << 30
_TABLE = []
for _n in range(256):
    _crc = _n
    for _ in range(8):
        _crc = (_crc >> 1) ^ (0x82F63B78 if _crc & 1 else 0)
    _TABLE.append(_crc)


def masked_crc(data: bytes) -> int:
    """CRC-32C, rotated and moved as TensorFlow stores it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def claims(head: Head) -> bool:
    """A first record whose length has its checksum, and that holds the version of event files."""
    data = head.data
    if len(data) < 16 or struct.unpack("<I", data[8:12])[0] != masked_crc(data[:8]):
        return False
    return b"brain.Event:" in data[:64]


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: from the first event to the last."""
    begin, end, count, timeless, torn = float("inf"), float("-inf"), 0, 0, ""
    log.account.expect(0)
    with log.binary() as handle:
        for wall, problem in _walls(handle):
            torn = problem
            if problem:
                continue
            log.account.total += 1
            if _is_time(wall):
                begin, end, count = min(begin, wall), max(end, wall), count + 1
                log.account.use()
            else:
                timeless += 1
                log.account.ignore("events without a time")
    if count < 2 or end <= begin:
        yield Fault(
            log.shown,
            "",
            f"{count} events",
            "no window follows from fewer than two events at different times",
            "Give the file of a run that wrote events.",
            lines=0,
        )
        return
    notes = [Note("no-energy", said("event files hold no energy: the window alone is used"), "energy")]
    if timeless:
        message = plural(
            timeless,
            "one event has no time; it was not used",
            "{n} events have no time; they were not used",
            n=timeless,
        )
        notes.append(Note("clock-fault", message, "start"))
    if torn:
        notes.append(Note("torn-row", said("{torn}: what follows is not used", torn=torn), severity="warning"))
    record = {"start": iso(begin), "end": iso(end)}
    yield Found(record, [1, count], tuple(notes), "TensorBoard")


def _is_time(wall: float) -> bool:
    try:
        return cells.stamp(wall, unit="s") is not None
    except ValueError:
        return False


def _walls(handle: IO[bytes]) -> Iterator[tuple[float, str]]:
    """(wall_time, what is wrong) of each event, until the end or the first that is damaged."""
    number = 0
    while head := handle.read(12):
        number += 1
        if len(head) < 12:
            yield math.nan, f"event {number} is cut off"
            return
        length = struct.unpack("<Q", head[:8])[0]
        if struct.unpack("<I", head[8:])[0] != masked_crc(head[:8]) or length > LARGEST:
            yield math.nan, f"the length of event {number} does not fit its checksum"
            return
        data = handle.read(length)
        if len(data) < length or len(handle.read(4)) < 4:
            yield math.nan, f"event {number} is cut off"
            return
        try:  # wall_time is the first field: the rest of a large event need not be read
            found = next(((n, v) for n, v in protobuf.fields(data[:64]) if n == 1), None)
        except ValueError:
            found = None
        yield (protobuf.double(found[1]) if found is not None and isinstance(found[1], bytes) else math.nan), ""
