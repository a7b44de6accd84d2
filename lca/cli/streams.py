"""Standard streams that are closed or full: a command says so in one line, and no file takes the place of a stream."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

from lca.errors import OutputError


def open_missing() -> None:
    """Put something in the place of streams that are closed: the next file that is opened would get their number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it lives as long as the process


def is_closed() -> bool:
    """Whether nothing can be written to standard output."""
    return isinstance(sys.stdout, _Closed)


def flush() -> None:
    """Write what is still held. Raises OSError; nothing is held afterwards, so that nothing fails once more on leaving."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        raise


class _Raw(io.RawIOBase):
    def writable(self) -> bool:
        """As any stream of output."""
        return True

    def write(self, data: Any) -> int:
        """Nothing can be written."""
        raise OutputError("standard output", "it is closed", "Name a file with -o, or leave it open.")


class _Closed(io.TextIOBase):
    """In place of a standard output that is closed."""

    buffer = _Raw()
    encoding = "utf-8"

    def writable(self) -> bool:
        """As any stream of output."""
        return True

    def write(self, text: str) -> int:
        """Nothing can be written."""
        return self.buffer.write(text)
