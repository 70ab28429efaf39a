"""Rows taken together by what a column holds, or by the calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from typing_extensions import Doc

from composer.errors import Fault, InputError, unknown
from composer.parameters import Names
from composer.progress import Report
from composer.shaping.options import Column, To, headroom, known, numbers, put
from composer.shaping.reductions import How, mean, reduced
from composer.table import INDEX, Table
from composer.units import F8, I8

Standard = Literal["minmax", "zscore", "rank", "mean"]
_DAY = 86400.0
_FAR = 1e13  # seconds: as far as the calendar goes, some 300 000 years


def aggregate(
    table: Table,
    by: Annotated[str, Doc("a column, or hour, day, week, month or year where the index holds dates")],
    how: Annotated[How, Doc("what stands for the rows of a group")] = "mean",
    count: Annotated[str, Doc("the name of one more column, with the number of rows; none where left out")] = "",
    *,
    report: Report,
) -> Table:
    """Make one row of all that have the same value of a column, or lie in the same hour, day, week, month or year.

    Rows come in rising order of that value, which they keep. The origin and the index are those of the group's
    first row; of a unit of the calendar, the index is its beginning (UTC, weeks from Monday). Rows without the
    value are dropped; a unit without rows has none.
    """
    values = _grouped_by(table, by)
    found = np.flatnonzero(~np.isnan(values))
    order = found[np.argsort(values[found], kind="stable")]
    groups = values[order]
    starts = np.flatnonzero(np.diff(groups, prepend=np.nan) != 0)
    made = reduced(table.taking(order), starts, how)
    if by in made.columns:
        made = replace(made, columns={**made.columns, by: groups[starts]})
    elif by != INDEX:
        made = replace(made, index=groups[starts])
    dropped = f"; {len(table) - found.size:,} without {by} dropped" if found.size < len(table) else ""
    report(f"aggregate: {len(table):,} rows became {len(made):,}, one for each {by}{dropped}")
    return put(made, count, "", np.diff(starts, append=order.size)) if count else made


def normalise(
    table: Table,
    of: Column,
    how: Annotated[
        Standard, Doc("to 0..1, to deviations from the mean, to 0..1 by rank, to the distance from the mean")
    ] = "minmax",
    by: Annotated[
        str | None, Names("column"), Doc("each value of this column by itself; all together where left out")
    ] = None,
    to: To = "",
) -> Table:
    """Bring a column to a common measure, by itself within each group: stations of any size then compare.

    Where all of a group are equal they come to 0.5 (minmax, rank) or 0 (zscore, mean).
    """
    values = numbers(table, of)
    groups = np.zeros(len(table)) if by is None else known(table[by])
    order = np.lexsort((values, groups))
    order = order[~np.isnan(values[order]) & ~np.isnan(groups[order])]
    made = np.full(len(table), np.nan)
    if order.size:
        starts = np.flatnonzero(np.diff(groups[order], prepend=np.nan) != 0)
        with np.errstate(over="ignore"):
            made[order] = STANDARDS[how](values[order], starts)
    return put(table, of, to, made)


def _grouped_by(table: Table, by: str) -> F8:
    if by in table.columns or by in table.left_out or by == INDEX:
        return known(table[by])
    if by not in CALENDAR:
        raise InputError(unknown("column or unit of the calendar", by, [*table.names, *CALENDAR], "by"))
    if INDEX not in table.dates:
        remedy = "name a column, or let the index be dates"
        raise InputError(Fault(f"the index holds no dates to take by the {by}", "by", remedy))
    index = known(np.asarray(table.index))
    return np.asarray(CALENDAR[by](np.where(np.abs(index) < _FAR, index, np.nan)))


def _of_length(seconds: float, first: float = 0.0) -> Callable[[F8], F8]:
    return lambda index: np.floor((index - first) / seconds) * seconds + first


def _of_calendar(unit: str) -> Callable[[F8], F8]:
    def begin(index: F8) -> F8:
        moments = np.floor(np.nan_to_num(index)).astype("datetime64[s]").astype(f"datetime64[{unit}]")
        return np.where(np.isnan(index), np.nan, moments.astype("datetime64[s]").astype(np.float64))

    return begin


# From moments to when their hour, day and so on began, all in seconds since the beginning of 1970, a Thursday.
CALENDAR: dict[str, Callable[[F8], F8]] = {
    "hour": _of_length(3600.0),
    "day": _of_length(_DAY),
    "week": _of_length(7 * _DAY, first=-3 * _DAY),
    "month": _of_calendar("M"),
    "year": _of_calendar("Y"),
}


# Each maps known values (n,), rising within each group, and the rows where groups begin, to (n,).


def _minmax(values: F8, starts: I8) -> F8:
    sizes = np.diff(starts, append=values.size)
    half = values * 0.5
    low, high = np.repeat(half[starts], sizes), np.repeat(half[starts + sizes - 1], sizes)
    return np.asarray(np.divide(half - low, high - low, out=np.full(values.size, 0.5), where=high > low))


def _zscore(values: F8, starts: I8) -> F8:
    sizes = np.diff(starts, append=values.size)
    distance = _from_mean(values * headroom(values), starts)
    largest = np.repeat(np.maximum.reduceat(np.abs(distance), starts), sizes)  # lest the squares vanish
    share = np.divide(distance, largest, out=np.zeros(values.size), where=largest > 0)
    deviation = np.sqrt(np.repeat(mean(share * share, starts), sizes))
    return np.asarray(np.divide(share, deviation, out=np.zeros(values.size), where=deviation > 0))


def _rank(values: F8, starts: I8) -> F8:
    sizes = np.diff(starts, append=values.size)
    begins = np.diff(values, prepend=np.nan) != 0
    begins[starts] = True
    runs = np.flatnonzero(begins)
    lengths = np.diff(runs, append=values.size)
    place = np.repeat(runs + (lengths - 1) / 2, lengths) - np.repeat(starts, sizes)
    last = np.repeat(sizes - 1, sizes)
    return np.asarray(np.divide(place, last, out=np.full(values.size, 0.5), where=last > 0))


def _from_mean(values: F8, starts: I8) -> F8:
    return np.asarray(values - np.repeat(mean(values, starts), np.diff(starts, append=values.size)))


STANDARDS: dict[str, Callable[[F8, I8], F8]] = {
    "minmax": _minmax,
    "zscore": _zscore,
    "rank": _rank,
    "mean": _from_mean,
}
