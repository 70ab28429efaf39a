"""What a table goes through before it is mapped to notes: rows chosen, thinned and filled, columns made and joined.

A step is a function of a table and options that carry a `Doc`; it returns a new table, whose `origin` still says
which row of the data each row came from. It may ask for `sources`, the piece's others by name, and `report`,
to say in plain words what it dropped or filled. To add one: write it, and its row in SHAPES.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from composer.shaping import gaps, grouping, joining, names, order, resampling, selection, series, smoothing, trends
from composer.table import Table

__all__ = ["SHAPES", "Shape", "columns_after"]


@dataclass(frozen=True)
class Shape:
    """A step: the function, and the rule that tells from its options which columns it leaves."""

    call: Callable[..., Table]
    columns: names.Rule = names.same


_TO = names.adding("to")

SHAPES = {
    "where": Shape(selection.where),
    "rows": Shape(selection.rows),
    "between": Shape(selection.between),
    "drop_missing": Shape(selection.drop_missing),
    "resample": Shape(resampling.resample),
    "thin": Shape(resampling.thin),
    "regular": Shape(resampling.regular),
    "aggregate": Shape(grouping.aggregate, names.adding("count")),
    "normalise": Shape(grouping.normalise, _TO),
    "fill": Shape(gaps.fill),
    "clip": Shape(gaps.clip, _TO),
    "diff": Shape(series.diff, _TO),
    "cumsum": Shape(series.cumsum, _TO),
    "lag": Shape(series.lag, _TO),
    "column": Shape(series.column, _TO),
    "smooth": Shape(smoothing.smooth, _TO),
    "detrend": Shape(trends.detrend, _TO),
    "deseason": Shape(trends.deseason, _TO),
    "sort": Shape(order.sort),
    "reverse": Shape(order.reverse),
    "rename": Shape(order.rename, names.renamed),
    "pivot": Shape(order.pivot, names.unforeseen),
    "join": Shape(joining.join, names.joined),
}


def columns_after(
    before: Sequence[str],
    steps: Sequence[str | Mapping[str, Any]],
    sources: Mapping[str, Sequence[str]],
) -> tuple[str, ...] | None:
    """Return the columns that steps, as a piece writes them, leave of those `before`; None where the data decide.

    A step that is not understood leaves that open too; nothing is raised.
    """
    left: tuple[str, ...] | None = tuple(before)
    for step in steps:
        options = {"name": step} if isinstance(step, str) else step
        name = options.get("name") if isinstance(options, Mapping) else None
        if left is None or not isinstance(name, str) or name not in SHAPES:
            return None
        left = SHAPES[name].columns(left, options, sources)
    return left
