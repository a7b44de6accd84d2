"""Partial sums per group, merged. The report sees these and never the rows, so its cost does not grow with them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.engine.kernel import Array

#: binary digits of a part of a value: half of those of a float
DIGITS = 26


@dataclass
class Partial:
    """Sums of one quantity per group; arrays have one element per group. `by_tier` has one row per tier 1 to 4."""

    total: NDArray[np.float64]
    rows: NDArray[np.int64]
    missing: NDArray[np.int64]
    tier: NDArray[np.int64]
    by_tier: NDArray[np.float64]

    def merge(self, other: Partial) -> Partial:
        """Sums of both parts; the groups must be the same, in the same order."""
        return Partial(
            self.total + other.total, self.rows + other.rows, self.missing + other.missing,
            np.maximum(self.tier, other.tier), self.by_tier + other.by_tier,
        )  # fmt: skip


def partial(columns: Mapping[str, Array], quantity: str, group: NDArray[np.int64], groups: int) -> Partial:
    """Partial sums of a quantity. A row whose sum lacks a part counts as missing, though what is known is summed."""
    values = columns.get(quantity)
    rows = np.bincount(group, minlength=groups).astype(np.int64)
    if values is None:
        zero: NDArray[np.float64] = np.zeros(groups)
        return Partial(zero, rows, rows.copy(), zero.astype(np.int64), np.zeros((4, groups)))
    absent = np.isnan(values)
    parts = columns.get(f"{quantity}__missing")
    lacking = absent if parts is None else absent | (parts > 0)
    weights = np.where(absent, 0.0, values)
    cell = group * 5 + np.where(absent, 0, columns[f"{quantity}__tier"])  # group and tier, 0 for what is not known
    some = np.bincount(cell, minlength=groups * 5).reshape(groups, 5) > 0
    exact = exact_parts(cell, weights, groups * 5)
    by_tier = _rounded(exact).reshape(groups, 5).T[1:]
    return Partial(
        _rounded(
            exact.reshape(len(exact), groups, 5).transpose(0, 2, 1).reshape(5 * len(exact), groups)
        ),  # once, over all tiers
        rows,
        np.bincount(group, lacking, groups).astype(np.int64),
        np.max(some * np.arange(5), axis=1, initial=0).astype(np.int64),
        by_tier,
    )


def exact_sums(group: NDArray[np.int64], values: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """Sums per group, rounded once: the same to the last bit in whatever order the rows come."""
    return _rounded(exact_parts(group, values, groups))


def _rounded(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of columns, each rounded once: what every addition loses is kept (Knuth's two-sum) and added at the end.

    Where even the sum of what was lost loses something, `math.fsum` adds that column up.
    """
    total, lost = parts[0].copy(), np.zeros(parts.shape[1])
    is_exact = np.ones(parts.shape[1], bool)
    with np.errstate(invalid="ignore", over="ignore"):
        for part in parts[1:]:
            total, error = _two_sum(total, part)
            lost, rest = _two_sum(lost, error)
            is_exact &= rest == 0
        out: NDArray[np.float64] = total + lost
    for at in np.flatnonzero(~is_exact).tolist():
        out[at] = math.fsum(parts[:, at].tolist())
    return out


def _two_sum(
    a: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # fmt: skip
    """Sums of numbers, and what their rounding lost, exactly."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def exact_parts(group: NDArray[np.int64], values: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """Numbers per group, one under the other, whose sum without rounding is that of the group.

    Values are parted into whole multiples of falling powers of two, of `DIGITS` binary digits each, whose sums are exact for up to
    2 ** DIGITS rows.
    """
    rest, sums = values, []
    while (most := float(np.abs(rest).max(initial=0.0))) > 0 and math.isfinite(most):
        scale = math.ldexp(1.0, max(math.frexp(most)[1] - DIGITS, -1074))
        part = np.rint(rest / scale)
        sums.append(np.bincount(group, part, groups) * scale)
        rest = rest - part * scale
    if not sums:
        sums.append(np.bincount(group, rest, groups).astype(np.float64))  # zeros, or what is no number
    return np.stack(sums)


def patterns(columns: Sequence[Array]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that agree in all of these integer columns: (pattern of each row, first row of each pattern)."""
    code = np.zeros(len(columns[0]) if columns else 0, np.uint64)
    weight = np.uint64(0x9E3779B97F4A7C15)  # odd and without structure, so that different paths get different sums
    with np.errstate(over="ignore"):
        for column in columns:
            code = (code + (column + 2).astype(np.uint64)) * weight
            code ^= code >> np.uint64(29)
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    return inverse.reshape(-1), first
