"""Random numbers that stay the same for ever.

NumPy promises that the raw stream of a bit generator never changes, not what its distributions make of it. So the
numbers here are made from the raw stream by plain arithmetic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

F8 = NDArray[np.float64]


def uniform(seed: int, count: int) -> F8:
    """Return `count` numbers, each as likely as any other in 0 to 1."""
    raw = np.random.PCG64(seed).random_raw(count)
    return (np.asarray(raw, np.uint64) >> np.uint64(11)) * 2.0**-53


def phases(seed: int, count: int) -> F8:
    """Return `count` phases in radians."""
    return 2 * np.pi * uniform(seed, count)


def noise(seed: int, count: int) -> F8:
    """Return white noise, nearly Gaussian (the sum of four uniform numbers), of variance 1 and mean 0."""
    return (uniform(seed, 4 * count).reshape(4, count).sum(axis=0) - 2) * np.sqrt(3)
