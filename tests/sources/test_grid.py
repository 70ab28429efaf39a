"""The grid's points are t_k = a + k (b - a)/n in rational numbers, and each double is the nearest to its own."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.sources.grid import Grid

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.fractions(-(10**6), 10**6),
    st.decimals(-(10**9), 10**9, allow_nan=False, places=6),
    st.integers(-(10**15), 10**15),
)


@settings(deadline=None, max_examples=200)
@given(NUMBERS, NUMBERS, st.integers(1, 50))
def test_points_are_exact_and_doubles_correctly_rounded(
    a: float | Fraction | Decimal, b: float | Fraction | Decimal, points: int
) -> None:
    start, end = sorted([Fraction(a), Fraction(b)])
    if start == end:
        return
    grid = Grid.between(start, end, points)
    expected = [start + k * (end - start) / points for k in range(points)]
    assert list(grid) == expected
    assert [grid[k] for k in range(points)] == expected
    assert grid.floats().tolist() == [float(point) for point in expected]
    assert (len(grid), grid.floats().shape) == (points, (points,))


def test_the_flagship_s_grid() -> None:
    grid = Grid.between(400_000, 400_020, 300)
    assert grid[1] == 400_000 + Fraction(1, 15)
    assert grid[299] == 400_020 - Fraction(1, 15)
    assert grid.floats()[15] == 400_001


def test_the_end_is_excluded() -> None:
    assert Grid.between(0, 4, 4).floats().tolist() == [0, 1, 2, 3]
    assert Grid.between(-1, 1, 1).floats().tolist() == [-1]
    with pytest.raises(IndexError):
        Grid.between(0, 4, 4)[4]
    with pytest.raises(IndexError):
        Grid.between(0, 4, 4)[-1]


def test_a_decimal_means_what_it_says_and_a_float_what_it_is() -> None:
    assert Grid.between(Decimal("0.1"), 1, 3)[0] == Fraction(1, 10)
    assert Grid.between(0.1, 1, 3)[0] == Fraction(0.1) != Fraction(1, 10)


@pytest.mark.parametrize(
    ("ends", "fault"),
    [
        ((1, 0), "is reversed"),
        ((Decimal("0.2"), Decimal("0.1")), "is reversed"),
        ((1, 1), "is empty"),
        ((Decimal("0.5"), Fraction(1, 2)), "is empty"),
        ((0, math.inf), "is not finite"),
        ((-math.inf, 0), "is not finite"),
        ((math.nan, 1), "is not finite"),
        ((0, math.nan), "is not finite"),
        ((Decimal("NaN"), 1), "is not finite"),
        ((0, Decimal("1e400")), "is not finite"),
        ((0, Fraction(10**400)), "is not finite"),
    ],
)
def test_a_range_that_is_none_is_refused(ends: tuple[float, float], fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        Grid.between(*ends, 3)


@pytest.mark.parametrize("points", [0, -1])
def test_no_points_are_refused(points: int) -> None:
    with pytest.raises(InputError, match="points cannot be taken"):
        Grid.between(0, 1, points)


def test_a_million_points() -> None:
    at = Grid.between(0, 1, 10**6).floats()
    assert at[123_456] == 0.123456
    assert np.all(np.diff(at) > 0)
