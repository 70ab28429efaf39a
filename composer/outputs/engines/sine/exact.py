"""Sines and powers of two from products and sums alone, which every processor rounds in the same way.

The library's own differ in their last bits from one processor to another, and then a sample may, too.
"""

from __future__ import annotations

import math

import numpy as np

from composer.units import F8

GRID = 2.0**23  # what is rounded to a multiple of 1 / GRID: -138 dB


def rounded(values: F8) -> F8:
    """Round to multiples of 2^-23, in place: products of two, and sums of these below 128, are exact in float64.

    So a product of matrices does not depend on the order in which a library sums.
    """
    values *= GRID
    np.rint(values, out=values)
    values *= 1 / GRID
    return values


def _series(x: F8, factors: list[float]) -> F8:
    """Return the polynomial of these factors, the highest power's first (Horner)."""
    total = np.full_like(x, factors[0])
    for factor in factors[1:]:
        total *= x
        total += factor
    return total


# Of x = angle squared: the series of sine over its angle, and of cosine, to 1e-12 at an eighth of a turn.
_SINE = [(-1) ** k / math.factorial(2 * k + 1) for k in range(5, -1, -1)]
_COSINE = [(-1) ** k / math.factorial(2 * k) for k in range(6, -1, -1)]
# Of x = -1/2 .. 1/2: 2^x to 2e-13.
_LOG2 = 0.6931471805599453
_POWER = [_LOG2**k / math.factorial(k) for k in range(10, -1, -1)]


def sines(turns: F8) -> tuple[F8, F8]:
    """Return sine and cosine of angles in turns, to 1e-11."""
    angle = turns - np.rint(turns)
    angle *= math.pi / 2  # a quarter of the angle: within an eighth of a turn
    square = angle * angle
    sine, cosine = _series(square, _SINE), _series(square, _COSINE)
    sine *= angle
    for _ in range(2):  # sin 2x = 2 sin x cos x, cos 2x = 1 - 2 sin² x
        cosine *= sine
        cosine *= 2
        sine *= sine
        sine *= -2
        sine += 1
        sine, cosine = cosine, sine
    return sine, cosine


def power_of_2(exponent: F8) -> F8:
    """Return 2^exponent, to 1e-12 of it."""
    whole = np.rint(exponent)
    return np.ldexp(_series(exponent - whole, _POWER), np.maximum(whole, -1100.0).astype(np.int32))


def hz_of(pitch: F8, a4: float) -> F8:
    """Return the frequencies, in Hz, of MIDI numbers in equal temperament."""
    return a4 * power_of_2((pitch - 69.0) / 12)
