"""HTML to PDF/A-3 by WeasyPrint, with the data inside. It fetches nothing but what the HTML itself holds."""

from __future__ import annotations

import hashlib
import io
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from lca.errors import OutputError

PANGO = (
    "Pango is missing, so no PDF was written. Install it: Debian and Ubuntu `apt install libpango-1.0-0 libpangoft2-1.0-0`, "
    "Fedora `dnf install pango`, macOS `brew install pango`."
)
#: a larger file stays beside the report
LARGEST = 16 << 20
#: what says that the file is PDF/UA-1, with the description of that property which PDF/A asks for (ISO 19005-3, 6.6.2.3)
_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


class Attached(NamedTuple):
    """A file inside the PDF."""

    name: str
    description: str
    data: bytes


def available() -> bool:
    """Whether WeasyPrint finds Pango on this system."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


def render(html: str, attached: Sequence[Attached], made: datetime) -> bytes:
    """The PDF, tagged, with bookmarks and metadata; the same HTML and files give the same bytes. Raises OutputError."""
    import weasyprint
    from weasyprint.urls import URLFetcher

    for name in ("weasyprint", "fontTools", "fontTools.subset"):
        logging.getLogger(name).setLevel(logging.ERROR)
    files = [
        weasyprint.Attachment(file_obj=io.BytesIO(x.data), name=x.name, description=x.description, created=made, modified=made, relationship="Data")
        for x in attached
    ]  # fmt: skip
    try:
        inline = URLFetcher(allowed_protocols=("data",), allow_redirects=False)  # a report loads nothing from outside
        document = weasyprint.HTML(string=html, url_fetcher=inline)
        with _clock(made):
            out = document.write_pdf(
                pdf_identifier=hashlib.sha256(html.encode()).digest()[:16], pdf_variant="pdf/a-3a", attachments=files
            )
    except ValueError as error:
        raise OutputError(
            "report.pdf", f"cannot be rendered: {error}", "Write the HTML alone with --format html."
        ) from None
    assert isinstance(out, bytes)
    return _finished(out)


def pages(data: bytes) -> int:
    """Pages of a PDF."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as document:
        return len(document.pages)


@contextmanager
def _clock(made: datetime) -> Iterator[None]:
    """The time of the report for what asks the environment: else a subset of a font bears the time of day."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(made.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _finished(data: bytes) -> bytes:
    """What WeasyPrint leaves open: PDF/UA in the metadata, each file once, heads of tables that say what they head."""
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.Root
        if "/AF" in root:
            root.AF = pikepdf.Array(list({f.objgen: f for f in root.AF}.values()))
        xmp = root.Metadata.read_bytes()
        root.Metadata = pdf.make_stream(
            xmp.replace(b"</rdf:RDF>", _UA, 1), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
        )
        for page in pdf.pages:
            page.obj.Tabs = pikepdf.Name.S  # the order of tabs is that of the structure
        _scopes(root.StructTreeRoot)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _scopes(tree: Any) -> None:
    """Give each head cell of the structure tree its scope: that of a column, or of a row where it stands in the body."""
    import pikepdf

    waiting = [(tree, "")]
    while waiting:
        node, within = waiting.pop()
        kids = node.get("/K") if isinstance(node, pikepdf.Dictionary) else None
        if kids is None:
            continue
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if not isinstance(kid, pikepdf.Dictionary) or "/S" not in kid:
                continue
            kind = str(kid.S)
            if kind == "/TH":
                held = kid.get("/A", pikepdf.Dictionary(O=pikepdf.Name.Table))
                held.Scope = pikepdf.Name.Row if within == "/TBody" else pikepdf.Name.Column
                kid.A = held
            waiting.append((kid, kind if kind in ("/THead", "/TBody") else within))
