"""Equally spaced points, exactly: t_k = a + k (b - a)/n for k = 0 .. n - 1, the end b excluded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import index
from typing import Annotated

import numpy as np
from annotated_types import Interval
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.parameters import Check
from composer.units import F8

MOST_POINTS = 10_000_000

Rational = float | Decimal | Fraction
Number = Rational | str
Exact = Decimal  # what a piece's number is read as, so that 0.1 means one tenth


def rising(ends: tuple[Rational, Rational]) -> None:
    """Raise InputError unless the two ends are finite and the first is the lower one."""
    start, end = ends
    if not (_is_double(start) and _is_double(end)):
        raise InputError(Fault(f"[{start}, {end}] is not finite", remedy="give two ordinary numbers"))
    if Fraction(end) <= Fraction(start):
        kind = "is empty" if end == start else "is reversed"
        raise InputError(Fault(f"the range [{start}, {end}] {kind}", remedy="put the lower end first"))


def _is_double(number: Rational) -> bool:
    try:
        return bool(np.isfinite(float(number)))
    except OverflowError:  # a fraction beyond the largest double
        return False


def exactly(number: Number, where: str) -> Fraction:
    """Return a number as a fraction: doubles as they are, text as the decimals or the ratio that it says.

    >>> exactly("0.1", "step"), exactly(0.1, "step") == Fraction(1, 10), exactly("1/15", "step")
    (Fraction(1, 10), False, Fraction(1, 15))
    """
    remedy = "give an ordinary number, such as 0.5 or '1000000000000.1'"
    try:
        if isinstance(number, bool):
            raise TypeError
        if isinstance(number, str):
            number = Fraction(number) if "/" in number else Decimal(number)
        elif not isinstance(number, Decimal | Fraction):
            number = Fraction(index(number)) if hasattr(number, "__index__") else float(number)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise InputError(Fault(f"{number!r:.60} is not a number", where, remedy)) from error
    if not _is_double(number):
        raise InputError(Fault(f"{number!s:.60} is not finite or beyond the range of doubles", where, remedy))
    if isinstance(number, Decimal) and number and number.adjusted() < -400:  # its fraction might fill the memory
        raise InputError(Fault(f"{number!s:.60} is too small", where, remedy))
    return Fraction(number)


def within(limit: int) -> Callable[[tuple[Rational, Rational]], None]:
    """Return a check that raises InputError for a range that reaches further from 0 than `limit`."""

    def check(ends: tuple[Rational, Rational]) -> None:
        if max(abs(Fraction(end)) for end in ends) > limit:
            raise InputError(
                Fault(f"the range [{ends[0]}, {ends[1]}] is out of reach", remedy=f"stay within ±{limit:,}")
            )

    return check


Range = Annotated[tuple[Exact, Exact], Check(rising)]
Points = Annotated[int, Interval(ge=1, le=MOST_POINTS), Doc("how many points, equally spaced")]


def points_between(length: float, step: float) -> int:
    """Return how many points lie from 0 to `length`, both included, a `step` apart; InputError for too many."""
    steps = length / step + 1e-9
    if not steps < MOST_POINTS:
        raise InputError(Fault(f"that is {steps:.3g} points", remedy=f"keep to {MOST_POINTS:,}".replace(",", " ")))
    return int(steps) + 1


@dataclass(frozen=True, init=False)
class Grid:
    """`count` points from `start`, `step` > 0 apart, as rational numbers.

    Both are given as integers, floats (taken as the doubles they are), fractions, decimals or text such as
    "1000000000000.1"; InputError for what is no number, a step of 0 or below, and a count that is no integer >= 0.

    >>> grid = Grid.between(400_000, 400_020, 300)
    >>> grid[299], float(grid.floats()[1])
    (Fraction(6000299, 15), 400000.06666666665)
    """

    start: Fraction
    step: Fraction
    count: int

    def __init__(self, start: Number, step: Number, count: int) -> None:
        apart = exactly(step, "step")
        if apart <= 0:
            raise InputError(Fault(f"a step of {step} leads nowhere", "step", "give a number above 0"))
        if isinstance(count, bool) or not hasattr(count, "__index__") or index(count) < 0:
            raise InputError(Fault(f"{count!r:.60} points cannot be taken", "count", "give an integer, 0 or more"))
        for name, value in (("start", exactly(start, "start")), ("step", apart), ("count", index(count))):
            object.__setattr__(self, name, value)

    @classmethod
    def between(cls, start: Rational, end: Rational, points: int) -> Grid:
        """Divide [start, end) into `points` equal steps; floats are taken as the doubles they are."""
        rising((start, end))
        if points < 1:
            raise InputError(Fault(f"{points} points cannot be taken", "points", "ask for at least 1"))
        first, last = Fraction(start), Fraction(end)
        return cls(first, (last - first) / points, points)

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, k: int) -> Fraction:
        if not 0 <= k < self.count:
            raise IndexError(k)
        return self.start + k * self.step

    def __iter__(self) -> Iterator[Fraction]:
        return (self.start + k * self.step for k in range(self.count))

    def floats(self) -> F8:
        """Return the points as doubles, each the one nearest to its rational number."""
        common = self.start.denominator * self.step.denominator
        first = self.start.numerator * self.step.denominator
        step = self.step.numerator * self.start.denominator
        # Python divides integers with one correct rounding, whatever their size.
        return np.array([(first + k * step) / common for k in range(self.count)], np.float64)
