"""Section 1: the answer. One figure, one sentence, what it is made of, four key figures, how much is measured."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from lca.activity import as_utc, duration_hours
from lca.report import numbers as n
from lca.report.parts import Bar, Pair, View, bar
from lca.report.sums import PARTS, Sum, many, ranked, tiers, whole
from lca.report.views import leads
from lca.report.words import EMBODIED, END_OF_LIFE, ORDER, STAGES, TIERS, clean
from lca.run import Run

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: share of the total from which on the largest system is named in the sentence
NOTABLE = 0.2


class KeyFigure(View):
    """A key figure."""

    value: str = Field(description="Number with unit")
    label: str = Field(description="What it is")
    notes: list[str] = Field(description="Interval, basis, or why it is not available")


class Answer(View):
    """The first page."""

    figure: str = Field(description="The total")
    unit: str = Field(description="Its unit")
    interval: str = Field(description="95 % interval, empty where none is known")
    sentence: str = Field(description="What the figure means, in plain words")
    parts: Bar = Field(description="What the total is made of")
    keys: list[KeyFigure] = Field(description="Four key figures")
    quality: Bar = Field(description="How much of the total is measured, modelled, rated, default")
    facts: list[Pair] = Field(description="Boundary, runs, period, what was set aside")


def _end(run: Run) -> datetime | None:
    hours = duration_hours(run)
    return run.start + timedelta(hours=hours) if run.start is not None and hours is not None and hours < 1e6 else None


def period(a: Assessment) -> str:
    """The profile's period, else the span of the runs."""
    if a.profile.period is not None:
        return f"{n.day(a.profile.period.start)} to {n.day(a.profile.period.end)}"
    stamps = [as_utc(s) for r in a.activities.runs for s in (r.start, r.end or _end(r)) if s is not None]
    if not stamps:
        return "no dates stated"
    first, last = min(stamps).date(), max(stamps).date()
    return n.day(first) if first == last else f"{n.day(first)} to {n.day(last)}"


def build(a: Assessment) -> Answer:
    """The first page of an assessment."""
    total = whole(a, "total_co2e")
    made = {name: whole(a, name) for name in PARTS}
    amount = n.amount(total.value, "kgCO2e")
    unit = n.scale(total.value, "kgCO2e")
    shown = n.interval(total.value, total.low, total.high, unit, 3)
    stages = _stages(a)
    return Answer(
        figure=amount.text, unit=amount.unit, interval=f"{shown} (95{n.THIN}%)" if shown else "",
        sentence=_sentence(a, total, made, stages), parts=_parts(made, stages), keys=_keys(a, total, made),
        quality=_quality(made), facts=_facts(a, total, made),
    )  # fmt: skip


def _stages(a: Assessment) -> list[tuple[str, Sum]]:
    order = ranked(a, ["stage"], len(ORDER), ORDER)
    electricity = many(a, ["use_co2e"], order.code, order.groups)["use_co2e"]
    return [(g["stage"], s) for g, s in zip(order.labels, electricity, strict=False)]


def _sentence(a: Assessment, total: Sum, made: dict[str, Sum], stages: list[tuple[str, Sum]]) -> str:
    if not total.value:
        return "No emissions could be determined from what the logs give; section 3 says what is missing."
    pieces = [(f"the electricity of {STAGES[s][0].lower()}", x.value or 0.0) for s, x in stages]
    hardware = (made["embodied_co2e"].value or 0.0) + (made["end_of_life_co2e"].value or 0.0)
    pieces.append(("the making and disposal of the hardware", hardware))
    pieces = sorted((p for p in pieces if p[1] > 0), key=lambda p: -p[1])
    first = f"{pieces[0][0][0].upper()}{pieces[0][0][1:]} makes up {n.share(pieces[0][1], total.value)} of it"
    second = f", {pieces[1][0]} {n.share(pieces[1][1], total.value)}" if len(pieces) > 1 else ""
    top = ranked(a, ["system"], 1)
    third = ""
    if top.rest or len(top.labels) > 1:
        largest = many(a, ["total_co2e"], top.code, top.groups)["total_co2e"][0].value or 0.0
        if largest / total.value >= NOTABLE:
            third = f"; {n.share(largest, total.value)} belongs to {clean(top.labels[0]['system'], 60)}"
    return f"{first}{second}{third}."


def _parts(made: dict[str, Sum], stages: list[tuple[str, Sum]]) -> Bar:
    parts = [
        (f"{STAGES[s][0]}, electricity", x.value or 0.0, STAGES[s][1], n.phrase(x.value, "kgCO2e")) for s, x in stages
    ]
    for name, label, colour in (
        ("embodied_co2e", "Hardware, embodied", EMBODIED),
        ("end_of_life_co2e", "Hardware, end of life", END_OF_LIFE),
    ):
        told = n.INSIDE if made[name].is_inside else n.phrase(made[name].value, "kgCO2e")
        parts.append((label, made[name].value or 0.0, colour, told))
    return bar("What the total is made of", parts)


def _keys(a: Assessment, total: Sum, made: dict[str, Sum]) -> list[KeyFigure]:
    out = []
    for name, label, unit in (
        ("facility_energy", "energy at the facility", "kWh"),
        ("use_co2e_location", "electricity, location-based", "kgCO2e"),
        ("use_co2e_market", "electricity, market-based", "kgCO2e"),
    ):
        figure = whole(a, name)
        shown = n.interval(figure.value, figure.low, figure.high, n.scale(figure.value, unit), 3)
        notes = [f"{shown} (95{n.THIN}%)"] if shown else []
        out.append(KeyFigure(value=n.phrase(figure.value, unit), label=label, notes=notes))
    notes = [f"hardware by {a.profile.embodied_allocation.replace('-', ' ')}"]
    out.append(
        KeyFigure(
            value=n.share(made["embodied_co2e"].value, total.value), label="of the total is embodied", notes=notes
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
    return bar("Share of the total by the data it rests on", parts)


def _facts(a: Assessment, total: Sum, made: dict[str, Sum]) -> list[Pair]:
    aside = sum(i.quarantined for i in a.intake.inputs)
    boundary = a.profile.organisation.boundary if a.profile.organisation is not None else None
    facts = [
        Pair(term="Boundary", text=boundary or "Electricity of the runs at the facility, its upstream, and production and end of life of "
             "the hardware, allocated to the runs. Buildings, networks and end-user devices are left out."),
        Pair(term="Data", text=f"{n.counted(len(a.activities.runs), 'run')} from {n.counted(len(a.intake.inputs), 'input')}; "
             + (f"{n.counted(aside, 'record')} set aside, named in section 4." if aside else "no record was set aside.")
             + " Each figure counts by the weakest input it rests on."),
    ]  # fmt: skip
    led = leads(a)
    facts += [led] if led is not None else []
    alternatives = sum(f.count for f in a.findings if f.code == "alternatives-added")
    if alternatives:
        facts.append(Pair(term="Alternatives", text=f"{n.count(alternatives)} of these runs {'is an alternative' if alternatives == 1 else 'are alternatives'} "
                          "to another one, by claims of which only one can come true. The total adds them all and describes nothing: read the runs one by one, in section 2."))  # fmt: skip
    if total.missing:
        gaps = [
            f"{label} of {n.count(made[name].missing)}"
            for name, label in (("use_co2e", "electricity"), ("embodied_co2e", "embodied hardware"), ("end_of_life_co2e", "end of life"))
            if made[name].missing
        ]  # fmt: skip
        facts.append(Pair(term="Not in the total", text=f"{_capital(n.listed(gaps))} of {n.counted(total.rows, 'entry', 'entries')} (one "
                          "per run and device group). Nothing was filled in, so the total is a lower bound; section 3 says why."))  # fmt: skip
    return facts


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
