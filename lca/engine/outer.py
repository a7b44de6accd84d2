"""Rows by draws without the matrix: a sum of products, each of one number per row and one number per draw.

What rules do to a column and a factor is mostly to multiply and to add, so that the matrix of all rows and draws falls
apart into few such products. Rows that share all their factors make a combination; the numbers per draw are one row for each
combination, and `of` says to which one a row belongs. A sum over rows is then that of their numbers, times the draws. What does
not fall apart (a minimum, a division by a sum) becomes a matrix, for as many rows as may be one at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
#: a number per row and numbers per draw: combinations by draws, or by 1 where all draws are one number; a bare 1.0 stands
#: for 1 throughout
Term = tuple[Any, Any]

#: a matrix is not worth avoiding beyond so many products
TERMS = 32


class TooLarge(Exception):
    """A matrix is needed and would have too many rows: ask for fewer rows at a time."""


class Outer:
    """The sum of `terms`, for `shape` = (rows, draws). `of` is the combination of each row; up to `most` rows may become a matrix."""

    __slots__ = ("most", "of", "shape", "terms")
    __array_priority__ = 100

    def __init__(self, terms: list[Term], shape: tuple[int, int], most: int, of: NDArray[np.int64]) -> None:
        self.terms, self.shape, self.most, self.of = terms, shape, most, of

    def by_row(self, b: Numbers) -> Numbers:
        """Numbers per draw, one row for each row in place of one for each combination."""
        return b if len(b) == 1 else b[self.of]

    def dense(self) -> Numbers:
        """The matrix. Raises TooLarge."""
        if self.shape[0] > self.most:
            raise TooLarge
        out = np.zeros(self.shape)
        for a, b in self.terms:
            rows = a if isinstance(a, float) else a[:, None]
            out += rows * (b if isinstance(b, float) else self.by_row(b))
        return out

    def _like(self, terms: list[Term]) -> Any:
        made = Outer(_joined([self._plainer(t) for t in terms]), self.shape, self.most, self.of)
        return made if len(made.terms) <= TERMS else made.dense()

    def _plainer(self, term: Term) -> Term:
        """One number for each combination becomes one of the row, where there is one of the row anyway."""
        a, b = term
        if isinstance(a, float) or isinstance(b, float) or b.shape[1] > 1:
            return term
        return a * self.by_row(b)[:, 0], 1.0

    def _of(self, other: Any) -> list[Term] | None:
        """The terms of an operand, None where it is a matrix."""
        if isinstance(other, Outer):
            return other.terms
        if np.ndim(other) == 0:
            return [(float(other), 1.0)]
        return None

    def _with(self, other: Any, ufunc: Any, swapped: bool = False) -> Any:
        theirs = self._of(other)
        if theirs is None:
            mine, matrix = self.dense(), np.asarray(other)
            return ufunc(matrix, mine) if swapped else ufunc(mine, matrix)
        first, second = (theirs, self.terms) if swapped else (self.terms, theirs)
        if ufunc is np.add:
            return self._like([*first, *second])
        if ufunc is np.subtract:
            return self._like([*first, *((-a, b) for a, b in second)])
        if ufunc is np.multiply:
            return self._like([(a * c, b * d) for a, b in first for c, d in second])
        if ufunc is np.true_divide and len(second) == 1:
            (c, d), = second  # fmt: skip
            return self._like([(np.true_divide(a, c), np.true_divide(b, d)) for a, b in first])
        return self._apply(ufunc, *((other, self) if swapped else (self, other)))

    def _apply(self, function: Any, *operands: Any, **options: Any) -> Any:
        """Any elementwise function: on the rows alone or the draws alone where that is all there is, else on matrices."""
        parts = [self._of(x) for x in operands]
        if all(p is not None and len(p) == 1 for p in parts):
            pairs = [p[0] for p in parts if p is not None]
            if all(isinstance(a, float) for a, _ in pairs):
                got = function(*(a * b for a, b in pairs), **options)
                made = (1.0, got) if np.ndim(got) else (float(got), 1.0)
                return Outer([made], self.shape, self.most, self.of)
            if all(isinstance(b, float) or b.shape[1] == 1 for _, b in pairs):
                of_rows = (a * (b if isinstance(b, float) else self.by_row(b)[:, 0]) for a, b in pairs)
                return Outer([(function(*of_rows, **options), 1.0)], self.shape, self.most, self.of)
        return function(*(x.dense() if isinstance(x, Outer) else x for x in operands), **options)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__":
            return NotImplemented
        if ufunc in (np.add, np.subtract, np.multiply, np.true_divide):
            swapped = not isinstance(inputs[0], Outer)
            return inputs[swapped]._with(inputs[not swapped], ufunc, swapped)
        if ufunc is np.negative:
            return self._like([(-a, b) for a, b in self.terms])
        if ufunc is np.square:
            return self * self
        return self._apply(ufunc, *inputs, **options)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return self._apply(function, *args, **kwargs)

    def __add__(self, other: Any) -> Any:
        return self._with(other, np.add)

    def __radd__(self, other: Any) -> Any:
        return self._with(other, np.add, True)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, np.subtract)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, np.subtract, True)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, np.multiply)

    def __rmul__(self, other: Any) -> Any:
        return self._with(other, np.multiply, True)

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, np.true_divide)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, np.true_divide, True)

    def __neg__(self) -> Any:
        return -1.0 * self

    def __pow__(self, other: Any) -> Any:
        return self._apply(np.power, self, other)

    def _compare(self, other: Any, ufunc: Any) -> Any:
        return self._apply(ufunc, self, other)

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, np.less)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, np.less_equal)

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, np.greater)

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, np.greater_equal)


def _joined(terms: list[Term]) -> list[Term]:
    """Terms with the same draws become one, and so do all that are draws alone."""
    if len(terms) < 2:
        return terms
    number, of_draws = 0.0, None
    held: dict[Any, Term] = {}
    for a, b in terms:
        if isinstance(a, float) and isinstance(b, float):
            number += a * b
        elif isinstance(a, float):
            of_draws = a * b if of_draws is None else of_draws + a * b
        else:
            key = b if isinstance(b, float) else id(b)
            before = held.get(key)
            held[key] = (a, b) if before is None else (before[0] + a, b)
    if number and 1.0 in held:
        held[1.0] = (held[1.0][0] + number, 1.0)
    elif number and of_draws is not None:
        of_draws = of_draws + number
    elif number or not (held or of_draws is not None):
        held[1.0] = (number, 1.0)
    return [*held.values(), *([] if of_draws is None else [(1.0, of_draws)])]
