"""eta, zeta and Hardy's Z by mpmath, point by point: slow, and right at any height that one has the patience for.

The phases t log n grow with t, so the working precision is 53 bits, plus the bits of t, plus 20 to spare.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath


def by_mpmath(name: str, t: Fraction, sigma: float) -> complex:
    """Return "eta", "zeta" or "hardy_z" at sigma + i t (Hardy's Z at t), t exact."""
    functions: dict[str, Callable[[Any], Any]] = {
        "eta": lambda height: mpmath.altzeta(mpmath.mpc(sigma, height)),
        "zeta": lambda height: mpmath.zeta(mpmath.mpc(sigma, height)),
        "hardy_z": mpmath.siegelz,
    }
    with mpmath.workprec(53 + int(abs(t)).bit_length() + 20):
        return complex(functions[name](mpmath.mpf(t.numerator) / t.denominator))
