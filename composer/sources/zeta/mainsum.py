"""zeta(sigma + it) point by point, t = whole + fraction >= 32, sigma >= 1/2: main sum, its mirror image, remainder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from composer.sources.zeta.chi import small_theta, theta_bend, theta_of_integer, theta_step, turned_chi
from composer.sources.zeta.exact import cis, in_turns, radians, word
from composer.sources.zeta.phases import first_logarithms
from composer.sources.zeta.remainder import line_integrals
from composer.units import F8, I8

C16 = NDArray[np.complex128]


def turned_zeta(sigma: float, whole: I8, fraction: F8) -> tuple[C16, F8]:
    """Return e^(i theta) zeta(sigma + it) and theta modulo 2 pi, t within a hundredth of each other or near enough."""
    centre = int(whole[len(whole) // 2])
    u = (whole - centre) + fraction
    t = centre + u
    count = int(np.sqrt(centre / (2 * np.pi)))
    table = first_logarithms(count)
    sigmas = (sigma,) if sigma == 0.5 else (sigma, 1 - sigma)
    sums = [np.empty(len(u), np.complex128) for _ in sigmas]
    amplitudes = [np.exp(-s * table.natural) for s in sigmas]
    chunk = max(1, (1 << 17) // count)
    for k in range(0, len(u), chunk):
        part = slice(k, k + chunk)
        waves = cis(-radians(table.times_each(whole[part])) - np.multiply.outer(fraction[part], table.natural))
        for total, amplitude in zip(sums, amplitudes, strict=True):
            total[part] = (waves * amplitude).sum(1)
    slope = theta_step(centre)
    turn = radians((whole - centre).view(np.uint64) * word(in_turns(slope)))
    theta = theta_of_integer(centre)[0] % 2 * np.pi + theta_of_integer(centre)[1] + turn
    theta += fraction * float(slope / (1 << 256)) + theta_bend(centre, u)
    rest = [np.exp(1j * small_theta(t)) * integral for integral in line_integrals(sigmas, t, count)]
    if sigma == 0.5:
        return 2 * (cis(theta) * sums[0] + rest[0]).real.astype(np.complex128), theta
    chi = turned_chi(sigma, t)
    return cis(theta) * sums[0] + rest[0] + chi * np.conj(cis(theta) * sums[1] + rest[1]), theta


def zeta_above(sigma: float, whole: I8, fraction: F8) -> tuple[C16, F8, C16]:
    """Return e^(i theta) zeta, theta and 1 - 2^(1-s) at t = whole + fraction >= 32, in any order, any sigma.

    Neighbours share a window in which sqrt(t / 2 pi) grows by at most 1/2: one N and one remainder formula serve it.
    """
    turned, theta = np.empty(len(whole), np.complex128), np.empty(len(whole))
    order = np.lexsort((fraction, whole))
    heights = (whole + fraction)[order]
    begin = 0
    while begin < len(order):
        width = min(np.sqrt(2 * np.pi * heights[begin]), 0.15 * heights[begin])
        end = min(int(np.searchsorted(heights, heights[begin] + width, "right")), begin + 4096)
        part = order[begin:end]
        turned[part], theta[part] = turned_zeta(max(sigma, 1 - sigma), whole[part], fraction[part])
        begin = end
    if sigma < 0.5:  # zeta(s) = chi(s) zeta(1 - s)
        turned = turned_chi(sigma, whole + fraction) * np.conj(turned)
    phase = radians(first_logarithms(2).times_each(whole)[:, 1]) + fraction * np.log(2)
    return turned, theta, 1 - 2.0 ** (1 - sigma) * cis(-phase)
