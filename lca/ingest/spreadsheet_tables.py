"""Tables as spreadsheets save them again where the decimal sign is a comma: cells between semicolons or tabs, given as CSV.

Formats whose tools write commas know nothing of it: `lca.ingest.formats` tries the forms that the begin of a file allows, and
`Log` gives its text with commas between cells and points in numbers. A point that separates thousands becomes a comma, which
`lca.ingest.cells` refuses.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from lca.delimiters import DELIMITERS
from lca.errors import InputError
from lca.ingest import byte_stream
from lca.ingest.source import PART
from lca.ingest.whole_lines import LONGEST

#: lines among which the header stands, and by which the decimal sign is told
FIRST, SAMPLE = 6, 200
#: delimiters that a header has at least
FEWEST = 2
_COMMA = re.compile(r"\s*([+-]?\d+),(\d+(?:[eE][+-]?\d+)?(?:\s*[A-Za-zµ%]+)?)\s*", re.ASCII)
_POINT = re.compile(r"\s*[+-]?\d*\.\d+(?:[eE][+-]?\d+)?(?:\s*[A-Za-zµ%]+)?\s*", re.ASCII)
_GROUPED = re.compile(r"\s*[+-]?\d{1,3}(?:[.,]\d{3})+\s*", re.ASCII)
_THOUSANDS = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d{3})+)(?:,(\d+))?\s*", re.ASCII)


class Form(NamedTuple):
    """What stands between the cells of a table, and the decimal sign of its numbers."""

    delimiter: str
    decimal: str

    @property
    def name(self) -> str:
        """The delimiter in words."""
        return DELIMITERS[self.delimiter]

    def line(self, text: str) -> str:
        """A line of the table with commas between its cells and points in its numbers."""
        return _joined([self._cell(cell) for cell in _cells(text, self.delimiter)])

    def _cell(self, cell: str) -> str:
        if self.decimal != ",":
            return cell
        if (match := _COMMA.fullmatch(cell)) is not None:
            return f"{match[1]}.{match[2]}"
        if (match := _THOUSANDS.fullmatch(cell)) is not None:
            return match[1].replace(".", ",") + (f".{match[2]}" if match[2] else "")
        return cell


def forms(text: str) -> Iterator[Form]:
    """The forms that a table may have, by its first lines."""
    lines = [line for line in text.splitlines() if line.strip()]
    for delimiter in DELIMITERS:
        if any(line.count(delimiter) >= FEWEST for line in lines[:FIRST]):
            cells = [cell for line in lines[:SAMPLE] for cell in _cells(line, delimiter)]
            yield Form(delimiter, _decimal(cells, delimiter))


def _decimal(cells: list[str], delimiter: str) -> str:
    """A comma where a number has one that can separate no thousands; between semicolons also where no number has a point."""
    if any(_COMMA.fullmatch(cell) and not _GROUPED.fullmatch(cell) for cell in cells):
        return ","
    return "," if delimiter == ";" and not any(_POINT.fullmatch(cell) for cell in cells) else "."


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line.replace("\0", "")], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _joined(cells: list[str]) -> str:
    return ",".join(f'"{c.replace(chr(34), chr(34) * 2)}"' if "," in c or '"' in c else c for c in cells)


def as_csv(raw: IO[bytes], form: Form, encoding: str, shown: str) -> IO[bytes]:
    """The bytes of a table with commas, in UTF-8. Raises InputError for a line that is none."""
    return byte_stream.of_parts(_parts(raw, form, encoding, shown))


def _parts(raw: IO[bytes], form: Form, encoding: str, shown: str) -> Iterator[bytes]:
    decode = codecs.getincrementaldecoder(encoding)("replace").decode
    rest = ""
    while True:
        data = raw.read(PART)
        *lines, rest = (rest + decode(data, not data)).split("\n")
        if lines:
            yield ("\n".join(map(form.line, lines)) + "\n").encode()
        if not data:
            yield form.line(rest).encode()
            return
        if len(rest) > LONGEST:
            raise InputError(shown, f"a line of more than {LONGEST // 2**20} MiB", "Split the file into lines.")
