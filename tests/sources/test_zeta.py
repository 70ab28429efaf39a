"""Zeta, eta and Hardy's Z against values from Arb, and against mpmath.

ETA was computed with Arb (python-flint 0.9, 200 bits, each value good to more than 160) by
(1 - 2^(1-s)) zeta(s), s = 1/2 + i (400000 + k/15); the zeros are those of Arb's acb.zeta_zero.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from oracle_mpmath import by_mpmath

from composer.errors import InputError
from composer.sources import vertical
from composer.sources.grid import Grid
from composer.sources.zeta import eta, hardy_z, zeta

ETA = {
    0: -2.3708079663170253 + 4.2691414939495429j,
    1: -0.48623130226908927 + 5.2923619046372244j,
    7: -2.4558581872371286 + 2.5000745927706038j,
    100: 5.2773926697503986 - 0.80683650391450541j,
    150: -0.11007388451977190 + 0.040738621739085744j,
    223: 0.53022577443575028 - 0.95526042133507716j,
    299: 0.15283659592709904 + 0.17885897900975374j,
}
ZEROS = [14.134725141734693790, 21.022039638771554993, 25.010857580145688763, 30.424876125859513210]


def test_eta_at_the_flagship_s_points() -> None:
    at = [400_000 + Fraction(k, 15) for k in ETA]
    assert eta(iter(at)).tolist() == pytest.approx(list(ETA.values()), rel=0, abs=1e-13)


@pytest.mark.parametrize("sigma", [0.5, 0.75, -1.0])
@pytest.mark.parametrize(
    "t", [Fraction(-7, 3), Fraction(63, 2), Fraction(97, 3), Fraction(5001, 2), Fraction(6000001, 15)]
)
def test_mpmath_agrees_on_both_sides_of_every_seam(t: Fraction, sigma: float) -> None:
    for name, function in (("eta", eta), ("zeta", zeta)):
        expected = by_mpmath(name, t, sigma)
        assert function([t], sigma)[0] == pytest.approx(expected, abs=1e-12 * max(1, abs(expected)))
    assert hardy_z([t])[0] == pytest.approx(by_mpmath("hardy_z", t, 0.5).real, abs=1e-12)


def test_the_comparison_above_can_fail() -> None:
    # The doubles nearest to the points, in place of the points: t is off by up to 3e-11.
    at = [float(400_000 + Fraction(k, 15)) for k in ETA]
    assert eta(at).tolist() != pytest.approx(list(ETA.values()), rel=0, abs=1e-13)


@pytest.mark.parametrize(
    ("sigma", "value"),
    [(2, math.pi**2 / 12), (1, math.log(2)), (0, 0.5), (-1, 0.25)],  # Abramowitz and Stegun 23.2
)
def test_eta_on_the_real_axis(sigma: float, value: float) -> None:
    assert complex(eta([0.0], sigma)[0]) == pytest.approx(value, rel=4e-16)


@pytest.mark.parametrize(
    ("sigma", "value"),
    [(2, math.pi**2 / 6), (4, math.pi**4 / 90), (0, -0.5), (-1, -1 / 12), (-2, 0), (0.5, -1.4603545088095868129)],
)
def test_zeta_on_the_real_axis(sigma: float, value: float) -> None:
    assert complex(zeta([0.0], sigma)[0]) == pytest.approx(value, rel=4e-16)


def test_zeta_off_the_axis() -> None:
    # By Arb, as above.
    assert complex(zeta(10)) == pytest.approx(1.5448952202967527669 - 0.11533646527127337544j, rel=4e-16)
    assert complex(zeta(1000, 0.75)) == pytest.approx(0.83371313000315202652 + 0.29162342463359248799j, rel=4e-16)
    assert complex(eta(7, -20)) == pytest.approx(-1044160292154.7996893 - 1250709788173.1178927j, rel=5e-14)
    assert complex(eta(10**6)) == pytest.approx(3.8150535041650456443 + 1.4750947155344028351j, rel=4e-16)


def test_eta_is_the_alternating_sum() -> None:
    s = 30 + 3j
    assert complex(eta(3, 30)) == pytest.approx(sum((-1) ** (n - 1) * n**-s for n in range(1, 20)), rel=1e-15)


def test_values_below_the_axis_are_conjugate() -> None:
    assert np.array_equal(zeta([-10.0, -0.5]), zeta([10.0, 0.5]).conj())
    assert hardy_z([-10.0]) == hardy_z([10.0])


@pytest.mark.parametrize("zero", ZEROS)
def test_the_zeros_of_zeta(zero: float) -> None:
    # The double next to a zero is at most 2e-15 from it, and |zeta'| is about 1 there.
    assert abs(complex(zeta(zero))) < 1e-14
    assert abs(complex(eta(zero))) < 1e-13
    assert abs(float(hardy_z(zero))) < 1e-14
    below, above = hardy_z([zero - 0.01, zero + 0.01])
    assert below * above < 0


def test_z_has_the_modulus_of_zeta_on_the_critical_line() -> None:
    at = [0.0, 1.0, 10.0, 17.5, 100.0]
    assert np.abs(hardy_z(at)) == pytest.approx(np.abs(zeta(at)), rel=1e-15)
    assert float(hardy_z(0)) == pytest.approx(-1.4603545088095868129, rel=4e-16)  # Z(0) = zeta(1/2)


def test_the_pole_is_the_user_s_to_avoid() -> None:
    with pytest.raises(InputError, match="pole at s = 1"):
        zeta(0, 1)
    with pytest.raises(InputError, match=r"sigma: zeta has a pole at s = 1\n *keep away"):
        vertical.zeta((Decimal(-1), Decimal(1)), 2, 1.0)
    assert complex(eta(0, 1)) == pytest.approx(math.log(2))  # eta has none


@pytest.mark.parametrize("t", [math.nan, math.inf, -math.inf, 1.1e13, [0.0, -1.1e13]])
def test_a_height_beyond_reach_is_refused(t: float) -> None:
    for function in (eta, zeta, hardy_z):
        with pytest.raises(InputError, match="not finite or beyond 1e13"):
            function(t)


def test_values_have_the_shape_of_the_points() -> None:
    assert zeta(3).shape == ()
    assert zeta([]).shape == (0,)
    assert zeta(np.ones((2, 3))).shape == (2, 3)
    assert zeta(iter(Grid.between(1, 2, 4))).shape == (4,)
    assert hardy_z(np.ones((2, 1))).dtype == np.float64


def test_the_columns_are_parts_of_one_number() -> None:
    table = vertical.zeta((Decimal(0), Decimal(40)), 20)
    values = table["re"] + 1j * table["im"]
    assert table["t"].tolist() == [2.0 * k for k in range(20)] == table["index"].tolist()
    assert values.tolist() == zeta(table["t"]).tolist()
    assert table["abs"] == pytest.approx(np.abs(values))
    assert table["abs"] * np.exp(1j * table["arg"]) == pytest.approx(values)
    assert np.all(np.abs(table["arg"]) <= math.pi)


def test_hardy_s_z_is_real() -> None:
    table = vertical.hardy_z((Decimal(10), Decimal(30)), 40)
    assert not table["im"].any()
    assert table["re"].tolist() == hardy_z(table["t"]).tolist()
    assert table["arg"].tolist() == [0 if z > 0 else math.pi for z in table["re"]]
    assert np.any(table["re"] > 0) and np.any(table["re"] < 0)
