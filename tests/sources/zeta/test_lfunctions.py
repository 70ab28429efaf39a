"""Characters and L-functions against Arb, by way of python-flint."""

from __future__ import annotations

import math

import numpy as np
import pytest

from composer.errors import InputError
from composer.sources.zeta.characters import character, primitive_indices
from composer.sources.zeta.lfunctions import dirichlet_l

flint = pytest.importorskip("flint")


@pytest.mark.parametrize("q", range(1, 101))
def test_characters(q: int) -> None:
    units = [m for m in range(1, q + 1) if math.gcd(m, q) == 1]
    primitive = [m for m in units if flint.dirichlet_char(q, m).is_primitive()]
    assert primitive_indices(q) == primitive
    for index in primitive[:: max(1, len(primitive) // 3)]:
        ours, theirs = character(q, index), flint.dirichlet_char(q, index)
        assert ours.parity == theirs.parity()
        assert np.allclose(ours.values, [complex(theirs(n)) for n in range(q)] if q > 1 else 1, rtol=0, atol=1e-14)


@pytest.mark.parametrize(("low", "high"), [(0, 0.001), (0, 40), (39.9, 60), (0, 1e4)])
@pytest.mark.parametrize("sigma", [-1, 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 20])
def test_against_arb(low: float, high: float, sigma: float) -> None:
    rng = np.random.default_rng(int(high) * 100 + int(sigma * 4) + 8)
    for q in rng.choice([q for q in range(3, 101) if q % 4 != 2], 4):
        index = int(rng.choice(primitive_indices(int(q))))
        t = rng.uniform(low, high) * rng.choice([-1, 1])
        flint.ctx.prec = 120
        exact = complex(flint.dirichlet_char(int(q), index).l(flint.acb(sigma, t)))
        bound = 2e-12 * (1 + (q * (abs(t) + 1) / math.tau) ** (0.5 - sigma))
        assert abs(dirichlet_l(int(q), index, t, sigma) - exact) < bound, (q, index, t)


def test_known_values() -> None:
    assert abs(dirichlet_l(4, 3, 0, 1) - math.pi / 4) < 1e-14
    assert abs(dirichlet_l(1, 1, 0, 2) - math.pi**2 / 6) < 1e-14
    assert dirichlet_l(5, 4, 0, -2) == 0  # a trivial zero of an even character
    assert dirichlet_l(1, 1, 0, 0) == -0.5
    assert dirichlet_l(7, 3, np.zeros((2, 3))).shape == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 1, 0), "modulus 0"),
        ((101, 2, 0), "modulus 101"),
        ((6, 5, 0), "6 has none"),
        ((5, 1, 0), "use one of: 2, 3, 4"),
        ((8, 7, 0), "use one of: 3, 5"),
        ((8, 2, 0), "no character"),
        ((5, 2, float("nan")), "not finite"),
        ((5, 2, 1e300), "beyond 1e10"),
        ((5, 2, 0, 40), "sigma"),
        ((1, 1, 0, 1), "pole"),
    ],
)
def test_wrong_input(arguments: tuple[float, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        dirichlet_l(*arguments)  # type: ignore[arg-type]
