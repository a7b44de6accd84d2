"""Why rows lack a quantity, in words; of several rows the reason of most of them, whatever the order of the logs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.activity import INPUTS, Activities
from lca.catalogue import hourly, lookup, unestimated
from lca.catalogue.lookups import LOOKUPS
from lca.catalogue.resolve import Resolved
from lca.engine import attribution, trace
from lca.engine.ledger import lacking
from lca.engine.plan import Plan
from lca.engine.register import Register
from lca.engine.summary import patterns
from lca.language import said

#: columns that lookups, allocation and the log may give beside those of `INPUTS`
MEANINGS = {
    **{n: m for n, (_, m) in INPUTS.items()},
    **{n.column: n.meaning for n in LOOKUPS},
    "wue_facility": "water per facility energy",
    **dict.fromkeys(attribution.COLUMNS, "what is moved between runs"),
}


class Reasons:
    """Reasons of one assessment; rows in which the same is given and the same rules applied have one reason."""

    def __init__(
        self, plan: Plan, activities: Activities, resolved: Resolved, results: Mapping[str, NDArray[Any]],
        register: Register, pattern: NDArray[np.int64], max_tier: int,
    ) -> None:  # fmt: skip
        self.plan, self.activities, self.resolved, self.results = plan, activities, resolved, results
        self.register, self.pattern = register, pattern
        self.limit = said("(the profile allows tiers up to {tier})", tier=max_tier) if max_tier < 4 else ""
        self._texts: dict[tuple[str, int], str] = {}

    def of(self, quantity: str, row: int) -> str:
        """Why a quantity is not determined in a row."""
        key = (quantity, int(self._alike[row]))
        if key not in self._texts:
            self._texts[key] = trace.reason(
                self.plan, self.activities.columns, self.results, quantity, row, MEANINGS, self._withheld, self.limit
            )
        return self._texts[key]

    def counted(self, quantity: str, of: NDArray[np.bool_] | None = None) -> list[tuple[str, int]]:
        """Why rows lack a quantity or a part of it, and how many do so for each reason: the most frequent first, then by text."""
        gaps = lacking(self.results, quantity, self.activities.rows)
        rows = np.flatnonzero(gaps if of is None else gaps & of)
        _, first, count = np.unique(self._alike[rows], return_index=True, return_counts=True)
        held: dict[str, int] = {}
        for at, number in zip(first.tolist(), count.tolist(), strict=True):
            why = self.of(quantity, int(rows[at]))
            held[why] = held.get(why, 0) + number
        return sorted(held.items(), key=lambda item: (-item[1], item[0]))

    def row_per_group(self, quantity: str, code: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
        """A row of each group that lacks a quantity for the reason of most of its rows, of several such the first by text; else -1."""
        out = np.full(groups, -1, np.int64)
        rows = np.flatnonzero(lacking(self.results, quantity, self.activities.rows))
        if not len(rows):
            return out
        alike = self._alike[rows]
        kinds = int(self._alike.max()) + 1
        cells, first, count = np.unique(code[rows] * kinds + alike, return_index=True, return_counts=True)
        group = cells // kinds
        order = np.lexsort((-count, group))
        starts = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
        best = order[starts]
        out[group[best]] = rows[first[best]]
        follows = order[np.minimum(starts + 1, len(order) - 1)]
        tied = (follows != best) & (group[follows] == group[best]) & (count[follows] == count[best])
        for at in best[tied].tolist():
            equal = np.flatnonzero((group == group[at]) & (count == count[at]))
            out[group[at]] = min((int(rows[first[e]]) for e in equal.tolist()), key=lambda row: self.of(quantity, row))
        return out

    @cached_property
    def _alike(self) -> NDArray[np.int64]:
        """Rows for which the same things are given and the same rules applied get the same number."""
        a, columns = self.activities, self.activities.columns
        given = [np.isnan(columns[n]).astype(np.int8) for n in self.plan.inputs if n in columns]
        given += [(columns[n] == 0).astype(np.int8) for n in unestimated.WORK if n in columns]
        given += [columns[f"{n}__why"] for n in hourly.COLUMNS if f"{n}__why" in columns]
        system = {name: number for number, name in enumerate(dict.fromkeys(a.systems))}
        of_run = np.fromiter(map(system.__getitem__, a.systems), np.int64, len(a.systems))
        return patterns([self.pattern, a.place_of_row, a.device_of_row, a.host_of_row, of_run[a.run_of_row], *given])[0]

    def _withheld(self, name: str, row: int) -> str:
        told = attribution.ABSENT.get(name) or hourly.withheld(self.activities, name, row)
        told = told or unestimated.why(self.activities, name, row) or self.register.why(name, row)
        return told or lookup.withheld(self.activities, self.resolved, name, row)
