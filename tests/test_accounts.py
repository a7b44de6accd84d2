"""Every line of every fixture is accounted for, and no single wrong field changes a figure without a word."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import event_file
import pytest
from conftest import NOW
from test_format_goldens import FIXTURES, hours_of

from lca.activity import duration_hours
from lca.ingest import reader
from lca.ingest.log import Log

#: corruptions that are tried per format: all of them where there are fewer
TRIED = 30
#: what a field is replaced by
WRONG = ("-5", "abc", "")
#: text between which fields stand
_FIELD = re.compile(r"[^,;|\t\r\n]+")
_PAIR = re.compile(r"\A(\s*\S.*?(?: : |: +|=))(\s*\S.*)\Z")
_UNIT = re.compile(r"\A(.*\d\s*)(m?W|Watts?|k?Wh|m?J|kJ|Joules|ms|g|kg|min|sec|Seconds)\Z")


each_fixture = pytest.mark.parametrize("folder", [pytest.param(f, id=f.name) for f in FIXTURES])


class Corruption(NamedTuple):
    """One change of one file: what it is, for messages, and the bytes of the file after it."""

    what: str
    data: bytes


class Outcome(NamedTuple):
    """What reading gave: amounts by name, what was told, and the lines of which nothing was said by file."""

    figures: dict[str, float]
    told: Counter[str]
    rest: dict[str, int]


@pytest.fixture
def logs(monkeypatch) -> list[Log]:
    """The logs that were opened."""
    opened: list[Log] = []
    begin = Log.__init__

    def noted(self: Log, *args: Any) -> None:
        begin(self, *args)
        opened.append(self)

    monkeypatch.setattr(Log, "__init__", noted)
    return opened


def outcome(folder: Path, logs: list[Log]) -> Outcome:
    """What a folder gives."""
    logs.clear()
    intake = reader.read([str(folder)], NOW)
    sums: dict[str, float] = {}
    for run in intake.runs:
        hours = hours_of(run)
        is_window = run.work is not None and run.duration is None  # a day of requests is no day of use
        amounts = [("hours", None if is_window else duration_hours(run)), ("device-hours", hours)]
        amounts += [(f"kWh {e.boundary} {e.method}", e.value.value) for e in run.energy]
        amounts += [
            (name, getattr(run.work, name)) for name in ("requests", "tokens_in", "tokens_out", "samples") if run.work
        ]
        for name, amount in amounts:
            if amount is not None:
                sums[name] = sums.get(name, 0.0) + amount
    told = [f"{f.code} {f.where} {f.field} {f.found} {f.problem}" for f in intake.faults]
    told += [f"{note.code} {note.message}" for _, note in intake.notes]
    plain = (re.sub(r"\b[0-9a-f]{8,}\b", "#", text.replace(str(folder), "@")) for text in told)
    return Outcome(sums, Counter(plain), {log.path: log.account.rest for log in logs if log.account.total})


def corruptions(path: Path) -> Iterator[Corruption]:
    """Each field of a file made wrong, alone: another sign, another type, another unit, empty, and each line cut before it."""
    if path == event_file.FIXTURE:
        yield from (Corruption(f"{path.name}: {what}", data) for what, data in event_file.corruptions())
        return
    text = path.read_bytes().decode("utf-8", "replace")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if isinstance(document, (dict, list)):
        yield from (
            Corruption(f"{path.name}: {what}", json.dumps(made).encode()) for what, made in in_document(document)
        )
        return
    lines = text.splitlines(keepends=True)
    for n, line in enumerate(lines):
        body = line.rstrip("\r\n")
        for what, made in in_line(body):
            changed = "".join([*lines[:n], made + line[len(body) :], *lines[n + 1 :]])
            yield Corruption(f"{path.name}: line {n + 1}: {what}", changed.encode())


def in_line(line: str) -> Iterator[tuple[str, str]]:
    """(what, line) for each change of a line."""
    if line.lstrip("\ufeff").startswith("{"):
        try:
            document = json.loads(line)
        except ValueError:
            document = None
        if document is not None:
            yield from ((what, json.dumps(made)) for what, made in in_document(document))
            yield "cut in its middle", line[: len(line) // 2]
            return
    for begin, end in fields(line):
        cell = line[begin:end]
        changed = [*WRONG]
        if unit := _UNIT.match(cell):
            changed.append(unit[1] + "furlong")
        for new in changed:
            if new != cell.strip():
                yield f"{cell.strip()!r} as {new!r}", line[:begin] + new + line[end:]
        if line[:begin].strip():  # a line that is gone leaves no trace
            yield f"cut before {cell.strip()!r}", line[:begin].rstrip(" ")


def fields(line: str) -> Iterator[tuple[int, int]]:
    """(begin, end) of what stands between delimiters, and of both sides of a pair such as `name: value`."""
    whole = [m.span() for m in _FIELD.finditer(line) if m[0].strip()]
    if len(whole) == 1 and not _PAIR.match(line):
        whole = [m.span() for m in re.finditer(r"\S+", line)]
    for begin, end in whole:
        pair = _PAIR.match(line[begin:end])
        if pair:
            name = re.match(r"\s*", pair[1])
            assert name is not None
            yield begin + name.end(), begin + len(pair[1].rstrip().rstrip(":=").rstrip())
            yield (
                begin + len(pair[1]) + len(pair[2]) - len(pair[2].lstrip()),
                begin + len(pair[1]) + len(pair[2].rstrip()),
            )
        else:
            cell = line[begin:end]
            yield begin + len(cell) - len(cell.lstrip()), begin + len(cell.rstrip())


def in_document(document: Any) -> Iterator[tuple[str, Any]]:
    """(what, document) with each scalar replaced by another, or taken out."""
    for path in scalars(document, ()):
        place = "/".join(map(str, path))
        for new in (-5, "abc", "", None):
            yield f"{place} as {new!r}", replaced(document, path, new)
        if path and isinstance(path[-1], str):
            yield f"{place} taken out", replaced(document, path, ...)


def scalars(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The places of all that is no object and no list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, (*path, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from scalars(inner, (*path, n))
    else:
        yield path


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A document with one place changed; `...` takes it out."""
    if not path:
        return new
    if isinstance(value, dict):
        out = {k: replaced(v, path[1:], new) if k == path[0] else v for k, v in value.items()}
        if out[path[0]] is ...:
            del out[path[0]]
        return out
    return [replaced(v, path[1:], new) if n == path[0] else v for n, v in enumerate(value)]


def is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:4096]


@each_fixture
def test_the_lines_of_a_file_add_up(folder, logs):
    assert not {path: rest for path, rest in outcome(folder, logs).rest.items() if rest}
    assert [log for log in logs if log.account.is_kept or log.account.rejected]


def shortfalls(folder: Path, scratch: Path, logs: list[Log], tried: int = 0) -> Iterator[str]:
    """The corruptions of a fixture that change figures without a word, or leave lines without one."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    copies = {p: scratch / folder.name / p.relative_to(folder) for p in files}
    for path, copy in copies.items():
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    whole = outcome(scratch / folder.name, logs)
    if not whole.figures and not whole.told:
        yield "the fixture itself gives nothing"
    changes = [
        (path, made) for path in files if is_text(path) or path == event_file.FIXTURE for made in corruptions(path)
    ]
    if tried and len(changes) > tried:
        changes = random.Random(15).sample(changes, tried)
    for path, made in changes:
        copies[path].write_bytes(made.data)
        result = outcome(scratch / folder.name, logs)
        copies[path].write_bytes(path.read_bytes())
        rest = {Path(p).name: n for p, n in result.rest.items() if n}
        if rest:
            yield f"{made.what}: lines left over {rest}"
        differ = {n for n in whole.figures | result.figures if not same(whole.figures.get(n), result.figures.get(n))}
        if differ and not result.told - whole.told:
            yield f"{made.what}: {', '.join(f'{n}: {whole.figures.get(n)} -> {result.figures.get(n)}' for n in sorted(differ))}"


def same(a: float | None, b: float | None) -> bool:
    return a is None if b is None else a is not None and abs(a - b) <= 1e-9 * max(abs(a), abs(b))


@each_fixture
def test_no_single_wrong_field_changes_a_figure_without_a_word(folder, tmp_path, logs):
    assert not list(shortfalls(folder, tmp_path, logs, TRIED))
