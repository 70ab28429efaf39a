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


@pytest.mark.parametrize(
    "one", [1, 1.0, Fraction(1), Decimal(1), "1", "1.0", " 1e0 ", "3/3", np.int64(1), np.float64(1)]
)
def test_a_grid_takes_any_kind_of_number(one: float | Fraction | Decimal | str) -> None:
    assert Grid(one, one, 3) == Grid(Fraction(1), Fraction(1), 3)
    assert all(type(point) is Fraction for point in Grid(one, one, 3))


def test_text_is_exact_and_a_float_the_double_it_is() -> None:
    assert Grid("1000000000000.1", "0.1", 2)[1] == 10**12 + Fraction(1, 5)
    assert Grid(0.1, 0.1, 2)[0] == Fraction(0.1) != Grid("0.1", "1/10", 2)[0]


def test_no_points_and_points_below_zero() -> None:
    assert len(Grid(1, 1, 0)) == 0 and Grid(1, 1, 0).floats().tolist() == []
    assert list(Grid(-3, 2, 3)) == [-3, -1, 1]


IMPOSSIBLE = [
    math.nan,
    math.inf,
    -math.inf,
    "nan",
    "inf",
    "one",
    "",
    "1/0",
    "1e999999999",
    "1e-999999999",
    None,
    True,
    1j,
]


@pytest.mark.parametrize("number", IMPOSSIBLE)
def test_what_is_no_number_is_refused(number: float) -> None:
    for where, arguments in (("start", (number, 1, 1)), ("step", (0, number, 1))):
        with pytest.raises(InputError, match=r"is not|too small") as caught:
            Grid(*arguments)
        assert caught.value.faults[0].where == where and caught.value.faults[0].remedy


@pytest.mark.parametrize("step", [0, -1, "0.0", Fraction(-1, 3), -0.0])
def test_a_step_that_leads_nowhere_is_refused(step: float) -> None:
    with pytest.raises(InputError, match="leads nowhere"):
        Grid(0, step, 3)


@pytest.mark.parametrize("count", [-1, True, 2.0, "3", None])
def test_a_count_that_is_none_is_refused(count: int) -> None:
    with pytest.raises(InputError, match="points cannot be taken"):
        Grid(0, 1, count)
