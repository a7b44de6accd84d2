"""Sections 3, 4, 6 and 8: what the figures rest on, findings, factors with sources, and how to make them again."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from lca.catalogue.factor_set import Factor
from lca.catalogue.lookup import LOOKUPS
from lca.checks import SEVERITIES
from lca.checks import catalogue as check_catalogue
from lca.engine.trace import used
from lca.quantities import NAMES
from lca.report import numbers as n
from lca.report.parts import Cell, Column, Pair, Row, Table, View
from lca.report.sums import whole
from lca.report.words import EVIDENCE, clean, quantity
from lca.version import VERSION

if TYPE_CHECKING:
    from lca.assessment import Assessment

FACTORS_SHOWN, GAPS_SHOWN, INPUTS_SHOWN, EXAMPLES_SHOWN, INPUTS_MOVED = 60, 14, 25, 4, 10


class FindingGroup(View):
    """Findings of one code."""

    code: str = Field(description="Code")
    severity: str = Field(description="error, warning or info")
    count: str = Field(description="How many, in words")
    looks_for: str = Field(description="What was looked for")
    why: str = Field(description="Why it matters")
    remedy: str = Field(description="What to do")
    examples: list[str] = Field(description="The first of them, with run and field")
    more: str = Field(description="How many more there are, and where")


def lead(a: Assessment) -> str:
    """How many findings there are."""
    count = {s: sum(f.count for f in a.findings if f.severity == s) for s in SEVERITIES}
    return f"{n.counted(count['error'], 'error')}, {n.counted(count['warning'], 'warning')}, {n.counted(count['info'], 'note')}."


def findings(a: Assessment) -> list[FindingGroup]:
    """Findings by severity and code, each code once, with the first few of them."""
    groups: dict[tuple[str, str], list[str]] = {}
    counts: dict[tuple[str, str], int] = {}
    for f in a.findings:
        key = (f.severity, f.code)
        counts[key] = counts.get(key, 0) + f.count
        held = groups.setdefault(key, [])
        if len(held) < EXAMPLES_SHOWN:
            place = " · ".join(x for x in (clean(f.run or "", 60), f.field) if x)
            held.append(f"{place + ': ' if place else ''}{clean(f.message, 300)}")
    known = check_catalogue()
    out = []
    for (severity, code), examples in groups.items():
        check, total = known[code], counts[(severity, code)]
        rest = total - len(examples)
        out.append(FindingGroup(
            code=code, severity=severity, count=n.counted(total, "finding"), looks_for=f"{check.looks_for}.", why=check.why,
            remedy=check.remedy, examples=examples,
            more=f"{n.count(rest)} more in assessment.json" if rest > 0 else "",
        ))  # fmt: skip
    return out


def basis(a: Assessment) -> list[Table]:
    """What the interval rests on, and what is not determined."""
    out = []
    moved = _moved(a)
    if moved is not None:
        out.append(moved)
    out.append(_gaps(a))
    return out


def _moved(a: Assessment) -> Table | None:
    """Inputs by how far their bounds move the total."""
    found: dict[int, list[float]] = {}
    for block in a.summary.effects:
        if "total_co2e" not in block.low:
            continue
        lows, highs = block.low["total_co2e"], block.high["total_co2e"]
        sources, at = np.unique(block.source, return_inverse=True)
        for code, down, up in zip(
            sources.tolist(), np.bincount(at, lows).tolist(), np.bincount(at, highs).tolist(), strict=True
        ):
            held = found.setdefault(code, [0.0, 0.0])
            held[0] += down
            held[1] += up
    ordered = sorted(found.items(), key=lambda item: -max(abs(item[1][0]), abs(item[1][1])))
    ordered = [item for item in ordered if max(map(abs, item[1])) > 0]
    if not ordered:
        return None
    unit = n.scale(whole(a, "total_co2e").value, "kgCO2e")
    rows = []
    for code, (down, up) in ordered[:INPUTS_MOVED]:
        if code >= 0:
            factor = a.resolved.factors[code]
            name, stated = factor.quantity, f"{factor.printed} ({factor.id})"
        else:
            name, stated = "stated by a run", clean(a.activities.runs[(-2 - code) // max(_inputs(a), 1)].id, 60)
        low, high = sorted((down, up))
        rows.append(
            Row(
                cells=[
                    Cell(text=name),
                    Cell(text=stated),
                    Cell(text=n.column(low, unit)),
                    Cell(text=n.column(high, unit)),
                ]
            )
        )
    heads = [Column(label="Input", width=24), Column(label="Value", width=44), Column(label="At its bounds, from", unit=unit.unit, width=16, right=True),
             Column(label="to", unit=unit.unit, width=16, right=True)]  # fmt: skip
    notes = [f"{n.count(len(ordered) - len(rows))} more inputs move it less."] if len(ordered) > len(rows) else []
    return Table(title="What the interval rests on", columns=heads, rows=rows, notes=notes,
                 lead="How far the total moves when one input goes to its bounds. Measuring the first of them narrows the interval most.")  # fmt: skip


def _inputs(a: Assessment) -> int:
    columns = a.activities.columns
    return sum(1 for name in a.plan.inputs if f"{name}__low" in columns or f"{name}__high" in columns)


def _gaps(a: Assessment) -> Table:
    rows: list[Row] = []
    for f in a.figure_list(()):
        if f["quantity"] in NAMES and f["missing"] and len(rows) < GAPS_SHOWN + 3:
            rows.append(Row(cells=[
                Cell(text=quantity(f["quantity"]), sub=f["quantity"]),
                Cell(text=f"{n.count(f['missing'])} of {n.count(f['rows'])}"),
                Cell(text=clean(f"{'first: ' if f['missing'] > 1 else ''}{f.get('reason', '')}", 260)),
            ]))  # fmt: skip
    heads = [
        Column(label="Figure", width=26),
        Column(label="Entries without", width=16),
        Column(label="Because", width=58),
    ]
    return Table(title="What is not determined, and why", lead="Nothing was filled in: what is missing here is missing from the totals." if rows else
                 "Every figure is determined for every entry.", columns=heads if rows else [], rows=rows)  # fmt: skip


def factors(a: Assessment) -> Table:
    """Factors on which the total rests, by the share of it that each touches."""
    total = a.columns.get("total_co2e")
    size = np.nan_to_num(total) if total is not None else np.zeros(a.rows)
    overall = float(size.sum())
    weight: dict[int, float] = {}
    of_total = used(a.plan, a.columns, ["total_co2e"])
    for column in dict.fromkeys(lookup.column for lookup in LOOKUPS):
        code = a.activities.columns.get(f"{column}__factor")
        if code is None:
            continue
        rows = a.evidence.is_used(column) & (code >= 0)
        inside = size * of_total[column] if column in of_total else np.zeros(a.rows)
        for factor, w in zip(*_summed(code[rows], inside[rows]), strict=True):
            weight[factor] = max(weight.get(factor, 0.0), w)
    ordered = sorted(weight.items(), key=lambda item: -item[1])
    made = []
    for code_, w in ordered[:FACTORS_SHOWN]:
        f = a.resolved.factors[code_]
        source = a.catalogue.source_of(f) if f.set_id != "profile" else {"title": f.notes, "publisher": "profile"}
        bounds = _bounds(f)
        grade = Cell(text=f.evidence, kind="warn" if f.evidence == "C" else "")
        made.append(Row(cells=[
            Cell(text=f.quantity, sub=f.id), Cell(text=n.unit_text(f.printed), sub=n.unit_text(bounds)),
            Cell(text=str(f.first_year or n.DOES_NOT_APPLY)),
            Cell(text=clean(source.get("title", ""), 120), sub=clean(f"{source.get('publisher', '')}; {source.get('licence', '')}".strip("; "), 90)),
            grade, Cell(text=n.share(w, overall) if w else n.DOES_NOT_APPLY),
        ]))  # fmt: skip
    heads = [Column(label="Factor", width=27), Column(label="Value", width=17), Column(label="Year", width=7), Column(label="Source", width=33),
             Column(label="Evidence", width=8), Column(label="Total touched", width=8, right=True)]  # fmt: skip
    notes = ["Evidence " + "; ".join(f"{k}: {v}" for k, v in EVIDENCE.items() if k != "own") + ". “Total touched” is the share of the total that "
             "comes from entries whose total rests on the factor; shares overlap, and a dash marks factors of other figures."]  # fmt: skip
    if len(ordered) > len(made):
        notes.append(f"{n.count(len(ordered) - len(made))} more factors are listed in results.csv.")
    return Table(
        lead=f"{n.counted(len(ordered), 'factor')} in use. Values are printed as their sources give them.",
        columns=heads,
        rows=made,
        notes=notes,
    )


def _bounds(f: Factor) -> str:
    """The interval of a factor, in its canonical unit."""
    known = [x for x in (f.low, f.high) if x == x]
    if not known:
        return ""
    told = f"{n.digits(f.low)} to {n.digits(f.high)}" if len(known) == 2 else f"bound {n.digits(known[0])}"
    return told if f.unit == "1" else f"{told} {f.unit}"


def _summed(code: np.ndarray, size: np.ndarray) -> tuple[list[int], list[float]]:
    codes, at = np.unique(code, return_inverse=True)
    return codes.tolist(), np.bincount(at, size, len(codes)).tolist()


def sources(a: Assessment) -> list[Pair]:
    """Sources of the factors in use, with address, licence and attribution."""
    seen: dict[tuple[str, str], Pair] = {}
    for column in dict.fromkeys(lookup.column for lookup in LOOKUPS):
        for use in a.evidence.uses(column):
            f = use.factor
            if f.set_id == "profile" or (f.set_id, f.source) in seen:
                continue
            s = a.catalogue.source_of(f)
            parts = [s.get("publisher"), s.get("year"), s.get("path"), s.get("licence") and f"licence: {s['licence']}",
                     s.get("attribution") and f"attribution: {s['attribution']}"]  # fmt: skip
            seen[(f.set_id, f.source)] = Pair(
                term=clean(s.get("title", f.source), 200), text=clean(". ".join(str(p) for p in parts if p), 500)
            )
    return sorted({p.term: p for p in seen.values()}.values(), key=lambda p: p.term)


def reproduce(a: Assessment) -> list[Pair]:
    """Versions and the commands that make any figure again."""
    return [
        Pair(term="Tool", text=f"lca {VERSION}, Python {platform.python_version()}, numpy {np.__version__}"),
        Pair(term="Made", text=a.made.strftime("%Y-%m-%dT%H:%M:%SZ")),
        Pair(term="Profile", text=f"{a.profile.id}, sha256 {a.profile.sha256}"),
        Pair(term="Any figure", text="lca explain RUNS --run ID --quantity total_co2e prints each rule, its inputs and each factor with its source"),
        Pair(term="Any rule", text="lca rules ID prints formula, units, references, worked example and digest"),
        Pair(term="Any factor", text="lca factors ID prints value, scope, year, source and licence"),
        Pair(term="The same bytes", text=f"SOURCE_DATE_EPOCH={int(a.made.timestamp())} lca report RUNS --profile {clean(a.profile.id, 60)}"),
    ]  # fmt: skip


def hashes(a: Assessment) -> list[Table]:
    """Inputs and factor sets with their digests."""
    inputs = a.intake.inputs
    rows = [
        Row(
            cells=[
                Cell(text=clean(os.path.basename(i.path) or i.path, 90), sub=i.sha256),
                Cell(text=n.count(i.records)),
                Cell(text=n.count(i.quarantined)),
            ]
        )
        for i in inputs[:INPUTS_SHOWN]
    ]
    notes = [f"{n.count(len(inputs) - len(rows))} more inputs in assessment.json."] if len(inputs) > len(rows) else []
    first = Table(title="Inputs", columns=[Column(label="File and sha256", width=70), Column(label="Records", width=15, right=True),
                  Column(label="Set aside", width=15, right=True)], rows=rows, notes=notes)  # fmt: skip
    sets = [
        Row(cells=[Cell(text=s.id, sub=s.sha256), Cell(text=s.version), Cell(text=clean(s.licence, 60))])
        for s in a.catalogue.sets
    ]
    second = Table(title="Factor sets", columns=[Column(label="Set and sha256", width=60), Column(label="Version", width=15),
                   Column(label="Licence", width=25)], rows=sets)  # fmt: skip
    return [first, second]
