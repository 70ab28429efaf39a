"""Grids from 1600 on: samples on a lattice by fast sums, and between them, where the grid is finer, interpolation.

e^(i theta) zeta has frequencies within log a of 0, a = sqrt(t / 2 pi), so that samples more than twice as dense as
that asks for give it between them, by a sinc under a window 40 samples wide.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from composer.sources.zeta.chi import small_theta, theta_bend, theta_of_integer, theta_step, turned_chi
from composer.sources.zeta.exact import cis, in_turns, radians, word
from composer.sources.zeta.phases import first_logarithms
from composer.sources.zeta.remainder import line_integrals
from composer.sources.zeta.smooth import interpolated, nodes_between
from composer.sources.zeta.spreading import semicircle, wave_sums
from composer.units import F8

C16 = NDArray[np.complex128]
_LOWEST = 1600  # below it, single points are as fast, and Stirling's series for theta's bend falls too slowly
FEWEST = 32  # points in a window
_HALF = 20  # samples on each side


def turned_on_grid(sigma: float, start: Fraction, step: Fraction, count: int) -> tuple[C16, F8]:
    """Return e^(i theta) zeta and theta at the first points of a grid, as many as one window holds, sigma >= 1/2."""
    low = float(start)
    band = np.log(np.sqrt(low / (2 * np.pi)))
    per_cell = int(min(1024, np.pi / (2 * (band + 1)) / float(step)))
    if per_cell < 2:
        return _turned_on_coarse_grid(sigma, start, step, min(count, _widest(low, step)))
    lattice_step = step * per_cell
    widest = _widest(low, lattice_step)
    cells = min(widest, -(-count // per_cell))
    rows = max(2, min(64, (1 << 17) // (2 * _HALF * per_cell)))
    padded = -(-cells // rows) * rows
    samples = padded + 2 * _HALF
    middle = start + (samples // 2 - _HALF + 1) * lattice_step
    centre = round(middle)
    offset = float(middle - centre)
    u = np.asarray(offset + (np.arange(samples) - samples // 2) * float(lattice_step), np.float64)
    turned, theta = _on_lattice(sigma, centre, offset, lattice_step, u)
    x = np.arange(per_cell) / per_cell
    distance = x[None, :] - (np.arange(2 * _HALF) - _HALF + 1)[:, None]
    beta = np.pi * _HALF * (1 - band / np.pi * float(lattice_step))
    kernel = np.sinc(distance) * semicircle(distance / _HALF, beta)
    windows = np.lib.stride_tricks.sliding_window_view(turned, 2 * _HALF)[:padded].reshape(-1, rows, 2 * _HALF)
    # Each product of the stack stays below the size from which OpenBLAS would use threads.
    real = np.matmul(np.ascontiguousarray(windows.real), kernel).reshape(-1)
    between = real.astype(np.complex128)
    if sigma != 0.5:
        between.imag = np.matmul(np.ascontiguousarray(windows.imag), kernel).reshape(-1)
    t = (centre + u)[_HALF - 1 : _HALF - 1 + padded, None]
    h = x * float(lattice_step)
    slope = np.log(t / (2 * np.pi)) / 2 - 1 / (48 * t * t)
    bend = 1 / (4 * t) + 1 / (48 * t**3)
    angle = theta[_HALF - 1 : _HALF - 1 + padded, None] + h * (
        slope + h * (bend + h * (-1 / (12 * t * t) + h / (24 * t**3)))
    )
    found = min(count, cells * per_cell)
    return between[:found], angle.reshape(-1)[:found]


def worthwhile_from(step: Fraction) -> int:
    """Return the height from which fast sums pay on a grid of this step: from there a window holds enough points."""
    return math.ceil(max(_LOWEST, (FEWEST * float(step)) ** 2 / (2 * np.pi)))


def _widest(low: float, step: Fraction) -> int:
    """Return how many steps a window from `low` may hold: in it, sqrt(t / 2 pi) grows by 1/2 at most."""
    return int(min(np.sqrt(2 * np.pi * low) / float(step), 2**15))


def _turned_on_coarse_grid(sigma: float, start: Fraction, step: Fraction, count: int) -> tuple[C16, F8]:
    """Return the same where the grid is too coarse to interpolate on: it is the lattice itself."""
    samples = max(count, 2)  # of one sample no range can be made
    middle = start + samples // 2 * step
    centre = round(middle)
    offset = float(middle - centre)
    u = np.asarray(offset + (np.arange(samples) - samples // 2) * float(step), np.float64)
    turned, theta = _on_lattice(sigma, centre, offset, step, u)
    return turned[:count], theta[:count]


def _on_lattice(sigma: float, centre: int, offset: float, step: Fraction, u: F8) -> tuple[C16, F8]:
    """Return e^(i theta) zeta and theta at centre + u, equally spaced about centre + offset (the exact middle)."""
    count = int(np.sqrt(centre / (2 * np.pi)))
    table = first_logarithms(count)
    sigmas = (sigma,) if sigma == 0.5 else (sigma, 1 - sigma)
    waves = cis(-radians(table.times(centre)) - offset * table.natural)
    turns_a_step = table.times_step(step)
    sums = [wave_sums(turns_a_step, waves * np.exp(-s * table.natural), len(u)) for s in sigmas]
    omega = theta_step(centre)
    j = (np.arange(len(u)) - len(u) // 2).view(np.uint64)
    turn = word(in_turns(omega * step.numerator // step.denominator))
    half_turns, rest = theta_of_integer(centre)
    low, high = float(u[0]), float(u[-1])
    nodes = nodes_between(low, high)
    t = centre + nodes
    small = np.exp(1j * small_theta(t))
    tails = [small * integral for integral in line_integrals(sigmas, t, count)]
    theta = half_turns % 2 * np.pi + rest + radians(j * turn) + offset * float(omega / (1 << 256))
    theta += interpolated(theta_bend(centre, nodes), low, high, u)
    first = cis(theta) * sums[0] + interpolated(tails[0], low, high, u)
    if sigma == 0.5:
        return 2 * first.real.astype(np.complex128), theta
    mirrored = cis(theta) * sums[1] + interpolated(tails[1], low, high, u)
    return first + interpolated(turned_chi(sigma, t), low, high, u) * np.conj(mirrored), theta
