"""Logo and colour of the organisation, as the profile states them; what cannot be used is told, and the report does without."""

from __future__ import annotations

import base64
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lca.errors import OutputError, shorten

if TYPE_CHECKING:
    from lca.profile import Profile

#: the largest logo: it stands in every copy of the report
LARGEST = 512 << 10
#: contrast with white that text of any size needs (WCAG 2.2, 1.4.3)
CONTRAST = 4.5
#: first bytes of a picture -> its type
_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Brand(NamedTuple):
    """Logo as a data address and colour, each empty where there is none, and what could not be used."""

    logo: str
    colour: str
    notes: list[str]


def of(profile: Profile) -> Brand:
    """What the profile states. The file of the logo is the only one that a report reads, and only a picture is taken."""
    notes: list[str] = []
    made = {"logo": "", "colour": ""}
    for part, name, use in (
        ("logo", profile.report.logo, lambda x: _logo(x, profile.folder)),
        ("colour", profile.report.colour, _readable),
    ):
        try:
            made[part] = use(name) if name else ""
        except OutputError as error:
            notes.append(str(error))
    return Brand(made["logo"], made["colour"], notes)


def _logo(name: str, folder: Path | None) -> str:
    path = Path(name) if folder is None else folder / name
    where, remedy = (
        f"report.logo {shorten(Path(name).name, 80)}",
        "Give a PNG, JPEG or SVG beside the profile; the report goes without.",
    )
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise OutputError(where, "not a file", remedy)
        if found.st_size > LARGEST:
            raise OutputError(
                where,
                f"it has {found.st_size} bytes, of at most {LARGEST}",
                "Give a smaller picture; the report goes without.",
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise OutputError(where, f"cannot be read: {getattr(error, 'strerror', None) or error}", remedy) from None
    kind = next((kind for first, kind in _KINDS.items() if data.startswith(first)), "")
    if not kind and _is_svg(data):
        kind = "image/svg+xml"
    if not kind:
        raise OutputError(where, "neither PNG, JPEG nor SVG", remedy)
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _is_svg(data: bytes) -> bool:
    from xml.etree import ElementTree

    if b"<!ENTITY" in data or b"<!DOCTYPE" in data:  # a picture needs neither, and an entity may grow without end
        return False
    try:
        return ElementTree.fromstring(data).tag.rpartition("}")[2] == "svg"
    except ElementTree.ParseError:
        return False


def _readable(colour: str) -> str:
    got = contrast(colour)
    if got < CONTRAST:
        raise OutputError(f"report.colour {colour}", f"its contrast with white is {got:.1f}, of at least {CONTRAST} that readers need",
                          "Choose a darker colour; the report keeps its own.")  # fmt: skip
    return colour


def contrast(colour: str) -> float:
    """Contrast of a colour with white (WCAG 2.2, relative luminance)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
