"""zeta, eta and Hardy's Z below |t| = 32, where the main formula has too few terms: Euler-Maclaurin and Stirling.

zeta(s) = sum_{n < N} n^-s + N^(1-s)/(s-1) + N^-s/2 + sum_k B_2k/(2k)! s (s+1) .. (s+2k-2) N^(1-s-2k),  DLMF 25.2.9
"""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import numpy as np
from numpy.typing import NDArray

from composer.units import F8

C16 = NDArray[np.complex128]

_N = 40  # the first numbers, summed one by one
_SHIFT = 12  # Stirling's series is taken this far to the right
_CHUNK = 1 << 14  # points at a time: 10 MB for each table of points and numbers


def _bernoulli(count: int) -> list[Fraction]:
    """Return B_2, B_4, .. B_(2 count), exactly: B_2k = 2k T_k (-1)^(k-1) / (4^k (4^k - 1)), T_k the tangent numbers."""
    tangent = [factorial(k) for k in range(count)]  # R. P. Brent, D. Harvey (2011), algorithm TangentNumbers
    for k in range(1, count):
        for j in range(k, count):
            tangent[j] = (j - k) * tangent[j - 1] + (j - k + 2) * tangent[j]
    signed = [(-1) ** k * 2 * (k + 1) * tangent[k] for k in range(count)]
    return [Fraction(value, 4**k * (4**k - 1)) for k, value in enumerate(signed, 1)]


_BERNOULLI = _bernoulli(22)
_TAIL = [float(b / factorial(2 * k)) for k, b in enumerate(_BERNOULLI, 1)]
_STIRLING = [float(b / (2 * k * (2 * k - 1))) for k, b in enumerate(_BERNOULLI[:8], 1)]


def zeta_low(sigma: float, t: F8) -> C16:
    """Return zeta(sigma + it), |t| <= 32, sigma from -50 to 50, to 1e-12 of max(1, |zeta|); infinite at s = 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        s = _points(sigma, t)
        found = _regular(s) / (s - 1) if sigma >= 0.5 else _mirrored(s)
        return np.asarray(np.where(s == 1, np.inf, found), np.complex128)


def eta_low(sigma: float, t: F8) -> C16:
    """Return eta(sigma + it) = (1 - 2^(1-s)) zeta(s), |t| <= 32, as exactly; log 2 at s = 1."""
    s = _points(sigma, t)
    z: C16 = (1 - s) * np.log(2)
    if sigma < 0.5:
        return -np.expm1(z) * _mirrored(s)
    return np.asarray(np.log(2) * _over(np.expm1(z), z, 1.0) * _regular(s))


def hardy_z_low(t: F8) -> C16:
    """Return Z(t) = e^(i theta) zeta(1/2 + it), |t| <= 32, theta = Im log Gamma(1/4 + it/2) - t/2 log pi."""
    gamma = _gamma(_points(0.25, 0.5 * t))
    turn = gamma / np.abs(gamma) * np.exp(-0.5j * np.log(np.pi) * t)
    return np.asarray((turn * zeta_low(0.5, t)).real, np.complex128)


def _points(sigma: float, t: F8) -> C16:
    return np.asarray(sigma + 1j * t, np.complex128)


def _regular(s: C16) -> C16:
    """Return (s - 1) zeta(s), Re s >= 1/2: free of the pole, 1 at s = 1."""
    found = np.empty_like(s)
    logs = np.log(np.arange(1, _N, dtype=np.float64))
    for begin in range(0, len(s), _CHUNK):
        part = s[begin : begin + _CHUNK]
        power = np.exp(-part * np.log(_N))  # N^-s
        rising, tail = part / _N, np.full_like(part, 0.5)
        for k, term in enumerate(_TAIL, 1):
            tail += term * rising
            rising = rising * (part + (2 * k - 1)) * (part + 2 * k) / _N**2
        total = np.exp(-np.multiply.outer(part, logs)).sum(1) + power * tail
        found[begin : begin + _CHUNK] = (part - 1) * total + _N * power
    return found


def _mirrored(s: C16) -> C16:
    """Return zeta(s) = 2 (2 pi)^(s-1) sin(pi s/2) Gamma(1-s) zeta(1-s), Re s < 1/2; DLMF 25.4.1."""
    half = np.rint(s.real / 2)  # sin(pi s/2) = (-1)^half sin(pi s/2 - pi half), right to the last digit near its zeros
    sine = np.sin(np.pi / 2 * (s - 2 * half)) * (1 - 2 * (half % 2))
    # The zero of the sine at s = 0 cancels the pole of zeta(1 - s).
    factor = -2 * np.exp((s - 1) * np.log(2 * np.pi)) * _over(sine, s, np.pi / 2)
    return np.asarray(factor * _gamma(1 - s) * _regular(1 - s))


def _over(a: C16, b: C16, limit: float) -> C16:
    """Return a/b, and the limit where b = 0."""
    zero = b == 0
    return np.asarray(np.where(zero, limit, a / np.where(zero, 1, b)), np.complex128)


def _gamma(w: C16) -> C16:
    """Return Gamma(w), Re w > 0, by Gamma(w) = Gamma(w + m) / (w (w+1) .. (w+m-1)) and Stirling; DLMF 5.11.1."""
    divisor = np.ones_like(w)
    for k in range(_SHIFT):
        divisor = divisor * (w + k)
    v = w + _SHIFT
    tail = np.zeros_like(w)
    for term in reversed(_STIRLING):
        tail = tail / (v * v) + term
    return np.asarray(np.exp((v - 0.5) * np.log(v) - v + 0.5 * np.log(2 * np.pi) + tail / v) / divisor)
