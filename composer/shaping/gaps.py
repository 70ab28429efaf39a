"""Missing values: filled from what stands beside them, or values out of bounds drawn in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.progress import Report
from composer.shaping.interpolation import brought
from composer.shaping.options import Column, Several, To, columns_of, known, numbers, put
from composer.shaping.reductions import mean
from composer.table import Table
from composer.units import F8

Filling = Literal["linear", "previous", "next", "nearest", "mean", "value"]


def fill(
    table: Table,
    of: Several = (),
    how: Annotated[Filling, Doc("what a gap is filled with; at an end, linear has nothing to fill it with")] = "linear",
    value: Annotated[float, Doc("what it is filled with, for how = value")] = 0.0,
    most: Annotated[
        int | None, Ge(1), Doc("how many rows a gap may have to be filled; a longer one stays a rest")
    ] = None,
    *,
    report: Report,
) -> Table:
    """Fill missing values, by a straight line over the rows or from their neighbours.

    Categories have neither line nor mean: they take the one before, and no value.
    """
    lacking = filled = 0
    for name in columns_of(table, of):
        values, categories = known(table[name]), name in table.labels
        gaps = np.isnan(values)
        if not gaps.any():
            continue
        complete = FILLINGS[how](values, value, categories)
        fits = gaps & ~np.isnan(complete) & (_lengths(gaps) <= (len(table) if most is None else most))
        table = put(table, name, "", np.where(fits, complete, values), alike=True)
        lacking, filled = lacking + int(gaps.sum()), filled + int(fits.sum())
    report(f"fill: {filled:,} of {lacking:,} missing values filled")
    return table


def clip(
    table: Table,
    of: Column,
    low: Annotated[float | None, Doc("the least value; no bound where left out")] = None,
    high: Annotated[float | None, Doc("the greatest value; no bound where left out")] = None,
    to: To = "",
) -> Table:
    """Draw values beyond a bound to it."""
    begin, end = -np.inf if low is None else low, np.inf if high is None else high
    if begin > end:
        raise InputError(Fault(f"the bounds {low:g} and {high:g} are reversed", "low", "swap them"))
    return put(table, of, to, np.clip(numbers(table, of), begin, end), alike=True)


def _lengths(gaps: np.ndarray) -> np.ndarray:
    """Return for each row how many rows in succession are like it."""
    starts = np.flatnonzero(np.diff(gaps, prepend=~gaps[0]))
    return np.repeat(np.diff(starts, append=gaps.size), np.diff(starts, append=gaps.size))


def _from_beside(values: F8, value: float, categories: bool, way: str) -> F8:
    rows = np.arange(values.size, dtype=np.float64)
    return brought(rows, values, rows, way, categories)


def _from_mean(values: F8, value: float, categories: bool) -> F8:
    if categories:
        return _from_beside(values, value, categories, "previous")
    return np.full(values.size, mean(values, np.zeros(1, np.int64)))


def _from_value(values: F8, value: float, categories: bool) -> F8:
    return np.full(values.size, np.nan if categories else value)


FILLINGS: dict[str, Callable[[F8, float, bool], F8]] = {
    **{way: partial(_from_beside, way=way) for way in ("linear", "previous", "next", "nearest")},
    "mean": _from_mean,
    "value": _from_value,
}
