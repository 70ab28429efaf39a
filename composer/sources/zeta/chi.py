"""theta and chi: what turns zeta's sum into its mirror image, zeta(s) = chi(s) zeta(1 - s), by Stirling's series.

theta(t) = Im log Gamma(1/4 + it/2) - t/2 log pi, and chi(1/2 + it) = e^(-2 i theta(t)). All for t >= 32.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.sources.zeta import exact
from composer.sources.zeta.remainder import log_1p
from composer.units import F8

C16 = NDArray[np.complex128]
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
_LOG_PI = float(np.log(np.pi))


def _tail(w: C16) -> C16:
    inverse, total = 1 / w, np.zeros_like(w)
    for term in reversed(_STIRLING):
        total = total / (w * w) + term
    return total * inverse


def small_theta(t: ArrayLike) -> F8:
    """Return theta(t) - (t/2 log(t / 2 pi) - t/2): -pi/8 and falling powers of t."""
    t = np.asarray(t, np.float64)
    return -np.pi / 8 + 1 / (48 * t) + 7 / (5760 * t**3) + 31 / (80640 * t**5) + 127 / (430080 * t**7)


def theta_of_integer(t: int) -> tuple[int, float]:
    """Return (m, r) with theta(t) = m pi + r, |r| <= pi/2, for an integer t >= 32."""
    bits = exact.BITS
    log = exact.log(t) - exact.log_2() - exact.log_pi()
    small = float(small_theta(float(t)))
    main = (t * log - (t << bits)) // 2
    m = round(main / exact.pi() + small / np.pi) if t < 1 << 20 else (main + exact.pi() // 2) // exact.pi()
    return m, float((main - m * exact.pi()) / (1 << bits)) + small


def theta_step(centre: int) -> int:
    """Return omega = log|1/4 + i centre/2|/2 - log(pi)/2, theta's slope there but for its bend, in fixed point."""
    return (exact.log(1 + 4 * centre * centre) // 2 - 2 * exact.log_2() - exact.log_pi()) // 2


def theta_bend(centre: int, u: F8) -> F8:
    """Return theta(centre + u) - theta(centre) - omega u, free of cancellation, |u| < centre/3."""
    w, step = 0.25 + 0.5j * centre, np.asarray(0.5j * u, np.complex128)
    z = np.asarray(step / w, np.complex128)
    series: C16 = np.zeros(z.shape, np.complex128)
    for k in range(16, 1, -1):
        series = series * z + (1 if k % 2 == 0 else -1) / (k * (k - 1))
    bend = np.where(np.abs(z) < 0.05, series * z * z, (1 + z) * log_1p(z) - z)
    total = w * bend - 0.5 * log_1p(z) + _tail(w + step) - _tail(np.array([w]))
    return np.asarray(total.imag)


def turned_chi(sigma: float, t: F8) -> C16:
    """Return chi(sigma + it) e^(2 i theta(t)): smooth, 1 at sigma = 1/2."""
    w, e = np.asarray(0.25 + 0.5j * t, np.complex128), (sigma - 0.5) / 2

    def growth(w: C16, e: float) -> C16:  # log Gamma(w + e) - log Gamma(w)
        grown: C16 = e * np.log(w) + (w + e - 0.5) * log_1p(e / w) - e + _tail(w + e) - _tail(w)
        return grown

    return np.asarray(np.exp(2 * e * _LOG_PI + growth(np.conj(w), -e) - growth(w, e)))
