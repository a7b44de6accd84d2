"""A file of a foreign format: what its content looks like, and its lines, table or JSON as a stream."""

from __future__ import annotations

import csv
import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from functools import cached_property
from typing import IO, Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from lca import unique_keys
from lca.errors import Fault, InputError, printable, shorten
from lca.ingest import parquet, spreadsheet_tables, sqlite, whole_lines
from lca.ingest.account import Account
from lca.ingest.given import GLOB, Given
from lca.ingest.source import Source, inflated, whole
from lca.ingest.whole_lines import CUT, LONGEST

#: bytes at the begin of a file by which formats are told apart
HEAD = 65536
#: what a record of a file is (row, run) and its number
Place = tuple[str, int]
T = TypeVar("T")
#: text that is read at once where rows are many
BLOCK = 16 * 2**20
#: a document that is read whole may be this large
DOCUMENT = 512 * 2**20
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LFS = b"version https://git-lfs.github.com/spec/"


class Head(NamedTuple):
    """The begin of a file, decompressed. `text` is empty where it is not text; `name` is the file's, in lower case.

    `tables` are the names of the tables of a database of SQLite, wherever in the file they are defined.
    `keys` are those of all of a long JSON document, where its begin said too little (see `lca.ingest.detect`).
    """

    name: str
    data: bytes
    text: str
    tables: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()

    @property
    def lines(self) -> list[str]:
        """The first lines that hold something."""
        return [line for line in self.text.splitlines() if line.strip()]


class Log:
    """One file. Raises InputError where it cannot be read at all."""

    def __init__(self, path: str, given: Given | None = None) -> None:
        self.path = path
        self._given = given or Given()
        self.taken: list[Log] = []  # files beside this one that were read with it
        self.account = Account()  # what became of its lines
        self.faults: list[Fault] = []  # lines that are none, and an end that is missing
        self._at: Place | None = None  # the record that is being looked at
        self._without: dict[str, set[Place]] = {}  # records that are left out, by file: this one and those beside it
        self.zone: ZoneInfo | None = (
            None  # of its local times, where a rule or site states one: applied before integration
        )
        self.zone_of: Callable[[str], tuple[ZoneInfo | None, Any]] = lambda _: (
            None,
            None,
        )  # the same of files beside it
        self.shown = printable(path)
        self.form: spreadsheet_tables.Form | None = None  # of a table that is given with commas, and has them not
        try:
            self._source = Source(path, self.shown)
            with self.raw() as handle:
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
        self._written_in = self.encoding
        self.head = Head(
            os.path.basename(path).lower().removesuffix(".gz"), data, _text(data, self.encoding), self._tables(data)
        )

    def _tables(self, data: bytes) -> frozenset[str]:
        if not data.startswith(sqlite.MAGIC):
            return frozenset()
        if os.path.isfile(self.path) and not self.is_gzip:
            return sqlite.tables(self.path, None)
        with self.binary() as handle:
            return sqlite.tables(self.path, handle)

    def give_with_commas(self, form: spreadsheet_tables.Form, head: Head) -> None:
        """Give the table with commas from here on; `head` is its begin, given so."""
        self.form, self.head, self.encoding = form, head, "utf-8"

    def beside(self, pattern: str) -> list[Log]:
        """Other files whose path from the folder of this one fits a pattern: `state*.json`, `../meta.yaml`, `node-*/a.csv`, `metrics/**`.

        `**` stands for all files below a folder. Only files that were given: nothing else is opened. What is returned counts as read with this file.
        """
        folder, _, name = pattern.rpartition("/")
        here = os.path.dirname(self.path)
        if GLOB.search(folder) and name != "**":
            paths = self._given.fitting(here, pattern)
        else:
            every = self._given.within(os.path.normpath(os.path.join(here, folder)), name == "**")
            paths = [path for path in every if name == "**" or fnmatchcase(os.path.basename(path), name)]
        found = []
        for path in paths:
            if path not in (self.path, "-"):
                with suppress(InputError):
                    found.append(Log(path))
                    found[-1]._without = self._without
                    found[-1].zone_of = self.zone_of
        self.taken += found
        return found

    def begin(self) -> None:
        """Forget what an adapter has read, before it begins (again)."""
        self.account = Account()
        self.taken.clear()
        self.faults.clear()
        self._at = None

    def leave_out(self) -> str:
        """Leave out the record at which reading stands, here or in a file beside; where that is, or empty where there is none."""
        for log in (self, *self.taken):
            without = self._without.setdefault(log.path, set())
            if log._at is not None and log._at not in without:
                without.add(log._at)
                what, number = log._at
                return f"{log.shown}: {what} {number}"
        return ""

    def each(self, records: Iterable[T], what: str = "row") -> Iterator[tuple[int, T]]:
        """(number from 1, record) of the records of a document, or of what was made of lines: one that an adapter fails on is left out."""
        without = self._without.get(self.path, ())
        for number, record in enumerate(records, start=1):
            self._at = what, number
            if self._at not in without:
                yield number, record
        self._at = None

    @cached_property
    def digest(self) -> str:
        """The sha256 of the file as it lies on disk."""
        with self.raw() as handle:
            made = hashlib.sha256()
            while part := handle.read(1 << 20):
                made.update(part)
        return made.hexdigest()

    @cached_property
    def folder(self) -> str | None:
        """The folder in which the file lies; None for standard input."""
        return os.path.dirname(os.path.abspath(self.path)) if self.path != "-" else None

    @property
    def size(self) -> int:
        """Bytes as the file lies on disk, when it was opened."""
        return self._source.size

    @contextmanager
    def raw(self) -> Iterator[IO[bytes]]:
        """The bytes of the file as it lies on disk."""
        with self._source.open() as handle:
            yield handle

    @contextmanager
    def binary(self) -> Iterator[IO[bytes]]:
        """The bytes of the file, decompressed; those of the CSV of its table where it is Parquet, or has other delimiters."""
        with self._decompressed() as handle:
            form = self.form
            yield handle if form is None else spreadsheet_tables.as_csv(handle, form, self._written_in, self.shown)

    @contextmanager
    def _decompressed(self) -> Iterator[IO[bytes]]:
        with self.raw() as raw:
            if self.is_parquet:
                with parquet.as_csv(raw, self.shown) as handle:
                    yield handle
            elif self.is_gzip:
                with inflated(raw, self.shown) as handle:
                    yield handle
            else:
                yield raw

    def lines(self) -> Iterator[tuple[int, str]]:
        """(number from 1, text without its end) of each line; bytes that are no text become U+FFFD."""
        without = {number for what, number in self._without.get(self.path, ()) if what == "row"}
        account = self.account
        account.expect(0)
        for first, texts in self._batches():
            for number, line in enumerate(texts, first):
                account.total = number
                if not line or line.isspace():
                    account.blank += 1
                self._at = "row", number
                if number not in without:
                    yield number, line
        self._at = None

    def _batches(self) -> Iterator[tuple[int, list[str]]]:
        """(number of the first, texts) of lines that follow each other; what keeps the rest from being read is told."""
        with self.binary() as handle:
            for first, texts, is_too_long, error in whole_lines.lines(handle, self.encoding):
                if is_too_long:
                    self.account.total = first
                    self._too_long(first)
                    continue
                yield first, texts
                if error is not None:
                    self._cut(first + len(texts) - 1, error)

    def _too_long(self, number: int) -> None:
        told = f"a line of more than {LONGEST // 2**20} MiB"
        self.faults.append(Fault(f"{self.shown}: row {number}", "", "", told, "Split the file into lines.", "unreadable-input"))  # fmt: skip

    def _cut(self, number: int, error: Exception) -> None:
        """Tell that what follows a line cannot be read. What was cut in the middle is no line."""
        told = f"not a whole file: it was read up to row {number} ({shorten(str(error), 120)})"
        self.faults.append(Fault(self.shown, "", "", told, "Compress or copy the file again.", "unreadable-input"))

    def blocks(self, size: int = BLOCK) -> Iterator[tuple[int, bytes]]:
        """(number of its first line, UTF-8) of whole lines together, each with its end: for what is read many rows at once."""
        number = 1
        self.account.expect(0)
        with self.binary() as handle:
            for block in whole_lines.blocks(handle, self.encoding, size):
                if block is None:
                    self._too_long(number)
                elif isinstance(block, Exception):
                    self._cut(number - 1, block)
                else:
                    self.account.total += block.lines
                    self.account.blank += block.blank
                    yield number, block.text
                    number += block.lines

    def table(self, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
        """(number of its first line, cells) of each row of a delimited file, its header first; empty rows are left out."""
        begin = last = 0  # lines of the row that is being read

        def text() -> Iterator[str]:
            nonlocal begin, last
            for first, texts in self._batches():
                for number, line in enumerate(texts, first):
                    begin, last = begin or number, number
                    yield line.replace("\0", "") + "\n"

        rows = 0
        without = self._without.get(self.path, ())
        reader = csv.reader(text(), delimiter=delimiter)
        while True:
            cells: list[str] = []
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                rows += 1
                span = f"row {begin}" if last <= begin else f"rows {begin} to {last}"
                self.faults.append(
                    Fault(
                        f"{self.shown}: {span}",
                        "",
                        "",
                        f"not a row of a table: {error}",
                        "Correct the row.",
                        "torn-row",
                    )
                )
            if any(map(str.strip, cells)):
                rows += 1
                self.account.expect(rows)  # rows of a table may be of several lines
                self._at = ("row", begin) if rows > 1 else None  # without its header a table says nothing
                if self._at is None or self._at not in without:
                    yield begin, cells
            begin = 0
        self._at = None
        self.account.expect(rows)

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
        try:
            with self.binary() as handle:
                data = whole(handle, DOCUMENT)
        except CUT as error:
            raise InputError(self.shown, f"not a whole file: {shorten(str(error), 120)}", "Compress or copy the file again.") from None  # fmt: skip
        if len(data) > DOCUMENT:
            raise InputError(self.shown, f"a document of more than {DOCUMENT // 2**20} MiB", "Write JSON Lines.")
        try:
            return unique_keys.of_json(data.decode(self.encoding))
        except unique_keys.RepeatedKey as error:
            raise InputError(self.shown, str(error), "Keep one of the two.") from None
        except ValueError as error:
            raise InputError(self.shown, f"not JSON: {shorten(str(error), 160)}", "Correct the text; the file may be cut off.") from None  # fmt: skip


def _text(data: bytes, encoding: str) -> str:
    """The begin of a file as text: empty where it holds what no text holds."""
    whole = data if encoding != "utf-16" else data[: len(data) // 2 * 2]
    text = whole.decode(encoding, "ignore")
    return "" if "\0" in text else text
