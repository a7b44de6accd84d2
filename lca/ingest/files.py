"""Paths, globs, folders and standard input to bytes of files."""

from __future__ import annotations

import glob
import gzip
import hashlib
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from lca.errors import InputError

#: endings looked for in a folder; elsewhere the content decides
ENDINGS = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
STANDARD_INPUT = "-"
#: a compressed file may grow to this size and no further
LIMIT = 4 * 2**30


def expand(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Files named by paths, globs and folders, in a fixed order, each once. Raises InputError where there is none."""
    out: dict[str, None] = {}
    for given in paths:
        text = os.fspath(given)
        if text == STANDARD_INPUT:
            out[text] = None
        elif os.path.isdir(text):
            found = sorted(_walk(text))
            if not found:
                raise InputError(
                    text, "no run log in this folder", f"Run logs end in {', '.join(ENDINGS[:3])} or these with .gz."
                )
            out.update(dict.fromkeys(found))
        elif os.path.exists(text):
            out[text] = None
        else:
            found = sorted(p for p in glob.glob(text, recursive=True) if os.path.isfile(p))
            if not found:
                raise InputError(text, "no such file", "Check the path; a pattern must match at least one file.")
            out.update(dict.fromkeys(found))
    if not out:
        raise InputError("runs", "nothing to read", "Name files, folders or patterns, or - for standard input.")
    return list(out)


def _walk(folder: str) -> Iterator[str]:
    for base, folders, names in os.walk(folder):  # links to folders are not followed: no loops
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield os.path.join(base, name)


def read(path: str) -> tuple[bytes, str]:
    """Bytes of a file, decompressed if it is gzip, and the sha256 of the file as it lies on disk. Raises InputError."""
    try:
        data = sys.stdin.buffer.read() if path == STANDARD_INPUT else Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            path, f"cannot be read: {error.strerror or error}", "Check that the file exists and may be read."
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    if data[:2] == b"\x1f\x8b":
        try:
            return _gunzip(data), digest
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(path, f"not a whole gzip file: {error}", "Compress the file again.") from None
    return data, digest


def _gunzip(data: bytes) -> bytes:
    import io

    with gzip.GzipFile(fileobj=io.BytesIO(data)) as handle:
        out = handle.read(LIMIT + 1)
    if len(out) > LIMIT:
        raise OSError(f"it grows beyond {LIMIT // 2**30} GiB")
    return out
