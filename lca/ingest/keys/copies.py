"""Files that hold nothing of their own: the content of another file, or the begin of it, as a copy of a log that went on growing.

Content is compared as it is read: decompressed, since the copy of yesterday is often a compressed one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO

from lca.errors import InputError
from lca.ingest.log import CUT, Log
from lca.ingest.source import PART

#: bytes that files which grow have in common, by which pairs are found
BEGIN = 1024


def superseded(logs: Iterable[Log]) -> dict[str, tuple[Log, bool]]:
    """Path of each file that is equal to another one, or its begin -> the file that holds it all, and whether that holds more.

    Of equal files the first by path counts.
    """
    alike: dict[bytes, list[Log]] = {}
    for log in logs:
        if log.size:
            alike.setdefault(log.head.data[:BEGIN] if len(log.head.data) > BEGIN else b"", []).append(log)
    small = alike.pop(b"", [])
    out: dict[str, tuple[Log, bool]] = {}
    for group in alike.values():
        out |= _within([*group, *(log for log in small if group[0].head.data.startswith(log.head.data))])
    out |= {path: whole for path, whole in _within(small).items() if path not in out}
    return out


def _within(group: list[Log]) -> dict[str, tuple[Log, bool]]:
    """Of files that begin alike, those that are the begin of a longer one, or equal to one before them."""
    sizes_of, digests_of = _contents(group)
    order = sorted((log for log in group if log.path in sizes_of), key=lambda log: (-sizes_of[log.path], log.shown))
    out: dict[str, tuple[Log, bool]] = {}
    for number, longer in enumerate(order):
        if longer.path in out:
            continue
        shorter = [log for log in order[number + 1 :] if log.path not in out]
        if not shorter:
            break
        sizes = sorted({sizes_of[log.path] for log in shorter})
        digests = dict(zip(sizes, _prefixes(longer, sizes), strict=True))
        for log in shorter:  # a header alone is the begin of any file of its kind
            size = sizes_of[log.path]
            if digests_of[log.path] == digests[size] and (size == sizes_of[longer.path] or len(log.head.lines) > 1):
                out[log.path] = longer, size < sizes_of[longer.path]
    return out


def _contents(group: list[Log]) -> tuple[dict[str, int], dict[str, str]]:
    """Size and sha256 of the content of each file, by path; a damaged one is compared with no other."""
    sizes, digests = {}, {}
    for log in group if len(group) > 1 else ():
        if not log.is_gzip:
            sizes[log.path], digests[log.path] = log.size, log.digest
            continue
        digest, size = hashlib.sha256(), 0
        try:
            with log.binary() as handle:
                while part := handle.read(PART):
                    digest.update(part)
                    size += len(part)
        except (*CUT, InputError):
            continue
        sizes[log.path], digests[log.path] = size, digest.hexdigest()
    return sizes, digests


@contextmanager
def _content(log: Log) -> Iterator[IO[bytes]]:
    with log.binary() if log.is_gzip else log.raw() as handle:
        yield handle


def _prefixes(log: Log, sizes: list[int]) -> Iterator[str]:
    """The sha256 of the first bytes of a file, for each of the rising sizes."""
    digest, done = hashlib.sha256(), 0
    with _content(log) as handle:
        for size in sizes:
            while done < size:
                part = handle.read(min(PART, size - done))
                if not part:
                    break
                digest.update(part)
                done += len(part)
            yield digest.copy().hexdigest()
