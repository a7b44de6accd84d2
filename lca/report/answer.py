"""Section 1: the answer. One figure, one sentence, what it is made of, four key figures, how much is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from lca.language import say
from lca.report import (
    alternatives,
    completeness,
    covers,
    gaps,
    hardware,
    headline,
    instruments,
    left_out,
    quality,
    roles,
    unused,
)
from lca.report import numbers as n
from lca.report.headline import Headline, KeyFigure, bounds
from lca.report.parts import Bar, Pair, View, bar
from lca.report.sums import PARTS, Sum, many, ranked, tiers, whole
from lca.report.words import EMBODIED, END_OF_LIFE, ORDER, STAGES, TIERS, capital, clean, small, stage, way

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: share of the total from which on the largest system is named in the sentence
NOTABLE = 0.2


class Answer(View):
    """The first page."""

    figure: str = Field(description="The total")
    unit: str = Field(description="Its unit")
    interval: str = Field(description="95 % interval, empty where none is known")
    label: str = Field(description="What the figure is")
    covers: str = Field(description="What the interval covers, and what it does not")
    sentence: str = Field(description="What the figure means, in plain words")
    parts: Bar | None = Field(description="What the figure is made of; None where it is no sum")
    keys: list[KeyFigure] = Field(description="Four key figures")
    quality: Bar = Field(description="How much of the total is measured, modelled, rated, default")
    quality_of: str = Field(description="Of what these are shares, where that is not the figure itself")
    facts: list[Pair] = Field(description="Boundary, runs, period, what was set aside")
    sources: list[str] = Field(
        default_factory=list, description="Sources of the factors with the largest share of the figure"
    )


def build(a: Assessment) -> Answer:
    """The first page of an assessment."""
    total = whole(a, "total_co2e")
    made = {name: whole(a, name) for name in PARTS}
    sets = alternatives.found(a)
    if sets is not None:
        led = headline.span(a, sets)
    elif a.profile.view == "ghg-protocol" and a.view_data["lines"]:
        led = headline.ghg(a)
    elif a.profile.view == "sci" and a.view_data["lines"]:
        led = headline.sci(a)
    else:
        led = _life_cycle(a, total, made)
    own = sets is None and a.profile.view == "life-cycle"
    return Answer(
        figure=led.figure, unit=led.unit, interval=led.interval, label=completeness.label(a, led.label), covers=led.covers, sentence=led.sentence, parts=led.parts,
        keys=led.keys, quality=_quality(made), quality_of="" if own else _whose_quality(sets is not None), facts=_with_role(a, led, _facts(a, total, made, sets is not None)),
    )  # fmt: skip


def _with_role(a: Assessment, led: Headline, facts: list[Pair]) -> list[Pair]:
    """The facts of the headline and of all reports; what rests on an assumed role first where scopes lead."""
    role = roles.fact(a)
    return [*led.facts, *role, *facts] if a.profile.view == "ghg-protocol" else [*led.facts, *facts, *role]


def _whose_quality(summed: bool) -> str:
    return (
        say("Shares of the sum over all alternatives.")
        if summed
        else say("Shares of the life-cycle total, from whose entries this view is drawn.")
    )


def _life_cycle(a: Assessment, total: Sum, made: dict[str, Sum]) -> Headline:
    amount = n.amount(total.value, "kgCO2e")
    stages = _stages(a)
    return Headline(
        amount.text, amount.unit, bounds(total.value, total.low, total.high, "kgCO2e"), say("life-cycle total, electricity location-based"),
        covers.told(a) if total.value else "", _sentence(a, total, made, stages), _parts(made, stages), _keys(a, total, made), [],
    )  # fmt: skip


def _stages(a: Assessment) -> list[tuple[str, Sum]]:
    order = ranked(a, ["stage"], len(ORDER), ORDER)
    electricity = many(a, ["use_co2e"], order.code, order.groups)["use_co2e"]
    return [(g["stage"], s) for g, s in zip(order.labels, electricity, strict=False)]


def _sentence(a: Assessment, total: Sum, made: dict[str, Sum], stages: list[tuple[str, Sum]]) -> str:
    if not a.rows:
        return say("No run of the logs lies in the period of the report; section 3 lists those outside it.")
    if not total.value:
        return say("No emissions could be determined from what the logs give; section 3 says what is missing.")
    pieces = [(say("the electricity of {stage}", stage=small(stage(s))), x.value or 0.0) for s, x in stages]
    hardware = (made["embodied_co2e"].value or 0.0) + (made["end_of_life_co2e"].value or 0.0)
    pieces.append((say("the making and disposal of the hardware"), hardware))
    pieces = sorted((p for p in pieces if p[1] > 0), key=lambda p: -p[1])
    told = say("{part} makes up {share} of it", part=capital(pieces[0][0]), share=n.share(pieces[0][1], total.value))
    if len(pieces) > 1:
        told = say("{first}, {part} {share}", first=told, part=pieces[1][0], share=n.share(pieces[1][1], total.value))
    top = ranked(a, ["system"], 1)
    if top.rest or len(top.labels) > 1:
        largest = many(a, ["total_co2e"], top.code, top.groups)["total_co2e"][0].value or 0.0
        if largest / total.value >= NOTABLE:
            system = clean(top.labels[0]["system"], 60)
            told = say(
                "{parts}; {share} belongs to {system}", parts=told, share=n.share(largest, total.value), system=system
            )
    return f"{told}."


def _parts(made: dict[str, Sum], stages: list[tuple[str, Sum]]) -> Bar:
    parts = [
        (say("{stage}, electricity", stage=stage(s)), x.value or 0.0, STAGES[s][1], n.phrase(x.value, "kgCO2e"))
        for s, x in stages
    ]
    for name, label, colour in (
        ("embodied_co2e", say("Hardware, embodied"), EMBODIED),
        ("end_of_life_co2e", say("Hardware, end of life"), END_OF_LIFE),
    ):
        told = n.INSIDE if made[name].is_inside else n.phrase(made[name].value, "kgCO2e")
        parts.append((label, made[name].value or 0.0, colour, told))
    return bar(say("What the total is made of"), parts)


def _keys(a: Assessment, total: Sum, made: dict[str, Sum]) -> list[KeyFigure]:
    out = []
    for name, label, unit in (
        ("facility_energy", say("energy at the facility"), "kWh"),
        ("use_co2e_location", say("electricity, location-based"), "kgCO2e"),
        ("use_co2e_market", say("electricity, market-based"), "kgCO2e"),
    ):
        figure = whole(a, name)
        shown = bounds(figure.value, figure.low, figure.high, unit)
        notes = [shown] if shown else []
        out.append(KeyFigure(value=n.phrase(figure.value, unit), label=label, notes=notes))
    notes = [say("hardware by {way}", way=way(a.profile.embodied_allocation))]
    out.append(
        KeyFigure(
            value=n.share(made["embodied_co2e"].value, total.value), label=say("of the total is embodied"), notes=notes
        )
    )
    return out


def _quality(made: dict[str, Sum]) -> Bar:
    size = tiers(list(made.values()))
    total = sum(size)
    parts = [
        (TIERS[t + 1][1], size[t], TIERS[t + 1][2], n.share(size[t], total) if total else n.DOES_NOT_APPLY)
        for t in range(4)
    ]
    return bar(say("Share of the total by the data it rests on"), parts)


def _inputs(a: Assessment) -> str:
    """How many inputs gave runs, and how many files gave nothing that counts."""
    nothing = len(unused.reasons(a))
    inputs = n.counted(len(a.intake.inputs) - nothing, "input")
    if not nothing:
        return inputs
    return say("{inputs} ({files} gave nothing that counts, named in section 8)", inputs=inputs, files=n.counted(nothing, "file"))  # fmt: skip


def _weighed(text: str, weight: str) -> str:
    return say("{text} ({weight})", text=text, weight=weight) if weight else text


def _facts(a: Assessment, total: Sum, made: dict[str, Sum], summed: bool) -> list[Pair]:
    aside = sum(i.quarantined for i in a.intake.inputs)
    facts = [
        Pair(term=say("Boundary"), text=clean(a.profile.study.boundary or "", 600) or say("Electricity of the runs at the facility, its upstream, and production and end of life of the hardware, allocated to the runs. Buildings, networks and end-user devices are left out.")),
        Pair(term=say("Data"), text=say(
            "{runs} from {inputs}; {aside} Each figure is classed by the weakest input that it rests on.",
            runs=n.counted(len(a.activities.runs), "run"), inputs=_inputs(a),
            aside=say("{records} set aside, named in section 4.", records=n.counted(aside, "record")) if aside else say("no record was set aside."))),
        *left_out.facts(a),
        quality.fact(a),
        completeness.fact(a),
        *(pair for pair in [instruments.fact(a)] if pair is not None),
        *hardware.facts(a),
    ]  # fmt: skip
    if total.missing:
        parts = [
            _weighed(say("{label} of {missing}", label=label, missing=n.count(made[name].missing)), gaps.weight(a, name))
            for name, label in (("use_co2e", say("electricity")), ("embodied_co2e", say("embodied hardware")), ("end_of_life_co2e", say("end of life")))
            if made[name].missing
        ]  # fmt: skip
        if summed:
            term, bound = (
                say("Not in the figures"),
                say("Nothing was filled in, so each figure that lacks a part is a lower bound; section 3 says why."),
            )
        elif a.profile.view == "life-cycle":
            term, bound = (
                say("Not in the total"),
                say("Nothing was filled in, so the total is a lower bound; section 3 says why."),
            )
        else:
            term, bound = (
                say("Not in the life-cycle total"),
                say("Nothing was filled in, so the life-cycle total is a lower bound; section 3 says why."),
            )
        entries = n.counted(total.rows, "entry", "entries")
        text = say(
            "{parts} of {entries} (one per run, device group and year). {bound}",
            parts=capital(n.listed(parts)),
            entries=entries,
            bound=bound,
        )
        facts.append(Pair(term=term, text=text))
    return facts
