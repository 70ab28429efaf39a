"""The Riemann zeta function, the Dirichlet eta function and Hardy's Z, point by point through mpmath.

    zeta(s) = sum n^-s,   eta(s) = sum (-1)^(n-1) n^-s = (1 - 2^(1-s)) zeta(s),   s = sigma + i t,
    Z(t) = e^(i theta(t)) zeta(1/2 + i t), real for real t, with the zeros of zeta on the critical line.

mpmath sums by Borwein's algorithm near the real axis and by Riemann-Siegel high above it. The phases
t log n grow with t, so the working precision is 53 bits, plus the bits of t, plus 20 to spare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.errors import Fault, InputError
from composer.progress import Progress, silent

C16 = NDArray[np.complex128]
MOST_T = 10**13  # beyond it a point takes minutes


def eta(t: ArrayLike | Iterable[Fraction], sigma: float = 0.5, progress: Progress = silent) -> C16:
    """Return the Dirichlet eta function at sigma + i t, complex, of the shape of `t` (finite, |t| <= 1e13).

    >>> print(complex(eta(14.134725141734693)).__abs__() < 1e-14)   # a zero of zeta is one of eta
    True
    """
    return _evaluate("eta", lambda mp, t: mp.altzeta(mp.mpc(sigma, t)), t, progress)


def zeta(t: ArrayLike | Iterable[Fraction], sigma: float = 0.5, progress: Progress = silent) -> C16:
    """Return the Riemann zeta function at sigma + i t, complex, of the shape of `t`; InputError at s = 1."""
    return _evaluate("zeta", lambda mp, t: mp.zeta(mp.mpc(sigma, t)), t, progress)


def hardy_z(t: ArrayLike | Iterable[Fraction], progress: Progress = silent) -> NDArray[np.float64]:
    """Return Hardy's Z function at t, real, of the shape of `t`: |Z(t)| = |zeta(1/2 + i t)|."""
    return np.asarray(_evaluate("hardy_z", lambda mp, t: mp.siegelz(t), t, progress).real)


def _evaluate(
    name: str, function: Callable[[Any, Any], Any], t: ArrayLike | Iterable[Fraction], progress: Progress
) -> C16:
    import mpmath

    points, shape = _points(t)
    values = np.empty(len(points), np.complex128)
    with mpmath.workprec(53 + int(max(map(abs, points), default=1)).bit_length() + 20):
        for k, point in enumerate(points):
            try:
                values[k] = complex(function(mpmath.mp, mpmath.mpf(point.numerator) / point.denominator))
            except (ZeroDivisionError, ValueError) as error:
                raise InputError(
                    Fault(f"{name} has a pole at s = 1", "sigma", "keep away from sigma = 1 with t = 0")
                ) from error
            progress(name, k + 1, len(points))
    return values.reshape(shape)


def _points(t: Any) -> tuple[list[Fraction], tuple[int, ...]]:
    """Return the points as fractions, in order, and the shape that their values are to have."""
    if isinstance(t, Iterable) and not isinstance(t, np.ndarray | list | tuple):
        points = list(t)
        return points, (len(points),)
    array = np.asarray(t, np.float64)
    if not np.all(np.isfinite(array)) or np.any(np.abs(array) > MOST_T):
        raise InputError(Fault("t is not finite or beyond 1e13", "t", "give |t| of at most 10 000 000 000 000"))
    return [Fraction(float(value)) for value in array.ravel()], array.shape
