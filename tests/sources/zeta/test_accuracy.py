"""eta, zeta and Hardy's Z at random points against Arb, and grids against single points and their own parts."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

import composer

C16 = NDArray[np.complex128]
NAMES = ("zeta", "eta")
HEIGHTS = (33, 100, 1000, 10**4, 400_000, 10**6, 10**8, 10**10, 10**12)
SIGMAS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2)
MOST = 5e-12  # at sigma >= 1/2, absolute
MOST_OF_RMS = 1e-12  # to the left of it, where values are large: of their local rms
SAME = 1e-12  # between two ways to the same points


def by_arb(points: Iterable[Fraction], sigma: float) -> dict[str, C16]:
    """Return zeta and eta at exact points from Arb, at 110 bits and log2 t more."""
    found: dict[str, list[complex]] = {name: [] for name in NAMES}
    for t in points:
        with flint.ctx.workprec(110 + int(abs(t)).bit_length()):
            s = flint.acb(sigma, flint.arb(flint.fmpq(t.numerator, t.denominator)))
            zeta = s.zeta()
            found["zeta"].append(complex(zeta))
            found["eta"].append(complex(zeta * (1 - flint.acb(2) ** (1 - s))))
    return {name: np.array(values) for name, values in found.items()}


def is_exact(found: ArrayLike, wanted: ArrayLike, sigma: float, rms: float) -> bool:
    """Whether all values are as near to the true ones as the engine promises."""
    return apart(found, wanted) <= (MOST if sigma >= 0.5 else MOST_OF_RMS * rms)


def is_same(found: ArrayLike, other: ArrayLike, sigma: float = 0.5) -> bool:
    """Whether two ways lead to the same values; to the left of the critical line in units of their rms."""
    rms = float(np.sqrt(np.mean(np.abs(other) ** 2)))
    return apart(found, other) <= SAME * (1 if sigma >= 0.5 else rms)


def apart(found: ArrayLike, other: ArrayLike) -> float:
    """Return the largest distance between two lists of values; NaN, which fails every comparison, if one has it."""
    one, two = np.asarray(found), np.asarray(other)
    assert one.shape == two.shape and one.size
    return float(np.abs(one - two).max())


def values(name: str, t: object, sigma: float) -> C16:
    """Return what the composer makes of points."""
    return getattr(composer, name)(t, sigma)


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("height", HEIGHTS)
def test_random_points_are_arbs(height: int, sigma: float) -> None:
    rng = np.random.default_rng([height, int(4 * sigma)])
    count = {10**12: 1, 10**10: 3}.get(height, 12)
    scattered = height + rng.uniform(0, min(height / 30, 1000), count)
    start = height + Fraction(int(rng.integers(10**6)), 7 * 10**6)
    grid = composer.Grid(start, Fraction(1, 30), 1000)
    on_grid = np.sort(rng.choice(grid.count, count, replace=False))
    exact = [grid[int(k)] for k in on_grid]
    at_scattered, at_exact = by_arb(map(Fraction, scattered.tolist()), sigma), by_arb(exact, sigma)
    for name in NAMES:
        fine = values(name, grid, sigma)
        rms = float(np.sqrt(np.mean(np.abs(fine) ** 2)))
        single = values(name, iter(exact), sigma)
        assert is_exact(values(name, scattered, sigma), at_scattered[name], sigma, rms)
        assert is_exact(single, at_exact[name], sigma, rms)
        assert is_exact(fine[on_grid], at_exact[name], sigma, rms)
        assert apart(fine[on_grid], single) <= SAME * (1 if sigma >= 0.5 else rms)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_value_off_by_1e_11_is_caught(sigma: float) -> None:
    points = [Fraction(400_000 + k) for k in range(10)]
    wanted = by_arb(points, sigma)["eta"]
    rms = float(np.sqrt(np.mean(np.abs(wanted) ** 2)))
    off = wanted.copy()
    off[7] += 1e-11j * (1 if sigma >= 0.5 else rms)
    assert is_exact(wanted, wanted, sigma, rms)
    assert not is_exact(off, wanted, sigma, rms)
    assert not is_same(off, wanted, sigma)
    off[7] = np.nan
    assert not is_exact(off, wanted, sigma, rms)


@pytest.mark.parametrize("sigma", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("start, step", [(50, 100), (400_000, 100), (400_000, 10_000), (10**8, 10_000)])
def test_a_coarse_grid_is_arbs(start: int, step: int, sigma: float) -> None:
    grid = composer.Grid(Fraction(start) + Fraction(1, 3), Fraction(step), 20)
    wanted = by_arb(grid, sigma)
    for name in NAMES:
        rms = float(np.sqrt(np.mean(np.abs(wanted[name]) ** 2)))
        assert is_exact(values(name, grid, sigma), wanted[name], sigma, rms)


@pytest.mark.parametrize("sigma", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("terms", [17, 252, 3989])  # t near 1816, 399 000 and 1e8
def test_a_jump_of_the_number_of_terms_is_not_seen(terms: int, sigma: float) -> None:
    jump = round(Fraction(2 * np.pi * terms**2) * 1000)  # in thousandths
    for step, count in ((Fraction(1, 1000), 200), (Fraction(1, 15), 200), (Fraction(1, 4), 20)):
        grid = composer.Grid(Fraction(jump, 1000) - step * (count // 2), step, count)
        chosen = range(0, count, max(1, count // 20))
        wanted = by_arb((grid[k] for k in chosen), sigma)
        for name in NAMES:
            fine = values(name, grid, sigma)
            rms = float(np.sqrt(np.mean(np.abs(wanted[name]) ** 2)))
            assert is_exact(fine[chosen.start : chosen.stop : chosen.step], wanted[name], sigma, rms)
            assert is_same(fine, values(name, iter(list(grid)), sigma), sigma)


@pytest.mark.parametrize("sigma", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("border", [-32, 0, 32, 1600])
def test_a_border_between_methods_is_not_seen(border: int, sigma: float) -> None:
    step, half = Fraction(1, 15), 40
    grid = composer.Grid(border - half * step, step, 2 * half)
    wanted = by_arb(grid, sigma)
    for name in NAMES:
        whole = values(name, grid, sigma)
        upper = values(name, composer.Grid(Fraction(border), step, half), sigma)
        rms = float(np.sqrt(np.mean(np.abs(whole) ** 2)))
        assert is_exact(whole, wanted[name], sigma, rms)
        assert is_exact(upper, wanted[name][half:], sigma, rms)
        assert is_same(whole[half:], upper, sigma)


@pytest.mark.parametrize("sigma", [0.25, 0.5, 0.75])
@pytest.mark.parametrize(
    "start, step, count, cut",
    [
        (1600, Fraction(1, 15), 9000, 4321),  # many windows: each is no wider than sqrt(2 pi t)
        (400_000, Fraction(1, 15), 300, 77),
        (10**8, Fraction(1, 1000), 2**20 + 5000, 2**20 - 3000),  # a window holds 2^20 points
    ],
)
def test_a_range_may_be_cut(start: int, step: Fraction, count: int, cut: int, sigma: float) -> None:
    grid = composer.Grid(Fraction(start), step, count)
    whole = values("eta", grid, sigma)
    first = values("eta", composer.Grid(grid.start, step, cut), sigma)
    second = values("eta", composer.Grid(grid[cut], step, count - cut), sigma)
    assert is_same(np.concatenate([first, second]), whole, sigma)
    some = range(0, count, count // 50)
    assert is_same(whole[some.start : some.stop : some.step], values("eta", (grid[k] for k in some), sigma), sigma)


@pytest.mark.parametrize("sigma", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("start", [10**5, 400_000])  # here the fast sums have little room: twice the samples, barely
def test_a_window_is_exact_up_to_its_ends(start: int, sigma: float) -> None:
    grid = composer.Grid(Fraction(start), Fraction(99, 1000), 20_000)
    assert is_same(values("eta", grid, sigma)[::11], values("eta", iter(list(grid)[::11]), sigma), sigma)


def test_hardy_z_has_the_signs_that_gram_found() -> None:
    gram = np.array([float(mpmath.grampoint(n)) for n in range(195)])
    z = composer.hardy_z(gram)
    assert z.dtype == np.float64
    # Gram's law: (-1)^n Z > 0 at the n-th Gram point. It fails first at the 126th and the 134th, then at the 195th.
    assert np.flatnonzero((-1.0) ** np.arange(195) * z < 0).tolist() == [126, 134]
    assert np.abs(np.abs(z) - np.abs(composer.zeta(gram))).max() < SAME


@pytest.mark.parametrize("start", [1000, 400_000, 10**8])
def test_hardy_z_on_a_grid_is_real_and_zetas_size(start: int) -> None:
    grid = composer.Grid(Fraction(start), Fraction(1, 15), 500)
    z = composer.hardy_z(grid)
    assert z.dtype == np.float64
    assert np.abs(np.abs(z) - np.abs(composer.zeta(grid))).max() < SAME
    assert np.abs(z[::50] - [float(composer.hardy_z(iter([grid[k]]))[0]) for k in range(0, 500, 50)]).max() < SAME


_HASHES = """
import hashlib
from fractions import Fraction
import composer
for sigma in (0.5, 0.75):
    grid = composer.Grid(Fraction(400_000), Fraction(1, 1000), 2**17)
    print(hashlib.sha256(composer.eta(grid, sigma).tobytes()).hexdigest())
    print(hashlib.sha256(composer.eta(iter(list(grid)[::200]), sigma).tobytes()).hexdigest())
"""


def hashes(threads: int) -> list[str]:
    """Return the hashes of many values, computed by a new process with so many threads."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": str(threads)}
    done = subprocess.run([sys.executable, "-c", _HASHES], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_number_of_threads_changes_no_bit() -> None:
    one, two = hashes(1), hashes(2)
    assert len(set(one)) == 4  # four different arrays
    assert one == two


@pytest.mark.parametrize("sigma", [0.25, 0.5])
def test_a_million_points_need_little_memory(sigma: float) -> None:
    composer.eta(composer.Grid(Fraction(10**8), Fraction(1, 1000), 100), sigma)  # imports and constants
    tracemalloc.start()
    try:
        found = composer.eta(composer.Grid(Fraction(10**8), Fraction(1, 1000), 10**6), sigma)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.nbytes < peak < found.nbytes + 300 * 2**20
