"""How many zeros there are: Turing's method, in Brent's form.

The Gram point g_n is where theta(g_n) = n pi. It is good if (-1)^n Z(g_n) > 0, as most are; a Gram block of
length k reaches from a good point over k - 1 bad ones to the next good one, and keeps Rosser's rule if k zeros or more
lie in it. N(T) counts all zeros with 0 < t <= T of the critical strip, on the line or off it.

    If K consecutive Gram blocks from g_n to g_p keep Rosser's rule, g_n > 168 pi and
    K >= 0.0061 log^2 g_p + 0.08 log g_p, then N(g_n) <= n + 1 and N(g_p) >= p + 1.

So a good Gram point g_n with K such blocks on both sides has N(g_n) = n + 1 exactly: an anchor. If the sign changes
found between two anchors are as many as the anchors say, they are all the zeros: simple, on the line, none missed.

Sources: A. M. Turing, "Some calculations of the Riemann zeta-function", Proc. LMS 3 (1953); R. S. Lehman, "On the
distribution of zeros of the Riemann zeta-function", Proc. LMS 20 (1970); R. P. Brent, "On the zeros of the Riemann
zeta function in the critical strip", Math. Comp. 33 (1979), theorem 3.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from composer.sources.zeta.chi import theta_of_integer
from composer.units import F8, I8

HOLDS_FROM = 528  # 168 pi, from where the theorem holds


@dataclass(frozen=True)
class Anchor:
    """A place where the number of zeros is known: `number` of them in all, `found` of them in the search."""

    offset: float
    number: int
    found: int


def blocks_needed(t: float) -> int:
    """Return K, the number of Gram blocks that the theorem asks for up to height t >= 2."""
    return math.ceil(0.0061 * math.log(t) ** 2 + 0.08 * math.log(t))


def anchors(zeros: F8, positive: bool, low: float, high: float, base: int) -> list[Anchor]:
    """Return the anchors in [low, high], rising, where the zeros found keep Rosser's rule.

    `zeros` (n,), `low` and `high` are offsets from `base`; `positive` is the sign of Z before the first zero, so
    that the sign of Z anywhere follows from the number of zeros before.
    """
    number, offset = _gram_points(low, high, base)
    before = np.searchsorted(zeros, offset)
    is_positive = (before % 2 == 0) == positive
    good = np.flatnonzero(is_positive == (number % 2 == 0))
    number, offset, before = number[good], offset[good], before[good]
    keeps_rule = np.diff(before) >= np.diff(number)
    kept = np.concatenate([[0], np.cumsum(keeps_rule)])
    needed = blocks_needed(base + high)
    return [
        Anchor(float(offset[k]), int(number[k]) + 1, int(before[k]))
        for k in range(needed, offset.size - needed)
        if kept[k + needed] - kept[k - needed] == 2 * needed
    ]


def _gram_points(low: float, high: float, base: int) -> tuple[I8, F8]:
    """Return the numbers and offsets from `base` of the Gram points in [low, high], to 1e-9 or so.

    theta is taken exactly at one whole number c among them; from there,

    theta(c + u) - theta(c) = u/2 log(c / 2 pi) + ((c + u) log(1 + u/c) - u) / 2 + 1/48 (1/(c + u) - 1/c) + ...
    """
    centre = base + round((low + high) / 2)
    whole, angle = theta_of_integer(centre)
    rest = angle / math.pi
    c = float(centre)

    def half_turns(u: F8) -> F8:
        """Return theta(c + u) / pi, less `whole`."""
        bend = (c + u) * np.log1p(u / c) - u
        return rest + (u * math.log(c / math.tau) + bend + (1 / (c + u) - 1 / c) / 24) / math.tau

    ends = half_turns(np.array([base + low - c, base + high - c]))
    wanted = np.arange(math.ceil(ends[0]), math.floor(ends[1]) + 1)
    u = np.zeros(wanted.size)
    for _ in range(12):  # Newton's iteration; theta bends little, so four do
        u -= (half_turns(u) - wanted) * math.tau / np.log((c + u) / math.tau)
    return wanted + whole, u + (c - base)
