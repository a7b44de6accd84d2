"""What the interval rests on: contributions to variance, one-at-a-time sensitivity with its chart, and what would narrow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lca.catalogue.lookups import LOOKUPS
from lca.engine import origin
from lca.engine.advice import TOLD
from lca.engine.sensitivity import OTHER, PARAMETER_OF, Contribution
from lca.language import plural, said, say
from lca.report import charts
from lca.report import numbers as n
from lca.report.parts import Cell, Chart, Column, Key, Row, Table
from lca.report.sums import whole
from lca.report.words import capital, clean, small

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: colours of what lies below and above the total
BELOW, ABOVE = "#0b5c8f", "#c2703d"
_MEANINGS = {lookup.quantity: lookup.meaning for lookup in reversed(LOOKUPS)}  # the first of a kind names it


def meaning_of(column: str) -> str:
    """What an input is, in words."""
    from lca.engine.reasons import MEANINGS

    return say(MEANINGS.get(column) or column.replace("_", " ")).replace("`", "")


def name_of(a: Assessment, c: Contribution) -> str:
    """What a contribution comes from, in words."""
    if c.source is not None and c.source.factor >= 0:
        quantity = a.resolved.factors[c.source.factor].quantity
        return capital(say(_MEANINGS.get(quantity, quantity.replace("_", " "))))
    return capital(meaning_of(c.column))


def _where(a: Assessment, c: Contribution) -> str:
    if c.source is None:
        who = clean(a.activities.runs[c.run].id, 60)
        if c.runs > 1:
            return say(
                "intervals that {runs} state, that of {who} moves it most", runs=n.counted(c.runs, "run"), who=who
            )
        rows = np.flatnonzero((a.activities.run_of_row == c.run) & ~np.isnan(a.activities.column(c.column)))
        behind = origin.of(a, c.column, int(rows[0]))
        told = clean(say(behind), 120)
        return (
            say("stated by run {who}", who=who)
            if behind == origin.STATED
            else say("run {who}: {told}", who=who, told=told)
        )
    if c.source.factor >= 0:
        factor = a.resolved.factors[c.source.factor]
        return f"{n.unit_text(factor.printed)} · {factor.id}"
    return say("as the runs state it: {why}", why=say(c.source.why))


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
        Column(label=say("Input"), width=26), Column(label=say("Value and source"), width=40), Column(label=say("Share of variance"), width=10, right=True),
        Column(label=say("Moves it by"), unit=unit.unit, width=12, right=True), Column(label=say("to"), unit=unit.unit, width=12, right=True),
    ]  # fmt: skip
    notes = []
    if len(made.contributions) > len(shown):
        rest = sum(c.variance for c in made.contributions[len(shown) :])
        notes.append(
            say(
                plural(
                    len(made.contributions) - len(shown),
                    "{n} more input makes up the other {share}.",
                    "{n} more inputs make up the other {share}.",
                    n=n.count(len(made.contributions) - len(shown)),
                    share=n.share(rest, made.variance),
                )
            )
        )
    bare = a.summary.sampler.spreads.unknown
    if bare:
        names = n.listed(sorted(a.resolved.factors[code].id for code in bare)[:3])
        notes.append(
            say(
                plural(
                    len(bare),
                    "{n} factor in use has neither an interval nor scores and adds nothing to it: {names}.",
                    "{n} factors in use have neither an interval nor scores and add nothing to it: {names}.",
                    n=n.count(len(bare)),
                    names=names,
                )
            )
        )
    return Table(
        title=said("What makes the interval as wide as it is"), columns=heads, rows=rows, notes=notes,
        lead=say("Each input moved to the ends of its own 95 % interval, all else as it is. The shares are those of the variance of the total."),
    )  # fmt: skip


def _parameters(a: Assessment) -> Table:
    made, unit = a.sensitivity, n.scale(whole(a, "total_co2e").value, "kgCO2e")
    rows = [
        Row(cells=[Cell(text=say(e.parameter.label)), *(
            Cell(text=n.signed(x, unit)) if x else Cell(text="–", kind="none")
            for x in (e.low, e.high, e.step)
        ), Cell(text=n.share(e.variance, made.variance))])
        for e in made.effects
    ]  # fmt: skip
    heads = [
        Column(label=say("Parameter"), width=32), Column(label=say("At its lower end"), unit=unit.unit, width=17, right=True),
        Column(label=say("At its upper end"), unit=unit.unit, width=17, right=True), Column(label=say("Raised by 10 %"), unit=unit.unit, width=17, right=True),
        Column(label=say("Share of variance"), width=17, right=True),
    ]  # fmt: skip
    other = sum(c.variance for c in made.contributions if PARAMETER_OF.get(c.column, OTHER) is OTHER)
    notes = [
        say(
            "All inputs of a parameter move together here; – stands for no effect, or for a parameter that nothing gives an interval."
        )
    ]
    if other > 0:
        notes.append(
            say("Inputs of no parameter here make up {share} of the variance.", share=n.share(other, made.variance))
        )
    return Table(title=said("One parameter at a time"), columns=heads, rows=rows, notes=notes, lead=say("By how much the total changes."))  # fmt: skip


def chart(a: Assessment) -> Chart | None:
    """The tornado: one bar per parameter, the widest first."""
    made = [e for e in a.sensitivity.effects if e.low or e.high]
    if not made:
        return None
    unit = n.scale(whole(a, "total_co2e").value, "kgCO2e")
    rows = [
        {
            "group": say(e.parameter.label),
            "part": part,
            "value": value / unit.factor,
            "tip": f"{say(e.parameter.label)}: {n.signed(value, unit)} {unit.unit}",
        }
        for e in made
        for part, value in (("lower", min(e.low, e.high, 0.0)), ("higher", max(e.low, e.high, 0.0)))
    ]
    first = made[0]
    most = small(say(first.parameter.label))
    title = (
        say("The {parameter} moves the total most", parameter=most)
        if not most.isupper()
        else say("{parameter} moves the total most", parameter=most)
    )
    return Chart(
        title=title, unit=say("change of the total, {unit}", unit=unit.unit),
        svg=charts.stacked(title, rows, ["lower", "higher"], {"lower": BELOW, "higher": ABOVE}),
        keys=[Key(label=say("total falls"), colour=BELOW), Key(label=say("total rises"), colour=ABOVE)],
        sentence=say("Each bar reaches from the total with the parameter at one end of its 95 % interval to that at the other; the values stand in the table below."),
    )  # fmt: skip


def advice(a: Assessment) -> list[str]:
    """What to log or state first, each with the interval before and after."""
    unit = n.scale(whole(a, "total_co2e").value, "kgCO2e")

    def told(ends: tuple[float, float]) -> str:
        return n.interval(sum(ends) / 2, *ends, unit, 3)

    return [
        say(
            "{advice}: the interval of the total shrinks from {before} to {after} {unit}.",
            advice=say(x.text),
            before=told(x.before),
            after=told(x.after),
            unit=unit.unit,
        )
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
    return say(
        "The figure is computed from the values as they stand; the median of {draws} draws is {median} {unit}, since some intervals are lopsided.",
        draws=n.count(a.profile.uncertainty.draws),
        median=median.text,
        unit=median.unit,
    )
