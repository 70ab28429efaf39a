"""What a table holds that music can be made of: found once, in plain figures, before anything is chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from composer.errors import Fault, InputError
from composer.mapping.scalers import SCALERS
from composer.piece.starters.axis import Axis, axis_of, positions
from composer.piece.starters.columns import ColumnFinding, columns_of, pairs_of
from composer.piece.starters.period import Period, period_of
from composer.piece.starters.words import shown, span_in_words
from composer.table import Table

_ASKED = 6  # columns that are asked for a period
_REASONS = 5


@dataclass(frozen=True)
class Findings:
    """What is in a table of so many `rows`: its index, its columns (those to use first, the leading one before all),
    the period of the first that has one, and pairs of columns with their correlation."""

    rows: int
    axis: Axis
    columns: tuple[ColumnFinding, ...]
    period: Period | None
    pairs: tuple[tuple[str, str, float], ...]

    @property
    def numbers(self) -> tuple[ColumnFinding, ...]:
        """The columns of numbers to use, the leading one first."""
        return tuple(column for column in self.columns if column.kind == "numbers" and not column.why)

    @property
    def categories(self) -> tuple[ColumnFinding, ...]:
        """The columns of categories to use."""
        return tuple(column for column in self.columns if column.kind == "categories" and not column.why)

    @property
    def lead(self) -> ColumnFinding:
        """The column that leads: the first of numbers, or of categories where there are none."""
        return (*self.numbers, *self.categories)[0]

    @property
    def left_out(self) -> tuple[ColumnFinding, ...]:
        """The columns that are not used, each with its reason."""
        return tuple(column for column in self.columns if column.why)


def findings_of(table: Table, index: str | None, where: str = "table") -> Findings:
    """Return what is in a table over its column `index` (None: over something else).

    Raise InputError where there is nothing that can be played; `where` is the place that it names.
    """
    if not len(table):
        raise InputError(Fault("it has no rows", where, "give a file with data in it"))
    axis = axis_of(table, index)
    columns = columns_of(table, axis)
    if all(column.why for column in columns):
        reasons = [f"{shown(column.name)}: {column.why}" for column in columns]
        more = [f"and {len(reasons) - _REASONS} more"] if len(reasons) > _REASONS else []
        said = "; ".join(reasons[:_REASONS] + more) or "there is none besides the index"
        raise InputError(Fault("it has no column that music can be made of", where, said))
    found = Findings(len(table), axis, columns, None, pairs_of(columns, table))
    return Findings(len(table), axis, columns, _period(found, table), found.pairs)


def _period(found: Findings, table: Table) -> Period | None:
    """Return the period of the first of the roughest columns that has one, along a regular index."""
    if not found.axis.regular or found.axis.crowded:
        return None
    place = positions(table, found.axis)
    for column in found.numbers[:_ASKED]:
        along = np.full(int(place[-1]) + 1, np.nan)
        along[place] = SCALERS[column.scaler](table[column.name])
        period = period_of(along)
        if period:
            return Period(column.name, *period, words=_in_words(period[0], found.axis, table))
    return None


def _in_words(rows: float, axis: Axis, table: Table) -> str:
    if axis.kind == "row numbers":
        return ""
    index = np.asarray(table.index, np.float64)
    long = rows * float(index[-1] - index[0]) / max(axis.places - 1, 1)
    if axis.kind == "dates":
        return span_in_words(long)
    return f"{long:.4g} years" if axis.words.startswith("yearly") else f"{long:.4g} on the index"
