"""eta, zeta and Hardy's Z at numbers, arrays and exact grids: the main formula from |t| = 32 on, mpmath below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from composer.errors import Fault, InputError
from composer.progress import Progress, silent
from composer.sources.grid import Grid
from composer.sources.zeta.chi import turned_chi
from composer.sources.zeta.dense import suits, turned_on_grid
from composer.sources.zeta.exact import BITS, cis, log_2, pi, radians, word
from composer.sources.zeta.mainsum import zeta_above

C16 = NDArray[np.complex128]
MOST_T = 10**13  # beyond it a point takes minutes
MOST_SIGMA = 50
LOW = 32  # below it, the Riemann-Siegel formula has too few terms: mpmath sums


def eta(t: ArrayLike | Grid | Iterable[Fraction], sigma: float = 0.5, progress: Progress = silent) -> C16:
    """Return the Dirichlet eta function at sigma + i t, complex, of the shape of `t` (finite, |t| <= 1e13).

    >>> print(complex(eta(14.134725141734693)).__abs__() < 1e-14)   # a zero of zeta is one of eta
    True
    """
    return _evaluate("eta", sigma, lambda mp, t: mp.altzeta(mp.mpc(sigma, t)), t, progress)


def zeta(t: ArrayLike | Grid | Iterable[Fraction], sigma: float = 0.5, progress: Progress = silent) -> C16:
    """Return the Riemann zeta function at sigma + i t, complex, of the shape of `t`; InputError at s = 1."""
    return _evaluate("zeta", sigma, lambda mp, t: mp.zeta(mp.mpc(sigma, t)), t, progress)


def hardy_z(t: ArrayLike | Grid | Iterable[Fraction], progress: Progress = silent) -> NDArray[np.float64]:
    """Return Hardy's Z function at t, real, of the shape of `t`: |Z(t)| = |zeta(1/2 + i t)|."""
    return np.asarray(_evaluate("hardy_z", 0.5, lambda mp, t: mp.siegelz(t), t, progress).real)


def _evaluate(
    name: str,
    sigma: float,
    function: Callable[[Any, Any], Any],
    t: ArrayLike | Grid | Iterable[Fraction],
    progress: Progress,
) -> C16:
    import mpmath

    _check_sigma(sigma)
    if isinstance(t, Grid) and suits(t) and t[t.count - 1] <= MOST_T:
        return _on_fine_grid(name, sigma, t, progress)
    points, shape = _points(t)
    values = np.empty(len(points), np.complex128)
    high = [k for k, point in enumerate(points) if abs(point) >= LOW]
    if high:
        whole = np.array([round(abs(points[k])) for k in high], np.int64)
        fraction = np.array([float(abs(points[k]) - round(abs(points[k]))) for k in high])
        with np.errstate(over="ignore", invalid="ignore"):
            turned, theta, factor = zeta_above(sigma, whole, fraction)
            found = turned if name == "hardy_z" else turned * cis(-theta) * (factor if name == "eta" else 1)
        if not np.all(np.isfinite(found)):
            raise InputError(Fault("the value is beyond the range of doubles", "sigma", "take sigma nearer to 1/2"))
        values[high] = np.where([points[k] < 0 for k in high], np.conj(found), found)
        progress(name, len(high), len(points))
    with mpmath.workprec(53 + int(max(map(abs, points), default=1)).bit_length() + 20):
        for k, point in enumerate(points):
            if abs(point) >= LOW:
                continue
            try:
                values[k] = complex(function(mpmath.mp, mpmath.mpf(point.numerator) / point.denominator))
            except (ZeroDivisionError, ValueError) as error:
                raise InputError(
                    Fault(f"{name} has a pole at s = 1", "sigma", "keep away from sigma = 1 with t = 0")
                ) from error
            progress(name, k + 1, len(points))
    return values.reshape(shape)


def _on_fine_grid(name: str, sigma: float, grid: Grid, progress: Progress) -> C16:
    """Return the values window by window: each holds up to 2^20 points."""
    values = np.empty(grid.count, np.complex128)
    done = 0
    while done < grid.count:
        start, most = grid[done], min(grid.count - done, 1 << 20)
        turned, theta = turned_on_grid(max(sigma, 1 - sigma), start, grid.step, most)
        k = np.arange(len(turned))
        if sigma < 0.5:
            turned = turned_chi(sigma, np.asarray(float(start) + k * float(grid.step))) * np.conj(turned)
        if name != "hardy_z":
            turned = turned * cis(-theta)
        if name == "eta":
            turns = log_2() * (1 << BITS) // (2 * pi())
            first, step = (turns * x.numerator // x.denominator for x in (start, grid.step))
            turned = turned * (1 - 2.0 ** (1 - sigma) * cis(-radians(k.view(np.uint64) * word(step) + word(first))))
        values[done : done + len(turned)] = turned
        done += len(turned)
        progress(name, done, grid.count)
    return values


def _check_sigma(sigma: float) -> None:
    if not abs(sigma) <= MOST_SIGMA:
        raise InputError(Fault(f"sigma = {sigma} is not within -50 .. 50", "sigma", "give a number nearer to 1/2"))


def _points(t: Any) -> tuple[list[Fraction], tuple[int, ...]]:
    """Return the points as fractions, in order, and the shape that their values are to have."""
    if isinstance(t, Grid) or (isinstance(t, Iterable) and not isinstance(t, np.ndarray | list | tuple)):
        points = list(t)
        if any(abs(point) > MOST_T for point in points):
            raise InputError(Fault("t goes beyond 1e13", "t", "give |t| of at most 10 000 000 000 000"))
        return points, (len(points),)
    array = np.asarray(t, np.float64)
    if not np.all(np.isfinite(array)) or np.any(np.abs(array) > MOST_T):
        raise InputError(Fault("t is not finite or beyond 1e13", "t", "give |t| of at most 10 000 000 000 000"))
    return [Fraction(float(value)) for value in array.ravel()], array.shape
