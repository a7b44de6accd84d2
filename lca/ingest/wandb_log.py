"""The offline log `run-*.wandb` of Weights & Biases: blocks as LevelDB writes them, records in protobuf.

Layout: wandb/sdk/internal/datastore.py; numbers of fields: wandb/proto/wandb_internal.proto (github.com/wandb/wandb).
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

from lca.ingest import protobuf

HEADER = b":W&B" + struct.pack("<HB", 0xBEE1, 0)
_BLOCK, _HEAD = 32768, 7
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
#: a record that is larger is none
LARGEST = 64 * 2**20
#: Record.stats, Record.run, Record.exit; their fields follow below
STATS, RUN, EXIT = 7, 17, 18


class Torn(ValueError):
    """The log is cut off or damaged from here on; `at` is the offset."""

    def __init__(self, at: int, problem: str) -> None:
        super().__init__(problem)
        self.at = at


def records(handle: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """(offset, record) of each record. Raises Torn where the log is cut off or damaged."""
    if handle.read(_HEAD) != HEADER:
        raise Torn(0, "not the header of a log of Weights & Biases")
    at, held, begin = _HEAD, b"", 0
    while True:
        left = _BLOCK - at % _BLOCK
        if left < _HEAD:
            handle.read(left)
            at += left
        head = handle.read(_HEAD)
        if not head:
            if held:
                raise Torn(begin, "the last record is cut off")
            return
        if len(head) < _HEAD:
            raise Torn(at, "the last record is cut off")
        check, length, kind = struct.unpack("<IHB", head)
        data = handle.read(length)
        if len(data) < length:
            raise Torn(at, "the last record is cut off")
        if zlib.crc32(data, zlib.crc32(bytes([kind]))) != check or kind not in (_FULL, _FIRST, _MIDDLE, _LAST):
            raise Torn(at, "a checksum does not fit")
        if kind in (_FULL, _FIRST):
            held, begin = b"", at
        held += data
        if len(held) > LARGEST:
            raise Torn(begin, "a record has no end")
        at += _HEAD + length
        if kind in (_FULL, _LAST):
            yield begin, held
            held = b""


def run_of(record: bytes) -> dict[str, Any]:
    """Id, project and start of a RunRecord; host and entity stay out."""
    run = protobuf.first(record, RUN)
    start = protobuf.first(run, 17)
    return {
        "id": protobuf.first(run, 1).decode("utf-8", "replace"), "project": protobuf.first(run, 3).decode("utf-8", "replace"),
        "start": protobuf.timestamp(start) if start else None,
    }  # fmt: skip


def stats_of(record: bytes) -> tuple[float | None, dict[str, Any]]:
    """(time, values by key) of a StatsRecord."""
    stats = protobuf.first(record, STATS)
    values: dict[str, Any] = {}
    for number, item in protobuf.fields(stats):
        if number == 3 and isinstance(item, bytes):
            try:
                values[protobuf.first(item, 1).decode("utf-8", "replace")] = json.loads(protobuf.first(item, 16))
            except (ValueError, RecursionError):
                continue
    stamp = protobuf.first(stats, 2)
    return (protobuf.timestamp(stamp) if stamp else None), values


def exit_of(record: bytes) -> int:
    """Exit code of a RunExitRecord: 0 where it does not say."""
    held = protobuf.first(record, EXIT)
    return next((v for n, v in protobuf.fields(held) if n == 1 and isinstance(v, int)), 0)


def kind_of(record: bytes) -> int:
    """The number of the field of a record that holds what it is."""
    return next((n for n, v in protobuf.fields(record) if isinstance(v, bytes) and n not in (16, 19, 200)), 0)
