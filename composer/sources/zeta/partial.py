"""The partial sums of eta's series: the path that its terms draw in the complex plane.

    S_N = sum over n <= N of (-1)^(n-1) n^(-s),   s = sigma + i t

Each term is a step of length n^-sigma in the direction -t log n, half a turn more where n is even. Where n passes
t / (pi k), k odd, one step follows another in the same direction and the path runs straight; between, it winds into
spirals; after n > t / pi it closes upon eta(s).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from composer.errors import Fault, InputError
from composer.sources.zeta.exact import cis, radians
from composer.sources.zeta.phases import first_logarithms
from composer.units import F8

C16 = NDArray[np.complex128]
MOST_T = 10**13
MOST_TERMS = 2_000_000
MOST_SUMS = 20_000_000
MOST_SIGMA = 10
_ROW = 512  # terms added up before their sum joins the whole

Ordinate: TypeAlias = float | Decimal | Fraction


def partial_sums(t: Ordinate | Sequence[Ordinate] | F8, sigma: float = 0.5, terms: int = 400_000) -> C16:
    """Return S_0 = 0, S_1, ... S_terms of eta at sigma + i t: complex, (terms + 1,) or (points, terms + 1).

    `t` is a number or a sequence of them, each taken exactly, |t| <= 1e13; |sigma| <= 10; at most two million terms,
    and twenty million sums in all, else InputError. The phases are right to 1e-14, and the sums to 1e-14 of the
    farthest that the path has been from 0.

    >>> path = partial_sums(14.134725141734693, terms=1000)   # a zero: the path ends near 0
    >>> bool(abs(path[-1] + path[-2]) < 1e-3), path[1]
    (True, np.complex128(1+0j))
    """
    points = t if isinstance(t, Sequence | np.ndarray) else (t,)
    exact = [_exact(point) for point in points]
    _check(len(exact), sigma, terms)
    logs = first_logarithms(terms)
    size = np.exp(-sigma * logs.natural)
    size[1::2] *= -1
    sums = np.zeros((len(exact), terms + 1), np.complex128)
    for row, point in zip(sums, exact, strict=True):
        whole = round(point)
        # The whole part of t is multiplied exactly; the rest, at most 1/2, leaves a double's digits their room.
        row[1:] = _running_sum(size * cis(-radians(logs.times(whole)) - float(point - whole) * logs.natural))
    return sums if isinstance(t, Sequence | np.ndarray) else sums[0]


def _running_sum(steps: C16) -> C16:
    """Return the running sum, added up in rows, so that rounding grows with the rows and not with the terms."""
    padded = np.zeros(-(-steps.size // _ROW) * _ROW, np.complex128)
    padded[: steps.size] = steps
    rows = np.cumsum(padded.reshape(-1, _ROW), axis=1)
    rows[1:] += np.cumsum(rows[:-1, -1])[:, None]
    return rows.ravel()[: steps.size]


def _exact(t: Ordinate) -> Fraction:
    try:
        exact = Fraction(t) if isinstance(t, int | Decimal | Fraction) else Fraction(float(t))
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(Fault(f"t = {t!r} is not a finite number", "t", "give a number up to 1e13")) from error
    if abs(exact) > MOST_T:
        raise InputError(Fault(f"t = {float(t):g} is beyond 1e13", "t", "stay at |t| of at most 10 000 000 000 000"))
    return exact


def _check(points: int, sigma: float, terms: int) -> None:
    if not abs(sigma) <= MOST_SIGMA:
        raise InputError(Fault(f"sigma = {sigma} is out of bounds", "sigma", f"stay within ±{MOST_SIGMA}"))
    if not 1 <= terms <= MOST_TERMS:
        raise InputError(Fault(f"{terms} terms cannot be added", "terms", f"ask for 1 to {MOST_TERMS}"))
    if points * (terms + 1) > MOST_SUMS:
        raise InputError(Fault(f"{points} paths of {terms} terms are too many", "terms", f"ask for {MOST_SUMS} in all"))
