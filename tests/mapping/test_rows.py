"""Every selection of rows, on every kind of table, and against slow plain models."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.errors import InputError
from composer.mapping.rows import (
    ROWS,
    above,
    below,
    changes,
    crossings,
    every,
    labelled,
    listed,
    maxima,
    minima,
    passing,
    records,
)
from composer.parameters import REQUIRED, Names, asked_for, parameters_of
from composer.table import Table

NAN, INF = math.nan, math.inf

COLUMNS = {
    "empty": np.array([]),
    "one row": np.array([3.0]),
    "two rows": np.array([3.0, 1.0]),
    "constant": np.full(7, 2.0),
    "all NaN": np.full(6, NAN),
    "some NaN": np.array([3.0, 1.0, 2.0, NAN, 1.0, 5.0, 0.0, NAN]),
    "infinities": np.array([INF, 1.0, -INF, 2.0, INF, INF, 0.0]),
    "extremes": np.array([1.7e308, -1.7e308, 5e-324, -5e-324, 1.7e308]),
    "a million": np.random.default_rng(1).standard_normal(10**6),
    "a million steps": np.random.default_rng(1).integers(0, 3, 10**6).astype(float),
}
# Few values, so that level stretches and missing values are common.
VALUES = st.lists(st.sampled_from([0.0, 1.0, 2.0, -1.0, NAN, INF, -INF]), max_size=14)


def arguments(name: str) -> dict[str, Any]:
    """Return what a selection has to be given: the column `a` where it wants a column, 0.5 for a number."""
    wanted = [parameter for parameter in parameters_of(ROWS[name]) if parameter.default is REQUIRED]
    is_column = {p.name: any(isinstance(m, Names) for m in getattr(p.annotation, "__metadata__", ())) for p in wanted}
    others = {"at": (0.5, 2.0), "label": "storm"}
    given = {p.name: "a" if is_column[p.name] else others.get(p.name, 0.5) for p in wanted}
    return given | asked_for(ROWS[name], {"events": {"zeros": whole_numbers}})


def whole_numbers(index: np.ndarray) -> np.ndarray:
    """Stand for an event along the index: it happens at every whole number up to 5 that the index passes."""
    known = index[np.isfinite(index)]
    return np.arange(max(np.ceil(known.min()), -5), min(np.floor(known.max()), 5) + 1) if known.size else known


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("name", ROWS)
def test_every_selection_on_every_kind_of_column(name: str, column: np.ndarray) -> None:
    # The column is the index too, for the selections that look at that.
    rows = ROWS[name](Table({"a": column}, column, {"a": ("calm", "storm")}), **arguments(name))
    assert rows.ndim == 1
    assert np.issubdtype(rows.dtype, np.integer)
    assert np.all(np.diff(rows) > 0)
    assert np.all((rows >= 0) & (rows < column.size))
    if name != "every":
        assert not np.isnan(column[rows]).any()


@pytest.mark.parametrize("name", [name for name in ROWS if "a" in arguments(name).values()])
def test_a_column_that_is_not_there(name: str) -> None:
    wrong = {key: "heigth" if value == "a" else value for key, value in arguments(name).items()}
    with pytest.raises(InputError, match="did you mean 'height'"):
        ROWS[name](Table({"height": [1, 2, 3]}, labels={"height": ("calm", "storm")}), **wrong)


def plain_minima(values: list[float]) -> list[int]:
    """Return the rows that fall from their left neighbour into a level stretch that rises again at its end."""
    found = []
    for row in range(1, len(values)):
        end = row
        while end + 1 < len(values) and values[end + 1] == values[row]:
            end += 1
        if values[row] < values[row - 1] and end + 1 < len(values) and values[end + 1] > values[row]:
            found.append(row)
    return found


@settings(deadline=None, max_examples=300)
@given(VALUES)
def test_minima_and_maxima(values: list[float]) -> None:
    table = Table({"a": values})
    assert minima(table, "a").tolist() == plain_minima(values)
    assert maxima(table, "a").tolist() == plain_minima([-value for value in values])
    assert minima(table, "a", below=0.5).tolist() == [row for row in plain_minima(values) if values[row] < 0.5]
    above_half = [row for row in plain_minima([-value for value in values]) if values[row] > 0.5]
    assert maxima(table, "a", above=0.5).tolist() == above_half


def test_minima_by_hand() -> None:
    table = Table({"a": [3, 1, 1, 1, 2, 0, 5, 4, 4, 4, 3, 3, NAN, 3, 1, NAN, 4, 2, 3, 1]})
    assert minima(table, "a").tolist() == [1, 5, 17]
    assert maxima(table, "a").tolist() == [4, 6, 18]
    assert minima(table, "a", below=1).tolist() == [5]


@settings(deadline=None)
@given(VALUES, st.sampled_from([0.0, 0.5, 1.0]))
def test_above_below_and_crossings(values: list[float], level: float) -> None:
    table = Table({"a": values})
    assert above(table, "a", level).tolist() == [row for row, value in enumerate(values) if value > level]
    assert below(table, "a", level).tolist() == [row for row, value in enumerate(values) if value < level]
    passed = [
        row
        for row in range(1, len(values))
        if not math.isnan(values[row - 1])
        and not math.isnan(values[row])
        and (values[row - 1] > level) != (values[row] > level)
    ]
    assert crossings(table, "a", level).tolist() == passed


def test_crossings_by_hand() -> None:
    table = Table({"a": [-1, 1, 0, 2, NAN, -2, -1, 3]})
    assert crossings(table, "a").tolist() == [1, 2, 3, 7]
    assert crossings(table, "a", 10).tolist() == []


def test_the_index_can_be_looked_at_too() -> None:
    table = Table({"a": [0, 0, 0]}, index=[1990, 2000, 2010])
    assert above(table, "index", 1995).tolist() == [1, 2]


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(1, 40), st.integers(0, 40))
def test_one_row_in_so_many(size: int, nth: int, offset: int) -> None:
    rows = every(Table({"a": np.zeros(size)}), nth, offset)
    assert rows.tolist() == [row for row in range(size) if row >= offset and (row - offset) % nth == 0]


@given(st.lists(st.floats(-4, 4), min_size=1, max_size=12))
def test_passing_takes_the_nearest_row_to_each_event(index: list[float]) -> None:
    rows = passing(Table({"a": index}, index=index), "zeros", events={"zeros": whole_numbers})
    places = whole_numbers(np.array(index)).tolist()
    nearest = [min(abs(value - place) for value in index) for place in places]
    reached = [min(abs(index[row] - place) for row in rows) for place in places]
    assert reached == nearest
    assert len(rows) <= len(places)


@given(VALUES)
def test_records(values: list[float]) -> None:
    table = Table({"a": values})
    known = [n for n, value in enumerate(values) if not math.isnan(value) and value != -INF]
    higher = [n for n in known[1:] if values[n] > max(values[k] for k in known if k < n)]
    assert records(table, "a").tolist() == higher
    assert records(Table({"a": [-value for value in values]}), "a", lowest=True).tolist() == higher


@given(VALUES)
def test_changes(values: list[float]) -> None:
    known = [n for n, value in enumerate(values) if not math.isnan(value)]
    expected = [n for before, n in pairwise(known) if values[before] != values[n]]
    assert changes(Table({"a": values}), "a").tolist() == expected


def test_listed_takes_the_rows_nearest_on_the_index() -> None:
    table = Table({"a": [1, 2, 3, 4]}, [1900, 1950, NAN, 2000])
    assert listed(table, (1901.0, 1999.0, 2050.0, 1902.0)).tolist() == [0, 3]
    assert listed(Table({"a": [1]}, [NAN]), (3.0,)).tolist() == []


def test_labelled_takes_the_rows_of_a_category() -> None:
    table = Table({"sky": [0, 1, 1, NAN], "b": [0, 1, 1, 1]}, labels={"sky": ("calm", "storm")})
    assert labelled(table, "sky", "storm").tolist() == [1, 2]
    with pytest.raises(InputError, match="did you mean 'storm'"):
        labelled(table, "sky", "strom")
    with pytest.raises(InputError, match="'b' holds no categories"):
        labelled(table, "b", "storm")
