"""Section 2: the total where it arises, with idle time at its jobs, and with development at its service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from lca.engine.attribution import BASES
from lca.engine.summary import partial
from lca.language import said, say
from lca.quantities import FUNCTIONAL_UNITS
from lca.report import numbers as n
from lca.report.cells import notes, value
from lca.report.parts import Cell, Column, Row, Table
from lca.report.sums import many, per_amount, whole
from lca.report.words import clean, stage, work

if TYPE_CHECKING:
    from lca.assessment import Assessment

GROUPS_SHOWN = 20
#: quantity -> head of its column
VIEWS = {
    "total_co2e": said("Where it arises"),
    "total_co2e_with_idle": said("Idle time at its jobs"),
    "total_co2e_with_development": said("Development at its service too"),
}


def tables(a: Assessment) -> list[Table]:
    """Both tables; none where no amount moves between runs."""
    shown = {name: head for name, head in VIEWS.items() if name in a.summary.names}
    if len(shown) == 1:
        return []
    return [_views(a, shown), *(t for t in [_per_unit(a, shown)] if t is not None)]


def _views(a: Assessment, shown: Mapping[str, str]) -> Table:
    grouping = a.grouping(["system", "stage"])
    first, *others = (partial(a.columns, q, grouping.code, len(grouping)).total for q in shown)
    moves = np.flatnonzero(
        np.any([first != other for other in others], axis=0)
    )  # the groups that give or receive something
    moves = moves[np.argsort(-first[moves], kind="stable")][:GROUPS_SHOWN]
    code = np.full(len(grouping), len(moves), np.int64)
    code[moves] = np.arange(len(moves))
    made = many(a, list(shown), code[grouping.code], len(moves) + 1)
    unit = n.scale(whole(a, "total_co2e").value, "kgCO2e")
    places = [grouping.labels[g] for g in moves]
    names = [Cell(text=clean(g["system"], 48), sub=stage(g["stage"])) for g in places]
    names += [Cell(text=say("All other systems and stages"), kind="muted")] if len(moves) < len(grouping) else []
    rows = [Row(cells=[name, *(value(made[q][i], unit) for q in shown)]) for i, name in enumerate(names)]
    rows.append(Row(cells=[Cell(text=say("Total")), *(value(whole(a, q), unit) for q in shown)], total=True))
    basis = a.profile.idle_allocation
    lead = say(
        "The same total in more than one view, which are never added: what one run receives others give, so the sum stays."
    )
    if basis != "none":
        lead = say(
            "{lead} Idle time is shared by {basis}; findings say what could not be shared.",
            lead=lead,
            basis=BASES[basis],
        )
    told = [
        say(
            "{system}: development is spread over {amount} {work} of the service life ({reason}).",
            system=clean(s.system, 48),
            amount=n.count(round(s.amount)),
            work=work(s.work),
            reason=clean(s.reason, 160),
        )
        for s in a.profile.services
    ]
    heads = [Column(label=say("System and stage"), width=100 - 22 * len(shown))]
    heads += [
        Column(label=head, unit=unit.unit, width=22, right=True, href="rules-attribution") for head in shown.values()
    ]
    return Table(
        title=said("Idle time and development, where they belong"),
        lead=lead,
        columns=heads,
        rows=rows,
        notes=[*told, *notes(rows)],
    )


def _per_unit(a: Assessment, shown: Mapping[str, str]) -> Table | None:
    """Per unit of each service of the profile."""
    grouping = a.grouping(["system", "stage"])
    rows = []
    for service in a.profile.services:
        _, size, label = next(u for u in FUNCTIONAL_UNITS.values() if u[0] == service.work)
        amount = a.activities.columns.get(f"work_{service.work}")
        if amount is None:
            continue
        made = per_amount(a, list(shown), amount / size, grouping.code, len(grouping), len(grouping))
        for g, figures in made.groups:
            place = grouping.labels[g]
            if place == {"system": service.system, "stage": "inference"}:
                cells = [Cell(text=n.phrase(s.value, "kgCO2e"), kind="missing" if s.value is None else "",
                              mark="†" if s.missing and s.value is not None else "") for s in figures]  # fmt: skip
                rows.append(Row(cells=[Cell(text=clean(service.system, 48), sub=label), *cells]))
    if not rows:
        return None
    heads = [Column(label=say("Service"), width=100 - 22 * len(shown))]
    heads += [Column(label=head, width=22, right=True) for head in shown.values()]
    return Table(title=said("Per unit served, without and with development"), columns=heads, rows=rows, notes=notes(rows),
                 lead=say("What one request or token causes when it runs, and what it carries of the idle time and the development before it."))  # fmt: skip
