"""Prime numbers."""

from __future__ import annotations

from math import log

import numpy as np

from composer.sources.grid import Points
from composer.table import Table


def prime_gaps(points: Points = 256) -> Table:
    """The primes 2, 3, 5, ... and the gap from each to the next."""
    primes = _first_primes(points + 1)
    n = np.arange(1, points + 1)
    return Table({"n": n, "gap": np.diff(primes), "prime": primes[:-1]}, index=n)


def _first_primes(count: int) -> np.ndarray:
    """Return the first `count` primes by the sieve of Eratosthenes over the odd numbers.

    The n-th prime is below n (log n + log log n) for n >= 6 (Rosser and Schoenfeld 1962, theorem 3).
    """
    limit = 15 if count < 6 else int(count * (log(count) + log(log(count)))) + 1
    is_prime = np.ones((limit + 1) // 2, bool)  # entry k stands for 2k + 1
    is_prime[0] = False
    for k in range(1, (int(limit**0.5) + 1) // 2 + 1):
        if is_prime[k]:
            is_prime[2 * k * (k + 1) :: 2 * k + 1] = False
    return np.concatenate([[2], 2 * np.flatnonzero(is_prime) + 1])[:count]
