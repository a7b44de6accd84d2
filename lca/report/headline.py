"""The figure that leads the first page, by the profile's view: a life-cycle total, scopes, a score; or a span of alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import Field

from lca.engine.scope_totals import NOT_COMPUTED, SUPPLIED_OTHER
from lca.language import plural, said, say
from lca.quantities import FUNCTIONAL_UNITS
from lca.report import alternatives as alt
from lca.report import numbers as n
from lca.report.alternatives import Alternatives
from lca.report.parts import Bar, Pair, View, bar
from lca.report.sci import PRINTED
from lca.report.sums import whole
from lca.report.views import cell, lacking_weight, places
from lca.report.words import WORK, clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

#: lines of the GHG Protocol in the sum of the headline, in their order: id, name in the legend, colour
SCOPES = (
    ("scope-1", said("Scope 1: fuels and refrigerants"), "#7a5195"), ("scope-2-location", said("Scope 2, location-based"), "#0b5c8f"),
    ("scope-3-1", said("Scope 3, category 1: cloud services"), "#3c8f7c"), ("scope-3-2", said("Scope 3, category 2: hardware bought"), "#d08a1e"),
    ("scope-3-3", said("Scope 3, category 3: upstream of electricity"), "#5fa3cf"),
    ("scope-3-3-fuels", said("Scope 3, category 3: upstream of fuels"), "#8fb8d8"),
    ("scope-3-7", said("Scope 3, category 7: employees' devices"), "#a05d56"), ("scope-3-8", said("Scope 3, category 8: leased assets of others"), "#6f8f3c"),
    ("scope-3-11", said("Scope 3, category 11: use of what was sold"), "#b07aa1"), ("scope-3-13", said("Scope 3, category 13: hardware leased to others"), "#9c755f"),
    (SUPPLIED_OTHER, said("Scope 3, other categories as supplied"), "#bab0ac"),
)  # fmt: skip
#: those of them that are shown without a value too
ALWAYS = frozenset({"scope-2-location", "scope-3-1", "scope-3-2", "scope-3-3"})
OPERATION, HARDWARE = "#0b5c8f", "#d08a1e"


class KeyFigure(View):
    """A key figure."""

    value: str = Field(description="Number with unit")
    label: str = Field(description="What it is")
    notes: list[str] = Field(description="Interval, basis, or why it is not available")


class Headline(NamedTuple):
    """What leads, and what stands below it."""

    figure: str
    unit: str
    interval: str
    label: str
    covers: str
    sentence: str
    parts: Bar | None
    keys: list[KeyFigure]
    facts: list[Pair]


def bounds(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """An interval for the first page; empty where none is known."""
    shown = n.interval(value, low, high, n.scale(value, unit), 3)
    return f"{shown} (95{n.THIN}%)" if shown else ""


def life_cycle(a: Assessment) -> Pair:
    """The total of the life-cycle view, where another view leads."""
    total = whole(a, "total_co2e")
    shown = bounds(total.value, total.low, total.high, "kgCO2e")
    figure = n.phrase(total.value, "kgCO2e")
    text = say(
        "{figure}: electricity over its life cycle, location-based, and the share of the hardware's life that the runs took. Section 2 shows how one follows from the other.",
        figure=f"{figure}, {shown}" if shown else figure,
    )
    return Pair(term=say("Life-cycle total"), text=text)


def ghg(a: Assessment) -> Headline:
    """Scopes 1, 2 and 3."""
    lines = {x["id"]: x for x in a.view_data["lines"] if x["view"] == "ghg-protocol"}
    total, market = lines["total-over-scopes"], lines["total-over-scopes-market"]
    amount = n.amount(total["value"], "kgCO2e")
    held = [x for i, x in lines.items() if i.startswith("scope-") and x.get("applies", True)]
    other = SUPPLIED_OTHER in lines
    absent = [x["category"] for x in held if x["value"] is None and not (other and x["id"] in NOT_COMPUTED)]
    third = [x for x in held if x["id"].startswith("scope-3-") and x["value"] is not None]
    scope_3 = lines["total-scope-3-location"]["value"]
    known = list(dict.fromkeys(x["category"].rpartition(" ")[2] for x in third))
    of = say(plural(len(known), "category {numbers}", "categories {numbers}", numbers=n.listed(known))) if known else ""
    if other:
        supplied = say("other categories as supplied")
        of = say("{categories} and {others}", categories=of, others=supplied) if of else supplied
    sentence = say(
        "Scope 2 is {location} by the location-based and {market} by the market-based method; scope 3 is {scope_3}.",
        location=_said(lines["scope-2-location"]),
        market=_said(lines["scope-2-market"]),
        scope_3=say("{value}, of {categories}", value=_phrase(scope_3), categories=of) if of else n.NOT_AVAILABLE,
    )
    if absent:
        sentence = f"{sentence} {say('Not available, and not in the sum: {places}.', places=places(absent))}"
    keys = [
        _key(a, say("scope 1"), lines["scope-1"]), _key(a, say("scope 2, location-based"), lines["scope-2-location"]),
        _key(a, say("scope 2, market-based"), lines["scope-2-market"]),
        KeyFigure(value=_phrase(scope_3), label=say("scope 3"), notes=[of] if of else []),
    ]  # fmt: skip
    drawn = [
        (say(label), lines[id]["value"] or 0.0, colour, _said(lines[id]))
        for id, label, colour in SCOPES
        if id in ALWAYS or (id in lines and lines[id]["value"])
    ]
    return Headline(
        amount.text, amount.unit, bounds(total["value"], total["low"], total["high"], "kgCO2e"), say("scopes 1, 2 and 3 as far as known, location-based; {value} market-based", value=_phrase(market["value"])),
        say("The interval is that of the sum, whose parts rest in part on the same inputs; section 2 gives that of each part.") if total["low"] is not None else "",
        sentence, bar(say("What the sum is made of"), drawn), keys, [life_cycle(a)],
    )  # fmt: skip


def _phrase(value: float | None) -> str:
    return n.phrase(value, "kgCO2e")


def _said(line: dict[str, Any]) -> str:
    return (
        cell(line).text
        if line["value"] is not None
        else say("not applicable")
        if not line.get("applies", True)
        else say(n.NOT_AVAILABLE)
    )


def _key(a: Assessment, label: str, line: dict[str, Any]) -> KeyFigure:
    shown = bounds(line["value"], line["low"], line["high"], "kgCO2e")
    gap = (
        say(
            "{missing} of {entries} missing",
            missing=n.count(line["missing"]),
            entries=n.counted(line["rows"], "entry", "entries"),
        )
        if line["missing"] and line["rows"]
        else ""
    )
    weight = lacking_weight(a, line["id"]) if gap else ""
    gap = say("{text} ({weight})", text=gap, weight=weight) if weight else gap
    return KeyFigure(value=_said(line), label=label, notes=[x for x in (shown, gap) if x])


class _Score(NamedTuple):
    system: str
    boundary: str
    size: float
    line: dict[str, Any]
    value: n.Amount
    per: str
    amount: str

    @property
    def place(self) -> str:
        """Whose score it is."""
        return f"{clean(self.system, 60)}, {say(self.boundary)}"


def _scores(a: Assessment) -> list[_Score]:
    """Scores that are determined, those of the system and boundary with the largest O + M first."""
    lines = [x for x in a.view_data["lines"] if x["view"] == "sci" and "system" in x]
    size = {(x["system"], x["boundary"]): x["value"] or 0.0 for x in lines if x["id"].endswith(".sci_co2e")}
    out = []
    for x in lines:
        unit = x.get("functional_unit")
        if not unit or x["value"] is None:
            continue
        work, each, told = FUNCTIONAL_UNITS[unit]
        times, per, noun = PRINTED.get(unit, (1.0, told, WORK[work]))
        scaled = x | {k: None if x[k] is None else x[k] * times for k in ("value", "low", "high")}
        out.append(_Score(x["system"], x["boundary"], size[x["system"], x["boundary"]], scaled,
                          n.amount(scaled["value"], "kgCO2e"), say(per), f"{n.powers(x['amount'] * each)} {say(noun)}"))  # fmt: skip
    return sorted(out, key=lambda s: -s.size)


def sci(a: Assessment) -> Headline:
    """The score with its unit and R; of several, that with the largest O + M, the others beside it."""
    scores = _scores(a)
    both = next(x for x in a.view_data["lines"] if x["view"] == "sci" and x["id"] == "sum.both")
    facts = [
        Pair(term="O + M", text=say("{value} of provider and consumer, over all systems, before any division by R.", value=_phrase(both["value"]))),
        life_cycle(a),
    ]  # fmt: skip
    if not scores:
        sentence = say(
            "No score can be formed: each needs O and M of every entry, and an amount of work that every run of its boundary states. Section 2 says what each system lacks."
        )
        return Headline(say(n.NOT_AVAILABLE), "", "", say("Software Carbon Intensity"), "", sentence, None, [], facts)
    best = scores[0]
    o, m = (next(x["value"] for x in a.view_data["lines"] if x["view"] == "sci" and x.get("system") == best.system
                 and x["boundary"] == best.boundary and x["id"].endswith(name)) for name in (".sci_operational_co2e", ".sci_embodied_co2e"))  # fmt: skip
    others: list[_Score] = []
    for s in scores[1:]:  # one of each other system and boundary, then further units of the first
        if (s.system, s.boundary) not in {(x.system, x.boundary) for x in (best, *others)}:
            others.append(s)
    others += [s for s in scores[1:] if (s.system, s.boundary) == (best.system, best.boundary)]
    sentence = say(
        "SCI = (O + M) per R: O is {o}, M {m}, R {r}.",
        o=_phrase(o),
        m=_phrase(m),
        r=best.amount,
    )
    if len(scores) > 1:
        systems = len({s.system for s in scores})
        more = say(
            "It is one of {scores} scores of {systems}, that with the largest O + M; scores are never added.",
            scores=n.count(len(scores)),
            systems=n.counted(systems, "system"),
        )
        sentence = f"{sentence} {more}"
    keys = [KeyFigure(value=f"{s.value.text}{n.THIN}{s.value.unit}", label=s.per,
                      notes=[s.place, *(x for x in [bounds(s.line["value"], s.line["low"], s.line["high"], "kgCO2e")] if x)])
            for s in others[:4]]  # fmt: skip
    parts = [
        (say("O, electricity"), o or 0.0, OPERATION, _phrase(o)),
        (say("M, embodied hardware"), m or 0.0, HARDWARE, _phrase(m)),
    ]
    return Headline(
        best.value.text, f"{best.value.unit} {best.per}", bounds(best.line["value"], best.line["low"], best.line["high"], "kgCO2e"),
        say("Software Carbon Intensity of {place}, with R = {amount}", place=best.place, amount=best.amount),
        say("The interval covers the inputs whose interval is known, named in section 3; the true interval is wider.") if best.line["low"] is not None else "",
        sentence, bar(say("What the score is made of"), parts), keys, facts,
    )  # fmt: skip


def span(a: Assessment, made: Alternatives) -> Headline:
    """What comes true with the least and with the greatest of the alternatives, in place of a sum over them."""
    total, added = alt.span(a, made, "total_co2e"), whole(a, "total_co2e")
    sum_told = say("Their sum, {value}, is no total.", value=_phrase(added.value))
    if total is None:
        none = say("No alternative of a set has a total.")
        return Headline(say(n.NOT_AVAILABLE), "", "", made.label, "", f"{none} {sum_told}", None, [], [])
    unit = _unit(total, "kgCO2e")
    if len(made.sets) == 1:
        sentence = say(
            "Only one of the {runs} can come true: {lowest} is the lowest, {highest} the highest.",
            runs=n.count(made.runs),
            lowest=total.lowest,
            highest=total.highest,
        )
    else:
        sentence = say("Of each set only one can come true.")
    sentence = f"{sentence} {sum_told}"
    keys = [
        KeyFigure(value=_ends(alt.span(a, made, quantity), engine), label=label, notes=[say("lowest to highest")])
        for quantity, engine, label in (
            ("facility_energy", "kWh", say("energy at the facility")), ("use_co2e_location", "kgCO2e", say("electricity, location-based")),
            ("use_co2e_market", "kgCO2e", say("electricity, market-based")), ("embodied_co2e", "kgCO2e", say("embodied hardware")),
        )
    ]  # fmt: skip
    return Headline(
        _range(total.low / unit.factor, total.high / unit.factor), unit.unit, "", made.label,
        say("Both ends are figures as the logs state them, without their intervals, which section 2 gives; it also shows what becomes of each claim."),
        sentence, None, keys, [],
    )  # fmt: skip


def _ends(x: alt.Span | None, engine: str) -> str:
    if x is None:
        return n.NOT_AVAILABLE
    unit = _unit(x, engine)
    return f"{_range(x.low / unit.factor, x.high / unit.factor)}{n.THIN}{unit.unit}"


def _unit(x: alt.Span, engine: str) -> n.Scale:
    """The unit of the lower end, so that both read well; that of the upper where they lie far apart."""
    return n.scale(x.low if x.low > 0 and x.high < 1000 * x.low else x.high, engine)


def _range(low: float, high: float) -> str:
    first, last = n.digits(low), n.digits(high)
    return last if first == last else n.span(first, last)
