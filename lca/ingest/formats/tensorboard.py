"""TensorBoard event files: when a run wrote its first and its last event, and nothing else that counts here.

Layout: length (uint64), its masked crc32c, the event, its masked crc32c (tensorflow/core/lib/io/record_writer.h); event.proto: field 1
is wall_time.
"""

from __future__ import annotations

import math
import struct
from bisect import insort
from collections.abc import Iterator
from typing import IO, NamedTuple

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
#: bytes of an event whose checksum is computed
CHECKED = 1 << 16
#: events at either end of the window that are held
KEPT = 4
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


class _Event(NamedTuple):
    """An event with a time. `data` is empty for one that is too large to be checked."""

    wall: float
    number: int
    data: bytes
    crc: bytes

    @property
    def fits(self) -> bool:
        """Whether it fits its checksum."""
        return not self.data or struct.unpack("<I", self.crc)[0] == masked_crc(self.data)


class _Ends:
    """The events on which a window rests: the earliest and the latest, the first and the last of the file; these are checked."""

    def __init__(self) -> None:
        self._early: list[_Event] = []
        self._late: list[_Event] = []
        self._outer: list[_Event] = []

    def add(self, event: _Event) -> None:
        """One more event."""
        for held, extra in ((self._early, slice(KEPT, None)), (self._late, slice(0, -KEPT))):
            insort(held, event)
            del held[extra]
        self._outer[1:] = [event]

    def torn(self) -> list[_Event]:
        """Those that do not fit their checksum, in the order of the file."""
        return sorted((e for e in {*self._early, *self._late, *self._outer} if not e.fits), key=lambda e: e.number)

    def window(self) -> tuple[float, float]:
        """First and last time of events that fit; NaN where there is none."""
        begin = next((e.wall for e in self._early if e.fits), math.nan)
        return begin, next((e.wall for e in reversed(self._late) if e.fits), math.nan)


def read(log: Log) -> Iterator[Found | Fault]:
    """One run: from the first event to the last."""
    ends = _Ends()
    count, timeless, problem = 0, 0, ""
    log.account.expect(0)
    with log.binary() as handle:
        for event in _events(handle):
            if isinstance(event, str):
                problem = event
                continue
            log.account.total += 1
            if _is_time(event.wall):
                ends.add(event)
                count += 1
                log.account.use()
            else:
                timeless += 1
                log.account.ignore("events without a time")
    torn = ends.torn()
    if torn:
        log.account.used -= len(torn)
        log.account.ignore("events that do not fit their checksum", len(torn))
    begin, end = ends.window()
    if not end > begin:
        yield Fault(
            log.shown,
            "",
            f"{count - len(torn)} events",
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
        message = plural(
            len(torn),
            "event {number} does not fit its checksum; it was not used",
            "{n} events, the first of them event {number}, do not fit their checksums; they were not used",
            n=len(torn), number=torn[0].number,
        )  # fmt: skip
        notes.append(Note("torn-row", message, severity="warning"))
    if problem:
        notes.append(Note("torn-row", said("{torn}: what follows is not used", torn=problem), severity="warning"))
    record = {"start": iso(begin), "end": iso(end)}
    yield Found(record, [1, count], tuple(notes), "TensorBoard")


def _is_time(wall: float) -> bool:
    try:
        return cells.stamp(wall, unit="s") is not None
    except ValueError:
        return False


def _events(handle: IO[bytes]) -> Iterator[_Event | str]:
    """Each event, until the end or the first that is damaged; then what is wrong with it."""
    number = 0
    while head := handle.read(12):
        number += 1
        if len(head) < 12:
            yield f"event {number} is cut off"
            return
        length = struct.unpack("<Q", head[:8])[0]
        if struct.unpack("<I", head[8:])[0] != masked_crc(head[:8]) or length > LARGEST:
            yield f"the length of event {number} does not fit its checksum"
            return
        data = handle.read(length)
        crc = handle.read(4)
        if len(data) < length or len(crc) < 4:
            yield f"event {number} is cut off"
            return
        try:  # wall_time is the first field: the rest of a large event need not be read
            found = next(((n, v) for n, v in protobuf.fields(data[:64]) if n == 1), None)
        except ValueError:
            found = None
        wall = protobuf.double(found[1]) if found is not None and isinstance(found[1], bytes) else math.nan
        yield _Event(wall, number, data if length <= CHECKED else b"", crc)
