"""Renders the samples into the pictures of docs/gallery.md: `python docs/gallery.py`, in an environment with the test extra and Chromium.

Every picture is made from a report of this version; nothing is drawn by hand.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SAMPLES = str(ROOT / "samples" / "*.json")
#: pixels across a page of a PDF
ACROSS = 620


class Shot(NamedTuple):
    """A picture of the report on a screen."""

    name: str
    width: int
    height: int
    scheme: str = "light"
    at: str = ""  # what is scrolled to
    click: str = ""  # what is opened


SHOTS = (
    Shot("screen", 1280, 1000), Shot("dark", 1280, 1000, "dark", "#results-by-system"), Shot("phone", 390, 844),
    Shot("disclosure", 1280, 900, "light", "#disclosure-eu-ai-act"),
    Shot("derivation", 1280, 900, "light", "#results-by-system", "#results-by-system tbody a.fig"),
)  # fmt: skip
#: report -> (sources, profile, disclosures, pages of its PDF to show, by the heading that they hold)
REPORTS = {
    "life-cycle": (SAMPLES, str(ROOT / "samples" / "profile.yaml"), ["eu-ai-act", "esrs-e1"], {"first": "", "views": "One inventory, several views", "tornado": "One parameter at a time",
                   "checklist": "Report contents, line by line", "disclosure": "ESRS E1, set of 2026", "index": "Index of requirements"}),
    "ghg-protocol": (SAMPLES, "ghg-protocol", [], {"first": ""}),
    "sci": (SAMPLES, "sci", [], {"first": ""}),
    "scenarios": (str(ROOT / "samples" / "scenarios" / "*.json"), "default", [], {"claims": "Claims, and what becomes of them"}),
}  # fmt: skip


def main() -> int:
    """Write all pictures into docs/gallery/."""
    import lca

    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        print("no Chromium on this system: `apt install chromium`", file=sys.stderr)
        return 2
    out = HERE / "gallery"
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        for report, (sources, profile, disclosures, wanted) in REPORTS.items():
            files = lca.assess(sources, profile=profile, disclosures=disclosures).report(
                Path(name) / report, ("html", "pdf", "summary")
            )
            _pages(files["pdf"], {f"{report}-{k}": v for k, v in wanted.items()}, out)
            if report == "life-cycle":
                _pages(files["summary"], {"summary": ""}, out)
                _screens(files["html"], browser, out)
    return 0


def _pages(path: Path, wanted: dict[str, str], out: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    for name, heading in wanted.items():
        # the last page that holds a heading is its own: contents and index name it before
        at = next((n for n in range(len(texts)) if heading in texts[n].splitlines()), 0) if heading else 0
        page = document[at]
        picture = page.render(scale=ACROSS / page.get_width()).to_pil().convert("P", palette=1, colors=64)
        picture.save(out / f"{name}.png", optimize=True)


def _screens(path: Path, browser: str, out: Path) -> None:
    from io import BytesIO

    from PIL import Image
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        opened = engine.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for shot in SHOTS:
            page = opened.new_page(viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme)
            page.goto(path.as_uri())
            if shot.at:
                page.locator(shot.at).evaluate("x => x.scrollIntoView()")
            if shot.click:
                page.locator(shot.click).first.click()
            picture = Image.open(BytesIO(page.screenshot())).convert("P", palette=1, colors=255)
            picture.save(out / f"{shot.name}.png", optimize=True)
            page.close()
        opened.close()


if __name__ == "__main__":
    sys.exit(main())
