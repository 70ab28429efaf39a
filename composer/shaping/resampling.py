"""Fewer rows in place of many, or a regular grid in place of an irregular one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Gt
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.parameters import Names
from composer.progress import Report
from composer.shaping.interpolation import brought
from composer.shaping.options import headroom, known, numbers
from composer.shaping.reductions import REDUCTIONS, greatest, least, reduced
from composer.table import INDEX, Table
from composer.units import F8, I8

Points = Annotated[int, Ge(1), Doc("how many rows to come to; a table that has no more stays as it is")]
Along = Literal["rows", "index"]
Unit = Literal["index", "second", "minute", "hour", "day", "week"]
Judge = Annotated[str | None, Names("column"), Doc("the column that decides; the first of numbers where left out")]

SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
_MOST = 20_000_000  # rows of a grid


def _reduced(table: Table, starts: I8, of: str, how: str) -> Table:
    return reduced(table, starts, how)


def _peaks(table: Table, starts: I8, of: str) -> Table:
    """Keep two rows of each stretch, in their order: where a column is least and where it is greatest."""
    values = numbers(table, of)
    low, high = (_rows_of(values, ends(values, starts), starts) for ends in (least, greatest))
    return table.taking(np.unique(np.concatenate([low, high])))


@dataclass(frozen=True)
class Kept:
    """What stays of a stretch: how many rows, the function of (table, starts, of) that makes them, in words."""

    rows: int
    call: Callable[[Table, I8, str], Table]
    doc: str


HOWS: dict[str, Kept] = {
    **{how: Kept(1, partial(_reduced, how=how), how) for how in REDUCTIONS},
    "peaks": Kept(2, _peaks, "least and greatest"),
}


def resample(
    table: Table,
    points: Points,
    how: Annotated[
        Literal["mean", "median", "min", "max", "sum", "first", "last", "peaks"],
        Doc("what stands for a stretch; peaks keeps its least and its greatest row as they are"),
    ] = "mean",
    along: Annotated[Along, Doc("whether stretches have equally many rows, or equal length on the index")] = "rows",
    of: Judge = None,
    *,
    report: Report,
) -> Table:
    """Bring a table down to so many rows, each standing for a stretch of the old ones.

    `of` is for peaks alone. The index and the origin of a row are those of the first of its stretch. Along the
    index, rows come into its order, those without one are dropped, and stretches without rows are left out.
    """
    kept, judge = HOWS[how], _judge(table, of)
    if points < kept.rows:
        raise InputError(Fault(f"{how} keeps {kept.rows} rows of a stretch", "points", f"ask for {kept.rows} or more"))
    if len(table) <= points:
        return table
    ordered, starts = _STRETCHES[along](table, points // kept.rows)
    made = kept.call(ordered, starts, judge) if len(ordered) else ordered
    report(f"resample: {len(table):,} rows became {len(made):,}; {kept.doc} of each stretch kept")
    return made


def thin(
    table: Table,
    points: Annotated[int, Ge(4), Doc("how many rows to keep at most")],
    of: Judge = None,
    *,
    report: Report,
) -> Table:
    """Keep the rows that best keep the shape of a column, its least and its greatest among them.

    Largest Triangle Three Buckets (Steinarsson, Downsampling Time Series for Visual Representation, 2013), over
    the row numbers. Rows where the column is missing are dropped, unless the table is short enough as it is.
    """
    judge = _judge(table, of)
    if len(table) <= points:
        return table
    values = numbers(table, judge)
    found = np.flatnonzero(~np.isnan(values))
    kept = found
    if found.size > points:
        x, y = found.astype(np.float64), values[found] * headroom(values)
        ends = np.array([np.argmin(y), np.argmax(y)])
        chosen = _triangles(x, y, points)
        if not np.isin(ends, chosen).all():
            chosen = np.union1d(_triangles(x, y, points - 2), ends)
        kept = found[chosen]
    missing = len(table) - found.size
    gaps = f", {missing:,} of them because {judge} is missing there" if missing else ""
    report(f"thin: {len(table) - kept.size:,} of {len(table):,} rows dropped{gaps}; the extremes of {judge} kept")
    return table.taking(kept)


def regular(
    table: Table,
    step: Annotated[float, Gt(0), Doc("from one row to the next on the index")],
    unit: Annotated[Unit, Doc("the unit of the step, for an index of dates: the index's own is seconds")] = "index",
    gap: Annotated[float | None, Gt(0), Doc("how many steps may be bridged; longer gaps stay missing")] = None,
    *,
    report: Report,
) -> Table:
    """Bring an irregular index to a regular one, by straight lines between the known values.

    Categories hold until the next. Of rows with the same index the last counts. The origin of a row is that of
    the last row at or before it.
    """
    if unit != "index" and INDEX not in table.dates:
        raise InputError(Fault("the index does not hold dates", "unit", "leave the unit out"))
    width = step * SECONDS.get(unit, 1.0)
    ordered = last_of_equal(table)
    at = np.asarray(ordered.index, np.float64)
    if not at.size:
        return ordered
    with np.errstate(over="ignore"):
        steps = (at[-1] / 2 - at[0] / 2) / width * 2
    if not steps < _MOST:
        raise InputError(Fault(f"so small a step makes more than {_MOST:,} rows", "step", "take a larger one"))
    places = at[0] + width * np.arange(int(np.floor(steps + 1e-9)) + 1)
    places[-1] = min(places[-1], at[-1])  # where rounding leads beyond the end
    reach = np.inf if gap is None else gap * width
    before = np.searchsorted(at, places, side="right") - 1
    columns = {n: brought(at, ordered[n], places, "linear", n in table.labels, reach) for n in table.names}
    report(f"regular: {len(table):,} rows became {places.size:,}")
    return replace(ordered, columns=columns, index=places, origin=np.asarray(ordered.origin)[before])


def by_index(table: Table) -> Table:
    """Return the rows that have an index, in its order; rows with the same one stay in theirs."""
    index = known(np.asarray(table.index))
    found = np.flatnonzero(~np.isnan(index))
    return table.taking(found[np.argsort(index[found], kind="stable")])


def last_of_equal(table: Table) -> Table:
    """Return the rows in the order of the index, only the last of those with the same one."""
    ordered = by_index(table)
    index = np.asarray(ordered.index)
    return ordered.taking(np.flatnonzero(np.append(index[1:] != index[:-1], True)[: index.size]))


def _judge(table: Table, of: str | None) -> str:
    of_numbers = (name for name in (*table.names, INDEX) if name not in table.labels)
    name = next(of_numbers) if of is None else of
    table[name]
    return name


def _equal_counts(table: Table, points: int) -> tuple[Table, I8]:
    return table, np.arange(points) * len(table) // points


def _equal_lengths(table: Table, points: int) -> tuple[Table, I8]:
    ordered = by_index(table)
    half = np.asarray(ordered.index, np.float64) * 0.5
    if not half.size or half[0] == half[-1]:
        return ordered, np.zeros(min(half.size, 1), np.int64)
    stretch = np.minimum(np.floor((half - half[0]) / (half[-1] - half[0]) * points), points - 1)
    return ordered, np.flatnonzero(np.diff(stretch, prepend=-1.0))


_STRETCHES: dict[str, Callable[[Table, int], tuple[Table, I8]]] = {"rows": _equal_counts, "index": _equal_lengths}


def _rows_of(values: F8, sought: F8, starts: I8) -> I8:
    """Return the first row of each stretch that holds the value sought there, or its first if that is missing."""
    lengths = np.diff(starts, append=values.size)
    rows = np.where(values == np.repeat(sought, lengths), np.arange(values.size), values.size)
    found = np.minimum.reduceat(rows, starts)
    return np.where(found < values.size, found, starts)


def _triangles(x: F8, y: F8, points: int) -> I8:
    """Return which of more than `points` points to keep: the ends, and of each bucket the largest triangle."""
    if points == 2:
        return np.array([0, x.size - 1])
    edges = 1 + np.arange(points - 1) * (x.size - 2) // (points - 2)
    ends = np.append(edges[1:], x.size)  # of each bucket's neighbour to the right, the last being one point
    lengths = ends - edges
    middle_x = np.add.reduceat(x, edges) / lengths
    middle_y = np.add.reduceat(y, edges) / lengths
    chosen = np.empty(points, np.int64)
    chosen[0], chosen[-1] = 0, x.size - 1
    for bucket in range(points - 2):
        inside = slice(edges[bucket], edges[bucket + 1])
        last, to_x, to_y = chosen[bucket], middle_x[bucket + 1], middle_y[bucket + 1]
        doubled = (x[last] - to_x) * (y[inside] - y[last]) - (x[last] - x[inside]) * (to_y - y[last])
        chosen[bucket + 1] = edges[bucket] + np.argmax(np.abs(doubled))
    return chosen
