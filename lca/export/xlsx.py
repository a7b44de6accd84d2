"""The assessment as a workbook: one sheet per table, units in the heads, text as text.

No text of a log or a profile becomes a formula or a link: every text is written as a string. The same assessment gives the same
bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from lca.catalogue import hourly
from lca.engine.derivation import unit_of
from lca.quantities import BY_NAME, NAMES
from lca.version import VERSION

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: rows of results beyond which results.csv holds the rest: a workbook of more opens slowly everywhere
ROWS = 20_000
#: the longest text that a cell holds
LONGEST = 32_767
_LABELS = ("run", "system", "stage", "status", "country", "cloud", "region", "site", "device", "year", "group")


def workbook(a: Assessment) -> bytes:
    """The workbook."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": a.profile.report.title or "Life-cycle assessment", "author": a.profile.organisation.name or "lca",
                         "comments": f"lca {VERSION}", "created": a.made.replace(tzinfo=None)})  # fmt: skip
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for name, heads, rows in _sheets(a):
        _sheet(book.add_worksheet(name), bold, heads, rows)
    book.close()
    return out.getvalue()


def _sheet(sheet: Any, bold: Any, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    widths = [len(head) for head in heads]
    for at, head in enumerate(heads):
        sheet.write_string(0, at, head, bold)
    number = 0
    for number, row in enumerate(rows, 1):
        for at, value in enumerate(row):
            if value is None or (isinstance(value, float) and not math.isfinite(value)):
                continue
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(number, at, value)
            else:
                text = "".join(c for c in str(value)[:LONGEST] if c >= " " or c in "\t\n")
                sheet.write_string(number, at, text)
                widths[at] = max(widths[at], min(len(text), 60))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(width, 60) + 1)
    sheet.freeze_panes(1, 0)
    if number:
        sheet.autofilter(0, 0, number, len(heads) - 1)


def _sheets(a: Assessment) -> Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]:
    yield "About", ("What", "Value"), _about(a)
    figures = ("value", "low", "median", "high", "unit", "tier", "rows", "missing", "reason", "rules", "factors")
    for name, by in (
        ("Total", ()),
        ("By stage", ("stage",)),
        ("By system", ("system",)),
        ("By system and stage", ("system", "stage")),
    ):
        yield name, (*by, "quantity", *figures), [
            [*(f["by"].get(k) for k in by), f["quantity"], *(_told(f.get(k)) for k in figures)] for f in a.figure_list(by) if f["by"] or not by
        ]  # fmt: skip
    yield "Views", ("view", "figure", "standard", "category", "value", "low", "high", "unit", "entries", "lacking", "reason"), [
        [x["view"], x["label"], x["standard"], x["category"], x["value"], x["low"], x["high"], x["unit"], x["rows"], x["missing"], x.get("reason")]
        for x in a.view_data["lines"]
    ]  # fmt: skip
    frame = a.results.head(ROWS)
    held = [n for n in NAMES if n in frame]
    labels = [n for n in _LABELS if n in frame]
    heads = [*labels, *(f"{n} [{BY_NAME[n].unit}]" for n in held)]
    yield "Results", heads, frame[[*labels, *held]].astype(object).itertuples(index=False, name=None)
    yield (
        "Factors",
        (
            "id",
            "quantity",
            "name",
            "value",
            "unit",
            "low",
            "high",
            "printed",
            "scope",
            "first year",
            "last year",
            "evidence",
            "set",
            "source",
            "publisher",
            "year",
            "address",
        ),
        _factors(a),
    )
    yield "Findings", ("severity", "code", "run", "field", "message", "count"), [
        [f.severity, f.code, f.run, f.field, f.message, f.count] for f in a.findings
    ]  # fmt: skip
    yield "Rules", ("rule", "gives", "unit", "formula", "tier", "reference", "sha256"), [
        [r.cite, r.gives, r.unit, r.formula, r.tier, "; ".join(r.references), r.digest] for r in a.plan.rules
    ]  # fmt: skip
    yield "Inputs", ("file", "sha256", "format", "records", "set aside"), [
        [i.path.replace("\\", "/").rpartition("/")[2], i.sha256, i.format, i.records, i.quarantined] for i in a.intake.inputs
    ]  # fmt: skip


def _about(a: Assessment) -> list[tuple[str, Any]]:
    left = len(a.results) - ROWS
    return [
        ("Title", a.profile.report.title or "Life-cycle assessment"), ("Organisation", a.profile.organisation.name),
        ("Made", a.made.strftime("%Y-%m-%dT%H:%M:%SZ")), ("Tool", f"lca {VERSION}"), ("Profile", f"{a.profile.id}, sha256 {a.profile.sha256}"),
        ("Runs", len(a.activities.runs)), ("Entries", a.rows), ("Records set aside", sum(i.quarantined for i in a.intake.inputs)),
        ("Empty cells", "not determined, or does not apply; the column reason says which. Nothing was filled in."),
        ("Sums of rows", "low and high are 95 % intervals; they do not add up over rows, since entries share inputs."),
        *([("Results", f"the first {ROWS} entries; {left} more are in results.csv")] if left > 0 else []),
    ]  # fmt: skip


def _factors(a: Assessment) -> Iterable[Sequence[Any]]:
    seen: set[str] = set()
    for f in a.resolved.factors:
        for part in hourly.parts(a.catalogue, f):
            if part.id in seen:
                continue
            seen.add(part.id)
            source = (
                {"title": part.notes, "publisher": "profile"}
                if part.set_id == "profile"
                else a.catalogue.source_of(part)
            )
            yield [part.id, part.quantity, part.name, part.value, part.unit or unit_of(a, part.quantity), part.low, part.high, part.printed, part.scope, part.first_year, part.last_year,
                   part.evidence, part.set_id, source.get("title"), source.get("publisher"), source.get("year"), source.get("path")]  # fmt: skip


def _told(value: Any) -> Any:
    return " ".join(value) if isinstance(value, list) else value
