"""Which rows of the table a track plays, or a marker names: each selection returns row numbers, rising.

To add one: write a function whose parameters carry a `Doc`, and its row in ROWS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import numpy as np
from annotated_types import Ge, MinLen
from typing_extensions import Doc

from composer.errors import Fault, InputError, unknown
from composer.parameters import Names
from composer.table import Table
from composer.units import F8, I8

Column = Annotated[str, Names("column"), Doc("the column looked at")]


def every(
    table: Table,
    nth: Annotated[int, Ge(1), Doc("one row in so many")] = 1,
    offset: Annotated[int, Ge(0), Doc("the first row taken, counted from 0")] = 0,
) -> I8:
    """All rows, or one in so many."""
    return np.arange(offset, len(table), nth)


def minima(
    table: Table,
    of: Column,
    below: Annotated[float | None, Doc("only those under this value")] = None,
) -> I8:
    """Rows where a column has a local minimum (the first row of a level stretch; not the ends)."""
    rows = _valleys(table[of])
    return rows if below is None else rows[table[of][rows] < below]


def maxima(
    table: Table,
    of: Column,
    above: Annotated[float | None, Doc("only those over this value")] = None,
) -> I8:
    """Rows where a column has a local maximum (the first row of a level stretch; not the ends)."""
    rows = _valleys(-table[of])
    return rows if above is None else rows[table[of][rows] > above]


def below(table: Table, of: Column, value: Annotated[float, Doc("the bound")]) -> I8:
    """Rows where a column is less than a value."""
    return np.flatnonzero(table[of] < value)


def above(table: Table, of: Column, value: Annotated[float, Doc("the bound")]) -> I8:
    """Rows where a column is more than a value."""
    return np.flatnonzero(table[of] > value)


def crossings(table: Table, of: Column, value: Annotated[float, Doc("the level")] = 0.0) -> I8:
    """Rows where a column has passed a value since the row before."""
    over = table[of] > value
    known = ~np.isnan(table[of])
    return np.flatnonzero((over[1:] != over[:-1]) & known[1:] & known[:-1]) + 1


def records(
    table: Table,
    of: Column,
    lowest: Annotated[bool, Doc("records downwards: rows lower than all before")] = False,
) -> I8:
    """Rows where a column is higher than in every row before (the first known row sets the first record)."""
    values = -table[of] if lowest else table[of]
    known = np.where(np.isnan(values), -np.inf, values)
    best = np.maximum.accumulate(np.append(-np.inf, known))[:-1]
    return np.flatnonzero((known > best) & (best > -np.inf))


def changes(table: Table, of: Column) -> I8:
    """Rows where a column, such as a category, differs from the row before (missing values are passed over)."""
    values = table[of]
    known = np.flatnonzero(~np.isnan(values))
    changed: I8 = known[1:][values[known][1:] != values[known][:-1]]
    return changed


def listed(
    table: Table,
    at: Annotated[tuple[float, ...], MinLen(1), Doc("values of the index, such as years")],
) -> I8:
    """Rows nearest to the listed values of the index."""
    index = np.asarray(table.index, np.float64)
    known = np.flatnonzero(np.isfinite(index))
    if not known.size:
        return known
    with np.errstate(over="ignore"):  # a difference of the largest doubles is as good as infinite
        return np.unique([known[np.argmin(np.abs(index[known] - place))] for place in at]).astype(np.int64)


def labelled(table: Table, of: Column, label: Annotated[str, Doc("the category")]) -> I8:
    """Rows of one category."""
    codes = table[of]
    if of not in table.labels:
        raise InputError(Fault(f"column {of!r} holds no categories", remedy="use `above` or `below` for numbers"))
    if label not in table.labels[of]:
        raise InputError(unknown("label", label, table.labels[of]))
    return np.flatnonzero(codes == table.labels[of].index(label))


def passing(
    table: Table,
    event: Annotated[str, Names("event"), Doc("what happens along the index, such as zeros of zeta")] = "zeros",
    *,
    events: Mapping[str, Callable[[F8], F8]],
) -> I8:
    """Rows nearest to where the table's index passes an event of its own: the true zeros of zeta, for eta."""
    index = np.asarray(table.index, np.float64)
    known = np.flatnonzero(np.isfinite(index))
    if not known.size:
        return known
    rising = known[np.argsort(index[known], kind="stable")]
    places = events[event](index)
    after = np.clip(np.searchsorted(index[rising], places), 1, max(rising.size - 1, 1))
    pair = rising[np.stack([after - 1, np.minimum(after, rising.size - 1)])]
    return np.unique(np.where(np.abs(index[pair[0]] - places) <= np.abs(index[pair[1]] - places), *pair))


def _valleys(values: F8) -> I8:
    if values.size < 3:
        return np.empty(0, np.int64)
    fall = np.flatnonzero(values[1:] < values[:-1]) + 1  # rows lower than the one before
    change = np.flatnonzero(values[1:] != values[:-1])  # the last row of each level stretch (NaN ends one)
    after = np.searchsorted(change, fall)
    fall, after = fall[after < change.size], after[after < change.size]
    last = change[after]
    return fall[values[last + 1] > values[last]]


ROWS: dict[str, Callable[..., I8]] = {
    "every": every,
    "minima": minima,
    "maxima": maxima,
    "below": below,
    "above": above,
    "crossings": crossings,
    "records": records,
    "changes": changes,
    "listed": listed,
    "labelled": labelled,
    "passing": passing,
}
