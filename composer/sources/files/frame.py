"""What a reader hands over: the names of a file's columns at once, the columns themselves when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from composer.errors import Fault, InputError, unknown
from composer.table import INDEX, Table

MOST_COLUMNS = 20_000
MOST_CELLS = 2 * 10**8
_SHOWN = 5  # reasons, where no column can be used


@dataclass(frozen=True)
class Column:
    """A column of n numbers, shape (n,), or the reason why there are none (`left_out`).

    `labels` name the codes 0, 1, ... of categories; `date` says that the numbers are seconds since the beginning
    of 1970, UTC.
    """

    numbers: ArrayLike | None = None
    labels: tuple[str, ...] = ()
    date: bool = False
    left_out: str = ""


@dataclass(frozen=True)
class Frame:
    """The names of the columns, what reads them, and the one that is the index unless the user names another."""

    names: tuple[str, ...]
    read: Callable[[], Mapping[str, Column]]
    index: str | None = None


def distinct(names: Iterable[object]) -> tuple[str, ...]:
    """Return names without blanks around them, none empty, none twice.

    >>> distinct(["a", " a ", "", "a_2"])
    ('a', 'a_2', 'column_3', 'a_2_2')
    """
    taken: dict[str, None] = {}
    for number, given in enumerate(names, 1):
        first = name = " ".join(str(given).replace("\ufeff", "").split()) or f"column_{number}"
        again = 2
        while name in taken:
            name, again = f"{first}_{again}", again + 1
        taken[name] = None
    return tuple(taken)


def numbered(count: int) -> tuple[str, ...]:
    """Return the names of `count` columns that have none."""
    return ("value",) if count == 1 else tuple(f"column_{number}" for number in range(1, count + 1))


def within_bounds(columns: int, rows: int = 0) -> None:
    """Raise ValueError where a table is wider or larger than the composer takes."""
    if columns > MOST_COLUMNS:
        raise ValueError(f"it has {columns:,} columns; the most is {MOST_COLUMNS:,}")
    if columns * rows > MOST_CELLS:
        raise ValueError(f"{rows:,} rows of {columns:,} columns are more than {MOST_CELLS:,} values")


def checked_name(frame: Frame, index: str | None) -> str | None:
    """Return `index` if it is None or a column's name; raise InputError with the nearest names otherwise."""
    if index is not None and index not in frame.names:
        raise InputError(unknown("column", index, frame.names, "index"))
    return index


def tabled(frame: Frame, index: str | None = None) -> Table:
    """Return a frame's columns as a table over `index`, its rows in the order of the index.

    Without an index the frame's own is taken, then a column of dates that comes first or is the only one, then
    the row numbers. Raise InputError where no column can be used, or `index` is not one that can.
    """
    checked_name(frame, index)
    columns = frame.read()
    kept = {name: column for name, column in columns.items() if column.numbers is not None}
    left_out = {name: column.left_out for name, column in columns.items() if name not in kept}
    if left_out and not kept:
        reasons = [f"{name}: {reason}" for name, reason in left_out.items()]
        more = [f"and {len(reasons) - _SHOWN} more"] if len(reasons) > _SHOWN else []
        raise InputError(Fault("no column holds numbers", "table", "; ".join(reasons[:_SHOWN] + more)))
    dates = [name for name in kept if kept[name].date]
    table = Table(
        {name: column.numbers for name, column in kept.items() if column.numbers is not None},
        labels={name: column.labels for name, column in kept.items() if column.labels},
        dates=frozenset(dates),
        left_out=left_out,
    )
    own = frame.index if frame.index in kept else None
    dated = dates[0] if dates and (len(dates) == 1 or dates[0] == frame.names[0]) else None
    chosen = index or own or dated
    return table if chosen is None else _over(table, chosen)


def _over(table: Table, name: str) -> Table:
    """Return a table over one of its columns, sorted by it unless it rises already (missing values last)."""
    along = table[name]
    known = along[~np.isnan(along)]
    order = np.arange(along.size) if np.all(known[1:] >= known[:-1]) else np.argsort(along, kind="stable")
    dates = table.dates | {INDEX} if name in table.dates else table.dates
    indexed = Table(table.columns, along, table.labels, dates, left_out=table.left_out)
    return indexed if known.size == 0 or (order[0] == 0 and np.all(np.diff(order) == 1)) else indexed.taking(order)
