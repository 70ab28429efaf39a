"""Scalers bring a column to 0..1; transforms then bend that share. Together they are a rule's `via`.

Every scaler takes and returns shape (n,). NaN and ±inf count as missing and come back as NaN; they are left
out of the extremes, means and ranks. A constant column, or a single value, comes to 0.5. No data, no result.

To add one: write a function whose parameters carry a `Doc`, and its row in the table at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
from annotated_types import Gt, Interval
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.units import F8

MIDDLE = 0.5  # where a column without spread comes to


def linear(
    x: F8,
    low: Annotated[float | None, Doc("the value that becomes 0; the column's least where left out")] = None,
    high: Annotated[float | None, Doc("the value that becomes 1; the column's greatest")] = None,
) -> F8:
    """(x - low) / (high - low), clipped to 0..1."""
    known = _known(x)
    found = known[~np.isnan(known)]
    if not found.size:
        return known
    return _between(known, found.min() if low is None else low, found.max() if high is None else high)


def log(
    x: F8,
    low: Annotated[float | None, Gt(0), Doc("the value that becomes 0; the least positive one")] = None,
    high: Annotated[float | None, Gt(0), Doc("the value that becomes 1; the column's greatest")] = None,
) -> F8:
    """The same share for the same ratio: linear in log x. Values of 0 and below count as missing."""
    positive = np.where(_known(x) > 0, x, np.nan)
    ends = [None if end is None else float(np.log(end)) for end in (low, high)]
    return linear(np.log(positive), *ends)


def rank(x: F8) -> F8:
    """The place in order of size, from 0 to 1; equal values share the mean of their places."""
    known = _known(x)
    found = ~np.isnan(known)
    distinct, which, counts = np.unique(known[found], return_inverse=True, return_counts=True)
    ranks = np.full(known.shape, np.nan)
    if distinct.size > 1:
        below = np.cumsum(counts) - counts
        ranks[found] = (below + (counts - 1) / 2)[which] / (found.sum() - 1)
    else:
        ranks[found] = MIDDLE
    return ranks


def zscore(
    x: F8,
    limit: Annotated[float, Gt(0), Doc("how many standard deviations from the mean reach 0 and 1")] = 2.0,
) -> F8:
    """Distance from the mean in standard deviations, clipped at ±limit."""
    known = _known(x)
    found = known[~np.isnan(known)]
    if not found.size or found.min() == found.max():
        return np.where(np.isnan(known), np.nan, MIDDLE)
    unit = np.abs(found).max()  # keeps the squares of the largest doubles finite
    mean, deviation = (found / unit).mean(), (found / unit).std()
    return np.asarray(np.clip(MIDDLE + (known / unit - mean) / deviation / (2 * limit), 0.0, 1.0))


def percentile(
    x: F8,
    low: Annotated[float, Interval(ge=0, lt=100), Doc("the percentile that becomes 0")] = 5.0,
    high: Annotated[float, Interval(gt=0, le=100), Doc("the percentile that becomes 1")] = 95.0,
) -> F8:
    """Linear between two percentiles of the column, clipped: a few outliers cannot squeeze the rest."""
    if low >= high:
        raise InputError(Fault(f"percentiles {low} and {high}", "via", "let low be below high"))
    known = _known(x)
    found = known[~np.isnan(known)]
    if not found.size:
        return known
    unit = _unit(found.min(), found.max())
    return _between(known, *np.percentile(found * unit, [low, high]) / unit)


def multiply(share: F8, by: Annotated[float, Interval(gt=0, le=1), Doc("the factor")] = 1.0) -> F8:
    """The share times a factor: 1 is then never quite reached."""
    return share * by


def power(
    share: F8, exponent: Annotated[float, Gt(0), Doc("above 1 favours the low end, below 1 the high")] = 2.0
) -> F8:
    """The share to a power."""
    return np.asarray(share**exponent)


def steps(share: F8, count: Annotated[int, Interval(ge=2), Doc("how many levels")] = 4) -> F8:
    """The nearest of `count` equally spaced levels."""
    return np.asarray(np.floor(share * (count - 1) + 0.5) / (count - 1))


def _known(x: F8) -> F8:
    return np.where(np.isfinite(x), x, np.nan)


def _between(x: F8, low: float, high: float) -> F8:
    if low > high:
        raise InputError(Fault(f"the scaler's ends {low} and {high} are reversed", "via", "swap them"))
    if low == high:
        return MIDDLE + np.sign(x - low) / 2
    unit = _unit(low, high)
    return np.asarray((np.clip(x, low, high) * unit - low * unit) / (high * unit - low * unit))


def _unit(low: float, high: float) -> float:
    """Return what to multiply by before subtracting: a half for the largest doubles, whose difference overflows.

    Halving is exact for them; the smallest would vanish.
    """
    return 0.5 if max(-low, high) > 1e300 else 1.0


Step = Callable[..., F8]
SCALERS: dict[str, Step] = {
    "linear": linear,
    "log": log,
    "rank": rank,
    "zscore": zscore,
    "percentile": percentile,
}
TRANSFORMS: dict[str, Step] = {"multiply": multiply, "power": power, "steps": steps}
