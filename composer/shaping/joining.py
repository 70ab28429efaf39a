"""Columns from another source, brought in along the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Gt
from typing_extensions import Doc

from composer.errors import Fault, InputError, pick
from composer.parameters import Names
from composer.progress import Report
from composer.shaping.interpolation import brought
from composer.shaping.options import known
from composer.shaping.resampling import last_of_equal
from composer.table import INDEX, Table


def join(
    table: Table,
    source: Annotated[str, Names("source"), Doc("the other source")],
    how: Annotated[
        Literal["linear", "nearest", "previous", "next", "exact"],
        Doc("its values on the line between two, the nearest, the last, the next, or at the same index only"),
    ] = "linear",
    within: Annotated[
        float | None, Gt(0), Doc("no further than this along the index; any distance where left out")
    ] = None,
    prefix: Annotated[
        str, Doc("what its columns' names begin with here; only where needed, name_source, if left out")
    ] = "",
    *,
    sources: Mapping[str, Table],
    report: Report,
) -> Table:
    """Bring in another source's columns, by its index: between its known values, and none on a line outside them.

    Its rows may stand in any order; of those with the same index the last counts. Categories are on no line:
    they hold until the next. Raises InputError where one index holds dates and the other does not.
    """
    whole = pick(sources, source, "source", "source")
    if (INDEX in table.dates) != (INDEX in whole.dates):
        with_dates, without = ("this", source) if INDEX in table.dates else (source, "this")
        message = f"the index of {with_dates} holds dates, that of {without} does not"
        raise InputError(Fault(message, "source", "join sources whose indexes measure the same"))
    other = last_of_equal(whole)
    names = dict(zip(other.names, names_here(table.names, other.names, source, prefix), strict=True))
    clashing = sorted((set(names.values()) & {*table.names, INDEX}) | _twice([*names.values()]))
    if clashing:
        raise InputError(
            Fault(f"there would be two columns {clashing[0]!r}", "prefix", 'give one, such as prefix = "b_"')
        )
    at, places = np.asarray(other.index, np.float64), known(np.asarray(table.index))
    reach = np.inf if within is None else within
    columns = {here: brought(at, other[name], places, how, name in other.labels, reach) for name, here in names.items()}
    report(f"join: columns of {source} brought in: {len(columns)}{_dropped(whole, other)}")
    made = table.with_columns(columns)
    return replace(
        made,
        labels={**made.labels, **{names[name]: labels for name, labels in other.labels.items() if name in names}},
        dates=made.dates | {names[name] for name in other.dates if name in names},
    )


def names_here(ours: Sequence[str], theirs: Sequence[str], source: str, prefix: str) -> list[str]:
    """Return what another source's columns are called once joined."""
    taken = {*ours, INDEX}
    return [prefix + name if prefix else f"{name}_{source}" if name in taken else name for name in theirs]


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _dropped(whole: Table, other: Table) -> str:
    fewer = len(whole) - len(other)
    return f"; of its {len(whole):,} rows left out, for the lack of an index of their own: {fewer:,}" if fewer else ""
