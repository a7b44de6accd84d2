"""Paths, globs, folders and standard input to bytes of files."""

from __future__ import annotations

import glob
import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator

from lca.errors import Fault, InputError, printable
from lca.ingest import lca_run
from lca.ingest.log import DOCUMENT, Log
from lca.ingest.source import whole
from lca.ingest.whole_lines import LONGEST

#: endings of run logs of our own; elsewhere the content decides
ENDINGS = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
STANDARD_INPUT = "-"
#: bytes beyond which JSON Lines are read block by block
STREAMED = 64 * 2**20


def expand(paths: Iterable[str | os.PathLike[str]], unreadable: list[Fault] | None = None) -> dict[str, bool]:
    """Files of paths, globs and folders, in a fixed order, each once. Raises InputError where there is none.

    The value says whether the file was named or matched: one that lies in a folder need not be a log. Folders within
    that cannot be opened go to `unreadable`.
    """
    out: dict[str, bool] = {}
    closed: list[Fault] = [] if unreadable is None else unreadable
    for given in paths:
        text = os.fspath(given)
        if text == STANDARD_INPUT:
            out[text] = True
        elif os.path.isdir(text):
            before = len(closed)
            found = sorted(_walk(text, closed))
            if not found and len(closed) > before:
                raise InputError(closed[before].where, closed[before].problem, closed[before].remedy)
            if not found:
                raise InputError(text, "no file in this folder", "Name a folder that holds run logs.")
            out |= {path: out.get(path, False) for path in found}
        elif os.path.exists(text):
            out[text] = True
        else:
            found = sorted(p for p in glob.glob(text, recursive=True) if os.path.isfile(p))
            if not found:
                raise InputError(text, "no such file", "Check the path; a pattern must match at least one file.")
            out |= dict.fromkeys(found, True)
    if not out:
        raise InputError("runs", "nothing to read", "Name files, folders or patterns, or - for standard input.")
    return dict(sorted(out.items()))  # results do not hang on the order of arguments


def _walk(folder: str, unreadable: list[Fault]) -> Iterator[str]:
    def closed(error: OSError) -> None:
        told = f"the folder cannot be read: {error.strerror or error}"
        unreadable.append(Fault(printable(str(error.filename)), "", "", told, "Check that it may be read.", "unreadable-input"))  # fmt: skip

    for base, folders, names in os.walk(folder, onerror=closed):  # links to folders are not followed: no loops
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            path = os.path.join(base, name)
            if not name.startswith(".") and os.path.isfile(path):
                yield path


def read(log: Log) -> bytes | Iterator[tuple[int, bytes]]:
    """All bytes of a file, decompressed if it is gzip; of long JSON Lines the blocks, one by one. Raises InputError."""
    try:
        with log.binary() as handle:
            data = whole(handle, STREAMED)
            if len(data) > STREAMED:
                if b"\n" not in data[:LONGEST]:
                    raise InputError(
                        log.shown, f"a line of more than {LONGEST // 2**20} MiB", "Write one run per line."
                    )
                if lca_run.is_lines(data[:LONGEST]):
                    return log.blocks()
                data += whole(handle, DOCUMENT - len(data))
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(log.shown, f"not a whole gzip file: {error}", "Compress the file again.") from None
    if len(data) > DOCUMENT:
        raise InputError(log.shown, f"a document of more than {DOCUMENT // 2**20} MiB", "Write JSON Lines.")
    if not log.is_gzip:  # what lies on disk is what was read: no second reading for its digest
        log.digest = hashlib.sha256(data).hexdigest()
    return data
