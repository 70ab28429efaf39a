"""The path of eta's partial sums against mpmath, term by term."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from composer.errors import InputError
from composer.sources.zeta.partial import partial_sums


@pytest.mark.parametrize("t", [0, -17.25, 400_000, 10**12, Fraction(10**14 - 3, 10)])
@pytest.mark.parametrize("sigma", [0.5, 1.5])
def test_against_mpmath(t: Fraction | float, sigma: float) -> None:
    path = partial_sums(t, sigma, 1500)
    exact = Fraction(t)
    with mpmath.workdps(40):
        s = mpmath.mpc(sigma, mpmath.mpf(exact.numerator) / exact.denominator)
        total, sums = mpmath.mpc(0), [0j]
        for n in range(1, 1501):
            total += (-1) ** (n - 1) * mpmath.power(n, -s)
            sums.append(complex(total))
    assert path.shape == (1501,)
    assert np.max(np.abs(path - sums)) < 1e-13


def test_late_steps_are_exact() -> None:
    path = partial_sums(10**12)
    assert path.shape == (400_001,)
    with mpmath.workdps(40):
        for n in (4097, 65_537, 399_989, 400_000):
            step = complex((-1) ** (n - 1) * mpmath.power(n, -mpmath.mpc(0.5, 10**12)))
            assert abs(path[n] - path[n - 1] - step) < 1e-13


def test_several_points() -> None:
    paths = partial_sums([3.5, 1e12], terms=600)
    assert paths.shape == (2, 601)
    assert np.array_equal(paths[1], partial_sums(1e12, terms=600))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"t": float("nan")}, "not a finite number"),
        ({"t": 1e300}, "beyond 1e13"),
        ({"t": "high"}, "not a finite number"),
        ({"t": 1, "sigma": 40}, "sigma"),
        ({"t": 1, "sigma": float("nan")}, "sigma"),
        ({"t": 1, "terms": 0}, "0 terms"),
        ({"t": 1, "terms": 10**9}, "terms"),
        ({"t": [1.0] * 1000, "terms": 10**6}, "too many"),
    ],
)
def test_wrong_input(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        partial_sums(**arguments)  # type: ignore[arg-type]
