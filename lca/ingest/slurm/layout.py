"""The layout of a table of SLURM: with any delimiter or of fixed width, with or without header."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lca.ingest.slurm import columns

Split = Callable[[str], list[str] | None]
#: how many lines may stand before the header, such as a prompt with the command
BEFORE = 5
#: delimiters of tables without header, tried in this order
DELIMITERS = ("|", "\t", ";", "^", "~", ",")
#: lines by which the columns of a table without header are told
SAMPLE = 200
_WORD = re.compile(r'"?([A-Za-z][A-Za-z0-9_%]*(?:\(REASON\))?)"?')
_NO_WORD = re.compile(r'[^A-Za-z0-9_"]+')
_BEFORE_NAMES = (",", ";", "\t", "|")
_DASHES = re.compile(r"-+( +-+)* *\Z")
_JOINED = re.compile(
    r"(?:billing|cpu|mem|energy|node|vmem|pages|fs/\S+|gres/\S+|license/\S+|bb/\S+)=|gpu(?::\S+)?:\d+\Z"
)
_WRAP = re.compile(r"\S+")


class Layout(NamedTuple):
    """How a table is read. `names` are the places of known columns; `split` gives the cells of a line, None where it does not fit.

    `header` is the line of the header, empty where there is none, `before` how many lines stand before it. In a table of
    fixed width `widths` are those of its columns, where dashes state them, and `delimiter` is empty.
    """

    names: dict[str, int]
    width: int
    split: Split
    header: str = ""
    delimiter: str = ""
    widths: tuple[int, ...] = ()
    is_inferred: bool = False
    before: int = 0

    def cut(self, cells: Sequence[str]) -> frozenset[str]:
        """The columns whose cell fills its width and ends with `+`, as what was cut off does."""
        if not self.widths:
            return frozenset()
        return frozenset(
            name
            for name, place in self.names.items()
            if cells[place].endswith("+") and len(cells[place]) >= self.widths[place]
        )


def layout_of(lines: Sequence[str], names: Mapping[str, str] | None = None) -> Layout | None:
    """The layout of a table that begins with these lines, None where it is no table of SLURM.

    `names` are those of the header in the words of `sacct` where another command wrote it.
    """
    for number, line in enumerate(lines[:BEFORE]):
        if (found := _of_header(line, lines[number + 1 :], names)) is not None:
            return found._replace(before=number)
    return None if names is not None else _of_content(lines[:SAMPLE])


# ---- with a header ------------------------------------------------------------------------------------------------------


def _of_header(line: str, below: Sequence[str], words: Mapping[str, str] | None) -> Layout | None:
    text = line.lstrip("\ufeff").rstrip("\r\n")
    delimiter = text[:1] if text[:1] in _BEFORE_NAMES else _between_names(text)  # the column of row numbers has no name
    if not delimiter:
        return None
    if delimiter.strip(" "):
        delimiter = delimiter.strip(" ")
        cells = [c.strip().strip('"') for c in text.split(delimiter)]
        whole = cells[:-1] if cells and not cells[-1] else cells
        if not all(_WORD.fullmatch(c) for c in (whole if whole[0] else whole[1:])):
            return None
        known = columns.places(_in_words(whole, words))
        if not columns.is_header(known):
            return None
        return Layout(known, len(whole), _by_delimiter(delimiter, len(whole)), line, delimiter)
    rule = next((b for b in below[:1] if _DASHES.match(b.strip())), None)
    spans = [m.span() for m in re.finditer(r"-+", rule)] if rule is not None else []
    if spans:
        cells = text.split() if len(text.split()) == len(spans) else [text[a:b].strip() for a, b in spans]
        known = columns.places(_in_words(cells, words), [b - a for a, b in spans])
        if not columns.is_header(known):
            return None
        return Layout(known, len(spans), _by_spans(spans), line, widths=tuple(b - a for a, b in spans))
    marks = [m.span() for m in _WRAP.finditer(text)]
    known = columns.places(_in_words([text[a:b] for a, b in marks], words))
    if not columns.is_header(known):
        return None
    return Layout(known, len(marks), _by_header(marks), line)


def _between_names(text: str) -> str:
    """What stands between the first name of a header and the next, empty where it does not begin with a name."""
    first = _WORD.match(text.lstrip(" "))
    behind = _NO_WORD.match(text.lstrip(" "), first.end()) if first else None
    return behind[0] if behind else ""


def _in_words(names: Sequence[str], words: Mapping[str, str] | None) -> list[str]:
    """Names of a header in those of sacct; a name that another command does not have is none."""
    return list(names) if words is None else [words.get(name, "") for name in names]


def _by_delimiter(delimiter: str, width: int) -> Split:
    """Cells between delimiters; one more, that is empty, may stand behind the last (`sacct -p`)."""
    single = delimiter if len(delimiter) == 1 else ""

    def split(line: str) -> list[str] | None:
        if single and '"' in line:
            try:
                cells = next(csv.reader([line], delimiter=single), [])
            except csv.Error:
                return None
        else:
            cells = line.split(delimiter)
        if len(cells) == width + 1 and not cells[-1].strip():
            cells.pop()
        if len(cells) > width and single == ",":
            cells = _rejoined(cells)
        return cells if len(cells) == width else None

    return split


def _rejoined(cells: Sequence[str]) -> list[str]:
    """Cells between commas, where resources (`cpu=8,node=1`) and nodes (`n[1-2,4]`) hold commas of their own."""
    out: list[str] = []
    is_open = is_list = False
    for cell in cells:
        name = cell.partition("=")[0]
        fits = bool(_JOINED.match(cell))
        if is_open or (fits and is_list and not any(name == p.partition("=")[0] for p in out[-1].split(","))):
            out[-1] += f",{cell}"
        else:
            out.append(cell)
        is_list = fits
        is_open = out[-1].count("[") > out[-1].count("]")
    return out


def _by_spans(spans: Sequence[tuple[int, int]]) -> Split:
    """Cells by the dashes below the header; where signs of several bytes moved them, SLURM has counted bytes."""

    def split(line: str) -> list[str] | None:
        text: str | bytes = line
        for text in (line, line.encode("utf-8", "backslashreplace")):
            gaps = [text[b : c or len(text)] for (_, b), c in zip(spans, [a for a, _ in spans[1:]] + [0], strict=True)]
            if not any(gap.strip() for gap in gaps) and not text[: spans[0][0]].strip():
                cells = [text[a:b] for a, b in spans]
                return [(c if isinstance(c, str) else c.decode("utf-8", "replace")).strip() for c in cells]
        words = line.split()  # copied from where blanks are not kept
        return words if len(words) == len(spans) else None

    return split


def _by_header(marks: Sequence[tuple[int, int]]) -> Split:
    """Cells that begin or end where the words of the header do; where the blanks were lost, one word to each."""
    begins, ends = {a: n for n, (a, _) in enumerate(marks)}, {b: n for n, (_, b) in enumerate(marks)}

    def split(line: str) -> list[str] | None:
        words = [(m[0], *m.span()) for m in _WRAP.finditer(line)]
        cells: list[str] = [""] * len(marks)
        last, held = -1, ""  # words in between belong to the cell that ends behind them, such as a name with blanks
        for word, begin, end in words:
            place = ends.get(end, begins.get(begin) if not held else None)
            if place is None:
                held = f"{held} {word}" if held else word
            elif place <= last:
                return [w for w, _, _ in words] if len(words) == len(marks) else None
            else:
                cells[place], last, held = f"{held} {word}" if held else word, place, ""
        if held and last == len(marks) - 1:
            cells[last] += f" {held}"  # a reason with blanks
        elif held:
            return [w for w, _, _ in words] if len(words) == len(marks) else None
        return cells

    return split


# ---- without a header ---------------------------------------------------------------------------------------------------


def _of_content(lines: Sequence[str]) -> Layout | None:
    if not lines or not columns.begins_with_job(lines[0]):
        return None
    for delimiter in DELIMITERS:
        if delimiter not in lines[0]:
            continue
        rows = [line.lstrip("\ufeff").split(delimiter) for line in lines]
        rows = [_rejoined(row) for row in rows] if delimiter == "," else rows
        width = columns.usual_width(rows)
        known = columns.of_content([r for r in rows if len(r) == width])
        if known is not None:
            return Layout(known, width, _by_delimiter(delimiter, width), delimiter=delimiter, is_inferred=True)
    spans = _common_spans(lines)
    split = _by_spans(spans)
    if len(spans) >= columns.FEWEST:
        known = columns.of_content([cells for line in lines if (cells := split(line)) is not None])
        if known is not None:
            return Layout(known, len(spans), split, widths=tuple(b - a for a, b in spans), is_inferred=True)
    return None


def _common_spans(lines: Sequence[str]) -> list[tuple[int, int]]:
    """What lies between the blanks that all lines have in common."""
    size = max(len(line) for line in lines)
    filled = bytearray(size)
    for line in lines:
        for match in _WRAP.finditer(line):
            filled[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return [m.span() for m in re.finditer(b"\1+", bytes(filled))]
