"""Tables that a spreadsheet saved again, with other delimiters and a decimal comma: read as they were, and told."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from conftest import NOW, findings, write
from test_accounts import logs, outcome
from test_format_goldens import FIXTURES
from test_formats import HEADER, SMI, codecarbon, flush, sums, take

import lca
from lca.ingest import spreadsheet_tables

__all__ = ["logs"]
#: fixtures whose format reads any delimiter by itself, or is a table of no tool
ANY_DELIMITER = {"sacct", "squeue", "turbostat", "perf-stat", "table"}


def tables(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*.csv")) if p.read_text(encoding="utf-8-sig").count(",") > 3]


def saved_again(text: str, delimiter: str, decimal: str) -> str:
    """A table as a spreadsheet writes it: numbers alone in their cells get the decimal sign, quotes only where they must be."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))):
        writer.writerow([c.replace(".", decimal) if re.fullmatch(r"\s*-?\d+\.\d+\s*", c) else c for c in row])
    return out.getvalue()


@pytest.mark.parametrize("form", [(";", ","), (";", "."), ("\t", ",")], ids=["semicolons", "points", "tabs"])
@pytest.mark.parametrize(
    "folder", [f for f in FIXTURES if tables(f) and f.name not in ANY_DELIMITER], ids=lambda p: p.name
)
def test_a_table_saved_again_gives_the_same(folder, form, tmp_path, logs):
    for path in (p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        if path in tables(folder):
            data = saved_again(path.read_text(encoding="utf-8-sig"), *form).encode("utf-8-sig")
        write(tmp_path / folder.name / path.relative_to(folder), data)
    expected, result = outcome(folder, logs), outcome(tmp_path / folder.name, logs)
    assert result.figures == pytest.approx(expected.figures)
    assert expected.figures or expected.told
    assert not {path: rest for path, rest in result.rest.items() if rest}


def note(path, between, sign):
    return (
        f"{path} has {between} between its cells, where the tool writes commas; it was read so, with a decimal {sign}"
    )


@pytest.mark.parametrize(
    ("encoding", "delimiter", "decimal", "between", "sign"),
    [("utf-8-sig", ";", ",", "semicolons", "comma"), ("utf-16", "\t", ",", "tabs", "comma"), ("utf-8", "|", ".", "vertical bars", "point")],
)  # fmt: skip
def test_a_tracker_saved_again_is_read_and_told(tmp_path, encoding, delimiter, decimal, between, sign):
    text = saved_again(HEADER + flush("10:00:00", 1800, 0.2) + flush("10:30:00", 3600, 0.5), delimiter, decimal)
    path = write(tmp_path / "emissions.csv", text.encode(encoding))
    a = lca.assess(str(path), now=NOW)
    assert [(r.id, r.energy[0].value.value, r.location.country) for r in a.intake.runs] == [("a1", 0.5, "FR")]
    assert [(f.severity, f.message) for f in findings(a, "delimiter-inferred")] == [("info", note(path, between, sign))]


def test_units_stand_behind_a_decimal_comma(tmp_path):
    """Two GPUs at 300 W for half an hour are 0.3 kWh."""
    text = SMI.replace(", ", "; ").replace("300.00 W", "300,00 W")
    assert sums(take(write(tmp_path / "smi.csv", text)))[1] == pytest.approx(0.3)


def test_a_point_that_may_separate_thousands_is_refused(tmp_path):
    rows = [flush("10:00:00", 3600, 0.5), flush("12:00:00", "7.200", 0.75, "b2")]
    path = codecarbon(
        tmp_path, *(row.replace(",", ";").replace("0.", "0,") for row in rows), header=HEADER.replace(",", ";")
    )
    intake = take(path)
    assert [(r.id, r.energy[0].value.value) for r in intake.runs] == [("a1", 0.5)]
    assert [str(f) for f in intake.faults] == [
        f"{path}: row 3: duration: not a number (found 7,200). Restore the row from its source."
    ]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("a;b;c\n1,5;2;3\n", (";", ",")),
        ("a;b;c\n1,500;2;3\n", (";", ",")),  # a comma stands between no cells: it is that of decimals
        ("a;b;c\n1,500;2.5;3\n", (";", ".")),
        ("a;b;c\n1,5;2.5;3\n", (";", ",")),
        ("a\tb\tc\n1,500\t2\t3\n", ("\t", ".")),
        ("a\tb\tc\n1,50 W\t2\t3\n", ("\t", ",")),
        ("title\n\na|b|c\n", ("|", ".")),
    ],
)
def test_the_decimal_sign_is_told_by_the_cells(text, form):
    assert list(spreadsheet_tables.forms(text)) == [form]


def test_cells_keep_their_quotes_and_commas():
    form = spreadsheet_tables.Form(";", ",")
    assert form.line('"a, b";"say ""x""; y";1,5;-2,5e3;1.234,5;1.5') == '"a, b","say ""x""; y",1.5,-2.5e3,"1,234.5",1.5'


def test_a_table_of_no_tool_keeps_its_delimiter(tmp_path):
    path = write(tmp_path / "t.csv", "a;b;c\n1;2;3\n")
    assert [str(f) for f in take(path).faults] == [
        f"{path}: in no format that lca knows. `lca formats` lists them; name one with --log-format, or draft a mapping with `lca convert --guess`."
    ]
