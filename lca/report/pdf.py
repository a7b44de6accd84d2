"""HTML to PDF by WeasyPrint, which fetches nothing but what the HTML itself holds."""

from __future__ import annotations

import hashlib
import logging

from lca.errors import OutputError

PANGO = (
    "Pango is missing, so no PDF was written. Install it: Debian and Ubuntu `apt install libpango-1.0-0 libpangoft2-1.0-0`, "
    "Fedora `dnf install pango`, macOS `brew install pango`."
)


def available() -> bool:
    """Whether WeasyPrint finds Pango on this system."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


def render(html: str) -> bytes:
    """The PDF, with bookmarks and metadata; the same HTML gives the same bytes."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    for name in ("weasyprint", "fontTools", "fontTools.subset"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        inline = URLFetcher(allowed_protocols=("data",), allow_redirects=False)  # a report loads nothing from outside
        document = weasyprint.HTML(string=html, url_fetcher=inline)
        made = document.write_pdf(pdf_identifier=hashlib.sha256(html.encode()).digest()[:16], pdf_tags=True)
    except ValueError as error:
        raise OutputError(
            "report.pdf", f"cannot be rendered: {error}", "Write the HTML alone with --format html."
        ) from None
    assert isinstance(made, bytes)
    return made
