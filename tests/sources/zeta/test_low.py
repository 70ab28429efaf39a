"""Below |t| = 32, around 0, and whatever is given for t and sigma: against mpmath."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

import composer
from composer.errors import InputError
from composer.sources.zeta import mainsum, points

SIGMAS = (-50, -20, -3, -2, -0.3, 0, 1e-9, 0.25, 0.5, 0.75, 1, 1 + 1e-12, 1.5, 2, 40)
NEAR = (1e-300, 1e-9, -1e-4, 9.064720283654388, -32.0, 31.99)  # 9.06: where 1 - 2^(1-s) is 0 at sigma = 1


def by_mpmath(function: str, t: Any, sigma: float) -> np.ndarray[Any, Any]:
    """Return zeta or altzeta from mpmath, at 160 bits."""
    with mpmath.workprec(160):
        return np.array([complex(getattr(mpmath, function)(mpmath.mpc(sigma, x))) for x in t])


def error(found: Any, wanted: Any) -> float:
    """Return the greatest error, relative to the value where it is over 1."""
    return float(np.max(np.abs(found - wanted) / np.maximum(1, np.abs(wanted))))


@pytest.mark.parametrize("sigma", SIGMAS)
def test_low_values_are_mpmaths(sigma: float) -> None:
    t = np.concatenate([NEAR if sigma != 1 else NEAR[1:], np.random.default_rng(1).uniform(-32, 32, 8)])
    assert error(composer.eta(t, sigma), by_mpmath("altzeta", t, sigma)) < 2e-13
    assert error(composer.zeta(t, sigma), by_mpmath("zeta", t, sigma)) < 2e-13
    assert error(composer.zeta(t, sigma) * (1 + 1e-12), by_mpmath("zeta", t, sigma)) > 2e-13


def test_low_z_is_mpmaths() -> None:
    t = np.concatenate([[0], np.random.default_rng(2).uniform(-32, 32, 30)])
    assert np.abs(composer.hardy_z(t) - [float(mpmath.siegelz(x)) for x in t]).max() < 1e-13


def test_the_two_formulas_meet_at_32() -> None:
    at = [Fraction(32) - Fraction(1, 10**12), Fraction(32) + Fraction(1, 10**12)]
    for sigma in (-3, 0.5, 2):
        below, above = composer.eta(at, sigma)
        assert abs(below - above) < 1e-11 * max(1, abs(above))


def test_eta_where_zeta_has_its_pole() -> None:
    assert complex(composer.eta(0, 1)) == pytest.approx(np.log(2), rel=4e-16)
    assert complex(composer.eta(0, 1 + 1e-15)) == pytest.approx(np.log(2), rel=1e-14)
    with pytest.raises(InputError, match="pole at s = 1"):
        composer.zeta([1, 0], 1)


@pytest.mark.parametrize("start, step, count", [(-1700, "1/5", 17_000), (-1650, 7, 480), (-1700, "0.05", 1000)])
def test_a_grid_across_zero(start: int, step: str, count: int) -> None:
    grid = composer.Grid(start, step, count)
    some = [*range(0, count, count // 40), 0, count - 1]
    t = [mpmath.mpf(grid[k].numerator) / grid[k].denominator for k in some]
    assert error(composer.zeta(grid)[some], by_mpmath("zeta", t, 0.5)) < 1e-12
    assert error(composer.eta(grid, 0.25)[some], by_mpmath("altzeta", t, 0.25)) < 1e-12
    assert error(composer.hardy_z(grid)[some], composer.hardy_z(np.abs(np.array(t, float)))) < 1e-11


@pytest.mark.parametrize("function", [composer.eta, composer.zeta, composer.hardy_z, composer.error_estimate])
def test_no_points_give_no_values(function: Any) -> None:
    kinds: list[Any] = [[], composer.Grid(10**20, 1, 0), iter([]), np.empty((0, 3))]
    for nothing in kinds:
        assert function(nothing).size == 0
    assert function(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(
    "t", ["14", ["1", 2], 1j, None, [[1], [2, 3]], np.nan, [0, np.inf], 10**400, Decimal("nan"), "x"]
)
def test_what_is_no_height_is_refused(t: Any) -> None:
    for function in (composer.eta, composer.zeta, composer.hardy_z, composer.error_estimate):
        with pytest.raises(InputError):
            function(t)


@pytest.mark.parametrize("sigma", [np.nan, 51, -51, "0.5", None, [0.5, 1.0], 1j])
def test_what_is_no_sigma_is_refused(sigma: Any) -> None:
    for function in (composer.eta, composer.zeta, composer.error_estimate):
        with pytest.raises(InputError, match="not within"):
            function(10, sigma)


def test_a_grid_beyond_reach_is_refused() -> None:
    for grid in (composer.Grid(10**20, 1, 1), composer.Grid(-(10**13) - 1, "0.01", 100)):
        with pytest.raises(InputError, match="beyond 1e13"):
            composer.eta(grid)


def test_a_value_beyond_doubles_is_refused() -> None:
    with pytest.raises(InputError, match="beyond the range of doubles"):
        composer.eta(1e10, -50)
    with pytest.raises(InputError, match="beyond the range of doubles"):
        composer.eta(composer.Grid(10**10, "0.01", 100), -50)


@pytest.mark.parametrize("sigma", [-3, 40, 50])
@pytest.mark.parametrize("t", [100.25, 5000.5])
def test_far_from_the_critical_line(t: float, sigma: float) -> None:
    assert error(composer.eta(t, sigma), by_mpmath("altzeta", [t], sigma)) < 1e-12


def test_fractions_decimals_and_doubles_are_taken_as_they_are() -> None:
    exact = Fraction(10**13, 10) + Fraction(1, 10)
    one = complex(composer.eta(exact))
    assert complex(composer.eta(Decimal("1000000000000.1"))) == one
    assert complex(composer.eta([exact])[0]) == one
    assert complex(composer.eta(composer.Grid("1000000000000.1", 1, 1))[0]) == pytest.approx(one, abs=1e-11)
    assert abs(complex(composer.eta(float(exact))) - one) > 1e-6  # the nearest double is another point


def test_points_are_split_exactly() -> None:
    exact = [Fraction(-7, 3), Fraction(1, 2), Fraction(10**13 - 1) + Fraction(1, 3), Fraction(0)]
    for given in (exact, [float(x) for x in exact], composer.Grid("-7/3", "1/3", 9), composer.Grid(0.1, 1e-30, 4)):
        numbers = list(given) if isinstance(given, composer.Grid) else [Fraction(x) for x in given]
        whole, fraction = points.Points(given).split(0, len(numbers))
        assert np.abs(fraction).max() <= 0.5
        for number, w, f in zip(numbers, whole.tolist(), fraction.tolist(), strict=True):
            assert float(number - w) == f


def test_many_points_are_the_same_as_one_by_one() -> None:
    t = np.random.default_rng(3).uniform(1000, 1010, 3000)
    for sigma in (0, 0.5, 2):
        one_by_one = [complex(composer.zeta(x, sigma)) for x in t[:40]]
        assert error(composer.zeta(t, sigma)[:40], one_by_one) < 1e-12


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    t = np.random.default_rng(4).uniform(-100, 100, 500)
    whole = composer.eta(t)
    steps: list[tuple[str, int, int]] = []
    monkeypatch.setattr(points, "BLOCK", 64)
    assert error(composer.eta(t, 0.5, lambda *step: steps.append(step)), whole) < 1e-12
    assert len(steps) == 8 and steps[-1] == ("eta", 500, 500)


@pytest.mark.parametrize("sigma", [-3, -0.5, 0.25, 0.5, 1, 2])
@pytest.mark.parametrize("height", [0, 20, 33, 1000, 5000])
def test_the_error_estimate_holds(height: int, sigma: float) -> None:
    t = height + np.random.default_rng(height).uniform(0.01, 1, 3)
    bound = composer.error_estimate(t, sigma)
    assert np.all(np.abs(composer.eta(t, sigma) - by_mpmath("altzeta", t, sigma)) < bound)
    assert np.all(np.abs(composer.zeta(t, sigma) - by_mpmath("zeta", t, sigma)) < bound)
    assert np.all(bound < 1e-9 * np.maximum(1, (t + 3) ** (0.5 - sigma)) * np.maximum(1, 1 / t))


def test_the_error_estimate_in_numbers() -> None:
    assert composer.error_estimate(composer.Grid(10**6, 1, 2)).tolist() == [5e-12, 5e-12]
    assert composer.error_estimate([[0.01]], 1).tolist() == [[pytest.approx(5e-10)]]


def test_mpmath_is_not_loaded() -> None:
    code = "import sys, composer; composer.eta([0, 10, 100]); sys.exit('mpmath' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_comparison_of_formulas_can_fail() -> None:
    turned, theta, _ = mainsum.zeta_above(0.5, np.array([40]), np.array([0.25]))
    assert abs(complex((turned * np.exp(-1j * theta))[0]) - complex(composer.zeta(40.25))) < 1e-12
    assert abs(complex((turned * np.exp(-1j * theta))[0]) - complex(composer.zeta(40.2500001))) > 1e-9
