"""A file of a foreign format: what its content looks like, and its lines, table or JSON as a stream."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic_core import from_json

from lca.errors import InputError, shorten
from lca.ingest import parquet
from lca.ingest.account import Account

#: bytes at the begin of a file by which formats are told apart
HEAD = 65536
#: a line longer than this is no line of a log
LONGEST = 16 * 2**20
#: text that is read at once where rows are many
BLOCK = 16 * 2**20
#: a document that is read whole may be this large
DOCUMENT = 512 * 2**20
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LFS = b"version https://git-lfs.github.com/spec/"


class Head(NamedTuple):
    """The begin of a file, decompressed. `text` is empty where it is not text; `name` is the file's, in lower case."""

    name: str
    data: bytes
    text: str

    @property
    def lines(self) -> list[str]:
        """The first lines that hold something."""
        return [line for line in self.text.splitlines() if line.strip()]


class Given:
    """The files that were given, by folder."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._folders: dict[str, list[str]] = {}
        for path in paths:
            self._folders.setdefault(os.path.normpath(os.path.dirname(path)), []).append(path)

    def within(self, folder: str, below: bool) -> list[str]:
        """The files of a folder, or those of all folders below it too, sorted."""
        if not below:
            return sorted(self._folders.get(folder, []))
        return sorted(
            p for base, paths in self._folders.items() if (base + os.sep).startswith(folder + os.sep) for p in paths
        )


class Log:
    """One file. Raises InputError where it cannot be read at all."""

    def __init__(self, path: str, given: Given | None = None) -> None:
        self.path = path
        self._given = given or Given()
        self.taken: list[Log] = []  # files beside this one that were read with it
        self.account = Account()  # what became of its lines
        self.zone: ZoneInfo | None = (
            None  # of its local times, where a rule or site states one: applied before integration
        )
        self.zone_of: Callable[[str], tuple[ZoneInfo | None, Any]] = lambda _: (
            None,
            None,
        )  # the same of files beside it
        self.shown = path.encode("utf-8", "backslashreplace").decode("utf-8")  # a name need not be text
        self._held: bytes | None = sys.stdin.buffer.read() if path == "-" else None
        try:
            with self._raw() as handle:
                begin = handle.read(4)
            self.is_gzip, self.is_parquet = begin.startswith(b"\x1f\x8b"), begin == parquet.MAGIC
            with self.binary() as handle:
                data = handle.read(HEAD)
        except OSError as error:
            raise InputError(self.shown, f"cannot be read: {error.strerror or error}", "Check that the file exists and may be read.") from None  # fmt: skip
        except (EOFError, zlib.error) as error:
            raise InputError(self.shown, f"not a whole gzip file: {error}", "Compress the file again.") from None
        if data.startswith(_LFS):
            raise InputError(self.shown, "a pointer of git-LFS, not the file itself", "Fetch it with `git lfs pull`.")
        self.encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
        self.head = Head(os.path.basename(path).lower().removesuffix(".gz"), data, _text(data, self.encoding))

    def beside(self, pattern: str) -> list[Log]:
        """Other files whose path from the folder of this one fits a pattern: `state*.json`, `../meta.yaml`, `metrics/**`.

        `**` stands for all files below a folder. Only files that were given: nothing else is opened. What is returned counts as read with this file.
        """
        folder, _, name = pattern.rpartition("/")
        base = os.path.normpath(os.path.join(os.path.dirname(self.path), folder))
        paths = self._given.within(base, name == "**")
        found = []
        for path in paths:
            if path not in (self.path, "-") and (name == "**" or fnmatchcase(os.path.basename(path), name)):
                with suppress(InputError):
                    found.append(Log(path))
                    found[-1].zone_of = self.zone_of
        self.taken += found
        return found

    @cached_property
    def digest(self) -> str:
        """The sha256 of the file as it lies on disk."""
        with self._raw() as handle:
            made = hashlib.sha256()
            while part := handle.read(1 << 20):
                made.update(part)
        return made.hexdigest()

    @contextmanager
    def _raw(self) -> Iterator[IO[bytes]]:
        if self._held is not None:
            yield io.BytesIO(self._held)
            return
        with Path(self.path).open("rb") as handle:
            yield handle

    @contextmanager
    def binary(self) -> Iterator[IO[bytes]]:
        """The bytes of the file, decompressed; those of the CSV of its table where it is Parquet."""
        with self._raw() as raw:
            if self.is_parquet:
                with parquet.as_csv(raw, self.shown) as handle:
                    yield handle
            elif self.is_gzip:
                with gzip.GzipFile(fileobj=raw) as handle:
                    yield handle  # type: ignore[misc]
            else:
                yield raw

    def lines(self) -> Iterator[tuple[int, str]]:
        """(number from 1, text without its end) of each line; bytes that are no text become U+FFFD."""
        with self.binary() as handle, io.TextIOWrapper(handle, self.encoding, "replace", newline="") as text:
            number = 0
            self.account.expect(0)
            while line := text.readline(LONGEST + 1):
                number += 1
                self.account.total = number
                self.account.blank += line.isspace()
                if len(line) > LONGEST:
                    raise InputError(f"{self.shown}: row {number}", f"a line of more than {LONGEST // 2**20} MiB", "Split the file into lines.")  # fmt: skip
                yield number, line.rstrip("\r\n")

    def blocks(self, size: int = BLOCK) -> Iterator[tuple[int, bytes]]:
        """(number of its first line, UTF-8) of whole lines together, each with its end: for what is read many rows at once."""
        number, rest = 1, b""
        self.account.expect(0)
        with self.binary() as handle:
            for part in self._parts(handle, size):
                whole, end, after = (rest + part).rpartition(b"\n")
                if end:
                    lines = whole.count(b"\n") + 1
                    self.account.total += lines
                    self.account.blank += _blank_lines(whole + end)
                    yield number, whole + end
                    number += lines
                rest = after
                if len(rest) > LONGEST:
                    raise InputError(f"{self.shown}: row {number}", f"a line of more than {LONGEST // 2**20} MiB", "Split the file into lines.")  # fmt: skip
        if rest:
            self.account.total += 1
            self.account.blank += _blank_lines(rest)
            yield number, rest

    def _parts(self, handle: IO[bytes], size: int) -> Iterator[bytes]:
        if self.encoding == "utf-16":
            text = io.TextIOWrapper(handle, self.encoding, "replace", newline="")
            while read := text.read(size):
                yield read.encode()
            return
        if self.encoding == "utf-8-sig":
            handle.read(3)
        while part := handle.read(size):
            yield part

    def table(self, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
        """(number of its first line, cells) of each row of a delimited file, its header first; empty rows are left out."""
        last = 0

        def text() -> Iterator[str]:
            nonlocal last
            for number, line in self.lines():
                last = number
                yield line.replace("\0", "") + "\n"

        begin, rows = 1, 0
        try:
            for cells in csv.reader(text(), delimiter=delimiter):
                if any(c.strip() for c in cells):
                    rows += 1
                    self.account.expect(rows)  # rows of a table may be of several lines
                    yield begin, cells
                begin = last + 1
            self.account.expect(rows)
        except csv.Error as error:
            raise InputError(
                f"{self.shown}: row {begin}", f"not a row of a table: {error}", "Correct the row."
            ) from None

    def records(self, delimiter: str = ",") -> Iterator[tuple[int, dict[str, str]]]:
        """Rows by the names of the header, blanks around names and cells taken off; unnamed columns are left out."""
        header: list[str] | None = None
        for number, cells in self.table(delimiter):
            if header is None:
                header = [c.strip() for c in cells]
                continue
            yield number, {name: c.strip() for name, c in zip(header, cells, strict=False) if name}

    def json(self) -> Any:
        """The file as one JSON document. Raises InputError for one that is none, or too large to be read whole."""
        with self.binary() as handle:
            data = handle.read(DOCUMENT + 1)
        if len(data) > DOCUMENT:
            raise InputError(self.shown, f"a document of more than {DOCUMENT // 2**20} MiB", "Write JSON Lines.")
        try:
            return from_json(data.decode(self.encoding))
        except ValueError as error:
            raise InputError(self.shown, f"not JSON: {shorten(str(error), 160)}", "Correct the text; the file may be cut off.") from None  # fmt: skip


#: a line that holds nothing but blanks
_BLANK_LINE = re.compile(rb"^[ \t\r]*$", re.M)


def _blank_lines(lines: bytes) -> int:
    """How many lines of a block are blank."""
    return len(_BLANK_LINE.findall(lines[:-1] if lines.endswith(b"\n") else lines))


def _text(data: bytes, encoding: str) -> str:
    """The begin of a file as text: empty where it holds what no text holds."""
    whole = data if encoding != "utf-16" else data[: len(data) // 2 * 2]
    text = whole.decode(encoding, "ignore")
    return "" if "\0" in text else text
