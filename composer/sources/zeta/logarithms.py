"""log n / 2 pi to 100 bits, so that the phase of n^(-i t) is exact at any height.

n^(-i t) turns by t log n / 2 pi. At t = 1e12 its whole turns take 41 of a double's 53 bits, so the logarithm is kept as
the unevaluated sum of two doubles (T. J. Dekker, "A floating-point technique for extending the available precision",
Numer. Math. 18, 1971), and the product with t loses its whole turns before it is rounded.

With n = 2^e m and j the whole number nearest to m in 4096..8192,

    log n = e log 2 + log j + 2 artanh x,   x = (m - j) / (m + j),  |x| < 2^-14,

where log 2 and the 4097 log j come from a table.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import mpmath
import numpy as np

from composer.units import F8

_BITS = 12
_CHUNK = 2**14  # numbers taken at once, for the cache's sake
_SPLITTER = 2.0**27 + 1

Double2 = tuple[F8, F8]  # a number as high + low, |low| at most half a unit in the last place of high


def log_turns(count: int) -> Double2:
    """Return log n / 2 pi for n = 1..count (at most 2^38), each (count,), with an error near 2^-102."""
    high, low = np.empty(count), np.empty(count)
    for start in range(0, count, _CHUNK):
        part = slice(start, min(start + _CHUNK, count))
        high[part], low[part] = _log_turns(np.arange(part.start + 1.0, part.stop + 1.0))
    return high, low


def phases(logs: Double2, t: Fraction) -> F8:
    """Return -t log n, (n,), in radians within -pi..pi or just beyond, for |t| up to 2^50; error near 1e-15."""
    high, low = logs
    whole = round(t)
    product, error = _product(high, np.float64(whole))
    turns = (product - np.rint(product)) + (error + whole * low + float(t - whole) * high)
    return (turns - np.rint(turns)) * -(2 * np.pi)


def _log_turns(n: F8) -> Double2:
    powers_of_two, table, inverse_pi, third_inverse_pi = _constants()
    fraction, exponent = np.frexp(n)
    m = fraction * 2.0 ** (_BITS + 1)
    j = np.rint(m)
    total = m + j
    x = (m - j) / total
    product, error = _product(x, total)
    x_low = (((m - j) - product) - error) / total
    cube = _times(_times((x, x_low), (x, x_low)), (x, x_low))
    square = x * x
    tail = square * square * x * (0.2 + square / 7) / np.pi
    result = _plus(_times((x, x_low), inverse_pi), _times(cube, third_inverse_pi))
    result = _plus(_plus(result, (tail, np.zeros_like(tail))), _row(table, j.astype(np.int64) - 2**_BITS))
    return _plus(result, _row(powers_of_two, exponent - 1))


def _row(table: Double2, index: np.ndarray) -> Double2:
    return table[0][index], table[1][index]


@lru_cache(1)
def _constants() -> tuple[Double2, Double2, Double2, Double2]:
    """Return log 2^e / 2 pi for e = 0..63, log(j / 4096) / 2 pi for j = 4096..8192, 1 / pi and 1 / 3 pi."""
    with mpmath.workprec(160):
        two = mpmath.log(2) / (2 * mpmath.pi)
        logs, entry = [], mpmath.mpf(0)
        for j in range(2**_BITS, 2 ** (_BITS + 1) + 1):
            logs.append(entry)
            entry += mpmath.log1p(mpmath.mpf(1) / j) / (2 * mpmath.pi)
        return (
            _doubled([e * two for e in range(64)]),
            _doubled(logs),
            _doubled([1 / mpmath.pi]),
            _doubled([1 / (3 * mpmath.pi)]),
        )


def _doubled(numbers: list[mpmath.mpf]) -> Double2:
    high = np.array([float(number) for number in numbers])
    low = np.array([float(number - float(number)) for number in numbers])
    high.setflags(write=False)
    low.setflags(write=False)
    return high, low


def _sum(a: F8, b: F8) -> Double2:
    """Return a + b and its exact rounding error (Knuth)."""
    total = a + b
    other = total - a
    return total, (a - (total - other)) + (b - other)


def _halves(a: F8) -> Double2:
    """Split a into two numbers of at most 26 bits each (Veltkamp)."""
    scaled = a * _SPLITTER
    high = scaled - (scaled - a)
    return high, a - high


def _product(a: F8, b: F8 | np.float64) -> Double2:
    """Return a * b and its exact rounding error (Dekker)."""
    product = a * b
    (a_high, a_low), (b_high, b_low) = _halves(a), _halves(np.asarray(b))
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _plus(a: Double2, b: Double2) -> Double2:
    high, low = _sum(a[0], b[0])
    return _sum(high, low + (a[1] + b[1]))


def _times(a: Double2, b: Double2) -> Double2:
    high, low = _product(a[0], b[0])
    return _sum(high, low + (a[0] * b[1] + a[1] * b[0]))
