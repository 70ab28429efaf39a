"""What the index of a table is like: what it counts in, and whether its steps are equal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from composer.piece.starters.words import step_in_words
from composer.table import INDEX, Table
from composer.units import F8, I8

TIME_WORDS = (
    "time",
    "date",
    "datetime",
    "timestamp",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "seconds",
    "t",
)
_OFF = 0.15  # of a step: months differ by less
_MOSTLY = 0.98
_SPARSE = 1.5  # places for a row, beyond which an index is rather irregular than full of gaps
_CLOSE, _CROWDED = 1 / 8, 0.25  # of a mean step: rows as good as together; the share of them that makes a crowd
_LACKING = 0.2


@dataclass(frozen=True)
class Axis:
    """The index: its kind, the `name` of its column (None: it has none), and its steps.

    A `regular` one has `places` for all rows and those that are missing between them, `step` apart; a `crowded` one
    has so many rows at the same moments that they cannot be played there. `words` say how often a row comes.
    """

    kind: Literal["dates", "numbers", "row numbers"]
    name: str | None
    regular: bool
    crowded: bool
    step: float
    places: int
    first: str
    last: str
    words: str

    @property
    def gaps(self) -> bool:
        """Whether a regular index leaves places out."""
        return self.regular and "but for gaps" in self.words


def suggested_index(table: Table) -> str | None:
    """Return the column that is the table's index, or else the one to make it: a time, or a first column that counts.

    None where the row numbers have to do.
    """
    index = np.asarray(table.index, np.float64)
    for name in table.names:
        if INDEX in table.dates and name in table.dates and np.array_equal(table[name], index, equal_nan=True):
            return name
    if not np.array_equal(index, np.arange(len(table))):
        return next((name for name in table.names if np.array_equal(table[name], index, equal_nan=True)), None)
    if len(table) < 3:
        return None
    for place, name in enumerate(table.names):
        steps = _half_steps(table[name])
        if not np.all(steps > 0) or name in table.labels:
            continue
        if name.strip().lower() in TIME_WORDS or (place == 0 and _equal(steps) and len(table.names) > 1):
            return name
    return None


def counts(values: F8) -> bool:
    """Whether a column (n,) only counts: it rises by the same step from row to row."""
    return values.size > 2 and bool(np.isfinite(values).all()) and _equal(_half_steps(values))


def axis_of(table: Table, name: str | None) -> Axis:
    """Return what the index of a table is like, which is its column `name`, if it is one."""
    index = np.asarray(table.index, np.float64)
    known = index[np.isfinite(index)]
    dated = INDEX in table.dates
    own = dated or name is not None or not np.array_equal(index, np.arange(index.size))
    kind: Literal["dates", "numbers", "row numbers"] = "dates" if dated else "numbers" if own else "row numbers"
    steps = np.diff(known)
    step = float(np.median(steps)) if steps.size else np.nan
    moved = np.floor(steps / step + 0.5) if step > 0 else np.zeros(steps.size)
    places = 1 + int(min(moved.sum(), 1e12)) if known.size else 0
    even = step > 0 and np.mean((np.abs(steps / step - moved) <= _OFF) & (moved >= 1)) >= _MOSTLY
    regular = known.size < 2 or (bool(even) and known.size == index.size and places <= _SPARSE * index.size)
    mean = (known[-1] / max(known.size - 1, 1) - known[0] / max(known.size - 1, 1)) if known.size else 0.0
    close = steps.size > 0 and np.mean(steps <= mean * _CLOSE) > _CROWDED
    ends = np.flatnonzero(np.isfinite(index))[[0, -1]].tolist() if known.size else []
    first, last = [table.shown(INDEX, int(row)) for row in ends] or ["", ""]
    return Axis(
        kind,
        name,
        regular,
        bool(close) or known.size < (1 - _LACKING) * index.size,
        step,
        places if regular else index.size,
        first,
        last,
        _often(kind, name, regular, step, places > known.size),
    )


def positions(table: Table, axis: Axis) -> I8:
    """Return the place of each row on a regular axis, (n,), from 0."""
    index = np.asarray(table.index, np.float64)
    if index.size < 2:
        return np.zeros(index.size, np.int64)
    return np.append(0, np.cumsum(np.floor(np.diff(index) / axis.step + 0.5))).astype(np.int64)


def _half_steps(values: F8) -> F8:
    """Return half the steps from row to row: whole ones of the largest doubles would overflow."""
    return np.diff(values * 0.5)


def _equal(steps: F8) -> bool:
    return bool(steps.size and steps.min() > 0 and steps.max() - steps.min() <= 1e-6 * steps.max())


def _often(kind: str, name: str | None, regular: bool, step: float, gaps: bool) -> str:
    if kind == "row numbers" or np.isnan(step):
        return ""
    if not regular:
        return "at irregular steps"
    yearly = kind == "numbers" and (name or "").strip().lower() == "year" and step == 1
    words = "yearly" if yearly else step_in_words(step) if kind == "dates" else f"in steps of {step:.6g}"
    return words + (", but for gaps" if gaps else "")
