"""The files of a report, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lca import limits, messages
from lca.errors import LanguageError, OutputError
from lca.export.write import results_csv
from lca.language import said, say, speaking
from lca.report.parts import DataFile

if TYPE_CHECKING:
    from lca.assessment import Assessment

NAMES = {
    "html": "report.html", "pdf": "report.pdf", "json": "assessment.json", "csv": "results.csv", "xlsx": "results.xlsx", "md": "summary.md",
    "summary": "summary.pdf",
}  # fmt: skip


#: file -> what it is, for who opens the PDF
DESCRIBED = {
    "assessment.json": said("The assessment as data: figures, findings, inputs and factor sets (lca-assessment/1)"),
    "results.csv": said("Every run and device group in full precision, with rules and factors"),
}


class Written(NamedTuple):
    """Paths by format, what could not be written and why, and whether that is a fault of what was asked for."""

    files: dict[str, Path]
    notes: list[str]
    failed: bool = False


def write(
    assessment: Assessment,
    folder: Path,
    formats: Sequence[str],
    tell: Callable[[str], None] = lambda _: None,
    language: str = "",
) -> Written:
    """Write the formats asked for into `folder`. All are made first, then put in place together.

    `language` is a name (`lca languages`) or the path of a file of messages; without it that of the profile, else English.
    Raises LanguageError where it cannot be used (one of the profile alone is noted, and English stands in), OutputError for an unknown format, a folder that cannot be written and a full disk; then nothing is left.
    """
    for name in formats:
        if name not in NAMES:
            raise OutputError(f"format {name}", "unknown format", f"Use {', '.join(NAMES)}.")
    spoken, unusable = (messages.load(language), "") if language else _of_profile(assessment)
    made, notes, failed = _make(assessment, formats, tell, spoken)
    if unusable:
        notes, failed = [unusable, *notes], True
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


def _of_profile(assessment: Assessment) -> tuple[messages.Messages | None, str]:
    """The language of the profile; and what is told where it cannot be used, so that the report is in English."""
    profile = assessment.profile
    try:
        return messages.load(profile.report.language or messages.ENGLISH, profile.folder), ""
    except LanguageError as error:
        return None, f"{error} The report is in English."


def _make(
    assessment: Assessment, formats: Sequence[str], tell: Callable[[str], None], language: messages.Messages | None
) -> tuple[dict[str, bytes], list[str], bool]:
    from lca.export import xlsx
    from lca.report import chart_engine, charts, fonts, html, markdown, pdf

    made: dict[str, bytes] = {}
    notes: list[str] = []
    asked = dict.fromkeys(formats)
    able = not {"pdf", "summary"} & set(asked) or pdf.available()
    with_pdf = "pdf" in asked and able
    if not able:
        notes.append(pdf.PANGO)
    elif {"pdf", "summary"} & set(asked) and limits.addresses() < limits.PAGES:
        able = with_pdf = False
        notes.append(said("The report has no PDF: {why}", why=limits.told(limits.PAGES)))
    if "json" in asked or with_pdf:  # the PDF carries both
        tell("writing assessment.json")
        made["json"] = assessment.to_json().encode("utf-8")
    if "csv" in asked or with_pdf:
        tell("writing results.csv")
        made["csv"] = results_csv(assessment)
    if "xlsx" in asked:
        tell("writing results.xlsx")
        made["xlsx"] = xlsx.workbook(assessment)
    if language is not None:
        notes += fonts.notes(language.letters)
    if {"html", "pdf"} & set(asked) and (why := chart_engine.hindrance()):
        notes.append(said("The report has no charts; its tables hold their values: {why}", why=why))
    if not {"html", "pdf", "md", "summary"} & set(asked):
        return {name: made[name] for name in asked}, notes, False
    tell("writing the report")
    data = [
        DataFile(NAMES[name], made[name], with_pdf and name != "xlsx" and len(made[name]) <= pdf.LARGEST)
        for name in ("json", "csv", "xlsx")
        if name in made
    ]
    with speaking(language):
        engine = charts.warm()
        try:
            page = html.render(assessment, data)
        finally:
            engine.join()
        made["html"] = page.text.encode("utf-8")
        if "md" in asked:
            made["md"] = markdown.render(page.report).encode("utf-8")
        if with_pdf:
            tell("setting the pages")
            inside = [
                pdf.Attached(x.name, say(DESCRIBED[x.name]), x.data) for x in data if x.inside and x.name in DESCRIBED
            ]
            made["pdf"] = pdf.render(html.for_print(page.text), inside, assessment.made)
        if "summary" in asked and able:
            versions = (pdf.render(html.summary(page.report, cut), [], assessment.made) for cut in range(3))
            for made["summary"] in versions:
                if pdf.pages(made["summary"]) == 1:
                    break
    return {name: made[name] for name in asked if name in made}, [*notes, *page.notes], bool(page.notes)
