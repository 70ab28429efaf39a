"""Values between places: each way maps known values (m,) at rising places (m,) to other places (n,).

`reach` is how far, along the places, a value may be brought: beyond it the result is missing. To add one: write
a function, and its row in WAYS.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from composer.shaping.options import known
from composer.units import F8

Way = Callable[[F8, F8, F8, float], F8]


def linear(at: F8, values: F8, places: F8, reach: float) -> F8:
    """On the straight line between the neighbours, no further apart than `reach`; missing outside them."""
    left = np.clip(np.searchsorted(at, places, side="right") - 1, 0, at.size - 1)
    right = np.minimum(left + 1, at.size - 1)
    # Half of everything: the difference of two doubles may overflow, that of their halves does not.
    begin, low = at[left] * 0.5, values[left] * 0.5
    width = at[right] * 0.5 - begin
    share = np.divide(places * 0.5 - begin, width, out=np.zeros(places.size), where=width > 0)
    inside = (places >= at[0]) & (places <= at[-1]) & ((share == 0) | (width <= reach / 2))
    line = np.where(share == 0, low, low + (values[right] * 0.5 - low) * np.where(inside, share, 0.0))
    return np.where(inside, line * 2, np.nan)


def previous(at: F8, values: F8, places: F8, reach: float) -> F8:
    """The last at or before the place."""
    left = np.maximum(np.searchsorted(at, places, side="right") - 1, 0)
    near = (places >= at[0]) & (places * 0.5 - at[left] * 0.5 <= reach / 2)
    return np.where(near, values[left], np.nan)


def following(at: F8, values: F8, places: F8, reach: float) -> F8:
    """The first at or after the place."""
    return previous(-at[::-1], values[::-1], -places, reach)


def nearest(at: F8, values: F8, places: F8, reach: float) -> F8:
    """The nearest; of two as near, the earlier."""
    right = np.clip(np.searchsorted(at, places), 0, at.size - 1)
    left = np.maximum(right - 1, 0)
    before, after = np.abs(places * 0.5 - at[left] * 0.5), np.abs(at[right] * 0.5 - places * 0.5)
    near = np.minimum(before, after) <= reach / 2  # not so for a place that is missing
    return np.where(near, values[np.where(before <= after, left, right)], np.nan)


def exact(at: F8, values: F8, places: F8, reach: float) -> F8:
    """The one at that very place."""
    row = np.clip(np.searchsorted(at, places), 0, at.size - 1)
    return np.where(at[row] == places, values[row], np.nan)


WAYS: dict[str, Way] = {
    "linear": linear,
    "nearest": nearest,
    "previous": previous,
    "next": following,
    "exact": exact,
}
_OF_CATEGORIES: dict[str, Way] = {**WAYS, "linear": previous}  # which lie on no line


def brought(at: F8, values: F8, places: F8, way: str, categories: bool, reach: float = np.inf) -> F8:
    """Return values at other places, by a row of WAYS, from those that are known; categories hold until the next."""
    values = known(values)
    found = ~np.isnan(values)
    if not found.any():
        return np.full(places.size, np.nan)
    return (_OF_CATEGORIES if categories else WAYS)[way](at[found], values[found], known(places), reach)
