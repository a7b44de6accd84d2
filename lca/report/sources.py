"""Sections 6 and 8: factors with their sources, and how to make every figure again."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from lca.catalogue import hourly
from lca.catalogue.factor_set import Factor
from lca.catalogue.lookups import LOOKUPS
from lca.engine.trace import used
from lca.language import said, say, spoken
from lca.report import numbers as n
from lca.report import unused
from lca.report.parts import Cell, Column, DataFile, Pair, Row, Table, View
from lca.report.words import EVIDENCE, capital, clean
from lca.resources import folder
from lca.version import VERSION

if TYPE_CHECKING:
    from lca.assessment import Assessment

FACTORS_SHOWN, INPUTS_SHOWN, FOOTNOTES = 60, 30, 3


class Source(View):
    """A source of factors."""

    number: int = Field(description="Number by which the table of factors leads here")
    title: str = Field(description="Title")
    text: str = Field(description="Publisher, year and address")
    licence: str = Field(description="Licence and the attribution it asks for")


class Factors(View):
    """Section 6."""

    table: Table = Field(description="Factors in use, by the share of the total that rests on them")
    sources: list[Source] = Field(description="Their sources")


#: quantity of a factor of scope 1 and of the supply of its fuels -> what it is, for readers
OF_SCOPE_1 = {
    "fuel_direct_per_litre": said("emissions of burning fuel"), "fuel_direct_per_kwh": said("emissions of burning fuel"),
    "fuel_wtt_per_litre": said("supply of fuel, well to tank"), "fuel_wtt_per_kwh": said("supply of fuel, well to tank"),
    "refrigerant_gwp": said("global warming potential of a refrigerant"),
}  # fmt: skip


def factors(a: Assessment) -> Factors:
    """Factors in use, by the share of the total that rests on each, and their sources."""
    ordered, overall = _weights(a)
    made: list[Source] = []
    rows: list[Row] = []
    for f, meaning, weight in ordered:
        number = cite(made, a.catalogue.source_of(f)) if f.set_id != "profile" else 0
        if len(rows) == FACTORS_SHOWN:
            continue
        place = clean(f.name if f.name and f.name != f.quantity else "", 60)
        rows.append(Row(anchor=f"factor-{len(rows) + 1}", cells=[
            Cell(text=clean(f"{capital(say(meaning))}{f': {place}' if place else ''}", 120), sub=clean(f.id, 90)),
            Cell(text=n.unit_text(f.printed), sub=_bounds(f)), Cell(text=_years(f)),
            Cell(text=f.evidence, kind="warn" if f.evidence == "C" else ""),
            Cell(text=n.share(weight, overall), kind="") if weight else Cell(text=n.DOES_NOT_APPLY, kind="none"),
            Cell(text=str(number), href=f"source-{number}") if number else Cell(text=say("profile")),
        ]))  # fmt: skip
    heads = [Column(label=say("Factor"), width=41), Column(label=say("Value as printed"), width=22), Column(label=say("Year"), width=9),
             Column(label=say("Evidence"), width=9), Column(label=say("Share"), unit=say("of the total"), width=11, right=True), Column(label=say("Source"), width=8, right=True)]  # fmt: skip
    notes = [say("Evidence {grades}. Share: entries whose total rests on the factor, as a share of the total; shares overlap. A dash: the factor serves other figures, such as scope 2 or water.", grades="; ".join(f"{k}: {say(v)}" for k, v in EVIDENCE.items() if k != "own"))]  # fmt: skip
    if len(ordered) > len(rows):
        notes.append(say("{n} more factors in use are named in results.csv.", n=n.count(len(ordered) - len(rows))))
    lead = say(
        "{factors} from {sources} in use. Values are printed as their sources give them.",
        factors=n.counted(len(ordered), "factor"),
        sources=n.counted(len(made), "source"),
    )
    return Factors(table=Table(lead=lead, columns=heads, rows=rows, notes=notes), sources=made)


def largest(made: Factors) -> list[str]:
    """The sources of the emission factors on which most of the total rests, for the foot of the first page."""
    emitting = [row for row in made.table.rows if "CO₂e" in row.cells[1].text]
    numbers = [int(row.cells[-1].text) for row in emitting if row.cells[-1].text.isdigit()]
    return [
        f"{made.sources[x - 1].title}, {made.sources[x - 1].text}" for x in list(dict.fromkeys(numbers))[:FOOTNOTES]
    ]


def _weights(a: Assessment) -> tuple[list[tuple[Factor, str, float]], float]:
    """(factor, meaning, sum of the totals that rest on it), the largest first; and the sum of all totals."""
    total = a.columns.get("total_co2e")
    size = np.nan_to_num(total) if total is not None else np.zeros(a.rows)
    of_total = used(a.plan, a.columns, ["total_co2e"])
    held: dict[int, tuple[str, float]] = {}
    for lookup in {lookup.column: lookup for lookup in LOOKUPS}.values():
        code = a.activities.columns.get(f"{lookup.column}__factor")
        if code is None:
            continue
        rows = a.evidence.is_used(lookup.column) & (code >= 0)
        inside = size[rows] * of_total[lookup.column][rows] if lookup.column in of_total else np.zeros(int(rows.sum()))
        codes, at = np.unique(code[rows], return_inverse=True)
        for factor, weight in zip(codes.tolist(), np.bincount(at, inside, len(codes)).tolist(), strict=True):
            before = held.get(factor)
            if before is None or weight > before[1]:
                held[factor] = (lookup.meaning, weight)
    single: dict[str, tuple[Factor, str, float]] = {}  # a factor that stands for several series is told as each of them
    for position, (meaning, weight) in held.items():
        for part in hourly.parts(a.catalogue, a.resolved.factors[position]):
            known = single.get(part.id)
            single[part.id] = (part, meaning, weight + (known[2] if known else 0.0))
    for factor in (f for entry in a.burnt if entry.counted for f in entry.factors):
        single.setdefault(factor.id, (factor, OF_SCOPE_1[factor.quantity], 0.0))
    return sorted(single.values(), key=lambda item: -item[2]), float(size.sum())


def _years(f: Factor) -> str:
    if f.first_year is None:
        return n.DOES_NOT_APPLY
    return (
        str(f.first_year) if f.last_year in (None, f.first_year) else f"{f.first_year}{n.DOES_NOT_APPLY}{f.last_year}"
    )


def _bounds(f: Factor) -> str:
    """The interval of a factor, in its canonical unit."""
    known = [x for x in (f.low, f.high) if x == x]
    if not known:
        return ""
    told = (
        n.span(n.digits(f.low), n.digits(f.high)) if len(known) == 2 else say("bound {value}", value=n.digits(known[0]))
    )
    return told if f.unit == "1" else f"{told} {n.unit_text(f.unit)}"


def cite(held: list[Source], entry: Mapping[str, Any]) -> int:
    """Number of a source in the list, which it joins if it is not there yet."""
    source = _source(entry, len(held) + 1)
    known = next((s.number for s in held if (s.title, s.text) == (source.title, source.text)), 0)
    if not known:
        held.append(source)
    return known or source.number


def _source(s: Mapping[str, Any], number: int) -> Source:
    parts = [str(s[k]) for k in ("publisher", "year", "path") if s.get(k)]
    licence = [
        f"{label}: {s[k]}"
        for k, label in (("licence", say("Licence")), ("attribution", say("Attribution")))
        if s.get(k)
    ]
    return Source(number=number, title=clean(str(s.get("title") or s.get("key") or ""), 200), text=clean(", ".join(parts), 240),
                  licence=clean(". ".join(licence), 300))  # fmt: skip


def reproduce(a: Assessment) -> list[Pair]:
    """Versions and the commands that make any figure again."""
    digests = "\n".join(sorted(f"{r.cite} {r.digest}" for r in a.plan.rules))
    return [
        Pair(term=say("Tool"), text=f"lca {VERSION}, Python {platform.python_version()}, numpy {np.__version__}"),
        *_spoken(),
        Pair(term=say("Made"), text=a.made.strftime("%Y-%m-%dT%H:%M:%SZ")),
        Pair(term=say("Profile"), text=f"{a.profile.id}, sha256 {a.profile.sha256}"),
        Pair(term=say("Rules"), text=say("{rules} in the plan, sha256 of their digests {sha256}", rules=n.counted(len(a.plan.rules), "rule"), sha256=hashlib.sha256(digests.encode()).hexdigest())),
        Pair(term=say("Any figure"), text=say("lca explain RUNS --run ID --quantity total_co2e prints each rule, its inputs and each factor with its source")),
        Pair(term=say("Any rule"), text=say("lca rules ID prints formula, units, references, worked example and digest")),
        Pair(term=say("Any factor"), text=say("lca factors ID prints value, scope, year, source and licence")),
        Pair(term=say("The same bytes"), text=f"SOURCE_DATE_EPOCH={int(a.made.timestamp())} lca report RUNS --profile {clean(a.profile.id, 60)}{_language()}"),
    ]  # fmt: skip


def _spoken() -> list[Pair]:
    """Which language it is that the report is not English in, and how much of it stands in English all the same."""
    language = spoken()
    if language is None:
        return []
    name, translated, whole = (
        f"{language.title} ({language.tag})",
        n.count(language.translated),
        n.count(language.whole),
    )
    text = say(
        "{language}: {n} of {whole} messages differ from the English; the others are the same, or stand in English",
        language=name, n=translated, whole=whole,
    )  # fmt: skip
    return [Pair(term=say("Language"), text=text)]


def _language() -> str:
    language = spoken()
    return "" if language is None else f" --lang {clean(language.asked, 60)}"


def hashes(a: Assessment, data: Sequence[DataFile] = ()) -> list[Table]:
    """Inputs, factor sets and the files that go with the report, with their digests."""
    inputs = a.intake.inputs
    rows = [
        Row(cells=[
            Cell(text=clean(os.path.basename(i.path) or i.path, 60)), Cell(text=n.count(i.records)),
            Cell(text=n.count(i.quarantined), kind="warn" if i.quarantined else ""), Cell(text=i.sha256, kind="hash"),
        ])
        for i in inputs[:INPUTS_SHOWN]
    ]  # fmt: skip
    notes = (
        [say("{n} more inputs in assessment.json.", n=n.count(len(inputs) - len(rows)))]
        if len(inputs) > len(rows)
        else []
    )
    first = Table(dense=True, title=said("Inputs"), columns=[Column(label=say("File"), width=29), Column(label=say("Records"), width=9, right=True),
                  Column(label=say("Set aside"), width=9, right=True), Column(gap=True, label="sha256", width=53)], rows=rows, notes=notes)  # fmt: skip
    shipped = folder("factors")
    sets = [
        Row(cells=[
            Cell(text=clean(s.id, 60), sub=n.unit_text(clean(s.gwp, 160)) if s.path.is_relative_to(shipped) else say("laid over the shipped sets by the user")),
            Cell(text=clean(s.version, 20)), Cell(text=s.sha256, kind="hash"),
        ])
        for s in a.catalogue.sets
    ]  # fmt: skip
    second = Table(dense=True, title=said("Factor sets"), columns=[Column(label=say("Set"), width=29), Column(label=say("Version"), width=18), Column(gap=True, label="sha256", width=53)],
                   rows=sets)  # fmt: skip
    return [*unused.table(a), first, second, *_files(data)]


def _files(data: Sequence[DataFile]) -> list[Table]:
    if not data:
        return []
    rows = [
        Row(cells=[Cell(text=x.name), Cell(text=n.count(len(x.data))), Cell(text=say("in the PDF too") if x.inside else say("beside the report")),
                   Cell(text=hashlib.sha256(x.data).hexdigest(), kind="hash")])
        for x in data
    ]  # fmt: skip
    heads = [
        Column(label=say("File"), width=18),
        Column(label=say("Bytes"), width=12, right=True),
        Column(label=say("Where"), width=17, gap=True),
        Column(label="sha256", width=53),
    ]
    return [Table(dense=True, title=said("Data files"), columns=heads, rows=rows)]
