"""Rows in another order, columns under another name, and long data made wide."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.parameters import Names
from composer.progress import Report
from composer.shaping.options import Column, known
from composer.table import INDEX, Table

_MOST_COLUMNS, _MOST_CELLS = 1_000, 50_000_000


def reverse(
    table: Table,
    mirror: Annotated[bool, Doc("turn the index round too, so that what keeps time by it plays backwards")] = False,
) -> Table:
    """Turn the order of the rows round; each keeps its index, unless that is mirrored."""
    turned = table.taking(np.arange(len(table))[::-1])
    index = known(np.asarray(turned.index))
    if not mirror or np.isnan(index).all():
        return turned
    # In halves, for the sum of two doubles may overflow.
    return replace(turned, index=((np.nanmin(index) / 2 - index / 2) + np.nanmax(index) / 2) * 2)


def sort(
    table: Table,
    by: Column,
    descending: Annotated[bool, Doc("the greatest first")] = False,
) -> Table:
    """Sort the rows by a column, categories by their labels; equals keep their order, missing ones come last."""
    values = known(table[by])
    if by in table.labels:
        labels = table.labels[by]
        place = np.append(np.argsort(np.argsort(np.array(labels, str), kind="stable"), kind="stable"), np.nan)
        valid = np.isin(values, np.arange(len(labels)))
        values = place[np.where(valid, values, len(labels)).astype(np.int64)]
    return table.taking(np.argsort(-values if descending else values, kind="stable"))


def rename(table: Table, of: Column, to: Annotated[str, Doc("its new name")]) -> Table:
    """Give a column another name."""
    table[of]
    if of not in table.columns:
        raise InputError(Fault("the index keeps its name", "of", "rename a column"))
    if to != of and (to in table.columns or to == INDEX):
        raise InputError(Fault(f"there is a column {to!r} already", "to", "choose another name"))
    name = {**{name: name for name in table.names}, of: to}
    return replace(
        table,
        columns={name[old]: values for old, values in table.columns.items()},
        labels={name.get(old, old): codes for old, codes in table.labels.items()},
        dates=frozenset(name.get(old, old) for old in table.dates),
    )


def pivot(
    table: Table,
    names: Annotated[str, Names("column"), Doc("the column that names each value, such as a station")],
    values: Annotated[str, Names("column"), Doc("the column of the values")],
    *,
    report: Report,
) -> Table:
    """Make long data wide: a column for each category, a row for each value of the index, in rising order.

    A cell without a value is missing; of several values for a cell the first known one counts. Rows without an
    index or a name are dropped. The origin is the first row with that index.
    """
    index, name, value = known(np.asarray(table.index)), known(table[names]), known(table[values])
    found = np.flatnonzero(~np.isnan(index) & ~np.isnan(name))
    places, first, row = np.unique(index[found], return_index=True, return_inverse=True)
    codes, shown, column = np.unique(name[found], return_index=True, return_inverse=True)
    if codes.size > _MOST_COLUMNS or codes.size * places.size > _MOST_CELLS:
        sizes = f"{places.size:,} rows of {codes.size:,} columns"
        raise InputError(Fault(f"{names!r} would make {sizes}", "names", "name the values by a column of few values"))
    cells = np.full((codes.size, places.size), np.nan)
    filled = np.flatnonzero(~np.isnan(value[found]))[::-1]  # the first of several is written last
    cells[column[filled], row[filled]] = value[found][filled]
    several = filled.size - int(np.isfinite(cells).sum())
    dropped = len(table) - found.size
    report(
        f"pivot: {len(table):,} rows became {places.size:,} with {codes.size:,} columns"
        + f"; dropped: {dropped:,} without index or name, {several:,} for a cell that had a value"
        * bool(dropped or several)
    )
    made = [_heading(table, names, int(found[at])) for at in shown]
    return Table(
        dict(zip(made, cells, strict=True)),
        places,
        dict.fromkeys(made, table.labels[values]) if values in table.labels else {},
        frozenset(made if values in table.dates else ()) | (table.dates & {INDEX}),
        np.asarray(table.origin)[found][first],
        table.left_out,
    )


def _heading(table: Table, name: str, row: int) -> str:
    """Return a value as a column's name: a label or date as it is, a number in as few digits as tell it apart."""
    shown = table.shown(name, row)
    plain = name in table.labels or name in table.dates
    return shown if plain or float(shown) == table[name][row] else repr(float(table[name][row]))
