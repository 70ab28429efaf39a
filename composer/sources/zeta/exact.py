"""The few numbers that must be exact: pi and logarithms as long integers, and products of 64-bit words.

A number in fixed point at P bits is the integer floor(x 2^P); the functions here are right to a few units of it.
Python's own integers do, so that no library for long arithmetic has to be loaded.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from composer.units import F8

U8 = NDArray[np.uint64]

BITS = 256  # of the constants below; what is left of them after a product with t is over 180
_LOW_HALF = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def artanh(numerator: int, denominator: int, bits: int = BITS) -> int:
    """Return artanh(numerator/denominator) in fixed point, by its power series; the ratio is to be at most 1/3."""
    power = (numerator << bits) // denominator
    square = (power * power) >> bits
    total, k = power, 3
    while power:
        power = (power * square) >> bits
        total += power // k
        k += 2
    return total


@lru_cache
def pi(bits: int = BITS) -> int:
    """Return pi in fixed point, by Machin's formula pi = 16 arctan(1/5) - 4 arctan(1/239)."""

    def arctan_of_one_over(x: int) -> int:
        power = (1 << bits + 16) // x
        total, k = power, 3
        while power:
            power //= x * x
            total += power // k if k % 4 == 1 else -(power // k)
            k += 2
        return total

    return (16 * arctan_of_one_over(5) - 4 * arctan_of_one_over(239)) >> 16


@lru_cache
def log_2(bits: int = BITS) -> int:
    """Return log 2 in fixed point: 2 artanh(1/3)."""
    return 2 * artanh(1, 3, bits)


def log(n: int, bits: int = BITS) -> int:
    """Return log n in fixed point, n >= 1: n = 2^e m with m in [2/3, 4/3], log m = 2 artanh((m - 1)/(m + 1))."""
    exponent = (3 * n // 2).bit_length() - 1
    power = 1 << exponent
    return exponent * log_2(bits) + 2 * (artanh(abs(n - power), n + power, bits) * (1 if n >= power else -1))


@lru_cache
def log_pi(bits: int = BITS) -> int:
    """Return log pi in fixed point."""
    return log(pi(bits), bits) - bits * log_2(bits)


def in_turns(radians: int, bits: int = BITS) -> int:
    """Return an angle in fixed point as whole turns and parts of them: radians / 2 pi."""
    return (radians << bits) // (2 * pi(bits))


def word(turns: int, bits: int = BITS) -> np.uint64:
    """Return the fractional part of an angle in turns as a 64-bit word, 2^64 being one turn."""
    return np.uint64((turns >> (bits - 64)) % (1 << 64))


def wrap(n: int) -> np.uint64:
    """Return an integer modulo 2^64."""
    return np.uint64(n % (1 << 64))


def radians(turns: U8) -> F8:
    """Return angles given as 64-bit words, 2^64 being one turn, in radians from -pi to pi."""
    signed: F8 = turns.view(np.int64).astype(np.float64)
    signed *= 2 * np.pi * 2.0**-64
    return signed


def high_product(a: U8, b: U8 | np.uint64) -> U8:
    """Return the upper 64 bits of the 128-bit products a b, from products of 32-bit halves."""
    a_high, a_low, b_high, b_low = a >> _HALF, a & _LOW_HALF, b >> _HALF, b & _LOW_HALF
    middle = a_high * b_low + (a_low * b_low >> _HALF)
    other = a_low * b_high + (middle & _LOW_HALF)
    return np.asarray(a_high * b_high + (middle >> _HALF) + (other >> _HALF))


def cis(angle: F8) -> NDArray[np.complex128]:
    """Return cos + i sin of an angle in radians."""
    out = np.empty(angle.shape, np.complex128)
    np.cos(angle, out.real)
    np.sin(angle, out.imag)
    return out
