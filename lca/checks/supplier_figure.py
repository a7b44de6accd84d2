"""A figure that a supplier states of its service, beside our own of the same entries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lca.checks import Check, Evidence, Finding
from lca.engine.roles import roles
from lca.engine.suppliers import Stated, stated
from lca.language import plural, said
from lca.numerals import spelled

CHECK = Check(
    code="supplier-figure",
    severity="info",
    looks_for="Supplier figures of the profile, each compared with the own figure of its entries",
    why="Boundary and factors of a supplier are its own: where the two differ widely, one of them holds something else.",
    remedy="Ask the supplier for its boundary and evidence; `use: true` puts a figure with evidence into category 1.",
)
#: ratio beyond which the difference is a warning, up and down
WIDE = 2.0


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per supplier figure."""
    if not a.profile.supplier_figures:
        return
    place = roles(a.activities, a.resolved, a.profile).place
    for made in stated(a.activities, a.resolved, a.results, a.profile, place):
        wide = made.ratio is not None and not 1 / WIDE <= made.ratio <= WIDE
        severity = "warning" if made.why_not or wide else "info"
        yield CHECK.at(f"{_compared(made)}; {_use(made)}", None, f"supplier_figures[{made.number}]", severity)


def _compared(made: Stated) -> str:
    entries = int(np.count_nonzero(made.rows))
    who = made.figure.supplier
    if made.value is None:
        return said("{who}: no figure for {n} entries", who=who, n=spelled(entries))
    told = plural(
        entries, "{who} states {kg} kgCO2e for one entry", "{who} states {kg} kgCO2e for {n} entries",
        who=who, kg=spelled(made.value), n=spelled(entries),
    )  # fmt: skip
    if made.own is None:
        return said("{told}, of which no own figure is known", told=told)
    if made.ratio is None:
        return said("{told}, ours is {own} kgCO2e", told=told, own=spelled(made.own))
    ratio = said(
        "{told}, ours is {own} kgCO2e, a ratio of {ratio}",
        told=told,
        own=spelled(made.own),
        ratio=spelled(made.ratio, 3),
    )
    return (
        said("{ratio}; ours lacks a part of {n}", ratio=ratio, n=spelled(made.own_missing))
        if made.own_missing
        else ratio
    )


def _use(made: Stated) -> str:
    if made.why_not:
        return said("it does not serve, since {why}", why=made.why_not)
    return said("it serves in category 1") if made.serves else said("it is compared only")
