"""One value for a stretch of values: each reduction maps (n,) and the rows where stretches begin, (m,), to (m,).

Stretches are not empty; each ends where the next begins. Missing values are left out; where all are, so is the
result. To add one: write a function, and its row in REDUCTIONS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np

from composer.shaping.options import headroom, known
from composer.table import Table
from composer.units import F8, I8

Reduction = Callable[[F8, I8], F8]
How = Literal["mean", "median", "min", "max", "sum", "first", "last"]


def least(values: F8, starts: I8) -> F8:
    """The least."""
    return np.asarray(np.fmin.reduceat(values, starts))


def greatest(values: F8, starts: I8) -> F8:
    """The greatest."""
    return np.asarray(np.fmax.reduceat(values, starts))


def total(values: F8, starts: I8) -> F8:
    """The sum; one beyond the largest double is missing."""
    with np.errstate(over="ignore", invalid="ignore"):
        sums = np.add.reduceat(np.nan_to_num(values), starts)
    return np.where(counted(values, starts) > 0, known(sums), np.nan)


def mean(values: F8, starts: I8) -> F8:
    """The mean."""
    unit = headroom(values)
    found = counted(values, starts)
    middle = total(values * unit, starts) / np.maximum(found, 1) / unit
    # Rounding may not lead out of the values' own range: the mean of a constant is that constant.
    return np.asarray(np.clip(middle, least(values, starts), greatest(values, starts)))


def median(values: F8, starts: I8) -> F8:
    """The median; of an even number, the mean of the middle two."""
    ordered, found = _ordered(values, starts), counted(values, starts)
    low = ordered[starts + np.maximum(found - 1, 0) // 2] * 0.5
    high = ordered[starts + np.minimum(found // 2, np.maximum(found - 1, 0))] * 0.5
    return np.asarray(low + high)


def first(values: F8, starts: I8) -> F8:
    """The first."""
    rows = np.where(np.isnan(values), values.size, np.arange(values.size))
    return np.append(values, np.nan)[np.minimum.reduceat(rows, starts)]


def last(values: F8, starts: I8) -> F8:
    """The last."""
    rows = np.where(np.isnan(values), -1, np.arange(values.size))
    return np.append(values, np.nan)[np.maximum.reduceat(rows, starts)]


def commonest(values: F8, starts: I8) -> F8:
    """The most frequent; of several, the least."""
    ordered = _ordered(values, starts)
    begins = np.ones(values.size, bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    begins[starts] = True
    runs = np.flatnonzero(begins)
    lengths = np.where(np.isnan(ordered[runs]), 0, np.diff(runs, append=values.size))
    inside = np.searchsorted(runs, starts)  # the first run of each stretch
    longest = np.maximum.reduceat(lengths, inside)
    among = lengths == np.repeat(longest, np.diff(inside, append=runs.size))
    chosen = np.minimum.reduceat(np.where(among, np.arange(runs.size), runs.size), inside)
    return ordered[runs[chosen]]


def counted(values: F8, starts: I8) -> I8:
    """Return how many values of each stretch are known."""
    return np.asarray(np.add.reduceat(np.isfinite(values).astype(np.int64), starts))


def _ordered(values: F8, starts: I8) -> F8:
    """Return the values with each stretch sorted in itself, what is missing last."""
    ordered = values.copy()
    for begin, end in pairwise([*starts.tolist(), values.size]):
        ordered[begin:end].sort()
    return ordered


REDUCTIONS: dict[str, Reduction] = {
    "mean": mean,
    "median": median,
    "min": least,
    "max": greatest,
    "sum": total,
    "first": first,
    "last": last,
}
# Categories have no order, and moments no sum.
_OF_CATEGORIES: dict[str, Reduction] = {**dict.fromkeys(REDUCTIONS, commonest), "first": first, "last": last}
_OF_DATES: dict[str, Reduction] = {**REDUCTIONS, "sum": first}


def reduced(table: Table, starts: I8, how: str) -> Table:
    """Return one row for each stretch of a table's rows, each column by itself.

    The index and the origin are those of the stretch's first row. Of categories the commonest stands for the
    stretch, unless `how` is first or last; dates are not added up: their first stands for the sum.
    """
    if not len(table):
        return table

    def column(name: str) -> F8:
        kind = _OF_CATEGORIES if name in table.labels else _OF_DATES if name in table.dates else REDUCTIONS
        return kind[how](known(table[name]), starts)

    return replace(table.taking(starts), columns={name: column(name) for name in table.names})
