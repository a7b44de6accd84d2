"""The PDF lasts: PDF/A-3 with the data inside, tagged, found by bookmarks, the same bytes again."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections import Counter

import pikepdf
import pypdfium2
import pytest
from conftest import EPOCH, NOW, ROOT, assess, environment, run

import lca
from lca.report import pdf
from lca.report.write import write


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("report")
    profile = str(ROOT / "samples" / "profile.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        write(
            lca.assess([str(ROOT / "samples" / "*.json")], profile=profile, now=NOW),
            made,
            ["html", "pdf", "json", "csv"],
        )
    return made


@pytest.fixture
def document(folder):
    with pikepdf.open(folder / "report.pdf") as held:
        yield held


def elements(root):
    """All structure elements, with their parents' kinds."""
    waiting = [(root.StructTreeRoot, ())]
    while waiting:
        node, above = waiting.pop()
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield str(kid.S), above, kid
                waiting.append((kid, (*above, str(kid.S))))


def test_it_says_that_it_is_pdf_a_3a_and_pdf_ua_1(document):
    xmp = document.Root.Metadata.read_bytes().decode()
    assert 'pdfaid:part="3"' in xmp
    assert 'pdfaid:conformance="A"' in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "pdfaExtension:schemas" in xmp
    with document.open_metadata(set_pikepdf_as_editor=False) as meta:
        assert meta["dc:title"] == "Published and illustrative AI runs"
        assert meta["dc:creator"] == ["Example Organisation (illustrative)"]
        assert meta["xmp:CreateDate"] == "2026-06-01T00:00:00Z"
        assert meta.pdfa_status == "3A"
    [intent] = document.Root.OutputIntents
    assert str(intent.S) == "/GTS_PDFA1"
    assert not document.is_encrypted


def test_it_is_tagged_and_says_what_a_screen_reader_needs(document):
    root = document.Root
    assert root.MarkInfo.Marked
    assert str(root.Lang) == "en"
    assert root.ViewerPreferences.DisplayDocTitle
    found = Counter()
    for kind, above, element in elements(root):
        found[kind] += 1
        if kind == "/Figure":
            assert str(element.get("/Alt", "")).strip(), "a figure without words"
        if kind == "/TH":
            assert str(element.A.Scope) == ("/Row" if "/TBody" in above else "/Column")
        if kind in ("/TD", "/TH"):
            assert "/Table" in above
    assert found["/H1"] == 1
    assert (
        min(
            found[x]
            for x in (
                "/H2",
                "/H3",
                "/Table",
                "/THead",
                "/TBody",
                "/TR",
                "/TH",
                "/TD",
                "/Figure",
                "/Link",
                "/L",
                "/LI",
                "/P",
            )
        )
        > 0
    )
    for page in document.pages:
        assert str(page.obj.Tabs) == "/S"
        for link in page.obj.get("/Annots", []):
            assert str(link.Contents)


def test_nothing_in_it_runs_or_reaches_out(document):
    assert "/OpenAction" not in document.Root
    assert "/AA" not in document.Root
    for page in document.pages:
        for link in page.obj.get("/Annots", []):
            assert "/A" not in link or str(link.A.S) == "/GoTo"


def test_every_font_is_inside_with_the_meaning_of_its_signs(document):
    fonts = {f.objgen: f for page in document.pages for f in page.obj.Resources.get("/Font", {}).values()}
    assert fonts
    for font in fonts.values():
        assert "/ToUnicode" in font
        for part in font.get("/DescendantFonts", [font]):
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(part.FontDescriptor.keys())
        assert "Source" in str(font.BaseFont)


def test_the_data_are_inside_each_once(document, folder):
    assert sorted(document.attachments) == ["assessment.json", "results.csv"]
    assert len(document.Root.AF) == 2
    for held in document.Root.AF:
        assert str(held.AFRelationship) == "/Data"
    text = (folder / "report.html").read_text("utf-8")
    for name in document.attachments:
        data = document.attachments[name].get_file().read_bytes()
        assert data == (folder / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() in text


def test_bookmarks_and_contents_lead_to_their_pages(document):
    with document.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[1:] == [
        "Results",
        "What it rests on",
        "Findings",
        "Method",
        "Factors",
        "Disclosures and content index",
        "Reproducibility",
    ]


def bodies(path):
    """Lines of each page without its foot, in the order of the page."""
    document = pypdfium2.PdfDocument(path)
    for page in document:
        text = page.get_textpage().get_text_bounded(bottom=22 * 72 / 25.4)
        yield [line.strip() for line in text.splitlines() if line.strip()]


def test_no_page_is_nearly_empty_and_no_heading_is_left_at_its_foot(folder, document):
    """Heads of sections, tables and charts stay with what they head; no page holds three lines."""
    heads = set(re.findall(r"<h[234][^>]*>([^<]+)</h[234]>", (folder / "report.html").read_text("utf-8")))
    made = list(bodies(folder / "report.pdf"))
    assert len(made) == len(document.pages)
    for number, lines in enumerate(made, 1):
        assert len(lines) > 4 or number == len(made), (number, lines)
        assert lines[-1].lstrip("123456789 ") not in heads, (number, lines[-1])
    found = {line.lstrip("123456789 ") for lines in made for line in lines} & heads
    assert len(found) > 30, "the headings are not told from the text"


def test_pages_are_a4_or_letter(tmp_path):
    for name, size in (("A4", (595, 842)), ("Letter", (612, 792))):
        path = write(assess(run(), profile={"id": "p", "report": {"page": name}}), tmp_path / name, ["pdf"]).files[
            "pdf"
        ]
        with pikepdf.open(path) as document:
            assert tuple(round(float(x)) for x in document.pages[0].mediabox[2:]) == size


def test_a_file_that_is_too_large_stays_beside_the_report(tmp_path, monkeypatch):
    a = assess(run())
    monkeypatch.setattr(pdf, "LARGEST", len(a.to_json().encode()) - 1)
    files = write(a, tmp_path, ["html", "pdf", "csv"]).files
    assert set(files) == {"html", "pdf", "csv"}
    with pikepdf.open(files["pdf"]) as document:
        assert list(document.attachments) == ["results.csv"]
    text = files["html"].read_text("utf-8")
    assert ">beside the report<" in text
    assert ">in the PDF too<" in text


def test_the_same_bytes_in_two_processes_without_a_fixed_clock(tmp_path):
    """The time of the report stands for the clock wherever WeasyPrint asks for it."""
    code = (
        "import sys; from datetime import UTC, datetime; from lca.report import pdf\n"
        "files = [pdf.Attached('a.json', 'd', b'{}')]\n"
        "page = \"<html lang=en><title>t</title><p style='font-family:serif'>text</p>\"\n"
        "sys.stdout.buffer.write(pdf.render(page, files, datetime(2026, 6, 1, tzinfo=UTC)))"
    )
    env = {k: v for k, v in environment().items() if k != "SOURCE_DATE_EPOCH"}
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, env=env, check=True).stdout for _ in range(2)
    )
    assert first == second
    assert first.startswith(b"%PDF-1.7")
