"""The zeros of a real function between its equally spaced samples.

A cell lies between two samples. In it the function is the sinc series over the 26 samples around, under a Kaiser
window, and that is a polynomial of degree 13 in x = -1..1, to 1e-13 of the function's size if it is sampled at four
times the least rate: one fixed matrix times the samples. Where the sign changes across the cell lies a zero. Where
it does not, but |f| falls on the left and rises on the right, the function may dip through zero and back: a close
pair of zeros (Lehmer's pair of zeta near 7005.08 can be of this kind).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev

from composer.units import F8, I8

REACH = 13  # samples on each side of a cell that its polynomial is made from
LEAD = REACH - 1  # samples before the first cell's own

_DEGREE = 13
_KAISER = 30.5  # pi REACH (1 - 1/4): the window's spectrum fills the room that fourfold sampling leaves
_CHUNK = 2**14  # cells whose polynomials are held at once
_CLOSE = 1e-13  # of half a cell: when a root is no longer moved
_MOST_ITERATIONS = 30


def roots(samples: F8) -> tuple[I8, F8]:
    """Return each zero's cell, rising, and its place in it, 0..1.

    `samples` (n,) make n - 2 REACH cells; cell k lies between the samples k + LEAD and k + LEAD + 1.
    """
    cells = samples.size - 2 * REACH
    positive = samples[LEAD : LEAD + cells + 1] > 0
    slope = np.correlate(samples, _slope_weights(), "valid")  # at the same samples, up to a positive factor
    falls = np.where(positive, slope, -slope) < 0  # whether |f| falls there
    changes = positive[:-1] != positive[1:]
    single = np.flatnonzero(changes)
    dips = np.flatnonzero(~changes & falls[:-1] & ~falls[1:])
    cell = np.concatenate([single, dips, dips])
    x = np.concatenate([_in_chunks(_crossing, samples, single, 1), _in_chunks(_pair, samples, dips, 2)])
    real = ~np.isnan(x)
    cell, place = cell[real], (x[real] + 1) / 2
    order = np.argsort(cell + place, kind="stable")
    return cell[order], place[order]


def _in_chunks(find: Callable[[F8], F8], samples: F8, cells: I8, each: int) -> F8:
    """Return find(polynomials of the cells), (each * cells,): `each` rows of results, one after the other."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, 2 * REACH)
    found = np.empty((each, cells.size))
    for start in range(0, cells.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        found[:, part] = find(_product(windows[cells[part]].T))
    return found.ravel()


def _product(samples: F8) -> F8:
    """Return the cell matrix times samples (2 REACH, m), in products too small for OpenBLAS to use threads on."""
    parts = [_cell_matrix() @ samples[:, k : k + 512] for k in range(0, samples.shape[1], 512)]
    return np.concatenate(parts, axis=1) if parts else np.empty((_DEGREE + 1, 0))


def _crossing(polynomials: F8) -> F8:
    """Return the zero of each polynomial that has opposite signs at -1 and 1."""
    ones = np.ones(polynomials.shape[1])
    return _bracketed(polynomials, -ones, ones)


def _pair(polynomials: F8) -> F8:
    """Return the zeros, (2, m), on both sides of each polynomial's one extremum; NaN where it stays off zero."""
    ones = np.ones(polynomials.shape[1])
    extremum = _bracketed(polynomials[1:] * np.arange(1.0, _DEGREE + 1)[:, None], -ones, ones)
    through = _value_and_slope(polynomials, extremum)[0] * _value_and_slope(polynomials, -ones)[0] < 0
    pair = np.full((2, ones.size), np.nan)
    crossing, middle, one = polynomials[:, through], extremum[through], ones[through]
    pair[:, through] = _bracketed(crossing, -one, middle), _bracketed(crossing, middle, one)
    return pair


def _bracketed(polynomials: F8, low: F8, high: F8) -> F8:
    """Return a zero of each polynomial between `low` and `high`, where its signs differ, by Newton's iteration.

    A step that would leave the bracket halves it instead.
    """
    rising = _value_and_slope(polynomials, low)[0] < 0
    x = (low + high) / 2
    for _ in range(_MOST_ITERATIONS):
        value, slope = _value_and_slope(polynomials, x)
        before = (value < 0) == rising
        low, high = np.where(before, x, low), np.where(before, high, x)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = x - value / slope
        new = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        moved = np.max(np.abs(new - x), initial=0.0)
        x = new
        if moved < _CLOSE:
            break
    return x


def _value_and_slope(polynomials: F8, x: F8) -> tuple[F8, F8]:
    """Return the values and derivatives at x (m,) of m polynomials, (degree + 1, m), lowest power first (Horner)."""
    value, slope = polynomials[-1].copy(), np.zeros_like(x)
    for coefficient in polynomials[-2::-1]:
        slope *= x
        slope += value
        value *= x
        value += coefficient
    return value, slope


@lru_cache(1)
def _cell_matrix() -> F8:
    """Return the matrix (degree + 1, 2 REACH) from the samples around a cell to its polynomial in x = -1..1."""
    nodes = chebyshev.chebpts1(_DEGREE + 1)
    distance = (nodes[:, None] + 1) / 2 - np.arange(-LEAD, REACH + 1)
    inside = np.sqrt(np.maximum(0, 1 - (distance / REACH) ** 2))
    values = np.sinc(distance) * np.i0(_KAISER * inside) / np.i0(_KAISER)
    # Through the Chebyshev basis, where interpolation is a well-conditioned sum.
    to_chebyshev = np.linalg.inv(chebyshev.chebvander(nodes, _DEGREE))
    to_powers = np.zeros((_DEGREE + 1, _DEGREE + 1))
    for k in range(_DEGREE + 1):
        powers = chebyshev.cheb2poly(np.eye(_DEGREE + 1)[k])
        to_powers[: powers.size, k] = powers
    matrix: F8 = to_powers @ to_chebyshev @ values
    matrix.setflags(write=False)
    return matrix


def _slope_weights() -> F8:
    """Return the weights (2 REACH,) on the samples around a cell that give the slope at its left end, x = -1."""
    powers = np.arange(1, _DEGREE + 1)
    weights: F8 = (powers * (-1.0) ** (powers - 1)) @ _cell_matrix()[1:]
    return weights
