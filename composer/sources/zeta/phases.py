"""log n / 2 pi in 128-bit fixed point, so that the phases t log n are exact at any height.

n^(-it) = exp(-i t log n) asks for t log n modulo 2 pi. At t = 10^12 a double holds t log n to about 0.002: all of
its digits are spent on whole turns. Here log n / 2 pi is kept in turns, to 2^-99; a product with an integer is one
wrapping 64-bit multiplication, in which the whole turns fall away by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from composer.sources.zeta import exact
from composer.sources.zeta.exact import U8
from composer.units import F8

_BY_INTEGERS = 512  # up to here logarithms are summed in Python's integers, beyond in double-double
_UNIT = 60  # bits after the point in the high word: log n / 2 pi stays below 16
_LIMB = 40  # bits: two million numbers of so many bits still sum up below 2^61


@dataclass(frozen=True)
class Logarithms:
    """(high + low) 2^-60 = log n / 2 pi for n = 1, 2, ...: `high` 64-bit words, `low` in [0, 1); and log n itself."""

    high: U8
    low: F8
    natural: F8

    def times(self, whole: int) -> U8:
        """Return whole log n / 2 pi modulo 1, in words of 2^-64 turns, |whole| < 2^48."""
        below = np.floor(self.low * (16.0 * whole)).astype(np.int64)
        return np.asarray((self.high * exact.wrap(16 * whole)) + below.view(np.uint64))

    def times_each(self, whole: np.ndarray[tuple[int], np.dtype[np.int64]]) -> U8:
        """Return the same for every integer of an array: an array (integers, n)."""
        below = np.floor(np.multiply.outer(16.0 * whole, self.low)).astype(np.int64)
        turns: U8 = np.multiply.outer((16 * whole).view(np.uint64), self.high) + below.view(np.uint64)
        return turns

    def times_step(self, step: Fraction) -> U8:
        """Return step log n / 2 pi modulo 1, in words of 2^-64 turns; the fraction of `step` is taken to 2^-64."""
        whole = int(step // 1)
        part = int((step - whole) * (1 << 64))
        upper = exact.high_product(self.high, np.uint64(part))
        lower = self.high * np.uint64(part)
        below = np.floor(self.low * (16.0 * part * 2.0**-64)).astype(np.uint64)
        return np.asarray(self.times(whole) + (upper << np.uint64(4)) + (lower >> np.uint64(60)) + below)


def first_logarithms(count: int) -> Logarithms:
    """Return the logarithms of n = 1 .. count."""
    table = _table(max(10, (count - 1).bit_length()))
    return Logarithms(table.high[:count], table.low[:count], table.natural[:count])


@lru_cache(maxsize=4)
def _table(size: int) -> Logarithms:
    """Return the logarithms of n = 1 .. 2^size, each the sum of the steps log (m+1)/m = 2 artanh 1/(2m+1)."""
    count = 1 << size
    limbs = np.zeros((3, count), np.int64)  # 40 bits each, from 2^-20 down to 2^-120 (the first holds the rest)
    limbs[:, :_BY_INTEGERS] = _limbs_by_integers(_BY_INTEGERS)
    for begin in range(_BY_INTEGERS, count, 1 << 14):
        end = min(begin + (1 << 14), count)
        limbs[:, begin:end] = _limbs_of_steps(np.arange(begin, end, dtype=np.float64))
    np.cumsum(limbs, axis=1, out=limbs)
    mask = np.int64((1 << _LIMB) - 1)
    limbs[1] += limbs[2] >> _LIMB
    limbs[0] += limbs[1] >> _LIMB
    middle, last = limbs[1] & mask, limbs[2] & mask
    # The three limbs end at 2^-40, 2^-80 and 2^-120; the high word ends at 2^-60, in the midst of the second.
    high = (limbs[0] << 20).view(np.uint64) + (middle >> 20).view(np.uint64)
    low = ((middle & 0xFFFFF).astype(np.float64) + last * 2.0**-40) * 2.0**-20
    natural = np.log(np.arange(1, count + 1, dtype=np.float64))
    for array in (high, low, natural):
        array.setflags(write=False)
    return Logarithms(high, low, natural)


def _limbs_by_integers(count: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the limbs of log 1 = 0 and of the steps to log 2 .. log count, in turns."""
    bits = 160
    turn = 2 * exact.pi(bits)
    steps = [0] + [(2 * exact.artanh(1, 2 * m + 1, bits) << 120) // turn for m in range(1, count)]
    mask = (1 << _LIMB) - 1
    return np.array([[step >> 80 for step in steps], [step >> 40 & mask for step in steps], [s & mask for s in steps]])


def _limbs_of_steps(m: F8) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the limbs of log((m+1)/m) / 2 pi = artanh(y)/pi, y = 1/(2m+1), m >= 512, right to 2^-104 of itself.

    y + y^3/3 + y^5/5 + ..., the first two terms in double-double arithmetic (Dekker 1971), the others,
    below 2^-42 of the sum, in doubles.
    """
    divisor = 2 * m + 1
    y = 1 / divisor
    product, error = _product(y, divisor)
    y_low = ((1 - product) - error) / divisor
    square, square_low = _multiply(y, y_low, y, y_low)
    third = 1 / 3
    cube, cube_low = _multiply(
        *_multiply(square, square_low, y, y_low), np.float64(third), np.float64(third * 2.0**-54)
    )
    rest = y * square * square * (1 / 5 + square * (1 / 7 + square * (1 / 9)))
    total = y + cube
    total_low = ((y - total) + cube) + (y_low + cube_low + rest)
    inverse_pi = (1 << 400) // exact.pi(200)
    head = np.float64(inverse_pi / 2**200)
    tail = np.float64((inverse_pi - int(Fraction(float(head)) * 2**200)) / 2**200)
    value, value_low = _multiply(total, total_low, head, tail)
    first = np.floor(value * 2.0**_LIMB)
    value = value * 2.0**_LIMB - first  # exact: what is left of the double
    scaled = value * 2.0**_LIMB
    second = np.floor(scaled)
    third_limb = np.rint((scaled - second) * 2.0**_LIMB + value_low * 2.0 ** (3 * _LIMB))
    return np.stack([first, second, third_limb]).astype(np.int64)


def _product(a: F8, b: F8 | np.float64) -> tuple[F8, F8]:
    """Return a b and its rounding error, exactly (Dekker)."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(b)
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _halves(a: F8 | np.float64) -> tuple[F8 | np.float64, F8 | np.float64]:
    """Split doubles of 53 bits into two of 26 bits (Veltkamp)."""
    scaled = a * 134217729.0  # 2^27 + 1
    high = scaled - (scaled - a)
    return high, a - high


def _multiply(a: F8, a_low: F8, b: F8 | np.float64, b_low: F8 | np.float64) -> tuple[F8, F8]:
    """Return the product of two double-doubles as one."""
    product, error = _product(a, b)
    error = error + (a * b_low + a_low * b)
    total = product + error
    return total, error - (total - product)
