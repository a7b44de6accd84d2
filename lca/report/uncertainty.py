"""What the interval rests on: contributions to variance, one-at-a-time sensitivity with its chart, and what would narrow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca.catalogue.lookups import LOOKUPS
from lca.engine import origin
from lca.engine.advice import TOLD
from lca.engine.sensitivity import OTHER, PARAMETER_OF, Contribution
from lca.report import charts
from lca.report import numbers as n
from lca.report.parts import Cell, Chart, Column, Key, Row, Table
from lca.report.sums import whole
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: colours of what lies below and above the total
BELOW, ABOVE = "#0b5c8f", "#c2703d"
_MEANINGS = {lookup.quantity: lookup.meaning for lookup in reversed(LOOKUPS)}  # the first of a kind names it


def meaning_of(column: str) -> str:
    """What an input is, in words."""
    from lca.assessment import MEANINGS

    return MEANINGS.get(column) or column.replace("_", " ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def name_of(a: Assessment, c: Contribution) -> str:
    """What a contribution comes from, in words."""
    if c.source is not None and c.source.factor >= 0:
        quantity = a.resolved.factors[c.source.factor].quantity
        return _capital(_MEANINGS.get(quantity, quantity.replace("_", " ")))
    return _capital(meaning_of(c.column))


def _where(a: Assessment, c: Contribution) -> str:
    if c.source is None:
        who = clean(a.activities.runs[c.run].id, 60)
        if c.runs > 1:
            return f"intervals that {n.counted(c.runs, 'run')} state, that of {who} moves it most"
        rows = np.flatnonzero((a.activities.run_of_row == c.run) & ~np.isnan(a.activities.column(c.column)))
        told = clean(origin.of(a, c.column, int(rows[0])), 120)
        return f"stated by run {who}" if told == origin.STATED else f"run {who}: {told}"
    if c.source.factor >= 0:
        factor = a.resolved.factors[c.source.factor]
        return f"{n.unit_text(factor.printed)} · {factor.id}"
    return f"as the runs state it: {c.source.why}"


def tables(a: Assessment) -> list[Table]:
    """The ten inputs behind most of the width, and the sensitivity by parameter; nothing where no interval is known."""
    made = a.sensitivity
    if not made.contributions:
        return []
    return [_contributions(a), _parameters(a)]


def _contributions(a: Assessment) -> Table:
    made, unit = a.sensitivity, n.scale(whole(a, "total_co2e").value, "kgCO2e")
    shown = made.contributions[:TOLD]
    rows = [
        Row(cells=[Cell(text=name_of(a, c)), Cell(text=_where(a, c)), Cell(text=n.share(c.variance, made.variance)),
                   Cell(text=n.signed(min(c.low, c.high), unit)), Cell(text=n.signed(max(c.low, c.high), unit))])
        for c in shown
    ]  # fmt: skip
    heads = [
        Column(label="Input", width=26), Column(label="Value and source", width=40), Column(label="Share of variance", width=10, right=True),
        Column(label="Moves it by", unit=unit.unit, width=12, right=True), Column(label="to", unit=unit.unit, width=12, right=True),
    ]  # fmt: skip
    notes = []
    if len(made.contributions) > len(shown):
        rest = sum(c.variance for c in made.contributions[len(shown) :])
        notes.append(
            f"{n.counted(len(made.contributions) - len(shown), 'more input makes', 'more inputs make')} up the other {n.share(rest, made.variance)}."
        )
    bare = a.summary.sampler.spreads.unknown
    if bare:
        names = n.listed(sorted(a.resolved.factors[code].id for code in bare)[:3])
        notes.append(
            f"{n.counted(len(bare), 'factor in use has', 'factors in use have')} neither an interval nor scores and {'adds' if len(bare) == 1 else 'add'} nothing to it: {names}."
        )
    return Table(
        title="What makes the interval as wide as it is", columns=heads, rows=rows, notes=notes,
        lead="Each input moved to the ends of its own 95 % interval, all else as it is. The shares are those of the variance of the total.",
    )  # fmt: skip


def _parameters(a: Assessment) -> Table:
    made, unit = a.sensitivity, n.scale(whole(a, "total_co2e").value, "kgCO2e")
    rows = [
        Row(cells=[Cell(text=e.parameter.label), *(
            Cell(text=n.signed(x, unit)) if x else Cell(text="–", kind="none")
            for x in (e.low, e.high, e.step)
        ), Cell(text=n.share(e.variance, made.variance))])
        for e in made.effects
    ]  # fmt: skip
    heads = [
        Column(label="Parameter", width=32), Column(label="At its lower end", unit=unit.unit, width=17, right=True),
        Column(label="At its upper end", unit=unit.unit, width=17, right=True), Column(label="Raised by 10 %", unit=unit.unit, width=17, right=True),
        Column(label="Share of variance", width=17, right=True),
    ]  # fmt: skip
    other = sum(c.variance for c in made.contributions if PARAMETER_OF.get(c.column, OTHER) is OTHER)
    notes = [
        "All inputs of a parameter move together here; – stands for no effect, or for a parameter that nothing gives an interval."
    ]
    if other > 0:
        notes.append(f"Inputs of no parameter here make up {n.share(other, made.variance)} of the variance.")
    return Table(title="One parameter at a time", columns=heads, rows=rows, notes=notes, lead="By how much the total changes.")  # fmt: skip


def chart(a: Assessment) -> Chart | None:
    """The tornado: one bar per parameter, the widest first."""
    made = [e for e in a.sensitivity.effects if e.low or e.high]
    if not made:
        return None
    unit = n.scale(whole(a, "total_co2e").value, "kgCO2e")
    rows = [
        {
            "group": e.parameter.label,
            "part": part,
            "value": value / unit.factor,
            "tip": f"{e.parameter.label}: {n.signed(value, unit)} {unit.unit}",
        }
        for e in made
        for part, value in (("lower", min(e.low, e.high, 0.0)), ("higher", max(e.low, e.high, 0.0)))
    ]
    first = made[0]
    most = f"{first.parameter.label[:1].lower() if not first.parameter.label[:2].isupper() else first.parameter.label[:1]}{first.parameter.label[1:]}"
    title = f"The {most} moves the total most" if not most.isupper() else f"{most} moves the total most"
    return Chart(
        title=title, unit=f"change of the total, {unit.unit}",
        svg=charts.stacked(title, rows, ["lower", "higher"], {"lower": BELOW, "higher": ABOVE}),
        keys=[Key(label="total falls", colour=BELOW), Key(label="total rises", colour=ABOVE)],
        sentence="Each bar reaches from the total with the parameter at one end of its 95 % interval to that at the other; the values stand in the table below.",
    )  # fmt: skip


def advice(a: Assessment) -> list[str]:
    """What to log or state first, each with the interval before and after."""
    unit = n.scale(whole(a, "total_co2e").value, "kgCO2e")

    def told(ends: tuple[float, float]) -> str:
        return n.interval(sum(ends) / 2, *ends, unit, 3)

    return [
        f"{x.text}: the interval of the total shrinks from {told(x.before)} to {told(x.after)} {unit.unit}."
        for x in a.sensitivity.advice
    ]


def named(a: Assessment, limit: int) -> tuple[list[str], int]:
    """The kinds of input behind the interval, those behind most of it first, and how many more there are."""
    names = list(dict.fromkeys(name_of(a, c) for c in a.sensitivity.contributions))
    return names[:limit], max(len(names) - limit, 0)


def medians(a: Assessment) -> str:
    """How the median of the draws lies to the headline, where a reader would see a difference."""
    total = whole(a, "total_co2e")
    if total.median is None or not total.value:
        return ""
    value, median = n.amount(total.value, "kgCO2e"), n.amount(total.median, "kgCO2e")
    if (value.text, value.unit) == (median.text, median.unit):
        return ""
    return f"The figure is computed from the values as they stand; the median of {n.count(a.profile.uncertainty.draws)} draws is {median.text} {median.unit}, since some intervals are lopsided."
