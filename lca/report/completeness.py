"""Completeness: what was expected against what was found, in section 3 and on the first page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lca.language import plural, said, say
from lca.report import numbers as n
from lca.report.cells import SHORT
from lca.report.parts import Cell, Column, Pair, Row, Table
from lca.report.words import clean
from lca.shortfalls import ENERGIES, HOURS, MEASURES, Compared, Gap, amounts, told

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: missing runs and shortfalls that are told one by one
SHOWN = 20
NOT_TESTED = said(
    "Not tested: nothing says what should be there. A list of jobs, a scheduler export or a bill given with --expect does."
)


def fact(a: Assessment) -> Pair:
    """What is missing of what was expected, for the first page."""
    made = a.completeness
    if made is None:
        return Pair(term=say("Completeness"), text=NOT_TESTED)
    text = " ".join(_sentence(c) for c in made.compared)
    if made.missing or any(c.short for c in made.compared):
        text = f"{text} {say('The total lacks what is missing; section 3 names it.')}"
    return Pair(term=say("Completeness"), text=text)


def label(a: Assessment, label: str) -> str:
    """The label of a total, with what it says of runs that are missing from it."""
    missing = a.completeness.missing if a.completeness is not None else 0
    return (
        say(
            plural(
                missing,
                "{label}; {n} expected run is missing from it",
                "{label}; {n} expected runs are missing from it",
                label=label,
                n=n.count(missing),
            )
        )
        if missing
        else label
    )


def _sentence(c: Compared) -> str:
    name = clean(c.source.name, 60)
    parts = []
    if c.names_runs:
        parts.append(
            say(
                "{found} of {runs} that {name} expects are here",
                found=n.count(c.found),
                runs=n.counted(c.expected, "run"),
                name=name,
            )
        )
    for m in c.measures:
        unit = MEASURES[m.quantity][1]
        if m.missing > 0:
            told = {"missing": n.digits(m.missing), "expected": n.digits(m.expected), "unit": unit}
            if c.names_runs:
                parts.append(say("{missing} of {expected} {unit} are missing", **told))
            else:
                parts.append(say("{missing} of {expected} {unit} that {name} expects are missing", **told, name=name))
        elif not parts:
            parts.append(
                say(
                    "{name} and the logs agree on {expected} {unit}",
                    name=name,
                    expected=n.digits(m.expected),
                    unit=unit,
                )
            )
    return f"{'; '.join(parts) or say('{name} could not be compared', name=name)}."


def tables(a: Assessment) -> list[Table]:
    """What each file expects, and what of it is missing; nothing where nothing was expected."""
    if a.completeness is None:
        return [Table(title=said("Expected against found"), columns=[], rows=[], lead=NOT_TESTED)]
    return [_compared(a), *([_missing(a)] if _has_gaps(a) else [])]


def _has_gaps(a: Assessment) -> bool:
    return a.completeness is not None and any(c.gaps or c.short for c in a.completeness.compared)


def _compared(a: Assessment) -> Table:
    assert a.completeness is not None
    rows, notes = [], []
    for c in a.completeness.compared:
        name = clean(c.source.name, 60)
        if c.names_runs:
            cells = (n.count(c.expected), n.count(c.found), n.count(len(c.gaps)))
            rows.append(_line(name, say("runs, from {format}", format=c.source.made.format), cells, bool(c.gaps)))
        for m in c.measures:
            cells = (n.digits(m.expected), n.digits(m.found), n.digits(m.missing))
            rows.append(_line(name, _unit(m.quantity), cells, m.missing > 0))
        if c.source.faults:
            notes.append(
                say(
                    "{name}: {records} could not be used, named in section 4.",
                    name=name,
                    records=n.counted(c.source.made.quarantined, "record"),
                )
            )
        notes += [f"{name}: {clean(note, 240)}." for note in c.notes]
    if a.completeness.unexpected:
        notes.append(
            say(
                "{runs_count} that no list of what was expected names: section 4.",
                runs_count=n.counted(len(a.completeness.unexpected), "run counts", "runs count"),
            )
        )
    heads = [Column(label=say("File"), width=28), Column(label=say("What"), width=27), Column(label=say("Expected"), width=15, right=True),
             Column(label=say("Found"), width=15, right=True), Column(label=say("Missing"), width=15, right=True)]  # fmt: skip
    return Table(
        title=said("Expected against found"), columns=heads, rows=rows, notes=notes,
        lead=say("What was expected goes through the same rules and is never counted. Less than expected is missing, beyond 1 %; more of one run never makes up for less of another."),
    )  # fmt: skip


def _line(name: str, what: str, cells: tuple[str, str, str], gap: bool) -> Row:
    expected, found, missing = cells
    return Row(cells=[Cell(text=name), Cell(text=what, kind="muted"), Cell(text=expected), Cell(text=found), Cell(text=missing, kind="warn" if gap else "")])  # fmt: skip


def _unit(quantity: str) -> str:
    return MEASURES[quantity][1] if quantity in (*HOURS, *ENERGIES) else quantity


def _missing(a: Assessment) -> Table:
    assert a.completeness is not None
    gaps = [(c.source.name, g) for c in a.completeness.compared for g in c.gaps]
    short = [(c.source.name, s) for c in a.completeness.compared for s in c.short]
    gaps.sort(key=lambda item: -_size(item[1]))
    rows = [
        Row(cells=[Cell(text=clean(g.id, 60)), Cell(text=say("no log was given; expected by {name}{of}", name=clean(name, 60), of=_of(g))),
                   Cell(text=n.phrase(g.co2e, "kgCO2e")) if g.co2e == g.co2e else Cell(text=SHORT, kind="missing")])
        for name, g in gaps[:SHOWN]
    ]  # fmt: skip
    rows += [
        Row(cells=[Cell(text=clean(s.run or s.what or say("the sum"), 60)), Cell(text=clean(say(told(name, s)), 240)), Cell(text=n.DOES_NOT_APPLY, kind="none")])
        for name, s in short[: max(SHOWN - len(rows), 3)]
    ]  # fmt: skip
    known = [g.co2e for _, g in gaps if g.co2e == g.co2e]
    notes = []
    if known:
        notes.append(
            say(
                "By the same rules {missing_runs} would add about {amount}. No total holds it.",
                missing_runs=n.counted(len(known), "missing run"),
                amount=n.phrase(math.fsum(known), "kgCO2e"),
            )
        )
    if len(known) < len(gaps):
        notes.append(
            say(
                "n/a: what is known of {missing_runs} gives no emissions.",
                missing_runs=n.counted(len(gaps) - len(known), "missing run"),
            )
        )
    rest = len(gaps) + len(short) - len(rows)
    if rest > 0:
        notes.append(say("{rest} more in assessment.json.", rest=n.count(rest)))
    heads = [
        Column(label=say("Run or sum"), width=26),
        Column(label=say("What is missing"), width=56),
        Column(label=say("Would add"), width=18, right=True),
    ]
    return Table(
        title=said("What is missing"),
        columns=heads,
        rows=rows,
        notes=notes,
        lead=say("Gaps stay gaps: nothing was filled in."),
    )


def _size(gap: Gap) -> float:
    return gap.co2e if gap.co2e == gap.co2e else -1.0


def _of(gap: Gap) -> str:
    what = amounts(gap.amounts)
    return f": {say(what)}" if what else ""
