"""zeta, eta and Hardy's Z against Arb, at every height and on both sides of the critical line."""

from __future__ import annotations

from fractions import Fraction

import flint
import numpy as np
import pytest

import composer
from composer.errors import InputError

HEIGHTS = (0, 10, 100, 1e3, 1e4, 4e5, 1e6, 1e8, 1e10)
SIGMAS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2)


def by_arb(t: Fraction, sigma: float) -> complex:
    """Return zeta from Arb, at 160 bits."""
    with flint.ctx.workprec(160):
        return complex(flint.acb(sigma, flint.arb(flint.fmpq(t.numerator, t.denominator))).zeta())


def agrees(found: complex, wanted: complex, sigma: float) -> bool:
    """Whether a value is within 5e-12, and on the left of the critical line within 1e-12 of its size or of 1."""
    most = 5e-12 if sigma >= 0.5 else 1e-12 * max(1.0, abs(wanted))
    return abs(found - wanted) <= most


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("height", HEIGHTS)
def test_zeta_is_arbs(height: float, sigma: float) -> None:
    t = height + np.random.default_rng(int(height)).uniform(0.1, 1, 2 if height < 1e9 else 1)
    found = composer.zeta(t, sigma)
    assert all(agrees(z, by_arb(Fraction(float(x)), sigma), sigma) for x, z in zip(t, found, strict=True))
    assert not agrees(found[0] + 1e-10 * max(1, abs(found[0])), by_arb(Fraction(float(t[0])), sigma), sigma)


def test_the_flagships_values() -> None:
    eta = composer.eta(composer.Grid(Fraction(400_000), Fraction(1, 15), 2))
    known = [-2.370807966317025 + 4.269141493949543j, -0.4862313022690893 + 5.292361904637224j]
    assert np.abs(eta - known).max() < 1e-12


@pytest.mark.parametrize("start, step", [(-40, 3), (25, 1), (1000, 100), (5000, 10_000), (400_000, Fraction(1, 7))])
def test_a_grid_is_its_points(start: int, step: Fraction) -> None:
    grid = composer.Grid(Fraction(start), Fraction(step), 30)
    assert np.abs(composer.zeta(grid) - [by_arb(t, 0.5) for t in grid]).max() < 1e-12


@pytest.mark.parametrize("t", [np.nan, np.inf, 1e300])
def test_impossible_heights(t: float) -> None:
    with pytest.raises(InputError, match="not finite or beyond"):
        composer.zeta(t)


@pytest.mark.parametrize("sigma", [np.nan, 51])
def test_impossible_sigma(sigma: float) -> None:
    with pytest.raises(InputError, match="not within"):
        composer.eta(100, sigma)


def test_the_pole() -> None:
    with pytest.raises(InputError, match="pole"):
        composer.zeta(0, 1)


@pytest.mark.parametrize("sigma", [-1, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("height", [1600, 400_000, 10**8])
def test_a_fine_grid_is_its_points(height: int, sigma: float) -> None:
    grid = composer.Grid(Fraction(height), Fraction(1, 15), 3000)
    fine, single = composer.eta(grid, sigma)[::97], composer.eta(iter(list(grid)[::97]), sigma)
    assert np.abs(fine - single).max() < 1e-11 * max(1, np.abs(fine).max())
