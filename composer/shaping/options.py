"""What several steps ask their user for, and how they read and put back a column.

A value that is NaN or infinite counts as missing, everywhere in this room, and comes back as NaN.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike
from typing_extensions import Doc

from composer.errors import Fault, InputError
from composer.parameters import Names
from composer.table import INDEX, Table
from composer.units import F8

Column = Annotated[str, Names("column"), Doc("the column looked at")]
To = Annotated[str, Doc("the name of the new column; in place of the old where left out")]
Several = Annotated[tuple[str, ...], Doc("the columns; all of them where left out")]


def known(values: ArrayLike) -> F8:
    """Return the values, what is infinite being missing."""
    array = np.asarray(values, np.float64)
    return np.where(np.isfinite(array), array, np.nan)


def numbers(table: Table, name: str) -> F8:
    """Return a column of numbers or dates; raise InputError where it holds categories."""
    if name in table.labels:
        raise InputError(Fault(f"column {name!r} holds categories", "of", "use a column of numbers"))
    return known(table[name])


def columns_of(table: Table, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return these columns, or all where there are none; raise InputError for one that is not there."""
    for name in names:
        table[name]
    return names or table.names


def put(table: Table, of: str, to: str, values: ArrayLike, alike: bool = False) -> Table:
    """Return the table with a column made from `of`, called `to`, in its place where `to` is empty.

    `alike` says that it holds what `of` holds: the same categories, or dates. What came out infinite is missing.
    """
    name = to or of
    if name == INDEX and INDEX not in table.columns:
        raise InputError(Fault("the index stays as it is", "to", "give the new column a name of its own"))
    made = table.with_columns({name: known(values)})
    if alike and of in table.labels:
        made = replace(made, labels={**made.labels, name: table.labels[of]})
    if alike and of in table.dates:
        made = replace(made, dates=made.dates | {name})
    return made


def headroom(values: F8) -> float:
    """Return a power of two to multiply by, so that sums and squares of the values neither overflow nor vanish.

    It is 1 for ordinary values; divide the result by it again.
    """
    sizes = np.abs(values)
    largest = float(np.max(sizes, where=np.isfinite(sizes), initial=0.0))
    exponent = int(np.frexp(largest)[1])
    return 1.0 if abs(exponent) < 300 else 2.0 ** min(-exponent, 1000)
