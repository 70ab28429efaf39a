"""From a column to a column of the same rows: differences, sums, shifts, and formulas over several."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Ge
from typing_extensions import Doc

from composer.parameters import Check
from composer.shaping.expression import formula as worked_out
from composer.shaping.expression import parsed
from composer.shaping.options import Column, To, known, numbers, put
from composer.table import Table
from composer.units import F8


def diff(
    table: Table,
    of: Column,
    lag: Annotated[int, Ge(1), Doc("how many rows before")] = 1,
    to: To = "",
) -> Table:
    """The difference from the row before, or from some rows before; of dates, in seconds."""
    values = numbers(table, of)
    with np.errstate(over="ignore"):
        return put(table, of, to, values - _shifted(values, lag))


def cumsum(table: Table, of: Column, to: To = "") -> Table:
    """The sum of all values so far; a missing one stays missing and the sum goes on after it."""
    values = numbers(table, of)
    with np.errstate(over="ignore", invalid="ignore"):
        return put(table, of, to, np.where(np.isnan(values), np.nan, np.cumsum(np.nan_to_num(values))))


def lag(
    table: Table,
    of: Column,
    rows: Annotated[int, Doc("how many rows later each value comes; earlier where negative")] = 1,
    to: To = "",
) -> Table:
    """The values some rows later or earlier, such as for a canon; what is drawn in is missing."""
    return put(table, of, to, _shifted(known(table[of]), rows), alike=True)


def column(
    table: Table,
    formula: Annotated[str, Check(parsed), Doc("what it holds, such as wind * 3.6 or SQRT(x*x + y*y)")],
    to: Annotated[str, Doc("the name of the new column; one of that name is replaced")],
) -> Table:
    """A new column from a formula in SQL over the others, row by row; what is not finite is missing."""
    values, moments = worked_out(table, formula)
    made = put(table, to, to, values)
    return replace(made, dates=made.dates | {to}) if moments else made


def _shifted(values: F8, rows: int) -> F8:
    shifted = np.full(values.size, np.nan)
    if rows >= 0:
        shifted[rows:] = values[: max(values.size - rows, 0)]
    else:
        shifted[:rows] = values[-rows:]
    return shifted
