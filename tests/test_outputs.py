"""Other outputs: a workbook that runs nothing, a summary in Markdown, a summary of one page."""

from __future__ import annotations

import io
import subprocess
import sys

import openpyxl
import pikepdf
import pytest
from conftest import NOW, ROOT, assess, environment, run, write

import lca
from lca.export import xlsx
from lca.report import markdown
from lca.report.view import build
from lca.report.write import write as write_report

HOSTILE = [
    '=HYPERLINK("http://x")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "http://example.org",
    "mailto:x@example.org",
    "# heading",
    "<script>x</script>",
    "a|b",
    "x" * 400,
]


@pytest.fixture(scope="module")
def samples():
    return lca.assess([str(ROOT / "samples" / "*.json")], profile=str(ROOT / "samples" / "profile.yaml"), now=NOW)


@pytest.fixture(scope="module")
def book(samples):
    return openpyxl.load_workbook(io.BytesIO(xlsx.workbook(samples)))


def rows(sheet):
    heads, *held = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in held]


def test_each_table_is_a_sheet_with_units_and_sources(book, samples):
    assert book.sheetnames == [
        "About",
        "Total",
        "By stage",
        "By system",
        "By system and stage",
        "Views",
        "Results",
        "Factors",
        "Findings",
        "Rules",
        "Inputs",
    ]
    figures = {r["quantity"]: r for r in rows(book["Total"])}
    for f in samples.figure_list(()):
        held = figures[f["quantity"]]
        assert held["unit"] == f["unit"]
        for name in ("value", "low", "high"):
            assert held[name] == (f[name] if f[name] is None else pytest.approx(f[name], rel=1e-14))
        assert f["value"] is not None or held["reason"]
    results = rows(book["Results"])
    assert len(results) == samples.rows
    total = sum(r["total_co2e [kgCO2e]"] or 0.0 for r in results)
    assert total == pytest.approx(samples.total("total_co2e")["value"], rel=1e-12)
    for factor in rows(book["Factors"]):
        assert factor["unit"]
        assert factor["evidence"]
        assert factor["publisher"]
    assert len(rows(book["Findings"])) == len(samples.findings)
    assert [r["sha256"] for r in rows(book["Inputs"])] == [i.sha256 for i in samples.intake.inputs]


def test_no_text_becomes_a_formula_or_a_link():
    a = assess(
        *(run(f"{n} {x}", system=x, devices=[{"model": x, "count": 1}]) for n, x in enumerate(HOSTILE)),
        profile={"id": "p", "organisation": {"name": "=1+1"}},
    )
    book = openpyxl.load_workbook(io.BytesIO(xlsx.workbook(a)))
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type in ("s", "n"), (sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None
    assert {r["system"] for r in rows(book["By system"])} >= {'=HYPERLINK("http://x")', "+1+1"}


def test_a_large_workbook_says_where_the_rest_is(monkeypatch):
    monkeypatch.setattr(xlsx, "ROWS", 3)
    book = openpyxl.load_workbook(io.BytesIO(xlsx.workbook(assess(*(run(f"r{n}") for n in range(5))))))
    assert book["Results"].max_row == 4
    assert {r["What"]: r["Value"] for r in rows(book["About"])}[
        "Results"
    ] == "the first 3 entries; 2 more are in results.csv"


def test_the_same_bytes_in_two_processes(tmp_path):
    runs = write(tmp_path / "runs.json", [run("a"), run("b", stage="inference", work={"requests": 5})])
    made = []
    for number in range(2):
        out = tmp_path / str(number)
        code = f"from lca.cli import main; import sys; sys.argv = ['lca', 'report', {str(runs)!r}, '-o', {str(out)!r}, '--format', 'xlsx,md,summary']; main()"
        subprocess.run(
            [sys.executable, "-c", code],
            env={**environment(), "PYTHONHASHSEED": str(number)},
            check=True,
            capture_output=True,
        )
        made.append({p.name: p.read_bytes() for p in sorted(out.iterdir())})
    assert list(made[0]) == ["results.xlsx", "summary.md", "summary.pdf"]
    assert made[0] == made[1]


def test_the_summary_in_markdown_gives_the_answer(samples):
    text = markdown.render(build(samples))
    assert text.startswith("# Published and illustrative AI runs\n")
    assert (
        "**17\u202f800 t CO₂e** (12\u202f700 to 27\u202f800 (95\u202f%)): life-cycle total, electricity location-based"
        in text
    )
    assert "| **Total** | **40\u202f500** |" in text
    assert "## What to improve first" in text
    assert "- **Findings.** 0 errors, " in text


@pytest.mark.parametrize(
    ("text", "told"),
    [("# x", "\\# x"), ("1. x", "1\\. x"), ("- x", "\\- x"), ("a|b", "a\\|b"), ("<b>", "\\<b\\>"), ("a_b*c`d", "a\\_b\\*c\\`d"), ("[x](y)", "\\[x\\](y)"),
     ("$x$ &amp;", "\\$x\\$ \\&amp;"), ("life-cycle (95 %)", "life-cycle (95 %)"), ("a\nb", "a b"), ("---", "\\---")],
)  # fmt: skip
def test_text_is_text_in_markdown(text, told):
    assert markdown.escape(text) == told


@pytest.mark.parametrize("case", ["samples", "one run", "hostile"])
def test_the_summary_is_one_page(case, samples, tmp_path):
    a = samples
    if case == "one run":
        a = assess(run())
    elif case == "hostile":
        stated = {
            "id": "p",
            "report": {"title": "T " * 100},
            "organisation": {"name": "N" * 300, "address": "A " * 140},
            "functional_unit": "f " * 300,
        }
        a = assess(
            *(run(f"{n} {x}", system=x * 3, stage="inference" if n % 2 else "training") for n, x in enumerate(HOSTILE)),
            profile=stated,
        )
    path = write_report(a, tmp_path, ["summary"]).files["summary"]
    with pikepdf.open(path) as document:
        assert len(document.pages) == 1
        assert str(document.docinfo["/Title"]).endswith(": summary")
