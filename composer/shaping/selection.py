"""Fewer rows: those of a condition, of a stretch, those without gaps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import numpy as np
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.parameters import Check
from composer.progress import Report
from composer.shaping.expression import parsed, truth
from composer.shaping.options import Several, columns_of, known
from composer.table import INDEX, Table

Place = float | str | None


def where(
    table: Table,
    condition: Annotated[
        str, Check(parsed), Doc("what holds for the rows kept, such as height > 2 AND kind = 'storm'")
    ],
    *,
    report: Report,
) -> Table:
    """Keep the rows for which a condition in SQL holds: labels and dates in single quotes, columns by name."""
    holds = truth(table, condition)
    report(f"where: {holds.sum():,} of {len(table):,} rows kept")
    return table.taking(np.flatnonzero(holds))


def rows(
    table: Table,
    first: Annotated[int, Doc("the first row kept, counted from 0; from the end where negative")] = 0,
    last: Annotated[int | None, Doc("the row before which to end; the end where left out")] = None,
) -> Table:
    """Keep a stretch of rows, by number."""
    return table.taking(np.arange(*slice(first, last).indices(len(table))))


def between(
    table: Table,
    low: Annotated[
        Place, Doc("where on the index to begin: a number, or a date such as 2022-06-14 12:00 (UTC)")
    ] = None,
    high: Annotated[Place, Doc("where on the index to end, itself left out")] = None,
) -> Table:
    """Keep the rows whose index lies in low <= index < high."""
    index = known(np.asarray(table.index))
    begin, end = _place(table, low, -np.inf, "low"), _place(table, high, np.inf, "high")
    return table.taking(np.flatnonzero((begin <= index) & (index < end)))


def drop_missing(table: Table, of: Several = (), *, report: Report) -> Table:
    """Leave out the rows in which a value is missing."""
    whole = np.ones(len(table), bool)
    for name in columns_of(table, of):
        whole &= np.isfinite(table[name])
    report(f"drop_missing: {(~whole).sum():,} of {len(table):,} rows dropped")
    return table.taking(np.flatnonzero(whole))


def _place(table: Table, at: Place, default: float, where: str) -> float:
    if at is None:
        return default
    if not isinstance(at, str):
        return float(at)
    if INDEX not in table.dates:
        raise InputError(Fault("the index does not hold dates", where, "give a number, without quotes"))
    try:
        moment = datetime.fromisoformat(at.strip())
    except ValueError:
        raise InputError(
            Fault(f"{at!r} is not a date", where, "write it like 2022-06-14 or 2022-06-14 12:00")
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
