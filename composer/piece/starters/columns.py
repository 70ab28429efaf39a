"""What each column of a table is like, and which of them say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from composer.mapping.scalers import SCALERS
from composer.piece.starters.axis import Axis, counts
from composer.piece.starters.statistics import correlation, found_in, roughness, scaler_for, trend
from composer.piece.starters.words import can_be_written, shown
from composer.table import Table
from composer.units import F8

MANY_LEVELS = 8  # from here a column can lead
LACKING = 0.6  # the share of missing values from which a column says too little
ALIKE, NOTABLE = 0.98, 0.7  # of correlation: the same again; worth a word
_LOOKED_AT = 4000  # rows that are compared
_ROUGH, _SLOW, _TOLD = 8, 4, 3  # columns of numbers that are enough, from each end; pairs told of
_TELLING = 8  # rows from which a correlation says something

Kind = Literal["numbers", "categories", "dates", "counter", "constant", "missing", "unread"]


@dataclass(frozen=True)
class ColumnFinding:
    """A column: its kind, how many values differ, the share that is missing, and how it moves.

    `scaler` brings its values to 0..1 best; `roughness` is near 0 where it is slow and above 1 where it is restless;
    `trend` is 1 where it only rises and -1 where it only falls. `why` says why it is not used, "" if it can be.
    """

    name: str
    kind: Kind
    distinct: int = 0
    missing: float = 0.0
    scaler: str = "linear"
    roughness: float = 0.0
    trend: float = 0.0
    why: str = ""


def columns_of(table: Table, axis: Axis) -> tuple[ColumnFinding, ...]:
    """Return what the columns are like: those to use first, the roughest with many levels before all, then the rest.

    Where nothing but counters, or a single row, is there, they are used.
    """
    found = [_column(table, name) for name in table.names if name != axis.name]
    found += [ColumnFinding(name, "unread", why=why) for name, why in table.left_out.items()]
    if not any(_numbers(column) for column in found):
        found = [replace(column, kind="numbers", why="") if column.kind == "counter" else column for column in found]
    found.sort(
        key=lambda column: (not _numbers(column), column.missing > 0.5, _levels(column, table), -column.roughness)
    )
    return tuple(_without_copies(_not_too_many(found), table))


def pairs_of(columns: Sequence[ColumnFinding], table: Table) -> tuple[tuple[str, str, float], ...]:
    """Return those pairs of the columns of numbers in use whose ranks agree, or oppose, most, strongest first."""
    names = [column.name for column in columns if _numbers(column)]
    if len(table) < _TELLING:
        return ()
    ranks = {name: _looked_at(table, name) for name in names}
    pairs = [(a, b, correlation(ranks[a], ranks[b])) for n, a in enumerate(names) for b in names[n + 1 :]]
    notable = [pair for pair in pairs if abs(pair[2]) >= NOTABLE]
    return tuple(sorted(notable, key=lambda pair: -abs(pair[2]))[:_TOLD])


def _numbers(column: ColumnFinding) -> bool:
    return column.kind == "numbers" and not column.why


def _levels(column: ColumnFinding, table: Table) -> bool:
    return column.distinct < min(MANY_LEVELS, len(table))


def _column(table: Table, name: str) -> ColumnFinding:
    values = table[name]
    known = found_in(values)
    distinct = int(np.unique(known).size)
    missing = 1 - known.size / values.size
    kind, why = _kind(table, name, values, distinct, missing)
    made = ColumnFinding(name, kind, distinct, round(missing, 6), why=why)
    if why or kind == "categories":
        return made
    scaler = scaler_for(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = SCALERS[scaler](values)
    return replace(made, scaler=scaler, roughness=roughness(shares), trend=trend(values))


def _kind(table: Table, name: str, values: F8, distinct: int, missing: float) -> tuple[Kind, str]:
    if not can_be_written(name):
        return "unread", "its name is not valid text"
    if not distinct:
        return "missing", "it is empty"
    if missing > LACKING:
        return "missing", f"{100 * missing:.0f} % of it is missing"
    if distinct == 1 and values.size > 2:
        return "constant", f"it is {table.shown(name, int(np.flatnonzero(np.isfinite(values))[0]))} in every row"
    if name in table.dates:
        return "dates", "it holds dates, and the index is the clock"
    if name in table.labels:
        return "categories", ""
    return ("counter", "it only counts the rows") if counts(values) else ("numbers", "")


def _looked_at(table: Table, name: str) -> F8:
    """Return the ranks of a column's rows, of a long one only of some, evenly spread."""
    step = max(-(-len(table) // _LOOKED_AT), 1)
    return SCALERS["rank"](table[name][::step])


def _not_too_many(columns: list[ColumnFinding]) -> list[ColumnFinding]:
    """Return the columns; of many of numbers, all but the roughest and the slowest marked as left out."""
    places = [place for place, column in enumerate(columns) if _numbers(column)]
    too_many = set(places[_ROUGH:-_SLOW])
    why = "there are more columns than parts to play"
    return [replace(column, why=why) if place in too_many else column for place, column in enumerate(columns)]


def _without_copies(columns: list[ColumnFinding], table: Table) -> list[ColumnFinding]:
    """Return the columns, those of numbers marked as left out that say the same as one before."""
    if len(table) < _TELLING:
        return columns
    kept: dict[str, F8] = {}
    made = []
    for column in columns:
        if _numbers(column):
            ranks = _looked_at(table, column.name)
            agreeing = ((other, correlation(theirs, ranks)) for other, theirs in kept.items())
            same = next(((other, r) for other, r in agreeing if abs(r) > ALIKE), None)
            if same:
                column = replace(column, why=f"it says the same as {shown(same[0])} (r = {same[1]:.2f})")
            else:
                kept[column.name] = ranks
        made.append(column)
    return made
