"""One inventory, several views: life cycle (ISO 14044), scopes by role (GHG Protocol), SCI; and how each total follows.

All lines are sums over the same rows. A view never adds what another one amortises: hardware counts either in the year
of purchase (scope 3, category 2) or by its share of life (life cycle, SCI, category 1), and the bridges show the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lca.engine import publishers, purchases, register, sci, scope_1, scope_totals, suppliers
from lca.engine.bridges import bridges, splits
from lca.engine.ledger import Ledger, lacking, sums
from lca.engine.roles import CATEGORIES, EMPLOYEES, LEASED, LET, OWN, REPLACED, SERVICE, SOLD, Roles
from lca.engine.uncertainty import Numbers, of_draws
from lca.language import joined, said
from lca.numerals import spelled
from lca.run import STAGES
from lca.units import parse

if TYPE_CHECKING:
    from lca.assessment import Assessment

ISO, GHG = "ISO 14044:2006; ISO 14067:2018", "GHG Protocol"
SCOPE_2, SCOPE_3 = f"{GHG} Scope 2 Guidance (2015)", f"{GHG} Scope 3 Standard (2011)"
PARTS = (("use_co2e", said("Use")), ("embodied_co2e", said("Production")), ("end_of_life_co2e", said("End of life")))
#: categories of scope 3 that hold electricity by the role alone: place, label, number
BY_PLACE = (
    (EMPLOYEES, said("Work with employees' own devices, electricity over its life cycle"), said("scope 3, category 7")),
    (LEASED, said("Leased assets of others: rented or colocated hardware, electricity over its life cycle"), said("scope 3, category 8")),
    (SOLD, said("Use of what was sold, electricity over its life cycle"), said("scope 3, category 11")),
    (LET, said("Hardware leased to others, electricity over its life cycle"), said("scope 3, category 13")),
)  # fmt: skip
BY_ROLE = ("use_co2e_location", "use_co2e_market", "use_co2e_upstream", "use_co2e", "use_co2e_market_total",
           "embodied_co2e", "end_of_life_co2e", "total_co2e", "total_co2e_market", "sci_co2e")  # fmt: skip
#: what the logs and the profile hold nothing of
ABSENT = {
    "scope-3-4": said("no factor is applied for the transport of bought hardware"),
    "scope-3-5": said(
        "the profile lists no hardware disposed of; the amortised end of life of the life-cycle view is no waste of the period"
    ),
    "scope-3-12": said("neither the runs nor the profile hold hardware that was sold"),
}
#: what a category of scope 3 that holds electricity alone leaves out
BESIDE = said("electricity alone; the amortised hardware of these runs stands in the life-cycle view")
NO_PURCHASES = said("the profile lists no purchases")


def build(a: Assessment) -> dict[str, Any]:
    """Lines of all views, the bridges between their totals, and the purchases, as data."""
    served = suppliers.stated(a.activities, a.resolved, a.columns, a.profile, a.roles.place)
    role = replace(a.roles, place=suppliers.places(served, a.roles.place))
    by_place = Ledger(a, BY_ROLE, role.place, len(CATEGORIES))
    whole = Ledger(a, BY_ROLE, np.zeros(a.rows, np.int64), 1)
    ghg = _ghg(a, by_place, whole, role, served)
    extra = splits({**a.columns, "contract_share": a.activities.column("contract_share")}, a.rows)
    parts = sums(extra, list(extra), role.place, len(CATEGORIES))
    lines = [*_life_cycle(a, whole), *ghg, *sci.lines(a)]
    order = {a.profile.view: -1}
    return {
        "leads": a.profile.view,
        "lines": sorted(lines, key=lambda line: order.get(line["view"], 0)),
        "bridges": bridges(
            by_place.sums, parts, {x["id"]: x for x in lines if x["view"] == "ghg-protocol"}, sci.sides(lines),
            purchases.what(a.profile),
        ),
        "purchases": [_bought(b) for b in a.bought],
        "instruments": register.as_data(a.register),
        **({"fuels": [b.as_dict() for b in a.burnt]} if a.burnt else {}),
    }  # fmt: skip


def line(view: str, id: str, label: str, standard: str, category: str, figure: dict[str, Any]) -> dict[str, Any]:
    """A line of a view."""
    return {"view": view, "id": id, "label": label, "standard": standard, "category": category, **figure}


def nothing(why: str, quantity: str = "", rows: int = 0) -> dict[str, Any]:
    """A figure that is not determined."""
    return {"quantity": quantity, "value": None, "low": None, "high": None, "unit": "kgCO2e", "rows": rows,
            "missing": rows, "reason": why}  # fmt: skip


def _life_cycle(a: Assessment, whole: Ledger) -> list[dict[str, Any]]:
    present = [s for s in STAGES if s in set(a.activities.stages)]
    number = {stage: n for n, stage in enumerate(present)}
    of_run = np.asarray([number[s] for s in a.activities.stages], np.int64)
    by_stage = Ledger(a, [name for name, _ in PARTS], of_run[a.activities.run_of_row], len(present))
    out = [
        line("life-cycle", f"{name}.{stage}", f"{label}, {stage}", ISO, stage, by_stage.figure(name, g))
        for g, stage in enumerate(present)
        for name, label in PARTS
    ]
    return [*out, line("life-cycle", "total", said("Total, life cycle"), ISO, "", whole.figure("total_co2e", 0))]


def _ghg(
    a: Assessment, by_place: Ledger, whole: Ledger, role: Roles, served: Sequence[suppliers.Stated]
) -> list[dict[str, Any]]:
    co2e = np.nan_to_num(a.columns.get("total_co2e", np.zeros(a.rows)))

    def of(place: int, name: str, who: str) -> dict[str, Any]:
        here = role.place == place
        if not here.any():  # not a gap: there is nothing to count
            return nothing(said(who), name) | {"applies": False}
        made = by_place.figure(name, place)
        assumed, size = here & role.assumed, float(co2e[here].sum())
        share = float(co2e[assumed].sum()) / size if size else 0.0
        return made | {"assumed_role": int(assumed.sum()), "assumed_share": share}

    def absent(id: str, label: str, standard: str, category: str) -> dict[str, Any]:
        return line("ghg-protocol", id, label, standard, category, nothing(ABSENT[id]))

    own, bought = (
        said("no run is that of an owner of its hardware"),
        said("no run is that of a customer of a cloud or of an API"),
    )
    lines = [
        line("ghg-protocol", "scope-1", said("Fuels and refrigerants"), f"{GHG} Corporate Standard (2004)", said("scope 1"), scope_1.direct(a)),
        line("ghg-protocol", "scope-2-location", said("Electricity, location-based"), SCOPE_2, said("scope 2"), of(OWN, "use_co2e_location", own)),
        line("ghg-protocol", "scope-2-market", said("Electricity, market-based"), SCOPE_2, said("scope 2"), of(OWN, "use_co2e_market", own)),
        line("ghg-protocol", "scope-3-1", said("Purchased cloud services and APIs, amortised hardware inside"), SCOPE_3, said("scope 3, category 1"),
             _with_suppliers(of(SERVICE, "total_co2e", bought), served)),
        line("ghg-protocol", "scope-3-2", said("Capital goods: {what}", what=purchases.what(a.profile)), SCOPE_3, said("scope 3, category 2"), _category_2(a)),
        line("ghg-protocol", "scope-3-3", said("Upstream of electricity and losses of the grid"), SCOPE_3, said("scope 3, category 3"),
             of(OWN, "use_co2e_upstream", own)),
        absent("scope-3-4", said("Transport of bought hardware"), SCOPE_3, said("scope 3, category 4")),
        absent("scope-3-5", said("Waste: hardware disposed of"), SCOPE_3, said("scope 3, category 5")),
        absent("scope-3-12", said("End of life of sold hardware"), SCOPE_3, said("scope 3, category 12")),
    ]  # fmt: skip
    lines += [
        line("ghg-protocol", CATEGORIES[place], label, SCOPE_3, category, of(place, "use_co2e", "") | {"note": BESIDE})
        for place, label, category in BY_PLACE
        if (role.place == place).any()
    ]
    gaps = {
        name: lacking(a.columns, name, a.rows)
        for name in ("use_co2e_location", "use_co2e_market", "use_co2e_upstream", "total_co2e", "use_co2e")
    }
    totals = []
    for method in ("location", "market"):
        held = [x for x in lines if x["id"] in (f"scope-2-{method}", "scope-3-1", "scope-3-2", "scope-3-3")]
        own_gaps = gaps[f"use_co2e_{method}"] | gaps["use_co2e_upstream"]
        missing = (role.place == OWN) & own_gaps | (role.place == SERVICE) & gaps["total_co2e"]
        label = said(
            "Scope 2 and categories 1 to 3 of scope 3, location-based"
            if method == "location"
            else "Scope 2 and categories 1 to 3 of scope 3, market-based"
        )
        drawn = _drawn(a, role.place, {f"use_co2e_{method}": (OWN,), **IN_TOTALS}, _supplied(served))
        total = _total(held, a.rows, int(missing.sum()), drawn)
        totals.append(line("ghg-protocol", f"total-{method}", label, SCOPE_3, said("scope 2 and 3"), total))
    lines += totals
    lines += _over_scopes(a, role.place, lines, _supplied(served))
    lines += _by_suppliers(served, of(REPLACED, "total_co2e", ""))
    lines.append(
        line(
            "ghg-protocol",
            "memo-publishers",
            said("Beside the total: difference between publishers, life-cycle electricity less scope 2 and category 3"),
            f"{SCOPE_3}; ISO 14067:2018",
            "memo",
            publishers.difference(a, role.place == OWN) if by_place.sums.rows[OWN] else of(OWN, "use_co2e", own),
        )
    )
    memo = of(OWN, "embodied_co2e", own)
    lines.append(line("ghg-protocol", "memo-amortised", said("Beside the total: hardware amortised over the runs, never added to category 2"),
                      "ISO 14044:2006; ISO/IEC 21031:2024", "memo", memo))  # fmt: skip
    lines.append(
        line(
            "ghg-protocol",
            "memo-life-cycle",
            said("Beside the total: total of the life-cycle view"),
            ISO,
            "memo",
            whole.figure("total_co2e", 0),
        )
    )
    return [*lines, *_stated_by_suppliers(a)]


def _stated_by_suppliers(a: Assessment) -> list[dict[str, Any]]:
    """What providers of cloud services state for their customer: beside the total, since the same use may be in logs too."""
    labels = {
        "location": said("Beside the total: cloud services as their provider states them, location-based"),
        "market": said("Beside the total: cloud services as their provider states them, market-based"),
    }
    lines = []
    for method, label in labels.items():
        texts = [text for run in a.activities.runs if (text := (run.ext or {}).get(f"supplier_total_{method}"))]
        if texts:
            figure = {
                "quantity": "", "value": math.fsum(parse(text, "co2e").value for text in texts), "low": None, "high": None,
                "unit": "kgCO2e", "rows": len(texts), "missing": 0,
                "note": said("the figure of the supplier, with its boundary and factors; it is in no total"),
            }  # fmt: skip
            lines.append(
                line("ghg-protocol", f"memo-supplier-{method}", label, SCOPE_3, said("scope 3, category 1"), figure)
            )
    return lines


def _category_2(a: Assessment) -> dict[str, Any]:
    if not a.bought:
        return nothing(NO_PURCHASES, "purchases")
    counted = [b for b in a.bought if b.counted]
    if not counted:
        return nothing(said("no purchase of the profile lies in its period"), "purchases")
    gaps = [b for b in counted if b.value is None]
    value, drawn = purchases.total(a.bought)
    made: dict[str, Any] = {"quantity": "purchases", "value": value, **of_draws(value, drawn), "unit": "kgCO2e",
                            "rows": len(counted), "missing": len(gaps)}  # fmt: skip
    told = [said("{place}: {reason}", place=b.name, reason=b.note) for b in counted if b.note and b.factor]
    if a.profile.period is None:
        told.append(said("the profile states no period, so all its purchases count"))
    if len(counted) < len(a.bought):
        told.append(
            said(
                "{outside} of {purchases} purchases lie outside the period and do not count",
                outside=len(a.bought) - len(counted),
                purchases=len(a.bought),
            )
        )
    made |= {"note": joined("; ", dict.fromkeys(told))} if told else {}
    return made | ({"reason": gaps[0].note} if gaps else {})


def _total(parts: Sequence[dict[str, Any]], rows: int, missing: int, drawn: Numbers | None) -> dict[str, Any]:
    """A sum of lines, and its interval from the draws of the sum: its parts may rest on the same inputs."""
    known = [p["value"] for p in parts if p["value"] is not None]
    gaps = [p for p in parts if p.get("applies", True) and (p["value"] is None or p["missing"])]
    value = math.fsum(known) if known else None
    made: dict[str, Any] = {
        "quantity": "",
        "value": value,
        **of_draws(value, drawn),
        "unit": "kgCO2e",
        "rows": rows,
        "missing": missing,
    }
    made["without"] = [p["category"] for p in gaps if p["value"] is None]
    told = joined("; ", (said("{place}: {reason}", place=said(p["category"]), reason=p["reason"]) for p in gaps))
    return made | ({"reason": said("not whole: {parts}", parts=told)} if told else {})


def _supplied(served: Sequence[suppliers.Stated]) -> float:
    """What suppliers state of the entries whose figure serves in category 1."""
    return math.fsum(s.value for s in served if s.serves and s.value is not None)


def _with_suppliers(figure: dict[str, Any], served: Sequence[suppliers.Stated]) -> dict[str, Any]:
    """Category 1 with the figures of suppliers that serve in it, marked as such."""
    if not any(s.serves for s in served):
        return figure
    supplied, entries = _supplied(served), int(sum(np.count_nonzero(s.rows) for s in served if s.serves))
    names = joined(", ", dict.fromkeys(s.figure.supplier for s in served if s.serves))
    note = said(
        "{kg} kgCO2e of it as stated by {names}, in place of our own figure, which stands beside the total; their interval is not known",
        kg=spelled(supplied), names=names,
    )  # fmt: skip
    shifted = {k: figure[k] + supplied for k in ("low", "median", "high") if figure.get(k) is not None}
    made = {k: v for k, v in figure.items() if k != "applies"} | shifted
    return made | {
        "value": (figure["value"] or 0.0) + supplied,
        "rows": figure["rows"] + entries,
        "note": note,
        "supplied": supplied,
    }


def _by_suppliers(served: Sequence[suppliers.Stated], own: dict[str, Any]) -> list[dict[str, Any]]:
    """What suppliers state in category 1, and our own figure of the same entries beside it."""
    if not any(s.serves for s in served):
        return []
    stated = nothing("", "") | {"value": _supplied(served), "rows": own["rows"], "missing": 0}
    stated.pop("reason")
    return [
        line("ghg-protocol", "memo-supplier-figures", said("Inside category 1: services as their suppliers state them"), SCOPE_3, said("scope 3, category 1"), stated),
        line("ghg-protocol", CATEGORIES[REPLACED], said("Beside the total: the same services by our own figure"), SCOPE_3, said("scope 3, category 1"), own),
    ]  # fmt: skip


def _over_scopes(
    a: Assessment, place: NDArray[np.int64], lines: list[dict[str, Any]], supplied: float
) -> list[dict[str, Any]]:
    """Totals of scope 3 and of scopes 1 to 3, after what the profile supplies of other categories."""
    other, supply, made = scope_totals.supplied_other(a), scope_1.supply(a), []
    if supply is not None:
        made.append(
            line(
                "ghg-protocol",
                "scope-3-3-fuels",
                said("Supply of the fuels of scope 1"),
                SCOPE_3,
                said("scope 3, category 3"),
                supply,
            )
        )
    if other is not None:
        label, category = said("Other categories of scope 3, as supplied"), said("scope 3, other categories")
        made.append(line("ghg-protocol", scope_totals.SUPPLIED_OTHER, label, SCOPE_3, category, other))

    def draws(scope_2: str, fixed: float) -> Numbers | None:
        wanted = {"use_co2e": (EMPLOYEES, LEASED, SOLD, LET), **IN_TOTALS}
        if scope_2:
            wanted[f"use_co2e_{scope_2.removeprefix('scope-2-')}"] = (OWN,)
        return _drawn(a, place, wanted, fixed + supplied)

    def total(parts: list[dict[str, Any]], missing: int, drawn: Numbers | None) -> dict[str, Any]:
        return _total(parts, a.rows, missing, drawn)

    held = {x["id"]: x for x in [*lines, *made]}
    for id, figure in scope_totals.figures(a, held, total, draws).items():
        category = said("scopes 1, 2 and 3") if scope_totals.SCOPE_2[id] else said("scope 3")
        standard = SCOPE_3 if category == "scope 3" else f"{GHG} Corporate Standard (2004)"
        made.append(line("ghg-protocol", id, scope_totals.LABELS[id], standard, category, figure))
    return made


#: quantities of categories 1 and 3 -> the places whose rows count in them
IN_TOTALS: dict[str, tuple[int, ...]] = {"use_co2e_upstream": (OWN,), "total_co2e": (SERVICE,)}


def _drawn(
    a: Assessment, place: NDArray[np.int64], wanted: dict[str, tuple[int, ...]], fixed: float = 0.0
) -> Numbers | None:
    """Draws of quantities over the rows of some places, purchases and a constant together; None where nothing has a width."""
    if not a.profile.uncertainty.draws:
        return None
    names = [name for name in wanted if name in a.columns]
    sums = a.summary.sampler.sums(names, place)
    value, bought = purchases.total(a.bought)
    varies = any(sums[name].varies(g) for name in names for g in wanted[name])
    if bought is None and not varies:
        return None
    parts = (sums[name].of(g) for name in names for g in wanted[name] if (place == g).any())
    return np.asarray(sum(parts, (bought if bought is not None else value or 0.0) + fixed))


def _bought(b: purchases.Bought) -> dict[str, Any]:
    hosts: dict[str, Any] = {}
    if b.hosts is not None:
        hosts["hosts"] = {"status": b.hosts.status}
        if b.hosts.value is not None:
            hosts["hosts"] |= {"name": b.hosts.name, "count": b.hosts.number, "value": b.hosts.value, "unit": "kgCO2e",
                               "factor": b.hosts.factor}  # fmt: skip
    return hosts | {
        "device": b.name, "count": b.purchase.count, "pieces": b.pieces, "date": b.purchase.date.isoformat(), "counted": b.counted,
        "value": b.value, **of_draws(b.value, b.draws), "unit": "kgCO2e", "factor": b.factor, "note": b.note,
    }  # fmt: skip
