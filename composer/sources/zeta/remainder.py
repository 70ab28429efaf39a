"""What the main sum leaves out: a line integral of Riemann's, by the trapezoid rule.

R(s) = sum_{n <= N} n^-s + P(t) a^-sigma I(a, N),   a = sqrt(t / 2 pi),   P(t) = exp(-i (t/2 log(t / 2 pi) - t/2)),
I along the line (N + 1/2) + r e^(i pi/4): its integrand falls like exp(-pi r^2), so that equal steps of r converge
faster than any power (W. F. Galway 2001; J. Arias de Reyna 2011). Any N near a serves: N need not jump with t.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from composer.sources.zeta.smooth import NODES, interpolated, nodes_between
from composer.units import F8

C16 = NDArray[np.complex128]

_STEP, _REACH = 0.05, 68  # nodes r = -3.4 .. 3.4
_DIRECTION = np.exp(0.25j * np.pi)


def log_1p(z: C16) -> C16:
    """Return log(1 + z) without cancellation at small z."""
    x, y = z.real, z.imag
    return np.asarray(0.5 * np.log1p(x * (2 + x) + y * y) + 1j * np.arctan2(y, 1 + x))


def _log_1p_rest(z: C16) -> C16:
    """Return log(1 + z) - z + z^2/2, by its series where |z| < 0.05."""
    series = np.zeros_like(z)
    for k in range(14, 2, -1):
        series = series * z + (1 / k if k % 2 else -1 / k)
    return np.where(np.abs(z) < 0.05, series * z**3, log_1p(z) - z + 0.5 * z * z)


def line_integrals(sigmas: tuple[float, ...], t: F8, count: int) -> list[C16]:
    """Return a^-sigma I for each sigma at the heights t (n,), t >= 32, after `count` terms, |count + 1/2 - a| <= 1.

    It is smooth in t: many heights are interpolated from 40 Chebyshev nodes, to 1e-14.
    """
    low, high = float(t.min()), float(t.max())
    if len(t) > 2 * NODES and low < high:
        return [interpolated(at, low, high, t) for at in line_integrals(sigmas, nodes_between(low, high), count)]
    a = np.sqrt(t / (2 * np.pi))[:, None]
    r = np.arange(-_REACH, _REACH + 1)[None, :] * _STEP
    d = (count + 0.5 - a) + r * _DIRECTION
    z = d / a
    exponent = 2j * np.pi * (d * d - a * a * _log_1p_rest(z))
    weight = -_DIRECTION * _STEP / (2j * (-1) ** count * np.cos(np.pi * r * _DIRECTION))
    return [(np.exp(exponent - sigma * log_1p(z)) * weight).sum(1) * a[:, 0] ** -sigma for sigma in sigmas]
