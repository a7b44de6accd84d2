"""Where the bytes of a log come from: a file to the size that it had when it was opened, or a pipe that is read once.

Nothing here knows formats. `lca.ingest.log` asks for handles, as many as it likes: each begins at the first byte, and all of
them give the same bytes, so that the digest of a file is that of what was parsed, even where a job still writes to it.
"""

from __future__ import annotations

import gzip
import io
import os
import select
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lca.errors import InputError

#: s; a pipe or device that is silent for so long is given up
SILENCE = 30.0
#: bytes of a pipe that are held in memory; more of them go to a temporary file, more of a device are refused
HELD = 64 * 2**20
#: bytes of a pipe, or of a compressed file that is read whole, and no more
LIMIT = 4 * 2**30
#: a compressed file may grow to this many times its size; text of logs stays below 100, a row of zeros reaches 1030
RATIO = 300
#: bytes that a compressed file may grow to whatever its size
SMALL = 20 * 2**20
#: bytes that are read at once
PART = 2**20


class Source:
    """One file, pipe, device or standard input. Raises OSError where it cannot be opened, InputError where it gives no end."""

    def __init__(self, path: str, shown: str) -> None:
        self.path, self.shown = path, shown
        self._held: bytes | None = None
        self._spool: IO[bytes] | None = None
        self.size, self._identity = 0, (0, 0)
        if path == "-":
            self._take(_of_standard_input(shown), is_device=False)
            return
        found = os.stat(path)
        self.size, self._identity = found.st_size, (found.st_dev, found.st_ino)
        if not stat.S_ISREG(found.st_mode):
            self._take(_of_pipe(path, shown), stat.S_ISCHR(found.st_mode))

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes from the first on. A file that has grown is read to the size that it had."""
        if self._held is not None:
            yield io.BytesIO(self._held)
        elif self._spool is not None:
            with _buffered(_Window(self._spool.fileno(), self.size)) as handle:
                yield handle
        else:
            with Path(self.path).open("rb", buffering=0) as file:
                found = os.fstat(file.fileno())
                if (found.st_dev, found.st_ino) != self._identity or found.st_size < self.size:
                    raise InputError(
                        self.shown, "the file changed while it was read", "Read it again, or a copy of it."
                    )
                with _buffered(_Window(file.fileno(), self.size)) as handle:
                    yield handle

    def _take(self, parts: Iterator[bytes], is_device: bool) -> None:
        held = bytearray()
        for part in parts:
            self.size += len(part)
            if self._spool is not None:
                self._spool.write(part)
            else:
                held += part
            if is_device and self.size > HELD:
                raise InputError(self.shown, f"a device that gives more than {HELD // 2**20} MiB", "Name a file.")
            if self.size > LIMIT:
                raise InputError(
                    self.shown, f"more than {LIMIT // 2**30} GiB came through the pipe", "Write them to a file."
                )
            if self._spool is None and self.size > HELD:
                self._spool = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the log
                self._spool.write(held)
                held = bytearray()
        if self._spool is None:
            self._held = bytes(held)
        else:
            self._spool.flush()


class _Window(io.RawIOBase):
    """The first bytes of an open file, with a position of its own."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor, self._size, self._position = descriptor, size, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; the end is that of the window."""
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, begin + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with the next bytes; 0 at the end of the window."""
        size = min(len(buffer), self._size - self._position)
        if size <= 0:
            return 0
        data = os.pread(self._descriptor, size, self._position)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


class _Inflated(io.RawIOBase):
    """A gzip stream that may not grow without bound."""

    def __init__(self, raw: IO[bytes], shown: str) -> None:
        self._raw, self._shown, self._grown = raw, shown, 0
        self._stream = gzip.GzipFile(fileobj=raw)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with the next bytes. Raises InputError where they are too many for what was read."""
        data = self._stream.read1(min(len(buffer), PART))
        buffer[: len(data)] = data
        self._grown += len(data)
        if self._grown > SMALL and self._grown > RATIO * self._raw.tell():
            raise InputError(
                self._shown,
                f"a compressed file that grows to more than {RATIO} times its size",
                "Give it uncompressed.",
            )
        return len(data)


def inflated(raw: IO[bytes], shown: str) -> IO[bytes]:
    """What a gzip file holds. Raises InputError where it grows out of proportion."""
    return _buffered(_Inflated(raw, shown))


def whole(handle: IO[bytes], limit: int) -> bytes:
    """What is left of a handle, up to one byte beyond a limit, without room for all of the limit."""
    held = bytearray()
    while len(held) <= limit and (part := handle.read(min(PART, limit + 1 - len(held)))):
        held += part
    return bytes(held)


def _buffered(raw: io.RawIOBase) -> io.BufferedReader:
    return io.BufferedReader(raw, PART // 4)


def _of_standard_input(shown: str) -> Iterator[bytes]:
    if sys.stdin is None:
        raise InputError(shown, "standard input is closed", "Name a file.")
    yield from iter(lambda: sys.stdin.buffer.read(PART), b"")


def _of_pipe(path: str, shown: str) -> Iterator[bytes]:
    """What comes through a pipe, or from a device, until its writer closes it."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        wait = _waiting(descriptor)
        while True:
            if not wait(SILENCE):
                raise InputError(
                    shown,
                    f"nothing came through it for {SILENCE:g} s",
                    "Write to the pipe while it is read, or name a file.",
                )
            try:
                part = os.read(descriptor, PART)
            except BlockingIOError:
                continue
            if not part:
                return
            yield part
    finally:
        os.close(descriptor)


def _waiting(descriptor: int) -> Callable[[float], bool]:
    """A function that waits until there is something to read, or the end, and says whether there was."""
    if not hasattr(select, "poll"):
        return lambda seconds: bool(select.select([descriptor], [], [], seconds)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)

    def wait(seconds: float) -> bool:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if poll.poll(left * 1000):
                return True
        return False

    return wait
