"""A column without its roughness: each smoother maps (n,) to (n,) through a centred window of rows.

To add one: write a function of (values, window, order), and its row in SMOOTHERS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.shaping.interpolation import brought
from composer.shaping.options import Column, To, headroom, numbers, put
from composer.table import Table
from composer.units import F8

Kind = Literal["mean", "median", "savgol"]


def smooth(
    table: Table,
    of: Column,
    window: Annotated[int, Interval(ge=1, le=100_001), Doc("how many rows, an odd number")] = 5,
    kind: Annotated[Kind, Doc("moving mean or median, or Savitzky and Golay's polynomials, which keep peaks")] = "mean",
    order: Annotated[int, Interval(ge=0, le=9), Doc("the degree of those polynomials")] = 2,
    to: To = "",
) -> Table:
    """Smooth a column over a window around each row; at the ends over what there is of it.

    A missing value stays missing, and is left out of the windows it lies in.
    """
    if window % 2 == 0:
        raise InputError(Fault(f"a window of {window} rows has no middle", "window", f"take {window + 1}"))
    if kind == "savgol" and order >= window:
        remedy = f"take a window of {order + 1 + order % 2} or more"
        raise InputError(Fault(f"{window} rows do not decide a polynomial of degree {order}", "order", remedy))
    values = numbers(table, of)
    found = values[~np.isnan(values)]
    if found.size and found.min() < found.max():  # of a constant, rounding would make something else
        unit = headroom(values)
        smoothed = SMOOTHERS[kind](values * unit, window, order)
        with np.errstate(over="ignore"):
            values = np.where(np.isnan(values), np.nan, smoothed / unit)
    return put(table, of, to, values, alike=True)


def _mean(values: F8, window: int, order: int) -> F8:
    found = ~np.isnan(values)
    counts = _moving_sum(found.astype(np.float64), window)
    means = _moving_sum(np.nan_to_num(values), window) / np.maximum(counts, 1)
    return np.asarray(np.clip(means, np.nanmin(values), np.nanmax(values)))


def _median(values: F8, window: int, order: int) -> F8:
    import polars

    series = polars.Series(values, nan_to_null=True)
    return series.rolling_median(window, min_samples=1, center=True).to_numpy()


def _savgol(values: F8, window: int, order: int) -> F8:
    """Return the value at each row of the polynomial that fits the window best (Anal. Chem. 36, 1627, 1964).

    Gaps are bridged by straight lines. Near an end the last whole window's polynomial goes on; where there are
    fewer rows than the window has, it is as wide as they allow.
    """
    from scipy.ndimage import correlate1d

    rows = np.arange(values.size, dtype=np.float64)
    whole = np.where(np.isnan(values), brought(rows, values, rows, "linear", False), values)
    whole = np.where(np.isnan(whole), brought(rows, values, rows, "nearest", False), whole)
    half = min(window, whole.size - 1 + whole.size % 2) // 2
    if order >= 2 * half + 1:
        return whole
    polynomials = _polynomials(half, order)
    sizes = np.sum(polynomials * polynomials, axis=1)
    weights = np.sum(polynomials * (polynomials[:, half] / sizes)[:, None], axis=0)
    smoothed = np.asarray(correlate1d(whole, weights, mode="nearest"))
    for end in (slice(None, 2 * half + 1), slice(whole.size - 2 * half - 1, None)):
        shares = np.sum(polynomials * whole[end], axis=1) / sizes
        fitted = np.sum(polynomials * shares[:, None], axis=0)
        outer = slice(None, half) if end.start is None else slice(half + 1, None)
        smoothed[end][outer] = fitted[outer]
    return smoothed


def _polynomials(half: int, order: int) -> F8:
    """Return the orthogonal polynomials of degree 0 to `order` over the 2 half + 1 rows of a window, a row each.

    Each is made from the two before it (Gram's; Gorry, Anal. Chem. 62, 570, 1990); no system of equations is
    solved, so that the result is the same on every machine.
    """
    at = np.arange(-half, half + 1) / max(half, 1)
    made = [np.ones(at.size)]
    for degree in range(order):
        shrinking = np.sum(made[-1] ** 2) / np.sum(made[-2] ** 2) if degree else 0.0
        made.append(at * made[-1] - shrinking * made[-2 if degree else -1])
    return np.array(made)


SMOOTHERS: dict[str, Callable[[F8, int, int], F8]] = {"mean": _mean, "median": _median, "savgol": _savgol}


def _moving_sum(values: F8, window: int) -> F8:
    """Return the sums over a centred window, of values that are 0 beyond the ends.

    Each sum is the end of one block and the beginning of the next, so that nothing is ever subtracted and no
    rounding is carried along.
    """
    half = window // 2
    blocks = -(-(values.size + 2 * half) // window) + 1
    padded = np.zeros(blocks * window)
    padded[half : half + values.size] = values
    block = padded.reshape(blocks, window)
    so_far = np.cumsum(block, axis=1).ravel()
    to_come = np.cumsum(block[:, ::-1], axis=1)[:, ::-1].ravel()
    first = np.arange(values.size)
    return np.where(first % window == 0, to_come[first], to_come[first] + so_far[first + window - 1])
