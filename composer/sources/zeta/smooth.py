"""Smooth functions of many points from their values at few: Chebyshev's nodes."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from composer.units import F8

N = TypeVar("N", np.float64, np.complex128)

NODES = 40


def nodes_between(low: float, high: float) -> F8:
    """Return Chebyshev's 40 nodes of the range [low, high], from the upper end down."""
    return np.asarray((low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES))


def interpolated(values: NDArray[N], low: float, high: float, t: F8) -> NDArray[N]:
    """Return a smooth function at t (n,) in [low, high] from its values at the nodes of that range."""
    k = np.arange(NODES)
    cosines = np.cos(np.outer(k, np.pi * (k + 0.5) / NODES)) * (2 / NODES)
    cosines[0] /= 2
    coefficients = (cosines * values).sum(1)
    smooth: NDArray[N] = np.polynomial.chebyshev.chebval((2 * t - low - high) / (high - low), coefficients)
    return smooth
