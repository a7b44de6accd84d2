"""The register of instruments as a table, and what the first page says of the market-based figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lca.catalogue.markets import Markets
from lca.engine.register.criteria import MET, NOT_ASKED, NOT_MET
from lca.engine.register.grid_average import Gap, gaps
from lca.language import plural, said, say
from lca.report import numbers as n
from lca.report.parts import Cell, Column, Pair, Row, Table
from lca.report.words import clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

SHOWN = 40
#: countries whose residual mix is named on the first page
NAMED = 3
#: what an instrument is called
KINDS = {
    "certificate": said("Certificate"), "ppa": said("Power purchase agreement"), "supplier": said("Supplier's rate"),
    "residual": said("Residual mix"),
}  # fmt: skip


def table(a: Assessment) -> Table | None:
    """All instruments, whether they count or not."""
    held = a.view_data["instruments"]
    if not held:
        return None
    rows = [_row(x) for x in held[:SHOWN]]
    heads = [
        Column(label=say("Instrument"), width=30), Column(label=say("Market and period"), width=19), Column(label=say("Amount"), width=11, right=True),
        Column(label=say("Covers"), width=12, right=True), Column(gap=True, label=say("Criteria"), width=28),
    ]  # fmt: skip
    told = [
        say("Criteria of the Scope 2 Guidance, Table 7.1: 1 rate, 2 only claim, 3 retired, 4 time, 5 market, 6 supplier's rate net of what is sold, 7 all instruments of a direct purchase, 8 residual mix at hand.")
    ]  # fmt: skip
    if len(held) > len(rows):
        told.append(say("{held} more are in assessment.json.", held=n.count(len(held) - len(rows))))
    lead = say("Each instrument once, whoever names it, in the order in which it is stated. What is not shown to be of the market and time of the consumption, or names no evidence, does not count.")  # fmt: skip
    if a.profile.instrument_evidence == "claimed":
        lead = say("Each instrument once, whoever names it, in the order in which it is stated. The profile counts what is claimed, without evidence.")  # fmt: skip
    return Table(title=said("Register of instruments"), lead=lead, columns=heads, rows=rows, notes=told)


def _row(x: dict[str, Any]) -> Row:
    kind = say(KINDS[x["type"]])
    name = (
        say("{kind}, {technology}", kind=kind, technology=x["technology"].replace("_", " "))
        if x["technology"]
        else kind
    )
    about = [
        x["evidence"] or say("no evidence"),
        *([n.listed(x["serials"][:2])] if x["serials"] else []),
        n.listed(x["stated_in"]),
    ]
    period = (
        n.span(x["start"] or say("any time"), x["end"] or say("any time"))
        if x["start"] or x["end"]
        else say("no period")
    )
    amount = (
        n.phrase(x["energy"], "kWh")
        if x["energy"] is not None
        else n.share(x["share"], 1.0)
        if x["share"] is not None
        else say("the rest")
    )
    if not x["counted"]:
        covers = Cell(text=say("not counted"), kind="missing", hint=clean(say(x["reason"] or ""), 200))
    elif x["covered"] is None:
        covers = Cell(text=say("the rest"), kind="muted")
    else:
        covers = Cell(text=n.phrase(x["covered"], "kWh"))
    return Row(cells=[
        Cell(text=clean(name, 64), sub=clean("; ".join(about), 160)),
        Cell(text=x["market"] or say("no market"), sub=period),
        Cell(text=amount), covers, Cell(text=_criteria(x), sub=clean(say(x["reason"]), 220) if x["reason"] else ""),
    ])  # fmt: skip


def _criteria(x: dict[str, Any]) -> str:
    """Which criteria are met, not met and not shown."""
    states: dict[str, list[str]] = {}
    for c in x["criteria"]:
        states.setdefault(c["state"], []).append(str(c["number"]))
    shown = [(state, numbers) for state, numbers in states.items() if state != NOT_ASKED]
    shown.sort(key=lambda item: (item[0] != MET, item[0] != NOT_MET))
    return "; ".join(
        say("{state}: {numbers}", state=say(state), numbers=", ".join(numbers)) for state, numbers in shown
    )


def without_mix(a: Assessment) -> list[Gap]:
    """Countries whose market-based figure rests on the grid average."""
    return gaps(a.activities, a.resolved, a.plan, a.columns, Markets(a.catalogue.sets)) if a.rows else []


def fact(a: Assessment) -> Pair | None:
    """What the first page says of the market-based figure; None where it rests on evidence and residual mixes alone."""
    told = []
    if a.profile.instrument_evidence == "claimed" and a.register.entries:
        number = sum(line.is_counted for line in a.register.lines)
        told.append(say("The profile counts instruments as claimed, without evidence: {instruments}.", instruments=n.counted(number, "instrument")))  # fmt: skip
    missing = without_mix(a)
    if missing:
        told.append(_needed(a, missing))
    return Pair(term=say("Market-based figure"), text=" ".join(told)) if told else None


def _needed(a: Assessment, missing: list[Gap]) -> str:
    """Which residual mixes are needed, and from whom."""
    whole = float(sum(x for x in a.columns["facility_energy"].tolist() if x == x))
    part = sum(gap.energy for gap in missing)
    places = [gap.country for gap in missing if gap.country]
    text = say(
        "It rests on the grid average for {share} of the electricity", share=n.share(part, whole) if whole else n.DOES_NOT_APPLY
    )  # fmt: skip
    if places:
        more = len(places) - NAMED
        shown = [
            *places[:NAMED],
            *([say(plural(more, "{n} other", "{n} others", n=n.count(more)))] if more > 0 else []),
        ]
        text = say("{told}, since no residual mix is at hand for {places}", told=text, places=n.listed(shown))
    asked = [gap.mix for gap in missing if gap.mix is not None and gap.mix.status == "theirs"]
    if not asked:
        return f"{text}."
    return say(
        "{told}. Needed: {figure}, from {publisher}; the profile states it under instruments, with type residual.",
        told=text, publisher=asked[0].publisher, figure=asked[0].figure,
    )  # fmt: skip
