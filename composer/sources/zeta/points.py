"""Points on a line, exactly: whole + fraction, an integer and a double of at most 1/2, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from composer.errors import Fault, InputError
from composer.sources.grid import Grid, Number, exactly
from composer.units import F8, I8

MOST_T = 10**13  # sqrt(t / 2 pi) stays within the two million logarithms that `phases` can sum
BLOCK = 1 << 17

Heights = ArrayLike | Grid | Number | Iterable[Number]
_BEYOND = Fault("t is not finite or beyond 1e13", "t", "give |t| of at most 10 000 000 000 000")


class Points:
    """Numbers as they were given, in order, and the `shape` that values at them are to have.

    Arrays of doubles are the doubles they are; fractions, decimals and long integers are taken exactly.
    Raises InputError for text, complex numbers and what is not finite or beyond 1e13.
    """

    def __init__(self, t: Heights) -> None:
        self._numbers: F8 | Sequence[Fraction] | Grid
        if isinstance(t, Grid):
            if t.count and max(abs(t[0]), abs(t[t.count - 1])) > MOST_T:
                raise InputError(_BEYOND)
            self._numbers, self.shape = t, (t.count,)
            return
        if isinstance(t, Iterable) and not isinstance(t, np.ndarray | list | tuple | str | bytes):
            array = np.array([*t, None], object)[:-1]  # one row, whatever the numbers are
        else:
            array = _array(t)
        self.shape = array.shape
        if array.dtype == object:
            exact = [exactly(number, "t") for number in array.ravel().tolist()]
            if any(abs(number) > MOST_T for number in exact):
                raise InputError(_BEYOND)
            self._numbers = exact
            return
        self._numbers = array.astype(np.float64).ravel()
        if not np.all(np.abs(self._numbers) <= MOST_T):  # NaN is refused too
            raise InputError(_BEYOND)

    def __len__(self) -> int:
        return len(self._numbers)

    def split(self, begin: int, end: int) -> tuple[I8, F8]:
        """Return the points begin .. end - 1 as whole + fraction, each to 2^-54 of the fraction."""
        if isinstance(self._numbers, np.ndarray):
            t = self._numbers[begin:end]
            whole = np.rint(t)
            return whole.astype(np.int64), t - whole  # the difference is exact
        if isinstance(self._numbers, Grid):
            return _split_grid(self._numbers, begin, end)
        return _split((x.numerator, x.denominator) for x in self._numbers[begin:end])

    def blocks(self) -> Iterator[tuple[slice, I8, F8]]:
        """Yield all the points block by block: where they are, whole, fraction."""
        for begin in range(0, len(self), BLOCK):
            end = min(begin + BLOCK, len(self))
            yield slice(begin, end), *self.split(begin, end)


def _array(t: Any) -> np.ndarray[Any, np.dtype[Any]]:
    """Return an array of doubles or integers, or of objects that no double might hold; else raise InputError."""
    try:
        array = np.asarray(t)
    except ValueError as error:
        raise InputError(Fault("t is no array of numbers", "t", "give rows of one length")) from error
    if array.dtype.kind not in "biufO":
        raise InputError(Fault(f"t = {t!r:.60} is not real numbers", "t", "give numbers, an array or a Grid"))
    return array.astype(object) if array.dtype.itemsize > 8 and array.dtype.kind == "f" else array


def _split_grid(grid: Grid, begin: int, end: int) -> tuple[I8, F8]:
    common = grid.start.denominator * grid.step.denominator
    first = grid.start.numerator * grid.step.denominator
    step = grid.step.numerator * grid.start.denominator
    if common < 1 << 52 and max(abs(first + k * step) for k in (begin, end)) < 1 << 61:
        n = first + np.arange(begin, end) * step
        whole = (2 * n + common) // (2 * common)
        return whole, (n - whole * common) / common
    return _split((first + k * step, common) for k in range(begin, end))


def _split(ratios: Iterable[tuple[int, int]]) -> tuple[I8, F8]:
    """Split numerators over denominators by Python's integers, which divide with one correct rounding."""
    rows = [(n, d, (2 * n + d) // (2 * d)) for n, d in ratios]
    fraction = np.array([(n - whole * d) / d for n, d, whole in rows], np.float64)
    return np.array([whole for _, _, whole in rows], np.int64), fraction
