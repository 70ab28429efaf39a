"""The zeros of zeta on the critical line: every one of a range, and the proof that none is missing.

Hardy's Z is real on the line and changes its sign at each simple zero. Its frequencies near t lie within
theta'(t) = log(t / 2 pi) / 2 of 0, so samples four times denser than the zeros determine it. The samples come from
the engine's fast sums, in segments, so that memory does not grow with the range; `cells` finds the zeros between
them, and `turing` knows how many there must be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from composer.errors import Fault, InputError
from composer.progress import Progress, silent
from composer.sources.grid import Grid, rising
from composer.sources.zeta.cells import LEAD, REACH, roots
from composer.sources.zeta.turing import HOLDS_FROM, Anchor, anchors, blocks_needed
from composer.sources.zeta.values import hardy_z
from composer.units import F8

MOST_T = 10**13
MOST_ZEROS = 10_000_000

_OVERSAMPLING = 4  # samples a mean gap
_SEGMENT = 2**17  # samples taken at once
_PARTS = 4096  # a step is a whole number of 4096ths, so that k * step is exact in a double
_NO_ZERO_UP_TO = 7  # the first zero is at 14.13
_WIDEST = 8  # how often the margin is widened for the proof's sake

Ordinate = float | Decimal | Fraction


@dataclass(frozen=True, eq=False)
class Zeros:
    """The zeros 1/2 + i t of zeta with t in a range; `count_proved` says that none is missing.

    `offset` (n,) float64, rising, counts from the whole number `base`: t = base + offset. It keeps the 1e-9 for
    which a double near 1e12 has no room. `first` is the number of the first zero (1 for t = 14.13...), where there is
    none of the next one above, and None where it could not be told. `statement` says the same as `count_proved` in
    words, with the reason.
    """

    base: int
    offset: F8
    first: int | None
    count_proved: bool
    statement: str

    def __len__(self) -> int:
        return int(self.offset.size)

    @property
    def ordinates(self) -> F8:
        """The t of the zeros as doubles, rising (a double near 1e12 is good to 1e-4)."""
        return self.base + self.offset


def zeros(t0: Ordinate, t1: Ordinate, *, progress: Progress = silent) -> Zeros:
    """Find all zeros of zeta on the critical line with t0 <= t <= t1, to 1e-9 or better.

    The ends are taken exactly; 0 <= t0 < t1 <= 1e13 with at most ten million zeros between, else InputError.
    The count is proved by Turing's method, in floating point: it rests on the signs of Z at the samples, whose
    errors (1e-12 and less) are known from tests, not enclosed by intervals. The zeros around the range that the
    proof needs are found too, so that the shortest range costs as much as a hundred zeros.

    >>> found = zeros(0, 30)
    >>> found.first, found.count_proved, found.ordinates.round(6).tolist()
    (1, True, [14.134725, 21.02204, 25.010858])
    """
    low, high = _checked(t0, t1)
    base = math.floor(low)
    lower, upper = float(low - base), float(high - base)
    margin = 1
    while True:
        start, end = _widened(low, high, margin)
        offset, positive = _found(start, end, base, progress)
        if start == _NO_ZERO_UP_TO:
            below: Anchor | None = Anchor(_NO_ZERO_UP_TO - base, 0, 0)
        else:
            known = anchors(offset, positive, start - base, lower, base)
            below = known[-1] if known else None
        known = anchors(offset, positive, max(upper, HOLDS_FROM - base), end - base, base)
        above = known[0] if known else None
        if (below and above) or margin == _WIDEST:
            break
        margin *= 2  # Rosser's rule fails near an end: look for a calmer stretch further out
    inside = offset[np.searchsorted(offset, lower) : np.searchsorted(offset, upper, "right")]
    inside = inside.copy()
    inside.setflags(write=False)
    skipped = int(np.searchsorted(offset, lower))
    first = below.number + skipped - below.found + 1 if below else None
    return Zeros(base, inside, first, *_verdict(below, above))


def _verdict(below: Anchor | None, above: Anchor | None) -> tuple[bool, str]:
    """Return whether all zeros between the anchors were found, and say so."""
    if below is None or above is None:
        side = "below" if below is None else "above"
        return False, f"the count is not confirmed: {side} the range Rosser's rule fails too often for Turing's method"
    expected, found = above.number - below.number, above.found - below.found
    if expected != found:
        return False, (
            f"the count is not confirmed: by Turing's method {expected} zeros lie in the range and the margins "
            f"around it, and {found} were found"
        )
    return True, f"all {found} zeros of the range and its margins are found, by Turing's method in floating point"


def _checked(t0: Ordinate, t1: Ordinate) -> tuple[Fraction, Fraction]:
    """Return the ends as exact numbers; raise InputError unless they make a range that can be searched."""
    try:
        rising((t0, t1))
        low, high = (Fraction(t) if isinstance(t, int | Decimal | Fraction) else Fraction(float(t)) for t in (t0, t1))
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(Fault(f"[{t0!r}, {t1!r}] is not a range of numbers", "t", "give two real numbers")) from error
    if low < 0:
        message = f"the range begins at {float(low):g}, below 0"
        raise InputError(Fault(message, "t", "t and -t are zeros together: begin at 0 or above"))
    if high > MOST_T:
        raise InputError(Fault("the range goes beyond 1e13", "t", "stay at t of at most 10 000 000 000 000"))
    expected = float(high - low) / _mean_gap(float(high))
    if expected > MOST_ZEROS:
        message = f"about {expected:.3g} zeros lie in the range"
        raise InputError(Fault(message, "t", f"ask for at most {MOST_ZEROS} at a time"))
    return low, high


def _mean_gap(t: float) -> float:
    """Return the mean distance between zeros near t, 2 pi / log(t / 2 pi); that at 1000 where t is less."""
    return math.tau / math.log(max(t, 1000.0) / math.tau)


def _widened(low: Fraction, high: Fraction, margin: int) -> tuple[int, int]:
    """Return the range with room on both sides for the proof, or from where no zeros are."""
    gaps = margin * (4 * blocks_needed(float(high)) + 12)
    start = math.floor(low) - math.ceil(gaps * _mean_gap(float(low)))
    end = max(math.ceil(high), HOLDS_FROM) + math.ceil(gaps * _mean_gap(float(high)))
    return (start if start > HOLDS_FROM else _NO_ZERO_UP_TO), end


def _found(start: int, end: int, base: int, progress: Progress) -> tuple[F8, bool]:
    """Return the zeros in [start, end) as offsets from `base`, and whether Z is positive at `start`."""
    parts: list[F8] = []
    positive = False
    for left, right, step in _segments(start, end):
        cells = math.ceil((right - left) / step)
        samples = hardy_z(Grid(left - LEAD * step, step, cells + 2 * REACH))
        cell, share = roots(samples)
        offset = (left - base) + (cell + share) * float(step)
        parts.append(offset[offset < right - base])
        if left == start:
            positive = bool(samples[LEAD] > 0)
        progress("zeros", right - start, end - start)
    return np.concatenate(parts), positive


def _segments(start: int, end: int) -> Iterator[tuple[int, int, Fraction]]:
    """Cut [start, end) into segments of at most 2^17 samples; yield each one's ends and step."""
    left = start
    while left < end:
        limit = min(end, max(2 * left, 1000))  # so that one step suits the segment from end to end
        step = Fraction(int(_mean_gap(limit) / _OVERSAMPLING * _PARTS), _PARTS)
        right = min(limit, left + int(_SEGMENT * step))
        yield left, right, step
        left = right
