"""The files of a report, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lca.errors import OutputError
from lca.export.write import results_csv

if TYPE_CHECKING:
    from lca.assessment import Assessment

NAMES = {"html": "report.html", "pdf": "report.pdf", "json": "assessment.json", "csv": "results.csv"}


class Written(NamedTuple):
    """Paths by format, what could not be written and why, and whether that is a fault of what was asked for."""

    files: dict[str, Path]
    notes: list[str]
    failed: bool = False


def write(
    assessment: Assessment, folder: Path, formats: Sequence[str], tell: Callable[[str], None] = lambda _: None
) -> Written:
    """Write the formats asked for into `folder`. All are made first, then put in place together.

    Raises OutputError for an unknown format, a folder that cannot be written and a full disk; then nothing is left.
    """
    for name in formats:
        if name not in NAMES:
            raise OutputError(f"format {name}", "unknown format", f"Use {', '.join(NAMES)}.")
    made, notes, failed = _make(assessment, formats, tell)
    held: list[tuple[str, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{NAMES[name]}.")
            held.append((temporary, folder / NAMES[name]))
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            os.chmod(temporary, 0o644)
        for temporary, target in held:
            os.replace(temporary, target)
    except OSError as error:
        raise OutputError(
            str(folder), f"cannot be written: {error.strerror or error}", "Check disk space and permissions."
        ) from None
    finally:
        for temporary, _ in held:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
    return Written({name: folder / NAMES[name] for name in made}, notes, failed)


def _make(
    assessment: Assessment, formats: Sequence[str], tell: Callable[[str], None]
) -> tuple[dict[str, bytes], list[str], bool]:
    from lca.report import charts, html, pdf

    made: dict[str, bytes] = {}
    notes: list[str] = []
    page = None
    if {"html", "pdf"} & set(formats):
        tell("writing the report")
        engine = charts.warm()
        try:
            page = html.render(assessment)
        finally:
            engine.join()
        notes += page.notes
    for name in dict.fromkeys(formats):
        if name == "html":
            assert page is not None
            made[name] = page.text.encode("utf-8")
        elif name == "pdf":
            if pdf.available():
                tell("setting the pages")
                assert page is not None
                made[name] = pdf.render(page.text)
            else:
                notes.append(pdf.PANGO)
        elif name == "json":
            tell("writing assessment.json")
            made[name] = assessment.to_json().encode("utf-8")
        else:
            tell("writing results.csv")
            made[name] = results_csv(assessment)
    return made, notes, page is not None and bool(page.notes)
