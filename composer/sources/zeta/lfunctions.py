"""Dirichlet's L-functions of primitive characters, by the same formula as zeta.

    L(s, chi) = sum over n of chi(n) n^-s = R(s) + X(s) conj(R(1 - conj s)),
    X(s) = eps (pi / q)^(s - 1/2) Gamma((1 - s + a) / 2) / Gamma((s + a) / 2),   eps = tau(chi) / (i^a sqrt q),

with the parity a (chi(-1) = (-1)^a) and the Gauss sum tau. Put b(n) = (-1)^n chi(n) exp(-pi i n^2 / q); it has the
period q. Let P(x) be the trigonometric polynomial of frequencies up to 1/2 with P(n) = b(n). Then chi(n) n^-s is
2 pi i times the residue at n of

    P(x) exp(pi i x^2 / q) x^-s / (2 i sin pi x),

so that R(s) is the sum of the first N terms plus the integral of this along a line through N + 1/2 in the
direction exp(i pi / 4), the line of steepest descent when N is near a = sqrt(q t / 2 pi). The integrand falls off
like a Gaussian and is analytic around the line, so the trapezoid rule is exact to double precision. With q = 1 it
is Riemann's formula for zeta (C. L. Siegel 1932; the quadrature: W. F. Galway 2001; J. Arias de Reyna 2011).

Near the real axis, |t| < 40, Euler-Maclaurin summation takes its place, and for sigma < 1/2 the functional equation
L(s) = X(s) conj(L(1 - conj s)) leads to its other side.
"""

from __future__ import annotations

import math

import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.errors import Fault, InputError
from composer.sources.zeta.characters import Character, character
from composer.sources.zeta.exact import cis, radians
from composer.sources.zeta.phases import Logarithms, first_logarithms
from composer.units import F8

C16 = NDArray[np.complex128]
MOST_T = 10**10
MOST_SIGMA = 20

_LOW = 40.0  # |t| below which Euler-Maclaurin summation is used
_NODE = 0.05  # the step of the trapezoid rule: its error is exp(-2 pi 0.35 / 0.05), 1e-19
_WIDTH = 3.6  # how far the line reaches, in units of sqrt q: exp(-pi 3.6^2) is 2e-18
_DIRECTION = np.exp(0.25j * np.pi)
_BERNOULLI = 12  # terms of Euler and Maclaurin's series


def dirichlet_l(q: int, index: int, t: ArrayLike, sigma: float = 0.5) -> C16:
    """Return L(sigma + i t, chi_q(index, .)), complex, of the shape of `t`; the index is Conrey's (as in the LMFDB).

    1 <= q <= 100; the character must be primitive (q = 1 is zeta itself); |t| <= 1e10 and |sigma| <= 20, else
    InputError, as is the pole of zeta at s = 1. Points are taken one by one: 0.3 to 5 ms each, for the line
    and sqrt(q t / 2 pi) terms. The error is at most 2e-12 (1 + (q |t| / 2 pi)^(1/2 - sigma)) for |t| up to 1e4.

    >>> abs(dirichlet_l(4, 3, 0, 1) - np.pi / 4) < 1e-14   # Leibniz: 1 - 1/3 + 1/5 - ...
    np.True_
    """
    chi = character(q, index)
    points = _points(t)
    if not abs(sigma) <= MOST_SIGMA:
        raise InputError(Fault(f"sigma = {sigma} is out of bounds", "sigma", f"stay within ±{MOST_SIGMA}"))
    if q == 1 and sigma == 1 and np.any(points == 0):
        raise InputError(Fault("zeta has a pole at s = 1", "sigma", "keep away from sigma = 1 with t = 0"))
    logs = first_logarithms(_terms(chi, np.max(np.abs(points), initial=1.0)) + 1)
    lines: dict[int, C16] = {}
    values = np.array([_any_sign(chi, sigma, float(point), logs, lines) for point in points.ravel()], np.complex128)
    return values.reshape(points.shape)[()]


def _points(t: ArrayLike) -> F8:
    try:
        points = np.asarray(t, np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(Fault(f"t is not a number ({error})", "t", "give a number or an array of them")) from error
    if not np.all(np.abs(points) <= MOST_T):
        raise InputError(Fault("t is not finite or beyond 1e10", "t", "give |t| of at most 10 000 000 000"))
    return points


def _any_sign(chi: Character, sigma: float, t: float, logs: Logarithms, lines: dict[int, C16]) -> complex:
    """Return L(sigma + i t, chi); below the real axis it is the conjugate of L above, with the conjugate character."""
    if t < 0:
        mirrored = Character(chi.q, pow(chi.index, -1, chi.q), chi.values.conj(), chi.parity)
        return _any_sign(mirrored, sigma, -t, logs, {}).conjugate()
    if sigma < 0.5:
        # X(s) is 0 at the trivial zeros, where L(1 - conj s) is finite, but for zeta at s = 0.
        if chi.q == 1 and sigma == 0 and t == 0:
            return complex(-0.5)
        return _factor(chi, sigma, t) * _any_sign(chi, 1 - sigma, t, logs, lines).conjugate()
    if t < _LOW:
        return _euler_maclaurin(chi, complex(sigma, t))
    terms = _terms(chi, t)
    if terms % (2 * chi.q) not in lines:
        lines[terms % (2 * chi.q)] = _line(chi, terms)
    here, there = _first_terms(chi, sigma, t, terms, logs, lines[terms % (2 * chi.q)])
    return here + _factor(chi, sigma, t) * there.conjugate()


def _terms(chi: Character, t: float) -> int:
    return math.floor(math.sqrt(chi.q * t / math.tau))


def _factor(chi: Character, sigma: float, t: float) -> complex:
    """Return X(s): its phase, about t log t, asks for more digits than a double has."""
    n = np.arange(chi.q)
    gauss_sum = 1.0 if chi.q == 1 else np.sum(chi.values * np.exp(2j * np.pi * n / chi.q))
    root_number = complex(gauss_sum / (1j**chi.parity * math.sqrt(chi.q)))
    with mpmath.workprec(80 + 2 * int(t).bit_length()):
        s = mpmath.mpc(sigma, t)
        value = (mpmath.pi / chi.q) ** (s - 0.5)
        if t < _LOW:
            value *= mpmath.gamma((1 - s + chi.parity) / 2) * mpmath.rgamma((s + chi.parity) / 2)
        else:
            value *= mpmath.exp(mpmath.loggamma((1 - s + chi.parity) / 2) - mpmath.loggamma((s + chi.parity) / 2))
        return root_number * complex(value)


def _first_terms(
    chi: Character, sigma: float, t: float, terms: int, logs: Logarithms, line: C16
) -> tuple[complex, complex]:
    """Return R(sigma + i t) and R(1 - sigma + i t)."""
    n = np.arange(1, terms + 1)
    log_n = logs.natural[:terms]
    turned = chi.values[n % chi.q] * cis(-radians(logs.times(round(t)))[:terms] - (t - round(t)) * log_n)
    # With x = a + d, z = d / a and t = 2 pi a^2 / q, the exponent pi i x^2 / q - i t log x is that of the saddle,
    # a constant phase, plus 2 pi i (d^2 - a^2 (log(1 + z) - z + z^2 / 2)) / q, which stays small where it counts.
    a = math.sqrt(chi.q * t / math.tau)
    d = (terms + 0.5 - a) + _nodes(chi.q) * _DIRECTION
    z = d / a
    log_x = _log1p(z)
    exponent = (2j * np.pi / chi.q) * (d * d - a * a * _cubic_log(z, log_x))
    with mpmath.workprec(80 + 2 * int(t).bit_length()):
        saddle = complex(mpmath.expj(-mpmath.mpf(t) / 2 * (mpmath.log(chi.q * mpmath.mpf(t) / (2 * mpmath.pi)) - 1)))
    both = []
    for real in (sigma, 1 - sigma):
        integral = saddle * a**-real * np.sum(line * np.exp(exponent - real * log_x))
        both.append(complex(np.sum(turned * np.exp(-real * log_n)) + integral))
    return both[0], both[1]


def _nodes(q: int) -> F8:
    """Return the trapezoid rule's places along the line, symmetric about 0."""
    most = math.ceil(_WIDTH * math.sqrt(q) / _NODE)
    nodes: F8 = np.arange(-most, most + 1, dtype=np.float64) * _NODE
    return nodes


def _line(chi: Character, terms: int) -> C16:
    """Return the weights -step P(x) / (2 i sin pi x) at the nodes x = terms + 1/2 + r exp(i pi / 4).

    They do not depend on t, and on `terms` only modulo 2 q.
    """
    q = chi.q
    n = np.arange(q)
    b = (-1.0) ** n * chi.values * np.exp(-1j * np.pi * (n * n % (2 * q)) / q)
    amplitude = np.fft.fft(b) / q
    frequency = np.where(n > q / 2, n - q, n) / q
    if q % 2 == 0:  # the frequency 1/2 is -1/2 as well: half of it each
        amplitude[q // 2] /= 2
        amplitude, frequency = np.append(amplitude, amplitude[q // 2]), np.append(frequency, -0.5)
    x = terms % (2 * q) + 0.5 + _nodes(q) * _DIRECTION
    # 1 / (2 i sin pi x) = side e^(side i pi x) / (e^(side 2 pi i x) - 1), taken so that nothing overflows.
    side = np.where(x.imag >= 0, 1.0, -1.0)
    waves = np.exp(2j * np.pi * (frequency[:, None] + side / 2) * x)
    weights: C16 = -_DIRECTION * _NODE * side * (amplitude @ waves) / np.expm1(2j * np.pi * side * x)
    return weights


def _log1p(z: C16) -> C16:
    """Return log(1 + z), with small z's digits kept."""
    return 0.5 * np.log1p(z.real * (2 + z.real) + z.imag**2) + 1j * np.arctan2(z.imag, 1 + z.real)


def _cubic_log(z: C16, log: C16) -> C16:
    """Return log(1 + z) - z + z^2 / 2, of the size z^3 / 3, from its series where z is small."""
    series = np.zeros_like(z)
    for k in range(14, 2, -1):
        series = series * z + (1.0 if k % 2 else -1.0) / k
    return np.where(np.abs(z) < 0.05, series * z**3, log - z + z * z / 2)


def _euler_maclaurin(chi: Character, s: complex) -> complex:
    """Return L(s, chi) for Re s >= 1/2, |Im s| < 40: q Hurwitz zeta functions, all summed to n = 48 q.

    zeta(s, c) = sum of (m + c)^-s below M, plus x^(1-s) / (s - 1) + x^-s / 2 + sum of
    B_2k / (2k)! s (s+1) ... (s + 2k - 2) x^(1 - s - 2k), with x = M + c.
    """
    periods = 48
    n = np.arange(1, periods * chi.q + 1)
    total = complex(np.sum(chi.values[n % chi.q] * np.exp(-s * np.log(n))))
    residue = np.arange(1, chi.q + 1)
    x = periods + residue / chi.q
    power: C16 = np.exp(-s * np.log(x))
    tail: C16 = power / 2
    term: C16 = s * power / x
    for k in range(1, _BERNOULLI + 1):
        tail = tail + float(mpmath.bernoulli(2 * k)) / math.factorial(2 * k) * term
        term = term * (s + 2 * k - 1) * (s + 2 * k) / x**2
    # The values of chi add up to 0 unless q = 1, so 1 / (s - 1) may be taken away from x^(1-s) / (s - 1).
    log_x = np.log(x)
    tail = tail + (np.expm1((1 - s) * log_x) / (s - 1) if s != 1 else -log_x)
    if chi.q == 1:
        tail = tail + 1 / (s - 1)
    return total + complex(np.exp(-s * math.log(chi.q)) * np.sum(chi.values[residue % chi.q] * tail))
