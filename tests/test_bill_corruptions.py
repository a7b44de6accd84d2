"""One cell of a bill or usage export that is wrong, missing or cut off: never fewer hours or tokens without a word, and no row without an account."""

from __future__ import annotations

import copy
import csv
import io
import json
from pathlib import Path

import pytest
from conftest import NOW

from lca.ingest import reader

FIXTURES = Path(__file__).parent / "fixtures"
#: what may stand in place of a cell: nothing, text, another sign, unit or type, a number that is no number
WRONG = ("", "x", "-1", "1O", "NaN", "-", "[]", "1,5", "1e999", "2025-13-45", "true")
TABLES = ("aws-cur", "azure-usage", "focus", "anthropic-usage")


def read(path):
    """(hours and work by name, all that is told) of a file."""
    intake = reader.read([str(path)], NOW)
    assert not [f for f in intake.faults if f.code == "adapter-failed"]
    assert not [n for _, n in intake.notes if n.code == "lines-not-used"], path.read_text()
    sums = {}
    for run in intake.runs:
        for energy in run.energy:
            sums["energy"] = sums.get("energy", 0.0) + energy.value.value
        for device in (d for d in run.devices if d.device_hours is not None):
            sums["hours"] = sums.get("hours", 0.0) + device.device_hours.value
        for name, value in (run.work.model_dump(exclude_none=True) if run.work else {}).items():
            sums[name] = sums.get(name, 0.0) + float(getattr(value, "value", value))
    told = {str(f) for f in intake.faults} | {n.message for _, n in intake.notes}
    return sums, told


def check(path, whole, told_of_whole, what):
    sums, told = read(path)
    fewer = {name for name, value in whole.items() if sums.get(name, 0.0) < value - 1e-6}
    assert not fewer or told - told_of_whole, f"{what}: {fewer} fewer, and nothing is told of it"


def written(rows):
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def fixture(name):
    [path] = [p for p in (FIXTURES / name).iterdir() if p.is_file()]
    return path


@pytest.mark.parametrize("name", TABLES)
def test_a_wrong_cell_of_a_table_is_told(name, tmp_path):
    path = tmp_path / "export.csv"
    rows = list(csv.reader(fixture(name).read_text("utf-8-sig").splitlines()))
    path.write_text(written(rows))
    whole, told = read(path)
    assert whole
    for row in range(1, len(rows)):
        for column, header in enumerate(rows[0]):
            for wrong in WRONG if row in (1, 2) else WRONG[:3]:
                changed = [list(r) for r in rows]
                if changed[row][column] == wrong:
                    continue
                changed[row][column] = wrong
                path.write_text(written(changed))
                check(path, whole, told, f"row {row + 1}, {header} = {wrong!r}")


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_is_cut_off_is_told(name, tmp_path):
    path = tmp_path / "export.csv"
    rows = list(csv.reader(fixture(name).read_text("utf-8-sig").splitlines()))
    path.write_text(written(rows))
    whole, told = read(path)
    for row in range(1, len(rows)):
        for length in range(1, len(rows[0])):
            path.write_text(written([*rows[:row], rows[row][:length], *rows[row + 1 :]]))
            check(path, whole, told, f"row {row + 1} ends after {length} cells")
        path.write_text(written([*rows[:row], [*rows[row], "x"], *rows[row + 1 :]]))
        check(path, whole, told, f"row {row + 1} has one cell more")


def places(value, path=()):
    """The places of all cells of a document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))
    else:
        yield path


def changed(document, path, wrong):
    """The document with another value at a place, or without it."""
    made = copy.deepcopy(document)
    at = made
    for key in path[:-1]:
        at = at[key]
    if wrong is KeyError:
        del at[path[-1]]
    else:
        at[path[-1]] = wrong
    return made


@pytest.mark.parametrize("name", ["openai-usage", "opencost", "gcp-billing", "ecologits", "boamps"])
def test_a_wrong_value_of_a_document_is_told(name, tmp_path):
    source = fixture(name)
    text = source.read_text()
    is_lines = source.suffix == ".jsonl"
    documents = [json.loads(line) for line in text.splitlines()] if is_lines else [json.loads(text)]
    path = tmp_path / source.name
    path.write_text(text)
    whole, told = read(path)
    for number, document in enumerate(documents):
        for place in places(document):
            for wrong in (KeyError, None, "x", -1, [], {}, True, "NaN", "1O"):
                made = [*documents[:number], changed(document, place, wrong), *documents[number + 1 :]]
                path.write_text("\n".join(map(json.dumps, made)))
                check(path, whole, told, f"{place} = {wrong!r}")
