"""Bessel's functions against mpmath's, and his equation."""

from __future__ import annotations

from decimal import Decimal

import mpmath
import numpy as np
import pytest

from composer.errors import InputError
from composer.piece.model import source_of
from composer.sources.special import bessel_j


@pytest.mark.parametrize("order", [0, 1, 0.5, 7, 33.25])
def test_values_and_slopes(order: float) -> None:
    table = bessel_j((Decimal("0.25"), Decimal(60)), 40, order)
    with mpmath.workdps(30):
        values = [float(mpmath.besselj(order, x)) for x in table["x"]]
        slopes = [float(mpmath.besselj(order, x, derivative=1)) for x in table["x"]]
    assert table["j"] == pytest.approx(values, rel=1e-12, abs=1e-15)
    assert table["slope"] == pytest.approx(slopes, rel=1e-12, abs=1e-15)


def test_far_out() -> None:
    table = bessel_j((Decimal(10**15) - 8, Decimal(10**15)), 4, 2)
    with mpmath.workdps(40):
        values = [float(mpmath.besselj(2, mpmath.mpf(x))) for x in table["x"]]
    assert table["j"] == pytest.approx(values, rel=1e-12, abs=1e-20)


def test_where_doubles_stand_too_far_apart_is_out_of_reach() -> None:
    with pytest.raises(InputError, match=r"source\.x: .* is out of reach"):
        source_of({"function": "bessel_j", "x": [0, 1e16]})
    with pytest.raises(InputError, match=r"source\.x: .* is out of reach"):
        source_of({"function": "bessel_j", "x": [-1e16, 0]})


def test_at_0() -> None:
    at = [bessel_j((Decimal(0), Decimal(1)), 1, order) for order in (0, 1, 2)]
    assert [table["j"][0] for table in at] == [1, 0, 0]
    assert [table["slope"][0] for table in at] == [0, 0.5, 0]


def test_an_even_order_is_even_and_an_odd_one_odd() -> None:
    for order, sign in ((2, 1), (3, -1)):
        table = bessel_j((Decimal(-8), Decimal(8)), 16, order)
        assert table["j"][1:8] == pytest.approx(sign * table["j"][:8:-1], rel=1e-14)


def test_a_fractional_order_has_no_value_left_of_0() -> None:
    table = bessel_j((Decimal(-2), Decimal(2)), 4, 0.5)
    assert np.isnan(table["j"]).tolist() == [True, True, False, False]
