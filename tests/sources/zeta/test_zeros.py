"""The zeros against mpmath and Arb, the counts against known ones, and Turing's method on doctored zeros."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from composer.errors import InputError
from composer.sources.zeta.turing import anchors
from composer.sources.zeta.zeros import Zeros, zeros


@pytest.fixture(scope="module")
def thousand() -> Zeros:
    """The zeros up to t = 1000."""
    return zeros(0, 1000)


def test_the_first_zeros(thousand: Zeros) -> None:
    first = [14.134725141734694, 21.022039638771555, 25.010857580145689, 30.424876125859513, 32.935061587739189]
    assert np.allclose(thousand.ordinates[:5], first, rtol=0, atol=1e-12)
    assert thousand.first == 1 and thousand.count_proved


def test_against_mpmath(thousand: Zeros) -> None:
    for k in (6, 29, 100, 333, 649):
        assert abs(float(mpmath.zetazero(k).imag) - thousand.ordinates[k - 1]) < 1e-11


@pytest.mark.parametrize("top", [14, 15, 100, 500, 1000])
def test_counts(top: int, thousand: Zeros) -> None:
    assert np.searchsorted(thousand.ordinates, top) == mpmath.nzeros(top)


def test_lehmers_pair() -> None:
    found = zeros(7005, 7006)
    near = [float(mpmath.zetazero(k).imag) for k in (6709, 6710)]
    assert found.first is not None and found.count_proved
    assert np.allclose(found.ordinates[6709 - found.first :][:2], near, rtol=0, atol=1e-10)


def test_the_closest_pair_of_the_first_million() -> None:
    found = zeros(273193, 273194)
    assert found.first is not None and found.count_proved
    pair = 420_891 - found.first
    assert abs(found.offset[pair + 1] - found.offset[pair] - 0.0057037) < 1e-6


def test_high_up() -> None:
    flint = pytest.importorskip("flint")
    found = zeros(10**12, 10**12 + 1)
    assert found.base == 10**12 and found.first == 3945951430272 and found.count_proved
    flint.ctx.prec = 120
    exact = flint.acb.zeta_zero(found.first).imag - 10**12
    assert abs(float(exact) - found.offset[0]) < 1e-9


def test_a_missing_pair_is_noticed(thousand: Zeros) -> None:
    whole = anchors(thousand.offset, False, 600, 990, 0)
    assert whole and all(anchor.number == anchor.found for anchor in whole)
    without = np.delete(thousand.offset, [100, 101])
    assert all(anchor.number == anchor.found + 2 for anchor in anchors(without, False, 600, 990, 0))


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ((10, 5), "reversed"),
        ((5, 5), "empty"),
        ((float("nan"), 5), "not finite"),
        ((-5, 5), "below 0"),
        ((0, 1e300), "beyond 1e13"),
        ((0, 1e12), "zeros lie in the range"),
        (("a", 5), "not a range"),
    ],
)
def test_wrong_input(ends: tuple[float, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        zeros(*ends)
