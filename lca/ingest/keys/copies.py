"""Files that hold nothing of their own: the bytes of another file, or the begin of it, as a copy of a log that went on growing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from lca.ingest.log import Log

#: bytes that files which grow have in common, by which pairs are found
BEGIN = 1024


def superseded(logs: Iterable[Log]) -> dict[str, Log]:
    """Path of each file that is equal to another one, or its begin -> the file that holds it all.

    Of equal files the first by path counts.
    """
    alike: dict[bytes, list[Log]] = {}
    for log in logs:
        if log.size:
            alike.setdefault(log.head.data[:BEGIN] if log.size > BEGIN else b"", []).append(log)
    small = alike.pop(b"", [])
    out: dict[str, Log] = {}
    for group in alike.values():
        out |= _within([*group, *(log for log in small if group[0].head.data.startswith(log.head.data))])
    out |= {path: log for path, log in _within(small).items() if path not in out}
    return out


def _within(group: list[Log]) -> dict[str, Log]:
    """Of files that begin alike, those that are the begin of a longer one, or equal to one before them."""
    order = sorted(group, key=lambda log: (-log.size, log.shown))
    out: dict[str, Log] = {}
    for number, longer in enumerate(order):
        if longer.path in out:
            continue
        shorter = [log for log in order[number + 1 :] if log.path not in out]
        if not shorter:
            break
        sizes = sorted({log.size for log in shorter})
        digests = dict(zip(sizes, _prefixes(longer, sizes), strict=True))
        for log in shorter:  # a header alone is the begin of any file of its kind
            if log.digest == digests[log.size] and (log.size == longer.size or len(log.head.lines) > 1):
                out[log.path] = longer
    return out


def _prefixes(log: Log, sizes: list[int]) -> Iterator[str]:
    """The sha256 of the first bytes of a file, for each of the rising sizes."""
    digest, done = hashlib.sha256(), 0
    with log.raw() as handle:
        for size in sizes:
            while done < size:
                part = handle.read(min(1 << 20, size - done))
                if not part:
                    break
                digest.update(part)
                done += len(part)
            yield digest.copy().hexdigest()
