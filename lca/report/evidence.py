"""Sections 3 and 4: what the interval rests on, what is missing, what to improve first; and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from lca.checks import SEVERITIES, told_off
from lca.checks import catalogue as check_catalogue
from lca.language import said, say
from lca.quantities import NAMES
from lca.report import completeness, drawn, gaps, left_out, quality, uncertainty
from lca.report import numbers as n
from lca.report.parts import Block, Cell, Column, Row, Table, View
from lca.report.sums import PARTS, many, ranked, whole
from lca.report.words import clean, quantity, small

if TYPE_CHECKING:
    from lca.assessment import Assessment

EXAMPLES_SHOWN = 4
#: severity -> how a reader calls several of them
SEVERAL = {"error": said("Errors"), "warning": said("Warnings"), "info": said("Notes")}


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


class Severity(View):
    """Findings of one severity."""

    name: str = Field(description="Errors, Warnings or Notes")
    severity: str = Field(description="error, warning or info")
    groups: list[FindingGroup] = Field(description="By code, the most frequent first")


def lead(a: Assessment) -> str:
    """How many findings there are."""
    count = {s: sum(f.count for f in a.findings if f.severity == s) for s in SEVERITIES}
    told = f"{n.counted(count['error'], 'error')}, {n.counted(count['warning'], 'warning')}, {n.counted(count['info'], 'note')}."
    return " ".join(x for x in (told, say(told_off(a.findings_off))) if x)


def findings(a: Assessment) -> list[Severity]:
    """Findings by severity and code, each code once, with the first few of them."""
    groups: dict[tuple[str, str], list[str]] = {}
    counts: dict[tuple[str, str], int] = {}
    told: dict[tuple[str, str], int] = {}
    for f in a.findings:
        key = (f.severity, f.code)
        counts[key] = counts.get(key, 0) + f.count
        held = groups.setdefault(key, [])
        if len(held) < EXAMPLES_SHOWN:
            place = " · ".join(x for x in (clean(f.run or "", 60), clean(f.field, 60)) if x)
            held.append(f"{place + ': ' if place else ''}{n.unit_text(clean(say(f.message), 400))}")
            told[key] = told.get(key, 0) + f.count
    known = check_catalogue()
    out = []
    for severity in SEVERITIES:
        made = []
        for (level, code), examples in sorted(groups.items(), key=lambda item: (-counts[item[0]], item[0])):
            if level == severity:
                check, total, rest = known[code], counts[(level, code)], counts[(level, code)] - told[(level, code)]
                made.append(FindingGroup(
                    code=code, severity=severity, count=n.counted(total, "finding"), looks_for=f"{say(check.looks_for)}.".replace("`", ""),
                    why=say(check.why).replace("`", ""), remedy=say(check.remedy).replace("`", ""), examples=examples,
                    more=say("{n} more in assessment.json", n=n.count(rest)) if rest > 0 else "",
                ))  # fmt: skip
        if made:
            out.append(Severity(name=SEVERAL[severity], severity=severity, groups=made))
    return out


def basis(a: Assessment) -> list[Block]:
    """What the interval rests on, how good the data are, and what is not determined."""
    drawings = {"one-parameter-at-a-time": uncertainty.chart, "how-much-of-each-figure-is-measured": drawn.measured}
    tables = [*uncertainty.tables(a), *quality.tables(a), *completeness.tables(a), *left_out.tables(a), _gaps(a)]
    made = [(t, drawings[t.anchor](a) if t.anchor in drawings else None) for t in tables]
    return [Block(charts=[] if chart is None else [chart], table=t) for t, chart in made]


def improve(a: Assessment) -> list[str]:
    """What to improve first: the widest input, the largest part that rests on defaults, the largest gap."""
    total = whole(a, "total_co2e")
    out = uncertainty.advice(a)
    groups = ranked(a, ["system"], 1000)
    parts = many(a, PARTS, groups.code, groups.groups)
    defaults = [(parts[name][g].by_tier[3], g, name) for name in PARTS for g in range(len(groups.labels))]
    size, g, name = max(defaults, default=(0.0, 0, ""))
    if size > 0:
        out.append(say("{share} of the total is “{quantity}” of {system} and rests on averages or defaults. Section 4 names them; meter or state what they stand for.", share=n.share(size, total.value), quantity=small(quantity(name)), system=clean(groups.labels[g]["system"], 60)))  # fmt: skip
    missing, name = max((whole(a, name).missing, name) for name in PARTS[:2])
    if missing:
        out.append(say("“{quantity}” is missing for {missing} of {entries}: {why}.", quantity=quantity(name), missing=n.count(missing), entries=n.counted(a.rows, "entry", "entries"), why=gaps.why(a, name, limit=200)))  # fmt: skip
    return out


def _gaps(a: Assessment) -> Table:
    rows = [
        Row(cells=[
            Cell(text=quantity(f["quantity"]), sub=f["quantity"]), Cell(text=say("{missing} of {rows}", missing=n.count(f["missing"]), rows=n.count(f["rows"])), sub=gaps.weight(a, f["quantity"])),
            Cell(text=gaps.why(a, f["quantity"]), sub=gaps.size(a, f["quantity"])),
        ])
        for f in a.figure_list(())
        if f["quantity"] in NAMES and f["missing"] and not f["quantity"].startswith("sci_")  # they lack what their parts lack
    ]  # fmt: skip
    heads = [
        Column(label=say("Figure"), width=28),
        Column(label=say("Entries lacking"), width=16),
        Column(label=say("Because"), width=56),
    ]
    return Table(title=said("What is not determined, and why"), lead=say("Nothing was filled in: what is missing here is missing from the totals; what it would add by the nearest proxy stands below the reason. Where entries lack a figure for several reasons, the most frequent one stands here; lca explain gives that of any run.") if rows else
                 say("Every figure is determined for every entry.") if a.rows else say("There is no entry: no run lies in the period."), columns=heads if rows else [], rows=rows)  # fmt: skip
