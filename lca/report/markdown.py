"""A summary in Markdown, for a pull request, a wiki or a model card: the answer, what it is made of, what to improve."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lca.language import say
from lca.report.parts import Table

if TYPE_CHECKING:
    from lca.report.view import Report

#: signs that Markdown or HTML would read as more than text
_MARKS = re.compile(r"([\\`*_\[\]|<>~&$])")
#: what would make a heading, a list or a rule of a line that begins with it
_FIRST = re.compile(r"^(#|[-+=](?=\s|\S*$)|\d+(?=[.)]))")
_TABLES = ("results-by-life-cycle-stage", "results-by-system")


def render(r: Report) -> str:
    """The summary as text."""
    a = r.answer
    figure = " ".join(
        x for x in (f"**{escape(a.figure)} {escape(a.unit)}**", f"({escape(a.interval)})" if a.interval else "") if x
    )
    out = [
        f"# {escape(r.title)}",
        "",
        *(f"{escape(line)}  " for line in r.subtitle),
        "",
        f"{figure}: {escape(a.label)}",
        "",
        escape(a.sentence),
        "",
    ]
    if a.covers:
        out += [escape(a.covers), ""]
    out += [f"- {escape(k.value)}: {escape(k.label)}{_noted(k.notes)}" for k in a.keys]
    for block in r.results:
        if block.table.anchor in _TABLES:
            out += ["", f"## {escape(block.table.title)}", "", *_table(block.table)]
    if r.improve:
        out += [
            "",
            f"## {escape(say('What to improve first'))}",
            "",
            *(f"{number}. {escape(x)}" for number, x in enumerate(r.improve, 1)),
        ]
    out += [
        "",
        f"## {escape(say('What it rests on'))}",
        "",
        *(f"- **{escape(p.term)}.** {escape(p.text)}" for p in a.facts),
        f"- **{escape(say('Findings'))}.** {escape(r.findings_lead)}",
    ]
    out += [
        "",
        escape(say("Made on {day} by lca. {review}", day=r.made, review=r.review)),
        "",
    ]
    return "\n".join(out)


def escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    made = _MARKS.sub(r"\\\1", text.replace("\n", " "))
    return _FIRST.sub(lambda m: f"{m[1]}\\" if m[1].isdigit() else f"\\{m[1]}", made)


def _noted(notes: list[str]) -> str:
    return f" ({escape('; '.join(notes))})" if notes else ""


def _table(t: Table) -> list[str]:
    heads = [escape(c.label) + (f" [{escape(c.unit)}]" if c.unit else "") for c in t.columns]
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join('---:' if c.right else '---' for c in t.columns)}|"]
    for row in t.rows:
        cells = [escape(c.text) + escape(c.mark) for c in row.cells]
        lines.append(f"| {' | '.join(f'**{c}**' if row.total and c else c for c in cells)} |")
    return [*lines, *(f"\n{escape(x)}" for x in t.notes)]
