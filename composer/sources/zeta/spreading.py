"""Sums of waves on equally spaced points: the type-1 nonuniform fast Fourier transform, nodes in fixed point.

Each node is spread over 17 cells of a grid twice as fine as needed by the kernel exp(beta (sqrt(1 - z^2) - 1)); an FFT
and a division by the kernel's own transform follow (Barnett, Magland, af Klinteberg 2019).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from composer.sources.zeta.exact import U8
from composer.units import F8

C16 = NDArray[np.complex128]
_WIDTH = 17  # odd: a node lies at most half a cell from the middle one
_BETA = 2.30 * _WIDTH


def semicircle(z: F8, beta: float) -> F8:
    """Return the exponential of a semicircle, 1 at z = 0, and e^-beta from |z| = 1 on."""
    return np.asarray(np.exp(beta * (np.sqrt(np.maximum(0, 1 - z * z)) - 1)))


def wave_sums(nodes: U8, amplitudes: C16, count: int) -> C16:
    """Return sum_n amplitude_n e^(-2 pi i node_n j), j = -(count // 2) ...; nodes in words of 2^-64 turns."""
    bits = max(6, (2 * count - 1).bit_length())
    size, shift = 1 << bits, np.uint64(64 - bits)
    grid = np.zeros(size, np.complex128)
    taps = np.arange(_WIDTH)[:, None] - _WIDTH // 2
    for begin in range(0, len(nodes), 1 << 15):
        node, amplitude = nodes[begin : begin + (1 << 15)], amplitudes[begin : begin + (1 << 15)]
        cell = node + (np.uint64(1) << (shift - np.uint64(1))) >> shift  # the nearest, exactly
        rest = (node - (cell << shift)).view(np.int64) * 2.0 ** -(64 - bits)
        weight = semicircle((taps - rest) * (2 / _WIDTH), _BETA)
        place = ((cell.astype(np.int64) + taps) % size).ravel()
        grid.real += np.bincount(place, (weight * amplitude.real).ravel(), size)
        grid.imag += np.bincount(place, (weight * amplitude.imag).ravel(), size)
    j = np.arange(count) - count // 2
    x, w = np.polynomial.legendre.leggauss(48)
    transform = np.zeros(count)
    for at, mass in zip(x, w * semicircle(x, _BETA), strict=True):
        transform += mass * np.cos(np.pi * _WIDTH / size * at * j)
    return np.asarray(np.fft.fft(grid)[j] / (transform * (_WIDTH / 2)))
