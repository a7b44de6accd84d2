"""Databases of SQLite: the names of their tables, and a connection that neither locks nor writes where they lie."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

#: the first bytes of every database
MAGIC = b"SQLite format 3\0"


def tables(path: str, handle: IO[bytes] | None) -> frozenset[str]:
    """The names of the tables of a database; none where it is damaged. `handle` gives the bytes where the path cannot be opened again."""
    try:
        if handle is None:
            with closing(sqlite3.connect(_address(path), uri=True)) as base:
                return _names(base)
        with opened(handle) as base:
            return _names(base)
    except (sqlite3.Error, OSError, UnicodeError):
        return frozenset()


@contextmanager
def opened(handle: IO[bytes]) -> Iterator[sqlite3.Connection]:
    """A connection to a copy: a lock or a journal beside the file plays no part, and nothing is written where it lies."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "copy.db")
        with open(copy, "wb") as target:
            while part := handle.read(1 << 20):
                target.write(part)
        with closing(sqlite3.connect(_address(copy), uri=True)) as base:
            base.text_factory = lambda data: data.decode("utf-8", "replace")
            yield base


def _address(path: str) -> str:
    return f"{Path(path).absolute().as_uri()}?mode=ro&immutable=1"


def _names(base: sqlite3.Connection) -> frozenset[str]:
    return frozenset(str(name) for (name,) in base.execute("select name from sqlite_master where type = 'table'"))
