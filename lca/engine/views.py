"""One inventory, several views: life cycle (ISO 14044), scopes by role (GHG Protocol), SCI; and how each total follows.

All lines are sums over the same rows. A view never adds what another one amortises: hardware counts either in the year
of purchase (scope 3, category 2) or by its share of life (life cycle, SCI, category 1), and the bridges show the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lca.engine import purchases, sci
from lca.engine.bridges import bridges, splits
from lca.engine.ledger import Ledger, lacking, sums
from lca.engine.roles import roles
from lca.engine.uncertainty import Numbers, of_draws
from lca.language import joined, said
from lca.run import STAGES
from lca.site import ROLES
from lca.units import parse

if TYPE_CHECKING:
    from lca.assessment import Assessment

ISO, GHG = "ISO 14044:2006; ISO 14067:2018", "GHG Protocol"
SCOPE_2, SCOPE_3 = f"{GHG} Scope 2 Guidance (2015)", f"{GHG} Scope 3 Standard (2011)"
PARTS = (("use_co2e", said("Use")), ("embodied_co2e", said("Production")), ("end_of_life_co2e", said("End of life")))
OWNER, CUSTOMER = ROLES.index("owner"), ROLES.index("cloud-customer")
BY_ROLE = ("use_co2e_location", "use_co2e_market", "use_co2e_upstream", "use_co2e", "use_co2e_market_total",
           "embodied_co2e", "end_of_life_co2e", "total_co2e", "total_co2e_market", "sci_co2e")  # fmt: skip
#: what the logs and the profile hold nothing of
ABSENT = {
    "scope-1": said(
        "run logs hold neither fuels nor refrigerants; those of backup generators and of cooling belong here"
    ),
    "scope-3-4": said("no factor is applied for the transport of bought hardware"),
    "scope-3-5": said(
        "the profile lists no hardware disposed of; the amortised end of life of the life-cycle view is no waste of the period"
    ),
    "scope-3-12": said("neither the runs nor the profile hold hardware that was sold"),
}
NO_PURCHASES = said("the profile lists no purchases")


def build(a: Assessment) -> dict[str, Any]:
    """Lines of all views, the bridges between their totals, and the purchases, as data."""
    role, assumed = roles(a.activities, a.resolved, a.profile)
    by_role = Ledger(a, BY_ROLE, role, len(ROLES))
    whole = Ledger(a, BY_ROLE, np.zeros(a.rows, np.int64), 1)
    ghg = _ghg(a, by_role, whole, role, [int((assumed & (role == g)).sum()) for g in range(len(ROLES))])
    extra = splits(a.columns, a.rows)
    parts = sums(extra, list(extra), role, len(ROLES))
    lines = [*_life_cycle(a, whole), *ghg, *sci.lines(a)]
    order = {a.profile.view: -1}
    return {
        "leads": a.profile.view,
        "lines": sorted(lines, key=lambda line: order.get(line["view"], 0)),
        "bridges": bridges(
            by_role.sums, parts, {x["id"]: x for x in lines if x["view"] == "ghg-protocol"}, sci.sides(lines),
            purchases.what(a.profile),
        ),
        "purchases": [_bought(b) for b in a.bought],
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
    a: Assessment, by_role: Ledger, whole: Ledger, role: NDArray[np.int64], assumed: list[int]
) -> list[dict[str, Any]]:
    def of(role: int, name: str, who: str) -> dict[str, Any]:
        if not by_role.sums.rows[role]:  # not a gap: there is nothing to count
            return nothing(said(who), name) | {"applies": False}
        return by_role.figure(name, role) | {"assumed_role": assumed[role]}

    def absent(id: str, label: str, standard: str, category: str) -> dict[str, Any]:
        return line("ghg-protocol", id, label, standard, category, nothing(ABSENT[id]))

    own, cloud = said("no run is that of an owner of its hardware"), said("no run is that of a customer of a cloud")
    lines = [
        absent("scope-1", said("Fuels and refrigerants"), f"{GHG} Corporate Standard (2004)", said("scope 1")),
        line("ghg-protocol", "scope-2-location", said("Electricity, location-based"), SCOPE_2, said("scope 2"), of(OWNER, "use_co2e_location", own)),
        line("ghg-protocol", "scope-2-market", said("Electricity, market-based"), SCOPE_2, said("scope 2"), of(OWNER, "use_co2e_market", own)),
        line("ghg-protocol", "scope-3-1", said("Purchased cloud services, amortised hardware inside"), SCOPE_3, said("scope 3, category 1"),
             of(CUSTOMER, "total_co2e", cloud)),
        line("ghg-protocol", "scope-3-2", said("Capital goods: {what}", what=purchases.what(a.profile)), SCOPE_3, said("scope 3, category 2"), _category_2(a)),
        line("ghg-protocol", "scope-3-3", said("Upstream of electricity and losses of the grid"), SCOPE_3, said("scope 3, category 3"),
             of(OWNER, "use_co2e_upstream", own)),
        absent("scope-3-4", said("Transport of bought hardware"), SCOPE_3, said("scope 3, category 4")),
        absent("scope-3-5", said("Waste: hardware disposed of"), SCOPE_3, said("scope 3, category 5")),
        absent("scope-3-12", said("End of life of sold hardware"), SCOPE_3, said("scope 3, category 12")),
    ]  # fmt: skip
    gaps = [
        lacking(a.columns, name, a.rows)
        for name in ("use_co2e_location", "use_co2e_market", "use_co2e_upstream", "total_co2e")
    ]
    for n, method in enumerate(("location", "market")):
        held = [x for x in lines if x["id"] in (f"scope-2-{method}", "scope-3-1", "scope-3-2", "scope-3-3")]
        missing = int(np.where(role == OWNER, gaps[n] | gaps[2], gaps[3]).sum())
        label = said(
            "Scope 2 and categories 1 to 3 of scope 3, location-based"
            if method == "location"
            else "Scope 2 and categories 1 to 3 of scope 3, market-based"
        )
        lines.append(
            line(
                "ghg-protocol",
                f"total-{method}",
                label,
                SCOPE_3,
                said("scope 2 and 3"),
                _total(held, a.rows, missing, _drawn(a, role, f"use_co2e_{method}")),
            )
        )
    memo = of(OWNER, "embodied_co2e", own)
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


def _drawn(a: Assessment, role: NDArray[np.int64], scope_2: str) -> Numbers | None:
    """Draws of scope 2 and of the categories 1 to 3 of scope 3 together; None where nothing has a width."""
    held = {scope_2: OWNER, "use_co2e_upstream": OWNER, "total_co2e": CUSTOMER}
    if not a.profile.uncertainty.draws:
        return None
    names = [name for name in held if name in a.columns]
    sums = a.summary.sampler.sums(names, role)
    _, bought = purchases.total(a.bought)
    if bought is None and not any(sums[name].varies(held[name]) for name in names):
        return None
    fixed = purchases.total(a.bought)[0] or 0.0
    return np.asarray(sum((sums[name].of(held[name]) for name in names), bought if bought is not None else fixed))


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
