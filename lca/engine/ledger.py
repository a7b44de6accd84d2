"""Sums of rows from which every view is drawn: mergeable, so that whole and partitions agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lca.engine.figures import bound
from lca.engine.kernel import Array
from lca.engine.summary import exact_sums
from lca.quantities import BY_NAME

if TYPE_CHECKING:
    from lca.assessment import Assessment


@dataclass
class Sums:
    """Per name and group: the sum of what is known, how many rows it has, and how many lack it or a part of it."""

    total: dict[str, NDArray[np.float64]]
    known: dict[str, NDArray[np.int64]]
    missing: dict[str, NDArray[np.int64]]
    rows: NDArray[np.int64]

    def merge(self, other: Sums) -> Sums:
        """Sums of both parts; the groups must be the same, in the same order."""
        return Sums(
            {n: v + other.total[n] for n, v in self.total.items()}, {n: v + other.known[n] for n, v in self.known.items()},
            {n: v + other.missing[n] for n, v in self.missing.items()}, self.rows + other.rows,
        )  # fmt: skip


def sums(columns: Mapping[str, Array], names: Sequence[str], code: NDArray[np.int64], groups: int) -> Sums:
    """Sums of columns over groups."""
    made = Sums({}, {}, {}, np.bincount(code, minlength=groups).astype(np.int64))
    for name in names:
        values = columns.get(name, np.full(len(code), np.nan))
        absent = np.isnan(values)
        made.total[name] = exact_sums(code, np.where(absent, 0.0, values), groups)
        made.known[name] = made.rows - np.bincount(code[absent], minlength=groups)
        made.missing[name] = np.bincount(code[lacking(columns, name, len(code))], minlength=groups).astype(np.int64)
    return made


def lacking(columns: Mapping[str, Array], name: str, rows: int) -> NDArray[np.bool_]:
    """Rows that lack a quantity or a part of it."""
    values, parts = columns.get(name), columns.get(f"{name}__missing")
    if values is None:
        return np.ones(rows, bool)
    return np.isnan(values) if parts is None else np.isnan(values) | (parts > 0)


class Ledger:
    """Figures of some groups of rows of an assessment, with interval, gaps and the reason of most of them."""

    def __init__(self, a: Assessment, names: Sequence[str], code: NDArray[np.int64], groups: int) -> None:
        self.a, self.code, self.groups = a, code, groups
        self.sums = sums(a.columns, names, code, groups)
        self._bands = a.summary.sampler.bands(names, code, groups)
        self._gaps: dict[str, NDArray[np.int64]] = {}
        self._inside = {name: a.summary.inside(name, code, groups) for name in names}

    def figure(self, name: str, g: int) -> dict[str, Any]:
        """One quantity of one group, as data."""
        s = self.sums
        known = bool(s.known[name][g])
        value = float(s.total[name][g]) if known else None
        made: dict[str, Any] = {
            "quantity": name, "value": value, "low": None, "high": None, "median": None, "unit": BY_NAME[name].unit,
            "rows": int(s.rows[g]), "missing": int(s.missing[name][g]),
        }  # fmt: skip
        bound(made, self._bands.get(name), g)
        if self._inside[name][g]:
            made["inside"] = int(self._inside[name][g])
        if made["missing"]:
            made["reason"] = self.a.reason(name, int(self._gap(name)[g]))
        elif not self.a.rows:
            made["reason"] = self.a.reason(name, -1)
        return made

    def _gap(self, name: str) -> NDArray[np.int64]:
        """A row of each group that lacks a quantity."""
        if name not in self._gaps:
            self._gaps[name] = self.a.why.row_per_group(name, self.code, self.groups)
        return self._gaps[name]
