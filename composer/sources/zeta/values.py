"""eta, zeta and Hardy's Z at numbers, arrays and exact grids: the main formula from |t| = 32 on, `low` below."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from composer.errors import Fault, InputError
from composer.progress import Progress, silent
from composer.sources.grid import Grid
from composer.sources.zeta.chi import turned_chi
from composer.sources.zeta.dense import FEWEST, turned_on_grid, worthwhile_from
from composer.sources.zeta.exact import BITS, cis, log_2, pi, radians, word
from composer.sources.zeta.low import eta_low, hardy_z_low, zeta_low
from composer.sources.zeta.mainsum import zeta_above
from composer.sources.zeta.points import MOST_T, Heights, Points
from composer.units import F8, I8

__all__ = ["MOST_SIGMA", "MOST_T", "error_estimate", "eta", "hardy_z", "zeta"]

C16 = NDArray[np.complex128]
MOST_SIGMA = 50
LOW = 32  # below it, the Riemann-Siegel formula has too few terms


def eta(t: Heights, sigma: float = 0.5, progress: Progress = silent) -> C16:
    """Return the Dirichlet eta function at sigma + i t, complex, of the shape of `t` (finite, |t| <= 1e13).

    >>> print(complex(eta(14.134725141734693)).__abs__() < 1e-14)   # a zero of zeta is one of eta
    True
    """
    return _evaluate("eta", sigma, t, progress)


def zeta(t: Heights, sigma: float = 0.5, progress: Progress = silent) -> C16:
    """Return the Riemann zeta function at sigma + i t, complex, of the shape of `t`; InputError at s = 1."""
    return _evaluate("zeta", sigma, t, progress)


def hardy_z(t: Heights, progress: Progress = silent) -> F8:
    """Return Hardy's Z function at t, real, of the shape of `t`: |Z(t)| = |zeta(1/2 + i t)|."""
    return np.asarray(_evaluate("hardy_z", 0.5, t, progress).real)


def error_estimate(t: Heights, sigma: float = 0.5) -> F8:
    """Return what the errors of eta, zeta and Z at sigma + i t stay below, of the shape of `t`.

    5e-12 on the critical line and to its right, as measured against Arb up to t = 1e12, and 5e-12/|s - 1| near zeta's
    pole; on the left 5e-12 of 2 (1 + 2^(1-sigma)) ((|t| + 1 - sigma)/2 pi)^(1/2 - sigma), the size of chi and more.
    """
    sigma, points = _checked(sigma), Points(t)
    bound = np.empty(len(points))
    with np.errstate(divide="ignore", over="ignore"):
        for part, whole, fraction in points.blocks():
            height = np.abs(whole + fraction)
            bound[part] = np.maximum(1, 1 / np.hypot(sigma - 1, height))
            if sigma < 0.5:
                size = np.maximum(1, (height + 1 - sigma) / (2 * np.pi)) ** (0.5 - sigma)
                bound[part] *= 2 * (1 + 2 ** (1 - sigma)) * size
    return (5e-12 * bound).reshape(points.shape)


def _evaluate(name: str, sigma: float, t: Heights, progress: Progress) -> C16:
    """Return the values, block by block; raise InputError for one that no double holds."""
    sigma, points = _checked(sigma), Points(t)
    values = np.empty(len(points), np.complex128)
    done = 0
    with np.errstate(all="ignore"):
        for part, found in _on_grid(name, sigma, t) if isinstance(t, Grid) else _scattered(name, sigma, points):
            if not np.all(np.isfinite(found)):
                raise InputError(Fault("the value is beyond the range of doubles", "sigma", "take sigma nearer to 1/2"))
            values[part] = found
            done += len(found)
            progress(name, done, len(points))
    return values.reshape(points.shape)


def _scattered(name: str, sigma: float, points: Points) -> Iterator[tuple[slice, C16]]:
    """Yield the values of points in any order, block by block."""
    for part, whole, fraction in points.blocks():
        negative = (whole < 0) | ((whole == 0) & (fraction < 0))
        whole, fraction = np.where(negative, -whole, whole), np.where(negative, -fraction, fraction)
        values = np.empty(len(whole), np.complex128)
        low = whole + fraction < LOW
        if np.any(low):
            values[low] = _below(name, sigma, (whole + fraction)[low])
        if not np.all(low):
            values[~low] = _above(name, sigma, whole[~low], fraction[~low])
        yield part, np.where(negative, np.conj(values), values)


def _below(name: str, sigma: float, t: F8) -> C16:
    if name == "hardy_z":
        return hardy_z_low(t)
    if name == "eta":
        return eta_low(sigma, t)
    if sigma == 1 and np.any(t == 0):
        raise InputError(Fault("zeta has a pole at s = 1", "sigma", "keep away from sigma = 1 with t = 0"))
    return zeta_low(sigma, t)


def _above(name: str, sigma: float, whole: I8, fraction: F8) -> C16:
    turned, theta, factor = zeta_above(sigma, whole, fraction)
    if name == "hardy_z":
        return turned
    return turned * cis(-theta) * factor if name == "eta" else turned * cis(-theta)


def _on_grid(name: str, sigma: float, grid: Grid) -> Iterator[tuple[slice, C16]]:
    """Yield a grid's values: high up by fast sums, below 0 as their conjugates."""
    high = worthwhile_from(grid.step)
    below = min(max((-high - grid.start) // grid.step + 1, 0), grid.count)  # how many points are at -high or lower,
    above = min(max(-((grid.start - high) // grid.step), 0), grid.count)  # and which is the first at high or above
    below = below if below >= FEWEST else 0
    above = above if grid.count - above >= FEWEST else grid.count
    if below:
        mirror = Grid(-grid[below - 1], grid.step, below)
        for part, values in _by_fast_sums(name, sigma, mirror):
            yield slice(below - part.stop, below - part.start), np.conj(values[::-1])
    middle = Grid(grid.start + below * grid.step, grid.step, above - below)
    for part, values in _scattered(name, sigma, Points(middle)):
        yield slice(below + part.start, below + part.stop), values
    if above < grid.count:
        for part, values in _by_fast_sums(name, sigma, Grid(grid[above], grid.step, grid.count - above)):
            yield slice(above + part.start, above + part.stop), values


def _by_fast_sums(name: str, sigma: float, grid: Grid) -> Iterator[tuple[slice, C16]]:
    """Yield the values of a grid that lies high enough, window by window: each holds up to 2^20 points."""
    done = 0
    while done < grid.count:
        start, most = grid[done], min(grid.count - done, 1 << 20)
        turned, theta = turned_on_grid(max(sigma, 1 - sigma), start, grid.step, most)
        k = np.arange(len(turned))
        if sigma < 0.5:
            turned = turned_chi(sigma, np.asarray(float(start) + k * float(grid.step), np.float64)) * np.conj(turned)
        if name != "hardy_z":
            turned = turned * cis(-theta)
        if name == "eta":
            turns = log_2() * (1 << BITS) // (2 * pi())
            first, step = (turns * x.numerator // x.denominator for x in (start, grid.step))
            turned = turned * (1 - 2.0 ** (1 - sigma) * cis(-radians(k.view(np.uint64) * word(step) + word(first))))
        yield slice(done, done + len(turned)), turned
        done += len(turned)


def _checked(sigma: float) -> float:
    """Return sigma as a double; raise InputError unless it is a number from -50 to 50."""
    try:
        if isinstance(sigma, str) or not abs(float(sigma)) <= MOST_SIGMA:
            raise ValueError
        return float(sigma)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(
            Fault(f"sigma = {sigma!r:.60} is not within -50 .. 50", "sigma", "give a number nearer to 1/2")
        ) from error
