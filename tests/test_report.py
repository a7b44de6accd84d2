"""The report: escaped, self-contained, bounded, the same bytes again, and whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser

import pikepdf
import pytest
from conftest import ROOT, environment

import lca
from lca.errors import OutputError
from lca.report import numbers, pdf
from lca.report.view import build
from lca.report.write import write

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SAMPLES = str(ROOT / "samples" / "*.json")
HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7777 * 7 }}{% include '/etc/passwd' %}", "=HYPERLINK(\"http://x\")",
    "file:///etc/passwd", "http://example.org/x.png", "url(http://example.org/x)", "</style><style>*{display:none}", "x" * 480, "‮evil‬", "😀 modèle ẞ",
    "javascript:alert(1)", "\"onmouseover=\"alert(1)", "../../etc/passwd", "&lt;b&gt;",
]  # fmt: skip


def run(identity: str, **fields):
    return {
        "schema": "lca-run/1", "id": identity, "system": "S", "stage": "training", "start": "2024-05-01T00:00:00Z", "duration": "10 h",
        "location": {"country": "FR"}, "facility": {"pue": 1.2}, "energy": [{"value": "10 kWh", "boundary": "node", "method": "counter"}],
        "devices": [{"model": "NVIDIA H100 80GB HBM3", "count": 8}], **fields,
    }  # fmt: skip


SCRIPT = (ROOT / "templates" / "report" / "script.js").read_text("utf-8")


class Page(HTMLParser):
    """Tags with their attributes, and the text between them, without the one script that is ours."""

    def __init__(self, text: str) -> None:
        super().__init__()
        text = text.replace(f"<script>{SCRIPT}</script>", "", 1)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return (
        lca.assess(SAMPLES, now=NOW),
        folder,
        write(lca.assess(SAMPLES, now=NOW), folder, ["html", "pdf", "json", "csv"]),
    )


def test_the_report_of_the_samples_is_whole(samples):
    _, folder, written = samples
    assert sorted(p.name for p in folder.iterdir()) == ["assessment.json", "report.html", "report.pdf", "results.csv"]
    assert written.notes == []
    page = Page((folder / "report.html").read_text("utf-8"))
    headings = [t for t, _ in page.tags if t == "h2"]
    assert len(headings) >= 7
    for word in (
        "Results by life-cycle stage",
        "Results by system",
        "Findings",
        "Rules in use",
        "Factors",
        "Reproducibility",
        "Llama 3.1",
    ):
        assert word in page.text
    assert json.loads((folder / "assessment.json").read_text("utf-8"))["schema"] == "lca-assessment/1"


def test_the_headline_is_the_figure(samples):
    assessment, _, _ = samples
    view = build(assessment)
    figure = assessment.total("total_co2e")
    assert f"{view.answer.figure} {view.answer.unit}".replace(numbers.THIN, "") == "17000 t CO₂e"
    assert figure["value"] == pytest.approx(16.95e6, rel=0.01)


def test_what_is_shown_adds_up(samples):
    """The rows of a table and its total are the same figures: stages, systems and runs add up to the whole."""
    assessment, _, _ = samples
    for by in ("stage", "system", "run"):
        parts = [
            f["value"]
            for f in assessment.figure_list((by,))
            if f["by"] and f["quantity"] == "total_co2e" and f["value"] is not None
        ]
        assert sum(parts) == pytest.approx(assessment.total("total_co2e")["value"], rel=1e-9)


def test_nothing_is_loaded_from_outside(samples):
    _, folder, _ = samples
    text = (folder / "report.html").read_text("utf-8")
    page = Page(text)
    assert not {t for t, _ in page.tags} & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for tag, attributes in page.tags:
        assert not [k for k in attributes if k.startswith("on")], tag
        for key in ("src", "href", "xlink:href", "action", "srcset"):
            assert (attributes.get(key) or "#").startswith("#"), (tag, attributes)
    assert set(re.findall(r"url\(([^)]{0,12})", text)) <= {"data:font/wo"}
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}'; style-src" in text
    assert "@import" not in text


def test_the_pdf_has_bookmarks_title_language_and_fonts_inside(samples):
    _, folder, _ = samples
    with pikepdf.open(folder / "report.pdf") as document:
        assert str(document.docinfo["/Title"]) == "AI systems: life-cycle assessment"
        assert str(document.Root.Lang) == "en"
        with document.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert {"Results", "Findings", "Method", "Factors", "Reproducibility"} <= set(titles)
        fonts = {str(f.get("/BaseFont")) for p in document.pages for f in p.resources.get("/Font", {}).values()}
        assert any("Source-Sans" in f or "SourceSans" in f for f in fonts), fonts
        assert any("Source-Serif" in f or "SourceSerif" in f for f in fonts), fonts


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(name, tmp_path):
    assessment = lca.assess(
        [run(name[:400] or "x", system=name, devices=[{"model": name, "count": 2}], host={"model": name})], now=NOW
    )
    files = write(assessment, tmp_path, ["html"]).files
    text = files["html"].read_text("utf-8")
    page = Page(text)
    assert not {t for t, _ in page.tags} & {
        "script",
        "img",
        "iframe",
        "link",
        "base",
        "b" if "<b" in name else "script",
    }
    assert not [k for _, attributes in page.tags for k in attributes if k.startswith("on")]
    assert not {attributes.get("href", "#")[0] for t, attributes in page.tags if t == "a"} - {"#"}
    assert "54439" not in page.text
    assert text.count("<style>") == 1
    assert "root:" not in page.text
    assert "‮" not in text


def test_hostile_names_make_a_pdf(tmp_path):
    runs = [run(f"{n} {name}"[:450], system=name) for n, name in enumerate(HOSTILE)]
    files = write(lca.assess(runs, now=NOW), tmp_path, ["pdf"]).files
    assert files["pdf"].read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "https://example.org/x", "ftp://example.org/x", "/etc/passwd"],
)
def test_the_renderer_opens_no_file_and_no_address(address, closed):
    """Even if an address got into the HTML, it would not be opened."""
    made = pdf.render(
        f'<html><body><img src="{address}"><link rel="stylesheet" href="{address}"><p>text</p></body></html>',
        [],
        NOW,
    )
    assert made.startswith(b"%PDF-")


def test_the_same_input_gives_the_same_bytes_in_two_processes(tmp_path):
    log = tmp_path / "runs.json"
    log.write_text(json.dumps([run("a"), run("b", stage="inference", work={"requests": 10})]))
    made = []
    for number in range(2):
        out = tmp_path / str(number)
        code = "from lca.cli import main; main()"
        subprocess.run([sys.executable, "-c", code, "report", str(log), "-o", str(out), "-q"], check=True,
                       env={**environment(), "SOURCE_DATE_EPOCH": "1790000000", "PYTHONHASHSEED": str(number)})  # fmt: skip
        made.append({p.name: p.read_bytes() for p in sorted(out.iterdir())})
    assert list(made[0]) == list(made[1])
    for name in made[0]:
        assert made[0][name] == made[1][name], name


def test_pages_and_html_stay_bounded(tmp_path):
    runs = [run(f"r{n}", system=f"system {n}", location={"country": ["FR", "DE", "SE"][n % 3]}) for n in range(3000)]
    few, many = lca.assess(runs[:400], now=NOW), lca.assess(runs, now=NOW)
    small, large = (
        write(a, tmp_path / str(n), ["html"]).files["html"].stat().st_size for n, a in enumerate((few, many))
    )
    assert large < small * 1.3
    assert "results.csv" in (tmp_path / "1" / "report.html").read_text("utf-8")


def test_without_pango_the_rest_is_written_and_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "available", lambda: False)
    written = write(lca.assess([run("a")], now=NOW), tmp_path, ["html", "pdf", "json", "csv"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["assessment.json", "report.html", "results.csv"]
    assert written.notes == [pdf.PANGO]
    assert "\n" not in pdf.PANGO


def test_nothing_is_left_where_a_file_cannot_be_written(tmp_path, monkeypatch):
    import os

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError) as caught:
        write(lca.assess([run("a")], now=NOW), tmp_path, ["html", "json"])
    assert (
        str(caught.value)
        == f"{tmp_path}: cannot be written: No space left on device. Check disk space and permissions."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_anything_makes_a_report(tmp_path):
    bare = {"schema": "lca-run/1", "id": "x", "system": "S", "stage": "inference", "work": {"requests": 1}}
    text = write(lca.assess([bare], now=NOW), tmp_path, ["html", "pdf"]).files["html"].read_text("utf-8")
    assert "not available" in text
    assert "the run names no device" in text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1289376.0, "1 290 000"), (-3.5, "−3.50"), (0.000123, "0.000123")]
)
def test_three_significant_digits(value, text):
    assert numbers.digits(value).replace(numbers.THIN, " ") == text
