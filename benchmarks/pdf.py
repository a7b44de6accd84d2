"""HTML and PDF of the samples against WeasyPrint rendering the same HTML, as it goes to print."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import lca
from lca.report import html

SAMPLES = str(Path(__file__).resolve().parent.parent / "samples")


def measure() -> Iterator[tuple[str, float, float]]:
    """Best of two of each, after one report that fills the caches (fonts, imports)."""
    import weasyprint

    assessment = lca.assess(SAMPLES)
    with tempfile.TemporaryDirectory() as folder:
        assessment.report(folder)
        whole = alone = float("inf")
        for _ in range(2):
            fresh = lca.assess(SAMPLES)
            start = time.perf_counter()
            files = fresh.report(folder, formats=("html", "pdf"))
            whole = min(whole, time.perf_counter() - start)
            text = html.for_print(files["html"].read_text("utf-8"))
            start = time.perf_counter()
            weasyprint.HTML(string=text).write_pdf()
            alone = min(alone, time.perf_counter() - start)
    yield f"HTML and PDF of {len(assessment.intake.runs)} sample runs / WeasyPrint on the same HTML", whole / alone, 1.3
