"""The table copies what it is given, freezes it, and refuses what is not columns of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from composer.errors import InputError
from composer.table import Table


def test_a_table_is_its_columns_over_an_index() -> None:
    table = Table({"a": [1, 2, 3], "b": (4.5, 5.5, 6.5)}, index=[10, 20, 30])
    assert (len(table), table.names) == (3, ("a", "b"))
    assert table["a"].dtype == np.float64
    assert table["b"].tolist() == [4.5, 5.5, 6.5]
    assert table["index"].tolist() == [10, 20, 30]


def test_without_an_index_the_rows_are_counted_from_0() -> None:
    assert Table({"a": [5, 5, 5]})["index"].tolist() == [0, 1, 2]


def test_a_column_called_index_comes_before_the_index() -> None:
    table = Table({"index": [7, 8]}, index=[0, 1])
    assert table["index"].tolist() == [7, 8]


def test_missing_values_are_nan() -> None:
    assert np.array_equal(Table({"a": [None, 1, np.nan]})["a"], [np.nan, 1, np.nan], equal_nan=True)


def test_the_arrays_are_frozen_copies() -> None:
    given, index = np.array([1.0, 2.0]), np.array([0.0, 1.0])
    table = Table({"a": given}, index)
    given[0] = index[0] = 99
    assert table["a"].tolist() == [1, 2]
    assert table["index"].tolist() == [0, 1]
    for name in ("a", "index"):
        with pytest.raises(ValueError, match="read-only"):
            table[name][0] = 5


def test_the_table_itself_is_frozen() -> None:
    columns = {"a": [1.0]}
    labels = {"a": ("low", "high")}
    table = Table(columns, labels=labels)
    columns["b"], labels["b"] = [2.0], ()
    assert table.names == ("a",)
    assert dict(table.labels) == {"a": ("low", "high")}
    with pytest.raises(AttributeError):
        table.columns = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        table.columns["c"] = [1]  # type: ignore[index]
    with pytest.raises(TypeError):
        table.labels["c"] = ()  # type: ignore[index]


def test_empty_tables() -> None:
    assert (len(Table({})), Table({}).names) == (0, ())
    assert (len(Table({"a": []})), Table({"a": []}).names) == (0, ("a",))
    assert len(Table({}, index=[1, 2])) == 2


def test_a_million_rows() -> None:
    assert len(Table({"a": np.zeros(10**6)})) == 10**6


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match=r"differ in length \(index 2, a 2, b 3\)"):
        Table({"a": [1, 2], "b": [1, 2, 3]})
    with pytest.raises(InputError, match=r"differ in length \(index 1, a 2\)"):
        Table({"a": [1, 2]}, index=[0])


@pytest.mark.parametrize(
    ("values", "shape"), [([[1, 2], [3, 4]], "2x2"), (3.0, "a single number"), (np.zeros((2, 1, 3)), "2x1x3")]
)
def test_a_column_is_one_row_of_numbers(values: object, shape: str) -> None:
    with pytest.raises(InputError, match=f"column 'a' has the shape {shape}"):
        Table({"a": values})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "values",
    ["abc", ["x", "y"], [1, "two"], [[1, 2], [3]], [1 + 2j], np.array([1 + 2j]), [10**400], [object()]],
    ids=["string", "words", "a word", "ragged", "complex", "complex array", "beyond doubles", "object"],
)
def test_a_column_of_something_else_is_refused(values: object) -> None:
    with pytest.raises(InputError, match="column 'a' does not hold numbers"):
        Table({"a": values})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="column 'index' does not hold numbers"):
        Table({}, index=values)  # type: ignore[arg-type]


def test_a_wrong_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"no column is called 'heigth'\n *did you mean 'height'\?"):
        Table({"height": [1], "width": [2]})["heigth"]


def test_rows_are_taken_with_their_origin() -> None:
    table = Table({"a": [1, 2, 3, 4]}, [10, 20, 30, 40], {"a": ("x",)}, frozenset({"index"}))
    taken = table.taking([3, 1]).taking([0])
    assert (taken["a"].tolist(), taken["index"].tolist(), taken.origin.tolist()) == ([4], [40], [3])  # type: ignore[union-attr]
    assert (taken.labels, taken.dates) == (table.labels, table.dates)


def test_columns_are_replaced_or_added() -> None:
    table = Table({"a": [0, 1], "b": [5, 6]}, labels={"a": ("x", "y"), "b": ("z",)}, dates=frozenset({"b"}))
    changed = table.with_columns({"b": [7, 8], "c": [9, 10]})
    assert (changed.names, changed["b"].tolist(), changed["c"].tolist()) == (("a", "b", "c"), [7, 8], [9, 10])
    assert (dict(changed.labels), changed.dates) == ({"a": ("x", "y")}, frozenset())


def test_values_are_shown_as_what_they_mean() -> None:
    table = Table({"kind": [1, 0], "at": [0, 86400.5], "x": [2.5, 3]}, None, {"kind": ("calm", "storm")}, {"at"})
    assert [table.shown("kind", 0), table.shown("at", 0), table.shown("x", 0)] == ["storm", "1970-01-01", "2.5"]
    assert table.shown("at", 1) == "1970-01-02 00:00:00.500"


def test_a_column_that_was_left_out_says_why() -> None:
    table = Table({"a": [1]}, left_out={"remark": "row 1 holds 'fine'"})
    with pytest.raises(InputError, match=r"'remark' holds no numbers: row 1 holds 'fine'"):
        table["remark"]
