"""One inventory, several views: the scopes beside the life cycle, how each total follows, and the hardware bought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lca.engine.purchases import what
from lca.engine.roles import OWN, SERVICE
from lca.language import plural, said, say
from lca.report import gaps
from lca.report import numbers as n
from lca.report.cells import SHORT
from lca.report.parts import Cell, Column, Row, Table
from lca.report.roles import assumed
from lca.report.words import capital, clean

if TYPE_CHECKING:
    from lca.assessment import Assessment

PURCHASES_SHOWN = 20
#: titles of the table of hardware bought
BOUGHT = (said("Hardware bought in the period"), said("Hardware bought, no period stated"))


def cell(x: dict[str, Any]) -> Cell:
    """A line's value with its unit, marked where a part of it is missing."""
    if x["value"] is None:
        return Cell(text=SHORT, kind="missing") if x.get("applies", True) else Cell(text=n.DOES_NOT_APPLY, kind="none")
    if x["value"] == 0 and 0 < x.get("inside", 0) == x["rows"] - x["missing"]:
        return Cell(text=n.INSIDE, kind="muted", hint=say("already inside another figure: nothing is added"))
    gap = (
        say("{missing} of {rows} lack a part", missing=n.count(x["missing"]), rows=n.count(x["rows"]))
        if x["missing"]
        else ""
    )
    gap = gap or (say("a part is not available") if x.get("without") else "")
    return Cell(text=n.phrase(x["value"], x["unit"]), mark="†" if gap else "", hint=gap)


def span(x: dict[str, Any]) -> Cell:
    """A line's interval."""
    if x["value"] is None or x["low"] is None:
        return Cell(
            text=n.DOES_NOT_APPLY if x["value"] is None else SHORT, kind="none" if x["value"] is None else "muted"
        )
    return Cell(text=n.interval(x["value"], x["low"], x["high"], n.scale(x["value"], x["unit"])))


def _full(x: dict[str, Any]) -> Cell:
    if not x["rows"]:
        return Cell(text=n.DOES_NOT_APPLY, kind="none")
    text = say("{rows} of {whole}", rows=n.count(x["rows"] - x["missing"]), whole=n.count(x["rows"]))
    return Cell(text=text, sub=say("without {weight}", weight=x["weight"]) if x.get("weight") else "")


def _said(x: dict[str, Any]) -> str:
    """Second line of a figure: why it is not whole, or what it holds."""
    parts = []
    if x.get("why") and x["value"] is not None:
        parts.append(say("missing for {missing}: {why}", missing=n.count(x["missing"]), why=x["why"]))
    elif x["value"] is None:
        parts.append(x.get("why") or gaps.clause(x.get("reason", "")))
    if x.get("inside") and x["value"]:
        parts.append(
            say(
                "in {entries} inside the life-cycle factor that stands in under scope 2",
                entries=n.counted(x["inside"], "entry", "entries"),
            )
        )
    if x.get("without"):
        parts.append(
            say(
                plural(
                    len(x["without"]),
                    "without {places}, which is not available",
                    "without {places}, which are not available",
                    places=places(x["without"]),
                )
            )
        )
    parts.append(gaps.plain(x.get("note", "")))
    return clean("; ".join(p for p in parts if p), 320)


def places(names: Sequence[str]) -> str:
    """Scopes and categories in one phrase: `scope 1 and categories 2 and 4 of scope 3`."""
    single = [say(x) for x in names if ", category " not in x]
    held: dict[str, list[str]] = {}
    for scope, _, category in (x.partition(", category ") for x in names if ", category " in x):
        held.setdefault(scope, []).append(category)
    for scope, categories in held.items():
        single.append(
            say(
                plural(
                    len(categories),
                    "category {numbers} of {scope}",
                    "categories {numbers} of {scope}",
                    numbers=n.listed(categories),
                    scope=say(scope),
                )
            )
        )
    return n.listed(single)


def _whose(a: Assessment) -> dict[str, tuple[str, NDArray[np.bool_]]]:
    """Lines whose gaps are told one by one: the quantity that they lack, and the rows that they hold."""
    own, cloud = a.roles.place == OWN, a.roles.place == SERVICE
    idle = np.asarray([s == "idle" for s in a.activities.stages], bool)[a.activities.run_of_row]
    every = np.ones(a.rows, bool)
    return {
        "scope-2-location": ("use_co2e_location", own), "scope-2-market": ("use_co2e_market", own), "scope-3-1": ("total_co2e", cloud),
        "scope-3-3": ("use_co2e_upstream", own), "memo-amortised": ("embodied_co2e", own), "total": ("total_co2e", every),
        "market": ("total_co2e_market", every), "sum.both": ("sci_co2e", ~idle),
    }  # fmt: skip


def lacking_weight(a: Assessment, id: str) -> str:
    """Share of the entries of a line that lack a part, by energy and by money; empty for a line that holds no entries."""
    whose = _whose(a)
    return gaps.weight(a, *whose[id]) if id in whose else ""


def scopes(a: Assessment) -> Table:
    """The scopes of the GHG Protocol, and the totals of the other views beside them."""
    lines = a.view_data["lines"]
    ghg = [x for x in lines if x["view"] == "ghg-protocol" and not x["id"].startswith("memo-life")]
    others = [x for x in lines if (x["view"], x["id"]) in (("life-cycle", "total"), ("sci", "sum.both"))]
    market = dict(a.total("total_co2e_market")) | {"id": "market", "category": ""}
    whose = _whose(a)
    ghg, others, (market,) = ([x | {"why": gaps.why(a, *whose[x["id"]], limit=160), "weight": gaps.weight(a, *whose[x["id"]])} if x["id"] in whose and x["missing"] else x for x in held]
                              for held in (ghg, others, [market]))  # fmt: skip
    rows = [_line(x, _place(x), x["id"].startswith("total-")) for x in ghg]
    rows += [_line(x | {"label": label}, place, True) for x, label, place in (
        (next(x for x in others if x["id"] == "total"), say("Total of the life-cycle view, location-based"), say("ISO 14044")),
        (market, say("Total of the life-cycle view, market-based"), say("ISO 14044")),
        (next(x for x in others if x["id"] == "sum.both"), say("SCI, O + M of provider and consumer"), say("ISO/IEC 21031")),
    )]  # fmt: skip
    heads = [Column(label=say("Figure"), width=39), Column(label=say("Where it belongs"), width=18), Column(label=say("Value"), width=14, right=True),
             Column(gap=True, label=say("95 % interval"), width=16), Column(label=say("Entries in full"), width=13)]  # fmt: skip
    return Table(
        title=said("One inventory, several views"),
        lead=say("The same runs feed every view; the table below shows how each total follows from the others. A contract never changes a location-based figure, upstream is never counted twice, and hardware counts either when it is bought or by its share of life, never both."),
        columns=heads, rows=rows, notes=_roles(a),
    )  # fmt: skip


def _place(x: dict[str, Any]) -> str:
    return say("Beside the total") if x["category"] == "memo" else capital(say(x["category"]))


def _line(x: dict[str, Any], place: str, total: bool) -> Row:
    first = Cell(text=say(x["label"]), sub=_said(x))
    return Row(cells=[first, Cell(text=place, kind="muted"), cell(x), span(x), _full(x)], total=total)


def _roles(a: Assessment) -> list[str]:
    text = assumed(a)
    return [f"{text} {say('“role” in the profile, or of its sites, states it.')}"] if text else []


def bridge(a: Assessment) -> Table:
    """How each total follows from the life-cycle total."""
    unit = n.scale(a.total("total_co2e")["value"], "kgCO2e")
    rows: list[Row] = []
    for made in a.view_data["bridges"]:
        rows.append(Row(head=True, cells=[Cell(text=say(made["label"]))]))
        rows += [_step(step, unit) for step in made["steps"]]
    heads = [
        Column(label=say("Step"), width=62),
        Column(label=say("Emissions"), unit=unit.unit, width=20, right=True),
        Column(label=say("Entries"), width=18, gap=True),
    ]
    return Table(
        title=said("How each total follows"), columns=heads, rows=rows,
        lead=say("From one total to another, step by step: the first figure of each part and its steps add up to the last. “Entries” counts those that a step concerns; “n of m” says that n of m have it in full. What a view lacks is named, and adds nothing to its total."),
    )  # fmt: skip


def _step(step: dict[str, Any], unit: n.Scale) -> Row:
    missing = step["missing"] or step.get("without")
    value, bold = step["value"], step["kind"] in ("start", "end")
    text = (
        SHORT
        if value is None
        else n.column(value, unit)
        if bold or step["kind"] == "subtotal"
        else n.signed(value, unit)
    )
    if not step["rows"]:
        entries = Cell(text=n.DOES_NOT_APPLY, kind="none")
    else:
        whole = n.count(step["rows"])
        part = say("{rows} of {whole}", rows=n.count(step["rows"] - step["missing"]), whole=whole)
        entries = Cell(text=part if step["missing"] else whole)
    sub = clean(n.unit_text(say(step.get("reason", ""))), 200) if value is None else ""
    shown = Cell(text=text, kind="missing" if value is None else "", mark="†" if value is not None and missing else "")
    return Row(cells=[Cell(text=say(step["label"]), sub=sub), shown, entries], total=bold)


def bought(a: Assessment) -> Table | None:
    """Hardware bought in the period, whole."""
    held = a.view_data["purchases"]
    if not held:
        return None
    unit = n.scale(max((b["value"] or 0.0 for b in held), default=0.0), "kgCO2e")
    rows = []
    for b in held[:PURCHASES_SHOWN]:
        value = Cell(text=SHORT, kind="missing") if b["value"] is None else Cell(text=n.column(b["value"], unit))
        if not b["counted"]:
            value = Cell(text=say("outside the period"), kind="muted")
        name = Cell(text=clean(b["device"], 64), sub=clean(n.unit_text(say(b["note"])).replace("`", ""), 200))
        rows.append(
            Row(
                cells=[
                    name,
                    Cell(text=n.count(b["pieces"])),
                    Cell(text=b["date"]),
                    value,
                    Cell(text=b["factor"] or ("profile" if b["value"] is not None else n.DOES_NOT_APPLY), kind="muted"),
                ]
            )
        )
    heads = [Column(label=say("Device"), width=40), Column(label=say("Pieces"), width=9, right=True), Column(label=say("Bought"), width=13, gap=True),
             Column(label=say("Production"), unit=unit.unit, width=14, right=True), Column(label=say("Rests on"), width=24, gap=True)]  # fmt: skip
    more = (
        [say("{held} more are in assessment.json.", held=n.count(len(held) - len(rows)))]
        if len(held) > len(rows)
        else []
    )
    return Table(title=next(title for title in BOUGHT if title.lower() == what(a.profile)), columns=heads, rows=rows, notes=more,
                 lead=say("Category 2 of scope 3: production, whole in the year of purchase. The host of their class, such as a server or a desktop computer, counts with accelerators, unless the purchase names it, says that it is inside, or says that it is bought apart."))  # fmt: skip
