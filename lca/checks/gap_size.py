"""What a figure that is not determined would add by the nearest proxy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lca.checks import Check, Evidence, Finding, together
from lca.engine.gap_sizes import SIZED, GapSizes, sizes
from lca.engine.summary import exact_sums
from lca.language import joined, plural, said
from lca.numerals import spelled
from lca.quantities import BY_NAME

CHECK = Check(
    code="gap-size",
    severity="info",
    looks_for="Entries without a figure, with what they would add by the nearest proxy and their share of energy and money",
    why="A total that lacks a part is a lower bound: how much of it is missing decides whether the gap matters.",
    remedy="Give what the finding `not-determined` names; no total ever holds the estimate.",
)


def find(a: Evidence) -> Iterator[Finding]:
    """One finding per quantity and reason."""
    gaps = {q: np.isnan(a.results[q]) for q in SIZED if q in a.results}
    if not any(rows.any() for rows in gaps.values()):
        return
    made = sizes(a.activities, a.resolved, a.results, a.catalogue)
    for quantity, lacking in gaps.items():
        by_reason: dict[str, list[int]] = {}
        for row in np.flatnonzero(lacking).tolist():
            by_reason.setdefault(a.reason(quantity, row), []).append(row)
        each = []
        for why, alike in sorted(by_reason.items()):
            rows = np.zeros(a.activities.rows, bool)
            rows[alike] = True
            each.append(CHECK.at(_message(made, quantity, rows, why), None, quantity))
        yield from together(each, _message(made, quantity, lacking, said("for {n} reasons", n=spelled(len(each)))))


def _message(made: GapSizes, quantity: str, rows: NDArray[np.bool_], why: str) -> str:
    held = made.estimates[quantity]
    entries = plural(
        int(rows.sum()), "{quantity} lacks one entry of {all}{weight}: {why}", "{quantity} lacks {n} entries of {all}{weight}: {why}",
        quantity=quantity, n=spelled(rows.sum()), all=spelled(len(rows)), weight=weights(made, rows), why=why,
    )  # fmt: skip
    known = rows & ~np.isnan(held.values)
    if not known.any():
        return said("{entries}. No proxy is known, so the size of the gap is not determined", entries=entries)
    size = float(exact_sums(np.zeros(int(known.sum()), np.int64), held.values[known], 1)[0])
    widest = held.names[int(held.step[known].max())]
    amount = said("{amount} {unit}", amount=spelled(size, 2), unit=BY_NAME[quantity].unit)
    if (rows & ~known).any():
        return said(
            "{entries}. By {proxy}, {n} of them would add about {amount}, which no total holds; the others have no proxy",
            entries=entries, proxy=widest, n=spelled(known.sum()), amount=amount,
        )  # fmt: skip
    return said(
        "{entries}. By {proxy} it would add about {amount}, which no total holds",
        entries=entries,
        proxy=widest,
        amount=amount,
    )


def weights(made: GapSizes, rows: NDArray[np.bool_]) -> str:
    """Share of some entries by energy and by money, in brackets; empty where neither is known."""
    energy, money = made.shares(rows)
    told = [] if energy is None else [said("about {share} % of the energy", share=spelled(100 * energy, 2))]
    told += (
        [] if money is None else [said("{share} % of the {name}", share=spelled(100 * money, 2), name=made.money_name)]
    )
    return said(" ({shares})", shares=joined(", ", told)) if told else ""
