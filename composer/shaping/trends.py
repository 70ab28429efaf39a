"""A column without what it does anyway: its trend, its seasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge
from typing_extensions import Doc

from composer.shaping.options import Column, To, headroom, known, numbers, put
from composer.shaping.reductions import mean
from composer.table import Table
from composer.units import F8

Trend = Literal["linear", "mean"]
_ROUNDING = 2.0**-44  # of the largest value: what is left below it is no more than rounding


def detrend(
    table: Table,
    of: Column,
    kind: Annotated[Trend, Doc("what is taken away: the best line over the index, or the mean")] = "linear",
    to: To = "",
) -> Table:
    """The column's distance from its trend, the line of least squares over the index.

    Missing values, and for a line those without an index, stay out of it and missing.
    """
    values = numbers(table, of)
    if np.isnan(values).all():
        return put(table, of, to, values)
    unit = headroom(values)
    left = values * unit - TRENDS[kind](known(np.asarray(table.index)), values * unit)
    with np.errstate(over="ignore"):
        return put(table, of, to, _settled(left, values * unit) / unit)


def deseason(
    table: Table,
    of: Column,
    period: Annotated[int, Ge(2), Doc("after how many rows the seasons come again")],
    to: To = "",
) -> Table:
    """The column without what repeats: from each row, the mean of its season is taken and that of all given back."""
    values = numbers(table, of)
    if np.isnan(values).all():
        return put(table, of, to, values, alike=True)
    unit = headroom(values)
    scaled = values * unit
    rows = np.arange(values.size)
    order = np.argsort(rows % period, kind="stable")
    starts = np.flatnonzero(np.diff(rows[order] % period, prepend=-1))
    seasons = mean(scaled[order], starts)[rows % period]
    left = _settled(scaled - seasons, scaled)
    with np.errstate(over="ignore"):
        return put(table, of, to, (left + mean(scaled, np.zeros(1, np.int64))) / unit, alike=True)


def _line(index: F8, values: F8) -> F8:
    """Return the line with slope sum (x - mx)(y - my) / sum (x - mx)² through the means (mx, my)."""
    index = index * headroom(index)
    found = ~np.isnan(values) & ~np.isnan(index)
    if not found.any():
        return index
    along = index - index[found][0]  # first: the mean of moments, seconds since 1970, is rounded
    x, y = along[found], values[found]
    from_x, from_y = x - _middle(x), y - _middle(y)
    spread = np.sum(from_x * from_x)
    slope = np.sum(from_x * from_y) / spread if spread > 0 else 0.0
    return np.asarray(_middle(y) + slope * (along - _middle(x)))


def _level(index: F8, values: F8) -> F8:
    return np.full(values.size, _middle(values))


def _middle(values: F8) -> float:
    return float(mean(values, np.zeros(1, np.int64))[0])


def _settled(left: F8, values: F8) -> F8:
    """Return what is left of values, or 0 where no more than rounding is left of any.

    A scaler would make the whole range of it.
    """
    none = np.nanmax(np.abs(left), initial=0.0) <= _ROUNDING * np.nanmax(np.abs(values), initial=0.0)
    return np.where(np.isnan(left), np.nan, 0.0) if none else left


TRENDS: dict[str, Callable[[F8, F8], F8]] = {"linear": _line, "mean": _level}
