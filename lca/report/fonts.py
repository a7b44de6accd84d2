"""Fonts of the report: Source Serif and Source Sans in two weights, cut down to the signs in use, as data for CSS.

They come from pinned Python packages, so a report looks the same everywhere. Cutting takes a second; the result is
kept in the user's cache, named by what went into it.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import io
import os
import tempfile
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

#: (family in CSS, weight, package, module, file)
FACES = (
    ("Source Serif", 400, "font-source-serif-pro", "font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    ("Source Serif", 600, "font-source-serif-pro", "font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
    ("Source Sans", 400, "font-source-sans-pro", "font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    ("Source Sans", 600, "font-source-sans-pro", "font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
)
#: Latin with its accents, Greek letters of units, and the signs that the report sets
SIGNS = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2027), *range(0x2070, 0x209D)])) + (
    "\u202f\u2009€™−×÷≤≥≈→←↑·•µΩαβγΔ⁰¹²³⁴⁵⁶⁷⁸⁹₂…"
)
FEATURES = ["kern", "liga", "lnum", "tnum", "subs", "sups", "mark", "mkmk", "ccmp", "locl"]


@cache
def css(letters: str = "") -> str:
    """`@font-face` rules with the fonts inside them; `letters` are further signs that a language needs."""
    signs = "".join(sorted(set(SIGNS + letters)))
    return "\n".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:normal;"
        f"src:url(data:font/woff2;base64,{base64.b64encode(_face(package, module, name, signs)).decode()}) format('woff2')}}"
        for family, weight, package, module, name in FACES
    )


def notes(letters: str) -> list[str]:
    """What is told of letters of a language that the fonts of the report do not have: others stand in for them."""
    from fontTools.ttLib import TTFont

    known = set.intersection(*(set(TTFont(_file(module, name)).getBestCmap()) for _, _, _, module, name in FACES))
    lacking = [c for c in letters if ord(c) not in known and not c.isspace()]
    if not lacking:
        return []
    return [
        f"{len(lacking)} signs of the language are not in the fonts of the report, such as {lacking[0]}: fonts of the machine stand in, "
        "so that the report looks otherwise elsewhere."
    ]


def _file(module: str, name: str) -> io.BytesIO:
    return io.BytesIO(files(module).joinpath("files", name).read_bytes())


def _face(package: str, module: str, name: str, signs: str) -> bytes:
    from platformdirs import user_cache_path

    made_of = f"{package} {importlib.metadata.version(package)} {importlib.metadata.version('fonttools')} {name} {signs} {FEATURES} 5"
    path = user_cache_path("lca") / "fonts" / f"{hashlib.sha256(made_of.encode()).hexdigest()[:24]}.woff2"
    with suppress(OSError):
        return path.read_bytes()
    made = _cut(module, name, signs)
    with suppress(OSError):  # a cache that cannot be written costs time and nothing else
        _keep(path, made)
    return made


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    os.replace(name, path)


def _add_thin_spaces(font: Any) -> None:
    """Give the font the thin spaces that numbers are set with: without them another font would stand in, with its own
    width."""
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    width = round(font["head"].unitsPerEm * 0.17)
    missing = [code for code in (0x2009, 0x202F) if code not in font.getBestCmap()]
    for code in missing:
        name = f"uni{code:04X}"
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"][name] = Glyph()
        font["hmtx"][name] = (width, 0)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name


def _add_superscript_minus(font: Any) -> None:
    """Give the font the minus sign of exponents, which it lacks: its minus, smaller and as high as the digits beside it."""
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    cmap, glyf = font.getBestCmap(), font["glyf"]
    if 0x207B in cmap or not {0x2212, 0x2070} <= set(cmap):
        return
    minus, digit = glyf[cmap[0x2212]], glyf[cmap[0x2070]]
    scale = 0.6
    raised = round((digit.yMin + digit.yMax) / 2 - scale * (minus.yMin + minus.yMax) / 2)
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent(cmap[0x2212], (scale, 0, 0, scale, 0, raised))
    font.setGlyphOrder([*font.getGlyphOrder(), "uni207B"])
    glyf["uni207B"] = pen.glyph()
    width, left = font["hmtx"][cmap[0x2212]]
    font["hmtx"]["uni207B"] = (round(width * scale), round(left * scale))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x207B] = "uni207B"


def _cut(module: str, name: str, signs: str) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(_file(module, name), recalcTimestamp=False)
    options = Options(layout_features=FEATURES, flavor="woff2", notdef_outline=True, hinting=False)
    cutter = Subsetter(options)
    cutter.populate(text=signs)
    cutter.subset(font)
    _add_thin_spaces(font)
    _add_superscript_minus(font)
    for record in font["name"].names:  # a changed font may not bear its reserved name (OFL 1.1, condition 3)
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = record.toUnicode().replace("Source", "Lca")
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
