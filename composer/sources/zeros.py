"""The zeros of the zeta function on the critical line, as a table and as places to mark."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from annotated_types import Interval
from typing_extensions import Doc

from composer.progress import Progress, silent
from composer.sources.grid import Exact, Points
from composer.sources.zeta.zeros import MOST_T
from composer.sources.zeta.zeros import zeros as zeros_of_zeta
from composer.table import Table
from composer.units import F8


def zeros(
    start: Annotated[Exact, Interval(ge=0, le=MOST_T), Doc("the height from which they are counted")] = Exact(0),
    points: Points = 200,
    *,
    progress: Progress = silent,
) -> Table:
    """The zeros 1/2 + i t of the Riemann zeta function, the gap from each to the next, and its number."""
    width = _width_of(points + 1, float(start))
    while len(found := zeros_of_zeta(start, float(start) + width, progress=progress)) <= points:
        width *= 1.2
    t = found.ordinates[:points]
    number = np.arange(points) + (found.first or np.nan)  # the count is not always proved: then they have none
    return Table({"t": t, "gap": np.diff(found.offset[: points + 1]), "number": number}, index=t)


def _width_of(count: int, start: float) -> float:
    """Return a little more than the width of a range from `start` up that holds so many zeros.

    Their density at t is log(t / 2 pi) / 2 pi; that in the middle of the range is near the mean.
    """
    width = 10.0
    for _ in range(40):
        width = count * math.tau / math.log(max(start + width / 2, 20) / math.tau)
    return 1.02 * width + 10


def zeros_along(index: F8) -> F8:
    """Return the heights of zeta's zeros that an index of heights passes, rising; those below 0 mirror those above."""
    known = index[np.isfinite(index)]
    if not known.size:
        return known
    low, high = known.min(), known.max()
    above = zeros_of_zeta(max(low, 0.0), high).ordinates if high > max(low, 0.0) else known[:0]
    below = zeros_of_zeta(max(-high, 0.0), -low).ordinates if -low > max(-high, 0.0) else known[:0]
    return np.concatenate([-below[::-1], above])
