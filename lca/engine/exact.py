"""Sums over rows that come out the same, to the last bit, in whatever order and partitions the rows arrive.

Each row is rounded to a multiple of a power of two that its own size decides (32 binary digits at least, far below the
error of any draw), and such multiples add up without rounding. Rows of like size share a sum; the sums are joined last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

#: binary digits of a row's largest number; sizes are grouped by so many powers of two, down to the least that matters
DIGITS, STEP, LEAST = 40, 8, -800


def levels(values: Numbers) -> NDArray[np.int64]:
    """The power of two, a multiple of `STEP`, below which each row lies (rows by draws)."""
    size = np.abs(values).max(axis=1)
    made = -(-np.frexp(size)[1].astype(np.int64) // STEP) * STEP
    made[size == 0] = 0
    return np.maximum(made, LEAST)


def add_up(keys: Rows, values: Numbers) -> tuple[Rows, Rows, NDArray[np.int64]]:
    """(key, level, sum as a whole multiple of 2 ** (level - DIGITS)) of finite rows, keys and levels in rising order."""
    level = levels(values)
    whole = np.rint(values * np.ldexp(1.0, DIGITS - level)[:, None])
    order = np.lexsort((level, keys))
    keys, level, whole = keys[order], level[order], whole[order].astype(np.int64)
    first = np.flatnonzero(np.append(True, (keys[1:] != keys[:-1]) | (level[1:] != level[:-1])))
    return keys[first], level[first], np.add.reduceat(whole, first, axis=0)


class Vectors:
    """Draws by their content, each kept once: its place here stands for it. The first is 1 throughout (None)."""

    def __init__(self) -> None:
        self.held: list[Numbers | None] = [None]
        self.names: list[bytes] = [b""]
        self._place: dict[bytes, int] = {b"": 0}

    def place(self, draws: Numbers) -> int:
        """The place of some draws."""
        name = hashlib.sha1(np.ascontiguousarray(draws).tobytes(), usedforsecurity=False).digest()
        held = self._place.get(name)
        if held is None:
            held = self._place[name] = len(self.held)
            self.held.append(draws)
            self.names.append(name)
        return held

    def __len__(self) -> int:
        return len(self.held)


class Sums:
    """Sums of one quantity by group: of products of a number per row with draws, and of whole matrices."""

    def __init__(self, draws: int) -> None:
        self.draws = draws
        self._products: dict[Hashable, dict[tuple[bytes, int], int]] = {}
        self._factors: dict[bytes, Any] = {}
        self._matrices: dict[Hashable, dict[int, NDArray[np.int64]]] = {}
        self._varies: set[Hashable] = set()
        self._broken: set[Hashable] = set()

    def add_products(self, group: Rows, values: Numbers, place: Rows, vectors: Vectors) -> None:
        """Add one number for each row, times the draws at its place, to its group."""
        finite = np.isfinite(values)
        if not finite.all():
            self._broken |= set(group[~finite].tolist())
            group, values, place = group[finite], values[finite], place[finite]
        if not len(group):
            return
        size = len(vectors)
        key, level, total = add_up(group * size + place, values[:, None])
        for k, at, whole in zip(key.tolist(), level.tolist(), total[:, 0].tolist(), strict=True):
            g, n = divmod(k, size)
            name = vectors.names[n]
            held = self._products.setdefault(g, {})
            held[name, at] = held.get((name, at), 0) + whole
            if n:
                self._factors[name] = vectors.held[n]
                self._varies.add(g)

    def add_matrix(self, group: Rows, values: Numbers) -> None:
        """Add rows of draws, each to its group."""
        self._varies |= set(np.unique(group).tolist())
        finite = np.isfinite(values).all(axis=1)
        if not finite.all():
            self._broken |= set(group[~finite].tolist())
            group, values = group[finite], values[finite]
        if not len(group):
            return
        for g, at, whole in zip(*(x.tolist() if x.ndim == 1 else x for x in add_up(group, values)), strict=True):
            held = self._matrices.setdefault(g, {})
            held[at] = held[at] + whole if at in held else whole

    def merge(self, other: Sums) -> None:
        """Add the sums of another part of the rows."""
        self._factors |= other._factors
        for g, products in other._products.items():
            held = self._products.setdefault(g, {})
            for key, whole in products.items():
                held[key] = held.get(key, 0) + whole
        for g, matrices in other._matrices.items():
            sums = self._matrices.setdefault(g, {})
            for at, part in matrices.items():
                sums[at] = sums[at] + part if at in sums else part
        self._varies |= other._varies
        self._broken |= other._broken

    def varies(self, group: Hashable) -> bool:
        """Whether anything in the sum of a group has a width."""
        return group in self._varies

    def of(self, group: Hashable) -> Numbers:
        """Draws of the sum of a group; NaN throughout where a row had no finite number."""
        return self.each([group])[0]

    def each(self, groups: Sequence[Hashable]) -> Numbers:
        """Draws of the sums of several groups, a row each. A group is added up in the order of its names, whatever stands beside it."""
        from scipy.sparse import csr_array

        held = [sorted(self._products.get(group, {}).items()) for group in groups]
        wholes = np.asarray([float(whole) for items in held for _, whole in items])
        amounts = np.ldexp(
            wholes, np.asarray([at - DIGITS for items in held for (_, at), _ in items], np.int64)
        ).tolist()
        names = {name: n for n, name in enumerate(dict.fromkeys(name for items in held for (name, _), _ in items))}
        data: list[float] = []
        columns: list[int] = []
        ends, position = [0], 0
        for items in held:
            last = None
            for (name, _), _ in items:
                if name == last:  # of another size
                    data[-1] += amounts[position]
                else:
                    data.append(amounts[position])
                    columns.append(names[name])
                position, last = position + 1, name
            ends.append(len(data))
        factors = np.ones((len(names), self.draws))
        for name, n in names.items():
            if name:  # without a name: what does not vary
                factors[n] = self._factors[name]
        total = np.asarray(
            csr_array((data, columns, ends), shape=(len(groups), len(names)), dtype=np.float64) @ factors
        )
        for n, group in enumerate(groups):
            for at, part in sorted(self._matrices.get(group, {}).items()):
                total[n] += np.ldexp(part.astype(np.float64), at - DIGITS)
            if group in self._broken:
                total[n] = np.nan
        return total
